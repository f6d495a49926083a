"""Fill a catalogue, and if wanted its archive, with as many letters as an office issues in years.

`DOCGEN_DATA=… python -m benchmarks.seed 200000` (or DOCGEN_DATABASE_URL and DOCGEN_STORE_URL) issues some dossiers of
real letters with their decisions, and copies them: documents, revisions, registers, words, people, the audit log, all
but the newest dossiers closed. With `--files` the archive holds the files of each copy, too. Run again, it adds more.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, select, update

from benchmarks.bulk import BulkInsert, bulk_insert
from docgen.desk import Desk, open_desk
from docgen.desk.decisions.endorse import EndorsementRequest, endorse
from docgen.desk.dossiers.standing import refresh
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.mirror import keep_mirror
from docgen.desk.revisions.revision_store import record_key
from docgen.desk.rights import EVERYONE
from docgen.desk.setup import initialise
from docgen.errors import DocgenError
from docgen.settings import read_settings
from storage import media_types
from storage.catalogue import audit, documents, registers
from storage.catalogue import tables as t
from storage.catalogue.numbering import numbers
from storage.catalogue.rows import upsert
from storage.keys import safe_asset
from storage.records import Event
from storage.text import json_text

PROCEDURES = ("pemeliharaan", "penggunaan", "pemindahtempatan")
LETTERS_OF_ASSET = 100
OPEN_SHARE = 0.05  # of the dossiers, the newest
_ID_IN_PDF = re.compile(rb"/ID\s*\[\s*<([0-9A-Fa-f]{32})>\s*<([0-9A-Fa-f]{32})>")
_CONSONANTS, _VOWELS = "bdgklmnprstwy", "aiu"


@dataclass(frozen=True)
class Letter:
    """A letter to copy: its row of `documents`, its rows of other tables (JSON as text), and the files of its
    revisions by key.
    """

    document: Mapping[str, Any]
    rows: Sequence[tuple[Table, Mapping[str, Any]]]
    words: str
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Model:
    """A dossier to copy, with its letters."""

    dossier: Mapping[str, Any]
    letters: Sequence[Letter]


def seed(desk: Desk, letters: int, *, years: int = 5, files: bool = False) -> int:
    """Add at least so many letters to an office, as copies of dossiers, and return how many there were added.

    The office must have the demo registers. With `files`, the archive gets them, too.
    """
    models = [_model(desk, id, with_files=files) for id in _model_dossiers(desk)]
    with desk.catalogue.read() as tx:
        present = int(tx.execute(select(func.count()).select_from(t.documents)).scalar_one())
        last_sequences = {(row.unit, row.year): int(row.last) for row in tx.execute(select(t.registers))}
        last = audit.last_event(tx)
    moments = _moments(desk.now(), years, letters)
    chance = random.Random(present)
    with bulk_insert(desk.catalogue) as bulk:
        _add_assets(bulk, models[0].letters[0], present, letters)
        copies = 0
        while copies < letters:
            model = models[chance.randrange(len(models))]
            number = present + copies
            asset = f"BENCH-{number // LETTERS_OF_ASSET:06d}"
            dossier = _copy_dossier(model, number, asset, moments[copies], is_open=copies > letters * (1 - OPEN_SHARE))
            bulk.add(t.dossiers, dossier)
            for letter in model.letters:
                at = moments[min(copies, letters - 1)]
                key = letter.document["unit"], at.year
                last_sequences[key] = last_sequences.get(key, 0) + 1
                copy = _Copy(model, letter, present + copies, dossier["id"], asset, at, last_sequences[key], chance)
                last = copy.insert(bulk, last)
                if files:
                    copy.store(desk)
                copies += 1
        bulk.flush()
        _set_counters(bulk.tx, last_sequences, last)
    return copies


class _Copy:
    """One letter that is being copied."""

    def __init__(
        self,
        model: Model,
        letter: Letter,
        number: int,
        dossier: str,
        asset: str,
        at: dt.datetime,
        sequence: int,
        chance: random.Random,
    ) -> None:
        source = letter.document
        self._letter, self._at, self._sequence = letter, at, sequence
        self._id = f"00{number:024d}"
        words = " ".join("".join(map(chance.choice, [_CONSONANTS, _VOWELS] * 3)) for _ in range(2))
        self._title = f"{source['title']} {words} {number}"
        year, month = str(source["year"]), f"/{at.year}"
        self._number = source["number"].replace(f"/{source['sequence']}/", f"/{sequence}/").replace(f"/{year}", month)
        self._pairs = [
            (source["id"], self._id),
            (source["dossier"], dossier),
            (source["code"], _code(number)),
            (source["number"], self._number),
            *((name, asset) for nibar in _nibars(model) for name in (nibar, safe_asset(nibar))),
        ]
        self._digests: list[tuple[str, str]] = []
        self._contents = {self._replaced(key): self._content(key, data, number) for key, data in letter.files.items()}
        if not letter.files:
            for _, row in letter.rows:
                if "pdf" in row:
                    old = json.loads(row["pdf"])["sha256"]
                    self._digests.append((old, hashlib.sha256(f"{old} {number}".encode()).hexdigest()))

    def insert(self, bulk: BulkInsert, last: Event | None) -> Event:
        """Insert the rows of the letter; return its line of the audit log, which follows `last`."""
        day = self._at.date()
        document = {name: self._value(value) for name, value in self._letter.document.items()}
        document |= {"year": self._at.year, "sequence": self._sequence, "title": self._title, "date": day}
        document |= {"created_at": self._at, "search": f"{document['search']} {self._title.lower()}"}
        bulk.add(t.documents, document)
        for table, row in self._letter.rows:
            copy = {name: self._value(value) for name, value in row.items()}
            if table is t.register_entries:
                copy |= {"year": self._at.year, "sequence": self._sequence, "title": self._title, "date": day}
            if "created_at" in copy:
                copy["created_at"] = self._at
            bulk.add(table, copy)
        words = f"{self._replaced(self._letter.words)} {self._title.lower()}"
        bulk.add(t.document_words, {"document": self._id, "words": words, "stale": False})
        event = _next_event(last, self._at, self._id, self._number)
        row = event.model_dump() | {"before": "{}", "after": json_text(event.after)}
        bulk.add(t.audit, row)
        return event

    def store(self, desk: Desk) -> None:
        """Put the files of the letter into the archive, each record.json after those it names."""
        for key in sorted(self._contents, key=lambda key: key.endswith(".json")):
            data = self._contents[key]
            if key.endswith("/record.json"):
                record = json.loads(self._replaced(data.decode()))
                record["document"] |= {"year": self._at.year, "sequence": self._sequence, "title": self._title}
                record["document"] |= {"date": self._at.date().isoformat(), "created_at": self._at.isoformat()}
                data = json_text(record, indent=1, sort_keys=True).encode()
            desk.store.put(key, data, _media_type(key))

    def _content(self, key: str, data: bytes, number: int) -> bytes:
        """Return the bytes of a copied file: a PDF gets an /ID of its own, and so another SHA-256 but the same size."""
        found = _ID_IN_PDF.search(data) if key.endswith(".pdf") else None
        if not found:
            return data
        id = hashlib.sha256(str(number).encode()).hexdigest()[:32].upper().encode()
        copy = data[: found.start(1)] + id + data[found.end(1) : found.start(2)] + id + data[found.end(2) :]
        self._digests.append((hashlib.sha256(data).hexdigest(), hashlib.sha256(copy).hexdigest()))
        return copy

    def _value(self, value: Any) -> Any:
        return self._replaced(value) if isinstance(value, str) else value

    def _replaced(self, content: str) -> str:
        for old, new in (*self._pairs, *self._digests):
            content = content.replace(old, new)
        return content


def _model_dossiers(desk: Desk) -> list[str]:
    """Return the ids of the dossiers to copy; they are issued where they are not yet."""
    ids = []
    for procedure in PROCEDURES:
        query = select(t.dossiers.c.id).where(t.dossiers.c.procedure == procedure, t.dossiers.c.title.not_like("% #%"))
        with desk.catalogue.read() as tx:
            id = tx.execute(query.order_by(t.dossiers.c.id).limit(1)).scalar()
        ids.append(id or _issue_dossier(desk, procedure))
    return ids


def _issue_dossier(desk: Desk, slug: str) -> str:
    """Issue one letter at each step of a procedure that yields one, with the decisions on it; return the dossier."""
    with desk.catalogue.read() as tx:
        [asset] = registers.search_assets(tx, limit=1)
        officials = registers.list_officials(tx)
    dossier = "new"
    for step in desk.sop.procedure(slug).steps:
        kind = next((kind for kind in step.outputs if kind in desk.kinds), None)
        if kind is None:
            continue
        body = {"kind": kind, "procedure": slug, "step": step.number, "assets": [asset.nibar], "dossier": dossier}
        request = DocumentRequest.model_validate(body | {"data": desk.kinds[kind].example})
        with suppress(DocgenError):
            document = issue(desk, request, "sari")
            dossier = document.dossier
            for official in officials:
                for decision in ("setuju", "terima"):
                    with suppress(DocgenError):
                        decided = EndorsementRequest.model_validate({"official": official.id, "decision": decision})
                        endorse(desk, document.id, decided, "sari", EVERYONE)
    return dossier


def _model(desk: Desk, id: str, *, with_files: bool) -> Model:
    with desk.catalogue.read() as tx:
        dossier = _plain(t.dossiers, next(_rows(tx, t.dossiers, t.dossiers.c.id, id)))
        of_dossier = list(_rows(tx, t.documents, t.documents.c.dossier, id))
        letters = [_letter(desk, tx, row, with_files=with_files) for row in of_dossier if row["revision"]]
    return Model(dossier, letters)


def _letter(desk: Desk, tx: Connection, row: Mapping[str, Any], *, with_files: bool) -> Letter:
    id = row["id"]
    rows = [
        (table, _plain(table, found))
        for table in (t.revisions, t.document_assets, t.document_people, t.register_entries, t.archived_files)
        for found in _rows(tx, table, table.c.document, id)
    ]
    words = next(_rows(tx, t.document_words, t.document_words.c.document, id))["words"]
    files: dict[str, bytes] = {}
    if with_files:
        document = documents.get_document(tx, id)
        for revision in documents.list_revisions(tx, id):
            keys = [file.key for file in revision.files] + [record_key(desk.store, document, revision.number)]
            files |= {key: desk.store.get(key) for key in keys}
    return Letter(_plain(t.documents, row), rows, words, files)


def _copy_dossier(model: Model, number: int, asset: str, at: dt.datetime, *, is_open: bool) -> dict[str, Any]:
    row = dict(model.dossier) | {
        "id": f"00{number:024d}",
        "opened_at": at,
        "title": f"{model.dossier['title']} #{number}",
    }
    row |= {"assets": json.dumps([asset]), "first_asset": asset} if model.dossier["first_asset"] else {}
    closed = {"closed_at": at + dt.timedelta(days=30), "closed_by": "sari", "close_reason": "Selesai"}
    return row | ({} if is_open else closed)


def _add_assets(bulk: BulkInsert, letter: Letter, present: int, letters: int) -> None:
    nibar = json.loads(letter.document["assets"])[0]
    source = _plain(t.assets, next(_rows(bulk.tx, t.assets, t.assets.c.nibar, nibar)))
    for index in range(-(-present // LETTERS_OF_ASSET), (present + letters) // LETTERS_OF_ASSET + 1):
        code = f"BENCH-{index:06d}"
        bulk.add(t.assets, source | {"nibar": code, "search": source["search"].replace(nibar.lower(), code.lower())})


def _set_counters(tx: Connection, last_sequences: Mapping[tuple[str, int], int], last: Event | None) -> None:
    for (unit, year), sequence in last_sequences.items():
        numbers.hold_register(tx, unit, year)
        where = t.registers.c.unit == unit, t.registers.c.year == year
        tx.execute(update(t.registers).where(*where).values(last=sequence))
    if last is not None:
        head = {"sequence": last.sequence, "hash": last.hash}
        added = upsert(tx, t.audit_head).values(id=1, **head)
        tx.execute(added.on_conflict_do_update(index_elements=["id"], set_=head))


def _next_event(last: Event | None, at: dt.datetime, subject: str, number: str) -> Event:
    event = Event(
        sequence=(last.sequence if last else 0) + 1,
        at=at,
        actor="sari",
        origin="seed",
        action="document.issued",
        subject=subject,
        before={},
        after={"number": number},
        previous=last.hash if last else audit.FIRST,
        hash="",
    )
    return event.model_copy(update={"hash": audit.chain_hash(event)})


def _rows(tx: Connection, table: Table, column: Any, value: str) -> Iterator[Mapping[str, Any]]:
    yield from map(dict, tx.execute(select(table).where(column == value)).mappings())


def _plain(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its JSON as text and its moments with their zone."""
    plain = dict(row)
    for column in table.c:
        value = plain[column.name]
        if isinstance(value, dict | list):
            plain[column.name] = json_text(value)
        elif isinstance(value, dt.datetime) and value.tzinfo is None:
            plain[column.name] = value.replace(tzinfo=dt.UTC)
    return plain


def _nibars(model: Model) -> list[str]:
    return [str(nibar) for nibar in json.loads(model.dossier["assets"])]


def _code(number: int) -> str:
    return hashlib.sha256(f"code {number}".encode()).hexdigest()[:20].upper()


def _moments(now: dt.datetime, years: int, count: int) -> list[dt.datetime]:
    """Return evenly spread moments of the last years, ending yesterday."""
    end = now - dt.timedelta(days=1)
    span = dt.timedelta(days=365 * years)
    return [end - span * ((count - index) / count) for index in range(count)]


def _media_type(key: str) -> str:
    ending = key.rpartition(".")[2]
    return {"pdf": media_types.PDF, "docx": media_types.DOCX}.get(ending, media_types.JSON)


def main() -> None:
    """Seed the office of the settings; without rows it is filled with the demo office first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seed", description=__doc__)
    parser.add_argument("letters", type=int)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--files", action="store_true", help="put the files into the archive, too")
    arguments = parser.parse_args()
    os.fsync = lambda _descriptor: None  # type: ignore[assignment]  # nothing seeded must outlive a power failure
    settings = read_settings()
    desk = open_desk(settings, warm=False)
    try:
        desk.store.prepare()
        initialise(desk, demo=True)
        count = seed(desk, arguments.letters, years=arguments.years, files=arguments.files)
        while refresh(desk, 500):
            pass
        keep_mirror(desk)
        print(f"{count} letters")
    finally:
        desk.close()


if __name__ == "__main__":
    main()
