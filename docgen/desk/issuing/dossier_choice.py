"""Choose the dossier a letter goes into and the letter it replaces: those the request names, or the one it continues.

Nothing is replaced unless the request names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import why_not
from docgen.desk.dossiers.dossiers import courses_of, deciding_kinds
from docgen.errors import FieldError
from docgen.sop.course import Course
from storage.catalogue import documents, dossiers
from storage.catalogue.dossiers import Outline
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, visible_documents, wholly_visible_documents
from storage.errors import RecordMissing
from storage.records import Document, Dossier
from wording import say

NEW = "new"  # asks for a dossier of its own; ids have 26 characters
How = Literal["asked", "continued", "opened"]


@dataclass(frozen=True)
class NamedTarget:
    """What a request names: the id of a dossier, NEW or "", and the id of the letter to replace or ""."""

    dossier: str = ""
    replaces: str = ""


@dataclass(frozen=True)
class Target:
    """Where a letter goes: the dossier (None: its own), whether the request names it, and the letter it replaces.

    `candidates` are the documents by dossier among which an unnamed one was chosen, as they were then.
    """

    dossier: Dossier | None = None
    named: bool = False
    replaced: Document | None = None
    candidates: Mapping[str, Sequence[Outline]] | None = None

    @property
    def dossier_id(self) -> str:
        """Return the id of the dossier, "" for a new one."""
        return self.dossier.id if self.dossier else ""


@dataclass(frozen=True)
class DossierEntry:
    """How an issued letter came into its dossier, and how many other letters lie there."""

    how: How
    dossier: Dossier
    others: int

    def as_data(self) -> dict[str, Any]:
        """Return it as API answers hold it."""
        return {"how": self.how, "title": self.dossier.title, "others": self.others}


def find_continued(
    desk: Desk,
    tx: Connection,
    *,
    procedure: str,
    step: int,
    kind: str,
    assets: Sequence[str],
    within: Limits = NO_LIMITS,
    before: Target | None = None,
) -> Target:
    """Return the open dossier that a letter continues when none is named, or no dossier: the letter opens its own.

    A dossier is continued only where there is nothing to choose and nothing to harm. It is the only one of the
    procedure on exactly these assets that fits: of what counts in it nothing is of this kind at this step, or of a
    later step, and no step of it must act again because of a refusal. A matter without assets could be anything, so a
    collective dossier is continued only if the procedure has no other open one and something in it counts. A dossier
    outside of `within` looks absent.

    What was chosen `before` is returned again where none of the dossiers that it was chosen from changed since.
    """
    place = dossiers.Place(step, kind, deciding_kinds(desk))
    open_dossiers = dossiers.open_dossiers(tx, procedure, assets, *((500, place) if assets else (2,)))
    ids = [dossier.id for dossier in open_dossiers]
    outlines = dossiers.outlines_of(tx, ids)
    if before is not None and before.candidates == outlines:
        return before
    target = Target(candidates=outlines)
    if within:
        open_dossiers = dossiers.visible_dossiers(tx, open_dossiers, within)
    if not assets and len(open_dossiers) != 1:
        return target
    ids = [dossier.id for dossier in open_dossiers]
    seen = {id: outlines[id] for id in ids}
    courses = courses_of(desk, tx, ids, procedures=dict.fromkeys(ids, procedure), outlines=seen)
    fitting = [
        dossier
        for dossier in open_dossiers
        if _fits(outlines[dossier.id], courses.get(dossier.id), step, kind, bool(assets))
    ]
    return replace(target, dossier=fitting[0]) if len(fitting) == 1 else target


def _fits(outlines: Sequence[Outline], course: Course | None, step: int, kind: str, on_assets: bool) -> bool:
    """Return whether a letter of this step and kind continues the dossier of these documents."""
    if course is None or course.returned:
        return False
    counting_ids = {document.id for document in course.counting}
    counting = [outline for outline in outlines if outline.status in dossiers.ON_THE_WAY or outline.id in counting_ids]
    return (on_assets or bool(counting)) and not any(
        outline.step > step or (outline.step, outline.kind) == (step, kind) for outline in counting
    )


def find_named(
    tx: Connection, named: NamedTarget, *, procedure: str, step: int, kind: str, within: Limits
) -> tuple[Target, list[FieldError]]:
    """Return where a letter goes whose request names its dossier or the letter it replaces, and the errors in that.

    A replaced letter implies its dossier. What lies outside of `within` looks absent.
    """
    errors: list[FieldError] = []
    replaced = dossier = None
    if named.replaces:
        replaced, errors = _find_replaced(tx, named.replaces, procedure, step, kind, within)
    id = named.dossier or (replaced.dossier if replaced else "")
    if id and id != NEW:
        dossier, dossier_errors = _find_dossier(tx, id, procedure, within)
        errors += dossier_errors
    if replaced and id != replaced.dossier and not errors:
        errors.append(
            _error(
                "replaces", say("Naskah {number} ada pada berkas lain; pakai berkas yang sama.", number=replaced.number)
            )
        )
    return Target(dossier, named=True, replaced=replaced), errors


def check_target(tx: Connection, target: Target, within: Limits = NO_LIMITS) -> tuple[Dossier | None, list[FieldError]]:
    """Return the target's dossier as it is now, and what has come to forbid the target since.

    In a write transaction nobody can change it until the end.
    """
    errors, dossier = [], None
    if target.dossier:
        dossier = dossiers.hold_dossier(tx, target.dossier.id)
        errors += [_error("dossier", message) for message in [_why_closed(dossier)] if message]
    if target.replaced:
        replaced = documents.hold_document(tx, target.replaced.id)
        errors += [
            _error("replaces", message) for message in [why_not(tx, replaced, within=within, hold=True)] if message
        ]
    return dossier, errors


def find_entry(
    tx: Connection, document: Document, *, is_named: bool, within: Limits = NO_LIMITS, dossier: Dossier | None = None
) -> DossierEntry:
    """Return how a document came into its dossier; `is_named`: the request named that, or a letter to replace.

    Letters outside of `within` are not counted. Who knows its `dossier` hands it in.
    """
    dossier = dossier or dossiers.get_dossier(tx, document.dossier)
    ids = [other.id for other in dossiers.outlines_of(tx, [dossier.id])[dossier.id] if other.id != document.id]
    return DossierEntry(
        how="opened" if opened_by(document, dossier) else "asked" if is_named else "continued",
        dossier=dossier,
        others=len(visible_documents(tx, ids, within)),
    )


def opened_by(document: Document, dossier: Dossier) -> bool:
    """Return whether a document opened its dossier."""
    return dossier.opened_at == document.created_at


def _find_replaced(
    tx: Connection, id: str, procedure: str, step: int, kind: str, within: Limits
) -> tuple[Document | None, list[FieldError]]:
    """Return the letter to replace, and the errors: it must be in force, of the same kind and at the same step."""
    try:
        document = documents.get_document(tx, id)
    except RecordMissing as error:
        return None, [_error("replaces", str(error))]
    if within and not wholly_visible_documents(tx, [id], within):
        return None, [_error("replaces", say("Naskah {id} tidak ada dalam arsip.", id=repr(id)))]
    if (document.kind, document.procedure, document.step) != (kind, procedure, step):
        message = say(
            "Naskah {number} berjenis atau berlangkah lain. Ganti dengan jenis dan langkah yang sama.",
            number=document.number,
        )
        return document, [_error("replaces", message)]
    why = why_not(tx, document, within=within)
    return document, [_error("replaces", why)] if why else []


def _find_dossier(tx: Connection, id: str, procedure: str, within: Limits) -> tuple[Dossier | None, list[FieldError]]:
    try:
        dossier = dossiers.get_dossier(tx, id)
    except RecordMissing as error:
        return None, [_error("dossier", str(error))]
    if within and not dossiers.is_dossier_visible(tx, id, within):
        return None, [_error("dossier", say("Berkas {id} tidak ada.", id=repr(id)))]
    if dossier.procedure != procedure:
        return dossier, [
            _error(
                "dossier", say("Berkas {id} adalah berkas prosedur {procedure}.", id=id, procedure=dossier.procedure)
            )
        ]
    why = _why_closed(dossier)
    return dossier, [_error("dossier", why)] if why else []


def _why_closed(dossier: Dossier) -> str:
    return say("Berkas {id} sudah ditutup; buka berkas baru.", id=dossier.id) if dossier.closed_at is not None else ""


def _error(field: str, message: str) -> FieldError:
    return FieldError(field, message)
