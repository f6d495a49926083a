"""Documents and dossiers as the API shows them, with absolute addresses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from docgen.desk import Desk
from docgen.desk.bundles.document_pages import warnings_of
from docgen.desk.decisions.endorse import turn_of
from docgen.desk.dossiers.dossiers import DossierView, course_of
from docgen.desk.dossiers.standing import standing_alone, standing_of_new
from docgen.desk.issuing.dossier_choice import DossierEntry, find_entry, opened_by
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.attachment_report import signed_file_report
from docgen.desk.revisions.document_history import DocumentState, states_of
from docgen.desk.revisions.journal import ArchivedRevision
from docgen.numbering.number_systems import shown_number
from docgen.sop.course import Refusal
from docgen.sop.progress import StepProgress
from storage import records
from storage.catalogue import documents, journal
from storage.catalogue.numbering import foreign_numbers
from storage.catalogue.signatures import awaited
from storage.catalogue.standings import Standing
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, is_document_visible, visible_documents
from web.api.schemas import answers

NO_SIGNATURE: Mapping[str, Any] = {"state": "none", "official": None, "since": None, "reason": ""}


def document(desk: Desk, tx: Connection, record: records.Document, within: Limits = NO_LIMITS) -> answers.Document:
    """Return a document with its current files, none while it is reserved; names no other document outside `within`."""
    return answers.Document.model_validate(_documents(desk, tx, [record], within)[0])


def issued_document(
    desk: Desk, letter: ArchivedRevision, request: DocumentRequest, within: Limits
) -> answers.IssuedDocument:
    """Return a document that was just issued at this request, with its dossier and the letter it replaces.

    Of one that opened its dossier everything is known: nothing is read.
    """
    record, dossier, submission = letter.document, letter.dossier, letter.submission
    if dossier is None or submission is None:  # an earlier call made it
        with desk.catalogue.read() as tx:
            joined = find_entry(tx, record, is_named=request.names_target, within=within)
            [values] = _documents(desk, tx, [record])
    elif opened_by(record, dossier):
        joined = DossierEntry("opened", dossier, others=0)
        values = _new_document(desk, letter, submission, standing_alone(desk, record, dossier, submission.data))
    else:
        with desk.catalogue.read() as tx:
            joined = find_entry(tx, record, is_named=request.names_target, within=within, dossier=dossier)
            values = _new_document(desk, letter, submission, standing_of_new(desk, tx, record))
    extra = {"dossier_joined": joined.as_data(), "replaces": request.replaces or None}
    return answers.IssuedDocument.model_validate({**values, **extra})


def _new_document(
    desk: Desk, letter: ArchivedRevision, submission: records.Submission, standing: Standing | None
) -> dict[str, Any]:
    """Return as `_documents` a letter that this call made, and that nobody decided on, signed or numbered since."""
    record = letter.document
    state = record.status if standing is None else standing.state
    signature = NO_SIGNATURE
    if submission.signing == "bsre":
        signature = {**NO_SIGNATURE, "state": "awaiting", "official": record.signer, "since": record.created_at}
    return _document(desk, record, letter.revision, [], state, []) | {"signatures": signature}


def attached_document(desk: Desk, tx: Connection, record: records.Document) -> answers.AttachedDocument:
    """Return a document with its newest attachment."""
    revisions = documents.list_revisions(tx, record.id)
    extra = {
        "attachment": _attachment(desk, record.id, revisions[-1].attachments[-1]),
        "warnings": warnings_of(revisions),
    }
    [values] = _documents(desk, tx, [record])
    return answers.AttachedDocument.model_validate({**values, **extra})


def found_documents(
    desk: Desk, tx: Connection, found: Sequence[records.Document], within: Limits = NO_LIMITS
) -> list[answers.FoundDocument]:
    """Return documents as a list shows them; limits as in `document`."""
    values_by_row = _documents(desk, tx, found, within)
    return [
        answers.FoundDocument.model_validate({**values, **_list_columns(record)})
        for record, values in zip(found, values_by_row, strict=True)
    ]


def document_record(
    desk: Desk, tx: Connection, record: records.Document, within: Limits = NO_LIMITS
) -> answers.DocumentRecord:
    """Return everything about a document; limits as in `document`."""
    past = [
        {
            **revision.model_dump(include={"number", "created_at", "created_by", "reason", "change"}),
            **_files(desk, revision, True),
            "attachments": [_attachment(desk, record.id, attachment) for attachment in revision.attachments],
        }
        for revision in documents.list_revisions(tx, record.id)
    ]
    turn = turn_of(desk, tx, record)
    awaited = turn and {
        "step": turn.step.number,
        "role": turn.role,
        "decisions": turn.decisions,
        "officials": [official.id for official in turn.officials],
    }
    [values] = _documents(desk, tx, [record], within)
    line = journal.get_pending(tx, record.id)
    obstacle = (
        {"reason": line.error, "final": line.given_up, "attempts": line.attempts} if line and line.error else None
    )
    course = course_of(desk, tx, record.dossier)
    refusal = _refusal(course.refused.get(record.id) if course else None)
    if refusal and refusal["letter"] and not is_document_visible(tx, refusal["letter"], within):
        refusal |= {"letter": None}
    extra = {"revisions": past, "awaited": awaited, "obstacle": obstacle, "refusal": refusal}
    return answers.DocumentRecord.model_validate({**values, **_list_columns(record), **extra})


def dossier(desk: Desk, tx: Connection, view: DossierView, within: Limits = NO_LIMITS) -> answers.Dossier:
    """Return a dossier, step by step; steps of an SOP revised since come last."""
    shown_documents = found_documents(desk, tx, view.documents, within)
    step_numbers = {step.step.number for step in view.steps}
    steps = [_step(step, shown_documents) for step in view.steps]
    steps += [
        _old_step(number, shown_documents) for number in sorted({step.step for step in shown_documents} - step_numbers)
    ]
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


def found_dossier(desk: Desk, record: records.Dossier) -> dict[str, Any]:
    """Return a dossier as a list shows it, as values of `answers.FoundDossier`."""
    status = "open" if record.closed_at is None else "closed"
    return {**record.model_dump(), "status": status, "href": desk.links.api(f"dossiers/{record.id}")}


def document_address(desk: Desk, id: str) -> str:
    """Return the address of a document in the API."""
    return desk.links.api(f"documents/{id}")


def _documents(
    desk: Desk, tx: Connection, found: Sequence[records.Document], within: Limits = NO_LIMITS
) -> list[dict[str, Any]]:
    """Return documents as values of `answers.Document`, with their current files and the decisions on them."""
    if within:
        visible = visible_documents(tx, [record.replaced_by for record in found if record.replaced_by], within)
        found = [
            record if record.replaced_by in visible else record.model_copy(update={"replaced_by": ""})
            for record in found
        ]
    revisions = documents.current_revisions(tx, found)
    endorsements, signed = documents.marks_of(tx, [record.id for record in found])
    states = states_of(desk, tx, found)
    signatures = _signatures(tx, found, signed)
    numbers = foreign_numbers.of_documents(tx, [record.id for record in found])
    return [
        _document(
            desk,
            record,
            revisions.get(record.id),
            endorsements.get(record.id, []),
            states[record.id],
            numbers.get(record.id, []),
        )
        | {"signatures": signatures[record.id]}
        for record in found
    ]


def _signatures(
    tx: Connection, letters: Sequence[records.Document], signed: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Return how each of these documents stands with its electronic signature, by id; those in `signed` were signed."""
    ids = [record.id for record in letters]
    rows = awaited.find(tx, ids)
    return {
        id: {"state": "awaiting", **rows[id].model_dump(include=NO_SIGNATURE.keys() - {"state"})}
        if id in rows
        else {**NO_SIGNATURE, "state": "signed" if id in signed else "none"}
        for id in ids
    }


def _document(
    desk: Desk,
    record: records.Document,
    revision: records.Revision | None,
    endorsements: Sequence[records.Endorsement],
    state: DocumentState,
    numbers: Sequence[records.ForeignNumber],
) -> dict[str, Any]:
    columns = {
        "id",
        "status",
        "kind",
        "procedure",
        "step",
        "assets",
        "dossier",
        "date",
        "revision",
        "division",
        "series",
    }
    links = {
        "self": document_address(desk, record.id),
        "page": desk.links.document(record.id),
        "verify": desk.links.verification(record.code),
    }
    files = {"pdf": None, "docx": None, "key": None} if revision is None else _files(desk, revision, False)
    return {
        **record.model_dump(include=columns),
        "number": shown_number(record),
        "numbering": record.numbering or None,
        "foreign_numbers": [
            {"by": number.system, **number.model_dump(include={"number", "date", "source"})} for number in numbers
        ],
        **files,
        "links": links,
        "key": revision.pdf.key if revision is not None else None,
        "endorsements": [
            decision.model_dump(exclude={"role", "actor", "by"}) | {"role": decision.actor} for decision in endorsements
        ],
        "replaced_by": record.replaced_by or None,
        "security": record.security or None,
        "standing": state,
    }


def _step(step: StepProgress, shown_documents: Sequence[answers.FoundDocument]) -> dict[str, Any]:
    return {
        "number": step.step.number,
        "activity": step.step.activity,
        "outputs": step.step.outputs,
        "endorsement": step.step.endorsement,
        "state": step.state,
        "actor": step.actor,
        "documents": [document for document in shown_documents if document.step == step.step.number],
        "missing": step.lacks,
        "awaits": step.awaits,
        "started_at": step.started,
        "finished_at": step.finished,
        "due": step.due,
        "overdue": step.late,
        "decided": step.decided is not None,
        "refusal": _refusal(step.refusal),
    }


def _refusal(refusal: Refusal | None) -> dict[str, Any] | None:
    if refusal is None:
        return None
    return {"step": refusal.step, "decision": refusal.decision, "at": refusal.at, "letter": refusal.letter or None}


def _old_step(number: int, shown_documents: Sequence[answers.FoundDocument]) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(("endorsement", "actor", "started_at", "finished_at", "due", "refusal"))
    of_step = [document for document in shown_documents if document.step == number]
    empty: dict[str, Any] = {name: [] for name in ("outputs", "missing", "awaits")}
    return (
        {"number": number, "activity": "", "state": "done", "documents": of_step, "overdue": False, "decided": False}
        | nothing
        | empty
    )


def _list_columns(one: records.Document) -> dict[str, Any]:
    return one.model_dump(include={"title", "signer", "status_reason", "created_at", "created_by"})


def _attachment(desk: Desk, document: str, attachment: records.Attachment) -> dict[str, Any]:
    address = f"{document_address(desk, document)}/attachments"
    return {
        **attachment.model_dump(include={"sort", "name", "report"}),
        **attachment.file.model_dump(include={"sha256", "size", "pages"}),
        "href": f"{address}/{attachment.file.sha256}",
        "originals": [
            {
                **original.model_dump(include={"name", "pages", "shared"}),
                **original.file.model_dump(include={"sha256", "size", "content_type"}),
                "href": f"{address}/{original.file.sha256}",
            }
            for original in attachment.originals
        ],
        "takes_place": attachment.sort == "signed",
        "reason": signed_file_report(attachment).reason,
    }


def _files(desk: Desk, revision: records.Revision, pinned: bool) -> dict[str, Any]:
    """Return PDF and Word file of a revision; `pinned` addresses stay with it when a newer revision comes."""
    address = document_address(desk, revision.document)
    suffix = f"?revision={revision.number}" if pinned else ""
    docx = revision.docx.model_dump(include={"sha256", "size"})
    pdf = revision.pdf.model_dump(include={"sha256", "size", "pages"})
    return {
        "pdf": {"href": f"{address}/pdf{suffix}", **pdf},
        "docx": {"href": f"{address}/docx{suffix}", **docx},
    }
