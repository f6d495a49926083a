"""Plans: of needs, of a relocation, of follow-up and of action. I Dasar, II Latar Belakang, III table, IV Penutup.

There is no form prescribed for plans; the sections are those in common use. Their tables are wide, so that all but the
plan of a relocation lie down.
"""

from __future__ import annotations

from collections.abc import Sequence

from templates_docx._authoring.blocks import grid, letterhead, page_number, together
from templates_docx._authoring.lampiran import annexes
from templates_docx._authoring.markup import LYING_WIDTH, TEXT_WIDTH, paragraph, steer
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.sections import (
    ASSET_SIZE,
    approval,
    asset_annex,
    asset_list,
    closing,
    heading,
    numbered,
    prose,
    sentence,
)

AUTHOR = ("Disusun oleh:", "penandatangan")
APPROVED = ("Disetujui oleh:", "penyetuju")
# The word of the step that decides: A3 asks for approval, B3 for approval and ratification. No step decides on the
# follow-up, which is ratified by hand where an office wants it.
APPROVED_LAST = ("Disetujui oleh:", "pengesah")
APPROVED_AND_RATIFIED = ("Disetujui dan disahkan oleh:", "pengesah")
RATIFIED = ("Disahkan oleh:", "pengesah")
# A plan of action is reported, not approved: step 6 of the evaluation receives it, one after the other.
RECEIVED, RECEIVED_LAST = ("Diterima oleh:", "penyetuju"), ("Diterima oleh:", "mengetahui")
NEED_COLUMNS = (
    ("No.", 0.8, "{{ k.no }}", "SelTengah"),
    ("Kode Barang", 2.75, "{{ k.kode_barang }}", "Sel"),
    ("Nama Barang", 2.5, "{{ k.nama }}", "Sel"),
    ("Spesifikasi", 3.0, "{{ k.spesifikasi }}", "Sel"),
    ("Jumlah", 1.35, "{{ k.jumlah }}", "SelTengah"),
    ("Satuan", 1.3, "{{ k.satuan }}", "SelTengah"),
    ("Harga Satuan", 2.55, "{{ k.harga_satuan }}", "SelKanan"),
    ("Jumlah Harga", 2.7, "{{ k.total }}", "SelKanan"),
    ("Alasan Kebutuhan", 2.7, "{{ k.alasan }}", "Sel"),
    ("Prioritas", 1.5, "{{ k.prioritas }}", "SelTengah"),
    ("Sumber Dana", 1.5, "{{ k.sumber_dana }}", "SelTengah"),
    ("Lokasi", 2.05, "{{ k.lokasi }}", "Sel"),
)
MOVED_COLUMNS = (
    ("No.", 0.8, "{{ a.no }}", "SelTengah"),
    ("NIBAR / Kode Barang", 3.0, paragraph("{{ a.nibar }}", "Sel") + paragraph("{{ a.kode_barang }}", "Sel"), "Sel"),
    ("Nama Barang", 2.5, "{{ a.nama }}", "Sel"),
    ("Merk/Type dan No. Seri", 2.7, paragraph("{{ a.merk }}", "Sel") + paragraph("{{ a.seri }}", "Sel"), "Sel"),
    ("Kondisi", 1.4, "{{ a.kondisi }}", "SelTengah"),
    ("Asal", 2.6, "{{ a.lokasi }}", "Sel"),
    ("Tujuan", 3.0, "{{ tujuan }}", "Sel"),
)
EXCEPTION_COLUMNS = (
    ("No.", 0.8, "{{ r.no }}", "SelTengah"),
    ("Barang", 6.0, "{{ r.barang }}", "Sel"),
    ("Tujuan", 5.6, "{{ r.tujuan }}", "Sel"),
    ("Tanggal", 3.6, "{{ r.tanggal }}", "SelTengah"),
)
RISK_COLUMNS = (
    ("No.", 0.8, "{{ r.no }}", "SelTengah"),
    ("Risiko", 4.8, "{{ r.risiko }}", "Sel"),
    ("Pencegahan", 5.2, "{{ r.pencegahan }}", "Sel"),
    ("Pemulihan (rollback)", 5.2, "{{ r.pemulihan }}", "Sel"),
)


def _actions(first: str, second: str, tag: str) -> Sequence[tuple[str, float, str, str]]:
    return (
        ("No.", 0.8, "{{ k.no }}", "SelTengah"),
        (first, 4.7, f"{{{{ k.{tag} }}}}", "Sel"),
        (second, 4.6, "{{ k.kegiatan }}", "Sel"),
        ("Keluaran/Indikator", 4.0, "{{ k.indikator }}", "Sel"),
        ("Penanggung Jawab", 3.2, "{{ k.penanggung_jawab }}", "Sel"),
        ("Target Waktu", 2.4, "{{ k.target_waktu }}", "SelTengah"),
        ("Anggaran", 2.9, "{{ k.anggaran }}", "SelKanan"),
        ("Status", 2.1, "{{ k.status }}", "SelTengah"),
    )


def build_needs() -> bytes:
    """Rencana Kebutuhan as .docx."""
    third = (
        sentence("Kebutuhan aset Tahun Anggaran {{ tahun_anggaran }} adalah sebagai berikut:", keep_next=True)
        + grid(NEED_COLUMNS, each="k in kebutuhan", padding=0.08)
        + paragraph("", "Garis")
        + sentence(
            "Jumlah kebutuhan anggaran seluruhnya {{ kebutuhan_total }}"
            "{% if kebutuhan_total_terbilang %} ({{ kebutuhan_total_terbilang }}){% endif %}."
        )
    )
    return _lying("RENCANA KEBUTUHAN ASET", ("Rencana Kebutuhan", third), (APPROVED_LAST, APPROVED, AUTHOR))


def build_follow_up() -> bytes:
    """Rencana Tindak Lanjut as .docx."""
    third = _budgeted(_actions("Temuan/Rekomendasi", "Tindak Lanjut", "temuan"))
    return _lying("RENCANA TINDAK LANJUT", ("Rencana Tindak Lanjut", third), (RATIFIED, AUTHOR), optional="pengesah")


def build_action() -> bytes:
    """Rencana Aksi as .docx."""
    third = _budgeted(_actions("Tindak Lanjut", "Aksi", "tindak_lanjut"))
    return _lying("RENCANA AKSI", ("Rencana Aksi", third), (RECEIVED_LAST, RECEIVED, AUTHOR))


def build_relocation() -> bytes:
    """Rencana Pemindahtempatan as .docx."""
    third = (
        asset_list(
            "Aset dipindahkan ke {{ tujuan }} pada tanggal {{ tanggal_pelaksanaan }} oleh {{ pelaksana }}, "
            "dengan rincian sebagai berikut:",
            MOVED_COLUMNS,
        )
        + steer("p", "if pengecualian")
        + sentence("Menyimpang dari rincian tersebut, aset berikut dipindahkan tersendiri:", keep_next=True)
        + grid(EXCEPTION_COLUMNS, each="r in pengecualian")
        + paragraph("", "Garis")
        + steer("p", "endif")
        + sentence("Risiko pemindahan dan penanganannya:", keep_next=True)
        + grid(RISK_COLUMNS, each="r in risiko")
        + paragraph("", "Garis")
    )
    body = (
        _title("RENCANA PEMINDAHTEMPATAN ASET")
        + _sections(("Rencana Pemindahtempatan", third))
        + together(closing("{{ penutup }}"), approval(APPROVED_AND_RATIFIED, APPROVED, AUTHOR))
        + annexes(asset_annex("Rencana Pemindahtempatan", MOVED_COLUMNS))
    )
    return write_docx(body, letterhead(), page_number(), cell_size=ASSET_SIZE)


def _budgeted(columns: Sequence[tuple[str, float, str, str]]) -> str:
    return (
        sentence("Rencana atas hasil evaluasi periode {{ periode }} adalah sebagai berikut:", keep_next=True)
        + grid(columns, each="k in kegiatan")
        + paragraph("", "Garis")
        + steer("p", "if kegiatan_anggaran")
        + sentence(
            "Jumlah anggaran seluruhnya {{ kegiatan_anggaran }}"
            "{% if kegiatan_anggaran_terbilang %} ({{ kegiatan_anggaran_terbilang }}){% endif %}."
        )
        + steer("p", "endif")
    )


def _title(title: str, width: float = TEXT_WIDTH) -> str:
    """What it is, what about (under TENTANG, as a report is headed), and its number."""
    about = f"{{{{ perihal|upper|title_lines({width}) }}}}"
    rest = "".join(paragraph(line, "JudulLanjutan") for line in ("TENTANG", about))
    return paragraph(title, "Judul") + rest + paragraph("NOMOR {{ nomor }}", "JudulLanjutan", after=10)


def _sections(third: tuple[str, str]) -> str:
    return (
        heading("Dasar", "I.")
        + numbered("dasar")
        + heading("Latar Belakang", "I.")
        + prose("latar_belakang")
        + heading(third[0], "I.")
        + third[1]
        + heading("Penutup", "I.")
    )


def _lying(title: str, third: tuple[str, str], signers: Sequence[tuple[str, str]], optional: str = "") -> bytes:
    block = approval(*signers, width=LYING_WIDTH, optional=optional)
    signed = together(closing("{{ penutup }}"), block, width=LYING_WIDTH)
    body = _title(title, LYING_WIDTH) + _sections(third) + signed
    return write_docx(body, letterhead(), page_number(), cell_size=ASSET_SIZE, landscape=True)
