"""By what BSrE knows an official: entered and removed by the administrator, seen masked and checked by himself, too."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.bsre import SignerStatus
from docgen.desk.signing.identities import check_identity, remove_identity, set_identity, shown_identity
from docgen.errors import BsreError, Conflict, InvalidSubmission
from storage.catalogue import registers
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("signing_identities", __name__, url_prefix="/pejabat/identitas")


@blueprint.get("")
@may("read")
def show() -> ResponseReturnValue:
    """Show the masked identity of an official, with what the reader may do about it."""
    return _page(request.args.get("id", ""))


@blueprint.post("/simpan")
@may("administer", confirmed=True)
def save() -> ResponseReturnValue:
    """Set a NIK or a mail address."""
    id = request.form.get("id", "")
    try:
        record = set_identity(
            get_desk(), id, request.form.get("identity", ""), by=me().name, officials_allowed=me().user.officials
        )
    except InvalidSubmission as error:
        return _page(id, typed=request.form.get("identity", ""), wrong=error.errors[0].message), 422
    flash(say("Identitas BSrE {masked} disimpan.", masked=record.masked), "success")
    return redirect(url_for(".show", id=id), 303)


@blueprint.post("/hapus")
@may("administer", confirmed=True)
def remove() -> ResponseReturnValue:
    """Remove what is entered."""
    id = request.form.get("id", "")
    remove_identity(get_desk(), id, by=me().name, officials_allowed=me().user.officials)
    flash("Identitas BSrE pejabat ini dihapus.", "success")
    return redirect(url_for(".show", id=id), 303)


@blueprint.post("/periksa")
@may("administer", instead="endorse", confirmed=False)
def check() -> ResponseReturnValue:
    """Ask BSrE about an official, and show its answer as a sentence."""
    id = request.form.get("id", "")
    try:
        return _page(id, status=check_identity(get_desk(), me().caller, id))
    except (BsreError, Conflict) as error:
        return _page(id, fault=str(error))


def _page(id: str, *, typed: str = "", wrong: str = "", status: SignerStatus | None = None, fault: str = "") -> str:
    identity = shown_identity(get_desk(), me().caller, id)
    with get_desk().catalogue.read() as tx:
        official = registers.get_official(tx, id)
    return render_template(
        "registers/signing_identity.html",
        official=official,
        identity=identity,
        typed=typed,
        wrong=wrong,
        status=status,
        fault=fault,
        connected=get_desk().bsre is not None,
    )
