"""Dossiers (berkas): which are open, and one of them step by step: done, whose turn, missing, late, returned."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk import Desk
from docgen.desk.decisions.endorse import allowed_among, turn_of
from docgen.desk.dossiers.dossiers import DossierView, close, reopen, view_dossier, view_dossiers
from docgen.errors import InvalidSubmission
from docgen.sop.progress import StepProgress
from storage.catalogue import dossiers, registers
from storage.errors import RecordMissing
from storage.records import Asset, Document
from web.desk import get_desk
from web.pages.shell.access import limits, may, me, see_dossier
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("dossiers", __name__, url_prefix="/berkas")

PAGE = 20
SHOWN = {"terbuka": False, "tutup": True}


@blueprint.get("")
@may("read")
def index() -> ResponseReturnValue:
    """List dossiers, newest first; `?keadaan=` terbuka (default), tutup or semua, `?prosedur=` one procedure."""
    desk, args = get_desk(), request.args
    state = args.get("keadaan", "terbuka")
    with desk.catalogue.read() as tx:
        matches = dossiers.list_dossiers(
            tx,
            procedure=args.get("prosedur", ""),
            asset=args.get("aset", "").strip(),
            closed=SHOWN.get(state),
            cursor=args.get("sesudah", ""),
            limit=PAGE + 1,
            within=limits(),
        )
        views = view_dossiers(desk, tx, matches[:PAGE], limits())
    return render_template(
        "dossiers/index.html",
        views=views,
        shown=state,
        procedures=desk.sop.places,
        more={**args.to_dict(), "sesudah": matches[PAGE - 1].id} if len(matches) > PAGE else None,
    )


@blueprint.get("/<id>")
@may("read")
def show(id: str) -> ResponseReturnValue:
    """Show one dossier as a checklist."""
    return _page(id)


def _page(id: str, error: str = "", reason: str = "") -> str:
    desk = get_desk()
    see_dossier(id)
    with desk.catalogue.read() as tx:
        view = view_dossier(desk, tx, id, limits())
        assets_by_nibar: dict[str, Asset] = {}
        with suppress(RecordMissing):  # the archive may know assets that the register has no more
            assets_by_nibar = {item.nibar: item for item in registers.get_assets(tx, view.dossier.assets)}
        awaited = {id for step in view.steps for id in step.awaits}
        mine = {
            item.id
            for item in view.documents
            if item.id in awaited
            for turn in [turn_of(desk, tx, item)]
            if turn and allowed_among(me().user.officials, turn.officials)
        }
    return render_template(
        "dossiers/show.html",
        view=view,
        dossier=view.dossier,
        rows=[(step, _made_at(view, step), _makeable(desk, view, step)) for step in view.steps],
        makes_now=_makeable(desk, view, view.current) if view.current and not view.current.awaits else [],
        assets=[(nibar, assets_by_nibar.get(nibar)) for nibar in view.dossier.assets],
        mine=mine,
        error=error,
        reason=reason,
    )


@blueprint.post("/<id>/tutup")
@may("file")
def shut(id: str) -> ResponseReturnValue:
    """Close the dossier."""
    reason = request.form.get("reason", "")
    try:
        view = close(get_desk(), id, me().name, reason, limits())
    except InvalidSubmission as invalid:
        return _page(id, invalid.errors[0].message, reason), 422
    flash(say("Berkas “{title}” ditutup.", title=view.dossier.title), "success")
    return redirect(url_for(".show", id=id), 303)


@blueprint.post("/<id>/buka")
@may("file")
def open_again(id: str) -> ResponseReturnValue:
    """Open a closed dossier again."""
    reopen(get_desk(), id, me().name, limits())
    flash("Berkas dibuka kembali.", "success")
    return redirect(url_for(".show", id=id), 303)


def _made_at(view: DossierView, step: StepProgress) -> list[Document]:
    """Return the documents of a step, those in force first."""
    of_step = [document for document in view.documents if document.step == step.step.number]
    return sorted(of_step, key=lambda document: (document.status in ("void", "superseded"), document.id))


def _makeable(desk: Desk, view: DossierView, step: StepProgress) -> list[tuple[str, Document | None]]:
    """Return the kinds to offer at a step: sent back there, or missing when the step is due or was passed over."""
    candidates = [(kind, view.newest_refused(step.step.number, kind)) for kind in step.lacks if kind in desk.kinds]
    due = step.state in ("current", "returned", "missing")
    return [(kind, corrects) for kind, corrects in candidates if due or corrects]
