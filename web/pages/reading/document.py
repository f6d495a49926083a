"""One document: its page, its files, and actions on it. `/d/{id}` keeps its address for ever."""

from __future__ import annotations

import io
from dataclasses import replace

from flask import Blueprint, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.access.secret_readings import may_have_original
from docgen.desk.archive.renewal import renew_letter
from docgen.desk.bundles.document_pages import warnings_of
from docgen.desk.capacity import admit
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.endorse import EndorsementRequest, endorse
from docgen.desk.decisions.held import require_reason
from docgen.desk.decisions.number import NumberRequest, give_number
from docgen.desk.decisions.seal import seal
from docgen.desk.decisions.void import void
from docgen.desk.dossiers.document_state import archived_revision
from docgen.desk.drafts.drafts import begin_draft
from docgen.desk.revisions.attachment_report import signed_file_report
from docgen.desk.revisions.journal import DocumentPending, finish_document
from docgen.desk.revisions.srikandi import srikandi_docx
from docgen.desk.revisions.stamps import copy_of
from docgen.errors import BsreError, Conflict, InvalidSubmission, NotAccepted, NotFound, SignatureError
from docgen.foreign import page_png
from docgen.messages import field_errors
from docgen.sop.course import WORDS
from docgen.sop.reasons import written_reason
from storage.catalogue import documents, journal
from storage.records import Document, Revision
from web.desk import get_desk
from web.page_images import THUMBNAIL, send_picture, version_of
from web.pages.reading.document_facts import document_facts, failure_of
from web.pages.reading.number_form import NumberForm
from web.pages.reading.permalinks import asked_form, document_as, vary
from web.pages.shell.access import limits, may, me, permalink, read_document, see_document
from web.pages.shell.downloads import download_name, safe_name, send_stored
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("document", __name__, url_prefix="/d")

WIDTHS = (THUMBNAIL, 240, 480, 900, 1400)  # pixels of page pictures: few, so that they are made and kept once


@blueprint.get("/<id>")
@permalink
def show(id: str) -> ResponseReturnValue:
    """Show a document: its page, or its record (JSON) or PDF for a program that asks for it."""
    form = asked_form()
    return vary(make_response(_show_as_page(id))) if form == "page" else document_as(form, id)


@may("read")
def _show_as_page(id: str) -> ResponseReturnValue:
    return _page(id)


def _page(
    id: str,
    error: str = "",
    reason: str = "",
    *,
    refused: str = "",
    note: str = "",
    upload_error: str = "",
    number: NumberForm | None = None,
) -> str:
    """Show the document's page; `error` and `reason` belong to the void form, `refused` and `note` to the decision."""
    read_document(id)
    return render_template(
        "document/show.html",
        **document_facts(id, number),
        upload_error=upload_error,
        refused=refused,
        note=note,
        error=error,
        reason=reason,
    )


@blueprint.post("/<id>/selesaikan")
@may("issue")
def retry(id: str) -> ResponseReturnValue:
    """Try at once to finish a document whose PDF could not be made."""
    see_document(id)
    try:
        with admit(get_desk()):
            document = finish_document(get_desk(), id)
        flash(say("Naskah {number} sudah selesai dan terarsip.", number=document.number), "success")
    except DocumentPending as pending:
        flash(say("Masih terhalang: {reason}", reason=pending.__cause__), "warning")
    return redirect(url_for(".show", id=id), 303)


@blueprint.post("/<id>/perbaiki")
@may("issue")
def mend(id: str) -> ResponseReturnValue:
    """Void the number of a document that cannot be made, and open the form with the text that was typed."""
    see_document(id)
    desk = get_desk()
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        pending = journal.get_pending(tx, id)
        submission = documents.get_contents(tx, id)[0] if document.status == "reserved" else None
    if pending is None or not pending.given_up or submission is None:
        raise Conflict(say("Naskah {number} tidak menunggu perbaikan. Muat ulang halamannya.", number=document.number))
    body = submission.model_dump(mode="json", include={"kind", "procedure", "step", "assets", "signer", "data"})
    replaces = {"dossier": submission.dossier, "replaces": submission.replaces}
    draft = begin_draft(desk, me().name, body | replaces | {"date": submission.date.isoformat()})
    void(desk, id, failure_of(pending), me().name)
    voided = say(
        "Nomor {number} dibatalkan. Perbaiki isiannya, lalu terbitkan dengan nomor baru.", number=document.number
    )
    flash(voided if document.series else "Naskah itu dibatalkan. Perbaiki isiannya, lalu terbitkan lagi.", "success")
    procedure, step, kind = document.procedure, document.step, document.kind
    return redirect(url_for("compose.form", procedure=procedure, step=step, kind=kind, draf=draft.id), 303)


@blueprint.post("/<id>/batalkan")
@may("issue")
def cancel(id: str) -> ResponseReturnValue:
    """Void the document."""
    see_document(id)
    reason = request.form.get("reason", "")
    try:
        document = void(get_desk(), id, reason, me().name, limits())
    except InvalidSubmission as invalid:
        return _page(id, error=invalid.errors[0].message, reason=reason), 422
    voided = say("Naskah {number} dibatalkan. Nomornya tetap tercatat di buku agenda.", number=document.number)
    flash(voided if document.series else say("Naskah {number} dibatalkan.", number=document.number), "success")
    return redirect(url_for(".show", id=id), 303)


@blueprint.post("/<id>/nomor")
@may("issue")
def enter_number(id: str) -> ResponseReturnValue:
    """Enter the number that another system gave the document."""
    see_document(id)
    typed = {name: request.form.get(name, "").strip() for name in ("number", "date", "by", "reason")}
    form = NumberForm(typed["number"], typed["date"], typed["by"], typed["reason"])
    given = {name: value for name, value in typed.items() if value}
    try:
        document = give_number(get_desk(), id, NumberRequest.model_validate(given), me().name, limits())
    except ValidationError as invalid:
        wrong = {error.field: error.message for error in field_errors(invalid)}
        return _page(id, number=replace(form, errors=wrong)), 422
    except InvalidSubmission as invalid:
        wrong = {error.field: error.message for error in invalid.errors}
        return _page(id, number=replace(form, errors=wrong)), 422
    except Conflict as conflict:
        return _page(id, number=replace(form, errors={"number": str(conflict)})), 409
    flash(say("Nomor tercatat. Naskah ini bernomor {number}.", number=document.number), "success")
    return redirect(url_for(".show", id=id), 303)


@blueprint.post("/<id>/putusan")
@may("endorse")
def decide(id: str) -> ResponseReturnValue:
    """Record a decision on the document."""
    see_document(id)
    form = request.form
    typed = {key: form.get(key, "") for key in ("official", "decision")}
    typed["note"] = written_reason(form.getlist("alasan"), form.get("note", ""))
    try:
        decision = EndorsementRequest.model_validate(typed)
        require_reason(decision)
        document = endorse(get_desk(), id, decision, me().name, me().user.officials, limits())
    except ValidationError:
        return _page(id, refused="Pilih keputusannya dahulu.", note=typed["note"]), 422
    except InvalidSubmission as invalid:
        return _page(id, refused=invalid.errors[0].message, note=typed["note"]), 422
    else:
        flash(
            say(
                "Keputusan “{decision}” pada naskah {number} tercatat dan dicap.",
                decision=WORDS[decision.decision],
                number=document.number,
            ),
            "success",
        )
    return redirect(url_for(".show", id=id), 303)


@blueprint.post("/<id>/lampiran")
@may("file")
def add_copy(id: str) -> ResponseReturnValue:
    """File the signed copy of the document."""
    see_document(id)
    file = request.files.get("file")
    try:
        data, name = file.read() if file else b"", (file and file.filename) or "Berkas"
        document = attach(get_desk(), id, data, name, me().name, limits())
    except InvalidSubmission as invalid:
        return _page(id, upload_error=invalid.errors[0].message), 422
    else:
        flash(*_filed(document))
        with get_desk().catalogue.read() as tx:
            warnings = warnings_of(documents.list_revisions(tx, id))
        for warning in warnings:
            flash(warning, "warning")
    return redirect(url_for(".show", id=id), 303)


def _filed(document: Document) -> tuple[str, str]:
    """Return what became of the newest attachment, and the tone to say it in."""
    with get_desk().catalogue.read() as tx:
        newest = documents.get_revision(tx, document.id, document.revision).attachments[-1]
    reason = signed_file_report(newest).reason
    if newest.sort == "copy":
        return say(
            "Berkas tersimpan di samping naskah {number}, bukan sebagai PDF-nya. {reason}",
            number=document.number,
            reason=reason,
        ), "warning"
    if newest.sort == "signed" and reason:
        return say(
            "Salinan bertanda tangan naskah {number} menjadi PDF-nya. {reason}", number=document.number, reason=reason
        ), "warning"
    if document.status == "awaiting_number":
        return "Salinan bertanda tangan tersimpan. Nomornya belum dapat dibaca: catat nomor dan tanggalnya.", "warning"
    return say("Salinan bertanda tangan naskah {number} tersimpan.", number=document.number), "success"


@blueprint.get("/<id>/lampiran/<sha256>")
@may("read")
def copy(id: str, sha256: str) -> ResponseReturnValue:
    """Send a filed copy. Raises NotFound."""
    read_document(id)
    with get_desk().catalogue.read() as tx:
        document = documents.get_document(tx, id)
        revisions = documents.list_revisions(tx, id)
    files = [
        attachment.file for past in revisions for attachment in past.attachments if attachment.file.sha256 == sha256
    ]
    if not files:
        raise NotFound("Lampiran ini tidak ada pada naskah itu.")
    return send_stored(document, files[0], "pdf", attachment=False)


@blueprint.get("/<id>/lampiran/<sha256>/asli")
@may("read")
def original(id: str, sha256: str) -> ResponseReturnValue:
    """Send a file byte for byte under its own name; a stack of several documents only to people who may file.

    Raises NotFound.
    """
    read_document(id)
    with get_desk().catalogue.read() as tx:
        documents.get_document(tx, id)
        revisions = documents.list_revisions(tx, id)
        originals = [source for past in revisions for attachment in past.attachments for source in attachment.originals]
        matches = [
            source
            for source in originals
            if source.file.sha256 == sha256
            and (me().may("file") or not source.shared)
            and may_have_original(tx, source, limits())
        ]
    if not matches:
        raise NotFound("Lampiran ini tidak ada pada naskah itu.")
    file = matches[0].file
    name = f"{safe_name(matches[0].name.rpartition('.')[0] or matches[0].name)}.{file.key.rpartition('.')[2]}"
    return send_file(io.BytesIO(get_desk().store.get(file.key)), file.content_type, True, name, etag=file.sha256)


@blueprint.post("/<id>/segel")
@may("issue", confirmed=True)
def put_seal(id: str) -> ResponseReturnValue:
    """Seal the document electronically."""
    see_document(id)
    try:
        document = seal(get_desk(), id, me().name, limits())
        flash(say("Naskah {number} disegel secara elektronik.", number=document.number), "success")
    except (SignatureError, BsreError, NotAccepted) as error:
        flash(say("Belum disegel; naskahnya tetap seperti semula. {error}", error=error), "danger")
    return redirect(url_for(".show", id=id), 303)


@blueprint.post("/<id>/perpanjangan")
@may("issue", confirmed=True)
def renew(id: str) -> ResponseReturnValue:
    """Renew the signatures of the letter."""
    see_document(id)
    try:
        document = renew_letter(get_desk(), id, me().name, limits())
        flash(say("Keabsahan tanda tangan naskah {number} diperpanjang.", number=document.number), "success")
    except SignatureError as error:
        flash(say("Belum diperpanjang; naskahnya tetap seperti semula. {error}", error=error), "danger")
    return redirect(url_for(".show", id=id), 303)


@blueprint.get("/<id>/pdf")
@may("read")
def pdf(id: str) -> ResponseReturnValue:
    """Send the PDF to the browser; `?unduh=1` saves it, `?salinan=1` saves a copy marked as one."""
    document, revision = _archived(id, request.args.get("revisi", 0, type=int))
    if request.args.get("salinan"):
        data = io.BytesIO(copy_of(get_desk(), revision))
        return send_file(data, revision.pdf.content_type, True, f"{download_name(document)} (salinan).pdf")
    return send_stored(document, revision.pdf, "pdf", attachment=bool(request.args.get("unduh")))


@blueprint.get("/<id>/docx")
@may("read")
def docx(id: str) -> ResponseReturnValue:
    """Send the Word file; `?srikandi=1` sends one with the placeholders that SRIKANDI fills."""
    document, revision = _archived(id)
    if request.args.get("srikandi"):
        data = io.BytesIO(srikandi_docx(get_desk(), id, limits()))
        return send_file(data, revision.docx.content_type, True, f"{download_name(document)} (SRIKANDI).docx")
    return send_stored(document, revision.docx, "docx", attachment=True)


@blueprint.get("/<id>/halaman/<int:page>.png")
@may("read")
def page(id: str, page: int) -> ResponseReturnValue:
    """Send a picture of a page; `?lebar=` asks for a width in pixels and gets the next one of `WIDTHS`."""
    revision = _archived(id, request.args.get("revisi", 0, type=int))[1]
    asked_width = request.args.get("lebar", 900, type=int)
    width = next((step for step in WIDTHS if step >= asked_width), WIDTHS[-1])
    pdf = revision.pdf
    return send_picture(
        lambda: page_png(get_desk().store.get(pdf.key), page, width=width), version_of(pdf), f"{page}-{width}"
    )


def _archived(id: str, number: int = 0) -> tuple[Document, Revision]:
    """Return a document and a revision of it, the current one for 0. Raises RecordMissing, Conflict, NotFound."""
    read_document(id)
    with get_desk().catalogue.read() as tx:
        return archived_revision(tx, id, number)
