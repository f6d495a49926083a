"""Prove that the archive is what the catalogue says: every object hashed again, the audit chain, the
register, and the catalogue's mirror.

Nothing is written. The catalogue is read first and the store after it, so that a service at work
beside this check is not found fault with.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from docgen.desk.archive.paced_reading import Bookmark, Throttle
from docgen.desk.desk import Desk
from docgen.desk.mirror import mirror_problems
from docgen.desk.revisions.revision_store import link_keys, record_key
from storage.catalogue import audit, changes, documents, filing, journal, kind_versions
from storage.catalogue.numbering import numbers
from storage.catalogue.numbering.numbers import Gap
from storage.catalogue.signatures import proofs as signature_proofs
from storage.errors import KeyMissing, ObjectDamaged, ObjectMissing, RecordMissing, StorageError
from storage.keys import ACTS, ALIASES, CATALOGUE, KEY_NOTES, TEMPLATES, UPLOADS, parse_key, segment_key, template_key
from storage.mirror import read_segment, segment_number
from storage.objects import ObjectStore
from storage.progress import Progress, no_progress
from storage.records import MAIN_SERIES, Document, Revision, StoredFile

# Keys without a row in the catalogue: finished bundles, photos, renamed assets, acts of destruction, ids of keys.
OURS = ("_jobs/", "_batches/", ALIASES, UPLOADS, TEMPLATES, ACTS, KEY_NOTES)

_YEAR = dt.timedelta(days=365)

Check = Callable[[bytes], bool]  # whether the bytes of an object are what the catalogue says


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
    result becomes part of the report. Raises StoreUnavailable.
    """
    throttle, bookmark = throttle or Throttle(None), bookmark or Bookmark(None)
    report = Report()
    checks: dict[str, Check] = {}
    with desk.catalogue.read() as tx:
        for document, revisions in documents.all_revisions(tx):
            if document.status != "destroyed":  # decided, and its objects are on their way out
                checks |= _objects(desk.store, document, revisions)
        report.audit_problems = audit.check_chain(tx)
        newest = audit.last_event(tx)
        report.events = newest.sequence if newest else 0
        report.gaps = numbers.gaps(tx)
        report.ending_proofs = [proof.document for proof in signature_proofs.ending(tx, desk.now() + _YEAR)]
        files = [file for bundle in filing.all_bundles(tx) for file in (bundle.pdf, bundle.manifest)]
        checks |= {file.key: _sha256_check(file) for file in files}
        templates = {template_key(version.template_sha256) for version in kind_versions.list_versions(tx)}
        checks |= {key: _named_sha256_check(key) for key in templates}
        last, sha256 = changes.last_segment(tx)
    for key in desk.store.keys():  # noqa: SIM118 (a store is no mapping)
        if key not in checks and _is_ours(key) and not key.startswith(CATALOGUE):
            checks[key] = _named_sha256_check(key) if key.startswith((UPLOADS, TEMPLATES)) else _accept
    report.objects, report.segments = len(checks), last
    last_key, earlier = bookmark.read()
    report.missing, report.changed = earlier.get("missing", []), earlier.get("changed", [])
    report.unreadable = earlier.get("unreadable", [])
    try:
        for index, (key, check) in enumerate(sorted(checks.items())):
            progress(index, len(checks))
            if key > last_key:
                _check_object(desk.store, key, check, report, throttle)
                last_key = key
                bookmark.set(last_key, _found(report))
    except BaseException:  # a person's Ctrl+C among them
        bookmark.write(last_key, _found(report))
        raise
    progress(len(checks), len(checks))
    _check_mirror(desk.store, last, sha256, report, throttle)
    report.mirror_problems = mirror_problems(desk)
    report.unknown = _unknown(desk, checks)
    bookmark.remove()
    return report


def _found(report: Report) -> dict[str, Any]:
    return {"missing": report.missing, "changed": report.changed, "unreadable": report.unreadable}


def _check_object(store: ObjectStore, key: str, check: Check, report: Report, throttle: Throttle) -> None:
    try:
        data = store.get(key)
        throttle.spend(len(data))
        if not check(data):
            report.changed.append(key)
    except ObjectMissing:
        report.missing.append(key)
    except ObjectDamaged:
        report.changed.append(key)
    except KeyMissing:
        report.unreadable.append(key)


def _check_mirror(store: ObjectStore, last: int, sha256: str, report: Report, throttle: Throttle) -> None:
    """Check the chain of segments: each names the hash of the previous one, and the catalogue that of the last."""
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
        if segment.unreadable:
            report.unreadable.append(segment_key(number))
        if expected and segment.sha256 != expected:
            report.changed.append(segment_key(number))
        expected = segment.previous


def _objects(store: ObjectStore, document: Document, revisions: list[Revision]) -> dict[str, Check]:
    """Return the check of each object that the store must hold for a document, by key."""
    objects: dict[str, Check] = dict.fromkeys(link_keys(store, document), _link_check(document))
    for revision in revisions:
        objects |= {file.key: _sha256_check(file) for file in revision.files}
        objects[record_key(store, document, revision.number)] = _record_check(revision)
    return objects


def _sha256_check(file: StoredFile) -> Check:
    return lambda data: hashlib.sha256(data).hexdigest() == file.sha256


def _accept(_: bytes) -> bool:
    """Return True: the catalogue has no hash of it, and the store compared its own as the object was read."""
    return True


def _named_sha256_check(key: str) -> Check:
    """Return the check of an upload or a template: its key is its hash."""
    name = key.partition("/")[2].partition(".")[0]
    return lambda data: hashlib.sha256(data).hexdigest() == name


def _record_check(revision: Revision) -> Check:
    """Return the check of a record.json, of which the catalogue has no hash: its revision is compared."""
    expected = revision.model_dump(mode="json", include={"document", "number", "pdf", "docx", "created_by", "reason"})

    def check(data: bytes) -> bool:
        stored = _json_object(data).get("revision")
        return isinstance(stored, dict) and all(stored.get(key) == value for key, value in expected.items())

    return check


def _link_check(document: Document) -> Check:
    return lambda data: _json_object(data).get("document") == document.id


def _json_object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _unknown(desk: Desk, checks: Mapping[str, Check]) -> list[str]:
    """Return the keys of the store that nothing in the catalogue accounts for."""
    unknown = [key for key in desk.store.keys() if key not in checks and not _is_ours(key)]  # noqa: SIM118
    return [key for key in unknown if not _is_in_work(desk, key)]


def _is_ours(key: str) -> bool:
    return (
        key.startswith(OURS) or key.endswith("/musnah.json") or (key.startswith(CATALOGUE) and segment_number(key) > 0)
    )


def _is_in_work(desk: Desk, key: str) -> bool:
    """Return whether a key belongs to a document that came, or is being archived, while this check ran."""
    try:
        parts = parse_key(key)
        with desk.catalogue.read() as tx:
            document = documents.get_document(tx, parts.document)
            if key in _objects(desk.store, document, documents.list_revisions(tx, document.id)):
                return True
            if journal.get_pending(tx, document.id) is None:
                return False
    except (RecordMissing, StorageError):
        return False
    return key in link_keys(desk.store, document) or parts.revision == document.revision + 1
