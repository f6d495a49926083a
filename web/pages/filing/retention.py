"""Dossiers whose retention is over: proposed for destruction, transfer or review; destroy the approved ones."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.disposal.destroy import DestructionRequest, destroy
from docgen.desk.disposal.retention import DUE, STATES, retention
from docgen.errors import Conflict, FieldError, InvalidSubmission
from docgen.sop.actors import valid_on
from storage.catalogue import registers
from web.desk import get_desk
from web.pages.shell.access import limits, may, me
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("retention", __name__, url_prefix="/retensi")


@blueprint.get("")
@may("retain")
def index() -> ResponseReturnValue:
    """Show the lists of dossiers by retention."""
    return _page([])


@blueprint.post("/musnahkan")
@may("destroy")
def destroy_chosen() -> ResponseReturnValue:
    """Destroy the chosen dossiers, by the named approval."""
    form = request.form
    chosen = form.getlist("dossier")
    try:
        if not chosen:
            raise InvalidSubmission([FieldError("dossier", "Pilih berkas yang dimusnahkan.")])
        if not form.get("sure"):
            raise InvalidSubmission([FieldError("sure", "Centang bahwa isi naskah boleh dihapus untuk selamanya.")])
        destruction = DestructionRequest(
            dossiers=chosen,
            official=form.get("official", ""),
            approval=form.get("approval", ""),
            reason=form.get("reason", ""),
        )
        destroy(get_desk(), destruction, me().name)
    except InvalidSubmission as invalid:
        return _page(invalid.errors), 422
    except Conflict as conflict:
        return _page([FieldError("dossier", str(conflict))]), 409
    flash(
        say("{count} berkas dimusnahkan. Berita Acaranya tersimpan; nomornya tetap tercatat.", count=len(chosen)),
        "success",
    )
    return redirect(url_for(".index"), 303)


def _page(errors: list[FieldError]) -> str:
    desk = get_desk()
    closed_dossiers = retention(desk, tuple(STATES), limits())
    with desk.catalogue.read() as tx:
        officials = registers.list_officials(tx)
        today = desk.today_in(tx)
    return render_template(
        "retention.html",
        lists=[
            (state, STATES[state], [item for item in closed_dossiers if item.standing.state == state]) for state in DUE
        ],
        later=[item for item in closed_dossiers if item.standing.state not in DUE],
        officials=[item for item in officials if valid_on(item, today)],
        rules=desk.retention.rules.values(),
        states=STATES,
        errors={item.field: item.message for item in errors},
        typed=request.form,
        chosen=request.form.getlist("dossier"),
    )
