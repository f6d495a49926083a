"""Documents and dossiers as the API shows them, with absolute addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from docgen.desk import Desk
from docgen.desk.bundles.document_pages import warnings_of
from docgen.desk.decisions.endorse import turn_of
from docgen.desk.dossiers.dossiers import DossierView, course_of, refused_by_letters
from docgen.desk.issuing.dossier_choice import Joined
from docgen.desk.revisions.standing import STATE_OF_NO, sent_back
from docgen.sop.course import Refusal
from docgen.sop.progress import StepProgress
from storage import records
from storage.catalogue import documents, journal
from storage.catalogue.limits import NO_LIMITS, Limits, is_within, seen_within
from web.api.schemas import answers


def document(desk: Desk, tx: Connection, one: records.Document, within: Limits = NO_LIMITS) -> answers.Document:
    """A document with its current files; while it is reserved it has none. It names no other outside of `within`."""
    return answers.Document.model_validate(_documents(desk, tx, [one], within)[0])


def issued_document(
    desk: Desk, tx: Connection, one: records.Document, joined: Joined, replaces: str | None
) -> answers.IssuedDocument:
    """A document that was just issued, with what became of its dossier and of the letter it replaces."""
    [plain] = _documents(desk, tx, [one])
    more = {"dossier_joined": joined.as_data(), "replaces": replaces or None}
    return answers.IssuedDocument.model_validate({**plain, **more})


def attached_document(desk: Desk, tx: Connection, one: records.Document) -> answers.AttachedDocument:
    """A document with the attachment that came last."""
    revisions = documents.list_revisions(tx, one.id)
    more = {"attachment": _attachment(desk, one.id, revisions[-1].attachments[-1]), "warnings": warnings_of(revisions)}
    [plain] = _documents(desk, tx, [one])
    return answers.AttachedDocument.model_validate({**plain, **more})


def found_documents(
    desk: Desk, tx: Connection, found: Sequence[records.Document], within: Limits = NO_LIMITS
) -> list[answers.FoundDocument]:
    """Documents as a list shows them; as `document`."""
    plain = _documents(desk, tx, found, within)
    return [answers.FoundDocument.model_validate({**one, **_shown(it)}) for it, one in zip(found, plain, strict=True)]


def document_record(
    desk: Desk, tx: Connection, one: records.Document, within: Limits = NO_LIMITS
) -> answers.DocumentRecord:
    """Everything about a document; as `document`."""
    past = [
        {
            **revision.model_dump(include={"number", "created_at", "created_by", "reason", "change"}),
            **_files(desk, revision, True),
            "attachments": [_attachment(desk, one.id, it) for it in revision.attachments],
        }
        for revision in documents.list_revisions(tx, one.id)
    ]
    turn = turn_of(desk, tx, one)
    awaited = turn and {
        "step": turn.step.number,
        "role": turn.role,
        "decisions": turn.decisions,
        "officials": [official.id for official in turn.officials],
    }
    [plain] = _documents(desk, tx, [one], within)
    line = journal.get_pending(tx, one.id)
    obstacle = (
        {"reason": line.error, "final": line.given_up, "attempts": line.attempts} if line and line.error else None
    )
    course = course_of(desk, tx, one.dossier)
    refusal = _refusal(course.refused.get(one.id) if course else None)
    if refusal and refusal["letter"] and not is_within(tx, refusal["letter"], within):
        refusal |= {"letter": None}
    more = {"revisions": past, "awaited": awaited, "obstacle": obstacle, "refusal": refusal}
    return answers.DocumentRecord.model_validate({**plain, **_shown(one), **more})


def dossier(desk: Desk, tx: Connection, view: DossierView, within: Limits = NO_LIMITS) -> answers.Dossier:
    """A dossier, step by step; steps of documents made under an SOP that was revised since come last."""
    shown = found_documents(desk, tx, view.documents, within)
    known = {one.step.number for one in view.steps}
    steps = [_step(one, shown) for one in view.steps]
    steps += [_old_step(number, shown) for number in sorted({one.step for one in shown} - known)]
    current = view.current
    return answers.Dossier.model_validate(
        {
            **found_dossier(desk, view.dossier),
            "complete": bool(view.steps) and not view.lacking,
            "current": current.step.number if current else None,
            "overdue": current is not None and current.late,
            "steps": steps,
        }
    )


def found_dossier(desk: Desk, one: records.Dossier) -> dict[str, Any]:
    """A dossier as a list shows it, as values of `models.FoundDossier`."""
    status = "open" if one.closed_at is None else "closed"
    return {**one.model_dump(), "status": status, "href": desk.links.api(f"dossiers/{one.id}")}


def document_address(desk: Desk, id: str) -> str:
    """The address of a document in the API."""
    return desk.links.api(f"documents/{id}")


def _documents(
    desk: Desk, tx: Connection, found: Sequence[records.Document], within: Limits = NO_LIMITS
) -> list[dict[str, Any]]:
    """Documents as values of `models.Document`, with their current files and the decisions on them."""
    if within:
        others = seen_within(tx, [one.replaced_by for one in found if one.replaced_by], within)
        found = [one if one.replaced_by in others else one.model_copy(update={"replaced_by": ""}) for one in found]
    revisions = documents.current_revisions(tx, found)
    endorsements = documents.endorsements_of(tx, [one.id for one in found])
    refused = refused_by_letters(desk, tx, found)
    return [
        _document(desk, one, revisions.get(one.id), endorsements.get(one.id, []), refused.get(one.id)) for one in found
    ]


def _document(
    desk: Desk,
    one: records.Document,
    revision: records.Revision | None,
    endorsements: Sequence[records.Endorsement],
    refused: records.Decision | None,
) -> dict[str, Any]:
    no = (sent_back(endorsements) or refused) if one.status == "issued" else None
    plain = {"id", "number", "status", "kind", "procedure", "step", "assets", "dossier", "date", "revision"}
    links = {
        "self": document_address(desk, one.id),
        "page": desk.links.document(one.id),
        "verify": desk.links.verification(one.code),
    }
    files = {"pdf": None, "docx": None, "key": None} if revision is None else _files(desk, revision, False)
    return {
        **one.model_dump(include=plain),
        **files,
        "links": links,
        "key": revision.pdf.key if revision is not None else None,
        "endorsements": [
            decision.model_dump(exclude={"role", "actor", "by"}) | {"role": decision.actor} for decision in endorsements
        ],
        "replaced_by": one.replaced_by or None,
        "standing": STATE_OF_NO[no] if no else one.status,
    }


def _step(one: StepProgress, made: Sequence[answers.FoundDocument]) -> dict[str, Any]:
    return {
        "number": one.step.number,
        "activity": one.step.activity,
        "outputs": one.step.outputs,
        "endorsement": one.step.endorsement,
        "state": one.state,
        "actor": one.actor,
        "documents": [document for document in made if document.step == one.step.number],
        "missing": one.lacks,
        "awaits": one.awaits,
        "started_at": one.started,
        "finished_at": one.finished,
        "due": one.due,
        "overdue": one.late,
        "decided": one.decided is not None,
        "refusal": _refusal(one.refusal),
    }


def _refusal(one: Refusal | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"step": one.step, "decision": one.decision, "at": one.at, "letter": one.letter or None}


def _old_step(number: int, made: Sequence[answers.FoundDocument]) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(("endorsement", "actor", "started_at", "finished_at", "due", "refusal"))
    here = [document for document in made if document.step == number]
    empty: dict[str, Any] = {name: [] for name in ("outputs", "missing", "awaits")}
    return (
        {"number": number, "activity": "", "state": "done", "documents": here, "overdue": False, "decided": False}
        | nothing
        | empty
    )


def _shown(one: records.Document) -> dict[str, Any]:
    return one.model_dump(include={"title", "signer", "status_reason", "created_at", "created_by"})


def _attachment(desk: Desk, document: str, one: records.Attachment) -> dict[str, Any]:
    address = f"{document_address(desk, document)}/attachments"
    return {
        **one.model_dump(include={"sort", "name", "report"}),
        **one.file.model_dump(include={"sha256", "size", "pages"}),
        "href": f"{address}/{one.file.sha256}",
        "originals": [
            {
                **it.model_dump(include={"name", "pages", "shared"}),
                **it.file.model_dump(include={"sha256", "size", "content_type"}),
                "href": f"{address}/{it.file.sha256}",
            }
            for it in one.originals
        ],
        "takes_place": one.sort == "signed",
        "reason": str(one.report.get("reason", "")),
    }


def _files(desk: Desk, revision: records.Revision, pinned: bool) -> dict[str, Any]:
    """PDF and Word file of a revision; `pinned` addresses stay with this revision when a newer one comes."""
    address = document_address(desk, revision.document)
    suffix = f"?revision={revision.number}" if pinned else ""
    docx = revision.docx.model_dump(include={"sha256", "size"})
    pdf = revision.pdf.model_dump(include={"sha256", "size", "pages"})
    return {
        "pdf": {"href": f"{address}/pdf{suffix}", **pdf},
        "docx": {"href": f"{address}/docx{suffix}", **docx},
    }
