"""Limits of what a caller may see: documents of some assets and procedures, and no secret letters of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from storage.catalogue.classes import OPEN
from storage.catalogue.tables import document_assets, documents, revisions


@dataclass(frozen=True)
class Limits:
    """Documents of these assets (by present NIBAR) and procedures only; an empty one does not limit.

    With `secret_of`, letters of class R and SR only where one of these officials signs or has decided; None: all.
    """

    assets: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    secret_of: tuple[str, ...] | None = None

    def __bool__(self) -> bool:
        return bool(self.assets or self.procedures) or self.secret_of is not None


NO_LIMITS = Limits()


def is_within(tx: Connection, id: str, within: Limits) -> bool:
    """Whether a document may be seen under these limits."""
    return bool(seen_within(tx, [id], within))


def seen_within(tx: Connection, ids: Sequence[str], within: Limits) -> set[str]:
    """Those of these documents that may be seen under these limits."""
    seen: set[str] = set()
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = select(documents.c.id).where(documents.c.id.in_(ids[start : start + 500]), *conditions(within))
        seen |= set(tx.execute(query).scalars())
    return seen


def wholly_within(tx: Connection, ids: Sequence[str], within: Limits) -> set[str]:
    """Those of these documents of which nothing lies outside of these limits: every asset they are about is within."""
    seen = seen_within(tx, ids, within)
    if within.assets:
        outside = document_assets.c.nibar.not_in(within.assets)
        for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
            here = document_assets.c.document.in_(ids[start : start + 500])
            seen -= set(tx.execute(select(document_assets.c.document).where(here, outside)).scalars())
    return seen


def conditions(within: Limits) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if within.procedures:
        conditions.append(documents.c.procedure.in_(within.procedures))
    if within.assets:
        about = select(document_assets.c.document).where(document_assets.c.nibar.in_(within.assets))
        conditions.append(documents.c.id.in_(about))
    if within.secret_of is not None:
        conditions.append(or_(documents.c.security.in_(OPEN), *_on_its_way(within.secret_of)))
    return conditions


def _on_its_way(officials: Sequence[str]) -> list[ColumnElement[bool]]:
    """That one of these officials signs a document, or has decided on it."""
    if not officials:
        return []
    by = revisions.c.endorsement["official"].as_string()
    decided = exists().where(
        revisions.c.document == documents.c.id, revisions.c.change == "endorsed", by.in_(officials)
    )
    return [documents.c.signer.in_(officials), decided]
