"""Rules for how a tag is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.render.word.tags.tag_text import find_tags
from docgen.render.word.tags.tag_vocabulary import explain
from docgen.template_lint.case import Case
from docgen.template_lint.finding import Finding
from docgen.template_lint.opened import TextParagraph
from docgen.template_lint.tags import MIDDLES, PlacedTag
from wording import say

_BEGIN, _END = re.compile(r"\{[{%#]"), re.compile(r"[}%#]\}")
_APART = re.compile(r"\{\s+[{%](?!\s*\})[^{}]*[}%]\s*\}|\{[{%][^{}]*[}%]\s+\}")  # `{ { nama } }`
_SINGLE = re.compile(r"(?<![{$\\])\{\s*([A-Za-z_][\w.]*)\s*\}(?!\})")
_CURVED = re.compile("[“”‘’]")
MOST = 50  # findings in one paragraph
_MARGIN = 25  # characters shown behind an opening that has no end


def unfinished_tags(case: Case) -> Iterator[Finding]:
    """Find tags without an end, ends without a begin, and tags that a paragraph's end cuts in two."""
    cut = False  # whether the paragraph before ends within a tag
    paragraphs = case.opened.paragraphs
    for paragraph, following in zip(paragraphs, [*paragraphs[1:], None], strict=True):
        begins, ends = _leftovers(paragraph.text, _BEGIN), _leftovers(paragraph.text, _END)
        for start in begins[:MOST]:
            place = paragraph.place(start, min(len(paragraph.text), start + _MARGIN))
            if following is not None and following.part == paragraph.part and _begins_with_end(following):
                yield case.at(
                    "split_tag",
                    place,
                    say("Tanda ini terbelah oleh pergantian alinea: kurung penutupnya ada di alinea berikutnya."),
                    say("Hapus pergantian alinea di dalam tanda itu."),
                )
            else:
                yield case.at(
                    "unclosed_tag",
                    place,
                    say("Kurung tanda ini tidak ditutup."),
                    say("Tutup dengan kurung yang sama: {{{{ nama }}}} atau {{% perintah %}}."),
                )
        for start in ends[1 if cut else 0 : MOST]:
            yield case.at(
                "unopened_tag",
                paragraph.place(max(0, start - _MARGIN), start + 2),
                say("Ada kurung penutup tanpa pembuka."),
                say("Tulis pembukanya, {{{{ atau {{%, atau hapus kurung ini."),
            )
        cut = bool(begins) and following is not None and following.part == paragraph.part


def odd_braces(case: Case) -> Iterator[Finding]:
    """Find names in single braces, and braces that a space keeps apart."""
    for paragraph in case.opened.paragraphs:
        if "{" not in paragraph.text:
            continue
        rest = _without_tags(paragraph.text)
        for match in _APART.finditer(rest):
            yield case.at(
                "spaced_braces",
                paragraph.place(*match.span()),
                say("Kedua kurung tanda ini terpisah spasi, sehingga tercetak begitu saja."),
                say("Tulis kedua kurung rapat: {{{{ nama }}}}."),
            )
        for match in _SINGLE.finditer(_APART.sub(lambda apart: " " * len(apart[0]), rest)):
            yield case.at(
                "single_braces",
                paragraph.place(*match.span()),
                say("{words} berkurung satu, sehingga tercetak begitu saja.", words=match[0]),
                say("Bila ini isian, tulis {{{{ {name} }}}}.", name=match[1]),
            )


def curved_quotes(case: Case) -> Iterator[Finding]:
    """Find curved quotes in tags, which are read as straight ones."""
    for tag in _all_tags(case):
        if _CURVED.search(tag.tag.text) and not tag.error:
            yield case.at_tag(
                "curved_quotes",
                tag,
                say("Tanda kutip di sini melengkung, dan dibaca sebagai tanda kutip lurus."),
                say("Tidak perlu diubah."),
            )


def unreadable_tags(case: Case) -> Iterator[Finding]:
    """Find tags that Jinja cannot read."""
    unreadable = [(tag, tag.error) for tag in _all_tags(case) if tag.error]
    for tag, error in [*unreadable, *(pair for flow in case.flows for pair in flow.misplaced)]:
        is_unknown = (error.message or "").startswith("Encountered unknown tag") and tag.statement not in MIDDLES
        yield case.at_tag(
            "unknown_statement" if is_unknown else "unreadable_tag",
            tag,
            say("Tanda ini tidak dapat dibaca: {problem}", problem=explain(error)),
            say("Perbaiki tulisannya, atau hapus tanda ini."),
        )


def _all_tags(case: Case) -> Iterator[PlacedTag]:
    return (tag for flow in case.flows for tag in flow.tags)


def _without_tags(text: str) -> str:
    """Return a text of the same length in which each tag is blank."""
    for tag in find_tags(text):
        text = text[: tag.start] + " " * (tag.end - tag.start) + text[tag.end :]
    return text


def _leftovers(text: str, pattern: re.Pattern[str]) -> list[int]:
    """Return where a pattern stands outside of complete tags and of braces that a space keeps apart."""
    if "{" not in text and "}" not in text:
        return []
    rest = _APART.sub(lambda apart: " " * len(apart[0]), _without_tags(text))
    return [match.start() for match in pattern.finditer(rest)]


def _begins_with_end(paragraph: TextParagraph) -> bool:
    """Return whether the first brace of a paragraph ends a tag of the one before it."""
    rest = _without_tags(paragraph.text)
    end, begin = _END.search(rest), _BEGIN.search(rest)
    return end is not None and (begin is None or end.start() < begin.start())
