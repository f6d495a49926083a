"""Rebuild the catalogue from the object store alone: first the mirror's segments, then every record.json.

A record.json is written with its document, a segment some seconds later: what the segments do not hold yet, the
records do. A document in neither was never archived: its number is listed as void, and is not given out again.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.catalogue import aliases, audit, changes, documents, fulltext, registers, tombstones
from storage.catalogue.database import may_stand_still
from storage.catalogue.dossiers import add_dossier
from storage.catalogue.numbering import foreign_numbers, numbers
from storage.catalogue.rows import has_key
from storage.catalogue.tables import audit_head, journal, metadata, register_entries
from storage.catalogue.tables import documents as document_table
from storage.catalogue.tables import dossiers as dossier_table
from storage.catalogue.tables import office as office_table
from storage.catalogue.tables import registers as register_table
from storage.catalogue.tables import revisions as revision_table
from storage.catalogue.visibility import classes, people
from storage.catalogue.visibility.veil import VEILED_TITLE
from storage.errors import KeyMissing, ObjectDamaged, StorageError
from storage.format import AliasFile
from storage.keys import ALIASES, ArchiveKey, parse_key
from storage.objects import ObjectStore
from storage.progress import Progress, no_progress
from storage.records import (
    MAIN_SERIES,
    Asset,
    Document,
    Dossier,
    ForeignNumber,
    Office,
    Official,
    RegisterEntry,
    Revision,
    Tombstone,
)
from storage.replay import replay_all
from storage.segments import has_segment
from wording import say

LOST = "Hilang bersama katalog sebelum naskahnya terarsip"
_RECORD = "record.json"


@dataclass
class RebuildResult:
    """Counts of a rebuild: segments of the mirror, revisions from record.json, and numbers that had to be made void.

    `entered` lists the documents whose newest state only record.json held, in the order they were archived.
    `unreadable` are the keys of encrypted objects that were left out because their key is not in the key file.
    """

    segments: int = 0
    revisions: int = 0
    lost: int = 0
    entered: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def is_empty(tx: Connection) -> bool:
    """Return whether the catalogue holds nothing of an archive; accounts do not count."""
    return not any(
        tx.execute(select(func.count()).select_from(metadata.tables[name])).scalar()
        for name in (*changes.MIRRORED, *changes.DERIVED)
    )


def catch_up(tx: Connection, store: ObjectStore, progress: Progress = no_progress) -> RebuildResult:
    """Bring a catalogue, empty or older than the store, to the state in the store, in the caller's transaction.

    Raises ObjectDamaged (a segment or a record is unreadable), StoreUnavailable, StorageError.
    """
    may_stand_still(tx)  # while the store is listed and read
    result = RebuildResult()
    after, sha256 = changes.last_segment(tx)
    if after and not has_segment(store, after, sha256):
        raise StorageError(
            "Salinan katalog ini bukan dari arsip ini: cermin katalog di arsip tidak sama. Periksa DOCGEN_STORE_URL, "
            "atau bangun katalog dari arsip itu: `docgen archive rebuild --replace`."
        )
    last = replay_all(tx, store, after, result.unreadable)
    if last is not None:
        result.segments, after = last.number - after, last.number
        changes.reset_mirror(tx, last.number, last.sha256)
    if after:
        changes.forget_all(tx)  # these came from the mirror; rows from here on did not, and are noted
    _set_audit_head(tx)
    _enter_tombstones(tx, store, result.unreadable)
    for record in _records(store, progress, result.unreadable):
        _enter(tx, record, result)
    _enter_aliases(tx, store)
    classes.set_missing_classes(tx)
    people.add_waiting_people(tx)
    fulltext.index_all(tx)
    _strike_done(tx)
    result.lost = _void_lost(tx)
    return result


def _set_audit_head(tx: Connection) -> None:
    last = audit.last_event(tx)
    if last is not None:
        tx.execute(delete(audit_head))
        tx.execute(insert(audit_head).values(id=1, sequence=last.sequence, hash=last.hash))


def _records(store: ObjectStore, progress: Progress, unreadable: list[str]) -> Iterator[dict[str, Any]]:
    """Yield every record.json of the archive, those of one document by revision, but those that have no key here.

    Their keys wait in a file, so that no memory grows with the archive and it is listed once.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as keys:
        total = 0
        for key in store.keys():  # noqa: SIM118 (a store is no mapping)
            if key.endswith(f"/{_RECORD}") and _is_revision(key):
                keys.write(f"{key}\n")
                total += 1
        keys.seek(0)
        for index, line in enumerate(keys):
            progress(index, total)
            key = line.removesuffix("\n")
            record = _read_json(store, key, unreadable)
            if record is not None:
                yield record
        progress(total, total)


def _read_json(store: ObjectStore, key: str, unreadable: list[str]) -> Any:
    """Return what a JSON object of the archive holds; None, with its key noted in `unreadable`, where the archive's key
    is missing. Raises ObjectDamaged.
    """
    try:
        return json.loads(store.get(key))
    except KeyMissing:
        unreadable.append(key)
        return None
    except ValueError as error:
        raise ObjectDamaged(say("{key} tidak terbaca; pulihkan berkas itu dari cadangan arsip.", key=key)) from error


def _enter_tombstones(tx: Connection, store: ObjectStore, unreadable: list[str]) -> None:
    """Enter the tombstones of destroyed documents that no segment holds yet."""
    for key in filter(_is_tombstone, store.keys()):
        content = _read_json(store, key, unreadable)
        if content is None:
            continue
        tombstone = Tombstone.model_validate(content["tombstone"])
        document = Document.model_validate(content["document"])
        if tombstones.get_tombstone(tx, tombstone.document) is None:
            _enter_document(tx, document, Dossier.model_validate(content["dossier"]), {})
            tombstones.add_tombstone(tx, tombstone, document.status_reason)


def _enter_aliases(tx: Connection, store: ObjectStore) -> None:
    """Enter changes of assets' codes that no segment holds, in their order; then update everything found by asset."""
    newest = aliases.newest_change(tx)
    for key in sorted(store.keys(ALIASES)):
        try:
            alias = AliasFile.model_validate_json(store.get(key))
        except ValueError as error:
            raise ObjectDamaged(
                say("{key} tidak terbaca; pulihkan berkas itu dari cadangan arsip.", key=key)
            ) from error
        if newest is None or alias.at > newest:
            aliases.enter_change(tx, alias.nibar, alias.now, alias.at, alias.by)
    aliases.apply_all(tx)


def _is_tombstone(key: str) -> bool:
    return key.endswith("/musnah.json")


def _is_revision(key: str) -> bool:
    try:
        parsed: ArchiveKey = parse_key(key)
    except StorageError:
        return False
    return parsed.revision is not None


def _enter(tx: Connection, record: dict[str, Any], result: RebuildResult) -> None:
    """Enter one record, unless the catalogue knows it."""
    revision = Revision.model_validate(record["revision"])
    same_revision = (revision_table.c.document == revision.document) & (revision_table.c.number == revision.number)
    if tx.execute(select(revision_table.c.number).where(same_revision)).first():
        return
    if tombstones.get_tombstone(tx, revision.document) is not None:
        return  # marked as destroyed; its objects are being removed
    document = Document.model_validate(record["document"])
    _enter_document(tx, document, Dossier.model_validate(record["dossier"]), record["snapshot"])
    newest = tx.execute(select(document_table.c.revision).where(document_table.c.id == document.id)).scalar_one()
    documents.put_revision(tx, revision, record["submission"], record["snapshot"])
    if newest < revision.number:  # else the mirror held it already
        tx.execute(update(document_table).where(document_table.c.id == document.id).values(revision=revision.number))
        documents.set_document_status(tx, document.id, document.status, document.status_reason, document.replaced_by)
        numbers.set_entry_status(tx, document.id, *_entry_state(document))
        _enter_foreign_number(tx, document, record)
        tx.execute(delete(journal).where(journal.c.document == document.id))
        result.entered.append(document.id)
    result.revisions += 1


def _enter_document(tx: Connection, document: Document, dossier: Dossier, snapshot: dict[str, Any]) -> None:
    """Enter a document with its dossier, number, officials and assets, as far as the catalogue does not know them."""
    if tx.execute(select(document_table.c.id).where(document_table.c.id == document.id)).first():
        return
    if not tx.execute(select(dossier_table.c.id).where(dossier_table.c.id == dossier.id)).first():
        add_dossier(tx, dossier)
    documents.put_document(tx, document.model_copy(update={"revision": 0}), snapshot)
    if document.series:  # else it has no number of ours
        _enter_number(tx, document, _pattern_of(document, snapshot))
    if snapshot:
        _enter_registers(tx, snapshot)


def _enter_foreign_number(tx: Connection, document: Document, record: dict[str, Any]) -> None:
    """Enter the number that another system gave a document, in place of one that was corrected; void with it."""
    if record.get("foreign_number"):
        number = ForeignNumber.model_validate(record["foreign_number"])
        for earlier in foreign_numbers.of_document(tx, document.id):
            if earlier.system == number.system:
                foreign_numbers.remove(tx, earlier)
        foreign_numbers.add(tx, number)
        documents.set_number(tx, document, number.number)
    if document.status == "void":
        foreign_numbers.set_status(tx, document.id, "void")


def _pattern_of(document: Document, snapshot: dict[str, Any]) -> str:
    """Return the pattern that a number was written by; "" where the record is of a version that did not tell series."""
    office = snapshot.get("office", {})
    if document.series != MAIN_SERIES:
        return next((series["pattern"] for series in office.get("series", []) if series["name"] == document.series), "")
    return str(office.get("number_pattern", "")) if "series" in office else ""


def _enter_number(tx: Connection, document: Document, pattern: str) -> None:
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
        series=document.series,
        pattern=pattern,
    )
    key = [document.unit, document.year, document.sequence, document.series]
    known_entry = tx.execute(select(register_entries.c.title).where(*has_key(register_entries, key))).first()
    if known_entry is None:
        numbers.add_entry(tx, entry)
    elif known_entry.title == VEILED_TITLE:  # the encrypted segment that has it was not written any more
        title = {"title": document.title}
        tx.execute(update(register_entries).where(*has_key(register_entries, key)).values(title))


def _entry_state(document: Document) -> Any:
    return ("void", document.status_reason) if document.status == "void" else ("issued", "")


def _enter_registers(tx: Connection, snapshot: dict[str, Any]) -> None:
    """Enter office, officials and assets from a document's snapshot, where no segment holds them."""
    if not tx.execute(select(office_table.c.id)).first():
        registers.put_office(tx, Office.model_validate(snapshot["office"]))
    known = {official.id for official in registers.list_officials(tx)}
    people = [snapshot["signer"], *snapshot["officials"].values()]
    for person in {person["id"]: person for person in people if person["id"] not in known}.values():
        registers.add_official(tx, Official.model_validate(person))
    assets = [Asset.model_validate(asset) for asset in snapshot["assets"]]
    registered = registers.find_assets(tx, [asset.nibar for asset in assets])
    registers.put_assets(tx, {asset.nibar: asset for asset in assets if asset.nibar not in registered}.values())


def _strike_done(tx: Connection) -> None:
    """Delete journal lines of documents that became void without ever having been archived."""
    void = select(document_table.c.id).where(document_table.c.status == "void", document_table.c.revision == 0)
    tx.execute(delete(journal).where(journal.c.document.in_(void)))


def _void_lost(tx: Connection) -> int:
    """Make void reserved documents that cannot be finished, and numbers without a document; return how many."""
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
            series=gap.series,
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
    """Set each register's counter to the greatest known number."""
    columns = (register_entries.c.unit, register_entries.c.year, register_entries.c.series)
    greatest = func.max(register_entries.c.sequence).label("greatest")
    for row in tx.execute(select(*columns, greatest).group_by(*columns)):
        key = [row.unit, row.year, row.series]
        numbers.hold_register(tx, *key)  # which opens one that is not there
        if numbers.last_sequence(tx, *key) < row.greatest:
            tx.execute(update(register_table).where(*has_key(register_table, key)).values(last=row.greatest))


def _date_of(tx: Connection, gap: numbers.Gap) -> dt.date:
    """Return the date of the next number that has one, because a number was given out no later."""
    after = select(register_entries.c.date).where(
        register_entries.c.unit == gap.unit,
        register_entries.c.year == gap.year,
        register_entries.c.series == gap.series,
        register_entries.c.sequence > gap.sequence,
    )
    return tx.execute(after.order_by(register_entries.c.sequence).limit(1)).scalar() or dt.date(gap.year, 12, 31)
