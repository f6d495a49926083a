"""Daftar Berkas: the dossiers of a year, for whoever looks for one in the boxes; its columns are those of ANRI's lists.

Context: `kantor`, `tahun`, `tanggal_cetak`, `jumlah`, `penandatangan` and `penyusun` (officials, `False` where the
register has none), `daftar` (list of {no, nomor, kode, uraian, aset, kurun, jumlah, perkembangan, lokasi, aktif,
inaktif, nasib, keterangan, and for lists of an office's own: periode, naskah, halaman, keadaan, bundel}), all text.
"""

from __future__ import annotations

from templates_docx._authoring.blocks import (
    grid,
    letterhead,
    page_number,
    signature,
    signature_rows,
    together,
)
from templates_docx._authoring.markup import LYING_WIDTH, cell, paragraph, row, run, steer, table
from templates_docx._authoring.package import write_docx

_DESCRIPTION = (
    paragraph("{{ d.uraian }}", "Sel")
    + steer("p", "if d.aset")
    + paragraph(run("{{ d.aset }}", italic=True), "Sel")
    + steer("p", "endif")
)
COLUMNS = (
    ("No.", 0.9, "{{ d.no }}", "SelTengah"),
    ("Nomor Berkas", 3.1, "{{ d.nomor }}", "Sel"),
    ("Kode Klasifikasi", 1.8, "{{ d.kode }}", "SelTengah"),
    ("Uraian Informasi Berkas", 5.0, _DESCRIPTION, "Sel"),
    ("Kurun Waktu", 2.0, "{{ d.kurun }}", "SelTengah"),
    ("Jumlah", 1.9, "{{ d.jumlah }}", "SelTengah"),
    ("Tingkat Perkem\u00adbangan", 1.5, "{{ d.perkembangan }}", "SelTengah"),
    ("Lokasi/ Boks", 1.9, "{{ d.lokasi }}", "SelTengah"),
    ("Retensi Aktif", 1.5, "{{ d.aktif }}", "SelTengah"),
    ("Retensi Inaktif", 1.5, "{{ d.inaktif }}", "SelTengah"),
    ("Nasib Akhir", 1.4, "{{ d.nasib }}", "SelTengah"),
    ("Keterangan", 2.2, "{{ d.keterangan }}", "SelTengah"),
)
_SIGNER = LYING_WIDTH - 9.0  # cm from the left


def build() -> bytes:
    """The template as .docx."""
    dated = "{{ kantor.tempat }}, {{ tanggal_cetak }}"
    above = paragraph("", "TandaTangan") + paragraph("Disusun oleh:", "TandaTangan")
    both = signature_rows(
        [(above, "penyusun", _SIGNER), (paragraph(dated, "TandaTangan"), "penandatangan", LYING_WIDTH - _SIGNER)],
        width=LYING_WIDTH,
    )
    alone = paragraph(dated, "TandaTangan", indent=_SIGNER) + signature("penandatangan", indent=_SIGNER)
    body = (
        paragraph("DAFTAR BERKAS TAHUN {{ tahun }}", "Judul", after=2)
        + paragraph("Unit Pengolah: {{ kantor.nama }}", align="center", after=2)
        + paragraph("{{ jumlah }} berkas", align="center", after=10)
        + grid(COLUMNS, each="d in daftar[:-1]", fitted=False)
        + steer("p", "for d in daftar[-1:]")
        + _ended(both, "penandatangan and penyusun")
        + _ended(alone, "penandatangan and not penyusun")
        + _ended("", "not penandatangan")
        + steer("p", "endfor")
    )
    return write_docx(body, letterhead(), page_number(), landscape=True)


def _ended(signed: str, condition: str) -> str:
    """The last dossier's row and the signatures on one page: no signature stands alone."""
    widths = [width for _, width, _, _ in COLUMNS]
    line = row(
        [
            cell(text if text.startswith("<w:p>") else paragraph(text, style), width=width)
            for _, width, text, style in COLUMNS
        ],
        whole=True,
    )
    last = table(widths, [line], lines=True, padding=0.1) + paragraph("", "Garis", before=10)
    return steer("p", f"if {condition}") + together(last, signed, width=LYING_WIDTH) + steer("p", "endif")
