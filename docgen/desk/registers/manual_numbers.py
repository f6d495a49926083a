"""Numbers given by hand: a block reserved for an outage, a number inserted for an earlier date, and voiding them.

No rule at hand says how a forgotten letter is numbered; offices write the letter a, b, … after the number that was
last on that day. The sequence itself stays gapless: what is put in between stands beside it, with who did it and why.
"""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.errors import Conflict, FieldError, InvalidSubmission
from docgen.numbering.number_pattern import format_number
from docgen.numbering.number_series import get_series
from storage.catalogue import registers
from storage.catalogue.numbering import manual_numbers, numbers
from storage.records import MAIN_SERIES, InsertedNumber, Office, RegisterEntry
from storage.text import clean_key, tidy
from wording import say

LARGEST_BLOCK = 50  # numbers at once: more than a day of an office without its service
LONGEST = 300  # characters of a subject or a reason
BLANK = "......"  # where the classification is written by hand
_CLASSIFICATION = re.compile(r"[0-9]{3}(\.[0-9]{1,3}){0,5}")


def reserve_block(
    desk: Desk, count: int, reason: str, by: str, *, series_name: str = MAIN_SERIES
) -> list[RegisterEntry]:
    """Take the next `count` numbers of a series for letters written by hand. Raises InvalidSubmission, NotFound."""
    reason = tidy(reason)
    errors = _check_text("reason", reason, "Tulis untuk apa nomor dicadangkan, misalnya: listrik padam.")
    if not 1 <= count <= LARGEST_BLOCK:
        errors.append(FieldError("count", say("Jumlah nomor antara 1 dan {most}.", most=LARGEST_BLOCK)))
    _refuse(errors)
    today = desk.today()
    with desk.catalogue.write() as tx:
        office = registers.get_office(tx)
        series = get_series(office, series_name)
        block = []
        for _ in range(count):
            sequence = numbers.take_sequence(tx, office.unit_code, today.year, series.name)
            entry = RegisterEntry(
                unit=office.unit_code,
                year=today.year,
                sequence=sequence,
                number=format_number(
                    office, sequence=sequence, classification=BLANK, date=today, pattern=series.pattern
                ),
                status="reserved",
                document="",
                date=today,
                title=say("Dicadangkan: {reason}", reason=reason),
                series=series.name,
                pattern=series.pattern,
            )
            numbers.add_entry(tx, entry)
            block.append(entry)
        subject = f"{block[0].sequence}" + (f"-{block[-1].sequence}" if count > 1 else "") + f"/{today.year}"
        after = {"count": count, "reason": reason, **_series_facts(series.name)}
        audit.record(desk, tx, by, Action.NUMBER_RESERVED, subject, after=after)
    return block


def use_number(
    desk: Desk,
    year: int,
    sequence: int,
    *,
    title: str,
    date: dt.date | None,
    classification: str,
    by: str,
    series: str = MAIN_SERIES,
) -> RegisterEntry:
    """Record what a number of a block was used for; it is written by the pattern that the block was kept by.

    Raises InvalidSubmission, Conflict, RecordMissing.
    """
    title, classification = tidy(title), clean_key(classification)
    date = _checked_date(title, date, classification, year, desk.today())
    with desk.catalogue.write() as tx:
        office = registers.get_office(tx)
        entry = manual_numbers.get_entry(tx, office.unit_code, year, sequence, series=series)
        if entry.document or entry.status != "reserved":
            raise Conflict(
                say("Nomor {number} bukan cadangan yang masih kosong. Muat ulang buku agenda.", number=entry.number)
            )
        number = format_number(
            office, sequence=sequence, classification=classification, date=date, pattern=entry.pattern
        )
        used = entry.model_copy(update={"status": "issued", "title": title, "date": date, "number": number})
        manual_numbers.put_entry(tx, used)
        audit.record(desk, tx, by, Action.NUMBER_USED, number, before=_facts(entry), after=_facts(used))
    return used


def void_number(
    desk: Desk, year: int, sequence: int, suffix: str, reason: str, by: str, *, series: str = MAIN_SERIES
) -> RegisterEntry:
    """Give up a number that no document of this service bears. Raises InvalidSubmission, Conflict, RecordMissing."""
    reason = tidy(reason)
    _refuse(_check_text("reason", reason, "Tulis alasan pembatalan; alasan itu tercatat di buku agenda."))
    with desk.catalogue.write() as tx:
        entry = manual_numbers.get_entry(tx, registers.get_office(tx).unit_code, year, sequence, suffix, series)
        if entry.document:
            raise Conflict(
                say("Nomor {number} dipakai naskah. Batalkan naskah itu di halamannya.", number=entry.number)
            )
        if entry.status == "void":
            raise Conflict(say("Nomor {number} sudah batal: {reason}", number=entry.number, reason=entry.reason))
        void = entry.model_copy(update={"status": "void", "reason": reason})
        manual_numbers.put_entry(tx, void)
        audit.record(desk, tx, by, Action.NUMBER_VOIDED, entry.number, before=_facts(entry), after=_facts(void))
    return void


def insert_number(
    desk: Desk,
    *,
    title: str,
    date: dt.date | None,
    classification: str,
    reason: str,
    by: str,
    series_name: str = MAIN_SERIES,
) -> InsertedNumber:
    """Enter a letter of an earlier day under the last number of that day in a series, with a letter behind it.

    It is written by the pattern of the number it follows.
    Raises InvalidSubmission: also when the year has no number that early, or the letters a to z are used up. Raises
    NotFound for a series that is not there.
    """
    title, classification, reason = tidy(title), clean_key(classification), tidy(reason)
    today = desk.today()
    date = _checked_date(title, date, classification, date.year if date else today.year, today, reason=reason)
    with desk.catalogue.write() as tx:
        office = registers.get_office(tx)
        series = get_series(office, series_name)
        numbers.hold_register(tx, office.unit_code, date.year, series.name)
        sequence = manual_numbers.last_before(tx, office.unit_code, date.year, date, series.name)
        suffix = _next_letter(tx, office, date.year, sequence, series.name)
        followed = manual_numbers.get_entry(tx, office.unit_code, date.year, sequence, series=series.name)
        pattern = followed.pattern or series.pattern
        number = format_number(
            office, sequence=sequence, classification=classification, date=date, suffix=suffix, pattern=pattern
        )
        entry = InsertedNumber(
            unit=office.unit_code,
            year=date.year,
            sequence=sequence,
            suffix=suffix,
            number=number,
            status="issued",
            date=date,
            title=title,
            reason=reason,
            series=series.name,
            pattern=pattern,
        )
        manual_numbers.add_inserted(tx, entry)
        audit.record(
            desk, tx, by, Action.NUMBER_INSERTED, entry.number, after={**_facts(entry), "reason": entry.reason}
        )
    return entry


def _next_letter(tx: Connection, office: Office, year: int, sequence: int, series: str) -> str:
    if not sequence:
        _refuse(
            [
                FieldError(
                    "date", say("Belum ada nomor sampai tanggal itu pada tahun {year}. Periksa tanggalnya.", year=year)
                )
            ]
        )
    last = manual_numbers.last_suffix(tx, office.unit_code, year, sequence, series)
    if last == "z":
        _refuse([FieldError("date", say("Sisipan sesudah nomor {sequence} sudah sampai huruf z.", sequence=sequence))])
    return chr(ord(last) + 1) if last else "a"


def _checked_date(
    title: str, date: dt.date | None, classification: str, year: int, today: dt.date, reason: str | None = None
) -> dt.date:
    errors = _check_text("title", title, "Tulis hal naskah.")
    if date is None or date > today or date.year != year:
        errors.append(
            FieldError("date", say("Isi tanggal naskah: pada tahun {year}, paling akhir hari ini.", year=year))
        )
    if not _CLASSIFICATION.fullmatch(classification):
        errors.append(FieldError("classification", "Isi kode klasifikasi arsip, misalnya 000.1.9.1."))
    if reason is not None:
        errors += _check_text("reason", reason, "Tulis mengapa naskah ini dicatat terlambat.")
    _refuse(errors)
    assert date is not None  # else it was refused
    return date


def _check_text(field: str, text: str, message: str) -> list[FieldError]:
    if not text:
        return [FieldError(field, message)]
    if len(text) > LONGEST or not text.isprintable():
        return [FieldError(field, say("Paling banyak {most} karakter dalam satu baris.", most=LONGEST))]
    return []


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise InvalidSubmission(errors)


def _facts(entry: RegisterEntry) -> dict[str, str]:
    facts = {"number": entry.number, "title": entry.title, "status": entry.status, **_series_facts(entry.series)}
    return {**facts, "reason": entry.reason} if entry.status == "void" else facts


def _series_facts(series: str) -> dict[str, str]:
    return {} if series == MAIN_SERIES else {"series": series}
