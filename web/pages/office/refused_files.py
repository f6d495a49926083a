"""Files that came as signed copies and were refused: administrators look at them and say that they have."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from docgen.desk.signing.kept_aside import get_refused, list_refused, mark_seen
from docgen.links import REFUSED_FILES
from storage.catalogue import documents, registers
from storage.catalogue.signatures.identities import SEAL
from storage.catalogue.signatures.kept_aside import count_unseen
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.downloads import send_stored
from web.pages.shell.message_translation import flash

blueprint = Blueprint("refused_files", __name__, url_prefix=REFUSED_FILES)


@blueprint.get("")
@may("administer")
def index() -> ResponseReturnValue:
    """List the refused files, newest first."""
    with get_desk().catalogue.read() as tx:
        rows = list_refused(tx, me().caller.within)
        letters = documents.get_documents(tx, [row.document for row in rows])
        names = {official.id: official.name for official in registers.list_officials(tx)}
        names[SEAL] = registers.get_office(tx).name
    return render_template("registers/refused_files.html", rows=rows, letters=letters, names=names)


@blueprint.get("/<id>")
@may("administer")
def download(id: str) -> ResponseReturnValue:
    """Send a refused file as it came, never to be shown in the browser."""
    with get_desk().catalogue.read() as tx:
        row = get_refused(tx, id, me().caller.within)
        letter = documents.get_document(tx, row.document)
    return send_stored(letter, row.file, "pdf", attachment=True)


@blueprint.post("/lihat")
@may("administer")
def seen() -> ResponseReturnValue:
    """Note that a refused file was seen."""
    mark_seen(get_desk(), request.form.get("id", ""), me().name)
    flash("Berkas ditandai sudah dilihat.", "success")
    return redirect(url_for(".index"), 303)


@blueprint.app_context_processor
def _for_templates() -> dict[str, object]:
    """Return what the menu asks for."""
    return {"refused_unseen": refused_unseen}


def refused_unseen() -> int:
    """Return how many refused files no administrator has seen, to one who is signed in; read once a request."""
    if "refused_unseen" not in g:
        g.refused_unseen = 0
        if current_user and current_user.is_authenticated and current_user.may("administer"):
            with get_desk().catalogue.read() as tx:
                g.refused_unseen = count_unseen(tx)
    count: int = g.refused_unseen
    return count
