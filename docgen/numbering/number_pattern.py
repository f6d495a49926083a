"""Document numbers as the office writes them: a pattern, filled with the sequence the register gave.

The pattern is the office's setting, e.g. `{keamanan}/{klasifikasi}/{urut}/{unit}/{bulan}/{tahun}`: regencies differ,
and a regent's regulation overrides the national default (Permendagri 1/2023; codes: Permendagri 83/2022).
"""

from __future__ import annotations

import datetime as dt
import re
from difflib import get_close_matches
from string import Formatter

from docgen.indonesian import roman_month
from storage.records import Office
from wording import say

PARTS = {
    "keamanan": "kode keamanan (B, T, R, SR)",
    "klasifikasi": "kode klasifikasi arsip",
    "urut": "nomor urut; {urut:03} memberi tiga angka",
    "unit": "singkatan unit",
    "bulan": "bulan dalam angka Romawi",
    "bulan_angka": "bulan dua angka",
    "tahun": "tahun empat angka",
}


class _Lettered(int):
    """A sequence with a letter behind it, however it is padded: 012a."""

    suffix: str

    def __format__(self, spec: str) -> str:
        return super().__format__(spec) + self.suffix


class _Open(str):
    """A sequence that is not known, however it is padded."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return str(self)


def format_number(
    office: Office, *, sequence: int, classification: str, date: dt.date, suffix: str = "", pattern: str = ""
) -> str:
    """Return the number of a document, e.g. `B/000.1.9.1/83/DiskominfoSP2/XI/2026`.

    `sequence` is from 1, `date` the document's date, `suffix` the letter of a number put in between; `pattern` is that
    of its series, the office's own where it is left out.
    Raises ValueError for a pattern `check_pattern` would refuse.
    """
    lettered = _Lettered(sequence)
    lettered.suffix = suffix
    return _filled(office, pattern, lettered, classification, date)


def open_number(office: Office, *, classification: str, date: dt.date, pattern: str = "") -> str:
    """Return the number of a document that has none yet, its sequence left open: `B/000.1.9.1/…/DiskominfoSP2/XI/2026`.

    Raises ValueError as `format_number` does.
    """
    return _filled(office, pattern, _Open("…"), classification, date)


def _filled(office: Office, pattern: str, sequence: _Lettered | _Open, classification: str, date: dt.date) -> str:
    pattern = pattern or office.number_pattern
    problems = check_pattern(pattern)
    if problems:
        raise ValueError(problems[0])
    values = {
        "keamanan": office.security_code,
        "klasifikasi": classification,
        "urut": sequence,
        "unit": office.unit_code,
        "bulan": roman_month(date),
        "bulan_angka": f"{date.month:02}",
        "tahun": f"{date.year:04}",
    }
    return pattern.format(**values)


def check_pattern(pattern: str) -> list[str]:
    """Return what is wrong with a number pattern, in Indonesian; [] when it can be used."""
    try:
        parts = [
            (name, spec, conversion) for _, name, spec, conversion in Formatter().parse(pattern) if name is not None
        ]
    except ValueError:
        return ["Pola nomor salah tulis: periksa kurung kurawalnya, misalnya {urut}/{unit}/{tahun}."]
    problems: list[str] = []
    for name, spec, conversion in parts:
        if name not in PARTS:
            near = get_close_matches(name, PARTS, n=1)
            hint = (
                say(" Maksudnya {{{near}}}?", near=near[0])
                if near
                else say(" Yang dikenal: {parts}.", parts=", ".join(PARTS))
            )
            problems.append(say("Pola nomor memuat {{{name}}} yang tidak dikenal.{hint}", name=name, hint=hint))
        elif conversion or (spec and not (name == "urut" and re.fullmatch(r"0[1-9]", spec))):
            problems.append(
                say(
                    "Pola nomor: {{{name}:{spec}}} tidak dapat dipakai; hanya {{urut:03}} yang boleh berformat.",
                    name=name,
                    spec=spec,
                )
            )
    if not any(name == "urut" for name, _, _ in parts):
        problems.append("Pola nomor harus memuat {urut}; tanpa itu dua naskah mendapat nomor yang sama.")
    return problems
