"""The viewer: pages with zoom and search, the document's QR, and two revisions side by side."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.dossiers.document_state import archived_revision
from docgen.desk.revisions.document_history import changes_after
from docgen.desk.revisions.letter_words import letter_words
from docgen.foreign import TextBox, find_occurrences, page_text
from docgen.render.stamps.verification_band import qr_svg
from docgen.word_diff import is_too_long, shortened, word_differences
from storage.catalogue import documents
from storage.records import Document, Revision
from web.desk import get_desk
from web.pages.shell.access import may, read_document, see_document
from web.pages.shell.filters import zone

blueprint = Blueprint("viewer", __name__, url_prefix="/d")

SHOWN = 20  # pages at a time
SIZES = {"kecil": 480, "sedang": 900, "besar": 1400}  # pixels of a page's picture


@blueprint.get("/<id>/baca")
@may("read")
def read(id: str) -> ResponseReturnValue:
    """Show the pages: `?cari=` marks words, `?besar=` sizes, `?mulai=` is the first page, `?revisi=` an older one."""
    document, revision = _revision(id, request.args.get("revisi", 0, type=int))
    pages = revision.pdf.pages or 1
    start = min(max(request.args.get("mulai", 1, type=int), 1), pages)
    words = request.args.get("cari", "").strip()[:200]
    size = request.args.get("besar", "sedang")
    occurrences: list[TextBox] = find_occurrences(get_desk().store.get(revision.pdf.key), words) if words else []
    marks: dict[int, list[TextBox]] = {}
    for box in occurrences:
        marks.setdefault(box.page, []).append(box)
    return render_template(
        "document/read.html",
        document=document,
        revision=revision,
        pages=pages,
        shown=range(start, min(start + SHOWN, pages + 1)),
        start=start,
        step=SHOWN,
        asked=words,
        hits={page: len(boxes) for page, boxes in marks.items()},
        marks=marks,
        size=size if size in SIZES else "sedang",
        sizes=SIZES,
        link=lambda **changed: f"{url_for('.read', id=id)}?{urlencode({**request.args.to_dict(), **changed})}",
    )


@blueprint.get("/<id>/qr.svg")
@may("read")
def qr(id: str) -> ResponseReturnValue:
    """Send the QR that opens the document's public page."""
    see_document(id)
    desk = get_desk()
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
    response = make_response(qr_svg(desk.links.verification(document.code)))
    response.content_type = "image/svg+xml"
    return response


@blueprint.get("/<id>/banding")
@may("read")
def compare(id: str) -> ResponseReturnValue:
    """Show what changed from one revision to another: words, and pages side by side.

    `?dari=` and `?ke=` are numbers of revisions; `?naskah=` takes the older side from another document.
    """
    other = request.args.get("naskah") or id
    after = _revision(id, request.args.get("ke", 0, type=int))
    usual = max(after[1].number - 1, 1) if other == id else 0
    before = _revision(other, request.args.get("dari", usual, type=int))
    store = get_desk().store
    with get_desk().catalogue.read() as tx:
        revisions = documents.list_revisions(tx, id)
        earlier = revisions if other == id else documents.list_revisions(tx, other)
    texts = [
        letter_words(
            page_text(store.get(revision.pdf.key), most=200),
            document,
            [past for past in history if past.number <= revision.number],
        )
        for (document, revision), history in ((before, earlier), (after, revisions))
    ]
    pieces = word_differences(*texts)
    page = max(request.args.get("halaman", 1, type=int), 1)
    last = max(before[1].pdf.pages or 1, after[1].pdf.pages or 1)
    return render_template(
        "document/compare.html",
        document=after[0],
        before=before,
        after=after,
        revisions=revisions,
        pieces=shortened(pieces),
        changed=any(piece.sort != "same" for piece in pieces),
        cut=any(map(is_too_long, texts)),
        said=changes_after(revisions, before[1], zone()) if other == id else (),
        page=min(page, last),
        last=last,
        link=lambda number: f"{url_for('.compare', id=id)}?{urlencode({**request.args.to_dict(), 'halaman': number})}",
    )


def _revision(id: str, number: int) -> tuple[Document, Revision]:
    """Return a document and a revision of it, the current one for 0. Raises RecordMissing, Conflict, NotFound."""
    read_document(id)
    with get_desk().catalogue.read() as tx:
        return archived_revision(tx, id, number)
