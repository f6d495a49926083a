"""Filing: recipes for bundles, archived bundles and their contents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from storage.catalogue.rows import IDS, columns_of, in_parts, to_record, to_row
from storage.catalogue.tables import bundle_documents, bundles, dossiers, recipes, revisions
from storage.errors import RecordMissing
from storage.records import OUTSIDE_SOP, Dossier, FiledBundle, FiledDocument, Recipe, Revision
from wording import say

_REVISIONS = (
    select(*columns_of(Revision, revisions))
    .where(revisions.c.document.in_(IDS))
    .order_by(revisions.c.document, revisions.c.number)
)

_BUNDLES = (
    select(bundle_documents.c.document, bundle_documents.c.bundle)
    .where(bundle_documents.c.document.in_(IDS))
    .order_by(bundle_documents.c.document, bundle_documents.c.bundle)
)


def put_recipe(tx: Connection, recipe: Recipe) -> None:
    """Keep a recipe, new or changed."""
    row = to_row(recipe, recipes)
    if tx.execute(update(recipes).where(recipes.c.id == recipe.id).values(row)).rowcount == 0:
        tx.execute(insert(recipes).values(row))


def get_recipe(tx: Connection, id: str) -> Recipe:
    """Return one recipe. Raises RecordMissing."""
    row = tx.execute(select(recipes).where(recipes.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing(say("Resep bundel {id} tidak ada.", id=repr(id)))
    return to_record(Recipe, row)


def list_recipes(tx: Connection) -> list[Recipe]:
    """Return all recipes by name."""
    query = select(recipes).order_by(recipes.c.name, recipes.c.id)
    return [to_record(Recipe, row) for row in tx.execute(query).mappings()]


def remove_recipe(tx: Connection, id: str) -> None:
    """Forget a recipe; what was filed by it stays."""
    tx.execute(delete(recipes).where(recipes.c.id == id))


def add_bundle(tx: Connection, bundle: FiledBundle, contents: Sequence[FiledDocument]) -> None:
    """Add an archived bundle and the documents it holds."""
    tx.execute(insert(bundles).values(to_row(bundle, bundles)))
    if contents:
        tx.execute(insert(bundle_documents), [to_row(document, bundle_documents) for document in contents])


def find_bundle(tx: Connection, code: str) -> FiledBundle | None:
    """Return an archived bundle, or None when there is none of this code."""
    row = tx.execute(select(bundles).where(bundles.c.code == code)).mappings().first()
    return None if row is None else to_record(FiledBundle, row)


def list_bundles(tx: Connection, limit: int = 50, cursor: str = "") -> list[FiledBundle]:
    """Return archived bundles, newest first, from after `cursor` on."""
    query = select(bundles).order_by(bundles.c.code.desc()).limit(limit)
    if cursor:
        query = query.where(bundles.c.code < cursor)
    return [to_record(FiledBundle, row) for row in tx.execute(query).mappings()]


def all_bundles(tx: Connection) -> list[FiledBundle]:
    """Return every archived bundle, oldest first."""
    return [to_record(FiledBundle, row) for row in tx.execute(select(bundles).order_by(bundles.c.code)).mappings()]


def bundles_of(tx: Connection, document: str) -> list[FiledDocument]:
    """Return the archived bundles a document lies in, oldest first."""
    query = select(bundle_documents).where(bundle_documents.c.document == document).order_by(bundle_documents.c.bundle)
    return [to_record(FiledDocument, row) for row in tx.execute(query).mappings()]


def documents_of(tx: Connection, code: str) -> list[str]:
    """Return the ids of the documents in an archived bundle."""
    return list(tx.execute(select(bundle_documents.c.document).where(bundle_documents.c.bundle == code)).scalars())


def newest_filed_revisions(tx: Connection, ids: Sequence[str], recipe: str = "") -> dict[str, int]:
    """Return, by document id, the newest revision that lies in an archived bundle (made by `recipe`, when given)."""
    newest = func.max(bundle_documents.c.revision).label("newest")
    query = select(bundle_documents.c.document, newest).where(bundle_documents.c.document.in_(IDS))
    if recipe:
        query = query.join(bundles, bundles.c.code == bundle_documents.c.bundle).where(bundles.c.recipe == recipe)
    rows = in_parts(tx, query.group_by(bundle_documents.c.document), ids)
    return {row.document: row.newest for row in rows}


def revisions_of(tx: Connection, ids: Sequence[str]) -> dict[str, list[Revision]]:
    """Return the archived revisions of each of these documents, oldest first."""
    revisions_by_document: dict[str, list[Revision]] = {id: [] for id in ids}
    for row in in_parts(tx, _REVISIONS, ids):
        revisions_by_document[row.document].append(to_record(Revision, row._asdict()))
    return revisions_by_document


def dossier_ordinal(
    tx: Connection, dossier: Dossier, since: dt.datetime, procedures: Sequence[str], classification: str
) -> int:
    """Return the ordinal of a dossier, from 1, among those opened since then of these procedures, or of letters outside
    the SOP with this classification.

    It never changes, because dossiers are never removed.
    """
    classified = and_(dossiers.c.procedure == OUTSIDE_SOP, dossiers.c.classification == classification)
    query = select(func.count()).where(
        or_(dossiers.c.procedure.in_(procedures), classified),
        dossiers.c.opened_at >= since,
        dossiers.c.id <= dossier.id,
    )
    return int(tx.execute(query).scalar_one())


@dataclass(frozen=True)
class FiledDossier:
    """What the number of a dossier is made of."""

    id: str
    procedure: str
    classification: str


def filed_since(tx: Connection, since: dt.datetime) -> Iterator[FiledDossier]:
    """Yield the dossiers opened since then, in the order of their ids."""
    columns = (dossiers.c.id, dossiers.c.procedure, dossiers.c.classification)
    query = select(*columns).where(dossiers.c.opened_at >= since).order_by(dossiers.c.id)
    for row in tx.execute(query.execution_options(yield_per=1000)):
        yield FiledDossier(*row)


def bundles_by_document(tx: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the codes of the archived bundles that each of these documents lies in, oldest first."""
    codes: dict[str, list[str]] = {}
    for row in in_parts(tx, _BUNDLES, ids):
        codes.setdefault(row.document, []).append(row.bundle)
    return codes


def dossiers_opened(tx: Connection, since: dt.datetime, until: dt.datetime) -> list[Dossier]:
    """Return dossiers opened from `since` on and before `until`, by procedure and age."""
    query = (
        select(dossiers)
        .where(dossiers.c.opened_at >= since, dossiers.c.opened_at < until)
        .order_by(dossiers.c.procedure, dossiers.c.id)
    )
    return [to_record(Dossier, row) for row in tx.execute(query).mappings()]
