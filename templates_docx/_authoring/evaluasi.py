"""Dokumen Hasil Evaluasi: scope, method, recap of the procedures, findings with causes, rating, recommendations."""

from __future__ import annotations

from templates_docx._authoring.blocks import grid, letterhead, page_number, together
from templates_docx._authoring.lampiran import annexes
from templates_docx._authoring.markup import paragraph, steer
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.rekap import summary
from templates_docx._authoring.sections import (
    ASSET_SIZE,
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

FINDINGS = (
    ("No.", 0.8, "{{ t.no }}", "SelTengah"),
    ("Temuan", 5.4, "{{ t.temuan }}", "Sel"),
    ("Akar Masalah", 4.9, "{{ t.akar_masalah }}", "Sel"),
    ("Akibat", 4.9, "{{ t.akibat }}", "Sel"),
)


def build() -> bytes:
    """The template as .docx."""
    findings = (
        steer("p", "if temuan")
        + grid(FINDINGS, each="t in temuan")
        + paragraph("", "Garis")
        + steer("p", "else")
        + sentence("Tidak terdapat temuan.")
        + steer("p", "endif")
    )
    body = (
        paragraph("HASIL EVALUASI KEGIATAN PENGELOLAAN ASET", "Judul")
        + paragraph("TENTANG", "JudulLanjutan")
        + paragraph("{{ perihal|upper|title_lines }}", "JudulLanjutan")
        + paragraph("NOMOR {{ nomor }}", "JudulLanjutan", after=10)
        + heading("Dasar", "A.")
        + numbered("dasar")
        + heading("Ruang Lingkup", "A.")
        + sentence("Periode evaluasi: {{ periode_awal }} sampai dengan {{ periode_akhir }}.")
        + prose("ruang_lingkup")
        + steer("p", "if aset")
        + asset_list("Aset yang dievaluasi adalah sebagai berikut:")
        + asset_value()
        + steer("p", "endif")
        + heading("Metode", "A.")
        + prose("metode")
        + heading("Rekapitulasi Kegiatan", "A.")
        + summary(indent=0.75)
        + heading("Temuan dan Akar Masalah", "A.")
        + findings
        + heading("Penilaian", "A.")
        + sentence("Pengelolaan aset pada periode ini dinilai: {{ penilaian }}.")
        + prose("alasan_penilaian")
        + heading("Rekomendasi", "A.")
        + numbered("rekomendasi")
        + together(
            closing("{{ penutup }}", indent=0),
            approval(("Disetujui dan disahkan oleh:", "pengesah"), ("Disusun oleh:", "penandatangan")),
        )
        + annexes(asset_annex("Hasil Evaluasi"))
    )
    return write_docx(body, letterhead(), page_number(), cell_size=ASSET_SIZE)
