"""Telaahan Staf: particulars, a line, the six sections Persoalan … Saran Tindak, the assets, signature; no stamp."""

from __future__ import annotations

from templates_docx._authoring.blocks import letterhead, page_number, particulars, rule, signature
from templates_docx._authoring.lampiran import annexes
from templates_docx._authoring.markup import paragraph, steer
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
    together,
)


def build() -> bytes:
    """The template as .docx."""
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
        + heading("1.", "Persoalan")
        + prose("persoalan")
        + steer("p", "if aset")
        + asset_list("Aset yang ditelaah adalah sebagai berikut:")
        + asset_value()
        + steer("p", "endif")
        + heading("2.", "Praanggapan")
        + numbered("praanggapan")
        + heading("3.", "Fakta yang Mempengaruhi")
        + numbered("fakta")
        + heading("4.", "Analisis")
        + prose("analisis")
        + heading("5.", "Simpulan")
        + prose("simpulan")
        + heading("6.", "Saran Tindak")
        + prose("saran")
        + together(closing("{{ penutup }}", indent=0), signature("penandatangan"))
        + annexes(asset_annex("Telaahan Staf"))
    )
    return write_docx(body, letterhead(), page_number(), cell_size=ASSET_SIZE)
