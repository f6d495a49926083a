"""Copy an archive from one object store to another, between folder and S3 either way; a second run copies the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

from storage.errors import KeyMissing, ObjectExists, ObjectMissing, StorageError
from storage.keys import CATALOGUE, KEY_NOTES
from storage.objects import ObjectStore
from storage.progress import Progress, no_progress
from storage.segments import first_digest


@dataclass
class CopyResult:
    """Counts of a copy. `different` lists keys under which the target holds other bytes, which stay as they are.

    `unreadable` lists encrypted objects whose key is not in the key file: they were left out.
    """

    copied: int = 0
    skipped: int = 0
    size: int = 0
    different: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def copy_archive(source: ObjectStore, target: ObjectStore, progress: Progress = no_progress) -> CopyResult:
    """Copy every object that the target does not hold yet, and prove the SHA-256 at both ends.

    The files that a record.json names are copied before it, and the catalogue's mirror last, so that an interrupted
    copy is a smaller archive, not a broken one. What is secret is encrypted in the target, too.

    Raises StorageError when the target is another catalogue's archive, ObjectDamaged (an object of the source
    changed), StoreUnavailable.
    """
    if _is_other(source, target):
        raise StorageError(
            "Tujuan sudah berisi arsip dari katalog lain. Pilih folder atau bucket yang kosong, atau salinan arsip ini."
        )
    result = CopyResult()
    keys = _in_order(source)
    for count, key in enumerate(keys):
        progress(count, len(keys))
        _copy(source, target, key, result)
    progress(len(keys), len(keys))
    return result


def _is_other(source: ObjectStore, target: ObjectStore) -> bool:
    """Return whether both stores have a mirror, and the mirrors begin differently."""
    beginnings = {first_digest(store) for store in (source, target)} - {""}
    return len(beginnings) > 1


def _in_order(source: ObjectStore) -> list[str]:
    keys = [key for key in source.keys() if not key.startswith(KEY_NOTES)]  # noqa: SIM118 (the target notes its own)
    return sorted(keys, key=lambda key: (key.startswith(CATALOGUE), key.endswith("/record.json")))


def _copy(source: ObjectStore, target: ObjectStore, key: str, result: CopyResult) -> None:
    source_object = source.info(key)
    try:
        target_object = target.info(key)
    except ObjectMissing:
        try:
            data = source.get(key)
        except KeyMissing:
            result.unreadable.append(key)
            return
        try:
            secret = source_object.secret
            result.size += target.put(key, data, source_object.content_type, secret=secret).size
        except ObjectExists:  # another copy runs beside this one
            target_object = target.info(key)
        else:
            result.copied += 1
            return
    if target_object.sha256 == source_object.sha256:
        result.skipped += 1
    else:
        result.different.append(key)
