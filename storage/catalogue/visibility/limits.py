"""Limits of what a caller may see: documents of some assets, procedures, divisions and security classes.

Whoever wrote a letter, is on its way or is named in it sees it whatever its division and class are: it is his `own`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, get_args

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from storage.catalogue.rows import IDS, in_parts
from storage.catalogue.tables import (
    document_assets,
    document_people,
    documents,
    dossiers,
    draft_readers,
    drafts,
    officials,
    standings,
    users,
)
from storage.records import SecurityClass


@dataclass(frozen=True)
class Limits:
    """Documents of these assets (by present NIBAR), procedures, divisions and classes only; empty ones do not limit.

    `classes` None does not limit either, an empty one leaves no class. What divisions and classes hide is seen all the
    same by its `author` (a name of an account, or with `by_token` of a token), by those of these `officials` who are
    its people (`people`) or whose turn it is to decide on it, and by the accounts whom its author let read the draft.
    `assets` and `procedures` hide what is one's own as well.
    """

    assets: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    classes: tuple[str, ...] | None = None
    author: str = ""
    officials: tuple[str, ...] = ()
    by_token: bool = False

    def __bool__(self) -> bool:
        return bool(self.assets or self.procedures or self.divisions) or self.classes is not None

    def to_json(self) -> dict[str, Any]:
        """Return plain data, for the request of a job that is done within these limits."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Limits:
        """Return the limits that `to_json` wrote."""
        values: dict[str, Any] = {key: tuple(it) if isinstance(it, list) else it for key, it in plain.items()}
        return cls(**values)

    @property
    def hides_little(self) -> bool:
        """Return whether most documents are seen: the limits are of classes alone."""
        return not (self.assets or self.procedures or self.divisions)


NO_LIMITS = Limits()


def is_document_visible(tx: Connection, id: str, within: Limits) -> bool:
    """Return whether these limits let a caller see a document."""
    return bool(visible_documents(tx, [id], within))


def visible_documents(tx: Connection, ids: Sequence[str], within: Limits) -> set[str]:
    """Return which of these documents these limits let a caller see."""
    query = select(documents.c.id).where(documents.c.id.in_(IDS), *conditions(within))
    return {row.id for row in in_parts(tx, query, ids)}


def wholly_visible_documents(tx: Connection, ids: Sequence[str], within: Limits) -> set[str]:
    """Return which of these documents lie wholly within these limits: every asset they are about is within."""
    visible = visible_documents(tx, ids, within)
    if within.assets:
        outside = document_assets.c.nibar.not_in(within.assets)
        query = select(document_assets.c.document).where(document_assets.c.document.in_(IDS), outside)
        visible -= {row.document for row in in_parts(tx, query, ids)}
    return visible


def conditions(within: Limits) -> list[ColumnElement[bool]]:
    """Return what a query for documents has to ask, so that it finds those within these limits only."""
    conditions: list[ColumnElement[bool]] = []
    if within.procedures:
        conditions.append(documents.c.procedure.in_(within.procedures))
    if within.assets:
        on_assets = select(document_assets.c.document).where(document_assets.c.nibar.in_(within.assets))
        conditions.append(documents.c.id.in_(on_assets))
    if within.divisions:
        conditions.append(or_(documents.c.division.in_(within.divisions), *_own(within)))
    if within.classes is not None:
        conditions.append(or_(documents.c.security.in_(within.classes), *_own(within)))
    return conditions


def hidden_by_class(within: Limits) -> list[ColumnElement[bool]]:
    """Return what a query for documents has to ask, so that it finds those that classes hide from a caller; [] for
    none. They are found by the index of classes."""
    if within.classes is None:
        return []
    others = [security for security in ("", *get_args(SecurityClass)) if security not in within.classes]
    return [documents.c.security.in_(others), *(~one for one in _own(within))]


def dossier_conditions(within: Limits) -> list[ColumnElement[bool]]:
    """Return what a query for dossiers has to ask, so that divisions and classes hide those of which no letter is seen.

    A dossier without letters hides nothing. Assets and procedures limit dossiers by themselves: see `dossiers`.
    """
    hiding = conditions(replace(within, assets=(), procedures=()))
    if not hiding:
        return []
    of_dossier = select(documents.c.id).where(documents.c.dossier == dossiers.c.id).correlate(dossiers)
    return [or_(exists(of_dossier.where(*hiding)), ~exists(of_dossier))]


def _own(within: Limits) -> list[ColumnElement[bool]]:
    """Return the conditions, of which one suffices, that a document is the caller's own.

    They are correlated and come after what is cheaper to ask: most documents are let through before they are asked.
    """
    return [*_written_by(within), *_on_its_way(within.officials)]


def _written_by(within: Limits) -> list[ColumnElement[bool]]:
    """Return the conditions that the caller wrote a document, or was let read its draft.

    Letters of earlier versions do not tell whether a token made them: they are of the account of that name, if any.
    """
    if not within.author:
        return []
    by_name = documents.c.created_by == within.author
    if within.by_token:
        account = exists(select(users.c.name).where(users.c.name == documents.c.created_by).correlate(documents))
        return [and_(by_name, or_(documents.c.token != "", ~account))]
    of_draft = select(drafts.c.id).join(draft_readers, draft_readers.c.draft == drafts.c.id)
    reads = of_draft.where(drafts.c.document == documents.c.id, draft_readers.c.user == within.author)
    return [and_(by_name, documents.c.token == ""), exists(reads.correlate(documents))]


def _on_its_way(own_officials: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return the conditions that one of these officials signs a document, is one of its people or decides next."""
    if not own_officials:
        return []
    people, standing = document_people.alias(), standings.alias()
    is_person = select(people.c.document).where(
        people.c.document == documents.c.id, people.c.official.in_(own_officials)
    )
    decides = select(standing.c.document).where(
        standing.c.document == documents.c.id,
        standing.c.state == "awaiting",
        standing.c.role.in_(select(officials.c.role).where(officials.c.id.in_(own_officials))),
    )
    on_its_way = [exists(one.correlate(documents)) for one in (is_person, decides)]
    return [documents.c.signer.in_(own_officials), *on_its_way]
