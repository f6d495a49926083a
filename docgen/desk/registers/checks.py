"""Keep the registers: labels of their fields, and what is wrong or doubtful in a record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from itertools import pairwise

from sqlalchemy import Connection

from docgen.errors import FieldError, InvalidSubmission
from docgen.indonesian import check_nip, rank_of_grade
from docgen.messages import nearest
from docgen.numbering.number_pattern import check_pattern, format_number
from docgen.numbering.number_systems import check_systems
from storage.catalogue import registers
from storage.records import Office, Official
from wording import say

ASSET_LABELS = {
    "nibar": "NIBAR",
    "kode_barang": "Kode barang",
    "kode_register": "Kode register",
    "name": "Nama barang",
    "brand": "Merk/Type",
    "serial": "No. seri",
    "year": "Tahun perolehan",
    "value": "Nilai perolehan (Rp)",
    "condition": "Kondisi",
    "location": "Lokasi",
    "sort": "Jenis",
}
OFFICIAL_LABELS = {
    "id": "Kode",
    "name": "Nama",
    "nip": "NIP",
    "rank": "Pangkat",
    "grade": "Golongan/ruang",
    "post": "Jabatan",
    "role": "Peran dalam SOP",
    "capacity": "Kedudukan",
    "valid_from": "Berlaku sejak",
    "valid_to": "Berlaku sampai",
    "leave_from": "Cuti sejak",
    "leave_to": "Cuti sampai",
    "division": "Bidang",
    "unit": "Kantor lain",
    "unit_government": "Pemerintah kantor lain",
    "unit_address": "Alamat kantor lain",
    "unit_place": "Tempat kantor lain",
}
OFFICE_LABELS = {
    "government": "Pemerintah daerah",
    "name": "Nama perangkat daerah",
    "short_name": "Nama singkat",
    "unit_code": "Singkatan unit pada nomor",
    "address": "Alamat",
    "phone": "Telepon",
    "email": "Pos-el",
    "website": "Laman",
    "place": "Tempat naskah ditandatangani",
    "time_zone": "Zona waktu",
    "number_pattern": "Pola nomor naskah",
    "security_code": "Kode keamanan",
    "paper": "Ukuran kertas",
    "paper_by_kind": "Kertas jenis tertentu",
    "order_letter": "Nama surat perintah",
    "emphatic_names": "Nama penanda tangan",
    "catchword": "Kata penyambung",
    "disposition_column": "Telaahan staf",
    "work_hours": "Jam kerja",
    "holidays": "Hari libur",
    "verify_shows": "Yang tampak pada verifikasi",
    "second_factor_roles": "Peran yang memerlukan langkah kedua",
    "divisions_limit": "Batas bidang",
    "region_may_enter": "Administrator wilayah",
}
PAPER_LABELS = {"A4": "A4 (210 × 297 mm)", "F4": "F4 (215 × 330 mm)", "F4-210": "F4 (210 × 330 mm)"}
CAPACITIES = {"definitif": "Definitif", "plt": "Plt. (Pelaksana Tugas)", "plh": "Plh. (Pelaksana Harian)"}

TIME_ZONES = ("Asia/Makassar", "Asia/Jakarta", "Asia/Pontianak", "Asia/Jayapura")
LONGEST_NUMBER = 200
_LATE_DAY = dt.date(2038, 8, 31)  # VIII is the longest month


def complete_official(official: Official) -> Official:
    """Fill in the pangkat that belongs to the golongan, when it was left empty."""
    if official.rank or not official.grade:
        return official
    return official.model_copy(update={"rank": rank_of_grade(official.grade) or ""})


def official_warnings(official: Official) -> list[str]:
    """Return what looks wrong and is accepted all the same: the structure of the NIP (BKN), and a missing pangkat.

    Below a signature stand NIP and pangkat/golongan (Permendagri 1/2023 Ps. 44); a PPPK has a golongan only, and
    whoever has no NIP is no civil servant.
    """
    warnings = check_nip(official.nip) if official.nip else ["NIP belum diisi."]
    if official.nip and not (official.rank or official.grade):
        warnings.append("Pangkat dan golongan belum diisi (PPPK: golongannya saja); keduanya tercetak di bawah nama.")
    if official.valid_from and official.valid_to and official.valid_to < official.valid_from:
        warnings.append("Tanggal akhir jabatan lebih awal daripada tanggal mulainya.")
    if official.leave_to and (official.leave_from is None or official.leave_to < official.leave_from):
        warnings.append("Tanggal akhir cuti tidak sesudah tanggal mulainya, jadi tidak ada cuti.")
    if not official.unit and (official.unit_government or official.unit_address or official.unit_place):
        warnings.append("Keterangan kantor lain diisi tanpa nama kantornya, jadi tidak dipakai.")
    return warnings


def check_office(office: Office) -> list[FieldError]:
    """Return what would keep the office from numbering or dating its documents."""
    errors = _pattern_errors(office, "number_pattern", office.number_pattern)
    for index, series in enumerate(office.series):
        errors += _pattern_errors(office, f"series[{index}].pattern", series.pattern)
    errors += check_systems(office)
    if office.time_zone not in TIME_ZONES:
        errors.append(
            FieldError("time_zone", say("Zona waktu harus salah satu dari: {zones}.", zones=", ".join(TIME_ZONES)))
        )
    moments = [moment for hours in office.work_hours for moment in (hours.start, hours.end)]
    if any(later <= earlier for earlier, later in pairwise(moments)):
        errors.append(
            FieldError("work_hours", "Jam kerja harus berurutan dan tidak bertindihan, misalnya 08:00-12:00.")
        )
    return errors


def _pattern_errors(office: Office, field: str, pattern: str) -> list[FieldError]:
    errors = [FieldError(field, problem) for problem in check_pattern(pattern)]
    if errors:
        return errors
    longest = format_number(office, sequence=999_999, classification="000.1.9.1.1", date=_LATE_DAY, pattern=pattern)
    if len(longest) <= LONGEST_NUMBER:
        return []
    message = say("Nomor naskah menjadi lebih dari {most} karakter. Ringkas polanya.", most=LONGEST_NUMBER)
    return [FieldError(field, message)]


def check_kinds(office: Office, before: Office, kinds: Collection[str]) -> list[FieldError]:
    """Return the errors of papers and number systems of kinds that are neither installed nor had one `before`."""
    return [
        FieldError(
            f"{name}.{slug}",
            say("Jenis naskah {kind} tidak ada.{hint}", kind=repr(slug), hint=nearest(slug, list(kinds))),
        )
        for name in ("paper_by_kind", "numbering_by_kind")
        for slug in sorted(getattr(office, name).keys() - getattr(before, name).keys() - set(kinds))
    ]


def check_officials(tx: Connection, officials: Sequence[str]) -> None:
    """Raise InvalidSubmission unless each of these is registered, or "*"."""
    ids = {official.id for official in registers.list_officials(tx)} if officials else set()
    unknown = [id for id in officials if id != "*" and id not in ids]
    if unknown:
        raise InvalidSubmission(
            [FieldError("officials", say("Pejabat {id} tidak ada dalam daftar pejabat.", id=repr(unknown[0])))]
        )
