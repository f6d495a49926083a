"""Compute how far a dossier is: which steps are done, whose turn it is, what is missing, what is late.

Pure: it is reckoned from the documents and the decisions on them each time it is asked, and kept nowhere. Which
documents count at all, and which were refused, `docgen.sop.course` says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from docgen.sop.course import Course, DossierDocument, Refusal
from docgen.sop.model import Procedure, Step
from storage.records import Endorsement, Role

StepState = Literal["done", "current", "returned", "missing", "pending"]
AddMinutes = Callable[[dt.datetime, int], dt.datetime]


@dataclass(frozen=True)
class StepProgress:
    """The state of a step.

    `current`: its turn; `returned`: its turn again, since what it made was sent back (`refusal`); `missing`: passed
    over, a later step is done or was sent back; `pending`: not reached. `actor` is the role that must act. `lacks` are
    kinds it must still yield, `unnumbered` the ids of those that are there and wait for a number of another system;
    `awaits` are the ids of documents on which its decision is still to be made; `decided` is
    the yes that was given already while a document lacks. `due` is when its time norm ends, None while it is not
    reached; `late` whether it was or is finished after that.
    """

    step: Step
    state: StepState
    actor: Role
    lacks: tuple[str, ...]
    awaits: tuple[str, ...]
    started: dt.datetime | None
    finished: dt.datetime | None
    due: dt.datetime | None
    late: bool
    decided: Endorsement | None = None
    refusal: Refusal | None = None
    unnumbered: tuple[str, ...] = ()


def step_progress(
    procedure: Procedure,
    documents: Sequence[DossierDocument],
    *,
    opened: dt.datetime,
    closed: bool,
    now: dt.datetime,
    add_minutes: AddMinutes,
) -> list[StepProgress]:
    """Return the state of every step; `made` are the dossier's documents, oldest first. `add_minutes(moment, minutes)`
    reckons in the office's working time.

    A step with outputs is done when each of them is there and counts; a step without is done when its decision was made
    on everything it decides on. What was sent back does not count, nor does what later steps made before that.
    """
    course = Course(procedure, documents)
    finished = {step.number: _finished(course, step) for step in procedure.steps}
    last = max((number for number, moment in finished.items() if moment is not None), default=0)
    turn = next((step.number for step in procedure.steps if step.number > last and finished[step.number] is None), None)
    turn = min(course.returned, default=turn)
    states = []
    clock = opened
    for step in procedure.steps:
        moment = finished[step.number]
        refusal = course.returned.get(step.number)
        reached = moment is not None or step.number == turn
        started = max(clock, refusal.at) if refusal else clock
        due = add_minutes(started, step.time_norm_minutes) if reached and not (closed and moment is None) else None
        awaits = course.awaits(step)
        unnumbered = course.unnumbered(step) if moment is None else []
        kinds_there = {document.kind for document in unnumbered}
        states.append(
            StepProgress(
                step=step,
                state=_state(step.number, moment, turn, last, refusal is not None, closed),
                actor=_actor(step, course),
                lacks=tuple(kind for kind in course.lacks(step) if kind not in kinds_there) if moment is None else (),
                awaits=awaits,
                started=started if reached else None,
                finished=moment,
                due=due,
                late=due is not None and (moment or now) > due,
                decided=_decided(step, course) if moment is None and not awaits else None,
                refusal=refusal,
                unnumbered=tuple(document.id for document in unnumbered),
            )
        )
        if moment is not None:
            clock = max(clock, moment)
    return states


def _actor(step: Step, course: Course) -> Role:
    """Return who must act: who signs what the step makes, else who decides next."""
    if not step.endorsement or step.outputs:
        return step.signer_role
    return course.next_role(step) or step.endorser_role or step.signer_role


def _state(
    number: int, finished: dt.datetime | None, turn: int | None, last: int, sent_back: bool, closed: bool
) -> StepState:
    if finished is not None and not (sent_back and number == turn):
        return "done"
    if closed:
        return "missing"
    if number == turn:
        return "returned" if sent_back else "current"
    return "missing" if number < max(last, turn or 0) else "pending"


def _decided(step: Step, course: Course) -> Endorsement | None:
    """Return the newest decision of a step on what it decides on."""
    given = [one for document in course.subjects(step) for one in document.endorsements if one.step == step.number]
    return max(given, key=lambda one: one.at, default=None)


def _finished(course: Course, step: Step) -> dt.datetime | None:
    """Return when a step was done, or None."""
    if step.outputs:
        if course.lacks(step):
            return None
        here = [one for one in course.counting if one.step == step.number]
        return max(min(one.at for one in here if one.kind == kind) for kind in step.outputs)
    subjects = course.subjects(step)
    if not subjects or course.lacks(course.procedure.step(step.endorses or 0)):
        return None
    moments = [course.decided_at(step, one) for one in subjects]
    return max(filter(None, moments)) if all(moments) else None
