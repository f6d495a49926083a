"""Rules for what the author left in the text: changes, comments, hidden words, fields that change, protection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docgen.render.word.accept_changes import SIGNS
from docgen.render.word.fields import LIVE, REFUSED, read_fields
from docgen.render.word.package import W
from docgen.render.word.sanitize import FETCHING_FIELDS
from docgen.render.word.tags.tag_text import texts_of
from docgen.render.word.text import hidden_styles, is_on
from docgen.template_lint.case import Case
from docgen.template_lint.finding import WHOLE_FILE, Finding, finding
from wording import say

_CHANGES = tuple(f"{W}{name}" for name in SIGNS)
_PROTECTIONS = ("documentProtection", "writeProtection")
_SETTINGS = "word/settings.xml"


def tracked_changes(case: Case) -> Iterator[Finding]:
    """Find paragraphs with tracked changes."""
    for part, tree in case.opened.trees.items():
        seen = set()
        for element in tree.iter(*_CHANGES):
            paragraph = case.paragraph_of(part, element)
            if paragraph is not None and paragraph.index not in seen:
                seen.add(paragraph.index)
                yield case.at(
                    "tracked_changes",
                    paragraph.place(),
                    say("Di sini ada perubahan terlacak; dalam surat semuanya dianggap diterima."),
                    say("Terima atau tolak dulu di Word (Review > Accept / Reject)."),
                )


def comments_left(case: Case) -> Iterator[Finding]:
    """Find comments of the author's."""
    for part, tree in case.opened.trees.items():
        for element in tree.iter(f"{W}commentReference"):
            yield case.at_element(
                "comments_left",
                part,
                element,
                say("Di sini ada komentar, yang tidak ikut tercetak."),
                say("Hapus bila sudah selesai."),
            )


def hidden_text(case: Case) -> Iterator[Finding]:
    """Find words that are formatted as hidden."""
    hidden = hidden_styles(case.opened.parts)
    for paragraph in case.opened.paragraphs:
        if paragraph.part not in case.opened.labels or not paragraph.text:
            continue
        start = 0
        for text in texts_of(paragraph.element):
            end = start + len(text.text or "")
            run = text.getparent()
            if end > start and run is not None and _is_hidden(run, paragraph.element, hidden):
                yield case.at(
                    "hidden_text",
                    paragraph.place(start, end),
                    say("Teks ini disembunyikan, sehingga tidak tercetak."),
                    say("Hapus, atau matikan Hidden (Format > Font) bila harus tercetak."),
                )
            start = end


def changing_fields(case: Case) -> Iterator[Finding]:
    """Find fields of Word whose text depends on clock, file, user or another file."""
    for part, tree in case.opened.trees.items():
        for name, element in read_fields(tree):
            if name in FETCHING_FIELDS:
                yield case.at_element(
                    "fetching_field",
                    part,
                    element,
                    say("Isian otomatis {name} mengambil isi dari berkas atau alamat lain.", name=name),
                    say("Salin isinya ke dalam templat."),
                )
            elif name in REFUSED:
                reason = REFUSED[name]
                yield case.at_element(
                    "refused_field",
                    part,
                    element,
                    say("Isian otomatis {name} {reason}.", name=name, reason=reason),
                    say("Hapus isian otomatis ini, lalu tulis tandanya."),
                )
            elif name and name not in LIVE:
                yield case.at_element(
                    "frozen_field",
                    part,
                    element,
                    say("Isian otomatis {name} tercetak seperti yang tampak sekarang, dan tidak berubah.", name=name),
                    say("Tulis teks atau tanda di tempatnya, agar jelas apa yang tercetak."),
                )  # fmt: skip


def protection(case: Case) -> Iterator[Finding]:
    """Find protection against editing."""
    settings = case.opened.tree(_SETTINGS)
    if settings is not None and any(settings.find(f"{W}{name}") is not None for name in _PROTECTIONS):
        yield finding(
            "protected",
            WHOLE_FILE,
            "",
            say("Berkas ini dilindungi dari perubahan."),
            say("Tidak perlu diubah: perlindungannya dilepas dalam surat."),
        )


def _is_hidden(run: Any, paragraph: Any, hidden: frozenset[str]) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    if vanish is not None:
        return is_on(vanish)
    styles = (run.find(f"{W}rPr/{W}rStyle"), paragraph.find(f"{W}pPr/{W}pStyle"))
    return any(style is not None and style.get(f"{W}val") in hidden for style in styles)
