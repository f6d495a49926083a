"""Prove that the archive is what the catalogue says: every object hashed again, the audit chain, the
register, and the catalogue's mirror.

Nothing is written. What the catalogue knows is read first and the store after it, so that a service at work
beside this check is not found fault with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from docgen.desk.archive.paced_reading import Bookmark, Throttle
from docgen.desk.desk import Desk
from docgen.desk.mirror import mirror_problems
from docgen.desk.revisions.revision_store import link_keys, record_key
from storage.catalogue import audit, changes, documents, filing, journal, numbers
from storage.catalogue.numbers import Gap
from storage.errors import ObjectDamaged, ObjectMissing, RecordMissing, StorageError
from storage.keys import ACTS, ALIASES, CATALOGUE, UPLOADS, parse_key, segment_key
from storage.mirror import read_segment, segment_number
from storage.objects import ObjectStore
from storage.progress import Progress, no_progress
from storage.records import Document, Revision, StoredFile

# The catalogue does not count finished bundles, photos, and what tells of assets whose code changed.
OURS = ("_jobs/", "_batches/", ALIASES, UPLOADS, ACTS)

Check = Callable[[bytes], bool]  # whether the bytes of an object are what the catalogue says


@dataclass
class Report:
    """What a check found. `missing`, `changed` and `unknown` are keys of the store.

    Unknown objects are no damage: nothing in the catalogue needs them.
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

    @property
    def sound(self) -> bool:
        """Whether everything the catalogue knows is there as it was written, and told to its archive."""
        return not (self.damaged or self.mirror_problems)

    @property
    def damaged(self) -> bool:
        """Whether something is lost or changed."""
        return bool(self.missing or self.changed or self.audit_problems or self.gaps)

    def to_json(self) -> dict[str, Any]:
        """As plain data, for programs."""
        return {
            "objects": self.objects,
            "missing": self.missing,
            "changed": self.changed,
            "unknown": self.unknown,
            "audit": {"events": self.events, "problems": self.audit_problems},
            "mirror": {"segments": self.segments, "problems": self.mirror_problems},
            "register": {"gaps": [asdict(gap) for gap in self.gaps]},
        }

    def findings(self) -> list[str]:
        """A line for each thing that is wrong or unknown, in Indonesian."""
        return [
            *(f"hilang {key}" for key in self.missing),
            *(f"berubah {key}" for key in self.changed),
            *(f"tidak dikenal {key}" for key in self.unknown),
            *self.audit_problems,
            *self.mirror_problems,
            *(f"Buku agenda {gap.unit} {gap.year}: nomor urut {gap.sequence} tidak ada." for gap in self.gaps),
        ]


def check_archive(
    desk: Desk,
    progress: Progress = no_progress,
    *,
    throttle: Throttle | None = None,
    bookmark: Bookmark | None = None,
) -> Report:
    """Check everything; `progress` is told how many of how many objects are done.

    `throttle` keeps the pace; with a `bookmark` that resumes, objects an interrupted check found whole or at fault are
    not read again, and what it found is told with the rest. Raises StoreUnavailable.
    """
    throttle, bookmark = throttle or Throttle(None), bookmark or Bookmark(None)
    report = Report()
    known: dict[str, Check] = {}
    with desk.catalogue.read() as tx:
        for one, made in documents.all_revisions(tx):
            if one.status != "destroyed":  # decided, and its objects are on their way out
                known |= _objects(desk.store, one, made)
        report.audit_problems = audit.check_chain(tx)
        newest = audit.last_event(tx)
        report.events = newest.sequence if newest else 0
        report.gaps = numbers.gaps(tx)
        known |= {file.key: _hashed(file) for one in filing.all_bundles(tx) for file in (one.pdf, one.manifest)}
        last, sha256 = changes.last_segment(tx)
    for key in desk.store.keys():  # noqa: SIM118 (a store is no mapping)
        if key not in known and _is_ours(key) and not key.startswith(CATALOGUE):
            known[key] = _named(key) if key.startswith(UPLOADS) else _as_kept
    report.objects, report.segments = len(known), last
    after, kept = bookmark.read()
    report.missing, report.changed = kept.get("missing", []), kept.get("changed", [])
    try:
        for done, (key, check) in enumerate(sorted(known.items())):
            progress(done, len(known))
            if key > after:
                _look(desk.store, key, check, report, throttle)
                after = key
                bookmark.set(after, _found(report))
    except BaseException:  # a person's Ctrl+C among them
        bookmark.write(after, _found(report))
        raise
    progress(len(known), len(known))
    _look_at_mirror(desk.store, last, sha256, report, throttle)
    report.mirror_problems = mirror_problems(desk)
    report.unknown = _unknown(desk, known)
    bookmark.remove()
    return report


def _found(report: Report) -> dict[str, Any]:
    return {"missing": report.missing, "changed": report.changed}


def _look(store: ObjectStore, key: str, check: Check, report: Report, throttle: Throttle) -> None:
    try:
        data = store.get(key)
        throttle.spend(len(data))
        if not check(data):
            report.changed.append(key)
    except ObjectMissing:
        report.missing.append(key)
    except ObjectDamaged:
        report.changed.append(key)


def _look_at_mirror(store: ObjectStore, last: int, sha256: str, report: Report, throttle: Throttle) -> None:
    """Each segment names the hash of the one before, and the catalogue that of the last."""
    expected = sha256
    for number in range(last, 0, -1):
        try:
            segment = read_segment(store, number)
        except ObjectMissing:
            report.missing.append(segment_key(number))
            expected = ""
            continue
        except ObjectDamaged:
            report.changed.append(segment_key(number))
            expected = ""
            continue
        throttle.spend(segment.size)
        if expected and segment.sha256 != expected:
            report.changed.append(segment_key(number))
        expected = segment.previous


def _objects(store: ObjectStore, document: Document, made: list[Revision]) -> dict[str, Check]:
    """What must lie in the store for a document, by key."""
    objects: dict[str, Check] = dict.fromkeys(link_keys(store, document), _links(document))
    for revision in made:
        objects |= {file.key: _hashed(file) for file in revision.files}
        objects[record_key(store, document, revision.number)] = _tells(revision)
    return objects


def _hashed(file: StoredFile) -> Check:
    return lambda data: hashlib.sha256(data).hexdigest() == file.sha256


def _as_kept(_: bytes) -> bool:
    """The catalogue knows no hash of it: the store's own, which was compared as it was read, must do."""
    return True


def _named(key: str) -> Check:
    """An upload says itself what it must hash to."""
    name = key.removeprefix(UPLOADS).partition(".")[0]
    return lambda data: hashlib.sha256(data).hexdigest() == name


def _tells(revision: Revision) -> Check:
    """A record.json has no hash in the catalogue: what it says of the revision is compared."""
    expected = revision.model_dump(mode="json", include={"document", "number", "pdf", "docx", "created_by", "reason"})

    def check(data: bytes) -> bool:
        said = _parsed(data).get("revision")
        return isinstance(said, dict) and all(said.get(key) == value for key, value in expected.items())

    return check


def _links(document: Document) -> Check:
    return lambda data: _parsed(data).get("document") == document.id


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _unknown(desk: Desk, known: Mapping[str, Check]) -> list[str]:
    """Keys of the store that nothing in the catalogue accounts for, now that all of them were listed."""
    strange = [key for key in desk.store.keys() if key not in known and not _is_ours(key)]  # noqa: SIM118
    return [key for key in strange if not _at_work(desk, key)]


def _is_ours(key: str) -> bool:
    return (
        key.startswith(OURS) or key.endswith("/musnah.json") or (key.startswith(CATALOGUE) and segment_number(key) > 0)
    )


def _at_work(desk: Desk, key: str) -> bool:
    """Whether a key belongs to a document that came, or is being archived, while this check ran."""
    try:
        parsed = parse_key(key)
        with desk.catalogue.read() as tx:
            document = documents.get_document(tx, parsed.document)
            if key in _objects(desk.store, document, documents.list_revisions(tx, document.id)):
                return True
            if journal.get_pending(tx, document.id) is None:
                return False
    except (RecordMissing, StorageError):
        return False
    return key in link_keys(desk.store, document) or parsed.revision == document.revision + 1
