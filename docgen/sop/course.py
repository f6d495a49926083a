"""The course of a dossier: which of its documents count, which were refused, and whose decision comes next.

A no is an endorsement (perbaiki, tolak) or a letter that says no itself, such as a Lembar Persetujuan that reads
Ditolak: both are the SOP's "tidak". Pure: reckoned from the documents each time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from docgen.sop.model import Procedure, Step
from storage.records import Decision, Endorsement, Role

NO: tuple[Decision, ...] = ("perbaiki", "tolak")
WORDS: Mapping[Decision, str] = {
    "setuju": "Disetujui",
    "terima": "Diterima",
    "perbaiki": "Perlu diperbaiki",
    "tolak": "Ditolak",
}


@dataclass(frozen=True)
class Made:
    """A document of a dossier: when it was made, whether it is in force (not void, not superseded, archived).

    `verdict` is the decision that the letter itself carries, None for a letter that decides nothing.
    """

    id: str
    kind: str
    step: int
    at: dt.datetime
    in_force: bool
    endorsements: tuple[Endorsement, ...] = ()
    verdict: Decision | None = None


@dataclass(frozen=True)
class Refusal:
    """A no that sends a document back: the step that said it, when, and how.

    It is an `endorsement`, or stands in the document `letter` (its id).
    """

    step: int
    decision: Decision
    at: dt.datetime
    letter: str = ""
    endorsement: Endorsement | None = None


class Due(NamedTuple):
    """A decision that is to be made: at which step, by which role."""

    step: Step
    role: Role


def endorsing_steps(procedure: Procedure, step: int) -> list[Step]:
    """Return the steps that decide on what step `step` made, in order."""
    return [one for one in procedure.steps if one.endorsement and one.endorses == step]


def decisions_on(procedure: Procedure, step: int) -> int:
    """Return the number of decisions the SOP asks for on a document of step `step`."""
    return sum(len(one.endorser_roles) for one in endorsing_steps(procedure, step))


def checking_step(procedure: Procedure, step: int) -> Step | None:
    """Return the step that decides on what step `step` made by a document of its own, so that only its no is an
    endorsement.

    E2 of the SOP: a telaahan is the yes; the no sends the identification back to step 1.
    """
    for one in procedure.steps:
        if one.decision and not one.endorsement and one.decision.tidak == step and one.number > step:
            return one
    return None


def back_to(step: Step) -> int:
    """Return the step that a no at this step leads back to: the SOP's "Tidak", else the one whose document was decided
    on.
    """
    return step.decision.tidak if step.decision else step.endorses or step.number


class Course:
    """The documents of a dossier, oldest first, read against its procedure."""

    def __init__(self, procedure: Procedure, made: Sequence[Made]) -> None:
        self.procedure = procedure
        self._made = made
        self._steps = {step.number: step for step in procedure.steps}
        self._place = {one.id: place for place, one in enumerate(made)}
        self._letters = [one for one in made if one.in_force and one.verdict and one.step in self._steps]

    @property
    def verdicts(self) -> Mapping[str, Decision]:
        """Return what the letters in force decide themselves, by the letter's id."""
        return {one.id: one.verdict for one in self._letters if one.verdict}

    @cached_property
    def refused(self) -> Mapping[str, Refusal]:
        """Return the no that stands against each document in force that was sent back or refused, by the document's
        id.
        """
        found = ((one.id, self._refusal(one)) for one in self._made if one.in_force)
        return {id: refusal for id, refusal in found if refusal is not None}

    @cached_property
    def unanswered(self) -> Sequence[str]:
        """Return the ids of refused documents whose place no other document took, oldest first."""
        return [one.id for one in self._made if one.id in self.refused and not self._answered(one)]

    @cached_property
    def returned(self) -> Mapping[int, Refusal]:
        """Return the steps that must act again, with the newest no that sends back to each."""
        by_id = {one.id: one for one in self._made}
        found = [(by_id[id].step, self.refused[id]) for id in self.unanswered]
        found += [(back_to(self._steps[one.step]), _said(one)) for one in self._letters if self._refuses_nothing(one)]
        return dict(sorted(found, key=lambda one: one[1].at))

    @cached_property
    def counting(self) -> Sequence[Made]:
        """Return what counts and may be a basis: in force, neither refused nor itself a refusal, and not made by a
        later step before something was sent back to an earlier.

        A refusal begins a new round: what followed from the refused document falls with it.
        """
        return [
            one
            for one in self._made
            if one.in_force
            and one.verdict not in NO
            and one.id not in self.refused
            and not self._fell(one)
            and not self._approves_refused(one)
        ]

    def next_due(self, document: Made) -> Due | None:
        """Return whose decision on this document is next; None when all are made, or it was sent back or says no
        itself.
        """
        if document.id in self.refused or document.verdict in NO:
            return None
        for step in endorsing_steps(self.procedure, document.step):
            roles = self._undecided(step, document)
            if roles:
                return Due(step, roles[0])
        return None

    def next_due_of(self, id: str) -> Due | None:
        """As `next_due`, of the document with this id."""
        document = next((one for one in self._made if one.id == id), None)
        return self.next_due(document) if document else None

    def subjects(self, step: Step) -> list[Made]:
        """Return what counts of that on which a step decides."""
        return self._at(step.endorses, self.counting) if step.endorsement else []

    def subject(self, step: Step) -> Made | None:
        """Return the newest document on which a step decides, also one that this very step refused."""
        made = self._at(step.endorses, [one for one in self._made if one.in_force])
        refused_before = {id for id, refusal in self.refused.items() if refusal.step != step.number}
        return next((one for one in reversed(made) if one.id not in refused_before), None)

    def lacks(self, step: Step) -> tuple[str, ...]:
        """Return the kinds that a step must still yield."""
        there = {one.kind for one in self.counting if one.step == step.number}
        return tuple(kind for kind in step.outputs if kind not in there)

    def awaits(self, step: Step) -> tuple[str, ...]:
        """Return the documents on which this very step's decision is the next."""
        due = ((one, self.next_due(one)) for one in self.subjects(step))
        return tuple(one.id for one, next_ in due if next_ is not None and next_.step.number == step.number)

    def next_role(self, step: Step) -> Role | None:
        """Return the role that decides next at a step; None when nothing waits for it."""
        roles = [roles[0] for one in self.subjects(step) if (roles := self._undecided(step, one))]
        return min(roles, key=step.endorser_roles.index, default=None)

    def decided_at(self, step: Step, document: Made) -> dt.datetime | None:
        """Return when a step had decided on a document, by all who decide there; None when it has not."""
        if self._undecided(step, document):
            return None
        letter = self._approval(step, document)
        given = [one.at for one in document.endorsements if one.step == step.number]
        return max(given) if given else letter.at if letter else None

    def _undecided(self, step: Step, document: Made) -> list[Role]:
        """Return who has still to decide. A letter that says yes, where the step yields that letter, is the
        decision.
        """
        given = {one.actor for one in document.endorsements if one.step == step.number}
        if self._approval(step, document) is not None or (given and len(step.endorser_roles) <= 1):
            return []
        return [role for role in step.endorser_roles or (step.signer_role,) if role not in given]

    def _approval(self, step: Step, document: Made) -> Made | None:
        """Return the letter by which the step said yes to a document."""
        for one in self.counting:
            if one.step == step.number and one.verdict and one.kind in step.outputs and self._follows(one, document):
                return one
        return None

    def _refusal(self, document: Made) -> Refusal | None:
        if document.endorsements and document.endorsements[-1].decision in NO:
            last = document.endorsements[-1]
            return Refusal(last.step, last.decision, last.at, endorsement=last)
        said = [one for one in self._letters if self._concerns(one, document)]
        # The last word of a step on a document stands.
        last_of_step = {one.step: one for one in said}
        found = [_said(one) for one in last_of_step.values() if one.verdict in NO]
        return found[-1] if found else None

    def _concerns(self, letter: Made, document: Made) -> bool:
        """Return whether a letter decides on a document: it came later, at a step that decides on the document's."""
        return bool(self._at(self._subject_step(letter), [document])) and self._follows(letter, document)

    def _subject_step(self, letter: Made) -> int | None:
        step = self._steps[letter.step]
        return step.endorses or (step.decision.tidak if step.decision else None)

    def _refuses_nothing(self, letter: Made) -> bool:
        """Return whether a letter says no where there is no document to send back, and nothing was made since."""
        target = back_to(self._steps[letter.step])
        if letter.verdict not in NO or target == letter.step:
            return False
        later = [one for one in self._made if one.in_force and self._follows(one, letter)]
        answered = any(one.step == target or (one.step == letter.step and one.verdict) for one in later)
        return not answered and not any(self._concerns(letter, one) for one in self._made)

    def _approves_refused(self, letter: Made) -> bool:
        """Return whether a letter says yes to what bears a no: a stamp stands until the document is made anew."""
        if letter.verdict is None or letter.step not in self._steps:
            return False
        before = [one for one in self._at(self._subject_step(letter), self._made) if self._follows(letter, one)]
        newest = {one.kind: one for one in before}.values()
        return any(said.decision in NO and said.at <= letter.at for one in newest for said in one.endorsements)

    def _answered(self, document: Made) -> bool:
        """Return whether another document took the place of a refused one."""
        refusal = self.refused[document.id]
        return any(
            (one.kind, one.step) == (document.kind, document.step)
            and one.in_force
            and self._follows(one, document)
            and one.at >= refusal.at
            for one in self._made
        )

    def _fell(self, document: Made) -> bool:
        """Return whether a later no sent the dossier back behind the step of a document."""
        by_stamp = any(document.step > target and document.at < at for target, at in self._stamped_rounds)
        return by_stamp or any(
            document.step > target and self._follows(letter, document) for target, letter in self._written_rounds
        )

    @cached_property
    def _written_rounds(self) -> Sequence[tuple[int, Made]]:
        """Return each letter that says no at a step that decides: the step it leads back to, and the letter."""
        found = [(back_to(self._steps[one.step]), one) for one in self._letters if one.verdict in NO]
        return [(target, letter) for target, letter in found if target < letter.step]

    @cached_property
    def _stamped_rounds(self) -> Sequence[tuple[int, dt.datetime]]:
        """Return each endorsement that says no: the step it leads back to, and when."""
        return [
            (back_to(self._steps[said.step]), said.at)
            for one in self._made
            for said in one.endorsements
            if said.decision in NO and said.step in self._steps
        ]

    def _at(self, number: int | None, made: Sequence[Made]) -> list[Made]:
        """Of `made`, what a step was to yield."""
        step = self._steps.get(number or 0)
        return [one for one in made if step and one.step == step.number and one.kind in step.outputs]

    def _follows(self, one: Made, other: Made) -> bool:
        return self._place[one.id] > self._place[other.id]


def _said(letter: Made) -> Refusal:
    """Return the no of a letter."""
    return Refusal(letter.step, letter.verdict or "tolak", letter.at, letter=letter.id)
