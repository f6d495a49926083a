"""Replace the fields of a Word template (date, user, path ...) by the text that their author saw.

Page numbers and their like stay fields. LibreOffice would update the others, and print the server's clock, path or
user. Fields whose text means nothing in a letter are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docgen.render.word.package import W
from wording import say

LIVE = frozenset(
    (
        *("PAGE", "NUMPAGES", "PAGEREF", "REF", "NOTEREF", "SEQ", "TOC", "HYPERLINK"),
        *("FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN"),
    )
)
REFUSED = {
    **dict.fromkeys(("DATE", "TIME"), "berubah menurut jam komputer. Tulis {{ tanggal }}, tanggal naskahnya"),
    **dict.fromkeys(
        ("MERGEFIELD", "MERGEREC", "MERGESEQ", "ADDRESSBLOCK", "GREETINGLINE", "NEXT", "NEXTIF", "SKIPIF"),
        "milik surat massal Word. Tulis nama isian dalam kurung kurawal, misalnya {{ hal }}",
    ),
    "RD": "mengambil isi berkas lain. Salin isinya ke dalam templat",
    "SECTIONPAGES": "tidak dapat dihitung untuk tiap naskah. Pakai NUMPAGES",
    **dict.fromkeys(("AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "LISTNUM"), "tidak tercetak. Pakai daftar bernomor"),
    "SYMBOL": "tidak tercetak. Sisipkan lambangnya dengan Insert > Symbol",
}
_CLOCK = tuple(f"{W}{name}{size}" for name in ("day", "month", "year") for size in ("Short", "Long"))
_BUTTONS = ("MACROBUTTON", "GOTOBUTTON")  # what they show stands in the instruction, behind the name of a macro


@dataclass
class _OpenField:
    """A field that has begun: its begin element, the elements of its instruction, and its separator."""

    begin: Any
    instruction_texts: list[str] = field(default_factory=list)
    instruction_elements: list[Any] = field(default_factory=list)
    separate: Any = None


class FieldNotAllowed(Exception):
    """A field that a template may not have: `str()` says what to do, `near` is its paragraph."""

    def __init__(self, name: str, reason: str, near: Any) -> None:
        super().__init__(say("isian otomatis {name} {reason}.", name=name, reason=reason))
        self.near = near


def read_fields(tree: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name of each field of a part, e.g. "DATE", and the element with which it begins."""
    for clock in tree.iter(*_CLOCK):
        yield "DATE", clock
    open_fields: list[tuple[Any, list[str]]] = []
    for element in tree.iter(f"{W}fldSimple", f"{W}fldChar", f"{W}instrText"):
        if element.tag == f"{W}fldSimple":
            yield _name(element.get(f"{W}instr", "")), element
        elif element.tag == f"{W}instrText":
            if open_fields:
                open_fields[-1][1].append(element.text or "")
        elif element.get(f"{W}fldCharType") == "begin":
            open_fields.append((element, []))
        elif element.get(f"{W}fldCharType") == "end" and open_fields:
            begin, instruction = open_fields.pop()
            yield _name("".join(instruction)), begin


def replace_fields_by_text(tree: Any) -> None:
    """Replace the fields of a part that are not `LIVE` by the text they show. Raises FieldNotAllowed."""
    for clock in tree.iter(*_CLOCK):
        raise FieldNotAllowed("DATE", REFUSED["DATE"], clock)
    for simple in list(tree.iter(f"{W}fldSimple")):
        name = _name(simple.get(f"{W}instr", ""))
        _require_allowed(name, simple)
        if name not in LIVE:
            _insert_button_text(simple, simple.get(f"{W}instr", ""), name)
            _unwrap(simple)
    _replace_complex_fields(tree)


def _replace_complex_fields(tree: Any) -> None:
    """Replace fields that begin and end in runs of their own: they nest, and may span paragraphs."""
    open_fields: list[_OpenField] = []
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        kind = element.get(f"{W}fldCharType") if element.tag == f"{W}fldChar" else None
        if kind == "begin":
            _add_to_instructions(open_fields, element)
            open_fields.append(_OpenField(element))
        elif kind == "separate" and open_fields:
            open_fields[-1].separate = element
            _add_to_instructions(open_fields[:-1], element)
        elif kind == "end" and open_fields:
            done = open_fields.pop()
            _add_to_instructions(open_fields, element)
            _replace_field(done, element)
        elif element.getparent().tag == f"{W}r" and element.tag != f"{W}rPr":
            if element.tag == f"{W}instrText" and open_fields:
                open_fields[-1].instruction_texts.append(element.text or "")
            _add_to_instructions(open_fields, element)


def _add_to_instructions(open_fields: list[_OpenField], element: Any) -> None:
    """Add an element to the instructions of the open fields: it is removed with the field."""
    for field_ in open_fields:
        if field_.separate is None:
            field_.instruction_elements.append(element)


def _replace_field(field_: _OpenField, end: Any) -> None:
    instruction = "".join(field_.instruction_texts)
    name = _name(instruction)
    _require_allowed(name, field_.begin)
    if name in LIVE:
        return
    _insert_button_text(field_.begin, instruction, name)
    for element in (field_.begin, field_.separate, end, *field_.instruction_elements):
        if element is not None and element.getparent() is not None:
            element.getparent().remove(element)


def _insert_button_text(begin: Any, instruction: str, name: str) -> None:
    """Insert the text of a button, the words behind its macro's name, in front of its field."""
    words = instruction.split(maxsplit=2)
    if name in _BUTTONS and len(words) == 3:
        text = begin.makeelement(f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
        text.text = words[2].strip()
        if begin.tag == f"{W}fldSimple":
            run = begin.makeelement(f"{W}r", {})
            run.append(text)
            begin.addprevious(run)
        else:
            begin.addprevious(text)


def _require_allowed(name: str, begin: Any) -> None:
    if name in REFUSED:
        raise FieldNotAllowed(name, REFUSED[name], begin)


def _name(instruction: str) -> str:
    words = instruction.split(maxsplit=1)
    return words[0].strip('"\\').upper() if words else ""


def _unwrap(element: Any) -> None:
    parent = element.getparent()
    at = parent.index(element)
    parent[at : at + 1] = [child for child in element if child.tag != f"{W}fldData"]
