"""Telaahan Staf: particulars, a line, the six sections Persoalan … Saran Tindak, the assets, signature; no stamp."""

from __future__ import annotations

from templates_docx._authoring.blocks import (
    letterhead,
    page_number,
    particulars,
    rule,
    signature,
    small_paragraph,
    together,
)
from templates_docx._authoring.lampiran import annexes, either
from templates_docx._authoring.markup import cell, paragraph, row, steer, steer_row, table
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.sections import (
    ASSET_SIZE,
    asset_annex,
    asset_list,
    asset_value,
    closing,
    heading,
    numbered,
    prose,
)

COLUMNS = (11.2, 4.8)  # cm: the study, and the superior's words
FEW = (  # what tells assets apart in a column
    ("No.", 0.8, "{{ a.no }}"),
    ("NIBAR", 4.2, "{{ a.nibar }}"),
    ("Nama Barang", 3.6, "{{ a.nama }}"),
    ("Kondisi", 1.9, "{{ a.kondisi }}"),
)


def _sections(assets: str) -> list[str]:
    """The six sections, with the assets under the first."""
    return [
        heading("Persoalan", "1.") + prose("persoalan") + steer("p", "if aset") + assets + steer("p", "endif"),
        heading("Praanggapan", "1.") + numbered("praanggapan", form="a."),
        heading("Fakta yang Memengaruhi", "1.") + numbered("fakta", form="a."),
        heading("Analisis", "1.") + prose("analisis"),
        heading("Simpulan", "1.") + prose("simpulan"),
        heading("Saran Tindak", "1.") + prose("saran"),
    ]


def _few_assets() -> str:
    """What tells the assets apart, in a column."""
    widths = [width for _, width, _ in FEW]
    head = row([cell(paragraph(title, "SelKepala"), width=width) for title, width, _ in FEW], header=True, whole=True)
    line = row([cell(paragraph(text, "Sel"), width=width) for _, width, text in FEW], whole=True)
    rows = [head, steer_row("for a in aset"), line, steer_row("endfor")]
    return table(widths, rows, lines=True, padding=0.08, style="") + paragraph("", "Garis")


def _beside_disposition() -> str:
    """The study beside an empty column in which the superior writes; a row for each section, without a line between."""
    assets = either("aset", _few_assets(), "Aset yang ditelaah adalah sebagai berikut:", indent=0.75) + asset_value()
    sections = _sections(assets)
    heads = [paragraph(title, "SelKepala") for title in ("Telaahan", "Disposisi")]
    rows = [row([cell(head, width=width) for head, width in zip(heads, COLUMNS, strict=True)], header=True, whole=True)]
    for index, section in enumerate(sections):
        inner = {"top": index > 0, "bottom": index < len(sections) - 1}
        look = "".join(f'<w:{side} w:val="nil"/>' for side, is_inner in inner.items() if is_inner)
        # LibreOffice keeps a table whole whose rows all begin with a heading
        parts = (small_paragraph() + section + small_paragraph(), paragraph(""))
        look = f"<w:tcBorders>{look}</w:tcBorders>"
        rows.append(row([cell(part, width=width, look=look) for part, width in zip(parts, COLUMNS, strict=True)]))
    return table(COLUMNS, rows, lines=True, padding=0.2) + paragraph("", "Garis")


def build() -> bytes:
    """The template as .docx; with a column for the superior's words where the office has it so."""
    body = (
        paragraph("TELAAHAN STAF", "Judul", after=10)
        + particulars(
            [
                ("Yth.", "{{ kepada }}"),
                (
                    "Dari",
                    "{% if penandatangan.atas_nama %}{{ penandatangan.atas_nama }}, {% endif %}"
                    "{{ penandatangan.jabatan }}",
                ),
                ("Tanggal", "{{ tanggal }}"),
                ("Nomor", "{{ nomor }}"),
                ("Sifat", "{{ sifat }}"),
                ("Lampiran", "{{ lampiran }}"),
                ("Hal", "{{ hal }}"),
            ],
            label_width=2.6,
        )
        + rule()
        + steer("p", "if kantor.kolom_disposisi")
        + _beside_disposition()
        + steer("p", "else")
        + "".join(_sections(asset_list("Aset yang ditelaah adalah sebagai berikut:") + asset_value()))
        + steer("p", "endif")
        + together(closing("{{ penutup }}", indent=0), signature("penandatangan"))
        + annexes(asset_annex("Telaahan Staf"))
    )
    return write_docx(body, letterhead(), page_number(), cell_size=ASSET_SIZE)
