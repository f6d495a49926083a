"""Records of the registers: office, officials, assets, and the numbers of the buku agenda."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from storage.records.base import Code, Key, Line, Nibar, Record, RequiredCode, RequiredLine
from storage.records.profile import FormalProfile

# The roles of the SOP, and the secretary, who has no step in it and initials what leaves the office.
Role = Literal["kepala_dinas", "sekretaris", "kepala_bidang", "kepala_seksi", "pengelola_aset", "pengguna_aset"]
Capacity = Literal["definitif", "plt", "plh"]
Condition = Literal["B", "KB", "RB"]
Sort = Literal["hardware", "software", "data"]
# Biasa, Terbatas, Rahasia, Sangat Rahasia: the classes of the rules on naskah dinas (Perka ANRI 5/2021).
SecurityClass = Literal["B", "T", "R", "SR"]
NumberStatus = Literal["reserved", "issued", "void"]
MAIN_SERIES = "utama"  # of the kinds that have no series of their own
# What BSrE asks offices to print on letters that are signed with its certificates; an office may change it.
BSRE_FOOTER = (
    "Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik yang diterbitkan oleh Balai "
    "Besar Sertifikasi Elektronik (BSrE), Badan Siber dan Sandi Negara (BSSN)."
)
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class WorkHours(Record):
    """A stretch of a working day on the office's clock: `08:00` to `12:00`."""

    start: ClockTime
    end: ClockTime


class NumberSeries(Record):
    """A sequence of numbers that some kinds have for themselves: gapless in a unit and year, with its own pattern."""

    name: Key
    title: RequiredLine
    pattern: RequiredLine
    kinds: Annotated[list[Key], Field(max_length=200)] = []


class SignatureLook(Record):
    """How an electronic signature looks: `footer` is printed on what is signed so, the picture above the signer's name.

    `width` and `height` of the picture are in millimetres; what is not `shown` is signed invisibly.
    """

    shown: bool = True
    width: Annotated[int, Field(ge=10, le=120)] = 60
    height: Annotated[int, Field(ge=8, le=60)] = 18
    footer: Line = BSRE_FOOTER


class Office(FormalProfile):
    """The SKPD: letterhead, numbering, place, working time and the formal profile of its letters. One row.

    `work_hours` are the hours of a working day on the office's clock, e.g. 08.00-12.00 and 13.00-16.30; `holidays` are
    days off besides Saturday and Sunday, `holiday_names` what people call some of them. `verify_shows`: whether the
    public verification page tells the facts of a document only, or shows its pages too. `divisions_limit`: whether
    people see the letters of their own divisions only. Whoever has one of the `second_factor_roles` must sign in with a
    second factor. `series` are those beside the main one. `number_systems` give numbers elsewhere (SRIKANDI);
    `numbering_by_kind` says which of them numbers a kind, by slug, unless a letter says otherwise. `region_may_enter`:
    whether administrators of the region sign in here by a ticket.
    """

    government: RequiredLine
    name: RequiredLine
    short_name: Line = ""
    unit_code: RequiredCode
    address: Line = ""
    phone: Line = ""
    email: Line = ""
    website: Line = ""
    place: RequiredLine
    time_zone: RequiredLine = "Asia/Makassar"
    number_pattern: RequiredLine = "{keamanan}/{klasifikasi}/{urut}/{unit}/{bulan}/{tahun}"
    security_code: SecurityClass = "B"
    work_hours: Annotated[list[WorkHours], Field(min_length=1, max_length=4)] = [
        WorkHours(start="08:00", end="12:00"),
        WorkHours(start="13:00", end="16:30"),
    ]
    holidays: Annotated[list[dt.date], Field(max_length=400)] = []
    holiday_names: Annotated[dict[dt.date, Line], Field(max_length=400)] = {}
    verify_shows: Literal["facts", "pages"] = "facts"
    divisions_limit: bool = False
    region_may_enter: bool = True
    second_factor_roles: Annotated[list[Key], Field(max_length=50)] = []
    series: Annotated[list[NumberSeries], Field(max_length=50)] = []
    number_systems: Annotated[list[RequiredLine], Field(max_length=20)] = ["SRIKANDI"]
    numbering_by_kind: Annotated[dict[Key, Line], Field(max_length=200)] = {}
    signature: SignatureLook = SignatureLook()


class Official(Record):
    """A person who signs or approves. `valid_from`/`valid_to` are inclusive dates; open when None.

    `division` is the bidang he works in. From `leave_from` to `leave_to`, both inclusive, he is on leave.

    `unit` is the office of one who signs for another than this one (a puskesmas, a kecamatan). Its letters have its own
    letterhead where `unit_address` is known, else none; `unit_government` is the line above its name, empty: the same
    government as here.
    """

    id: Key
    name: RequiredLine
    nip: Code = ""
    rank: Line = ""  # pangkat, e.g. "Penata Tingkat I"
    grade: Line = ""  # golongan/ruang, e.g. "III/d"
    post: RequiredLine  # jabatan as printed, without Plt./Plh.
    role: Role
    capacity: Capacity = "definitif"
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    unit: Line = ""
    unit_government: Line = ""
    unit_address: Line = ""
    unit_place: Line = ""
    division: Line = ""
    leave_from: dt.date | None = None
    leave_to: dt.date | None = None


class Asset(Record):
    """One item of BMD. `nibar` is the key; `value` is the acquisition value in whole rupiah."""

    nibar: Nibar
    kode_barang: Code = ""
    kode_register: Code = ""
    name: RequiredLine
    brand: Line = ""
    serial: Code = ""
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    value: Annotated[int, Field(ge=0, le=10**15)] | None = None
    condition: Condition = "B"
    location: Line = ""
    sort: Sort = "hardware"


class RegisterEntry(Record):
    """A line of the buku agenda: one number, given once, with what it was used for.

    `pattern` is the one that the number was written by, "" for numbers of earlier versions.
    """

    unit: str
    year: int
    sequence: int
    number: str
    status: NumberStatus
    document: str
    date: dt.date
    title: str
    reason: str = ""
    series: str = MAIN_SERIES
    pattern: str = ""


class ForeignNumber(Record):
    """A number that another system gave a letter, and how docgen knows it: entered by hand, or read from a file."""

    system: str
    number: str
    document: str
    date: dt.date
    status: NumberStatus = "issued"
    at: dt.datetime
    by: str
    source: Literal["entered", "read"] = "entered"


class InsertedNumber(RegisterEntry):
    """A number put between two others for a letter that was written earlier: 12a, after 12 and before 13."""

    document: str = ""
    suffix: Annotated[str, StringConstraints(pattern=r"^[a-z]$")]
