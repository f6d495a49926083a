"""Dokumen Hasil Evaluasi: scope, method, recap of the procedures, findings with causes, rating, recommendations."""

from __future__ import annotations

from templates_docx._authoring.blocks import grid, letterhead, page_number
from templates_docx._authoring.lampiran import annexes
from templates_docx._authoring.markup import paragraph, steer
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.rekap import NOTES, SUMMARY, figures
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
    together,
)

FINDINGS = (
    ("No.", 0.8, "{{ t.no }}", "SelTengah"),
    ("Temuan", 5.4, "{{ t.temuan }}", "Sel"),
    ("Akar Masalah", 4.9, "{{ t.akar_masalah }}", "Sel"),
    ("Akibat", 4.9, "{{ t.akibat }}", "Sel"),
)


def build() -> bytes:
    """The template as .docx."""
    recap = sentence(SUMMARY) + figures() + "".join(paragraph(note, "Rincian", after=4) for note in NOTES)
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
        + paragraph("TENTANG", "Judul")
        + paragraph("{{ perihal|upper }}", "Judul")
        + paragraph("NOMOR {{ nomor }}", "Judul", after=10)
        + heading("A.", "Dasar")
        + numbered("dasar")
        + heading("B.", "Ruang Lingkup")
        + sentence("Periode evaluasi: {{ periode_awal }} sampai dengan {{ periode_akhir }}.")
        + prose("ruang_lingkup")
        + steer("p", "if aset")
        + asset_list("Aset yang dievaluasi adalah sebagai berikut:")
        + asset_value()
        + steer("p", "endif")
        + heading("C.", "Metode")
        + prose("metode")
        + heading("D.", "Rekapitulasi Kegiatan")
        + recap
        + heading("E.", "Temuan dan Akar Masalah")
        + findings
        + heading("F.", "Penilaian")
        + sentence("Pengelolaan aset pada periode ini dinilai: {{ penilaian }}.")
        + prose("alasan_penilaian")
        + heading("G.", "Rekomendasi")
        + numbered("rekomendasi")
        + together(
            closing("{{ penutup }}", indent=0),
            approval(("Disahkan oleh:", "pengesah"), ("Disusun oleh:", "penandatangan")),
        )
        + annexes(asset_annex("Hasil Evaluasi"))
    )
    return write_docx(body, letterhead(), page_number(), cell_size=ASSET_SIZE)
