"""The home page: what to do now, unfinished work, the newest documents."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue

from docgen.desk.decisions.inbox import awaited_decisions
from docgen.desk.dossiers.dossiers import view_dossiers
from docgen.desk.dossiers.overview import late_dossiers
from docgen.desk.drafts.drafts import list_drafts
from docgen.desk.notices.messages import mail_backlog
from storage import media_types
from storage.catalogue import documents, dossiers, journal, registers
from storage.catalogue.limits import visible_documents
from storage.catalogue.search import Filter, search_documents
from storage.records import Draft
from web.desk import get_desk
from web.page_images import VERSION, version_of_bytes
from web.pages.shell import tour
from web.pages.shell.access import limits, may, me

blueprint = Blueprint("home", __name__)

LAST = 8
MOST_WAITING = 10
RUNNING = 6  # dossiers
LATE = 6  # dossiers


@blueprint.get("/")
@may("read")
def home() -> ResponseReturnValue:
    """Show the home page: search, begin, go on."""
    desk = get_desk()
    with desk.catalogue.read() as tx:
        pending = {line.document: line for line in journal.list_pending(tx)}
        visible = visible_documents(tx, list(pending), limits())
        waiting = [documents.get_document(tx, id) for id in pending if id in visible]
        drafts = list_drafts(tx, me().name, limit=6)
        last = search_documents(tx, Filter(within=limits()), limit=LAST)
        assets = registers.count_assets(tx)
        officials = len(registers.list_officials(tx))
        undecided = awaited_decisions(desk, tx, me().user.officials, limit=MOST_WAITING)
        late = late_dossiers(desk, tx, LATE)
        running = view_dossiers(desk, tx, dossiers.list_dossiers(tx, closed=False, limit=RUNNING))
    return render_template(
        "home.html",
        today=desk.today(),
        pending=pending,
        waiting=waiting,
        drafts=[(draft, draft_title(draft)) for draft in drafts],
        last=last,
        undecided=undecided,
        late=late,
        running=running,
        assets=assets,
        officials=officials,
        tour=tour.step(),
        mail_backlog=mail_backlog(desk) if me().may("administer") else None,
    )


def draft_title(draft: Draft) -> str:
    """Return what a draft is about, as far as it was typed."""
    kind = get_desk().kinds.get(str(draft.body.get("kind")))
    data = draft.body.get("data") or {}
    return str(data.get(kind.sheet.title_field) or "").strip() if kind else ""


@blueprint.get("/kantor/lambang.png")
def emblem() -> ResponseReturnValue:
    """Send the office's emblem, which every page shows, the public one too."""
    with get_desk().catalogue.read() as tx:
        png = registers.get_emblem(tx)
    if png is None:
        return current_app.send_static_file("lambang.svg")
    version = version_of_bytes(png)
    response = make_response(png)
    response.content_type = media_types.PNG
    response.set_etag(version)
    is_versioned = request.args.get(VERSION) == version  # under an address with its version it never changes
    response.headers["Cache-Control"] = f"public, {'max-age=31536000, immutable' if is_versioned else 'no-cache'}"
    response.make_conditional(request)
    return response
