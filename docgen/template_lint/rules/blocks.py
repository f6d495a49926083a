"""Rules for loops and conditions: that they end, and take whole paragraphs and rows with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docgen.render.word.package import W
from docgen.render.word.tags.tag_text import REPLACED_ELEMENTS, companions, texts_of
from docgen.template_lint.case import Case
from docgen.template_lint.finding import Finding
from docgen.template_lint.tags import BLOCKS, Block, PlacedTag
from wording import say

_HOLDERS = {"p": f"{W}p", "tr": f"{W}tr", "tc": f"{W}tc"}


def unpaired_statements(case: Case) -> Iterator[Finding]:
    """Find blocks without an end, and ends without a block."""
    for flow in case.flows:
        for tag in flow.unclosed:
            yield case.at_tag(
                "unclosed_block",
                tag,
                say("'{name}' ini tidak diakhiri.", name=tag.statement),
                say("Tulis {{% {end} %}} di tempat berakhirnya.", end=BLOCKS[tag.statement]),
            )
        for tag in flow.unopened:
            yield case.at_tag(
                "unopened_block",
                tag,
                say("'{name}' ini tidak mempunyai awal yang masih terbuka.", name=tag.statement),
                say("Tulis awalnya, hapus tanda ini, atau tukar urutannya dengan akhir yang lain."),
            )


def crowded_statements(case: Case) -> Iterator[Finding]:
    """Find tags that stand for a whole paragraph, row or cell and would take other text with them, or are in none."""
    for flow in case.flows:
        for tag in flow.tags:
            if not tag.tag.replaces:
                continue
            name, _ = REPLACED_ELEMENTS[tag.tag.replaces]
            others = companions(tag.paragraph.element, tag.tag)
            if others is None:
                yield case.at_tag(
                    "outside_table",
                    tag,
                    say("Tanda ini mengambil tempat satu {place}, tetapi tidak berada dalam tabel.", place=name),
                    say("Pindahkan ke dalam tabel, atau tulis {{%p … %}}."),
                )
            elif others:
                yield case.at_tag(
                    "not_alone",
                    tag,
                    say(
                        "Tanda ini mengambil tempat satu {place}, tetapi di sana ada isi lain: {others}.",
                        place=name,
                        others=repr(others),
                    ),
                    say("Pindahkan tanda ini ke {place} tersendiri.", place=name),
                )


def loops_around_paragraphs(case: Case) -> Iterator[Finding]:
    """Find blocks that begin in one paragraph, row or cell and end in another as if they were within a line."""
    for flow in case.flows:
        for block in flow.blocks:
            begin, end = block.tags[0], block.tags[-1]
            if not _fits(block):
                yield case.at_tag(
                    "broken_block",
                    begin,
                    say(
                        "'{name}' ini dan akhirnya, {end}, tidak berada pada tingkat yang sama: hasilnya rusak.",
                        name=begin.statement,
                        end=repr(end.tag.text),
                    ),
                    say("Tulis keduanya {{%p … %}} pada alinea tersendiri, atau {{%tr … %}} pada baris tersendiri."),
                )
            elif not begin.tag.replaces and begin.paragraph is not end.paragraph:
                letter = "p" if _row(begin) is _row(end) else "tr"
                yield case.at_tag(
                    "loop_around_paragraphs",
                    begin,
                    say(
                        "'{name}' ini memuat beberapa alinea, tetapi ditulis seperti di dalam baris.",
                        name=begin.statement,
                    ),
                    say(
                        "Tulis {{%{letter} {name} … %}} dan {{%{letter} {end} %}}, sendirian di tempatnya.",
                        letter=letter,
                        name=begin.statement,
                        end=BLOCKS[begin.statement],
                    ),
                )  # fmt: skip


def _fits(block: Block) -> bool:
    """Return whether what lies between the tags of a block is whole, so that it may be left out or repeated."""
    return all(_is_whole(first, last) for first, last in zip(block.tags, block.tags[1:], strict=False))


def _is_whole(first: PlacedTag, last: PlacedTag) -> bool:
    if first.paragraph.part != last.paragraph.part:
        return False
    begin, end = _cut(first), _cut(last)
    if begin is None or end is None:  # told by another rule
        return True
    above, other_above = [begin, *begin.iterancestors()], [end, *end.iterancestors()]
    while above and other_above and above[-1] is other_above[-1]:  # what holds both
        del above[-1], other_above[-1]
    return [element.tag for element in above] == [element.tag for element in other_above]


def _cut(tag: PlacedTag) -> Any:
    """Return the element that a tag stands for or in: a paragraph, row, cell, or the text element."""
    if tag.tag.replaces:
        holder = _HOLDERS[tag.tag.replaces]
        paragraph = tag.paragraph.element
        return next((each for each in (paragraph, *paragraph.iterancestors()) if each.tag == holder), None)
    at = 0
    for text in texts_of(tag.paragraph.element):
        at += len(text.text or "")
        if at > tag.tag.start:
            return text
    return None


def _row(tag: PlacedTag) -> Any:
    return next(tag.paragraph.element.iterancestors(f"{W}tr"), None)
