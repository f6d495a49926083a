"""The form of a draft for the official whose turn it is: he corrects its text, and a version has his name."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.drafts.access import open_draft
from docgen.desk.drafts.requests import DraftRequest, request_of
from docgen.desk.drafts.write import change_draft, require_pen
from docgen.errors import ChangedMeanwhile, FieldError, InvalidSubmission
from docgen.links import DRAFT
from storage.records import Draft
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from web.pages.writing import compose_form, drafts, photos, shortcuts
from web.pages.writing.compose_form import Body
from web.pages.writing.form_page import KindAtStep, find_kind_at_step, show_form
from wording import say

blueprint = Blueprint("correcting", __name__, url_prefix=DRAFT.rstrip("/"))


@blueprint.route("/<id>/teks", methods=["GET", "POST"])
@may("endorse", confirmed=False)  # a correction is no decision
def text(id: str) -> ResponseReturnValue:
    """Show the form of a draft that the reader has in hand, and keep what he corrects."""
    draft = _draft_in_hand(id)
    kind_at_step = find_kind_at_step(draft.body["procedure"], draft.body["step"], draft.body["kind"])
    procedure, step, kind = kind_at_step
    if request.method == "GET":
        body = compose_form.blank(kind, procedure, step, get_desk()) | draft.body
        return show_form(kind_at_step, body | {"version": draft.version}, key="", draft=id, corrects=True)
    body = compose_form.read_letter_form(request.form, kind, procedure.slug, step.number)
    action = request.form.get("aksi", "betulkan")
    wrong = photos.take(body, kind, action)
    if action == "betulkan":
        wrong = wrong or compose_form.unchosen_asset(get_desk(), request.form, body)
    if wrong:
        return _again(kind_at_step, body, id, wrong), 422
    if action != "betulkan":  # one more row, assets, photos, a sentence: the page without JavaScript
        if action.startswith("kalimat:"):
            shortcuts.insert_phrase(get_desk(), body, action.removeprefix("kalimat:"))
        return _again(kind_at_step, body, id)
    return _keep(kind_at_step, body, id)


@blueprint.post("/<id>/pratinjau")
@may("endorse", confirmed=False)  # a correction is no decision
def picture(id: str) -> ResponseReturnValue:
    """Send a page of the draft as it is being corrected, as `drafts.picture` does."""
    body = _draft_in_hand(id).body
    procedure, step, kind = find_kind_at_step(body["procedure"], body["step"], body["kind"])
    return drafts.send_preview(kind, compose_form.read_letter_form(request.form, kind, procedure.slug, step.number))


def _keep(kind_at_step: KindAtStep, body: Body, id: str) -> ResponseReturnValue:
    """Keep a correction, unless somebody was quicker: then both texts are kept, and the page asks which one counts."""
    base_version = None if request.form.get("paksa") else request.form.get("versi", 0, type=int)
    try:
        asked = DraftRequest.model_validate(request_of(body).model_dump(exclude_unset=True))
        draft = change_draft(get_desk(), me().caller, id, asked, base_version)
    except InvalidSubmission as invalid:
        return _again(kind_at_step, body, id, invalid.errors), 422
    except ChangedMeanwhile as changed:
        return show_form(kind_at_step, body, key="", draft=id, conflict=str(changed), corrects=True), 412
    flash(say("Perbaikan disimpan sebagai versi {version}.", version=draft.version), "success")
    return redirect(url_for("drafting.show", id=id), 303)


def _again(kind_at_step: KindAtStep, body: Body, id: str, errors: list[FieldError] | None = None) -> str:
    return show_form(kind_at_step, body, key="", draft=id, errors=errors or [], corrects=True)


def _draft_in_hand(id: str) -> Draft:
    """Return a draft whose text is the reader's to correct. Raises RecordMissing, Forbidden, Conflict."""
    desk = get_desk()
    with desk.catalogue.read() as tx:
        seen = open_draft(desk, tx, me().caller, id)
    require_pen(seen, me().caller)
    return seen.draft
