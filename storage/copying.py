"""Copy an archive from one object store to another: between a folder and S3, either way, and again where it stopped."""

from __future__ import annotations

from dataclasses import dataclass, field

from storage.errors import ObjectExists, ObjectMissing, StorageError
from storage.keys import CATALOGUE, segment_key
from storage.objects import ObjectStore
from storage.progress import Progress, no_progress


@dataclass
class Copied:
    """What was done. `different` are keys under which the target holds other bytes; those were left as they are."""

    copied: int = 0
    skipped: int = 0
    size: int = 0
    different: list[str] = field(default_factory=list)


def copy_archive(source: ObjectStore, target: ObjectStore, progress: Progress = no_progress) -> Copied:
    """Copy every object that the target does not hold yet, by SHA-256, both ends proved.

    What a record.json speaks of is copied before it, and the catalogue's mirror last: a copy that was cut short is a
    smaller archive, not a broken one. Raises StorageError when the target is the archive of another catalogue,
    ObjectDamaged (the source's object is not what it was), StoreUnavailable.
    """
    if _is_other(source, target):
        raise StorageError(
            "Tujuan sudah berisi arsip dari katalog lain. Pilih folder atau bucket yang kosong, atau salinan arsip ini."
        )
    done = Copied()
    keys = _in_order(source)
    for count, key in enumerate(keys):
        progress(count, len(keys))
        _copy(source, target, key, done)
    progress(len(keys), len(keys))
    return done


def _is_other(source: ObjectStore, target: ObjectStore) -> bool:
    """Whether both have a mirror, and the mirrors do not begin the same."""
    try:
        return source.info(segment_key(1)).sha256 != target.info(segment_key(1)).sha256
    except ObjectMissing:
        return False


def _in_order(source: ObjectStore) -> list[str]:
    return sorted(source.keys(), key=lambda key: (key.startswith(CATALOGUE), key.endswith("/record.json")))


def _copy(source: ObjectStore, target: ObjectStore, key: str, done: Copied) -> None:
    wanted = source.info(key)
    try:
        there = target.info(key)
    except ObjectMissing:
        try:
            done.size += target.put(key, source.get(key), wanted.content_type).size
        except ObjectExists:  # another copy runs beside this one
            there = target.info(key)
        else:
            done.copied += 1
            return
    if there.sha256 == wanted.sha256:
        done.skipped += 1
    else:
        done.different.append(key)
