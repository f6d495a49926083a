"""Put shared parts where a template names them: `{%p bagian kop %}` alone in its paragraph, `{{ kalimat.penutup }}`.

What follows the name of a part gives the names its tags use: `{%p bagian nama_pejabat pejabat=mengetahui %}`. The
paragraph of the tag says where the part stands: its indent is added to that of the part's paragraphs, and its space
before takes the place of that of the part's first line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from lxml import etree

from docgen.render.shared.calls import SENTENCE, STATEMENT, names_part, names_sentence, part_of, renamed, sentence_of
from docgen.render.shared.definitions import SharedParts, place_of
from docgen.render.shared.merge import MergedPackage, with_namespaces
from docgen.render.shared.part_file import PartFile, read_part
from docgen.render.word.fit_tables import widen_layouts
from docgen.render.word.package import BODY, W, packed
from docgen.render.word.paragraphs import paragraph_property
from docgen.render.word.tags.tag_text import Tag, find_tags, move_tags_into_one_text, require_alone, texts_of
from docgen.render.word.tags.tagged_parts import CORE, parse_part, tagged_parts, unpack
from docgen.render.word.template import PART_BEGINS, PART_ENDS, WordTemplate, open_template

_P, _TABLE, _LEFT, _BEFORE = f"{W}p", f"{W}tbl", f"{W}left", f"{W}before"
_BEGINNINGS, _BRANCHES = ("if", "for", "with", "macro"), ("elif", "else")


def with_shared_parts(docx: bytes, shared: SharedParts, name: str) -> bytes:
    """Return a template with its shared parts in place; as it is where it names none. `name` is used in messages.

    Raises TemplateError for a part or sentence that is not there, one that holds itself, or one that cannot stand in
    another document.
    """
    return _whole(docx, shared, name, ())


@lru_cache(maxsize=64)
def open_whole(docx: bytes, shared: SharedParts, name: str) -> WordTemplate:
    """Open a template with its shared parts in place. Raises TemplateError. Kept in memory per version."""
    return open_template(with_shared_parts(docx, shared, name), name)


def require_insertable(name: str, shared: SharedParts) -> None:
    """Raise TemplateError unless the shared part `name` can stand in a template, and its tags can be read."""
    file = place_of(name)
    data = shared.file(name, file)
    read_part(data, name, file)
    open_template(_whole(data, shared, file, (name,)), file)


def _whole(docx: bytes, shared: SharedParts, name: str, within: tuple[str, ...]) -> bytes:
    files = unpack(docx, name)
    insertion = _Insertion(MergedPackage(files), shared)
    changed = {}
    for part, label in tagged_parts(files, name).items():
        tree = parse_part(files[part], name, part) if part != CORE else None
        if tree is not None and _calls(tree):
            changed[part] = insertion.insert(tree, part, f"{name}: {label}", within)
    if not changed:
        return docx
    if insertion.tables and BODY in files:
        widen_layouts(insertion.tables, changed[BODY] if BODY in changed else parse_part(files[BODY], name, BODY))
    return packed(insertion.package.files(changed), quick=True)


class _Insertion:
    """Inserts shared parts into the parts of one template."""

    def __init__(self, package: MergedPackage, shared: SharedParts) -> None:
        self.package = package
        self.tables: list[Any] = []  # that stand in shared parts
        self._shared = shared

    def insert(self, tree: Any, place: str, where: str, within: tuple[str, ...]) -> Any:
        """Return the tree of the part `place` with all that its tags name.

        `where` begins messages; `within` are the shared parts that hold this tree.
        """
        self._inserted: list[PartFile] = []
        self._insert_all(list(tree.iter(_P)), place, where, within)
        for part in self._inserted:
            tree = with_namespaces(tree, part)
        return tree

    def _insert_all(self, paragraphs: Sequence[Any], place: str, where: str, within: tuple[str, ...]) -> None:
        for paragraph in paragraphs:
            calls = list(_calls_in(paragraph))
            part_call = next(filter(names_part, calls), None)
            if part_call is not None:
                self._insert_part(paragraph, part_call, place, where, within)
            elif calls:
                self._insert_sentences(paragraph, where)

    def _insert_part(self, paragraph: Any, tag: Tag, place: str, where: str, within: tuple[str, ...]) -> None:
        """Replace the paragraph of a tag by the part that it names."""
        call = part_of(tag, self._shared, where, within)
        require_alone(paragraph, tag, where)
        part, name, values = call.part, call.part.name, call.values
        self._inserted.append(part)
        blocks = self.package.blocks(part, place)
        inner = [element for block in blocks for element in block.iter(_P)]
        _rename(inner, call.names)
        _stand_like(paragraph, blocks)
        self.tables.extend(block for block in blocks if block.tag == _TABLE)
        frame = [PART_BEGINS.format(name), f"{{%p with {values} %}}"] if values else [PART_BEGINS.format(name)]
        for text in frame:
            paragraph.addprevious(_tag_paragraph(text))
        for block in blocks:
            paragraph.addprevious(block)
        for text in ["{%p endwith %}"] * bool(values) + [PART_ENDS.format(name)]:
            paragraph.addprevious(_tag_paragraph(text))
        _remove_tag(paragraph)
        self._insert_all(inner, place, place_of(name), (*within, name))

    def _insert_sentences(self, paragraph: Any, where: str) -> None:
        texts = texts_of(paragraph)
        move_tags_into_one_text(texts)
        for text in texts:
            text.text = self._with_sentences(text.text or "", where)

    def _with_sentences(self, text: str, where: str) -> str:
        pieces, at = [], 0
        for tag in find_tags(text):
            if names_sentence(tag):
                pieces += [text[at : tag.start], sentence_of(tag, self._shared, where)]
                at = tag.end
        return "".join([*pieces, text[at:]])


def _calls(tree: Any) -> bool:
    return any(any(_calls_in(paragraph)) for paragraph in tree.iter(_P))


def _calls_in(paragraph: Any) -> Iterator[Tag]:
    """Yield the tags of a paragraph that name a shared part or a sentence."""
    text = "".join(text.text or "" for text in texts_of(paragraph))
    if "{" in text and (STATEMENT in text or SENTENCE in text):
        yield from (tag for tag in find_tags(text) if names_part(tag) or names_sentence(tag))


def _rename(paragraphs: Sequence[Any], names: Mapping[str, str]) -> None:
    """Replace names in the tags of paragraphs."""
    for paragraph in paragraphs if names else ():
        texts = texts_of(paragraph)
        if any("{" in (text.text or "") for text in texts):
            move_tags_into_one_text(texts)
            for text in texts:
                text.text = renamed(text.text or "", names)


def _tag_paragraph(text: str) -> Any:
    paragraph = etree.Element(_P)
    etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t").text = text
    return paragraph


def _remove_tag(paragraph: Any) -> None:
    """Remove the paragraph of a tag; one that ends a section stays, without its text."""
    if paragraph.find(f"{W}pPr/{W}sectPr") is None:
        paragraph.getparent().remove(paragraph)
        return
    for child in [child for child in paragraph if child.tag != f"{W}pPr"]:
        paragraph.remove(child)


def _stand_like(paragraph: Any, blocks: Sequence[Any]) -> None:
    """Let a part's paragraphs stand as the paragraph of its tag does: its indent, and its space before."""
    indent, spacing = paragraph.find(f"{W}pPr/{W}ind"), paragraph.find(f"{W}pPr/{W}spacing")
    paragraphs = [block for block in blocks if block.tag == _P]
    left = indent.get(_LEFT) if indent is not None else None
    if left:
        for own in paragraphs:
            if own.find(f"{W}pPr/{W}ind") is None:
                paragraph_property(own, "ind").attrib.update(dict(indent.attrib))
            else:
                _shift(own, int(left))
    before = spacing.get(_BEFORE) if spacing is not None else None
    for own in _first_lines(blocks) if before else []:
        paragraph_property(own, "spacing").set(_BEFORE, before)


def _shift(paragraph: Any, left: int) -> None:
    """Move a paragraph with an indent of its own, and its tab stops, to the right (in twips)."""
    indent = paragraph_property(paragraph, "ind")
    indent.set(_LEFT, str(int(indent.get(_LEFT) or indent.get(f"{W}start") or 0) + left))
    for stop in paragraph.iterfind(f"{W}pPr/{W}tabs/{W}tab"):
        stop.set(f"{W}pos", str(int(stop.get(f"{W}pos", "0")) + left))


def _first_lines(blocks: Sequence[Any]) -> Iterator[Any]:
    """Yield the paragraph with which a part begins; of alternatives (`if … else …`) that of each."""
    first, above = True, list[bool]()
    for block in blocks:
        tags = [tag for text in texts_of(block) for tag in find_tags(text.text or "")] if block.tag == _P else []
        word = tags[0].words[0] if tags and tags[0].replaces and tags[0].words else ""
        if word in _BEGINNINGS:
            above.append(first)
        elif word in _BRANCHES and above:
            first = above[-1]
        elif word.startswith("end") and above:
            above.pop()
        elif word in ("", STATEMENT):
            if first and block.tag == _P:
                yield block
            first = False
