"""Whatever is sent, the answer is small and soon: a caller cannot have the service write megabytes about mistakes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.errors import MOST_ERRORS, FieldError, bounded_errors
from tests.support.callers.api import Caller, make_app
from tests.support.machine.processor import within

MEGABYTE = 1_000_000
LARGEST, LONGEST = 100_000, 5.0  # bytes of an answer; seconds of processor time
NUMBERS = range(20_000)
LETTER = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ["6310190000101"], "data": {}}
ROWS = [{"data": {f"k{n}": n}} for n in range(2000)]
LETTERS = [("POST", path) for path in ("/documents", "/previews", "/batches", "/batches/check", "/bundles")]
EVERYWHERE = ("keys", "a long key", "a text")


def deep(levels: int, name: str) -> Any:
    """Return objects within objects, with many wrong values at the bottom."""
    value: Any = ["\0"] * 20_000
    for _ in range(levels):
        value = {name: value}
    return value


BODIES: dict[str, Any] = {
    "keys": {f"k{n}": n for n in NUMBERS},
    "keys of data": {**LETTER, "data": {f"k{n}": n for n in NUMBERS}},
    "rows of a table": {**LETTER, "kind": "rencana_aksi", "data": {"rencana": [{f"k{n}": 1} for n in NUMBERS]}},
    "photos": {**LETTER, "kind": "laporan_pemeliharaan", "data": {"dokumentasi": [{f"k{n}": 1} for n in NUMBERS]}},
    "unknown kind": {**LETTER, "kind": "x" * MEGABYTE},
    "unknown procedure": {**LETTER, "procedure": "x" * MEGABYTE},
    "unknown asset": {**LETTER, "assets": ["9" * MEGABYTE]},
    "unknown assets": {**LETTER, "assets": [str(n) for n in NUMBERS]},
    "unknown dossier": {**LETTER, "dossier": "x" * MEGABYTE, "replaces": "y"},
    "a long key": {"x" * MEGABYTE: 1},
    "a long key of data": {**LETTER, "data": {"x" * MEGABYTE: 1}},
    "a long value": {**LETTER, "data": {"hal": "\u202e" * 300_000, "isi": "x" * 600_000}},
    "no characters": {**LETTER, "data": {"isi": ["\0"] * 50_000}},
    "deep and wrong": {**LETTER, "data": deep(100, "x" * 5000)},
    "no numbers": {**LETTER, "step": [1e308 * 10] * 10},
    "rows": {**LETTER, "rows": ROWS},
    "rows of a batch": {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "rows": ROWS},
    "wrong rows": {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "rows": [{"k": n} for n in NUMBERS]},
    "documents": {"documents": [f"x{n}" for n in NUMBERS], "asset": "x" * 1000},
    "a list": list(NUMBERS),
    "a text": "x" * MEGABYTE,
}


@pytest.fixture(scope="module")
def caller(module_desk: Desk) -> Caller:
    """A system that may do everything."""
    return Caller(make_app(module_desk), create_token(module_desk, "penyerang", "admin", ["*"]))


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Every call of the API that takes a body, by method and path."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/"):
            path = rule.rule.removeprefix("/api/v1")
            for name in rule.arguments:
                path = path.replace(next(part for part in path.split("/") if part.endswith(f"{name}>")), "x1")
            yield from ((method, path) for method in sorted(rule.methods or ()) if method in ("POST", "PUT", "PATCH"))


def refuses(answer: TestResponse) -> bool:
    """Whether it says what is wrong, and nothing was taken; a check and an import say so in their report."""
    if answer.status_code == 200:
        report = answer.get_json()
        return bool(report["errors"]) and not any(report.get(name) for name in ("valid", "added", "changed"))
    return 400 <= answer.status_code < 500


@pytest.mark.office
@pytest.mark.parametrize("name", BODIES)
def test_an_answer_is_small_and_soon(caller: Caller, name: str) -> None:
    """Calls refuse these bodies within seconds, in less than 100 KB, and never by a fault.

    What is not about a letter is sent to every call that takes a body.
    """
    body = json.dumps(BODIES[name])
    every = list(routes(caller.app))
    assert len(every) > 20
    for method, path in every if name in EVERYWHERE else LETTERS:
        with within(LONGEST):
            answer = caller(method, path, data=body, content_type="application/json")
        assert refuses(answer), (method, path, answer.status_code)
        assert len(answer.data) <= LARGEST, (method, path, len(answer.data))


@pytest.mark.office
@pytest.mark.parametrize("path", ["/assets/import", "/officials/import", "/batches/check"])
@pytest.mark.parametrize(
    "row", ["x;;;", ";".join("x" * 40), "\u202e;9", '"' + "y" * 300 + '";1'], ids=["short", "wide", "turned", "long"]
)
def test_a_spreadsheet_of_mistakes_is_answered_briefly(caller: Caller, path: str, row: str) -> None:
    """A CSV of nothing but wrong lines gets the first errors and how many more there are."""
    text = "NIBAR;Nama;Kode Barang;Tahun\n" + f"{row}\n" * min(4000, 400_000 // len(row.encode()))
    form = {"file": (io.BytesIO(text.encode()), "x" * 5000 + ".csv"), "kind": "nota_dinas"}
    place = {"procedure": "pemeliharaan", "step": "2"} if "batches" in path else {}
    data = form | place if place else {"file": form["file"]}
    with within(2 * LONGEST):
        answer = caller("POST", path, data=data, content_type="multipart/form-data")
    assert refuses(answer)
    assert len(answer.data) <= LARGEST


@pytest.mark.office
def test_a_long_query_is_refused_soon(caller: Caller) -> None:
    """Many parameters, each many times, cost no more than few."""
    query = "&".join(f"k{n}={n}" for n in range(5000)) + "&" + "&".join("q=" + "x" * 5 for _ in range(3000))
    with within(LONGEST):
        answer = caller.get(f"/documents?{query}")
    assert answer.status_code == 422
    assert len(answer.data) <= LARGEST


def test_the_first_errors_are_told_and_the_others_counted() -> None:
    """A hundred errors are told one by one; a long one loses its middle, and keeps what to do."""
    errors = [FieldError(f"data.k{n}", "Isian tidak dikenal.") for n in range(5000)]
    shown = bounded_errors(errors)
    assert shown[:MOST_ERRORS] == errors[:MOST_ERRORS]
    assert [one.message for one in shown[MOST_ERRORS:]] == ["… dan 4900 lagi."]
    (long,) = bounded_errors([FieldError("kind", f"Jenis naskah {'x' * MEGABYTE} tidak ada. Yang ada: nota_dinas.")])
    assert len(long.message) < 700
    assert long.message.startswith("Jenis naskah x")
    assert long.message.endswith("Yang ada: nota_dinas.")
    assert bounded_errors(errors[:3]) == errors[:3]
