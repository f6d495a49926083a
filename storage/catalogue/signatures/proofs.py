"""Until when the signatures of a letter can be proven: rows derived from its PDF, one for each signed letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, insert, or_, select, true, update

from storage.catalogue.rows import aware
from storage.catalogue.tables import awaited_signatures, documents, journal, revisions, signature_proofs

_SIGNING = ("sealed", "signed", "attached", "renewed")  # changes by which a letter's PDF may come to have signatures


@dataclass(frozen=True)
class SignatureProof:
    """What the signatures of a revision's PDF prove: their lowest `level` ("" without a valid one), and `until` when.

    `stamped_at` is the moment of the newest timestamp. `problem`: why a renewal failed at `tried_at`.
    """

    document: str
    revision: int
    level: str
    stamped_at: dt.datetime | None = None
    until: dt.datetime | None = None
    tried_at: dt.datetime | None = None
    problem: str = ""


def proof_of(tx: Connection, document: str, revision: int) -> SignatureProof | None:
    """Return what is known of a revision of a document; None before it was looked at."""
    table = signature_proofs
    row = tx.execute(select(table).where(table.c.document == document, table.c.revision == revision)).mappings().first()
    return None if row is None else _proof(row)


def may_be_signed(tx: Connection, document: str) -> bool:
    """Return whether anything was done with a document by which its PDF may have come to have signatures."""
    table = revisions
    query = select(table.c.number).where(table.c.document == document, table.c.change.in_(_SIGNING)).limit(1)
    return tx.execute(query).first() is not None


def put(tx: Connection, proof: SignatureProof) -> None:
    """Note what was found in a document's PDF, in place of what was known before."""
    tx.execute(delete(signature_proofs).where(signature_proofs.c.document == proof.document))
    tx.execute(insert(signature_proofs), asdict(proof))


def note_problem(tx: Connection, document: str, problem: str, at: dt.datetime) -> None:
    """Note why a renewal failed."""
    rows = update(signature_proofs).where(signature_proofs.c.document == document)
    tx.execute(rows.values(problem=problem, tried_at=at))


def unknown(tx: Connection, after: str = "", limit: int = 100, *, again: bool = False) -> Sequence[str]:
    """Return ids, in order, of letters in force that may be signed and whose newest revision was not looked at.

    `again`: also of those whose signatures were not valid, because the office may trust their authority by now.
    """
    table, proofs = documents, signature_proofs
    known = and_(proofs.c.document == table.c.id, proofs.c.revision == table.c.revision)
    seen = select(proofs.c.document).where(
        known, or_(proofs.c.level != "", proofs.c.problem == "") if again else true()
    )
    may_be_signed = select(revisions.c.document).where(
        revisions.c.document == table.c.id, revisions.c.change.in_(_SIGNING)
    )
    query = select(table.c.id).where(_is_idle(), may_be_signed.exists(), ~seen.exists(), table.c.id > after)
    return tx.execute(query.order_by(table.c.id).limit(limit)).scalars().all()


def ending(tx: Connection, before: dt.datetime, *, below_lta: bool = False) -> list[SignatureProof]:
    """Return the letters in force whose proof ends before a moment, the first to end first.

    With `below_lta` also those that were never renewed, and those whose signatures are not valid.
    """
    table = signature_proofs
    ends: ColumnElement[bool] = table.c.until < before
    proven = table.c.level != ""
    never_renewed = or_(and_(proven, table.c.level != "B-LTA"), and_(~proven, table.c.problem != ""))
    is_listed = or_(and_(proven, ends), never_renewed) if below_lta else and_(proven, ends)
    joined = table.join(documents, and_(documents.c.id == table.c.document, documents.c.revision == table.c.revision))
    query = select(table).select_from(joined).where(_is_idle(), is_listed)
    return [_proof(row) for row in tx.execute(query.order_by(table.c.until, table.c.document)).mappings()]


def _is_idle() -> ColumnElement[bool]:
    """Return the condition that a letter is in force, waits for nobody's signature, and nobody works on it."""
    waits = select(awaited_signatures.c.document).where(awaited_signatures.c.document == documents.c.id)
    in_work = select(journal.c.document).where(journal.c.document == documents.c.id)
    return and_(documents.c.status == "issued", ~waits.exists(), ~in_work.exists())


def _proof(row: RowMapping) -> SignatureProof:
    values: dict[str, Any] = dict(row)
    for name in ("stamped_at", "until", "tried_at"):
        values[name] = None if values[name] is None else aware(values[name])
    return SignatureProof(**values)
