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


def is_document_visible(tx: Connection, id: str, within: Limits) -> bool:
    """Return whether these limits let a caller see a document."""
    return bool(visible_documents(tx, [id], within))


def visible_documents(tx: Connection, ids: Sequence[str], within: Limits) -> set[str]:
    """Return which of these documents these limits let a caller see."""
    visible: set[str] = set()
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = select(documents.c.id).where(documents.c.id.in_(ids[start : start + 500]), *conditions(within))
        visible |= set(tx.execute(query).scalars())
    return visible


def wholly_visible_documents(tx: Connection, ids: Sequence[str], within: Limits) -> set[str]:
    """Return which of these documents lie wholly within these limits: every asset they are about is within."""
    visible = visible_documents(tx, ids, within)
    if within.assets:
        outside = document_assets.c.nibar.not_in(within.assets)
        for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
            of_documents = document_assets.c.document.in_(ids[start : start + 500])
            visible -= set(tx.execute(select(document_assets.c.document).where(of_documents, outside)).scalars())
    return visible


def conditions(within: Limits) -> list[ColumnElement[bool]]:
    """Return what a query for documents has to ask, so that it finds those within these limits only."""
    conditions: list[ColumnElement[bool]] = []
    if within.procedures:
        conditions.append(documents.c.procedure.in_(within.procedures))
    if within.assets:
        on_assets = select(document_assets.c.document).where(document_assets.c.nibar.in_(within.assets))
        conditions.append(documents.c.id.in_(on_assets))
    if within.secret_of is not None:
        conditions.append(or_(documents.c.security.in_(OPEN), *_on_its_way(within.secret_of)))
    return conditions


def _on_its_way(officials: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return the conditions that one of these officials signs a document, or has decided on it."""
    if not officials:
        return []
    by = revisions.c.endorsement["official"].as_string()
    decided = exists().where(
        revisions.c.document == documents.c.id, revisions.c.change == "endorsed", by.in_(officials)
    )
    return [documents.c.signer.in_(officials), decided]
