"""Keep numbered lists and notes right inside loops of a template.

A numbered list within a loop gets a list of its own in each turn, because it would count on. A note gets its text where
it is called, so that the loop's values can be printed in it; the part with the notes is then written anew, each note
once for each call.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from markupsafe import Markup

from docgen.render.word.lists import Numbering
from docgen.render.word.package import W, parse_xml
from docgen.render.word.rich.numbering import WordList
from docgen.render.word.tags.tag_text import Tag, find_tags, insert_mark, texts_of

TURN, LIST, NOTE = "_giliran", "_daftar", "_catatan"  # tags of this module's own
FOLLOW = f"{{{{% set {TURN}{{}} = {TURN}() %}}}}"  # behind the tag that begins a marked loop

_P, _ID, _VALUE = f"{W}p", f"{W}id", f"{W}val"
_CALLS = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_HERE = "\ue122"  # where the notes of a letter go
_CALL = re.compile(r'<w:(footnote|endnote)Reference\b[^>]*?w:id="\ue120(\d+)\ue121"[^>]*?/>')


@dataclass
class _Loop:
    """A loop: its tag and the text element that holds it, and the number of paragraphs directly in it by list and
    level.
    """

    text: Any
    tag: Tag
    lists: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Numbered:
    """A numbered paragraph, and the loops around it from the outermost."""

    paragraph: Any
    number: tuple[str, str]  # list and level
    loops: tuple[_Loop, ...]


def renumber_lists(tree: Any, styles: bytes) -> None:
    """Give the numbered lists in a part's loops their own number in each turn. Changes the tree.

    A list begins anew in the innermost loop when several of its points stand there; else in the loop around that one. A
    loop of one point a turn is the list itself and counts on.
    """
    by_style = _lists_by_style(styles)
    paragraphs = _numbered_in_loops(tree, by_style)
    loops = {id(loop): loop for paragraph in paragraphs for loop in paragraph.loops}
    marks = {key: number for number, key in enumerate(loops)}
    marked = {}
    for paragraph in paragraphs:
        loop = _loop_that_restarts(paragraph)
        if loop is not None:
            marked[id(loop)] = loop
            _set_list(paragraph, f"{{{{ {LIST}({TURN}{marks[id(loop)]}, {paragraph.number[0]}) }}}}", by_style)
    for key, loop in sorted(marked.items(), key=lambda entry: -marks[entry[0]]):  # the last first: places stay
        insert_mark(loop.text, loop.tag, marks[key])


def _loop_that_restarts(paragraph: _Numbered) -> _Loop | None:
    if not paragraph.loops:
        return None
    if paragraph.loops[-1].lists[paragraph.number] > 1:
        return paragraph.loops[-1]
    outer = paragraph.loops[-2] if len(paragraph.loops) > 1 else None
    if outer is not None and all(number != paragraph.number[0] for number, _ in outer.lists):
        return outer
    return None


def _numbered_in_loops(tree: Any, by_style: Mapping[str, tuple[str, str]]) -> list[_Numbered]:
    """Return the numbered paragraphs in loops, in order."""
    paragraphs = []
    loops: list[_Loop] = []
    for paragraph in tree.iter(_P):
        texts = texts_of(paragraph)
        tags = [(text, tag) for text in texts for tag in find_tags(text.text or "")]
        number = _list_of(paragraph, by_style)
        if number and loops and not any(tag.replaces for _, tag in tags):
            loops[-1].lists[number] += 1
            paragraphs.append(_Numbered(paragraph, number, tuple(loops)))
        for text, tag in tags:
            if tag.words[:1] == ["for"]:
                loops.append(_Loop(text, tag))
            elif tag.words[:1] == ["endfor"] and loops:
                loops.pop()
    return paragraphs


def _list_of(paragraph: Any, by_style: Mapping[str, tuple[str, str]]) -> tuple[str, str] | None:
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        return None
    style, direct = properties.find(f"{W}pStyle"), properties.find(f"{W}numPr")
    inherited = by_style.get(style.get(_VALUE)) if style is not None else None
    if direct is None:
        return inherited
    number, level = (direct.find(f"{W}{name}") for name in ("numId", "ilvl"))
    if number is None:
        return inherited
    return None if number.get(_VALUE) == "0" else (number.get(_VALUE), level.get(_VALUE) if level is not None else "0")


def _set_list(numbered: _Numbered, value: str, by_style: Mapping[str, tuple[str, str]]) -> None:
    """Set the list of a paragraph, in its own properties even if it comes from its style."""
    properties = numbered.paragraph.find(f"{W}pPr")
    direct = properties.find(f"{W}numPr")
    if direct is None or direct.find(f"{W}numId") is None:
        if direct is None:
            direct = etree.Element(f"{W}numPr")
            properties.insert(_index_of_numbering(properties), direct)
        for name, text in (("ilvl", numbered.number[1]), ("numId", "")):
            if direct.find(f"{W}{name}") is None:
                etree.SubElement(direct, f"{W}{name}").set(_VALUE, text)
    direct.find(f"{W}numId").set(_VALUE, value)


_BEFORE_NUMBERS = {
    f"{W}{name}" for name in ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")
}


def _index_of_numbering(properties: Any) -> int:
    return sum(child.tag in _BEFORE_NUMBERS for child in properties)


def _lists_by_style(styles: bytes) -> dict[str, tuple[str, str]]:
    """Return list and level of paragraph styles, by the style's id."""
    if b"<w:numPr" not in styles:
        return {}
    styles_by_id = {style.get(f"{W}styleId"): style for style in parse_xml(styles).iterfind(f"{W}style")}
    lists = {}
    for name in styles_by_id:
        above, seen = name, set()
        while above in styles_by_id and above not in seen:
            seen.add(above)
            numbers = styles_by_id[above].find(f"{W}pPr/{W}numPr")
            if numbers is not None:
                number, level = (numbers.find(f"{W}{tag}") for tag in ("numId", "ilvl"))
                if number is not None and number.get(_VALUE) != "0":
                    lists[name] = (number.get(_VALUE), level.get(_VALUE) if level is not None else "0")
                break
            base = styles_by_id[above].find(f"{W}basedOn")
            above = base.get(_VALUE) if base is not None else None
    return lists


class FillState:
    """The counters of one filling of a template: turns of loops, and the lists and notes made for them."""

    def __init__(self, numbering: bytes) -> None:
        self._turn = 0
        self._xml = numbering
        self._numbering: Numbering | None = None
        self._lists: dict[tuple[int, int], str] = {}
        self._notes: dict[str, list[str]] = {}

    def tags(self) -> dict[str, Any]:
        """Return the functions that tags of the template call."""
        return {TURN: self.begin_turn, LIST: self.list_number, NOTE: self.add_note}

    def begin_turn(self) -> int:
        """Return the number of a new turn."""
        self._turn += 1
        return self._turn

    def list_number(self, turn: int, old: int) -> str:
        """Return the number of the list that replaces list `old` in this turn."""
        if (turn, old) not in self._lists:
            reference = etree.Element(f"{W}numId")
            reference.set(_VALUE, str(old))
            self._opened_numbering().restart([reference])
            self._lists[turn, old] = reference.get(_VALUE)
        return self._lists[turn, old]

    def add_lists(self, lists: Sequence[WordList], indent: int) -> list[str]:
        """Add lists of rich text; return their numbers."""
        return self._opened_numbering().add(lists, indent) if lists else []

    def _opened_numbering(self) -> Numbering:
        if self._numbering is None:
            self._numbering = Numbering(self._xml)
        return self._numbering

    def add_note(self, kind: str, first: int, text: Markup) -> int:
        """Add a note's content and return the number to call it by. Numbers begin at `first`."""
        notes = self._notes.setdefault(kind, [])
        notes.append(str(text))
        return first + len(notes) - 1

    def numbering(self) -> bytes:
        """Return the part with the lists; empty if none was added."""
        return self._numbering.xml() if self._numbering else b""

    def with_notes(self, part: bytes, kind: str, first: int) -> bytes:
        """Return the part with the notes of this kind before those that nothing calls: LibreOffice goes by their
        order.
        """
        notes_xml = "".join(
            f'<w:{kind} w:id="{number}">{text}</w:{kind}>'
            for number, text in enumerate(self._notes.get(kind, []), first)
        )
        return part.replace(_HERE.encode(), notes_xml.encode())


def extract_notes(tree: Any, notes: Any, kind: str) -> tuple[list[Any], int]:
    """Remove the called notes of a kind from their part, and mark their calls in the body.

    Return the notes in the order of their calls, and a number higher than those that stay. Changes both trees.
    """
    by_number = {note.get(_ID): note for note in notes.iterfind(f"{W}{kind}") if note.get(f"{W}type") is None}
    called_notes: list[Any] = []
    for call in tree.iter(f"{W}{kind}Reference"):
        note = by_number.get(call.get(_ID))
        if note is not None:
            call.set(_ID, f"\ue120{len(called_notes)}\ue121")
            called_notes.append(note)
    for note in set(called_notes):
        notes.remove(note)
    separators = notes.findall(f"{W}{kind}[@{W}type]")  # that part notes from the text
    if separators:
        separators[-1].tail = _HERE
    else:
        notes.text = _HERE
    return called_notes, max([0, *(int(note.get(_ID, "0")) for note in notes.iterfind(f"{W}{kind}"))]) + 1


def with_note_texts(source: str, sources: Mapping[str, tuple[list[str], int]]) -> str:
    """Return the body's source with the source of each note where it is called."""

    def call(match: re.Match[str]) -> str:
        kind, at = match[1], int(match[2])
        texts, first = sources[kind]
        number = f"{{{{ {NOTE}('{kind}', {first}, _isi) }}}}"
        return f"{{% set _isi %}}{texts[at]}{{% endset %}}" + match[0].replace(f"\ue120{at}\ue121", number)

    return _CALL.sub(call, source)
