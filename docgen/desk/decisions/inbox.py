"""What waits for somebody: the documents on which one of his officials decides next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.desk.decisions.endorse import DecisionTurn, acting_as, turn_of
from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import courses_of
from docgen.sop.course import endorsing_steps
from storage.catalogue import dossiers
from storage.records import Document, Official

LOOKED_AT = 300  # documents; an office that leaves more undecided reads the oldest first


@dataclass(frozen=True)
class Waiting:
    """A document, whose turn it is, and in whose name the asker may decide."""

    document: Document
    turn: DecisionTurn
    officials: list[Official]


def waiting_for(desk: Desk, tx: Connection, officials_allowed: Collection[str], limit: int = 20) -> list[Waiting]:
    """Return the documents that wait for a decision by one of `officials_allowed`, oldest first.

    What a step checks by a document of its own (only its no is a decision) does not wait here.
    """
    if not officials_allowed:
        return []
    places = [
        (procedure.slug, step.number)
        for procedure in desk.sop.procedures
        for step in procedure.steps
        if endorsing_steps(procedure, step.number)
    ]
    found = []
    undecided = dossiers.undecided(tx, places, LOOKED_AT)
    courses = courses_of(desk, tx, list(dict.fromkeys(one.dossier for one in undecided)))
    for document in undecided:
        turn = turn_of(desk, tx, document, courses.get(document.dossier))
        officials = acting_as(officials_allowed, turn.officials) if turn and turn.step.endorsement else []
        if turn and officials:
            found.append(Waiting(document, turn, officials))
        if len(found) == limit:
            break
    return found
