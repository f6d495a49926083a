"""Make a document: choose procedure, step and kind, fill in the form, see it, issue it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from ulid import ULID

from docgen.desk.drafts.drafts import find_draft, find_issued, get_draft, remove_draft, save_draft
from docgen.desk.drafts.requests import request_of, same_text
from docgen.desk.issuing.issue import IdempotencyKey, issue
from docgen.desk.issuing.preflight import preflight
from docgen.desk.revisions.journal import DocumentPending
from docgen.errors import (
    Conflict,
    ConverterUnavailable,
    FieldError,
    InvalidSubmission,
    TooManyAtOnce,
)
from docgen.kinds.kind import Kind
from docgen.sop import OUTSIDE, Procedure, Step
from storage.catalogue import documents, dossiers
from storage.catalogue.drafting import draft_hands
from storage.errors import RecordConflict, RecordMissing, StorageError, StoreUnavailable
from web.desk import get_desk
from web.errors import http_error
from web.pages.shell.access import limits, may, me, read_document, see_dossier
from web.pages.shell.message_translation import flash
from web.pages.writing import compose_dossier, compose_form, drafts, photos, shortcuts, submitting
from web.pages.writing.compose_form import Body
from web.pages.writing.form_page import KindAtStep, find_kind_at_step, show_form
from wording import say

blueprint = Blueprint("compose", __name__, url_prefix="/buat")

CHANGED_AFTER_ISSUE = (
    "Naskah dari formulir ini sudah terbit, dan isiannya kini berbeda. Untuk menerbitkan naskah kedua, "
    "periksa isiannya lalu tekan Terbitkan sekali lagi."
)


@blueprint.get("")
@may("read")
def procedures() -> ResponseReturnValue:
    """Choose a procedure, or a letter outside of them all."""
    kinds = get_desk().kinds
    ready = {
        procedure.slug: sum(any(slug in kinds for slug in step.outputs) for step in procedure.steps)
        for procedure in get_desk().sop.procedures
    }
    return render_template(
        "compose/procedures.html",
        procedures=get_desk().sop.procedures,
        outside=OUTSIDE,
        ready=ready,
        switched_off=get_desk().switched_off if me().may("administer") else {},
    )


@blueprint.get("/<procedure>")
@may("read")
def steps(procedure: str) -> ResponseReturnValue:
    """Choose a step and a kind."""
    desk = get_desk()
    chosen = desk.sop.procedure(procedure)
    if chosen is OUTSIDE:
        first, _, others = kinds_of_step(chosen, chosen.step(0))
        return render_template("compose/outside.html", procedure=chosen, first=first, others=others)
    rows = [(step, kinds_of_step(chosen, step)) for step in chosen.steps]
    return render_template("compose/steps.html", procedure=chosen, rows=rows, switched_off=desk.switched_off)


@blueprint.route("/<procedure>/<int:step>/<kind>", methods=["GET", "POST"])
@may("issue")
def form(procedure: str, step: int, kind: str) -> ResponseReturnValue:
    """Show the form of a document, check it, and issue the document."""
    kind_at_step = find_kind_at_step(procedure, step, kind)
    if request.method == "GET":
        onward = _onward(request.args.get("draf", ""))
        if onward:
            return redirect(onward, 303)
        body, draft = _begin(*kind_at_step)
        return show_form(kind_at_step, body, key=draft.upper() or str(ULID()), draft=draft)
    body = compose_form.read_letter_form(request.form, kind_at_step[2], kind_at_step[0].slug, kind_at_step[1].number)
    key, draft = request.form.get("kunci") or str(ULID()), request.form.get("draf", "")
    action = request.args.get("aksi") or request.form.get("aksi", "periksa")
    wrong = photos.take(body, kind_at_step[2], action)
    if action in ("periksa", "terbitkan", "ajukan", "serahkan"):
        wrong = wrong or compose_form.unchosen_asset(get_desk(), request.form, body)
    if wrong:
        return show_form(kind_at_step, body, key=key, draft=draft, errors=wrong), 422
    if action == "draf":
        return _keep(kind_at_step, body, key, draft)
    if action == "terbitkan" and not _asks_again(body, key):
        return _issue(kind_at_step, body, key, draft)
    if action == "ajukan":
        return _ask_to_submit(kind_at_step, body, key, draft)
    if action == "serahkan":
        return _submit(kind_at_step, body, key, draft)
    if action in ("periksa", "terbitkan"):
        return _check(kind_at_step, body, key, draft)
    if action == "seperti" and request.form.get("seperti"):
        shortcuts.fill_like(get_desk(), kind_at_step[2], body, request.form["seperti"])
    elif action.startswith("kalimat:"):
        shortcuts.insert_phrase(get_desk(), body, action.removeprefix("kalimat:"))
    return show_form(
        kind_at_step, body, key=key, draft=draft
    )  # search for assets, one more row, photos: the page without JavaScript


def _asks_again(body: Body, key: str) -> bool:
    """Return whether the dialog's statement about the dossier no longer holds, for a form not issued yet."""
    if compose_dossier.has_other_assets(request.form):
        return True
    desk, name = get_desk(), me().name
    with desk.catalogue.read() as tx:
        if not compose_dossier.is_proposal_outdated(desk, tx, request.form, body):
            return False
        with suppress(RecordConflict):
            if IdempotencyKey(name, key, compose_form.body_hash(body)).find(tx, desk.now()) is None:
                body["dossier"] = ""
                flash("Berkasnya berubah sejak Anda periksa. Periksa sekali lagi, lalu terbitkan.", "warning")
                return True
    return False


def _keep(kind_at_step: KindAtStep, body: Body, key: str, draft: str) -> ResponseReturnValue:
    """Save the form as a draft, unless another tab or device saved it meanwhile: then ask which one to keep."""
    desk, save = get_desk(), drafts.save_in_form(anew=True)
    try:
        saved = save_draft(desk, me().name, body, save)
    except RecordConflict as conflict:
        there = find_draft(desk, me().name, save)
        draft = there.id if there else draft
        return show_form(kind_at_step, body, key=key, draft=draft, conflict=str(conflict)), 409
    except Conflict as in_hands:
        flash(str(in_hands), "danger")
        return show_form(kind_at_step, body, key=key, draft=draft), 409
    assert saved is not None  # an issued letter's form begins another draft
    flash("Draf disimpan. Anda dapat melanjutkannya kapan saja dari Beranda.", "success")
    procedure, step, kind = kind_at_step
    saved_url = url_for(".form", procedure=procedure.slug, step=step.number, kind=kind.slug, draf=saved.id)
    return redirect(saved_url, 303)


def _check(kind_at_step: KindAtStep, body: Body, key: str, draft: str) -> ResponseReturnValue:
    """Say what is wrong, or what would be issued and what is odd about it, and ask once more."""
    desk = get_desk()
    try:
        checked = preflight(desk, request_of(body), limits())
    except InvalidSubmission as invalid:
        return show_form(kind_at_step, body, key=key, draft=draft, errors=invalid.errors), 422
    return show_form(kind_at_step, body, key=key, draft=draft, checked=checked)


def _ask_to_submit(
    kind_at_step: KindAtStep, body: Body, key: str, draft: str, wrong: Sequence[FieldError] = ()
) -> ResponseReturnValue:
    """Say what is wrong, or who would initial and sign the letter, and ask once more; `wrong` is of this route."""
    try:
        checked, way = submitting.look(get_desk(), body, wrong)
    except InvalidSubmission as invalid:
        return show_form(kind_at_step, body, key=key, draft=draft, errors=invalid.errors), 422
    page = show_form(kind_at_step, body, key=key, draft=draft, checked=checked, way=way)
    return page, 422 if wrong else 200


def _submit(kind_at_step: KindAtStep, body: Body, key: str, draft: str) -> ResponseReturnValue:
    """Keep the form as a draft and hand it to those who initial and sign it. Sent twice, it is handed over once."""
    desk, name, save = get_desk(), me().name, drafts.save_in_form()
    try:
        saved = save_draft(desk, name, body, save)
    except RecordConflict as conflict:
        there = find_draft(desk, name, save)
        return show_form(kind_at_step, body, key=key, draft=there.id if there else draft, conflict=str(conflict)), 409
    except Conflict as in_hands:
        there = find_draft(desk, name, save)
        if there and same_text(there.body, body):
            return redirect(url_for("drafting.show", id=there.id), 303)
        flash(str(in_hands), "danger")
        return show_form(kind_at_step, body, key=key, draft=draft), 409
    if saved is None:
        raise Conflict(drafts.ISSUED_ALREADY)
    body = {**body, "version": saved.version}
    try:
        submitting.hand_in(desk, saved)
    except InvalidSubmission as invalid:
        if all(error.field.startswith("route") for error in invalid.errors):
            return _ask_to_submit(kind_at_step, body, key, saved.id, invalid.errors)
        return show_form(kind_at_step, body, key=key, draft=saved.id, errors=invalid.errors), 422
    except Conflict as over:
        flash(str(over), "danger")
        return show_form(kind_at_step, body, key=key, draft=saved.id), 409
    flash("Draf diajukan. Anda diberi tahu begitu ada keputusan.", "success")
    return redirect(url_for("drafting.show", id=saved.id), 303)


def _issue(kind_at_step: KindAtStep, body: Body, key: str, draft: str) -> ResponseReturnValue:
    """Issue the document. Sent twice, by a double click or a reload, the form gives the same document.

    Raises DocumentPending while the store is away; the document's own page reports delays of LibreOffice.
    """
    desk, name = get_desk(), me().name
    waiting: DocumentPending | None = None
    try:
        document_request = request_of(body)
        idempotency_key = IdempotencyKey(name, key, compose_form.body_hash(body))
        document = issue(desk, document_request, name, idempotency_key, limits())
    except InvalidSubmission as invalid:
        return show_form(kind_at_step, body, key=key, draft=draft, errors=invalid.errors), 422
    except DocumentPending as pending:
        document, waiting = pending.document, pending
    except RecordConflict:
        flash(CHANGED_AFTER_ISSUE, "warning")
        return show_form(kind_at_step, body, key=str(ULID()), draft=draft), 409
    except (StoreUnavailable, ConverterUnavailable, TooManyAtOnce) as away:
        flash(say("Belum diterbitkan; tidak ada nomor yang terpakai. {away}", away=away), "danger")
        answer = http_error(away)
        assert answer is not None
        return (
            show_form(kind_at_step, body, key=key, draft=draft),
            answer.status,
            {"Retry-After": str(answer.retry_after)},
        )
    if document.status == "issued":
        numbered = say("Naskah terbit dengan nomor {number}.", number=document.number)
        flash(numbered if document.series else "Naskah terbit; jenis ini tidak bernomor sendiri.", "success")
    elif document.status == "awaiting_number":
        flash(say("Naskah tersimpan dan menunggu nomor {system}.", system=document.numbering), "success")
    with suppress(StorageError):  # the document is there; a draft too many is found on the home page
        remove_draft(desk, name, draft, key)
    if waiting is not None and isinstance(waiting.__cause__, StorageError):
        raise waiting
    return redirect(url_for("document.show", id=document.id), 303)


def _onward(draft: str) -> str:
    """Return where a draft is gone on with that is in other hands, or over, "" when that is its form.

    Whoever went back in the browser to the form of an issued letter comes to the letter.
    """
    issued = find_issued(get_desk(), me().name, draft)
    if issued:
        return url_for("document.show", id=issued)
    with suppress(RecordMissing):
        there = get_draft(get_desk(), me().name, draft)
        if there.document:
            return url_for("document.show", id=there.document)
        if there.state in ("review", "signing"):
            return url_for("drafting.show", id=draft)
    return ""


def _begin(procedure: Procedure, step: Step, kind: Kind) -> tuple[Body, str]:
    """Return a continued draft or a new form; `?aset=` ticks an asset beforehand, `?berkas=` names the dossier.

    A draft that was refused fills a new form. What replaces a document (`?mengganti=`) begins with what was written
    there; nothing else replaces any. What is made again after it was voided (`?ulang=`) begins so, too. `?seperti=`
    names a letter of the kind to be filled like, `?hal=` the subject of a new one.
    """
    desk = get_desk()
    draft = request.args.get("draf", "")
    dossier = "" if draft else request.args.get("berkas", "")
    corrects = "" if draft else request.args.get("mengganti", "")
    source = "" if draft else corrects or request.args.get("ulang", "")
    assets = [] if draft or kind.needs_assets == "none" else request.args.getlist("aset")
    if source:
        read_document(source)
    elif dossier:
        see_dossier(dossier)
    with desk.catalogue.read() as tx:
        written = documents.get_document(tx, source) if source else None
        dossier = written.dossier if written else dossier
        if dossier:
            record = dossiers.get_dossier(tx, dossier)
            assets = assets or (list(record.assets) if kind.needs_assets != "none" else [])
        before = documents.get_contents(tx, written.id)[0] if written else None
    body = compose_form.blank(kind, procedure, step, desk, assets, dossier)
    if before is not None:
        body |= {"assets": list(before.assets), "data": body["data"] | before.data}
    if corrects:
        body["replaces"] = corrects
    if not (draft or source) and request.args.get("hal"):
        compose_form.set_subject(kind, body, request.args["hal"])
    if not draft and request.args.get("seperti"):
        shortcuts.fill_like(desk, kind, body, request.args["seperti"])
    if draft:
        try:
            saved = get_draft(desk, me().name, draft)
        except RecordMissing:
            abort(404)
        kind_at_step = {"kind": kind.slug, "procedure": procedure.slug, "step": step.number}
        with desk.catalogue.read() as tx:
            is_refused = any(entry.state == "tolak" for entry in draft_hands.get_route(tx, draft))
        if is_refused:
            return {**body, **saved.body, **kind_at_step}, ""
        return {**body, **saved.body, **kind_at_step, "version": saved.version}, draft
    return body, ""


def kinds_of_step(procedure: Procedure, step: Step) -> tuple[list[Kind], list[str], list[Kind]]:
    """Return a step's kinds: those installed, slugs without a template, and other kinds allowed there."""
    kinds = get_desk().kinds
    installed = [slug for slug in step.outputs if slug in kinds]
    suggested = [kind.slug for kind in kinds.values() if kind.suggested_at(procedure.slug, step.number)]
    first = [kinds[slug] for slug in dict.fromkeys(installed + suggested)]
    without_template = [slug for slug in step.outputs if slug not in kinds]
    other_kinds = [kind for kind in kinds.values() if kind.usable_at(procedure.slug, step.number) and kind not in first]
    return first, without_template, other_kinds
