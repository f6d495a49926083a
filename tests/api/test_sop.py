"""The SOP as another system sees it, held against the printed table of 2024, row by row."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from tests.support.callers.api import Caller

pytestmark = pytest.mark.office

TITLES = {
    "perencanaan": "Prosedur Perencanaan Kebutuhan dan Penganggaran Aset Sistem Elektronik (Hardware/Software)",
    "pemindahtempatan": "Prosedur Pemindahtempaan Aset Sistem Elektronik (Hardware, Software, Data)",
    "penggunaan": "Prosedur Penggunaan dan Pemanfaatan Aset Sistem Elektronik (Hardware, Software)",
    "pemeliharaan": "Prosedur Perbaikan dan Pemeliharaan Aset Sistem Elektronik (Hardware, Software)",
    "penghapusan": "Prosedur Penghapusan Aset Sistem Elektronik (Hardware, Software, Data)",
    "evaluasi": "Prosedur Evaluasi Pengelolaan Aset Sistem Elektronik (Hardware, Software, Data)",
}
# As printed: activity, requirements and completeness, time, result; misprints are the SOP's.
PRINTED = {
    "A1": ("Menyusun dan Mengajukan rencana kebutuhan Aset", "Rencana Kebutuhan", "1 Hari", "Rencana Kebutuhan"),
    "A2": (
        "Meminta Persetujuan Kabid terkait rencana kebutuhan asset",
        "Rencana Kebutuhan",
        "10 Menit",
        "Rencana Kebutuhan yang disetujui Kabid",
    ),
    "A3": (
        "Meminta Persetujuan Kadis terkait kebutuhan asset ke Kepala Dinas",
        "Rencana Kebutuhan yang disetujui Kabid",
        "10 Menit",
        "Rencana Kebutuhan yang disetujui Kabid dan Kadis",
    ),
    "A4": (
        "Meminta Kepala Bidang untuk menindaklanjuti usulan rencana kebutuhan asset kepada Kepala Seksi. "
        "Jika tidak dikembalikan kembali kepada kepala seksi yang mengusulkan rencana kebutuhan asset",
        "Rencana Kebutuhan + Persetujuan",
        "10 Menit",
        "Rencana Kebutuhan + Persetujuan",
    ),
    "A5": (
        "Mengakomodir rencana kebutuhan asset serta dilakukan penganggaran terkait kebutuhan dimaksud",
        "Laporan",
        "10 Menit",
        "Laporan",
    ),
    "A6": ("Melaksanakan Pengadaan asset dan Menyusun Laporan Kegiatan", "Laporan", "10 Menit", "Laporan"),
    "B1": (
        "Membuat dan mengajukan rencana Pemindahtempaan Aset",
        "Rencana Pemindahtempaan Aset",
        "1 Hari",
        "Rencana Pemindahtempaan Aset",
    ),
    "B2": (
        "Meminta Persetujuan Kepala Bidang terkait Rencana Pemindahtempaan Aset",
        "Rencana Pemindahtempaan Aset",
        "10 Menit",
        "Rencana Pemindahtempaan Aset yang sudah disetujui Kabid",
    ),
    "B3": (
        "Meminta Persetujuan dan Pengesahan Kepala Dinas terkait Rencana Pemindahtempaan Aset",
        "Rencana Pemindahtempaan Aset yang sudah disetujui Kabid",
        "10 Menit",
        "Rencana Pemindahtempaan Aset yang sudah disetujui Kabid dan Kadis",
    ),
    "B4": (
        "Mengkoordinasikan dengan Kepala Seksi terkait mekanisme pemindah tempaan aset",
        "Rencana Pemindahtempaan Aset yang sudah disetujui Kabid dan Kadis",
        "10 Menit",
        "Surat Penugasan Pelaksanaan Pemindahtempaan Aset",
    ),
    "B5": (
        "Melaksanakan Pemindahtempaan Aset",
        "Surat Penugasan Pelaksanaan Pemindahtempaan Aset",
        "3 Hari",
        "Laporan + Berita Acara Pemindahtempaan Aset",
    ),
    "B6": ("Pelaporan Kegiatan Pemindahtempaan Aset", "Laporan + Berita Acara Pemindahtempaan Aset", "10 Menit", ""),
    "C1": (
        "Kepala Seksi menyerahkan Aset kepada Pengguna Aset",
        "Berita Acara Serah Terima Barang",
        "10 menit",
        "Dokumen Berita Acara Serah Terima Barang",
    ),
    "C2": (
        "Pengguna Aset menerima dan melakukan installasi dan konfigurasi asset tersebut sesuai dengan pengajuan. "
        "Selanjutnya Aset menjadi tanggung jawab Pengguna Aset",
        "Berita Acara Serah Terima Barang",
        "3 Hari",
        "Laporan Installasi dan Konfigurasi Aset Sistem Elektronik",
    ),
    "C3": ("Laporan Installasi dan Konfigurasi Aset Sistem Elektronik", "", "10 menit", ""),
    "D1": (
        "Pengelola Aset melakukan analisa kebutuhan Perbaikan atau Pemeliharaan Aset",
        "Perbaikan/Pemeliharaan Aset",
        "1 Hari",
        "Dokumen Telaahan Perbaikan/Pemeliharaan Aset",
    ),
    "D2": (
        "Kepala Seksi Membuat Notadinas terkait Rencana Kegiatan Perbaikan/Pemeliharaan Aset",
        "Dokumen Telaahan Perbaikan/Pemeliharaan Aset",
        "30 Menit",
        "Nota Dinas Perbaikan/Pemeliharaan Aset",
    ),
    "D3": (
        "Kepala Bidang memberikan Persetujuan Kegiatan Perbaikan/Pemeliharaan Aset",
        "Nota Dinas Perbaikan/Pemeliharaan Aset",
        "30 Menit",
        "Persetujuan Perbaikan/Pemeliharaan Aset",
    ),
    "D4": (
        "Kepala Seksi memberikan surat penugasan kepada Pengelola Aset agar melaksanakan kegiatan",
        "Persetujuan Perbaikan/Pemeliharaan Aset",
        "1 hari",
        "Surat Penugasan Kegiatan Perbaikan/Pemeliharaan Aset",
    ),
    "D5": (
        "Melaksanakan Perbaikan/Pemeliharaan Aset",
        "Surat Penugasan Kegiatan Perbaikan/Pemeliharaan Aset",
        "3 Hari",
        "Laporan Kegiatan Perbaikan dan Pemeliharaan Aset",
    ),
    "D6": (
        "Menyampaikan Laporan Kegiatan Maintenance Aset",
        "Laporan Kegiatan Perbaikan dan Pemeliharaan Aset",
        "1 Hari",
        "",
    ),
    "E1": (
        "Pengelola Aset Mengidentifikasi dan kebutuhan Penghapusan terhadap Aset",
        "Identifikasi Kebutuhan Penghapusan Aset",
        "1 Hari",
        "Dokumen Identifikasi Penghapusan Aset",
    ),
    "E2": (
        "Kepala Seksi Melakukan Analisis dan Pengecekan Persyaratan Penghapusan Aset",
        "Dokumen Identifikasi Penghapusan Aset",
        "30 Menit",
        "Dokumen Telaahan Penghapusan Aset",
    ),
    "E3": (
        "Kepala Bidang Mengajukan Persetujuan Penghapusan Aset",
        "Dokumen Telaahan Penghapusan Aset",
        "30 Menit",
        "Persetujuan Penghapusan Aset",
    ),
    "E4": (
        "Memberikan Surat Penugasan Kegiatan Penghapusan Aset",
        "Persetujuan Penghapusan Aset",
        "1 hari",
        "Surat Penugasan Kegiatan Penghapusan Aset",
    ),
    "E5": (
        "Melaksanakan Kegiatan Penghapusan Aset",
        "Surat Penugasan Kegiatan Penghapusan Aset",
        "3 Hari",
        "Laporan Kegiatan Perbaikan dan Pemeliharaan Aset",
    ),
    "E6": ("Melaporkan Kegiatan penghapusan Aset", "Laporan Kegiatan Perbaikan dan Pemeliharaan Aset", "1 Hari", ""),
    "F1": (
        "Membuat Rekap Kegiatan Pengelolaan Aset",
        "Laporan Pengusulan Aset, Laporan Perimbahan Aset, Laporan Pemanfaatan Aset, Laporan Penghapusan Aset",
        "1 Hari",
        "Laporan Kegiatan Pengelolaan Aset",
    ),
    "F2": (
        "Melakukan Evaluasi Kegiatan Pengelolaan Aset",
        "Laporan Kegiatan Pengelolaan Aset",
        "1 Hari",
        "Dokumen hasil Evaluasi Kegiatan Pengelolaan Aset",
    ),
    "F3": (
        "Meminta Persetujuan dan Pengesahan Kepala Dinas terkait hasil evaluasi Pengelolaan Aset",
        "Dokumen hasil Evaluasi Kegiatan Pengelolaan Aset",
        "30 Menit",
        "Dokumen hasil Evaluasi Kegiatan Pengelolaan Aset yang sudah disetujui",
    ),
    "F4": (
        "Mengkoordinasikan dengan Kepala Seksi tindak lanjut Evaluasi Pengelolaan Aset",
        "Dokumen hasil Evaluasi Kegiatan Pengelolaan Aset yang sudah disetujui",
        "1 Hari",
        "Rencana Tindak lanjut Evaluasi Pengelolaan Aset",
    ),
    "F5": (
        "Menyusun Rencana Aksi Tindak Lanjut Pengelolaan Aset",
        "Rencana Tindak lanjut Evaluasi Pengelolaan Aset",
        "1 Hari",
        "Rencana Aksi Tindak Lanjut Pengelolaan Aset",
    ),
    "F6": (
        "Melaporkan Rencana Aksi Tindak Lanjut Pengelolaan Aset",
        "Rencana Aksi Tindak Lanjut Pengelolaan Aset",
        "10 Menit",
        "",
    ),
}
# Who signs what the step yields, in whose name; who decides, one after the other, on the documents of which step.
PEOPLE: dict[str, tuple[str, str, list[str], int]] = {
    "A1": ("kepala_seksi", "", [], 0),
    "A2": ("", "", ["kepala_bidang"], 1),
    "A3": ("", "", ["kepala_dinas"], 1),
    "A4": ("kepala_dinas", "", ["kepala_dinas"], 1),
    "A5": ("kepala_bidang", "", [], 0),
    "A6": ("kepala_seksi", "", [], 0),
    "B1": ("kepala_seksi", "", [], 0),
    "B2": ("", "", ["kepala_bidang"], 1),
    "B3": ("", "", ["kepala_dinas"], 1),
    "B4": ("kepala_bidang", "", [], 0),
    "B5": ("kepala_seksi", "", [], 0),
    "B6": ("", "", ["kepala_bidang"], 5),
    "C1": ("kepala_seksi", "", [], 0),
    "C2": ("pengguna_aset", "", [], 0),
    "C3": ("", "", ["kepala_seksi"], 2),
    "D1": ("pengelola_aset", "", [], 0),
    "D2": ("kepala_seksi", "", [], 0),
    "D3": ("kepala_bidang", "", ["kepala_bidang"], 2),
    "D4": ("kepala_seksi", "kepala_bidang", [], 0),
    "D5": ("pengelola_aset", "", [], 0),
    "D6": ("", "", ["kepala_seksi"], 5),
    "E1": ("pengelola_aset", "", [], 0),
    "E2": ("kepala_seksi", "", [], 0),
    "E3": ("kepala_dinas", "", ["kepala_dinas"], 2),
    "E4": ("kepala_seksi", "kepala_bidang", [], 0),
    "E5": ("pengelola_aset", "", [], 0),
    "E6": ("", "", ["kepala_seksi"], 5),
    "F1": ("kepala_seksi", "", [], 0),
    "F2": ("kepala_bidang", "", [], 0),
    "F3": ("", "", ["kepala_dinas"], 2),
    "F4": ("kepala_bidang", "", [], 0),
    "F5": ("kepala_seksi", "", [], 0),
    "F6": ("", "", ["kepala_bidang", "kepala_dinas"], 5),
}
RECEIVE = ("B6", "C3", "D6", "E6", "F6")
ADDED_NO = ("A2", "A3", "B2", "B3", "D3", "E3", "F3")
QUESTIONS = ("A4", "A5", "A6", "B4", "D4", "E3", "E4", "F2", "F3", "F4", "F5", "F6")


@pytest.fixture
def procedures(app: Flask, desk: Desk) -> list[dict[str, Any]]:
    """What `GET /procedures` answers."""
    answer = Caller(app, create_token(desk, "reader", "read", [])).get("/procedures")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.get_json()
    return found


def test_the_printed_table_can_be_rebuilt_from_the_api(procedures: list[dict[str, Any]]) -> None:
    """Headings with their scope and all 33 rows as printed; the times are the norms, and who decides is told."""
    assert {one["slug"]: one["printed_title"] for one in procedures} == TITLES
    assert {one["letter"]: one["scope"] for one in procedures} == {
        letter: ["hardware", "software", *(["data"] if letter in "BEF" else [])] for letter in "ABCDEF"
    }
    steps = {f"{one['letter']}{step['number']}": step for one in procedures for step in one["steps"]}
    rows = {
        key: tuple(step["printed"][name] for name in ("activity", "requirements", "time", "result"))
        for key, step in steps.items()
    }
    assert rows == PRINTED
    assert len(rows) == 33
    people = {
        key: (step["signer"] or "", step["on_behalf_of"] or "", step["endorsers"], step["endorses"] or 0)
        for key, step in steps.items()
    }
    assert people == PEOPLE
    assert all(step["time"].lower() == step["printed"]["time"].lower() for step in steps.values())
    assert all(step["results"] for step in steps.values())
    receivers = {key: step["receivers"] for key, step in steps.items() if step["receivers"]}
    assert receivers == {key: PEOPLE[key][2] for key in RECEIVE}
    assert {key: step["decided_by"] for key, step in steps.items() if step["decided_by"]} == {
        key: ["persetujuan"] for key in ("A4", "D3", "E3")
    }


def test_what_differs_and_what_is_open_is_told(procedures: list[dict[str, Any]]) -> None:
    """Each "tidak" that was added, each actor that rests on inference, the title of the order: a note of its step."""
    notes = {f"{one['letter']}{step['number']}": step["notes"] for one in procedures for step in one["steps"]}
    for key in ADDED_NO:
        assert any(note.startswith("Tambahan: SOP tidak menyebut jalan bila ditolak") for note in notes[key]), key
    asked = {key for key, found in notes.items() if any(note.startswith("Pertanyaan untuk kantor:") for note in found)}
    assert asked == set(QUESTIONS)
    for key in ("B4", "D4", "E4"):
        assert "SURAT TUGAS" in " ".join(notes[key]), key
    assert "analisa" in " ".join(notes["D1"])
    assert "Lembar Disposisi" in " ".join(notes["A4"])
    assert "cap ketiga" in " ".join(notes["A4"])
    assert all("lingkup" in " ".join(one["notes"]) for one in procedures)
