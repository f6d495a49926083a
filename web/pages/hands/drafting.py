"""The page of a draft: the letter as it will be, its way, what is said of it, and what its reader may do with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.access.accounts import list_users
from docgen.desk.drafts import decide as decisions
from docgen.desk.drafts import hand_over as passing
from docgen.desk.drafts import remarks, write
from docgen.desk.drafts.access import open_draft
from docgen.desk.drafts.requests import LONGEST_NOTE, DecisionRequest, SignRequest
from docgen.desk.drafts.sign import sign as sign_draft
from docgen.desk.drafts.submit import withdraw as withdraw_draft
from docgen.desk.revisions.journal import DocumentPending
from docgen.errors import ChangedMeanwhile, Conflict, InvalidSubmission, SignatureError
from docgen.foreign import page_png
from docgen.links import DRAFT
from docgen.sop.reasons import usual_reasons, written_reason
from storage.errors import StorageError
from storage.records import DraftVersion
from web.desk import get_desk
from web.page_images import send_picture, version_of_bytes
from web.pages.hands.draft_changes import changes
from web.pages.hands.draft_pictures import look_at, produced
from web.pages.hands.draft_view import view_draft
from web.pages.hands.signer_check import BSRE, note_method, signs_electronically, ways_to_sign
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("drafting", __name__, url_prefix=DRAFT.rstrip("/"))

WIDTHS = (480, 900, 1400)  # pixels of page pictures
MOST_PAGES = 20  # pictures on the page
_VERSION = re.compile(r"(\d{1,6})(?:\.(\d{1,4}))?")


@blueprint.get("/<id>")
@may("read")
def show(id: str) -> ResponseReturnValue:
    """Show a draft: its pages, its way, what changed since the reader saw it last, and what is said of it."""
    return _page(id)


def _page(id: str, *, wrong: dict[str, str] | None = None, notice: str = "", since: str = "") -> str:
    """Return the page; `wrong` are errors by the field they stand beside, `notice` what became of what was sent."""
    desk, caller = get_desk(), me().caller
    before = remarks.note_seen(desk, caller, id)
    with desk.catalogue.read() as tx:
        seen = open_draft(desk, tx, caller, id)
        view = view_draft(desk, tx, seen, caller)
        asked = _version(view.versions, since or request.args.get("sejak", ""))
        newest = next((one for one in reversed(view.versions) if not one.late), None)
        if asked is None and before and before.version != seen.draft.version and newest and newest.by != me().name:
            asked = before
        changed = changes(desk, tx, asked.body, seen.draft.body) if asked else []
    kind = desk.kinds.get(str(seen.draft.body.get("kind")))
    shown = look_at(desk, caller, seen.draft) if seen.draft.state != "issued" else None
    return render_template(
        "hands/draft.html",
        view=view,
        draft=seen.draft,
        rights=view.rights,
        kind=kind,
        shown=shown,
        most=MOST_PAGES,
        since=asked,
        changed=changed,
        methods=ways_to_sign(desk, view.rights.deciders),
        people=[one for one in list_users(desk) if one.name != seen.draft.user],
        wrong=wrong or {},
        notice=notice,
        longest=LONGEST_NOTE,
        reasons=list(dict.fromkeys(reason for usual in usual_reasons().values() for reason in usual)),
    )


def _version(versions: Sequence[DraftVersion], text: str) -> DraftVersion | None:
    """Return the version that an address names: `3`, or `3.1` for the text that came late beside it."""
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    wanted = int(match[1]), int(match[2] or 0)
    return next((one for one in versions if (one.version, one.late) == wanted), None)


@blueprint.get("/<id>/halaman/<int:page>.png")
@may("read")
def page(id: str, page: int) -> ResponseReturnValue:
    """Send a picture of a page; `?lebar=` asks for a width in pixels and gets the next one of `WIDTHS`."""
    desk, caller = get_desk(), me().caller
    with desk.catalogue.read() as tx:
        draft = open_draft(desk, tx, caller, id).draft
    letter = produced(desk, caller, draft)
    asked_width = request.args.get("lebar", 900, type=int)
    width = next((step for step in WIDTHS if step >= asked_width), WIDTHS[-1])
    number = min(max(page, 1), letter.pages)
    version = version_of_bytes(letter.pdf)
    return send_picture(lambda: page_png(letter.pdf, number, width=width), version, f"{number}-{width}")


@blueprint.post("/<id>/putusan")
@may("endorse")
def decide(id: str) -> ResponseReturnValue:
    """Record a decision in the name of an official; `note` says why, and must with perbaiki and tolak."""
    form = request.form
    typed = {name: form.get(name, "") for name in ("official", "decision")}
    typed["note"] = written_reason(form.getlist("alasan"), form.get("note", ""))
    try:
        asked = DecisionRequest.model_validate(typed)
        decisions.decide(get_desk(), me().caller, id, asked, _base_version())
    except ValidationError:
        return _page(id, wrong={"decision": "Pilih keputusannya dahulu."}), 422
    except InvalidSubmission as invalid:
        return _page(id, wrong=_by_field(invalid)), 422
    except ChangedMeanwhile as changed:
        return _page(id, notice=str(changed), since=request.form.get("versi", "")), 412
    except Conflict as over:
        return _page(id, notice=str(over)), 409
    return _back(id)


@blueprint.post("/<id>/urung")
@may("endorse", confirmed=False)  # there are ten seconds for it
def undo(id: str) -> ResponseReturnValue:
    """Take a decision back within 10 seconds."""
    try:
        decisions.undo(get_desk(), me().caller, id, request.form.get("official", ""))
    except Conflict as late:
        return _page(id, notice=str(late)), 409
    flash("Keputusan diurungkan; draf kembali menunggu Anda.", "success")
    return _back(id)


@blueprint.post("/<id>/tanda-tangan")
@may("endorse")
def sign(id: str) -> ResponseReturnValue:
    """Sign the draft: it gets its number and becomes a letter, whose page follows; BSrE's passphrase is asked for."""
    typed = {name: request.form.get(name, "") for name in ("official", "method")}
    if typed["method"] == BSRE and signs_electronically(get_desk()):
        choice = f"konsep:{id}:{_base_version() or ''}"
        return redirect(url_for("signing.ask", pilih=choice, official=typed["official"]), 303)
    try:
        asked = SignRequest.model_validate(typed)
        document = sign_draft(get_desk(), me().caller, id, asked, _base_version())
        note_method(asked.official, asked.method)
    except ValidationError:
        return _page(id, wrong={"sign": "Pilih cara menandatanganinya."}), 422
    except InvalidSubmission as invalid:
        return _page(id, wrong={"sign": invalid.summary()}), 422
    except ChangedMeanwhile as changed:
        return _page(id, notice=str(changed), since=request.form.get("versi", "")), 412
    except Conflict as over:
        return _page(id, notice=str(over)), 409
    except SignatureError as error:
        flash(say("Bernomor dan terarsip, tetapi belum disegel. {error}", error=error), "danger")
        return redirect(url_for("document.show", id=_document_of(id)), 303)
    except DocumentPending as pending:
        if isinstance(pending.__cause__, StorageError):
            raise
        document = pending.document
    if document.status == "issued":
        numbered = say("Ditandatangani; naskah terbit dengan nomor {number}.", number=document.number)
        flash(numbered if document.series else "Ditandatangani; jenis ini terbit tanpa nomor sendiri.", "success")
    return redirect(url_for("document.show", id=document.id), 303)


def _document_of(id: str) -> str:
    with get_desk().catalogue.read() as tx:
        return open_draft(get_desk(), tx, me().caller, id).draft.document


@blueprint.post("/<id>/tarik")
@may("issue")
def withdraw(id: str) -> ResponseReturnValue:
    """Take the draft back from those who have it in hand, with a reason."""
    try:
        withdraw_draft(get_desk(), me().caller, id, request.form.get("reason", "")[:LONGEST_NOTE])
    except InvalidSubmission as invalid:
        return _page(id, wrong=_by_field(invalid)), 422
    except Conflict as over:
        return _page(id, notice=str(over)), 409
    flash("Draf ditarik. Anda dapat mengubah dan mengajukannya lagi.", "success")
    return _back(id)


@blueprint.post("/<id>/ingatkan")
@may("issue")
def remind(id: str) -> ResponseReturnValue:
    """Remind those whose turn it is, each once a day."""
    try:
        passing.remind(get_desk(), me().caller, id)
    except Conflict as over:
        return _page(id, notice=str(over)), 409
    flash("Yang mendapat giliran sudah diingatkan.", "success")
    return _back(id)


@blueprint.post("/<id>/alihkan")
@may("endorse")
def hand_over(id: str) -> ResponseReturnValue:
    """Give an official's turn to another in office."""
    official, to = request.form.get("official", ""), request.form.get("to", "")
    try:
        passing.hand_over(get_desk(), me().caller, id, official, to)
    except InvalidSubmission as invalid:
        return _page(id, wrong={f"to-{official}": invalid.errors[0].message}), 422
    except Conflict as over:
        return _page(id, notice=str(over)), 409
    flash("Giliran dialihkan.", "success")
    return _back(id, "jalur")


@blueprint.post("/<id>/pembaca")
@may("issue")
def readers(id: str) -> ResponseReturnValue:
    """Set who may read the draft beside those on its way."""
    names = [name for name in (*request.form.getlist("pembaca"), request.form.get("pembaca_tambah", "")) if name]
    try:
        write.set_people(get_desk(), me().caller, id, readers=list(dict.fromkeys(names)))
    except InvalidSubmission as invalid:
        return _page(id, wrong={"pembaca": invalid.errors[0].message}), 422
    flash("Pembaca draf disimpan.", "success")
    return _back(id, "pembaca")


@blueprint.post("/<id>/catatan")
@may("issue", instead="endorse")
def comment(id: str) -> ResponseReturnValue:
    """Add a remark, beside a field, at a place of a page, or as an answer."""
    form = request.form
    typed = {name: form.get(name, "") for name in ("text", "field", "answers")}
    places = {name: form.get(name) or 0 for name in ("page", "x", "y")}
    try:
        asked = remarks.CommentRequest.model_validate({**typed, **places})
        remark = remarks.comment(get_desk(), me().caller, id, asked)
    except ValidationError:
        message = "Catatan paling panjang 2000 huruf, pada halaman yang ada."
        return _page(id, wrong={f"text-{typed['answers']}": message}), 422
    except InvalidSubmission as invalid:
        return _page(id, wrong={f"text-{typed['answers']}": invalid.errors[0].message}), 422
    except Conflict as over:
        return _page(id, notice=str(over)), 409
    return _back(id, f"catatan-{remark.answers or remark.id}")


@blueprint.post("/<id>/catatan/<comment>/selesai")
@may("issue", instead="endorse")
def resolve(id: str, comment: str) -> ResponseReturnValue:
    """Mark a remark as settled, or as open again."""
    remarks.resolve(get_desk(), me().caller, id, comment, open_again=bool(request.form.get("buka")))
    return _back(id, f"catatan-{comment}")


def _base_version() -> int | None:
    return request.form.get("versi", type=int)


def _by_field(invalid: InvalidSubmission) -> dict[str, str]:
    return {error.field: error.message for error in invalid.errors}


def _back(id: str, part: str = "") -> ResponseReturnValue:
    return redirect(url_for(".show", id=id) + (f"#{part}" if part else ""), 303)
