"""Any text comes back, through every text column, the mirror, the backup and the log; and what the door does."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    LargeBinary,
    String,
    Table,
    TypeDecorator,
    insert,
    select,
)

from storage.backup import back_up, restore
from storage.catalogue import Catalogue, audit, changes, jobs, portable
from storage.catalogue.access import accounts
from storage.catalogue.tables import metadata
from storage.mirror import write_changes
from storage.objects import open_store
from storage.rebuild import catch_up
from storage.records import Asset, Job, User
from storage.segments import read_segments
from storage.text import DOOR, FORBIDDEN, clean_key, clean_line, clean_text, json_text, split_lines
from wording import Message, say

NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
# of the catalogue itself, and not kept
OWN = ("identity", "mirror", "changes", "sessions", "one_time_links", "number_holds", "maintenance_runs")
DERIVED = ("document_words", "standings", "turns", "stale_dossiers", "signature_proofs")  # made anew from the rows
CHARACTERS = [
    *map(chr, range(1, 0x20)),  # C0, and with it every line break that is one
    *map(chr, range(0x7F, 0xA1)),  # C1: U+0085
    *"\u2028\u2029\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u061c",
    *"\ufeff\ufdd0\ufdef\ufffd\ufffe\uffff\U0001fffe\U0010ffff\U0001f469\U00020000e\u0301\u0323\u3164\u00ad",
    *"\"'\\{}[],;",
]
SAMPLES = ["".join(CHARACTERS[at : at + 6]) for at in range(0, len(CHARACTERS), 6)]
NUL, HALF, LONG = "a\0b", "a\ud800b\udc00c", "naskah\u2028" * 20_000


def fitting(column: Column[Any], sample: str, number: int) -> str:
    """A text for a column: its own beginning, so that keys differ, and as much of the sample as there is room for."""
    room = getattr(column.type, "length", None) or 10**6
    text = f"{column.name[0]}{number}{sample}"
    return text[:room] if room > 3 else sample[:room]


def value(column: Column[Any], sample: str, number: int, odd: str = "") -> Any:
    """A value for a column; `odd` is what stands in JSON besides."""
    for foreign in column.foreign_keys:
        return value(foreign.column, sample, number)
    sort = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(sort, JSON):
        text = fitting(column, sample + odd, number)
        return {text: text} if column.table.name in ("audit", "journal", "office") else [text]
    if isinstance(sort, String):
        return fitting(column, sample, number)
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, DateTime):
        return NOW
    if isinstance(column.type, Date):
        return NOW.date()
    if isinstance(column.type, LargeBinary):
        return sample.encode()
    if isinstance(column.type, Float):
        return 0.5
    return number + 1 if column.primary_key and not _has_text_key(column.table) else 1


def _has_text_key(table: Any) -> bool:
    return any(isinstance(one.type, String) for one in table.primary_key)


def tables() -> list[Table]:
    """Every table whose rows come back, those that others refer to first."""
    return portable.tables_in_order(metadata, without=(*OWN, *DERIVED))


def fill(tx: Connection, samples: list[str], odd: str = "") -> None:
    """A row of each table for each sample; whatever table and column is added is filled, too."""
    for table in tables():
        rows = [
            {column.name: value(column, sample, number, odd) for column in table.columns}
            for number, sample in enumerate(samples)
        ]
        tx.execute(insert(table), rows)


def rows_of(catalogue: Catalogue, names: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    """Every row of these tables."""
    with catalogue.read() as tx:
        return {
            table.name: [
                portable.to_json_values(table, row)
                for row in tx.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in tables()
            if table.name in names
        }


@pytest.fixture
def second(catalogue: Catalogue, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    """Another one of the same sort."""
    if catalogue.is_sqlite:
        one = Catalogue(f"sqlite:///{tmp_path / 'second.sqlite'}")
        one.upgrade()
        yield one
        one.close()
        return
    from tests.servers.postgres import fresh_database

    with fresh_database(request.getfixturevalue("postgres_port")) as url:
        one = Catalogue(url)
        one.upgrade()
        yield one
        one.close()


def test_every_text_comes_back_from_mirror_and_backup(catalogue: Catalogue, second: Catalogue, tmp_path: Path) -> None:
    """Every character that is a line break somewhere, a control, unseen, no character or four bytes, in every text
    column of every table: mirrored and rebuilt, backed up and restored, the rows are the same."""
    samples = [*SAMPLES, *([NUL] if catalogue.is_sqlite else [])]
    with catalogue.write() as tx:
        fill(tx, samples, HALF if catalogue.is_sqlite else "")
    store = open_store((tmp_path / "objects").as_uri())
    store.prepare()
    assert write_changes(catalogue, store, NOW) > 0
    assert sum(len(one.changes) for one in read_segments(store)) == len(samples) * len(changes.MIRRORED)
    mirrored = tuple(changes.MIRRORED)
    before = rows_of(catalogue, mirrored)
    assert all(len(rows) == len(samples) for rows in before.values())
    with second.write() as tx:
        catch_up(tx, store)
    assert rows_of(second, mirrored) == before
    file = tmp_path / "cadangan.jsonl.gz"
    back_up(catalogue, file, NOW)
    with second.write() as tx:
        restore(tx, file)
    everything = tuple(table.name for table in tables())
    assert rows_of(second, everything) == rows_of(catalogue, everything)


def test_a_sentence_comes_back_with_its_values(catalogue: Catalogue, second: Catalogue, tmp_path: Path) -> None:
    """Why a job failed, and what its result says, are messages still after a backup was restored."""
    message = say("Tidak dapat dibuat: {error}", error=say("Aset {nibar} tidak ada.", nibar=SAMPLES[5]))
    job = Job(id="j1", kind="batch", status="queued", request={}, created_at=NOW, created_by="sari")
    with catalogue.write() as tx:
        accounts.add_user(tx, User(name="sari", password="$argon2", role="operator"))
        jobs.add_job(tx, job)
        jobs.update_job(tx, "j1", error=message, result={"notes": [message, "Muat ulang."]})
    file = tmp_path / "cadangan.jsonl.gz"
    back_up(catalogue, file, NOW)
    with second.write() as tx:
        restore(tx, file)
    with second.read() as tx:
        restored = jobs.get_job(tx, "j1")
    assert restored.result is not None
    for text in (restored.error, restored.result["notes"][0]):
        assert isinstance(text, Message)
        assert isinstance(text.values["error"], Message)
        assert text.values["error"].template == "Aset {nibar} tidak ada."
    assert (restored.error, restored.result) == (message, {"notes": [message, "Muat ulang."]})


def test_a_very_long_text_comes_back(catalogue: Catalogue, second: Catalogue, tmp_path: Path) -> None:
    """140,000 characters with 20,000 line separators among them, in a phrase and in a line of the log."""
    store = open_store((tmp_path / "objects").as_uri())
    store.prepare()
    with catalogue.write() as tx:
        tx.execute(insert(metadata.tables["phrases"]).values(id="1", title="T", kind="", text=LONG))
        told = {"before": {}, "after": {"reason": LONG}}
        audit.append(tx, at=NOW, actor="sari", origin="", action="document.voided", subject="x", **told)
    write_changes(catalogue, store, NOW)
    with second.write() as tx:
        catch_up(tx, store)
        assert audit.check_chain(tx) == []
    assert rows_of(second, ("phrases", "audit")) == rows_of(catalogue, ("phrases", "audit"))


@pytest.mark.postgres
def test_what_postgresql_cannot_hold_is_replaced_on_its_way_there(postgres_url: str, tmp_path: Path) -> None:
    """A backup of SQLite with NUL and half a surrogate pair is restored: NUL is left out, the half becomes U+FFFD."""
    old, new = Catalogue(f"sqlite:///{tmp_path / 'c.sqlite'}"), Catalogue(postgres_url)
    old.upgrade()
    with old.write() as tx:
        body = {"hal": HALF, NUL: NUL}
        tx.execute(insert(metadata.tables["drafts"]).values(id="1", user=NUL, body=body, updated_at=NOW, version=1))
    file = tmp_path / "cadangan.jsonl.gz"
    back_up(old, file, NOW)
    with new.write() as tx:
        restore(tx, file)
    [draft] = rows_of(new, ("drafts",))["drafts"]
    assert (draft["user"], draft["body"]) == ("ab", {"hal": "a\ufffdb\ufffdc", "ab": "ab"})
    old.close()
    new.close()


@pytest.mark.parametrize("text", [*SAMPLES, HALF])
def test_the_log_is_sealed_and_told_a_line_each(text: str) -> None:
    """A line of the log says the same after it was written out: split at LF alone, its hash is the one it bears."""
    catalogue = Catalogue("sqlite://")
    catalogue.upgrade()
    with catalogue.write() as tx:
        for _ in range(2):
            told = {"before": {"hal": text}, "after": {}}
            actor = FORBIDDEN.sub("", text)
            audit.append(tx, at=NOW, actor=actor, origin="", action="asset.changed", subject="x", **told)
        assert audit.check_chain(tx) == []
        lines = [json_text(one.model_dump(mode="json"), sort_keys=True, compact=True) for one in audit.all_events(tx)]
    read = [json.loads(line) for line in split_lines("\n".join(lines).encode() + b"\n")]
    assert [one["before"] for one in read] == [{"hal": text}] * 2
    catalogue.close()


@given(st.text())
def test_cleaning_is_done_once_and_leaves_nothing_unseen(text: str) -> None:
    """What was cleaned is clean: no direction, no zero width, no separator of Unicode; a key is also one in NFC."""
    for clean in (clean_text, clean_line, clean_key):
        once = clean(text)
        assert clean(once) == once
        assert unicodedata.is_normalized("NFC", once)
        assert not set(once) & set("\u2028\u2029\u0085\u200b\u2060\ufeff\u202e\u2066\u200e\u00ad\ufdd0\U0001fffe")
    assert not set(clean_line(text)) & set("\r")
    assert len(split_lines(json_text({"text": text}))) == 1


def test_the_door_lets_in_what_is_seen() -> None:
    """A record from outside is cleaned; one from the database is read as it is, so that it is found by what it is."""
    dirty = {"nibar": "６３１0\u200b-1\u202e", "name": " Router\u2028Puskesmas\u2066 ", "serial": "A\u2011\ufeffB"}
    entered = Asset.model_validate(dirty, context=DOOR)
    assert (entered.nibar, entered.name, entered.serial) == ("6310-1", "Router Puskesmas", "A-B")
    kept = Asset.model_validate(dirty)
    assert (kept.nibar, kept.name, kept.serial) == (dirty["nibar"], "Router\u2028Puskesmas\u2066", dirty["serial"])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("satu\u2028dua\u0085tiga", "satu dua tiga"),
        ("keluarga \U0001f469\u200d\U0001f467 kita", "keluarga \U0001f469\u200d\U0001f467 kita"),
        ("ber\u200dsama\u200c", "bersama"),
        ("cafe\u0301", "café"),
        ("gaji \u202e000.9\u202c", "gaji 000.9"),
        ("tetap\u00a0rapat", "tetap\u00a0rapat"),
    ],
)
def test_a_line_is_what_it_shows(text: str, line: str) -> None:
    """Emoji and the spaces of a typesetter stay; what nobody sees goes."""
    assert clean_line(text) == line
