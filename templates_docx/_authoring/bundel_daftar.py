"""Daftar Berkas: the dossiers of a year, for whoever looks for one in the boxes.

Context: `kantor`, `tahun`, `tanggal_cetak`, `jumlah`, `daftar` (list of {no, nomor, uraian, aset, periode, naskah,
halaman, keadaan, bundel}), all text.
"""

from __future__ import annotations

from templates_docx._authoring.blocks import grid, letterhead, page_number
from templates_docx._authoring.markup import LYING_WIDTH, paragraph, run, steer
from templates_docx._authoring.package import write_docx

_DESCRIPTION = (
    paragraph("{{ d.uraian }}", "Sel")
    + steer("p", "if d.aset")
    + paragraph(run("{{ d.aset }}", italic=True), "Sel")
    + steer("p", "endif")
)
COLUMNS = (
    ("No.", 1.0, "{{ d.no }}", "SelTengah"),
    ("Nomor Berkas", 4.2, "{{ d.nomor }}", "Sel"),
    ("Uraian Berkas", 7.6, _DESCRIPTION, "Sel"),
    ("Kurun Waktu", 3.6, "{{ d.periode }}", "SelTengah"),
    ("Naskah", 1.6, "{{ d.naskah }}", "SelTengah"),
    ("Halaman", 1.7, "{{ d.halaman }}", "SelTengah"),
    ("Keadaan", 2.2, "{{ d.keadaan }}", "SelTengah"),
    ("Bundel Terarsip", 2.8, "{{ d.bundel }}", "SelTengah"),
)


def build() -> bytes:
    """The template as .docx."""
    body = (
        paragraph("DAFTAR BERKAS TAHUN {{ tahun }}", "Judul", after=2)
        + paragraph("{{ jumlah }} berkas, dicetak {{ tanggal_cetak }}", align="center", after=10)
        + grid(COLUMNS, each="d in daftar")
    )
    return write_docx(body, letterhead(LYING_WIDTH), page_number(), landscape=True)
