"""Letters end their pages well at any length: no lone line, and closing, signature and copies on one page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

import pytest

from docgen.kinds.kind import Kind
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.render.word.fill import render_docx
from tests.support.office.kinds import delivered_kinds
from tests.support.office.letters import together
from tests.support.office.small_office import KABID, KASI, context

KINDS = delivered_kinds()
LENGTHS = range(8)
# One of each make: body with labelled rows, headed sections, a report, a Berita Acara, paragraphs alone, lying down.
MAKES: list[tuple[str, Literal["A4", "F4"]]] = [
    ("surat_penugasan", "A4"),
    ("surat_penugasan", "F4"),
    ("telaahan", "A4"),
    ("laporan_instalasi", "F4"),
    ("berita_acara_penghapusan", "A4"),
    ("nota_dinas", "A4"),
    ("rencana_kebutuhan", "A4"),
]
CLOSING = re.compile(r"Demikian|Atas perhatian|disampaikan")
SUPERIOR = KABID.model_copy(update={"post": "Kepala Bidang Infrastruktur Teknologi Informasi dan Komunikasi"})


def marked(names: Iterator[str], lines: int) -> str:
    """A paragraph of about so many lines, each of whose words is its own name."""
    return " ".join([next(names)] * 9 * lines)


def data(kind: Kind, length: int) -> dict[str, Any]:
    """Long texts and items, more of them the higher the `length`, and as many copies and more."""
    names = (f"alinea{number:03}" for number in range(1000))
    varied: dict[str, Any] = {}
    for field in kind.fields:
        lines = [3, 2, 4, *[1] * length] if not varied else [3, 5]
        if field.name == "penutup":
            continue
        if field.type in ("paragraphs", "rich_text"):
            varied[field.name] = "\n\n".join(marked(names, count) for count in lines)[: field.max_length].strip()
        elif field.name == "tembusan":
            varied[field.name] = [f"Kepala Bagian {number}" for number in range(length + 6)]
        elif field.type == "list":
            varied[field.name] = [marked(names, count)[: field.max_length].strip() for count in lines]
    return varied


def lone_lines(pages: list[str]) -> list[str]:
    """The names of paragraphs of which one line alone stands on a page they share with another."""
    lines: dict[str, Counter[int]] = {}
    for number, page in enumerate(pages):
        for line in page.splitlines():
            for name in set(re.findall(r"alinea\d{3}", line)):
                lines.setdefault(name, Counter())[number] += 1
    return [name for name, count in lines.items() if len(count) > 1 and min(count.values()) < 2]


@pytest.mark.office
@pytest.mark.parametrize(("slug", "paper"), MAKES)
def test_no_page_ends_badly_at_any_length(slug: str, paper: Literal["A4", "F4"], converter: Converter) -> None:
    """No paragraph or item leaves one line behind or sends one ahead; closing, signature and copies are on one page."""
    kind = KINDS[slug]
    docxs = [
        render_docx(
            kind.template,
            context(kind, data(kind, length), count=0 if kind.needs_assets == "none" else 2, on_behalf_of=SUPERIOR),
            paper=paper,
        )
        for length in LENGTHS
    ]
    for pdf in together(converter, docxs):
        pages = page_text(pdf)
        assert lone_lines(pages) == []
        assert CLOSING.search(pages[-1])
        assert KASI.name in pages[-1]
        assert ("Tembusan" in "".join(pages)) == ("Tembusan" in pages[-1]) or slug == "nota_dinas"
