"""Rules for what the tags name: unknown names, filters and elements, and what no letter may run."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from docgen.render.word.tag_check import TagFault, TagRule
from docgen.template_lint.case import Case
from docgen.template_lint.finding import Finding
from docgen.template_lint.tags import PlacedTag, TagFlow
from wording import say

_LONGEST_LIST = 30  # names that a suggestion tells
_REFUSED = ("raw", "autoescape")
_SUGGESTIONS: dict[TagRule, str] = {
    "unknown_filter": say("Pakai saringan yang dikenal, atau hapus bagian sesudah tanda |."),
    "refused_statement": say("Salin isi berkas itu ke dalam templat ini."),
    "element_of_list": say("Ulangi daftar itu dengan 'for', lalu cetak bagian dari tiap barisnya."),
    "element_of_text": say("Cetak tanda itu sendiri, tanpa titik dan kata sesudahnya."),
    "prints_list": say("Ulangi dengan 'for', atau tulis {{{{ nama|join(', ') }}}}."),
    "unsafe_tag": say("Hapus tanda ini. Tanda hanya menyebut isian surat dan mengubah bentuk tulisannya."),
}


def wrong_names(case: Case) -> Iterator[Finding]:
    """Find what the tags name that is not there, or may not be read."""
    for flow, reading in case.readings:
        seen: set[tuple[TagRule, int, str]] = set()
        for fault in reading.faults:
            key = (fault.rule, fault.line, fault.name)
            if key not in seen:
                seen.add(key)
                tag = _tag_at(flow, fault.line)
                message = say("Tanda ini salah: {problem}", problem=fault.problem)
                if tag.shared_file:
                    message = say("Di dalam {file}: {problem}", file=tag.shared_file, problem=fault.problem)
                yield case.at_tag(fault.rule, tag, message, _suggestion(fault))


def refused_statements(case: Case) -> Iterator[Finding]:
    """Find statements that switch off how tags are read or printed."""
    for flow in case.flows:
        for tag in flow.tags:
            if tag.statement in _REFUSED and not tag.error:
                yield case.at_tag(
                    "refused_statement",
                    tag,
                    say("Perintah '{name}' tidak dapat dipakai dalam templat.", name=tag.statement),
                    say("Hapus perintah ini, atau tulis isinya langsung."),
                )


def near_names(case: Case) -> Iterator[Finding]:
    """Find names of fields that look like a misspelled name of what docgen fills in by itself."""
    own = {field.name for field in case.sheet.fields} if case.sheet else set()
    filled = sorted(name for name in case.context if not name.startswith("_") and name not in own)
    for flow, reading in case.readings:
        names = reading.free | {name: _line_of(flow, name) for name in reading.used & own}
        for name, line in names.items():
            near = [other for other in filled if _is_one_slip(name, other)]
            if near and line:
                yield case.at_tag(
                    "near_name",
                    _tag_at(flow, line),
                    say("{name} mirip {near}, yang diisi sendiri.", name=repr(name), near=repr(near[0])),
                    say("Bila itu maksudnya, tulis {{{{ {near} }}}}.", near=near[0]),
                )


def _is_one_slip(word: str, other: str) -> bool:
    """Return whether one letter was mistyped, left out, added or swapped; a figure more is another name."""
    start = _shared(word, other)
    end = _shared(word[start:][::-1], other[start:][::-1])
    rest, other_rest = word[start : len(word) - end], other[start : len(other) - end]
    is_slip = max(len(rest), len(other_rest)) == 1 or (len(rest) == 2 and rest == other_rest[::-1])
    return is_slip and not any(map(str.isdigit, rest + other_rest))


def _shared(word: str, other: str) -> int:
    """Return how many letters two words begin with alike."""
    pairs = zip(word, other, strict=False)
    return next((at for at, (letter, another) in enumerate(pairs) if letter != another), min(len(word), len(other)))


def _suggestion(fault: TagFault) -> str:
    if fault.rule != "unknown_name":
        return _SUGGESTIONS[fault.rule]
    near = get_close_matches(fault.name, fault.known, n=1)
    if near:
        return say("Mungkin maksudnya {near}.", near=repr(near[0]))
    names = ", ".join(fault.known[:_LONGEST_LIST]) + (" …" if len(fault.known) > _LONGEST_LIST else "")
    return say("Pakai salah satu: {names}.", names=names)


def _tag_at(flow: TagFlow, line: int) -> PlacedTag:
    return flow.tags[min(line, len(flow.tags)) - 1]


def _line_of(flow: TagFlow, name: str) -> int:
    """Return the first line whose tag names a field; 0 if none does."""
    return next((line for line, tag in enumerate(flow.tags, 1) if name in tag.source), 0)
