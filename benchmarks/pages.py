"""How long the service takes over each page of a catalogue of many documents; the browser's own time comes on top."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from benchmarks.search import fill
from benchmarks.service import prepared_folder
from benchmarks.timing import percentile, timed
from docgen.desk import open_desk
from docgen.desk.access.accounts import create_user
from docgen.desk.background.jobs import Jobs
from docgen.desk.dossiers.standing import refresh
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.service.job_functions import WORKERS
from docgen.settings import read_settings
from storage.catalogue import standings
from web.app import create_app

PASSWORD = "empat-kata-untuk-mengukur"  # noqa: S105 (of an account that is thrown away)
GOAL = 0.1  # seconds at the 95th percentile, at 100,000 documents
ONE = "00000000000000000000050000"
PAGES: Mapping[str, str] = {
    "home": "/",
    "procedures": "/buat",
    "steps": "/buat/pemeliharaan",
    "form": "/buat/pemeliharaan/2/nota_dinas",
    "inbox.counts": "/meja",
    "archive": "/arsip",
    "archive.awaiting": "/arsip?status=awaiting",
    "archive.rejected": "/arsip?status=rejected",
    "archive.filtered": "/arsip?prosedur=pemeliharaan&tahun=2026",
    "archive.words": "/arsip?q=bench",
    "asset": "/arsip/BENCH-000123",
    "dossiers": "/berkas",
    "dossier": f"/berkas/{ONE}",
    "overview": "/ringkasan",
    "agenda": "/agenda",
    "agenda.by_hand": "/agenda/nomor",
    "assets": "/aset",
    "officials": "/pejabat",
    "office": "/kantor",
    "history": "/riwayat",
    "retention": "/retensi",
    "bundles": "/bundel",
}


def measure_pages(size: int = 100_000, times: int = 20) -> dict[str, float]:
    """`pages.NAME.p95` in seconds, the first look left out; pages answered with another code than 200 raise."""
    figures: dict[str, float] = {}
    with prepared_folder() as (folder, _):
        settings = read_settings({"DOCGEN_DATA": str(folder)})
        desk = open_desk(settings)
        asked = DocumentRequest(
            kind="nota_dinas", procedure="pemeliharaan", step=2, data=desk.kinds["nota_dinas"].example
        )
        document = issue(desk, asked, "ukur")
        desk.close()
        fill(folder / "docgen.sqlite", 0, size)
        _fill_register(folder / "docgen.sqlite", size)
        desk = open_desk(settings)
        try:
            create_user(desk, "ukur", "admin", "Pengukur", PASSWORD, officials=["*"])
            with desk.catalogue.write() as tx:
                standings.note_all(tx)
            while refresh(desk, limit=200):
                pass
            client = _signed_in(create_app(desk, "a benchmark's secret", Jobs(desk, WORKERS), settings).test_client())
            pages = {**PAGES, "document": f"/d/{document.id}", "read": f"/d/{document.id}/baca"}
            for name, path in pages.items():
                _look(client, path)
                seconds = [timed(lambda path=path: _look(client, path)) for _ in range(times)]
                figures[f"pages.{name}.p95"] = percentile(seconds, 95)
        finally:
            desk.close()
    return figures


def _fill_register(file: Path, size: int) -> None:
    """Numbers of ten years, so that this year's register holds a tenth of them."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        (unit,) = database.execute("SELECT json_extract(record, '$.unit_code') FROM office").fetchone()
        database.execute(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :size) INSERT INTO "
            "register_entries (unit, year, sequence, number, status, document, date, title, reason) SELECT :unit, "
            "2026 - i % 10, i / 10 + 2, 'B/000.1.9.1/' || (i / 10 + 2) || '/X/XI/' || (2026 - i % 10), 'issued', "
            "printf('%026d', i), '2026-11-24', 'Rencana kegiatan pemeliharaan ' || i, '' FROM n",
            {"size": size, "unit": unit},
        )
        database.execute("DELETE FROM changes")


def _signed_in(client: FlaskClient) -> FlaskClient:
    page = client.get("/masuk").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"csrf_token": token, "name": "ukur", "password": PASSWORD}
    if client.post("/masuk", data=form, headers={"Origin": "http://localhost"}).status_code != 303:
        raise RuntimeError("the benchmark's account cannot sign in")
    return client


def _look(client: FlaskClient, path: str) -> TestResponse:
    answer = client.get(path)
    answer.get_data()
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return answer


if __name__ == "__main__":
    for name, seconds in sorted(measure_pages().items(), key=lambda one: -one[1]):
        print(f"{name:32} {seconds * 1000:8.1f} ms{'' if seconds <= GOAL else '   over'}")
