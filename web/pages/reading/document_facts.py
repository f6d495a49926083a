"""What the page of a document shows: the document, its dossier and course, its files, and what can be done with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from docgen.desk import Desk
from docgen.desk.bundles.document_pages import warnings_of
from docgen.desk.decisions.endorse import allowed_among, turn_of
from docgen.desk.dossiers.dossiers import DossierView, view_dossier
from docgen.desk.revisions.attachment_report import signed_file_report
from docgen.desk.revisions.authenticity import proven_revisions
from docgen.desk.revisions.signature_proof import public_proof
from docgen.desk.signing.office_seal_bsre import seals_through_bsre
from docgen.errors import NotFound
from docgen.sop import Step
from docgen.sop.reasons import usual_reasons
from storage.catalogue import documents, dossiers, journal, registers
from storage.catalogue.journal import Pending
from storage.catalogue.numbering import foreign_numbers
from storage.catalogue.visibility.limits import visible_documents
from storage.errors import RecordMissing
from storage.records import IN_FORCE, Asset, Attachment, Document, Official, Revision
from web.desk import get_desk
from web.pages.reading.number_form import NumberForm, number_form
from web.pages.reading.signature_panel import signature_panel
from web.pages.shell.access import limits, me
from wording import say

LONGEST_REASON = 1000


def document_facts(id: str, number: NumberForm | None) -> dict[str, Any]:
    """Return what the template of a document's page is filled with.

    `number` is its number form as typed, None for one that nobody typed in. Raises RecordMissing.
    """
    desk = get_desk()
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        revisions = documents.list_revisions(tx, id)
        replaces, snapshot = _contents(tx, id)
        dossier = dossiers.get_dossier(tx, document.dossier)
        pending = journal.get_pending(tx, id)
        view = view_dossier(desk, tx, document.dossier, limits())
        turn = turn_of(desk, tx, document)
        signature = signature_panel(desk, tx, document, revisions, snapshot)
        refusal = view.refused.get(id)
        numbers, office = foreign_numbers.of_document(tx, id), registers.get_office(tx)
        related_ids = [document.replaced_by, refusal.letter if refusal else "", replaces]
        visible = documents.get_documents(tx, list(visible_documents(tx, related_ids, limits())))
        replaced_by, refused_by, replaced = (visible.get(other) for other in related_ids)
    is_sealed = any(past.change == "sealed" for past in revisions)
    return {
        "document": document,
        "revisions": revisions,
        "reason_of": _reason_of,
        "replaces": replaced.id if replaced else "",
        "can_correct": document.status in IN_FORCE and dossier.closed_at is None and document.kind in desk.kinds,
        "can_copy": document.status != "destroyed" and document.kind in desk.kinds,
        "revision": revisions[-1] if revisions else None,
        "assets": [Asset.model_validate(item) for item in snapshot.get("assets", [])],
        "signer": Official.model_validate(snapshot["signer"]) if snapshot else None,
        "dossier": dossier,
        "pending": pending,
        "failure": failure_of(pending),
        "step": _step(desk, document.procedure, document.step),
        "current": view.current if document.status == "issued" else None,
        "kinds": _next_kinds(desk, view),
        "endorsements": view.endorsements.get(id, []),
        "refusal": refusal,
        "refused_by": refused_by,
        "verdict": view.verdicts.get(id),
        "reasons": [reason for usual in usual_reasons().values() for reason in usual],
        "replaced_by": replaced_by,
        "turn": turn,
        "deciders": allowed_among(me().user.officials, turn.officials) if turn else [],
        "signature": signature,
        "signs_electronically": desk.bsre is not None,
        "unproven": _unproven(desk, revisions),
        "attachments": [item for past in revisions for item in past.attachments],
        "scan_warnings": warnings_of(revisions) if revisions else [],
        "proof": public_proof(desk, document),
        "can_renew": desk.signing.can_renew,
        "can_seal": not is_sealed and (desk.signing.can_seal or seals_through_bsre(desk)),
        "foreign_numbers": numbers,
        "number_form": number_form(document, revisions, office, number),
        "verify_url": desk.links.verification(document.code),
    }


def _next_kinds(desk: Desk, view: DossierView) -> list[tuple[str, Document | None]]:
    """Return what the step whose turn it is lacks, with the letter that each replaces."""
    turn = view.current
    kinds = [kind for kind in turn.lacks if kind in desk.kinds] if turn else []
    return [(kind, view.newest_refused(turn.step.number, kind) if turn else None) for kind in kinds]


def failure_of(pending: Pending | None) -> str:
    """Return the reason with which a number is voided whose document cannot be made."""
    return say("Tidak dapat dibuat: {error}", error=pending.error)[:LONGEST_REASON] if pending else ""


def _unproven(desk: Desk, revisions: list[Revision]) -> int:
    """Return the last revision that is proven to be the archive's, where the current one is not; else 0."""
    proven = proven_revisions(desk, revisions)
    return proven[-1].number if proven and proven[-1].number != revisions[-1].number else 0


def _contents(tx: Connection, id: str) -> tuple[str, dict[str, Any]]:
    """Return which document it replaces, and its registers' snapshot; nothing for one given up or destroyed."""
    try:
        submission, snapshot = documents.get_contents(tx, id)
    except RecordMissing:
        return "", {}
    return submission.replaces, snapshot


def _reason_of(attachment: Attachment) -> str:
    """Return why an attached file is, or is not, the document's PDF; "" where there is nothing to say."""
    return "" if attachment.sort == "scan" else signed_file_report(attachment).reason


def _step(desk: Desk, procedure: str, number: int) -> Step | None:
    try:
        return desk.sop.procedure(procedure).step(number)
    except NotFound:
        return None
