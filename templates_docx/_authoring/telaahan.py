"""Telaahan Staf: particulars, a line, the six sections Persoalan … Saran Tindak, the assets, signature; no stamp."""

from __future__ import annotations

from templates_docx._authoring.blocks import letterhead, page_number, particulars, rule, signature, together
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
        + heading("Persoalan", "1.")
        + prose("persoalan")
        + steer("p", "if aset")
        + asset_list("Aset yang ditelaah adalah sebagai berikut:")
        + asset_value()
        + steer("p", "endif")
        + heading("Praanggapan", "1.")
        + numbered("praanggapan", form="a.")
        + heading("Fakta yang Memengaruhi", "1.")
        + numbered("fakta", form="a.")
        + heading("Analisis", "1.")
        + prose("analisis")
        + heading("Simpulan", "1.")
        + prose("simpulan")
        + heading("Saran Tindak", "1.")
        + prose("saran")
        + together(closing("{{ penutup }}", indent=0), signature("penandatangan"))
        + annexes(asset_annex("Telaahan Staf"))
    )
    return write_docx(body, letterhead(), page_number(), cell_size=ASSET_SIZE)
