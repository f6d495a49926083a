"""Compute the state of a dossier from its documents: which count, which were refused, and whose decision is next.

A refusal is an endorsement (perbaiki, tolak) or a letter that itself refuses, such as a Lembar Persetujuan that reads
Ditolak: both are the SOP's "tidak". Pure: computed from the documents each time.
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
class DossierDocument:
    """A document of a dossier: when it was made, and whether it is in force (not void, not superseded, archived).

    `verdict` is the decision that the letter itself carries, None for a letter that decides nothing. One that
    `awaits_number` is there, but does not count before its number comes.
    """

    id: str
    kind: str
    step: int
    at: dt.datetime
    in_force: bool
    endorsements: tuple[Endorsement, ...] = ()
    verdict: Decision | None = None
    awaits_number: bool = False


@dataclass(frozen=True)
class Refusal:
    """A refusal that sends a document back: step, decision and time.

    It is an `endorsement`, or the document `letter` (its id).
    """

    step: int
    decision: Decision
    at: dt.datetime
    letter: str = ""
    endorsement: Endorsement | None = None


class Approval(NamedTuple):
    """The last yes on a document on which nothing is left to decide."""

    decision: Decision
    at: dt.datetime


class DueDecision(NamedTuple):
    """The next decision on a document: its step and role."""

    step: Step
    role: Role


def endorsing_steps(procedure: Procedure, step: int) -> list[Step]:
    """Return the steps that decide on the documents of step `step`, in order."""
    return [one for one in procedure.steps if one.endorsement and one.endorses == step]


def decisions_on(procedure: Procedure, step: int) -> int:
    """Return the number of decisions the SOP asks for on a document of step `step`."""
    return sum(len(one.endorser_roles) for one in endorsing_steps(procedure, step))


def checking_step(procedure: Procedure, step: int) -> Step | None:
    """Return the step that approves the documents of step `step` by a document of its own; only its refusal is an
    endorsement.

    E2 of the SOP: a telaahan is the yes; the no sends the identification back to step 1.
    """
    for one in procedure.steps:
        if one.decision and not one.endorsement and one.decision.tidak == step and one.number > step:
            return one
    return None


def returns_to(step: Step) -> int:
    """Return the step that a refusal at this step leads back to: the SOP's "Tidak", else the step it decides on."""
    return step.decision.tidak if step.decision else step.endorses or step.number


class Course:
    """The documents of a dossier, oldest first, in the light of its procedure."""

    def __init__(self, procedure: Procedure, documents: Sequence[DossierDocument]) -> None:
        self.procedure = procedure
        self._documents = documents
        self._steps = {step.number: step for step in procedure.steps}
        self._order = {one.id: place for place, one in enumerate(documents)}
        self._letters = [one for one in documents if one.in_force and one.verdict and one.step in self._steps]

    @property
    def verdicts(self) -> Mapping[str, Decision]:
        """Return the decision that each letter in force carries, by the letter's id."""
        return {one.id: one.verdict for one in self._letters if one.verdict}

    @cached_property
    def refused(self) -> Mapping[str, Refusal]:
        """Return the refusal of each document in force that was sent back or refused, by the document's id."""
        found = ((one.id, self._refusal(one)) for one in self._documents if one.in_force)
        return {id: refusal for id, refusal in found if refusal is not None}

    @cached_property
    def unanswered(self) -> Sequence[str]:
        """Return the ids of refused documents that no later document replaces, oldest first."""
        return [one.id for one in self._documents if one.id in self.refused and not self._answered(one)]

    @cached_property
    def returned(self) -> Mapping[int, Refusal]:
        """Return the steps that must act again, each with the newest refusal that leads back to it."""
        by_id = {one.id: one for one in self._documents}
        found = [(by_id[id].step, self.refused[id]) for id in self.unanswered]
        alone = [one for one in self._letters if self._refuses_nothing(one)]
        found += [(returns_to(self._steps[one.step]), _refusal_in(one)) for one in alone]
        return dict(sorted(found, key=lambda one: one[1].at))

    @cached_property
    def counting(self) -> Sequence[DossierDocument]:
        """Return the documents that count and may be a basis: in force, not refused, no refusals themselves, and not
        made by a later step before a refusal led back to an earlier one.

        A refusal begins a new round: what followed from the refused document no longer counts.
        """
        return [
            one
            for one in self._documents
            if one.in_force
            and one.verdict not in NO
            and one.id not in self.refused
            and not self._precedes_refusal(one)
            and not self._approves_refused(one)
        ]

    @cached_property
    def approvals(self) -> Mapping[str, Approval]:
        """Return the last yes on each document in force on which all decisions are made, by the document's id."""
        approvals: dict[str, Approval] = {}
        for one in self._documents:
            if not one.in_force or one.id in self.refused or self.next_due(one) is not None:
                continue
            steps = endorsing_steps(self.procedure, one.step)
            letters = [letter for step in steps if (letter := self._approval(step, one)) is not None]
            given = [Approval(letter.verdict, letter.at) for letter in letters if letter.verdict]
            given += [Approval(made.decision, made.at) for made in one.endorsements if made.decision not in NO]
            if given:
                approvals[one.id] = max(given, key=lambda approval: approval.at)
        return approvals

    def next_due(self, document: DossierDocument) -> DueDecision | None:
        """Return the next decision on this document; None if all are made, it was refused, or is itself a refusal."""
        if document.id in self.refused or document.verdict in NO:
            return None
        for step in endorsing_steps(self.procedure, document.step):
            roles = self._undecided(step, document)
            if roles:
                return DueDecision(step, roles[0])
        return None

    def next_due_of(self, id: str) -> DueDecision | None:
        """Return the `next_due` of the document with this id."""
        document = next((one for one in self._documents if one.id == id), None)
        return self.next_due(document) if document else None

    def subjects(self, step: Step) -> list[DossierDocument]:
        """Return the documents that count and that a step decides on."""
        return self._outputs_of(step.endorses, self.counting) if step.endorsement else []

    def subject(self, step: Step) -> DossierDocument | None:
        """Return the newest document on which a step decides, including one that this step itself refused."""
        documents = self._outputs_of(step.endorses, [one for one in self._documents if one.in_force])
        refused_before = {id for id, refusal in self.refused.items() if refusal.step != step.number}
        return next((one for one in reversed(documents) if one.id not in refused_before), None)

    def lacks(self, step: Step) -> tuple[str, ...]:
        """Return the kinds of documents that a step must still produce."""
        yielded_kinds = {one.kind for one in self.counting if one.step == step.number}
        return tuple(kind for kind in step.outputs if kind not in yielded_kinds)

    def unnumbered(self, step: Step) -> list[DossierDocument]:
        """Return the documents of a step that wait for a number of another system."""
        return [document for document in self._documents if document.awaits_number and document.step == step.number]

    def awaits(self, step: Step) -> tuple[str, ...]:
        """Return the ids of documents whose next decision is this step's."""
        due = ((one, self.next_due(one)) for one in self.subjects(step))
        return tuple(one.id for one, next_ in due if next_ is not None and next_.step.number == step.number)

    def next_role(self, step: Step) -> Role | None:
        """Return the role that decides next at a step; None if no document waits for it."""
        roles = [roles[0] for one in self.subjects(step) if (roles := self._undecided(step, one))]
        return min(roles, key=step.endorser_roles.index, default=None)

    def decided_at(self, step: Step, document: DossierDocument) -> dt.datetime | None:
        """Return when all roles of a step had decided on a document; None if they have not."""
        if self._undecided(step, document):
            return None
        letter = self._approval(step, document)
        own_decisions = [one.at for one in document.endorsements if one.step == step.number]
        return max(own_decisions) if own_decisions else letter.at if letter else None

    def _undecided(self, step: Step, document: DossierDocument) -> list[Role]:
        """Return the roles that must still decide. A letter that approves, where the step produces it, is the
        decision.
        """
        roles = {one.actor for one in document.endorsements if one.step == step.number}
        if self._approval(step, document) is not None or (roles and len(step.endorser_roles) <= 1):
            return []
        return [role for role in step.endorser_roles or (step.signer_role,) if role not in roles]

    def _approval(self, step: Step, document: DossierDocument) -> DossierDocument | None:
        """Return the letter by which the step approved a document."""
        for one in self.counting:
            if one.step == step.number and one.verdict and one.kind in step.outputs and self._follows(one, document):
                return one
        return None

    def _refusal(self, document: DossierDocument) -> Refusal | None:
        if document.endorsements and document.endorsements[-1].decision in NO:
            last = document.endorsements[-1]
            return Refusal(last.step, last.decision, last.at, endorsement=last)
        letters = [one for one in self._letters if self._concerns(one, document)]
        # The last word of a step on a document stands.
        last_of_step = {one.step: one for one in letters}
        found = [_refusal_in(one) for one in last_of_step.values() if one.verdict in NO]
        return found[-1] if found else None

    def _concerns(self, letter: DossierDocument, document: DossierDocument) -> bool:
        """Return whether a letter decides on a document: it came later, at a step that decides on the document's."""
        return bool(self._outputs_of(self._subject_step(letter), [document])) and self._follows(letter, document)

    def _subject_step(self, letter: DossierDocument) -> int | None:
        step = self._steps[letter.step]
        return step.endorses or (step.decision.tidak if step.decision else None)

    def _refuses_nothing(self, letter: DossierDocument) -> bool:
        """Return whether a letter refuses where there is no document to send back, and nothing was made since."""
        target = returns_to(self._steps[letter.step])
        if letter.verdict not in NO or target == letter.step:
            return False
        later = [one for one in self._documents if one.in_force and self._follows(one, letter)]
        answered = any(one.step == target or (one.step == letter.step and one.verdict) for one in later)
        return not answered and not any(self._concerns(letter, one) for one in self._documents)

    def _approves_refused(self, letter: DossierDocument) -> bool:
        """Return whether a letter approves a document with a refusing stamp, which stands until the document is made
        again.
        """
        if letter.verdict is None or letter.step not in self._steps:
            return False
        subjects = self._outputs_of(self._subject_step(letter), self._documents)
        newest = {one.kind: one for one in subjects if self._follows(letter, one)}.values()
        endorsements = [endorsement for one in newest for endorsement in one.endorsements]
        return any(one.decision in NO and one.at <= letter.at for one in endorsements)

    def _answered(self, document: DossierDocument) -> bool:
        """Return whether a later document replaces a refused one."""
        refusal = self.refused[document.id]
        return any(
            (one.kind, one.step) == (document.kind, document.step)
            and one.in_force
            and self._follows(one, document)
            and one.at >= refusal.at
            for one in self._documents
        )

    def _precedes_refusal(self, document: DossierDocument) -> bool:
        """Return whether a later refusal led the dossier back to before the document's step."""
        by_stamp = any(document.step > target and document.at < at for target, at in self._refusing_endorsements)
        return by_stamp or any(
            document.step > target and self._follows(letter, document) for target, letter in self._refusing_letters
        )

    @cached_property
    def _refusing_letters(self) -> Sequence[tuple[int, DossierDocument]]:
        """Return each letter that refuses at a deciding step, with the step it leads back to."""
        found = [(returns_to(self._steps[one.step]), one) for one in self._letters if one.verdict in NO]
        return [(target, letter) for target, letter in found if target < letter.step]

    @cached_property
    def _refusing_endorsements(self) -> Sequence[tuple[int, dt.datetime]]:
        """Return for each endorsement that refuses the step it leads back to, and when."""
        return [
            (returns_to(self._steps[endorsement.step]), endorsement.at)
            for one in self._documents
            for endorsement in one.endorsements
            if endorsement.decision in NO and endorsement.step in self._steps
        ]

    def _outputs_of(self, number: int | None, documents: Sequence[DossierDocument]) -> list[DossierDocument]:
        """Return those of `documents` that a step was to produce."""
        step = self._steps.get(number or 0)
        return [one for one in documents if step and one.step == step.number and one.kind in step.outputs]

    def _follows(self, one: DossierDocument, other: DossierDocument) -> bool:
        return self._order[one.id] > self._order[other.id]


def _refusal_in(letter: DossierDocument) -> Refusal:
    """Return the refusal that a letter carries."""
    return Refusal(letter.step, letter.verdict or "tolak", letter.at, letter=letter.id)
