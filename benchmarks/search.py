"""Search by asset and step while the catalogue grows: over HTTP, and the query alone. SQLite, filled by SQL.

Every asset has 100 documents at four places of the SOP, so that each search finds 25 at any size: what changes is what
there is to look through. An asset's documents lie scattered over those that were added with them.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.service import Service, prepared_folder, serving, settle
from benchmarks.timing import percentile, timed
from storage.catalogue.database import Catalogue
from storage.catalogue.searching.search import Filter, search_documents

PER_ASSET = 100
PLACES = (("pemeliharaan", 2), ("pemeliharaan", 5), ("penggunaan", 1), ("penghapusan", 3))
FOUND = PER_ASSET // len(PLACES)

# The rows from `first` to `end`; numbers written with zeros sort as they count.
_COUNT = "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end) "
_ID = "printf('%026d', i)"
_ASSET = "printf('BENCH-%06d', (:first / :per) + (i - :first) % ((:end - :first) / :per))"
_TURN = "((i - :first) / ((:end - :first) / :per)) % 4"  # the asset's documents go round the places
_PROCEDURE = f"CASE {_TURN} " + " ".join(f"WHEN {at} THEN '{slug}'" for at, (slug, _) in enumerate(PLACES)) + " END"
_STEP = f"CASE {_TURN} " + " ".join(f"WHEN {at} THEN {step}" for at, (_, step) in enumerate(PLACES)) + " END"
_FILE = (
    "json_object('key', 'naskah/2026/' || {id} || '{suffix}', 'sha256', printf('%064x', i), 'size', 48000, "
    "'content_type', 'application/{suffix}', 'pages', 1)"
)
_TITLE = "'Rencana kegiatan pemeliharaan perangkat jaringan ' || i"
_AT = "'2026-11-24 08:00:00.000000'"

_ROWS = {
    "dossiers": {
        "id": _ID, "procedure": _PROCEDURE, "assets": f"json_array({_ASSET})", "title": _TITLE, "opened_at": _AT,
        "first_asset": _ASSET,
    },
    "documents": {
        "id": _ID, "number": "'B/000.1.9.1/' || i || '/X/XI/2026'", "unit": "'X'", "year": "2026", "sequence": "i",
        "status": "'issued'", "kind": "'nota_dinas'", "procedure": _PROCEDURE, "step": _STEP,
        "assets": f"json_array({_ASSET})", "dossier": "printf('%026d', i - i % 10)", "title": _TITLE,
        "date": "'2026-11-24'", "signer": "'kepala-dinas'", "code": _ID, "revision": "1", "created_at": _AT,
        "created_by": "'bench'", "status_reason": "''", "search": _TITLE,
    },
    "document_assets": {"nibar": _ASSET, "procedure": _PROCEDURE, "step": _STEP, "document": _ID},
    "revisions": {
        "document": _ID, "number": "1", "created_at": _AT, "created_by": "'bench'", "reason": "''",
        "pdf": _FILE.format(id=_ID, suffix="pdf"), "docx": _FILE.format(id=_ID, suffix="docx"),
        "submission": "'{}'", "snapshot": "'{}'",
    },
    # Read already, so that the service has nothing to index while it is measured.
    "document_words": {"document": _ID, "words": "'bench'", "stale": "0"},
}  # fmt: skip


def measure_search(sizes: Sequence[int], times: int) -> dict[str, float]:
    """p50 and p99 in seconds at each size: `search.SIZE.p50` over HTTP, `query.SIZE.p50` the query alone."""
    figures: dict[str, float] = {}
    filled = 0
    with prepared_folder() as (folder, token):
        for size in sizes:
            fill(folder / "docgen.sqlite", filled, size)
            filled = size
            with closing(Catalogue(f"sqlite:///{folder / 'docgen.sqlite'}")) as catalogue:
                figures |= _spread(f"query.{size}", _query_alone(catalogue, size), times)
            with serving(folder, token) as service:
                settle()
                figures |= _spread(f"search.{size}", _over_http(service, size), times)
    return figures


def fill(file: Path, first: int, end: int) -> None:
    """Add the documents numbered `first` to `end` (not included) to a catalogue; both are multiples of 100."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        # A catalogue that is thrown away needs no journal while it is filled; with a large cache it is filled sooner.
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000")
        for table, columns in _ROWS.items():
            where = " WHERE i % 10 = 0" if table == "dossiers" else ""
            names, values = ", ".join(columns), ", ".join(columns.values())
            database.execute(
                f"INSERT INTO {table} ({names}) {_COUNT} SELECT {values} FROM n{where}",  # noqa: S608
                {"first": first, "end": end, "per": PER_ASSET},
            )
            database.execute("DELETE FROM changes")  # nor anything to mirror into the archive
            database.execute("DELETE FROM stale_dossiers")  # nor to find out how it stands
        database.execute("PRAGMA journal_mode = WAL")


def _query_alone(catalogue: Catalogue, size: int) -> Callable[[random.Random], None]:
    def search(chance: random.Random) -> None:
        procedure, step = chance.choice(PLACES)
        wanted = Filter(asset=_asset(chance, size), procedure=procedure, step=step)
        with catalogue.read() as tx:
            _check(len(search_documents(tx, wanted, limit=51)))

    return search


def _over_http(service: Service, size: int) -> Callable[[random.Random], None]:
    connection = service.connect()

    def search(chance: random.Random) -> None:
        procedure, step = chance.choice(PLACES)
        asked = urlencode({"asset": _asset(chance, size), "procedure": procedure, "step": step})
        _check(len(service.get(f"/api/v1/documents?{asked}", connection)["items"]))

    return search


def _spread(name: str, search: Callable[[random.Random], None], times: int) -> dict[str, float]:
    chance = random.Random(5)
    for _ in range(20):
        search(chance)
    seconds = [timed(lambda: search(chance)) for _ in range(times)]
    return {f"{name}.p50": percentile(seconds, 50), f"{name}.p99": percentile(seconds, 99)}


def _asset(chance: random.Random, size: int) -> str:
    return f"BENCH-{chance.randrange(size // PER_ASSET):06d}"


def _check(found: int) -> None:
    if found != FOUND:
        raise RuntimeError(f"a search found {found} documents in the place of {FOUND}")
