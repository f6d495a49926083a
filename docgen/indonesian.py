"""How official Indonesian writes numbers, money, dates, NIP and ranks. Pure: no clock, no settings.

Month and day names come from Babel (CLDR), number words from num2words.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel.dates import format_date
from num2words import num2words

from wording import say

UNNUMBERED = "(tanpa nomor)"  # stands for the number of a letter that has none, of the office or any other
LARGEST = 10**15
_LOCALE = "id_ID"
# What Indonesians call their time zones.
ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
_ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

_NIP = re.compile(r"([0-9]{8})([0-9]{6})([0-9])([0-9]{3})")
_PPPK_MONTH = 21
_YOUNGEST = 18

# Golongan/ruang of a PNS and the pangkat that belongs to it (PP 99/2000 jo. PP 12/2002).
RANKS = {
    "I/a": "Juru Muda",
    "I/b": "Juru Muda Tingkat I",
    "I/c": "Juru",
    "I/d": "Juru Tingkat I",
    "II/a": "Pengatur Muda",
    "II/b": "Pengatur Muda Tingkat I",
    "II/c": "Pengatur",
    "II/d": "Pengatur Tingkat I",
    "III/a": "Penata Muda",
    "III/b": "Penata Muda Tingkat I",
    "III/c": "Penata",
    "III/d": "Penata Tingkat I",
    "IV/a": "Pembina",
    "IV/b": "Pembina Tingkat I",
    "IV/c": "Pembina Utama Muda",
    "IV/d": "Pembina Utama Madya",
    "IV/e": "Pembina Utama",
}
GRADES = tuple(RANKS)
# PPPK have a golongan but no pangkat (Perpres 98/2020).
PPPK_GRADES = (
    *("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"),
    *("X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII"),
)


@dataclass(frozen=True)
class SpelledDate:
    """The words of a date as a Berita Acara opens with them: `Senin`, `dua puluh tiga`, `November`, `dua ribu …`."""

    weekday: str
    day: str
    month: str
    year: str


def spell_number(number: int) -> str:
    """Return a whole number in words (terbilang): 1500 is `seribu lima ratus`, -2 is `minus dua`.

    A thousands group of exactly one is `seribu` wherever it stands (1.001.000: satu juta seribu); num2words knows this
    only for numbers below a million, so millions and what is below are spelled apart. Raises ValueError beyond ±10**15.
    """
    if abs(number) > LARGEST:
        raise ValueError(f"{number}: only numbers up to {LARGEST} can be spelled")
    millions, below_million = divmod(abs(number), 1_000_000)
    words = ["minus"] if number < 0 else []
    if millions:
        words.append(num2words(millions * 1_000_000, lang="id"))
    if below_million or not millions:
        words.append(num2words(below_million, lang="id"))
    return " ".join(words)


def rupiah(amount: int) -> str:
    """Return rupiah as `Rp12.500.000,00`: no space, dots for thousands, comma for sen (PUEBI; not `Rp.` nor `,-`)."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{_dotted(abs(amount))},00"


def plain_rupiah(text: str) -> str:
    """Return an amount as people write it in figures alone: `Rp12.500.000,00` -> `12500000`.

    Only dots between thousands are removed: 1000.50 stays as it is and is no whole amount.
    """
    amount = text.strip().removeprefix("Rp").strip().removesuffix(",00")
    return amount.replace(".", "") if re.fullmatch(r"\d{1,3}(\.\d{3})+", amount) else amount


def rupiah_in_words(amount: int) -> str:
    """Return whole rupiah in words: 5000000 is `lima juta rupiah`. Raises ValueError beyond ±10**15."""
    return f"{spell_number(amount)} rupiah"


def quantity(number: int, unit: str) -> str:
    """Return a count as letters write it: `2 (dua) unit`, `1.250 (seribu dua ratus lima puluh) lembar`."""
    sign = "-" if number < 0 else ""
    return f"{sign}{_dotted(abs(number))} ({spell_number(number)}) {unit}"


def long_date(date: dt.date) -> str:
    """Return a date as `23 November 2026`."""
    return format_date(date, "d MMMM y", locale=_LOCALE)


def local_moment(moment: dt.datetime, zone: str) -> dt.datetime:
    """Return an aware moment on the clock of a time zone."""
    return moment.astimezone(ZoneInfo(zone))


def local_date(moment: dt.datetime, zone: str) -> dt.date:
    """Return the day that an aware moment falls on in a time zone: the only way from a moment to a date."""
    return local_moment(moment, zone).date()


def long_moment(moment: dt.datetime, zone: str) -> str:
    """Return an aware moment on the clock of a time zone: `24 November 2026 pukul 09.12 WITA`."""
    return f"{long_date(local_date(moment, zone))} pukul {clock(moment, zone)}"


def clock(moment: dt.datetime, zone: str) -> str:
    """Return the time of an aware moment on the clock of a time zone: `09.30 WITA`."""
    return f"{local_moment(moment, zone):%H.%M} {ZONES.get(zone, '')}".strip()


def short_date(date: dt.date) -> str:
    """Return a date as `23-11-2026`, which may follow a spelled date in brackets."""
    return f"{date.day:02}-{date.month:02}-{date.year:04}"


def weekday(date: dt.date) -> str:
    """Return the name of the day: `Senin` to `Minggu`."""
    return format_date(date, "EEEE", locale=_LOCALE)


def month_name(date: dt.date) -> str:
    """Return the name of the month: `Januari` to `Desember`."""
    return format_date(date, "MMMM", locale=_LOCALE)


def roman_month(date: dt.date) -> str:
    """Return the month as document numbers write it: `I` to `XII`."""
    return _ROMAN_MONTHS[date.month - 1]


def spelled_date_parts(date: dt.date) -> SpelledDate:
    """Return weekday, day, month and year of a date, day and year in words."""
    return SpelledDate(weekday(date), spell_number(date.day), month_name(date), spell_number(date.year))


def check_nip(nip: str) -> list[str]:
    """Return what looks wrong in a NIP, in Indonesian; [] when nothing does. Spaces are ignored.

    Structure (BKN): birth date YYYYMMDD, first appointment (TMT CPNS) YYYYMM, sex 1 or 2, serial from 001; a PPPK's
    NI has 21 in place of the month. There is no check digit, so a good structure does not prove the number.
    """
    digits = _plain(nip)
    if not digits:
        return ["NIP kosong."]
    if not re.fullmatch(r"[0-9]+", digits):
        return [say("NIP {nip} memuat tanda selain angka.", nip=repr(nip))]
    match = _NIP.fullmatch(digits)
    if match is None:
        return [say("NIP {nip} terdiri atas {count} angka; seharusnya 18.", nip=repr(nip), count=len(digits))]
    birth, appointed, sex, serial = match.groups()
    warnings = [*_check_nip_dates(birth, appointed)]
    if sex not in "12":
        warnings.append(say("Angka ke-15 NIP (jenis kelamin) {sex}; seharusnya 1 (pria) atau 2 (wanita).", sex=sex))
    if serial == "000":
        warnings.append("Nomor urut NIP (3 angka terakhir) 000; seharusnya mulai dari 001.")
    return warnings


def format_nip(nip: str) -> str:
    """Return a NIP as `19830511 200701 1 005`; a text without 18 digits as it is, trimmed."""
    match = _NIP.fullmatch(_plain(nip))
    return " ".join(match.groups()) if match else nip.strip()


def rank_of_grade(grade: str) -> str | None:
    """Return the pangkat of a golongan/ruang: `III/d` is `Penata Tingkat I`; None for a PPPK or an unknown one."""
    return _RANKS_BY_PLAIN_GRADE.get(_plain(grade).lower())


def _dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _plain(text: str) -> str:
    """Return the text without any white space."""
    return "".join(text.split())


_RANKS_BY_PLAIN_GRADE = {grade.lower(): rank for grade, rank in RANKS.items()}


def _check_nip_dates(birth: str, appointed: str) -> list[str]:
    warnings: list[str] = []
    year, month = int(appointed[:4]), int(appointed[4:])
    if not (1 <= month <= 12 or month == _PPPK_MONTH):
        warnings.append(
            say("Bulan pengangkatan pada NIP {month}; seharusnya 01–12, atau 21 untuk PPPK.", month=appointed[4:])
        )
    try:
        born = dt.date.fromisoformat(birth)
    except ValueError:
        return [say("8 angka pertama NIP ({birth}) bukan tanggal lahir (TTTTBBHH).", birth=birth), *warnings]
    too_early = (year, min(month, 12)) < (born.year + _YOUNGEST, born.month)
    if too_early:
        warnings.append(
            say(
                "Menurut NIP, pengangkatan ({year}) sebelum usia {least} tahun (lahir {date}).",
                year=appointed[:4],
                least=_YOUNGEST,
                date=long_date(born),
            )
        )
    return warnings
