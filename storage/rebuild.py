"""The catalogue again, from the object store alone: first the mirror's segments, then every record.json.

A record.json is written with its document, a segment some seconds later: what the segments do not tell yet, the
records do. What neither tells was never archived: its number is listed as void, and is not given out again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, tuple_, update

from storage.catalogue import (
    aliases,
    audit,
    changes,
    classes,
    documents,
    fulltext,
    numbers,
    portable,
    registers,
    tombstones,
)
from storage.catalogue.changes import Change
from storage.catalogue.dossiers import add_dossier
from storage.catalogue.tables import audit as audit_table
from storage.catalogue.tables import audit_head, document_assets, journal, metadata, register_entries
from storage.catalogue.tables import documents as document_table
from storage.catalogue.tables import dossiers as dossier_table
from storage.catalogue.tables import office as office_table
from storage.catalogue.tables import registers as register_table
from storage.catalogue.tables import revisions as revision_table
from storage.errors import ObjectDamaged, StorageError
from storage.format import AliasFile
from storage.keys import ALIASES, ArchiveKey, parse_key
from storage.mirror import Segment, newest_number, read_segment, read_segments
from storage.objects import ObjectStore
from storage.progress import Progress, no_progress
from storage.records import Asset, Document, Dossier, Office, Official, RegisterEntry, Revision, Tombstone
from storage.text import storable

LOST = "Hilang bersama katalog sebelum naskahnya terarsip"
_RECORD = "record.json"


@dataclass
class Rebuilt:
    """What was entered: segments of the mirror, revisions from record.json, and numbers that had to be made void.

    `entered` are the documents of which only record.json told the newest state, in the order they were archived.
    """

    segments: int = 0
    revisions: int = 0
    lost: int = 0
    entered: list[str] = field(default_factory=list)


def is_empty(tx: Connection) -> bool:
    """Whether the catalogue holds nothing of an archive; accounts do not count."""
    return not any(
        tx.execute(select(func.count()).select_from(metadata.tables[name])).scalar()
        for name in (*changes.MIRRORED, *changes.DERIVED)
    )


def catch_up(tx: Connection, store: ObjectStore, progress: Progress = no_progress) -> Rebuilt:
    """Bring a catalogue, empty or older than the store, to what the store tells. The caller's transaction is all.

    Raises ObjectDamaged (a segment or a record cannot be believed), StoreUnavailable, StorageError.
    """
    done = Rebuilt()
    after, sha256 = changes.mirrored(tx)
    if after and not _has_segment(store, after, sha256):
        raise StorageError(
            "Salinan katalog ini bukan dari arsip ini: cermin katalog di arsip tidak sama. Periksa DOCGEN_STORE_URL, "
            "atau bangun katalog dari arsip itu: `docgen archive rebuild --replace`."
        )
    last = _replay_all(tx, store, after)
    if last is not None:
        done.segments, after = last.number - after, last.number
        changes.reset_mirrored(tx, last.number, last.sha256)
    if after:
        changes.forget_all(tx)  # all of it came from the mirror; what follows did not, and is noted
    _set_audit_head(tx)
    _enter_tombstones(tx, store)
    for record in _records(store, progress):
        _enter(tx, record, done)
    _enter_aliases(tx, store)
    classes.settle_classes(tx)
    fulltext.index_all(tx)
    _strike_done(tx)
    done.lost = _void_lost(tx)
    return done


class _Fork(Exception):
    """A catalogue took the archive over and disregards segments that were replayed already."""


def _replay_all(tx: Connection, store: ObjectStore, after: int) -> Segment | None:
    """Replay the segments after a number, without those that a later one disregards; returns the last.

    Take-overs are rare, so they are not looked for: the replay begins again when one is met.
    """
    try:
        with tx.begin_nested():
            return _replay_without(tx, store, after, frozenset())
    except _Fork:
        return _replay_without(tx, store, after, _disregarded(store, after))


def _replay_without(tx: Connection, store: ObjectStore, after: int, left_out: Collection[int]) -> Segment | None:
    last = None
    for segment in read_segments(store, after):
        last = segment
        if segment.number in left_out:
            continue
        if not left_out and segment.after != segment.number - 1:
            raise _Fork
        _replay(tx, segment.changes)
    return last


def _disregarded(store: ObjectStore, after: int) -> set[int]:
    """The numbers of segments that count no more: from the newest back, each says which one before it does."""
    left_out: set[int] = set()
    number = newest_number(store)
    while number > after:
        before = read_segment(store, number).after
        left_out |= set(range(before + 1, number))
        number = before
    if number < after:
        raise StorageError(
            "Salinan katalog ini dari katalog yang kemudian digantikan: arsip tidak lagi mengakui catatannya. "
            "Pakai salinan yang lebih lama, atau bangun dari arsip: `docgen archive rebuild`."
        )
    return left_out


def _has_segment(store: ObjectStore, number: int, sha256: str) -> bool:
    try:
        return read_segment(store, number).sha256 == sha256
    except StorageError:
        return False


def _replay(tx: Connection, found: Sequence[Change]) -> None:
    """Make the rows what a segment says: those that others refer to first, and gone the other way round."""
    by_table: dict[str, list[Change]] = {}
    for one in found:
        by_table.setdefault(one.table, []).append(one)
    strange = set(by_table) - set(metadata.tables)
    if strange:
        raise StorageError(f"Tabel {', '.join(sorted(strange))} tidak dikenal: arsip ini dari docgen yang lebih baru.")
    order = [table for table in metadata.sorted_tables if table.name in by_table]
    for table in reversed(order):
        for one in by_table[table.name]:
            if one.row is None:
                tx.execute(delete(table).where(*_is(table, one.key)))
    for table in order:
        _put(tx, table, {tuple(one.key): one.row for one in by_table[table.name] if one.row is not None})
    for one in by_table.get(document_table.name, []):
        if one.row is not None:
            _put_assets(tx, one.row["id"], one.row["procedure"], one.row["step"], one.row["assets"])


def _put(tx: Connection, table: Table, rows: dict[tuple[Any, ...], dict[str, Any]]) -> None:
    """Insert these rows, or change those that are there; lines of the audit log never change."""
    primary, keys = list(table.primary_key), list(rows)
    there: set[tuple[Any, ...]] = set()
    for start in range(0, len(keys), 200):  # databases limit the parameters of one statement
        found = select(*primary).where(tuple_(*primary).in_(keys[start : start + 200]))
        there |= {tuple(row) for row in tx.execute(found)}
    portable.load(tx, metadata, ((table.name, row) for key, row in rows.items() if key not in there))
    for key in there if table is not audit_table else ():
        tx.execute(update(table).where(*_is(table, key)).values(portable.values(table, rows[key])))


def _is(table: Table, key: Sequence[Any]) -> list[Any]:
    return [column == value for column, value in zip(table.primary_key, key, strict=True)]


def _put_assets(tx: Connection, document: str, procedure: str, step: int, nibars: list[str]) -> None:
    there = select(document_assets.c.nibar).where(document_assets.c.document == document)
    known = set(tx.execute(there).scalars())
    rows = [
        {"nibar": nibar, "procedure": procedure, "step": step, "document": document}
        for nibar in dict.fromkeys(storable(nibars))
        if nibar not in known
    ]
    if rows:
        tx.execute(insert(document_assets), rows)


def _set_audit_head(tx: Connection) -> None:
    last = audit.last_event(tx)
    if last is not None:
        tx.execute(delete(audit_head))
        tx.execute(insert(audit_head).values(id=1, sequence=last.sequence, hash=last.hash))


def _records(store: ObjectStore, progress: Progress) -> Iterator[dict[str, Any]]:
    """Every record.json of the archive; those of one document by revision."""
    keys = [key for key in store.keys() if key.endswith(f"/{_RECORD}") and _is_revision(key)]  # noqa: SIM118
    for done, key in enumerate(keys):
        progress(done, len(keys))
        try:
            record = json.loads(store.get(key))
        except ValueError as error:
            raise ObjectDamaged(f"{key} tidak terbaca; pulihkan berkas itu dari cadangan arsip.") from error
        yield record
    progress(len(keys), len(keys))


def _enter_tombstones(tx: Connection, store: ObjectStore) -> None:
    """What is left of documents that were destroyed, where no segment told of it yet."""
    for key in [key for key in store.keys() if key.endswith("/musnah.json")]:  # noqa: SIM118
        try:
            told = json.loads(store.get(key))
        except ValueError as error:
            raise ObjectDamaged(f"{key} tidak terbaca; pulihkan berkas itu dari cadangan arsip.") from error
        stone, document = Tombstone.model_validate(told["tombstone"]), Document.model_validate(told["document"])
        if tombstones.get_tombstone(tx, stone.document) is None:
            _enter_document(tx, document, Dossier.model_validate(told["dossier"]), {})
            tombstones.add_tombstone(tx, stone, document.status_reason)


def _enter_aliases(tx: Connection, store: ObjectStore) -> None:
    """Changes of assets' codes that no segment told of, in their order; then all that is found by asset follows."""
    known = aliases.newest(tx)
    for key in sorted(store.keys(ALIASES)):
        try:
            told = AliasFile.model_validate_json(store.get(key))
        except ValueError as error:
            raise ObjectDamaged(f"{key} tidak terbaca; pulihkan berkas itu dari cadangan arsip.") from error
        if known is None or told.at > known:
            aliases.enter(tx, told.nibar, told.now, told.at, told.by)
    aliases.settle(tx)


def _is_revision(key: str) -> bool:
    try:
        parsed: ArchiveKey = parse_key(key)
    except StorageError:
        return False
    return parsed.revision is not None


def _enter(tx: Connection, record: dict[str, Any], done: Rebuilt) -> None:
    """Enter one record where the catalogue does not know it."""
    revision = Revision.model_validate(record["revision"])
    here = (revision_table.c.document == revision.document) & (revision_table.c.number == revision.number)
    if tx.execute(select(revision_table.c.number).where(here)).first():
        return
    if tombstones.get_tombstone(tx, revision.document) is not None:
        return  # decided to be destroyed; its objects are on their way out
    document = Document.model_validate(record["document"])
    _enter_document(tx, document, Dossier.model_validate(record["dossier"]), record["snapshot"])
    newest = tx.execute(select(document_table.c.revision).where(document_table.c.id == document.id)).scalar_one()
    documents.put_revision(tx, revision, record["submission"], record["snapshot"])
    if newest < revision.number:  # else the mirror told of it already
        tx.execute(update(document_table).where(document_table.c.id == document.id).values(revision=revision.number))
        documents.set_document_status(tx, document.id, document.status, document.status_reason, document.replaced_by)
        numbers.set_entry_status(tx, document.id, *_entry_state(document))
        tx.execute(delete(journal).where(journal.c.document == document.id))
        done.entered.append(document.id)
    done.revisions += 1


def _enter_document(tx: Connection, document: Document, dossier: Dossier, snapshot: dict[str, Any]) -> None:
    """The row of a document, its dossier, its number and what it is about, where they are not known."""
    if tx.execute(select(document_table.c.id).where(document_table.c.id == document.id)).first():
        return
    if not tx.execute(select(dossier_table.c.id).where(dossier_table.c.id == dossier.id)).first():
        add_dossier(tx, dossier)
    documents.put_document(tx, document.model_copy(update={"revision": 0}), snapshot)
    status, reason = _entry_state(document)
    entry = RegisterEntry(
        unit=document.unit,
        year=document.year,
        sequence=document.sequence,
        number=document.number,
        status=status,
        document=document.id,
        date=document.date,
        title=document.title,
        reason=reason,
    )
    key = [document.unit, document.year, document.sequence]
    if not tx.execute(select(register_entries.c.number).where(*_is(register_entries, key))).first():
        numbers.add_entry(tx, entry)
    if snapshot:
        _enter_registers(tx, snapshot)


def _entry_state(document: Document) -> Any:
    return ("void", document.status_reason) if document.status == "void" else ("issued", "")


def _enter_registers(tx: Connection, snapshot: dict[str, Any]) -> None:
    """Office, officials and assets as a document saw them, where no segment told of them."""
    if not tx.execute(select(office_table.c.id)).first():
        registers.put_office(tx, Office.model_validate(snapshot["office"]))
    known = {one.id for one in registers.list_officials(tx)}
    people = [snapshot["signer"], *snapshot["officials"].values()]
    for person in {one["id"]: Official.model_validate(one) for one in people if one["id"] not in known}.values():
        registers.add_official(tx, person)
    told = [Asset.model_validate(one) for one in snapshot["assets"]]
    there = registers.find_assets(tx, [one.nibar for one in told])
    registers.put_assets(tx, {one.nibar: one for one in told if one.nibar not in there}.values())


def _strike_done(tx: Connection) -> None:
    """A promise whose document is void without ever having been archived is not kept any more."""
    void = select(document_table.c.id).where(document_table.c.status == "void", document_table.c.revision == 0)
    tx.execute(delete(journal).where(journal.c.document.in_(void)))


def _void_lost(tx: Connection) -> int:
    """Make void what was reserved and cannot be finished, and numbers of which nothing is left; returns how many."""
    promised = select(journal.c.document)
    waiting = (document_table.c.status == "reserved") & document_table.c.id.not_in(promised)
    lost = list(tx.execute(select(document_table.c.id).where(waiting)).scalars())
    for id in lost:
        documents.set_document_status(tx, id, "void", LOST)
        numbers.set_entry_status(tx, id, "void", LOST)
    _set_last(tx)
    gaps = numbers.gaps(tx)
    for gap in gaps:
        entry = RegisterEntry(
            unit=gap.unit,
            year=gap.year,
            sequence=gap.sequence,
            number=str(gap.sequence),
            status="void",
            document="",
            date=_date_of(tx, gap),
            title=LOST,
            reason=LOST,
        )
        numbers.add_entry(tx, entry)
    return len(lost) + len(gaps)


def _set_last(tx: Connection) -> None:
    """Numbers go on after the greatest that is known, from wherever it is known."""
    columns = (register_entries.c.unit, register_entries.c.year)
    for unit, year, greatest in tx.execute(select(*columns, func.max(register_entries.c.sequence)).group_by(*columns)):
        last = numbers.last_sequence(tx, unit, year)
        if last == 0:
            tx.execute(insert(register_table).values(unit=unit, year=year, last=greatest))
        elif last < greatest:
            here = (register_table.c.unit == unit) & (register_table.c.year == year)
            tx.execute(update(register_table).where(here).values(last=greatest))


def _date_of(tx: Connection, gap: numbers.Gap) -> dt.date:
    """The date of the next number that has one: a number was given out no later."""
    after = select(register_entries.c.date).where(
        register_entries.c.unit == gap.unit,
        register_entries.c.year == gap.year,
        register_entries.c.sequence > gap.sequence,
    )
    return tx.execute(after.order_by(register_entries.c.sequence).limit(1)).scalar() or dt.date(gap.year, 12, 31)
