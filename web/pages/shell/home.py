"""The home page, Meja saya: what waits for the signed-in person, unfinished work, the newest documents."""

from __future__ import annotations

from contextlib import suppress

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from docgen.desk.archive.archive_key import key_notice
from docgen.desk.dossiers.dossiers import view_dossiers
from docgen.desk.drafts.lists import title_of
from docgen.desk.inbox.idle_officials import idle_officials
from docgen.desk.inbox.inbox import GROUPS, Counts, Inbox, InboxItem, count_inbox, inbox
from docgen.desk.inbox.reasons import reason_of
from docgen.desk.notices.messages import mail_backlog
from docgen.links import DECIDE_DOCUMENT, DECIDE_DRAFT
from storage import media_types
from storage.catalogue import documents, dossiers, journal, registers
from storage.catalogue.searching.search import Filter, search_documents
from storage.catalogue.visibility.limits import visible_documents
from storage.errors import StorageError
from storage.records import Draft
from web.desk import get_desk
from web.page_images import VERSION, version_of_bytes
from web.pages.shell import tour
from web.pages.shell.access import BEFORE, limits, may, me, public
from web.pages.shell.filters import zone

blueprint = Blueprint("home", __name__)

LAST = 8
RUNNING = 6  # dossiers


@blueprint.get("/")
@may("read")
def home() -> ResponseReturnValue:
    """Show what waits for the signed-in person, and where to go on."""
    desk = get_desk()
    desk_of_person = inbox(desk, me().caller)
    g.inbox_counts = desk_of_person.counts
    with desk.catalogue.read() as tx:
        pending = {line.document: line for line in journal.list_pending(tx)}
        visible = visible_documents(tx, list(pending), limits())
        visible_by_id = documents.get_documents(tx, list(visible))
        waiting = [visible_by_id[id] for id in pending if id in visible_by_id]
        last = search_documents(tx, Filter(within=limits()), limit=LAST)
        running = view_dossiers(
            desk, tx, dossiers.list_dossiers(tx, closed=False, limit=RUNNING, within=limits()), limits()
        )
    return render_template(
        "home.html",
        today=desk.today(),
        pending=pending,
        waiting=waiting,
        last=last,
        groups=_groups(desk_of_person),
        inbox=desk_of_person,
        idle=idle_officials(desk, me().caller),
        signed_in_before=session.get(BEFORE),
        running=running,
        tour=tour.step(),
        mail_backlog=mail_backlog(desk) if me().may("administer") else None,
        key_notice=key_notice(desk) if me().may("administer") else None,
    )


@blueprint.get("/meja")
@may("read")
def counts() -> Response:
    """Tell a page that is open how much waits, so that it shows what came meanwhile."""
    found = count_inbox(get_desk(), me().caller)
    groups = (found.returned, found.ready, found.decide, found.late, found.unnumbered)
    return jsonify(total=found.total, version="-".join(map(str, groups)))


def inbox_counts() -> Counts:
    """Return how much waits for the signed-in person, read once a request; nothing while the database is away."""
    if "inbox_counts" not in g:
        g.inbox_counts = Counts()
        if current_user and current_user.is_authenticated:
            with suppress(StorageError):
                g.inbox_counts = count_inbox(get_desk(), me().caller)
    counts: Counts = g.inbox_counts
    return counts


def _groups(found: Inbox) -> list[tuple[str, list[tuple[InboxItem, str, str]]]]:
    """Return the groups that hold something: by their first sort, each item with its reason and the draft's title."""
    desk = get_desk()
    groups: list[tuple[str, list[tuple[InboxItem, str, str]]]] = []
    for sorts in GROUPS:
        items = [item for item in found.items if item.what in sorts]
        rows = [
            (item, reason_of(desk, item, zone()), title_of(desk, item.draft) if item.draft else "") for item in items
        ]
        if rows:
            groups.append((sorts[0], rows))
    return groups


@blueprint.app_context_processor
def _for_templates() -> dict[str, object]:
    """Return what the menu and the list of what waits ask for."""
    desk = get_desk()
    return {
        "inbox_counts": inbox_counts,
        "draft_address": draft_address,
        "decide_address": decide_address,
        "sekarang": desk.now,
        "kinds": desk.kinds,
    }


def decide_address(item: InboxItem) -> str:
    """Return where something that waits for a decision is read and decided."""
    if item.document is not None:
        return f"{DECIDE_DOCUMENT}{item.document.id}"
    return f"{DECIDE_DRAFT}{item.draft.id}" if item.draft is not None else ""


def draft_address(draft: Draft) -> str:
    """Return where somebody goes on with a draft: its author in its form while he writes, all others on its page."""
    body = draft.body
    is_his = draft.user == me().name and not draft.token and draft.state in ("writing", "returned")
    if is_his and all(body.get(name) not in (None, "") for name in ("procedure", "step", "kind")):
        values = {"procedure": body["procedure"], "step": body["step"], "kind": body["kind"], "draf": draft.id}
        address: str = url_for("compose.form", **values)
    else:
        address = url_for("drafting.show", id=draft.id)
    return address


@blueprint.get("/kantor/lambang.png")
@public("The emblem stands on the sign-in page.")
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
