"""Dokumen Identifikasi Penghapusan: candidates, cause, inspection, data, photographs, recommendation."""

from __future__ import annotations

from templates_docx._authoring.blocks import grid, letterhead, page_number, together
from templates_docx._authoring.dokumentasi import photo_annex
from templates_docx._authoring.lampiran import annexes
from templates_docx._authoring.markup import paragraph, steer
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.sections import (
    approval,
    asset_annex,
    asset_list,
    asset_value,
    closing,
    heading,
    numbered,
    prose,
    sentence,
)

# The facts a proposal of disposal must have; specification and book value are not in the register.
CANDIDATES = (
    ("No.", 0.7, "{{ a.no }}", "SelTengah"),
    ("NIBAR / Kode Barang", 2.8, paragraph("{{ a.nibar }}", "Sel") + paragraph("{{ a.kode_barang }}", "Sel"), "Sel"),
    ("Kode Register", 1.4, "{{ a.register }}", "SelTengah"),
    ("Nama Barang", 2.1, "{{ a.nama }}", "Sel"),
    ("Merk/Type dan No. Seri", 2.5, paragraph("{{ a.merk }}", "Sel") + paragraph("{{ a.seri }}", "Sel"), "Sel"),
    ("Tahun", 1.1, "{{ a.tahun }}", "SelTengah"),
    ("Nilai Perolehan", 2.55, "{{ a.nilai }}", "SelKanan"),
    ("Kondisi", 1.25, "{{ a.kondisi }}", "SelTengah"),
    ("Lokasi", 1.6, "{{ a.lokasi }}", "Sel"),
)
EXCEPTIONS = (
    ("No.", 0.8, "{{ r.no }}", "SelTengah"),
    ("Barang", 4.3, "{{ r.barang }}", "Sel"),
    ("Penyebab", 2.6, "{{ r.penyebab }}", "Sel"),
    ("Hasil Pemeriksaan", 5.3, "{{ r.pemeriksaan }}", "Sel"),
    ("Rekomendasi", 3.0, "{{ r.rekomendasi }}", "Sel"),
)


def build() -> bytes:
    """The template as .docx."""
    body = (
        paragraph("DOKUMEN IDENTIFIKASI PENGHAPUSAN ASET", "Judul")
        + paragraph("TENTANG", "JudulLanjutan")
        + paragraph("{{ perihal|upper|title_lines }}", "JudulLanjutan")
        + paragraph("NOMOR {{ nomor }}", "JudulLanjutan", after=10)
        + heading("Dasar", "A.")
        + numbered("dasar")
        + heading("Aset yang Diidentifikasi", "A.")
        + asset_list(
            "Aset yang dipertimbangkan untuk dihapus sebanyak {{ jumlah_aset }}, dengan rincian sebagai berikut:",
            CANDIDATES,
        )
        + asset_value()
        + heading("Penyebab dan Pemeriksaan Fisik", "A.")
        + sentence(
            "Penyebab: {{ penyebab }}. Pemeriksaan dilakukan pada tanggal {{ tanggal_pemeriksaan }}.", align="left"
        )
        + prose("pemeriksaan")
        + steer("p", "if pengecualian")
        + sentence("Aset dengan penyebab, hasil pemeriksaan, atau rekomendasi yang berbeda:", keep_next=True)
        + grid(EXCEPTIONS, each="r in pengecualian")
        + paragraph("", "Garis")
        + steer("p", "endif")
        + steer("p", "if pengamanan_data")
        + heading("Pengamanan data")
        + prose("pengamanan_data")
        + steer("p", "endif")
        + heading("Dokumentasi", "A.")
        + steer("p", "if dokumentasi")
        + numbered("dokumentasi")
        + steer("p", "elif foto")
        + sentence("Foto sebagaimana tercantum dalam {{ foto_lampiran }}.")
        + steer("p", "else")
        + sentence("-")
        + steer("p", "endif")
        + heading("Rekomendasi", "A.")
        + together(
            closing(
                "Direkomendasikan agar aset tersebut {{ rekomendasi }}. {{ alasan }} Dokumen ini menjadi bahan "
                "telaahan Kepala Seksi dan belum merupakan keputusan penghapusan barang milik daerah."
            ),
            approval(("Mengetahui:", "mengetahui"), ("Diidentifikasi oleh:", "penandatangan"), optional="mengetahui"),
        )
        + annexes(
            asset_annex("Dokumen Identifikasi", CANDIDATES),
            photo_annex("Dokumen Identifikasi"),
        )
    )
    return write_docx(body, letterhead(), page_number(), cell_size=8)
