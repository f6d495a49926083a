"""How far a dossier is: which steps of its procedure are done, whose turn it is, what lacks, what is late.

Pure: it is reckoned from the documents and the decisions on them each time it is asked, and kept nowhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from docgen.sop.model import Procedure, Step
from storage.records import Decision, Endorsement, Role

NO: tuple[Decision, ...] = ("perbaiki", "tolak")
WORDS: Mapping[Decision, str] = {
    "setuju": "Disetujui",
    "terima": "Diterima",
    "perbaiki": "Perlu diperbaiki",
    "tolak": "Ditolak",
}
StepState = Literal["done", "current", "returned", "missing", "pending"]
AddMinutes = Callable[[dt.datetime, int], dt.datetime]


@dataclass(frozen=True)
class Made:
    """A document of a dossier: when it was made, whether it is in force (not void, not superseded, archived)."""

    id: str
    kind: str
    step: int
    at: dt.datetime
    in_force: bool
    endorsements: tuple[Endorsement, ...] = ()


@dataclass(frozen=True)
class StepProgress:
    """The state of a step.

    `current`: its turn; `returned`: its turn again, since what it made was sent back; `missing`: passed over, a later
    step is done; `pending`: not reached. `actor` is the role that must act. `lacks` are kinds it must still yield;
    `awaits` are the ids of documents on which its decision is still to be made. `due` is when its time norm ends, None
    while it is not reached; `late` whether it was or is finished after that.
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


def is_returned(endorsements: Sequence[Endorsement]) -> bool:
    """Whether the last decision on a document sent it back or refused it."""
    return bool(endorsements) and endorsements[-1].decision in NO


def endorsing_steps(procedure: Procedure, step: int) -> list[Step]:
    """The steps that decide on what step `step` made, in order."""
    return [one for one in procedure.steps if one.endorsement and one.endorses == step]


def next_endorsement(procedure: Procedure, document: Made) -> Step | None:
    """The step whose decision on this document is next; None when all are made, or the document was sent back."""
    if is_returned(document.endorsements):
        return None
    decided = {one.step for one in document.endorsements}
    return next((one for one in endorsing_steps(procedure, document.step) if one.number not in decided), None)


def checking_step(procedure: Procedure, step: int) -> Step | None:
    """The step that decides on what step `step` made by a document of its own, so that only its no is an endorsement.

    E2 of the SOP: a telaahan is the yes; the no sends the identification back to step 1.
    """
    for one in procedure.steps:
        if one.decision and not one.endorsement and one.decision.tidak == step and one.number > step:
            return one
    return None


def back_to(step: Step) -> int:
    """The step that a no at this step leads back to: the SOP's "Tidak", else the one whose document was decided on."""
    return step.decision.tidak if step.decision else step.endorses or step.number


def progress(
    procedure: Procedure,
    made: Sequence[Made],
    *,
    opened: dt.datetime,
    closed: bool,
    now: dt.datetime,
    add_minutes: AddMinutes,
) -> list[StepProgress]:
    """The state of every step. `add_minutes(moment, minutes)` reckons in the office's working time.

    A step with outputs is done when each of them is there and in force; a step without is done when its decision was
    made on everything it decides on. What was sent back does not count, nor does what later steps made before that.
    """
    counting = _counting(procedure, made)
    finished = {step.number: _finished(procedure, step, counting) for step in procedure.steps}
    done = [number for number, moment in finished.items() if moment is not None]
    last = max(done, default=0)
    turn = next((step.number for step in procedure.steps if step.number > last and finished[step.number] is None), None)
    sent_back = _sent_back(made)
    first_back = min((one.step for one in sent_back), default=None)
    if first_back is not None and (turn is None or first_back < turn):
        turn = first_back
    states = []
    clock = opened
    for step in procedure.steps:
        moment = finished[step.number]
        back = max((one.endorsements[-1].at for one in sent_back if one.step == step.number), default=None)
        reached = moment is not None or step.number == turn
        begun = max(clock, back) if back else clock
        due = add_minutes(begun, step.time_norm_minutes) if reached and not (closed and moment is None) else None
        states.append(
            StepProgress(
                step=step,
                state=_state(step.number, moment, turn, last, back is not None, closed),
                actor=_actor(step),
                lacks=_lacks(step, counting) if moment is None else (),
                awaits=_awaits(procedure, step, counting),
                started=begun if reached else None,
                finished=moment,
                due=due,
                late=due is not None and (moment or now) > due,
            )
        )
        if moment is not None:
            clock = max(clock, moment)
    return states


def _actor(step: Step) -> Role:
    """Who must act: who signs what the step makes, else who decides."""
    decides = step.endorser_role if step.endorsement and not step.outputs else None
    return decides or step.signer_role


def _state(
    number: int, finished: dt.datetime | None, turn: int | None, last: int, sent_back: bool, closed: bool
) -> StepState:
    if finished is not None:
        return "done"
    if closed:
        return "missing"
    if number == turn:
        return "returned" if sent_back else "current"
    return "missing" if number < max(last, turn or 0) else "pending"


def _counting(procedure: Procedure, made: Sequence[Made]) -> list[Made]:
    """What counts: in force, not sent back, and not made by a later step before something was sent back to an earlier.

    A refusal begins a new round: what followed from the refused document falls with it.
    """
    by_number = {step.number: step for step in procedure.steps}
    rounds = [
        (back_to(by_number[one.step]), one.at)
        for document in made
        for one in document.endorsements
        if one.decision in NO and one.step in by_number
    ]
    return [
        one
        for one in made
        if one.in_force
        and not is_returned(one.endorsements)
        and not any(one.step > target and one.at < at for target, at in rounds)
    ]


def _sent_back(made: Sequence[Made]) -> list[Made]:
    """Documents that were sent back and of which no other took the place yet."""
    return [one for one in made if one.in_force and is_returned(one.endorsements)]


def _lacks(step: Step, counting: Sequence[Made]) -> tuple[str, ...]:
    there = {one.kind for one in counting if one.step == step.number}
    return tuple(kind for kind in step.outputs if kind not in there)


def _subjects(procedure: Procedure, step: Step, counting: Sequence[Made]) -> list[Made]:
    """What a step decides on."""
    if not step.endorsement or step.endorses is None:
        return []
    kinds = procedure.step(step.endorses).outputs
    return [one for one in counting if one.step == step.endorses and one.kind in kinds]


def _awaits(procedure: Procedure, step: Step, counting: Sequence[Made]) -> tuple[str, ...]:
    """Documents on which this very step's decision is the next."""
    found = []
    for one in _subjects(procedure, step, counting):
        following = next_endorsement(procedure, one)
        if following is not None and following.number == step.number:
            found.append(one.id)
    return tuple(found)


def _finished(procedure: Procedure, step: Step, counting: Sequence[Made]) -> dt.datetime | None:
    """When a step was done, or None."""
    if step.outputs:
        if _lacks(step, counting):
            return None
        here = [one for one in counting if one.step == step.number]
        return max(min(one.at for one in here if one.kind == kind) for kind in step.outputs)
    subjects = _subjects(procedure, step, counting)
    if not subjects or _lacks(procedure.step(step.endorses or 0), counting):
        return None
    moments = []
    for one in subjects:
        decided = [decision.at for decision in one.endorsements if decision.step == step.number]
        if not decided:
            return None
        moments.append(decided[-1])
    return max(moments)
