"""The first page: what to do now, what is unfinished, what was made last."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue

from docgen.desk.decisions.inbox import waiting_for
from docgen.desk.dossiers.dossiers import view_dossiers
from docgen.desk.dossiers.overview import late_dossiers
from storage import media_types
from storage.catalogue import documents, dossiers, journal, registers
from storage.catalogue.drafts import list_drafts
from storage.catalogue.limits import seen_within
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
    """Search, begin, go on."""
    desk = get_desk()
    with desk.catalogue.read() as tx:
        pending = {line.document: line for line in journal.list_pending(tx)}
        seen = seen_within(tx, list(pending), limits())
        waiting = [documents.get_document(tx, id) for id in pending if id in seen]
        drafts = list_drafts(tx, me().name, limit=6)
        last = search_documents(tx, Filter(within=limits()), limit=LAST)
        assets = registers.count_assets(tx)
        officials = len(registers.list_officials(tx))
        undecided = waiting_for(desk, tx, me().user.officials, limit=MOST_WAITING)
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
    )


def draft_title(draft: Draft) -> str:
    """What a draft is about, as far as it was typed."""
    kind = get_desk().kinds.get(str(draft.body.get("kind")))
    data = draft.body.get("data") or {}
    return str(data.get(kind.sheet.title_field) or "").strip() if kind else ""


@blueprint.get("/kantor/lambang.png")
def emblem() -> ResponseReturnValue:
    """The office's emblem, shown on every page, the public one too."""
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
