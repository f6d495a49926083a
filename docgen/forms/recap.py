"""The recap of a period as kept with a document, and as templates see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from docgen.indonesian import LARGEST, long_date, rupiah, rupiah_in_words, short_date

NOTHING = "-"


class RecapDocument(BaseModel):
    """A document of the period. `kind` is the kind's title; `late`: the first of its step, and beyond the norm."""

    date: dt.date
    number: str
    kind: str
    title: str
    assets: list[str]  # names
    late: bool


class RecapProcedure(BaseModel):
    """What was done in one procedure. `value` in whole rupiah is that of its assets; `unvalued` of them have none.

    `count` is how many documents were issued; `documents` names them, unless the recap is not `listed`.
    """

    letter: str
    title: str
    count: int
    assets: int
    value: int
    unvalued: int
    opened: int
    closed: int
    late: int
    documents: list[RecapDocument]


class Recap(BaseModel):
    """A period, both dates inclusive. `assets`, `value`, `unvalued` count an asset of several procedures once.

    `listed`: whether the documents are named one by one; they are only counted where they are too many.
    """

    start: dt.date
    end: dt.date
    procedures: list[RecapProcedure]
    assets: int
    value: int
    unvalued: int
    listed: bool


def recap_context(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The recap for templates, from what was kept as JSON: every value as it is printed, under `rekap`.

    - `periode` (1 Juli 2026 sampai dengan 31 Desember 2026)
    - `prosedur`: list of {no, huruf, judul, naskah, aset, nilai, dibuka, ditutup, terlambat, daftar}; `daftar` is a
      list of {no, tanggal, nomor, jenis, hal, aset, terlambat}, the last a bool
    - `naskah`, `aset`, `nilai`, `nilai_terbilang`, `dibuka`, `ditutup`, `terlambat`: of all procedures; `tanpa_nilai`:
      how many assets have no value in the register, "" for none
    - `terlampir`: bool, whether there are documents and every `daftar` names them
    """
    recap = Recap.model_validate(kept)
    procedures = recap.procedures
    return {
        "rekap": {
            "periode": _period(recap.start, recap.end),
            "prosedur": [_procedure(one, number) for number, one in enumerate(procedures, start=1)],
            "naskah": _figures(sum(one.count for one in procedures)),
            "aset": _figures(recap.assets),
            "nilai": rupiah(recap.value),
            "nilai_terbilang": rupiah_in_words(recap.value) if recap.value <= LARGEST else "",
            "dibuka": _figures(sum(one.opened for one in procedures)),
            "ditutup": _figures(sum(one.closed for one in procedures)),
            "terlambat": _figures(sum(one.late for one in procedures)),
            "tanpa_nilai": _figures(recap.unvalued) if recap.unvalued else "",
            "terlampir": recap.listed and any(one.documents for one in procedures),
        }
    }


def _procedure(one: RecapProcedure, number: int) -> dict[str, Any]:
    return {
        "no": str(number),
        "huruf": one.letter,
        "judul": one.title,
        "naskah": _figures(one.count),
        "aset": _figures(one.assets),
        "nilai": rupiah(one.value),
        "dibuka": _figures(one.opened),
        "ditutup": _figures(one.closed),
        "terlambat": _figures(one.late),
        "daftar": [_document(document, line) for line, document in enumerate(one.documents, start=1)],
    }


def _document(document: RecapDocument, number: int) -> dict[str, Any]:
    more = f" dan {_figures(len(document.assets) - 1)} aset lain" if len(document.assets) > 1 else ""
    return {
        "no": str(number),
        "tanggal": short_date(document.date),
        "nomor": document.number,
        "jenis": document.kind,
        "hal": document.title,
        "aset": f"{document.assets[0]}{more}" if document.assets else NOTHING,
        "terlambat": document.late,
    }


def _period(start: dt.date, end: dt.date) -> str:
    return long_date(start) if start == end else f"{long_date(start)} sampai dengan {long_date(end)}"


def _figures(number: int) -> str:
    return f"{number:,}".replace(",", ".")
