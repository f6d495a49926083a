"""The register of officials: who signs, in which post and capacity, from when to when."""

from __future__ import annotations

from functools import partial
from typing import Any, get_args

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from ulid import ULID

from docgen.desk.registers.checks import OFFICIAL_LABELS, complete_official, official_warnings
from docgen.desk.registers.divisions import divisions_in_use
from docgen.desk.registers.edit import add_official, change_official, remove_official
from docgen.desk.registers.imports import import_officials
from docgen.errors import FieldError
from docgen.messages import field_errors
from docgen.sop.actors import valid_on
from storage.catalogue import registers
from storage.errors import RecordConflict
from storage.records import Official, Role
from storage.text import DOOR
from web.desk import get_desk
from web.pages.office.register_import import take_file
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("officials", __name__, url_prefix="/pejabat")

EMPTY = dict.fromkeys(OFFICIAL_LABELS, "") | {"role": "kepala_seksi", "capacity": "definitif"}


@blueprint.get("")
@may("read")
def index() -> ResponseReturnValue:
    """Show everyone, those in office first."""
    desk = get_desk()
    today = desk.today()
    with desk.catalogue.read() as tx:
        people = registers.list_officials(tx)
    order = list(get_args(Role))
    people.sort(
        key=lambda official: (
            not valid_on(official, today),
            order.index(official.role) if official.role in order else 99,
        )
    )
    rows = [(official, valid_on(official, today), official_warnings(official)) for official in people]
    return render_template("registers/officials.html", rows=rows, today=today, result=None)


@blueprint.route("/baru", methods=["GET", "POST"])
@may("administer")
def create() -> ResponseReturnValue:
    """Add an official."""
    if request.method == "GET":
        return _form(EMPTY, [], new=True)
    typed = _typed() | {"id": str(ULID()).lower()}
    return _save(typed, new=True)


@blueprint.route("/ubah", methods=["GET", "POST"])
@may("administer")
def edit() -> ResponseReturnValue:
    """Change an official."""
    id = request.args.get("id", "")
    with get_desk().catalogue.read() as tx:
        record = registers.get_official(tx, id)
    if request.method == "GET":
        return _form({key: "" if value is None else value for key, value in record.model_dump().items()}, [], new=False)
    return _save(_typed() | {"id": id}, new=False)


@blueprint.post("/hapus")
@may("administer")
def remove() -> ResponseReturnValue:
    """Remove an official who signed nothing."""
    try:
        remove_official(get_desk(), request.form.get("id", ""), by=me().name, officials_allowed=me().user.officials)
        flash("Pejabat dihapus dari daftar.", "success")
    except RecordConflict as error:
        flash(str(error), "warning")
    return redirect(url_for(".index"), 303)


@blueprint.post("/impor")
@may("administer")
def upload() -> ResponseReturnValue:
    """Add or change officials from CSV or XLSX."""
    return take_file(partial(import_officials, officials_allowed=me().user.officials), OFFICIAL_LABELS, "pejabat")


def _typed() -> dict[str, Any]:
    return {key: request.form.get(key, "").strip() for key in OFFICIAL_LABELS}


def _save(typed: dict[str, Any], *, new: bool) -> ResponseReturnValue:
    filled = {key: value for key, value in typed.items() if value != ""}
    try:
        record = complete_official(Official.model_validate(filled, context=DOOR))
        if not new:
            record = record.model_copy(update={"id": typed["id"]})  # one who is there keeps the key
    except ValidationError as error:
        return _form(typed, field_errors(error, OFFICIAL_LABELS), new=new), 422
    if new:
        add_official(get_desk(), record, by=me().name, officials_allowed=me().user.officials)
    else:
        change_official(get_desk(), record, by=me().name, officials_allowed=me().user.officials)
    flash(say("{name} disimpan.", name=record.name), "success")
    for warning in official_warnings(record):
        flash(say("Perlu diperiksa: {warning}", warning=warning), "warning")
    return redirect(url_for(".index"), 303)


def _form(typed: dict[str, Any], errors: list[FieldError], *, new: bool) -> str:
    with get_desk().catalogue.read() as tx:
        divisions = divisions_in_use(tx)
    return render_template(
        "registers/official.html",
        typed=typed,
        errors=errors,
        wrong={error.field: error.message for error in errors},
        labels=OFFICIAL_LABELS,
        roles=[(role, get_desk().sop.role_label(role)) for role in get_args(Role)],
        new=new,
        divisions=divisions,
    )
