"""Prove that the archive is what the catalogue says: every object hashed again, the audit chain, the
register, and the catalogue's mirror.

Nothing is written. The catalogue is read first and the store after it, so that a service at work
beside this check is not found fault with.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection

from docgen.desk.archive.expected_objects import ExpectedObject, ExpectedObjects, revision_proof
from docgen.desk.archive.paced_reading import Bookmark, Throttle
from docgen.desk.desk import Desk
from docgen.desk.mirror import merged_in_log, mirror_problems
from docgen.desk.revisions.revision_store import link_keys, record_key
from storage.catalogue import audit, changes, documents, filing, journal, kind_versions
from storage.catalogue.database import may_stand_still
from storage.catalogue.numbering import numbers
from storage.catalogue.numbering.numbers import Gap
from storage.catalogue.signatures import proofs as signature_proofs
from storage.errors import KeyMissing, ObjectDamaged, ObjectMissing, RecordMissing, StorageError
from storage.keys import ACTS, ALIASES, CATALOGUE, KEY_NOTES, TEMPLATES, UPLOADS, parse_key, template_key
from storage.objects import ObjectStore
from storage.progress import Progress, no_progress
from storage.records import MAIN_SERIES, Document, Revision, StoredFile
from storage.segments import Part, list_parts, read_part, segment_number

# Keys without a row in the catalogue: finished bundles, photos, renamed assets, acts of destruction, ids of keys.
OURS = ("_jobs/", "_batches/", ALIASES, UPLOADS, TEMPLATES, ACTS, KEY_NOTES)

_YEAR = dt.timedelta(days=365)

_READERS = 4  # objects that are read at once


@dataclass
class Report:
    """The result of a check. `missing`, `changed`, `unknown` and `unreadable` are keys of the store.

    Unknown objects are no damage: nothing in the catalogue needs them. Unreadable ones are encrypted, and their key is
    not in the key file: the bytes that lie there are as they were written, their content is not proved.
    `ending_proofs` are the ids of letters whose signatures can be proven for less than a year: no damage either.
    """

    objects: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    events: int = 0
    audit_problems: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    segments: int = 0
    mirror_problems: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    ending_proofs: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Return whether everything the catalogue knows is there as it was written, readable and mirrored."""
        return not (self.damaged or self.mirror_problems or self.unreadable)

    @property
    def damaged(self) -> bool:
        """Return whether something is lost or changed."""
        return bool(self.missing or self.changed or self.audit_problems or self.gaps)

    def to_json(self) -> dict[str, Any]:
        """Return plain data, for programs."""
        return {
            "objects": self.objects,
            "missing": self.missing,
            "changed": self.changed,
            "unknown": self.unknown,
            "unreadable": self.unreadable,
            "audit": {"events": self.events, "problems": self.audit_problems},
            "mirror": {"segments": self.segments, "problems": self.mirror_problems},
            "ending_proofs": self.ending_proofs,
            "register": {"gaps": [asdict(gap) for gap in self.gaps]},
        }

    def counts(self) -> dict[str, int]:
        """Return how much was checked, and how many things of each sort are wrong or unknown."""
        return {
            "objects": self.objects,
            "events": self.events,
            "segments": self.segments,
            "missing": len(self.missing),
            "changed": len(self.changed),
            "unknown": len(self.unknown),
            "unreadable": len(self.unreadable),
            "audit_problems": len(self.audit_problems),
            "mirror_problems": len(self.mirror_problems),
            "gaps": len(self.gaps),
        }

    def findings(self) -> list[str]:
        """Return a line for each thing that is wrong or unknown, in Indonesian."""
        return [
            *(f"hilang {key}" for key in self.missing),
            *(f"berubah {key}" for key in self.changed),
            *(f"tidak dikenal {key}" for key in self.unknown),
            *(f"terenkripsi {key}" for key in self.unreadable),
            *self.audit_problems,
            *self.mirror_problems,
            *(_missing_number(gap) for gap in self.gaps),
        ]


def _missing_number(gap: Gap) -> str:
    series = "" if gap.series == MAIN_SERIES else f", seri {gap.series}"
    return f"Buku agenda {gap.unit} {gap.year}{series}: nomor urut {gap.sequence} tidak ada."


def check_archive(
    desk: Desk,
    progress: Progress = no_progress,
    *,
    throttle: Throttle | None = None,
    bookmark: Bookmark | None = None,
) -> Report:
    """Check everything; `progress` gets how many of how many objects are done.

    `throttle` limits the pace; a `bookmark` that resumes skips the objects that an interrupted check read, and its
    result becomes part of the report. The memory it takes does not grow with the archive. Raises StoreUnavailable.
    """
    throttle, bookmark = throttle or Throttle(None), bookmark or Bookmark(None)
    report = Report()
    with ExpectedObjects() as expected:
        with desk.catalogue.read() as tx:
            may_stand_still(tx)
            expected.add(_archived(desk, tx))
            report.audit_problems = audit.check_chain(tx)
            newest = audit.last_event(tx)
            report.events = newest.sequence if newest else 0
            report.gaps = numbers.gaps(tx)
            report.ending_proofs = [proof.document for proof in signature_proofs.ending(tx, desk.now() + _YEAR)]
            last, sha256 = changes.last_segment(tx)
            merged = {item.part.key: item.sha256 for item in merged_in_log(tx)}
        expected.add(_own_objects(desk.store, expected))
        report.objects, report.segments = len(expected), last
        _check_objects(desk.store, expected, report, progress, throttle, bookmark)
        _check_mirror(desk.store, last, sha256, merged, report, throttle)
        report.mirror_problems = mirror_problems(desk)
        report.unknown = [key for key in expected.strangers() if _is_unknown(desk, key)]
    bookmark.remove()
    return report


def _archived(desk: Desk, tx: Connection) -> Iterator[ExpectedObject]:
    """Yield what the catalogue says the store holds: files of documents and bundles, and templates."""
    for document, revisions in documents.all_revisions(tx):
        if document.status != "destroyed":  # decided, and its objects are on their way out
            yield from _objects(desk.store, document, revisions)
    for bundle in filing.all_bundles(tx):
        yield from map(_by_sha256, (bundle.pdf, bundle.manifest))
    for version in kind_versions.list_versions(tx):
        yield _by_name(template_key(version.template_sha256))


def _own_objects(store: ObjectStore, expected: ExpectedObjects) -> Iterator[ExpectedObject]:
    """Yield the objects of the store that have no row in the catalogue, and note those that nothing accounts for."""
    for key in store.keys():  # noqa: SIM118 (a store is no mapping)
        if key in expected or _is_segment(key):
            continue
        if _is_ours(key):
            yield _by_name(key) if key.startswith((UPLOADS, TEMPLATES)) else ExpectedObject(key, "store")
        else:
            expected.add_stranger(key)


def _check_objects(
    store: ObjectStore,
    expected: ExpectedObjects,
    report: Report,
    progress: Progress,
    throttle: Throttle,
    bookmark: Bookmark,
) -> None:
    """Read every object and compare it; some at once, because a store answers several callers sooner than one."""
    last_key, earlier = bookmark.read()
    report.missing, report.changed = earlier.get("missing", []), earlier.get("changed", [])
    report.unreadable = earlier.get("unreadable", [])
    done, total = expected.count_up_to(last_key), report.objects
    try:
        with ThreadPoolExecutor(_READERS, "verify") as readers, closing(expected.after(last_key)) as objects:
            reading: deque[Future[_Reading]] = deque()
            for item in objects:
                reading.append(readers.submit(_read, store, item))
                if len(reading) < _READERS:
                    continue
                last_key = _enter(reading.popleft().result(), report, throttle)
                bookmark.set(last_key, _found(report))
                progress(done, total)
                done += 1
            for future in reading:
                last_key = _enter(future.result(), report, throttle)
    except BaseException:  # a person's Ctrl+C among them
        bookmark.write(last_key, _found(report))
        raise
    progress(total, total)


@dataclass(frozen=True)
class _Reading:
    """What became of an object: "" when it is as it was written; its size in bytes, 0 when it could not be read."""

    key: str
    fault: Literal["", "missing", "changed", "unreadable"]
    size: int = 0


def _read(store: ObjectStore, item: ExpectedObject) -> _Reading:
    try:
        data = store.get(item.key)
    except ObjectMissing:
        return _Reading(item.key, "missing")
    except ObjectDamaged:
        return _Reading(item.key, "changed")
    except KeyMissing:
        return _Reading(item.key, "unreadable")
    return _Reading(item.key, "" if item.is_proved_by(data) else "changed", len(data))


def _enter(reading: _Reading, report: Report, throttle: Throttle) -> str:
    """Enter what became of an object into the report, and return its key."""
    throttle.spend(reading.size)
    if reading.fault:
        getattr(report, reading.fault).append(reading.key)
    return reading.key


def _found(report: Report) -> dict[str, Any]:
    return {"missing": report.missing, "changed": report.changed, "unreadable": report.unreadable}


def _check_mirror(
    store: ObjectStore, last: int, sha256: str, merged_sha256: Mapping[str, str], report: Report, throttle: Throttle
) -> None:
    """Check the chain of segments: each names the hash of the previous one, and the catalogue that of the last.

    Of merged ones the log names the hash; where it does not yet, they are judged by the segments they hold.
    """
    parts = {part.last: part for part in list_parts(store)}
    expected, number = sha256, last
    while number > 0:
        part = parts.get(number, Part(number, number))
        number = part.first - 1
        try:
            segment = read_part(store, part)
        except ObjectMissing:
            report.missing.append(part.key)
            expected = ""
            continue
        except ObjectDamaged:
            report.changed.append(part.key)
            expected = ""
            continue
        throttle.spend(segment.size)
        if segment.unreadable:
            report.unreadable.append(part.key)
        is_other = part.key in merged_sha256 and store.info(part.key).sha256 != merged_sha256[part.key]
        if is_other or (expected and segment.sha256 != expected):
            report.changed.append(part.key)
        expected = segment.previous


def _objects(store: ObjectStore, document: Document, revisions: Iterable[Revision]) -> Iterator[ExpectedObject]:
    """Yield each object that the store must hold for a document."""
    for key in link_keys(store, document):
        yield ExpectedObject(key, "link", document.id)
    for revision in revisions:
        yield from map(_by_sha256, revision.files)
        yield ExpectedObject(record_key(store, document, revision.number), "record", revision_proof(revision))


def _by_sha256(file: StoredFile) -> ExpectedObject:
    return ExpectedObject(file.key, "sha256", file.sha256)


def _by_name(key: str) -> ExpectedObject:
    """Return what is expected of an upload or a template: its key is its hash."""
    return ExpectedObject(key, "sha256", key.partition("/")[2].partition(".")[0])


def _is_ours(key: str) -> bool:
    return key.startswith(OURS) or key.endswith("/musnah.json")


def _is_segment(key: str) -> bool:
    return key.startswith(CATALOGUE) and segment_number(key) > 0


def _is_unknown(desk: Desk, key: str) -> bool:
    """Return whether nothing in the catalogue accounts for an object that is still there."""
    if _is_in_work(desk, key):
        return False
    try:
        desk.store.info(key)
    except ObjectMissing:
        return False
    except StorageError:
        return True
    return True


def _is_in_work(desk: Desk, key: str) -> bool:
    """Return whether a key belongs to a document that came, or is being archived, while this check ran."""
    try:
        parts = parse_key(key)
        with desk.catalogue.read() as tx:
            document = documents.get_document(tx, parts.document)
            revisions = documents.list_revisions(tx, document.id)
            if any(item.key == key for item in _objects(desk.store, document, revisions)):
                return True
            if journal.get_pending(tx, document.id) is None:
                return False
    except (RecordMissing, StorageError):
        return False
    return key in link_keys(desk.store, document) or parts.revision == document.revision + 1
