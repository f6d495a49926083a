"""Kalimat baku: standard sentences that the office writes once and puts into the long fields of its forms."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.registers.phrases import remove_phrase, save_phrase
from docgen.errors import FieldError
from docgen.messages import field_errors
from storage.catalogue import phrases
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("phrases", __name__, url_prefix="/kalimat")

LABELS = {"title": "Nama", "kind": "Jenis naskah", "text": "Kalimat"}


@blueprint.get("")
@may("read")
def index() -> ResponseReturnValue:
    """Show all phrases, and the form for a new one; `?ubah=` opens one for changing."""
    chosen = request.args.get("ubah", "")
    if chosen:
        with get_desk().catalogue.read() as tx:
            return _page(phrases.get_phrase(tx, chosen).model_dump())
    return _page({"id": "", "title": "", "kind": request.args.get("jenis", ""), "text": ""})


@blueprint.post("")
@may("register")
def save() -> ResponseReturnValue:
    """Add or change a phrase."""
    typed = {name: request.form.get(name, "") for name in ("id", "title", "kind", "text")}
    try:
        phrase = save_phrase(get_desk(), **typed, by=me().name)
    except ValidationError as error:
        return _page(typed, field_errors(error, LABELS)), 422
    flash(say("Kalimat baku “{title}” disimpan.", title=phrase.title), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<id>/hapus")
@may("register")
def remove(id: str) -> ResponseReturnValue:
    """Delete a phrase; letters that used it stay as they are."""
    phrase = remove_phrase(get_desk(), id, by=me().name)
    flash(say("Kalimat baku “{title}” dihapus.", title=phrase.title), "success")
    return redirect(url_for(".index"), 303)


def _page(typed: dict[str, str], errors: list[FieldError] | None = None) -> str:
    desk = get_desk()
    with desk.catalogue.read() as tx:
        all_phrases = phrases.list_phrases(tx)
    return render_template(
        "registers/phrases.html",
        found=all_phrases,
        typed=typed,
        choices=[("", "Semua jenis"), *((slug, kind.title) for slug, kind in desk.kinds.items())],
        errors=errors or [],
        wrong={error.field: error.message for error in errors or []},
    )
