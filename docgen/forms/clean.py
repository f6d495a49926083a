"""Clean one value: from JSON or an HTML form to a typed value, or an error that says what to write.

Each cleaner takes the field (or column) and the raw value, and returns the value, or None for "nothing written".
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from docgen.forms.field_sheet import MAX_INTEGER, MAX_LINES, Column, SheetField
from docgen.messages import nearest
from storage.records import Official
from storage.text import FORBIDDEN, clean_key, clean_line
from storage.text import clean_text as seen_text
from wording import say

AnyField = SheetField | Column

_ISO_DATE = re.compile(r"(19|20|21)([0-9]{2})-([0-9]{2})-([0-9]{2})")
_LOCAL_DATE = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]((?:19|20|21)[0-9]{2})")
_INTEGER = re.compile(r"[0-9]{1,16}|[0-9]{1,3}(?:\.[0-9]{3}){1,6}")
_MONEY = re.compile(r"(?:[Rr][Pp]\.?\s*)?([0-9]{1,16}|[0-9]{1,3}(?:\.[0-9]{3}){1,6})(?:,(?:00?|-))?")
_YES = ("true", "ya", "on", "1")
_NO = ("false", "tidak", "off", "0")


class Wrong(Exception):
    """A value that cannot be used; the message is for the clerk."""


def clean_text(field: AnyField, raw: object) -> str:
    """Return text in NFC, with LF line ends and no space around it; "" for nothing."""
    if not isinstance(raw, str):
        raise Wrong(say("{label} harus berupa teks.{example}", label=field.label, example=example_sentence(field)))
    text = seen_text(raw) if field.type == "paragraphs" else clean_line(raw)
    match = FORBIDDEN.search(text)
    if match:
        raise Wrong(
            say(
                "{label} memuat karakter yang tidak dapat dicetak pada posisi {position} (kode U+{code}). "
                "Hapus karakter itu atau ketik ulang.",
                label=field.label,
                position=match.start() + 1,
                code=f"{ord(match.group()):04X}",
            )
        )
    text = text.strip()
    if len(text) > field.max_length:
        raise Wrong(
            say(
                "{label} terlalu panjang: {count} karakter, paling banyak {most}. Persingkat isian ini.",
                label=field.label,
                count=count_of(len(text)),
                most=count_of(field.max_length),
            )
        )
    return text


def clean_paragraphs(field: AnyField, raw: object) -> str:
    """Return paragraphs with one blank line between two; a list of texts is a list of paragraphs."""
    if isinstance(raw, list) and all(isinstance(item, str) for item in raw):
        raw = "\n\n".join(raw)
    text = clean_text(field, raw)
    return re.sub(r"\n[ \t]*(?:\n[ \t]*)+", "\n\n", text)


def clean_date(field: AnyField, raw: object) -> dt.date | None:
    """Return a date from `2026-11-23`, or as people write it: `23-11-2026`, `23/11/2026`."""
    if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime):
        return raw
    if not isinstance(raw, str):
        raise Wrong(say("{label} harus berupa tanggal. Tulis seperti 2026-11-23.", label=field.label))
    text = clean_key(raw)
    if not text:
        return None
    iso, local = _ISO_DATE.fullmatch(text), _LOCAL_DATE.fullmatch(text)
    try:
        if iso:
            return dt.date.fromisoformat(text)
        if local:
            return dt.date(int(local[3]), int(local[2]), int(local[1]))
    except ValueError:
        raise Wrong(
            say(
                "{label}: {text} tidak ada dalam kalender. Tulis seperti 2026-11-23.",
                label=field.label,
                text=quoted(text),
            )
        ) from None
    raise Wrong(say("{label}: {text} bukan tanggal. Tulis seperti 2026-11-23.", label=field.label, text=quoted(text)))


def clean_integer(field: AnyField, raw: object) -> int | None:
    """Return a whole number from 0 to 10**15; it may have dots between thousands."""
    return _number(field, raw, _INTEGER, "bilangan bulat, misalnya 12")


def clean_money(field: AnyField, raw: object) -> int | None:
    """Return whole rupiah from 0 to 10**15, from 12500000, `12.500.000` or `Rp12.500.000,00`."""
    return _number(field, raw, _MONEY, "nilai rupiah tanpa sen, misalnya 12.500.000")


def clean_choice(field: AnyField, raw: object) -> str | None:
    """Return one of the field's choices, spelled as in the sheet."""
    if not isinstance(raw, str):
        raise Wrong(
            say("{label} harus salah satu dari: {choices}.", label=field.label, choices=", ".join(field.choices))
        )
    text = clean_line(raw).strip()
    if not text:
        return None
    for choice in field.choices:
        if choice.casefold() == text.casefold():
            return choice
    raise Wrong(
        say(
            "{label}: {text} bukan pilihan.{hint}",
            label=field.label,
            text=quoted(text),
            hint=nearest(text[:200], field.choices),
        )
    )


def clean_boolean(field: AnyField, raw: object) -> bool | None:
    """Return True for yes, False for no."""
    if isinstance(raw, bool):
        return raw
    text = clean_key(str(raw)).lower() if isinstance(raw, (str, int)) else "?"
    if not text:
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Wrong(say("{label} harus ya atau tidak.", label=field.label))


def clean_list(field: AnyField, raw: object) -> list[str]:
    """Return texts, one of each line; empty lines are left out."""
    lines = seen_text(raw).split("\n") if isinstance(raw, str) else raw
    if not isinstance(lines, list):
        raise Wrong(
            say(
                "{label} harus berupa daftar teks, satu baris satu.{example}",
                label=field.label,
                example=example_sentence(field),
            )
        )
    texts = [clean_text(field, line) for line in lines]
    texts = [text for text in texts if text]
    if len(texts) > MAX_LINES:
        raise Wrong(
            say(
                "{label} terlalu banyak: {count} baris, paling banyak {most}.",
                label=field.label,
                count=count_of(len(texts)),
                most=MAX_LINES,
            )
        )
    return texts


def clean_official(field: AnyField, raw: object, officials: Mapping[str, Official]) -> str | None:
    """Return the id of an official in the register."""
    if not isinstance(raw, str):
        raise Wrong(say("{label} harus berupa id pejabat dari Daftar Pejabat.", label=field.label))
    text = raw.strip()
    text = text if text in officials else clean_key(text)
    if not text:
        return None
    if text in officials:
        return text
    known = {official.name.casefold(): id for id, official in officials.items()} | {id: id for id in officials}
    near = get_close_matches(text[:200].casefold(), list(known), n=1)
    hint = " Daftar Pejabat masih kosong."
    if near:
        hint = say(" Maksudnya {near}?", near=_as_listed(officials[known[near[0]]]))
    elif officials:
        hint = say(" Yang ada: {known}.", known="; ".join(map(_as_listed, officials.values())))
    raise Wrong(
        say(
            "{label}: pejabat {text} tidak ada dalam Daftar Pejabat.{hint}",
            label=field.label,
            text=quoted(text),
            hint=hint,
        )
    )


def _as_listed(official: Official) -> str:
    """Return an official by name and id, as spreadsheets list them."""
    return f"{official.name} [{official.id}]"


CLEANERS: dict[str, Callable[[AnyField, object], Any]] = {
    "text": clean_text,
    "paragraphs": clean_paragraphs,
    "date": clean_date,
    "integer": clean_integer,
    "money": clean_money,
    "choice": clean_choice,
    "boolean": clean_boolean,
    "list": clean_list,
}


def missing(field: AnyField) -> str:
    """Return the message for a required value that is missing."""
    help = f" {field.help.rstrip('.')}." if field.help else ""
    return say("{label} wajib diisi.{help}{example}", label=field.label, help=help, example=example_sentence(field))


def example_sentence(field: AnyField) -> str:
    """Return the sheet's example as the end of a message."""
    value = field.example[0] if isinstance(field.example, list) and field.example else field.example
    return say(" Misalnya: {value}", value=value) if value != "" and not isinstance(value, (list, bool)) else ""


def quoted(text: str) -> str:
    """Return a foreign text for a message: short and in quotes."""
    return f"“{text[:57]}…”" if len(text) > 60 else f"“{text}”"


def _number(field: AnyField, raw: object, pattern: re.Pattern[str], expected: str) -> int | None:
    number: int
    if isinstance(raw, str):
        text = clean_key(raw)
        if not text:
            return None
        match = pattern.fullmatch(text)
        if match is None:
            raise Wrong(
                say(
                    "{label}: {text} bukan {sort}. Tulis {wanted}.",
                    label=field.label,
                    text=quoted(text),
                    sort=expected.partition(",")[0],
                    wanted=expected,
                )
            )
        number = int((match[1] if match.re.groups else match[0]).replace(".", ""))
    elif isinstance(raw, int) and not isinstance(raw, bool):
        number = raw
    elif isinstance(raw, float) and raw.is_integer():  # JSON does not tell 12 from 12.0
        number = int(raw)
    else:
        raise Wrong(say("{label} harus {wanted}.", label=field.label, wanted=expected))
    if not 0 <= number <= MAX_INTEGER:
        raise Wrong(say("{label} harus antara 0 dan {most}.", label=field.label, most=count_of(MAX_INTEGER)))
    return number


def count_of(number: int) -> str:
    """Return a number with dots between thousands."""
    return f"{number:,}".replace(",", ".")
