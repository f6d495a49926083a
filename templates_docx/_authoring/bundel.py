"""Front matter of a bundle: cover and contents. Not a kind: the use-case of bundling fills it.

Context, all text unless said otherwise: `kantor` (docgen.forms.office_context), `judul`, `prosedur`, `aset` (list of
texts, one an asset; empty for a collective dossier), `periode`, `jumlah_naskah`, `jumlah_halaman`, `kode`,
`tanggal_cetak`, `daftar` (list of {no, nomor, uraian, tanggal, halaman}).
"""

from __future__ import annotations

from templates_docx._authoring.blocks import grid, letterhead, page_number, particulars
from templates_docx._authoring.markup import paragraph, run, steer
from templates_docx._authoring.package import write_docx

SHOWN_ASSETS = 20  # a cover is one page; the contents name the rest

CONTENTS_COLUMNS = (
    ("No.", 1.1, "{{ d.no }}", "SelTengah"),
    ("Nomor Naskah", 3.9, "{{ d.nomor }}", "Sel"),
    ("Uraian", 6.1, "{{ d.uraian }}", "Sel"),
    ("Tanggal", 3.2, "{{ d.tanggal }}", "SelTengah"),
    ("Halaman", 1.7, "{{ d.halaman }}", "SelTengah"),
)


def build() -> bytes:
    """The template as .docx."""
    assets = (
        steer("p", "if aset|length == 0")
        + paragraph("Kolektif (tanpa aset tertentu)", "Rincian")
        + steer("p", "endif")
        + steer("p", f"for satu in aset[:{SHOWN_ASSETS}]")
        + paragraph("{{ satu }}", "Rincian")
        + steer("p", "endfor")
        + steer("p", f"if aset|length > {SHOWN_ASSETS}")
        + paragraph(f"dan {{{{ aset|length - {SHOWN_ASSETS} }}}} aset lain", "Rincian")
        + steer("p", "endif")
    )
    body = (
        paragraph(run("SAMPUL BERKAS", bold=True, size=20), align="center", before=60, after=18)
        + paragraph(run("{{ judul }}", bold=True, size=14), align="center", after=48)
        + particulars(
            [
                ("Prosedur", "{{ prosedur }}"),
                ("Aset", assets),
                ("Periode", "{{ periode }}"),
                ("Jumlah naskah", "{{ jumlah_naskah }} naskah"),
                ("Jumlah halaman", "{{ jumlah_halaman }} halaman"),
                ("Tanggal cetak", "{{ tanggal_cetak }}"),
                ("Kode berkas", "{{ kode }}"),
            ],
            label_width=4.0,
        )
        + '<w:p><w:pPr><w:pStyle w:val="Judul"/><w:pageBreakBefore/><w:spacing w:after="200"/></w:pPr>'
        + run("DAFTAR ISI BERKAS")
        + "</w:p>"
        + grid(CONTENTS_COLUMNS, each="d in daftar")
    )
    return write_docx(body, letterhead(), page_number())
