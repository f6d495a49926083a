"""Nota Dinas: particulars, a line, opening, content, asset table, closing, signature; no stamp, no place and date."""

from __future__ import annotations

from templates_docx._authoring.blocks import grid, letterhead, page_number, particulars, rule, signature, together
from templates_docx._authoring.lampiran import annexes, either, list_annex
from templates_docx._authoring.markup import paragraph, steer
from templates_docx._authoring.numbering import list_of
from templates_docx._authoring.package import write_docx

ASSET_TITLE, ASSET_ROWS = "DAFTAR BARANG MILIK DAERAH", "barang milik daerah"
ASSET_COLUMNS = (
    ("No.", 0.9, "{{ a.no }}", "SelTengah"),
    ("NIBAR / Kode Barang", 3.3, paragraph("{{ a.nibar }}", "Sel") + paragraph("{{ a.kode_barang }}", "Sel"), "Sel"),
    ("Nama Barang", 2.7, "{{ a.nama }}", "Sel"),
    ("Merk/Type", 2.2, "{{ a.merk }}", "Sel"),
    ("No. Seri", 2.2, "{{ a.seri }}", "Sel"),
    ("Tahun", 1.2, "{{ a.tahun }}", "SelTengah"),
    ("Kondisi", 1.4, "{{ a.kondisi }}", "SelTengah"),
    ("Lokasi", 2.1, "{{ a.lokasi }}", "Sel"),
)


def build() -> bytes:
    """The template as .docx."""
    copies = (
        steer("p", "if tembusan|length > 1")
        + steer("p", "for satu in tembusan")
        + paragraph("{{ satu }}", "Rincian", number=list_of("tembusan"))
        + steer("p", "endfor")
        + steer("p", "else")
        + paragraph("{% if tembusan %}{{ tembusan|first }}{% else %}-{% endif %}", "Rincian")
        + steer("p", "endif")
    )
    assets = grid(ASSET_COLUMNS, each="a in aset")
    body = (
        paragraph("NOTA DINAS", "Judul", after=10)
        + particulars(
            [
                ("Yth.", "{{ kepada }}"),
                (
                    "Dari",
                    "{% if penandatangan.atas_nama %}{{ penandatangan.atas_nama }}, {% endif %}"
                    "{{ penandatangan.jabatan }}",
                ),
                ("Tembusan", copies),
                ("Tanggal", "{{ tanggal }}"),
                ("Nomor", "{{ nomor }}"),
                ("Sifat", "{{ sifat }}"),
                ("Lampiran", "{{ lampiran }}"),
                ("Hal", "{{ hal }}"),
            ],
            label_width=2.6,
        )
        + rule()
        + steer("p", "if pembuka")
        + paragraph("{{ pembuka }}", "Isi")
        + steer("p", "endif")
        + paragraph("{{p isi }}", "Isi")
        + steer("p", "if aset")
        + either(
            "aset", assets + paragraph("", "Garis"), "Barang milik daerah yang dimaksud adalah sebagai berikut:", "Isi"
        )
        + steer("p", "endif")
        + together(paragraph("{{ penutup }}", "Isi", after=14), signature("penandatangan"))
        + annexes(list_annex("aset", "Nota Dinas", ASSET_TITLE, listed=assets, rows=ASSET_ROWS))
    )
    return write_docx(body, letterhead(), page_number())
