"""Versions of the kinds that the office makes itself, and which of them is in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import kind_publications, kind_versions
from storage.errors import RecordConflict, RecordMissing
from storage.records import KindPublication, KindVersion
from wording import say

DELIVERED = 0  # the version that stands for the kind as it is delivered or installed


def list_versions(tx: Connection, slug: str | None = None) -> list[KindVersion]:
    """Return the versions of a kind, or of all kinds, by slug and version."""
    query = select(kind_versions).order_by(kind_versions.c.slug, kind_versions.c.version)
    if slug is not None:
        query = query.where(kind_versions.c.slug == slug)
    return [to_record(KindVersion, row) for row in tx.execute(query).mappings()]


def get_version(tx: Connection, slug: str, version: int) -> KindVersion:
    """Return one version. Raises RecordMissing."""
    row = tx.execute(select(kind_versions).where(*_is(slug, version))).mappings().first()
    if row is None:
        raise RecordMissing(say("Jenis naskah {slug} tidak mempunyai versi {version}.", slug=slug, version=version))
    return to_record(KindVersion, row)


def find_by_digest(tx: Connection, slug: str, sha256: str) -> KindVersion | None:
    """Return the version of a kind with this SHA-256, the oldest when several are the same; None when there is none."""
    query = select(kind_versions).where(kind_versions.c.slug == slug, kind_versions.c.sha256 == sha256)
    row = tx.execute(query.order_by(kind_versions.c.version).limit(1)).mappings().first()
    return to_record(KindVersion, row) if row else None


def add_version(tx: Connection, version: KindVersion) -> None:
    """Add a version. Raises RecordConflict (when the transaction ends) for a number that somebody else took."""
    tx.execute(insert(kind_versions), to_row(version, kind_versions))


def replace_version(tx: Connection, version: KindVersion, *, was: str) -> None:
    """Change a version that had the SHA-256 `was`, and was never published. Raises RecordConflict."""
    published = select(kind_publications.c.id).where(
        kind_publications.c.slug == version.slug, kind_publications.c.version == version.version
    )
    fits = (*_is(version.slug, version.version), kind_versions.c.sha256 == was, ~published.exists())
    if tx.execute(update(kind_versions).where(*fits).values(to_row(version, kind_versions))).rowcount == 0:
        raise RecordConflict(
            say(
                "Versi {version} baru saja diubah orang lain, atau sudah diterbitkan. Muat ulang, lalu coba lagi.",
                version=version.version,
            )
        )


def list_publications(tx: Connection, slug: str | None = None) -> list[KindPublication]:
    """Return the publications of a kind, or of all kinds, by slug and in the order they were made."""
    query = select(kind_publications).order_by(kind_publications.c.slug, kind_publications.c.id)
    if slug is not None:
        query = query.where(kind_publications.c.slug == slug)
    return [to_record(KindPublication, row) for row in tx.execute(query).mappings()]


def add_publication(
    tx: Connection, slug: str, version: int, *, starts_at: dt.datetime, at: dt.datetime, by: str
) -> KindPublication:
    """Add a publication. Raises RecordConflict (when the transaction ends) when somebody else publishes at once."""
    last = tx.execute(select(func.max(kind_publications.c.id)).where(kind_publications.c.slug == slug)).scalar()
    publication = KindPublication(
        slug=slug, id=int(last or 0) + 1, version=version, starts_at=starts_at, created_at=at, created_by=by
    )
    tx.execute(insert(kind_publications), to_row(publication, kind_publications))
    return publication


def cancel_publication(tx: Connection, slug: str, id: int, at: dt.datetime) -> bool:
    """Cancel a publication that did not begin by `at`; return False when there is none, or it began."""
    fits = (kind_publications.c.slug == slug, kind_publications.c.id == id, kind_publications.c.cancelled_at.is_(None))
    change = update(kind_publications).where(*fits, kind_publications.c.starts_at > at).values(cancelled_at=at)
    return bool(tx.execute(change).rowcount)


def begun(publications: Iterable[KindPublication], at: dt.datetime) -> list[KindPublication]:
    """Return which of the publications of one kind began by a moment, the one in force first."""
    valid = (item for item in publications if item.cancelled_at is None and item.starts_at <= at)
    return sorted(valid, key=lambda item: (item.starts_at, item.id), reverse=True)


def stamp(tx: Connection) -> tuple[int, int]:
    """Return what changes whenever a publication is added or cancelled: one cheap query."""
    row = tx.execute(
        select(func.count(), func.count(kind_publications.c.cancelled_at)).select_from(kind_publications)
    ).one()
    return int(row[0]), int(row[1])


def _is(slug: str, version: int) -> tuple[Any, ...]:
    return kind_versions.c.slug == slug, kind_versions.c.version == version
