"""The page of one kind: its versions, which is in force since when, what is planned, and what was in force before."""

from __future__ import annotations

import io

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.kinds.edit import begin_draft
from docgen.desk.kinds.kind_file import export_kind
from docgen.desk.kinds.publish import cancel_plan, retire, roll_back
from docgen.desk.kinds.upload import upload
from docgen.desk.kinds.versions import KindHistory, history
from docgen.errors import Conflict, InvalidSubmission
from storage.catalogue.kind_versions import DELIVERED
from storage.errors import RecordConflict
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.downloads import safe_name
from web.pages.shell.message_translation import flash
from web.pages.templates.uploading import NOTHING, sent_file, to_draft
from wording import say

blueprint = Blueprint("template_kind", __name__, url_prefix="/templat/<slug>")


@blueprint.get("")
@may("edit_templates")
def show(slug: str) -> ResponseReturnValue:
    """Show the versions of a kind and its publications."""
    desk = get_desk()
    past = history(desk, me().caller, slug)
    return render_template(
        "kinds/kind.html",
        past=past,
        usable=with_file(past),
        rollbacks=_rollbacks(past),
        problem=desk.switched_off.get(slug, ""),
    )


def with_file(past: KindHistory) -> list[int]:
    """Return the numbers of the versions there are, 0 for the delivered or installed kind."""
    return [*([DELIVERED] if past.is_installed else []), *(version.version for version in past.versions)]


def _rollbacks(past: KindHistory) -> list[int]:
    """Return the versions that are not in force and were once; the delivered or installed kind, too."""
    plans = {plan.id for plan in past.planned}
    begun = {item.version for item in past.publications if item.cancelled_at is None and item.id not in plans}
    again = begun | ({DELIVERED} if past.is_installed else set())
    return sorted(again - {past.number_in_force, *(set() if past.is_installed else {DELIVERED})})


@blueprint.post("/versi")
@may("edit_templates")
def begin(slug: str) -> ResponseReturnValue:
    """Begin a draft that says what a version says."""
    draft = begin_draft(get_desk(), me().caller, slug, request.form.get("asal", DELIVERED, type=int))
    flash(say("Draf versi {version} dibuat.", version=draft.version), "success")
    return redirect(url_for("template_version.show", slug=slug, version=draft.version), 303)


@blueprint.post("/berkas")
@may("edit_templates")
def replace(slug: str) -> ResponseReturnValue:
    """Take a Word file as the next draft of the kind."""
    name, source = sent_file()
    try:
        if not source:
            flash(NOTHING, "danger")
            return _back(slug)
        draft = upload(get_desk(), me().caller, source, name, slug=slug).version
    except InvalidSubmission as invalid:
        flash(invalid.summary(), "danger")
        return _back(slug)
    return to_draft(draft)


@blueprint.post("/pakai-lagi")
@may("edit_templates")
def rollback(slug: str) -> ResponseReturnValue:
    """Put a version in force again that was in force before."""
    number = request.form.get("version", DELIVERED, type=int)
    try:
        roll_back(get_desk(), me().caller, slug, number)
        flash("Versi itu berlaku lagi. Naskah yang sudah terbit tidak berubah.", "success")
    except InvalidSubmission as invalid:
        flash(invalid.summary(), "danger")
    except (Conflict, RecordConflict) as conflict:
        flash(str(conflict), "danger")
    return _back(slug)


@blueprint.post("/batal")
@may("edit_templates")
def withdraw_plan(slug: str) -> ResponseReturnValue:
    """Cancel a publication that did not begin yet."""
    try:
        cancel_plan(get_desk(), me().caller, slug, request.form.get("id", 0, type=int))
        flash("Rencana dibatalkan.", "success")
    except Conflict as begun:
        flash(str(begun), "danger")
    return _back(slug)


@blueprint.post("/berhenti")
@may("edit_templates")
def end(slug: str) -> ResponseReturnValue:
    """Take a kind of the office's own out of use."""
    try:
        retire(get_desk(), me().caller, slug)
        flash("Jenis naskah ini tidak dipakai lagi. Naskah yang sudah terbit tidak berubah.", "success")
    except (Conflict, RecordConflict) as conflict:
        flash(str(conflict), "danger")
    return _back(slug)


@blueprint.get("/ekspor")
@may("edit_templates")
def export(slug: str) -> ResponseReturnValue:
    """Send the kind in force, or `?versi=`, as one file for other offices."""
    desk = get_desk()
    number = request.args.get("versi", type=int)
    data = export_kind(desk, me().caller, slug, number)
    name = f"{safe_name(desk.kind_title(slug))}.naskah"
    return send_file(io.BytesIO(data), mimetype="application/zip", as_attachment=True, download_name=name)


def _back(slug: str) -> ResponseReturnValue:
    return redirect(url_for(".show", slug=slug), 303)
