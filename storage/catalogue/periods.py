"""The archive's contents of a period: documents by date, the assets they are about, dossiers closed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from storage.catalogue.rows import to_record
from storage.catalogue.tables import assets, document_assets, documents, dossiers
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, conditions, hidden_by_class
from storage.records import Document

_ISSUED = ("issued", "superseded")  # a reserved number is no document yet, and a void one no longer


@dataclass(frozen=True)
class PeriodAsset:
    """An asset that a procedure's documents of the period are about; name and value as the register has them now."""

    procedure: str
    nibar: str
    name: str
    value: int | None  # whole rupiah


def documents_until(tx: Connection, start: dt.date, end: dt.date) -> list[Document]:
    """Return documents dated `start` to `end` (inclusive) and the older ones of their dossiers, by date and number."""
    of_period = select(documents.c.dossier).where(_dated(start, end))
    older = documents.c.dossier.in_(of_period) & documents.c.status.in_(_ISSUED) & (documents.c.date <= end)
    columns = [documents.c[name] for name in Document.model_fields]
    query = select(*columns).where(older).order_by(documents.c.date, documents.c.unit, documents.c.sequence)
    return [to_record(Document, row) for row in tx.execute(query).mappings()]


def assets_between(tx: Connection, start: dt.date, end: dt.date) -> list[PeriodAsset]:
    """Return each asset once per procedure whose documents, dated `start` to `end` (inclusive), are about it."""
    query = (
        select(documents.c.procedure, document_assets.c.nibar, assets.c.name, assets.c.value)
        .distinct()
        .select_from(documents)
        .join(document_assets, document_assets.c.document == documents.c.id)
        .join(assets, assets.c.nibar == document_assets.c.nibar)
        .where(_dated(start, end))
    )
    return [PeriodAsset(row.procedure, row.nibar, row.name, row.value) for row in tx.execute(query)]


def closed_between(tx: Connection, since: dt.datetime, until: dt.datetime) -> dict[str, int]:
    """Return how many dossiers of each procedure were closed from `since` to before `until` (aware moments)."""
    closed = (dossiers.c.closed_at >= since.astimezone(dt.UTC)) & (dossiers.c.closed_at < until.astimezone(dt.UTC))
    query = select(dossiers.c.procedure, func.count()).where(closed).group_by(dossiers.c.procedure)
    return {str(procedure): int(count) for procedure, count in tx.execute(query)}


def counts_by_month(tx: Connection, year: int, within: Limits = NO_LIMITS) -> list[tuple[str, int, int]]:
    """Return how many documents of each procedure are dated in each month of a year: (procedure, month, count).

    Those outside of `within` are not counted.
    """
    columns = (documents.c.date, documents.c.procedure, documents.c.status)  # as the index lies: nothing is sorted
    of_year = documents.c.date.between(dt.date(year, 1, 1), dt.date(year, 12, 31))
    counts: Counter[tuple[str, int]] = Counter()

    def add(sign: int, *which: ColumnElement[bool]) -> None:
        query = select(*columns, func.count()).where(of_year, *which).group_by(*columns)
        for date, procedure, status, count in tx.execute(query):
            if status in _ISSUED:
                counts[procedure, date.month] += sign * count

    if within.hides_little:  # all are counted by the index alone, and the few of other classes taken out
        add(1)
        if hidden := hidden_by_class(within):
            add(-1, *hidden)
    else:
        add(1, *conditions(within))
    return [(procedure, month, count) for (procedure, month), count in counts.items() if count]


def _dated(start: dt.date, end: dt.date) -> ColumnElement[bool]:
    """Return the condition "issued, dated in the period"; the year narrows by an index, because the date has none."""
    years = documents.c.year.between(start.year, end.year)
    return years & documents.c.date.between(start, end) & documents.c.status.in_(_ISSUED)
