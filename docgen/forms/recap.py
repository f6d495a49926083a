"""The recap of a period: the record that a snapshot holds, and its context for templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from docgen.indonesian import LARGEST, long_date, rupiah, rupiah_in_words, short_date
from docgen.typesetting import unbroken

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
    """The counts of one procedure. `value` in whole rupiah is that of its assets; `unvalued` of them have none.

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


def recap_context(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the recap for templates, from the JSON of a snapshot: every value as it is printed, under `rekap`.

    - `periode` (1 Juli 2026 sampai dengan 31 Desember 2026)
    - `prosedur`: list of {no, huruf, judul, naskah, aset, nilai, dibuka, ditutup, terlambat, daftar}; `daftar` is a
      list of {no, tanggal, nomor, jenis, hal, aset, terlambat}, the last a bool
    - `naskah`, `aset`, `nilai`, `nilai_terbilang`, `dibuka`, `ditutup`, `terlambat`: of all procedures; `tanpa_nilai`:
      how many assets have no value in the register, "" for none
    - `terlampir`: bool, whether there are documents and every `daftar` names them
    """
    recap = Recap.model_validate(stored)
    procedures = recap.procedures
    return {
        "rekap": {
            "periode": _period(recap.start, recap.end),
            "prosedur": [_procedure(procedure, number) for number, procedure in enumerate(procedures, start=1)],
            "naskah": _figures(sum(procedure.count for procedure in procedures)),
            "aset": _figures(recap.assets),
            "nilai": rupiah(recap.value),
            "nilai_terbilang": rupiah_in_words(recap.value) if recap.value <= LARGEST else "",
            "dibuka": _figures(sum(procedure.opened for procedure in procedures)),
            "ditutup": _figures(sum(procedure.closed for procedure in procedures)),
            "terlambat": _figures(sum(procedure.late for procedure in procedures)),
            "tanpa_nilai": _figures(recap.unvalued) if recap.unvalued else "",
            "terlampir": recap.listed and any(procedure.documents for procedure in procedures),
        }
    }


def _procedure(procedure: RecapProcedure, ordinal: int) -> dict[str, Any]:
    return {
        "no": str(ordinal),
        "huruf": procedure.letter,
        "judul": procedure.title,
        "naskah": _figures(procedure.count),
        "aset": _figures(procedure.assets),
        "nilai": rupiah(procedure.value) if procedure.value else NOTHING,
        "dibuka": _figures(procedure.opened),
        "ditutup": _figures(procedure.closed),
        "terlambat": _figures(procedure.late),
        "daftar": [_document(document, line) for line, document in enumerate(procedure.documents, start=1)],
    }


def _document(document: RecapDocument, ordinal: int) -> dict[str, Any]:
    others = f" dan {_figures(len(document.assets) - 1)} aset lain" if len(document.assets) > 1 else ""
    return {
        "no": str(ordinal),
        "tanggal": short_date(document.date),
        "nomor": document.number,
        "jenis": document.kind,
        "hal": document.title,
        "aset": f"{document.assets[0]}{others}" if document.assets else NOTHING,
        "terlambat": document.late,
    }


def _period(start: dt.date, end: dt.date) -> str:
    return unbroken(long_date(start) if start == end else f"{long_date(start)} sampai dengan {long_date(end)}")


def _figures(number: int) -> str:
    return f"{number:,}".replace(",", ".")
