"""List the documents that wait for a decision by one of a caller's officials."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.desk.decisions.endorse import DecisionTurn, allowed_among, turn_of
from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import courses_of
from docgen.sop.course import endorsing_steps
from storage.catalogue import dossiers
from storage.records import Document, Official

LOOKED_AT = 300  # undecided documents, the oldest


@dataclass(frozen=True)
class AwaitedDecision:
    """A document, whose turn it is, and the officials in whose name the caller may decide."""

    document: Document
    turn: DecisionTurn
    officials: list[Official]


def awaited_decisions(
    desk: Desk, tx: Connection, officials_allowed: Collection[str], limit: int = 20
) -> list[AwaitedDecision]:
    """Return the documents that wait for a decision by one of `officials_allowed`, oldest first.

    A document that a step checks by making one of its own (only its no is a decision) does not wait here.
    """
    if not officials_allowed:
        return []
    places = [
        (procedure.slug, step.number)
        for procedure in desk.sop.procedures
        for step in procedure.steps
        if endorsing_steps(procedure, step.number)
    ]
    waiting = []
    undecided = dossiers.undecided(tx, places, LOOKED_AT)
    courses = courses_of(desk, tx, list(dict.fromkeys(document.dossier for document in undecided)))
    for document in undecided:
        turn = turn_of(desk, tx, document, courses.get(document.dossier))
        officials = allowed_among(officials_allowed, turn.officials) if turn and turn.step.endorsement else []
        if turn and officials:
            waiting.append(AwaitedDecision(document, turn, officials))
        if len(waiting) == limit:
            break
    return waiting
