"""Make the tags of a letter what PDF/UA-1 asks (ISO 14289-1), and declare it where nothing speaks against it.

LibreOffice tags what it writes, but leaves lines of paragraphs unmarked (7.1), maps roles to themselves (7.1), calls a
table what only stands side by side (7.5), and has no label of a list's item (7.6). The file is changed as text, like
in `docgen.render.pdf.overlays.raw_overlay`, in which this is one step: nothing is parsed that does not change.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterator

from docgen.errors import PdfError
from docgen.render.pdf.objects.raw_objects import (
    DICTIONARY,
    KIDS_LIST,
    PAGE_OF_ELEMENT,
    PARENTS_OF_PAGE,
    ROLE_MAP,
    RawPdf,
    references,
    role_map,
    stream_text,
    unexpected_structure,
)
from docgen.render.pdf.smaller_parts import smaller_parts
from docgen.render.pdf.tags.figure_content import Box, frame_of, with_content
from docgen.render.pdf.tags.list_numbering import LabelReader
from docgen.render.pdf.tags.pdfua_claim import with_claim

DECORATION = "-"  # the alternative text of a picture that says nothing: it becomes an artifact

_ROLE = re.compile(rb"/S/([^\s/<>\[\]()]+)")
_KIDS = re.compile(rb"/K\s*" + KIDS_LIST)
_ALT = re.compile(rb"/Alt\s*(?:<([0-9A-Fa-f]*)>|\(((?:\\.|[^\\)])*)\))", re.DOTALL)
_NUMBER_TREE = re.compile(rb"(\d+)\s*\[([^\]]*)\]")
_ANNOTATIONS = re.compile(rb"/Annots\s*\[([^\]]*)\]")
_CONTENTS = re.compile(rb"/Contents\s*(\[[^\]]*\]|\d+ 0 R)")
# Marks begin lines; each pattern begins with plain letters, which are looked for ten times as quickly.
_BEGIN = re.compile(rb"\n/[^\s/<>\[\]()]+\s*(?:<<.*?>>\s*BDC|/\S+\s+BDC|BMC)\b", re.DOTALL)
_END = re.compile(rb"\nEMC\b")
_MCID = re.compile(rb"/MCID (\d+)")
_LINES = re.compile(rb"\s(?:S|s|f\*?|F|B\*?|b\*?|sh|Do)(?=\s|$)")
_TEXT = re.compile(rb"\sT[jJ](?=\s|$)")
_HEADING = re.compile(rb"H([1-6])")


def accessible(raw: RawPdf, add: Callable[[bytes], int]) -> dict[int, bytes]:
    """Return the objects of a letter that change, by number; `add` takes a new object and returns its number.

    Beside the tags, the parts change that LibreOffice writes larger than need be. PDF/UA-1 is declared only if each
    picture has its text, headings skip no level, and so on; a letter of which that is not so keeps its better tags
    without the claim. Raises PdfError if the file is not as LibreOffice writes it.
    """
    changes = _Tags(raw, add).changes()
    return changes | smaller_parts(raw, changes)


def make_accessible(pdf: bytes) -> bytes:
    """Return a file that LibreOffice has just written with the tags of PDF/UA-1; another one as it is."""
    try:
        raw, added = RawPdf(pdf), list[bytes]()

        def add(text: bytes) -> int:
            added.append(text)
            return raw.size + len(added) - 1

        changes = accessible(raw, add)
        return raw.with_changes(changes, added, hashlib.sha256(pdf).digest()[:16])
    except PdfError:
        return pdf


class _Tags:
    """The structure tree of one letter, and what changes in it."""

    def __init__(self, raw: RawPdf, add: Callable[[bytes], int]) -> None:
        self._raw, self._add = raw, add
        self._changed: dict[int, bytes] = {}
        self._catalog = raw.text_of(raw.root)
        self._root = raw.reference(self._catalog, b"StructTreeRoot")
        self._roles = role_map(raw.text_of(self._root))
        self._parents = raw.reference(raw.text_of(self._root), b"ParentTree")
        self._parents_by_key = {
            int(key): entries for key, entries in _NUMBER_TREE.findall(raw.text_of(self._parents).partition(b"[")[2])
        }
        self._kids: dict[int, list[int]] = {}
        self._role: dict[int, bytes] = {}  # standard role of each element, in the order of reading
        self._above: dict[int, int] = {}
        self._collect(self._root)
        self._labels = LabelReader(raw)
        self._contents: dict[int, bytes] = {}  # of pages
        self._edited: set[int] = set()  # pages whose content is no longer the file's
        self._sound = True  # whether PDF/UA may be declared

    def changes(self) -> dict[int, bytes]:
        """Return the changed objects."""
        decorations = self._without_decorations()
        self._place_pictures()
        self._untable_layout()
        self._label_items()
        for page in self._raw.pages:
            self._mark_page(page, decorations.get(page, set()))
        self._write_parents()
        self._write_roles()
        if self._sound and self._is_accessible():
            self._declare()
        return self._changed

    def _text(self, number: int) -> bytes:
        return self._changed.get(number) or self._raw.text_of(number)

    def _collect(self, top: int) -> None:
        """Find the elements below the root, in reading order."""
        waiting = [top]
        while waiting:
            number = waiting.pop()
            text = self._raw.text_of(number)
            if number != top:
                role = _ROLE.search(text)
                name: bytes = role[1] if role else b""
                self._role[number] = self._roles.get(name, name)
            match = _KIDS.search(text)
            kids = references(DICTIONARY.sub(b"", match[1])) if match and b" R" in match[1] else []
            self._kids[number] = kids
            self._above.update(dict.fromkeys(kids, number))
            waiting += reversed(kids)

    def _with_role(self, role: bytes) -> list[int]:
        return [element for element, own in self._role.items() if own == role]

    def _without_decorations(self) -> dict[int, set[int]]:
        """Remove the pictures that say nothing; return the marks that become artifacts, by page."""
        marks: dict[int, set[int]] = {}
        for figure in self._with_role(b"Figure"):
            if _alternative(self._text(figure)) != DECORATION:
                continue
            above, page = self._above[figure], PAGE_OF_ELEMENT.search(self._text(figure))
            kids = _KIDS.search(self._text(figure))
            if page is None or (kids is not None and (references(kids[1]) or b"<<" in kids[1])):
                self._sound = False
                continue
            own = {int(mark) for mark in kids[1].split()} if kids is not None else set()
            marks.setdefault(int(page[1]), set()).update(own)
            before, kids_above, after = _around_kids(self._text(above))
            self._changed[above] = before + re.sub(rb"\b%d 0 R" % figure, b"", kids_above, count=1) + after
            self._set_parents(int(page[1]), dict.fromkeys(own, b"null"))
            del self._role[figure]
        return marks

    def _place_pictures(self) -> None:
        """Give pictures in a line of text their content, which LibreOffice 7.4 draws as an artifact."""
        frames: dict[int, dict[int, Box]] = {}
        for figure in self._with_role(b"Figure"):
            text = self._text(figure)
            page, frame = PAGE_OF_ELEMENT.search(text), frame_of(self._raw, text)
            if page is not None and frame is not None and b"/K" not in text:
                frames.setdefault(int(page[1]), {})[figure] = frame
        for on_page, own in frames.items():
            first = max((int(mark) for mark in _MCID.findall(self._content(on_page))), default=-1) + 1
            self._contents[on_page], marks = with_content(self._content(on_page), own, first)
            self._edited.add(on_page)
            for figure, mark in marks.items():
                self._changed[figure] = self._text(figure).rstrip()[:-2] + b"/K[%d]>>" % mark
                self._set_parents(on_page, {mark: b"%d 0 R" % figure})

    def _untable_layout(self) -> None:
        """Call a table without heading cells what it is: parts side by side."""
        for table in self._with_role(b"Table"):
            parts = list(self._parts_of_table(table))
            if any(self._role[part] == b"TH" for part in parts):
                continue
            for part in (table, *parts):
                self._role[part] = b"Div"
                self._changed[part] = _ROLE.sub(b"/S/Div", self._text(part), count=1)

    def _parts_of_table(self, table: int) -> Iterator[int]:
        """Yield rows and cells of a table, not those of tables in its cells."""
        for kid in self._kids[table]:
            role = self._role[kid]
            if role in (b"TR", b"THead", b"TBody", b"TFoot"):
                yield kid
                yield from self._parts_of_table(kid)
            elif role in (b"TD", b"TH"):
                yield kid

    def _label_items(self) -> None:
        """Give items of lists the label that LibreOffice writes as the first mark of their text."""
        for item in self._with_role(b"LI"):
            bodies = self._kids[item]
            if len(bodies) != 1 or not self._kids[bodies[0]]:  # newer versions write the label themselves
                continue
            text = self._kids[bodies[0]][0]
            kids, page = _KIDS.search(self._text(text)), PAGE_OF_ELEMENT.search(self._text(text))
            if kids is None or page is None:
                continue
            marks = kids[1].split(None, 1)
            if len(marks) < 2 or not marks[0].isdigit() or marks[1].startswith(b"0 R"):
                continue
            label = self._add(b"<</Type/StructElem/S/Lbl/P %d 0 R/Pg %b 0 R/K[%b]>>" % (item, page[1], marks[0]))
            self._changed[text] = self._text(text).replace(kids[0], b"/K[" + marks[1] + b"]", 1)
            self._changed[item] = re.sub(rb"/K\s*\[", b"/K[%d 0 R " % label, self._text(item), count=1)
            self._set_parents(int(page[1]), {int(marks[0]): b"%d 0 R" % label})
            above = self._above[item]
            if self._kids[above][0] == item and b"/A" not in self._text(above):  # the first one tells of all
                numbering = self._labels.numbering(int(page[1]), self._content(int(page[1])), int(marks[0]))
                entry = b"/A<</O/List/ListNumbering/%b>>/K[" % numbering
                self._changed[above] = re.sub(rb"/K\s*\[", entry, self._text(above), count=1)

    def _content(self, page: int) -> bytes:
        if page not in self._contents:
            match = _CONTENTS.search(self._raw.text_of(page))
            streams = references(match[1]) if match else []
            if len(streams) != 1:
                raise unexpected_structure()
            self._contents[page] = self._raw.stream(streams[0])
        return self._contents[page]

    def _set_parents(self, page: int, elements: dict[int, bytes]) -> None:
        """Set the elements of marks of a page in the parent tree."""
        key = PARENTS_OF_PAGE.search(self._raw.text_of(page))
        entries = self._parents_by_key.get(int(key[1])) if key else None
        if key is None or entries is None:
            raise unexpected_structure()
        found = re.findall(rb"\d+ 0 R|null", entries)
        for mark, element in elements.items():
            if mark > len(found):
                raise unexpected_structure()
            found[mark : mark + 1] = [element]
        self._parents_by_key[int(key[1])] = b" ".join(found)

    def _write_parents(self) -> None:
        nums = b"\n".join(b"%d[%b]" % entry for entry in self._parents_by_key.items())
        before, _, rest = self._raw.text_of(self._parents).partition(b"[")
        others = re.findall(rb"(\d+)\s+(\d+ 0 R)", _NUMBER_TREE.sub(b"", rest))  # of links
        nums += b"".join(b"\n%b %b" % entry for entry in others)
        self._changed[self._parents] = before + b"[" + nums + b"]>>"

    def _write_roles(self) -> None:
        """Leave out roles that are mapped to themselves."""
        named = b"\n".join(b"/%b/%b" % pair for pair in self._roles.items() if pair[0] != pair[1])
        self._changed[self._root] = ROLE_MAP.sub(b"/RoleMap<<" + named + b">>", self._text(self._root))

    def _mark_page(self, page: int, decorations: set[int]) -> None:
        """Mark what is drawn outside every mark as an artifact: lines of paragraphs; and pictures that say nothing."""
        content = self._content(page)
        marked = self._marked(content, decorations)
        if marked != content or page in self._edited:
            (number,) = references(_CONTENTS.search(self._raw.text_of(page))[1])  # type: ignore[index]
            self._changed[number] = stream_text(b"/Filter/FlateDecode", zlib.compress(marked))

    def _marked(self, content: bytes, decorations: set[int]) -> bytes:
        begins, ends = list(_BEGIN.finditer(content)), list(_END.finditer(content))
        pieces, depth, end = [], 0, 0
        for mark in sorted(begins + ends, key=lambda match: match.start()):
            between, text = content[end : mark.start()], mark[0]
            pieces.append(between if depth else self._as_artifact(between))
            end = mark.end()
            if mark.re is _END:
                depth -= 1
            else:
                depth += 1
                number = _MCID.search(text) if decorations else None
                if number and int(number[1]) in decorations:
                    text = b"\n/Artifact BMC"
            pieces.append(text)
        if depth:
            raise unexpected_structure()
        return b"".join([*pieces, self._as_artifact(content[end:])])

    def _as_artifact(self, unmarked: bytes) -> bytes:
        if not unmarked or unmarked.isspace():
            return unmarked
        if _TEXT.search(unmarked):
            self._sound = False  # text that no reader hears
        if not _LINES.search(unmarked):
            return unmarked
        return b"\n/Artifact BMC" + unmarked + b"\nEMC\n"

    def _is_accessible(self) -> bool:
        """Return whether what a program can see allows to declare PDF/UA-1."""
        level = 0
        for element, role in self._role.items():
            heading = _HEADING.fullmatch(role)
            if heading and int(heading[1]) > level + 1:
                return False  # 7.4.2
            level = int(heading[1]) if heading else level
            if role in (b"Figure", b"Formula") and not _alternative(self._text(element)).strip():
                return False  # 7.3, 7.7
            if role == b"Note" and b"/ID" not in self._text(element):
                return False  # 7.9
        if any(_ANNOTATIONS.search(self._raw.text_of(page)) for page in self._raw.pages):
            return False
        return b"/Lang(" in self._catalog and b"/DisplayDocTitle true" in self._catalog

    def _declare(self) -> None:
        """Say in XMP that this is PDF/UA-1."""
        metadata = self._raw.reference(self._catalog, b"Metadata")
        xmp = with_claim(self._raw.stream(metadata), self._raw.text_of(self._raw.info))
        if xmp:
            self._changed[metadata] = stream_text(b"/Type/Metadata/Subtype/XML", xmp)


def _around_kids(element: bytes) -> tuple[bytes, bytes, bytes]:
    """Return an element's text before its kids, the kids, and what follows."""
    match = _KIDS.search(element)
    if match is None:
        raise unexpected_structure()
    return element[: match.start()], match[0], element[match.end() :]


def _alternative(element: bytes) -> str:
    """Return the alternative text of an element."""
    match = _ALT.search(element)
    if match is None:
        return ""
    if match[1] is None:
        return match[2].decode("latin-1")
    try:
        return bytes.fromhex(match[1].decode()).decode("utf-16")
    except ValueError as error:
        raise PdfError("Teks alternatif gambar dalam PDF ini tidak terbaca.") from error
