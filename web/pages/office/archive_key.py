"""The archive's key: an administrator says that a copy of it is kept elsewhere."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.archive.archive_key import confirm_copy
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash

blueprint = Blueprint("archive_key", __name__, url_prefix="/kantor/kunci-arsip")


@blueprint.post("")
@may("administer")
def confirm() -> ResponseReturnValue:
    """Record that a copy of a key is kept elsewhere."""
    confirm_copy(get_desk(), request.form.get("kunci", ""), me().name)
    flash("Tercatat: salinan kunci arsip tersimpan di tempat lain.", "success")
    return redirect(url_for("home.home"), 303)
