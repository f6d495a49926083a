"""The versions of kinds as people see them: how far each came, which is in force, and since when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.rights import Caller, require
from docgen.desk.stored_kinds import unchecked_kind
from docgen.errors import Conflict, NotFound
from docgen.kinds.kind import Kind
from storage.catalogue import kind_versions
from storage.catalogue.kind_versions import DELIVERED
from storage.errors import RecordConflict, RecordMissing
from storage.keys import template_key
from storage.records import KindPublication, KindVersion
from wording import say

Stage = Literal["draft", "tried", "planned", "in_force", "replaced", "withdrawn"]


@dataclass(frozen=True)
class KindHistory:
    """The versions of a kind, oldest first, and its publications in the order they were made.

    `in_force` is None for a kind that nobody published: the delivered one is used where there is one. `planned` are
    those that begin later, the next one first.
    """

    slug: str
    title: str
    is_installed: bool
    versions: Sequence[KindVersion]
    publications: Sequence[KindPublication]
    in_force: KindPublication | None
    planned: Sequence[KindPublication]

    @property
    def number_in_force(self) -> int | None:
        """Return which version is used now, 0 for the delivered or installed kind, None when none is."""
        if self.in_force is not None and (self.in_force.version != DELIVERED or self.is_installed):
            return self.in_force.version
        return DELIVERED if self.is_installed and self.in_force is None else None

    def is_fixed(self, version: int) -> bool:
        """Return whether a version was published, and so never changes again."""
        return any(publication.version == version for publication in self.publications)


def history(desk: Desk, caller: Caller, slug: str) -> KindHistory:
    """Return the history of a kind. Raises NotFound, Forbidden."""
    require(caller, "read")
    with desk.catalogue.read() as tx:
        return history_in(desk, tx, slug)


def history_in(desk: Desk, tx: Connection, slug: str) -> KindHistory:
    """Do as `history`, in a transaction that is open already."""
    versions = kind_versions.list_versions(tx, slug)
    if not versions and slug not in desk.kind_register.installed:
        raise NotFound(desk.missing_kind(slug))
    return _history(desk, slug, versions, kind_versions.list_publications(tx, slug), desk.now())


def own_kinds(desk: Desk, caller: Caller) -> list[KindHistory]:
    """Return the history of each kind that the office made or changed, by slug. Raises Forbidden."""
    require(caller, "read")
    with desk.catalogue.read() as tx:
        versions, publications = kind_versions.list_versions(tx), kind_versions.list_publications(tx)
    return [
        _history(
            desk,
            slug,
            [version for version in versions if version.slug == slug],
            [publication for publication in publications if publication.slug == slug],
            desk.now(),
        )
        for slug in sorted({version.slug for version in versions})
    ]


def _history(
    desk: Desk, slug: str, versions: list[KindVersion], publications: list[KindPublication], now: dt.datetime
) -> KindHistory:
    begun = kind_versions.begun(publications, now)
    planned = [item for item in publications if item.cancelled_at is None and item.starts_at > now]
    title = desk.kind_title(slug) if slug in desk.kinds or not versions else str(versions[-1].sheet.get("title", slug))
    return KindHistory(
        slug,
        title,
        slug in desk.kind_register.installed,
        versions,
        publications,
        begun[0] if begun else None,
        sorted(planned, key=lambda item: (item.starts_at, item.id)),
    )


def stage_of(past: KindHistory, version: KindVersion) -> Stage:
    """Return how far a version came: what it is now, or was at last."""
    if past.number_in_force == version.version:
        return "in_force"
    if any(plan.version == version.version for plan in past.planned):
        return "planned"
    was_used = any(item.version == version.version and item.cancelled_at is None for item in past.publications)
    return "replaced" if was_used else version.state


def find_version(tx: Connection, slug: str, number: int) -> KindVersion:
    """Return one version. Raises NotFound."""
    try:
        return kind_versions.get_version(tx, slug, number)
    except RecordMissing as error:
        raise NotFound(str(error)) from error


def read_version(desk: Desk, slug: str, number: int) -> KindVersion:
    """Do as `find_version`, in a transaction of its own."""
    with desk.catalogue.read() as tx:
        return find_version(tx, slug, number)


def require_editable(tx: Connection, version: KindVersion) -> None:
    """Raise Conflict for a version that was published or withdrawn."""
    publications = kind_versions.list_publications(tx, version.slug)
    if any(publication.version == version.version for publication in publications):
        raise Conflict(
            say(
                "Versi {version} sudah diterbitkan dan tidak berubah lagi. Buat draf baru darinya.",
                version=version.version,
            )
        )
    if version.state == "withdrawn":
        raise Conflict(say("Versi {version} sudah ditarik. Buat draf baru darinya.", version=version.version))


def require_same(version: KindVersion, sha256: str) -> None:
    """Raise RecordConflict unless a version still has this SHA-256; "" is any."""
    if sha256 not in ("", version.sha256):
        raise RecordConflict(
            say("Versi {version} baru saja diubah orang lain. Muat ulang, lalu coba lagi.", version=version.version)
        )


def template_of(desk: Desk, version: KindVersion) -> bytes:
    """Return the Word file of a version. Raises StorageError."""
    return desk.store.get(template_key(version.template_sha256))


def kind_as_written(desk: Desk, version: KindVersion) -> Kind:
    """Return a version as a kind that nobody checked yet. Raises TemplateError, StorageError."""
    return unchecked_kind(version, template_of(desk, version), desk.shared)


def content_of(desk: Desk, slug: str, number: int) -> Kind:
    """Return a version, or the delivered or installed kind for 0, unchecked. Raises NotFound, StorageError."""
    if number == DELIVERED:
        installed = desk.kind_register.installed.get(slug)
        if installed is None:
            raise NotFound(desk.missing_kind(slug))
        return installed
    return kind_as_written(desk, read_version(desk, slug, number))
