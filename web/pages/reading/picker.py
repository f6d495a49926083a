"""Choose a document for another web application, which opens this page in a pop-up or a frame (DOCGEN_PICKER_ORIGINS).

What is chosen goes back by `postMessage`, to that application's origin alone.
"""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from docgen.desk.rights import require
from storage.catalogue.searching.search import Filter, search_documents
from web.desk import get_desk, get_settings
from web.pages.shell.access import here, limits, me, picker

blueprint = Blueprint("picker", __name__)

PAGE = 20


@blueprint.get("/pilih")
@picker
def show() -> ResponseReturnValue:
    """Search and choose. `asal` is the origin of the application that asks; a foreign origin gets nothing."""
    args = request.args
    origins = get_settings().picker_origins
    origin = args.get("asal", "").rstrip("/") or (origins[0] if len(origins) == 1 else "")
    if origin not in origins:
        return _page(403, origin=origin, refused=True)
    if not current_user.is_authenticated:
        return _page(200, origin=origin, stranger=True, here=here())
    require(me().caller, "read")
    criteria = Filter(
        q=args.get("q", "").strip()[:200],
        asset=args.get("aset", "").strip()[:120],
        procedure=args.get("prosedur", "")[:64],
        step=min(args.get("langkah", 0, type=int), 9999) or None,
        kind=args.get("jenis", "")[:64],
        status="issued",
        cursor=args.get("sesudah", "")[:64],
        within=limits(),
    )
    desk = get_desk()
    with desk.catalogue.read() as tx:
        matches = search_documents(tx, criteria, limit=PAGE + 1)
    filters = {name: args[name] for name in ("asal", "aset", "prosedur", "langkah") if args.get(name)}
    next_page = {**args.to_dict(), "sesudah": matches[PAGE - 1].id} if len(matches) > PAGE else None
    return _page(
        200, origin=origin, wanted=criteria, found=matches[:PAGE], kept=filters, more=next_page, kinds=desk.kinds
    )


def _page(status: int, **values: object) -> ResponseReturnValue:
    page = render_template("pick.html", links=get_desk().links, **values)
    response = make_response(page, status)
    ancestors = " ".join(("'self'", *get_settings().picker_origins))
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; "
        f"frame-ancestors {ancestors}; form-action 'self'; base-uri 'none'"
    )
    return response
