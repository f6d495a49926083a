"""Convert the SOP to plain data under Indonesian names: for templates as `sop`, and for a document's record."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from docgen.indonesian import long_date
from docgen.sop.flow import CELL, OVAL, actors_of, flow_chart
from docgen.sop.model import Procedure, Sop, Step

_SCOPE = re.compile(r"\([^()]*\)$")


def sop_view(sop: Sop) -> dict[str, Any]:
    """Return the SOP as JSON-able data, every value as it is printed; the data file's remarks on its own text are left
    out.

    {judul, nomor, tanggal_pembuatan, tanggal_revisi, tanggal_efektif, perangkat_daerah, dasar_hukum, kualifikasi,
    pengertian, keterkaitan, peralatan, pencatatan: lists of texts, peringatan, prosedur: [{huruf, judul, lingkup,
    pelaku: [text], langkah: [{nomor, kegiatan, persyaratan, waktu, hasil, keterangan, bagan}]}]}; `bagan` is a row of
    `docgen.sop.flow.flow_chart`.
    """
    cover = sop.cover
    return {
        "judul": cover.title,
        "nomor": cover.number_reading or cover.number,
        "tanggal_pembuatan": _date(cover.created),
        "tanggal_revisi": _date(cover.revised),
        "tanggal_efektif": _date(cover.effective),
        "perangkat_daerah": cover.office,
        "dasar_hukum": [basis.text for basis in cover.legal_basis],
        "kualifikasi": list(cover.qualifications),
        "pengertian": list(cover.definitions),
        "keterkaitan": list(cover.related),
        "peralatan": list(cover.equipment),
        "pencatatan": list(cover.records),
        "peringatan": cover.warning,
        "prosedur": [_procedure(sop, procedure) for procedure in sop.procedures],
    }


def _sample(scope: str = "", **given: Any) -> dict[str, Any]:
    cells = [dict(CELL), dict.fromkeys(CELL, True) | {"simbol": OVAL}]
    step = dict.fromkeys(("nomor", "kegiatan", "waktu"), "x") | {"keterangan": ""} | given
    line: dict[str, Any] = {"persyaratan": [], "hasil": []} | step | {"bagan": cells}
    return {"huruf": "A", "judul": "x", "lingkup": scope, "pelaku": ["x", "x"], "langkah": [line, line]}


# What a template is checked with: as much as an SOP may tell, and as little.
_TEXTS = ("judul", "nomor", "tanggal_pembuatan", "tanggal_revisi", "tanggal_efektif", "perangkat_daerah", "peringatan")
_LISTS = ("dasar_hukum", "kualifikasi", "pengertian", "keterkaitan", "peralatan", "pencatatan")
_FULL_STEP = {"persyaratan": ["x", "x"], "hasil": ["x", "x"], "keterangan": "x"}
SAMPLE: dict[str, Any] = (
    dict.fromkeys(_TEXTS, "x") | {name: ["x", "x"] for name in _LISTS} | {"prosedur": [_sample("x", **_FULL_STEP)] * 2}
)
SAMPLE_BARE: dict[str, Any] = (
    dict.fromkeys(_TEXTS, "") | {name: [] for name in _LISTS} | {"judul": "x", "prosedur": [_sample()]}
)


def _procedure(sop: Sop, procedure: Procedure) -> dict[str, Any]:
    chart = flow_chart(procedure)
    return {
        "huruf": procedure.letter,
        "judul": procedure.title,
        "lingkup": _scope(procedure),
        "pelaku": [sop.role_label(role) for role in actors_of(procedure)],
        "langkah": [_step(step, cells) for step, cells in zip(procedure.steps, chart, strict=True)],
    }


def _scope(procedure: Procedure) -> str:
    """Return `(Hardware, Software, Data)`: as printed where the file keeps the heading, else as most headings are."""
    printed = _SCOPE.search(procedure.printed_title)
    if printed:
        return printed[0]
    return f"({', '.join(sort.capitalize() for sort in procedure.scope)})" if procedure.scope else ""


def _step(step: Step, cells: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "nomor": str(step.number),
        "kegiatan": step.activity,
        "persyaratan": list(step.requirements),
        "waktu": step.time_text,
        "hasil": list(step.output_texts),
        "keterangan": _remark(step),
        "bagan": cells,
    }


def _remark(step: Step) -> str:
    """Return where an answer leads that is not simply the next step."""
    if step.decision is None:
        return ""
    led = (("Ya", step.decision.ya), ("Tidak", step.decision.tidak))
    return "; ".join(f"{word}: ke langkah {number}" for word, number in led if number != step.number + 1)


def _date(date: dt.date | None) -> str:
    return long_date(date) if date else ""
