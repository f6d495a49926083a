"""The fields of a Word template: what Word itself puts in, as a page number or the date of the day.

Page numbers and their like stay fields. Of the others the text that the author saw is kept, as text: LibreOffice would
work them out anew, and print the server's clock, path or user. Those whose text means nothing in a letter are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from docgen.render.word.package import W

LIVE = frozenset(
    (
        *("PAGE", "NUMPAGES", "PAGEREF", "REF", "NOTEREF", "SEQ", "TOC", "HYPERLINK"),
        *("FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN"),
    )
)
_REFUSED = {
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
_RUN_CONTENT = frozenset(f"{W}{name}" for name in ("r", "rPr"))


@dataclass
class _Field:
    """A field that is open: its begin, what belongs to its instruction, and where its shown text begins."""

    begin: Any
    words: list[str] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    separate: Any = None


class FieldRefused(Exception):
    """A field that cannot stay: `str()` is what to do, `near` the paragraph it stands in."""

    def __init__(self, name: str, reason: str, near: Any) -> None:
        super().__init__(f"isian otomatis {name} {reason}.")
        self.near = near


def settle_fields(tree: Any) -> None:
    """Turn the fields of a part that do not stay into the text they show. Raises FieldRefused."""
    for clock in tree.iter(*_CLOCK):
        raise FieldRefused("DATE", _REFUSED["DATE"], clock)
    for simple in list(tree.iter(f"{W}fldSimple")):
        name = _name(simple.get(f"{W}instr", ""))
        _require_allowed(name, simple)
        if name not in LIVE:
            _show(simple, simple.get(f"{W}instr", ""), name)
            _unwrap(simple)
    _settle_complex(tree)


def _settle_complex(tree: Any) -> None:
    """Fields that begin and end in runs of their own: they nest, and may go on over paragraphs."""
    open_fields: list[_Field] = []
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        kind = element.get(f"{W}fldCharType") if element.tag == f"{W}fldChar" else None
        if kind == "begin":
            _note(open_fields, element)
            open_fields.append(_Field(element))
        elif kind == "separate" and open_fields:
            open_fields[-1].separate = element
            _note(open_fields[:-1], element)
        elif kind == "end" and open_fields:
            done = open_fields.pop()
            _note(open_fields, element)
            _settle(done, element)
        elif element.getparent().tag == f"{W}r" and element.tag != f"{W}rPr":
            if element.tag == f"{W}instrText" and open_fields:
                open_fields[-1].words.append(element.text or "")
            _note(open_fields, element)


def _note(open_fields: list[_Field], element: Any) -> None:
    """An element within the instruction of a field goes when the field goes."""
    for one in open_fields:
        if one.separate is None:
            one.asked.append(element)


def _settle(one: _Field, end: Any) -> None:
    instruction = "".join(one.words)
    name = _name(instruction)
    _require_allowed(name, one.begin)
    if name in LIVE:
        return
    _show(one.begin, instruction, name)
    for element in (one.begin, one.separate, end, *one.asked):
        if element is not None and element.getparent() is not None:
            element.getparent().remove(element)


def _show(begin: Any, instruction: str, name: str) -> None:
    """Put what a button shows, the words behind its macro's name, in front of it."""
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
    if name in _REFUSED:
        raise FieldRefused(name, _REFUSED[name], begin)


def _name(instruction: str) -> str:
    words = instruction.split(maxsplit=1)
    return words[0].strip('"\\').upper() if words else ""


def _unwrap(element: Any) -> None:
    parent = element.getparent()
    at = parent.index(element)
    parent[at : at + 1] = [child for child in element if child.tag != f"{W}fldData"]
