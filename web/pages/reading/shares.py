"""Share links: created and revoked on the document's page; anybody who holds one may open it."""

from __future__ import annotations

import io

from flask import Blueprint, current_app, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.access.share_links import count_use, create_share, ended_because, find_share, revoke_share, share_url
from docgen.desk.revisions.authenticity import proven_revisions
from docgen.errors import InvalidSubmission, NotFound
from docgen.foreign import page_png
from storage import media_types
from storage.catalogue import documents, shares
from storage.catalogue.visibility.classes import is_closed
from storage.link_records import Share
from storage.records import Document, Revision
from web.desk import get_desk
from web.page_images import send_picture, version_of
from web.pages.shell.access import lane, may, me, public, see_document
from web.pages.shell.downloads import download_name
from web.pages.shell.link_previews import PICTURE_WIDTH, share_card
from web.pages.shell.message_translation import flash

blueprint = Blueprint("shares", __name__)

DAYS = (7, 30, 90, 365)
PAGE_WIDTH = 900  # pixels
MOST_SHOWN = 20  # pages as pictures; the PDF holds all


@blueprint.route("/d/<id>/bagikan", methods=["GET", "POST"])
@may("issue")
def index(id: str) -> ResponseReturnValue:
    """Show the share links of a document, and a form for a new link."""
    see_document(id)
    desk, key = get_desk(), str(current_app.secret_key)
    wrong = ""
    if request.method == "POST":
        try:
            create_share(desk, id, me().name, request.form.get("days", 30, type=int), request.form.get("note", ""))
        except InvalidSubmission as invalid:
            wrong = invalid.errors[0].message
        else:
            flash("Tautan dibuat. Salin dan berikan kepada yang berkepentingan.", "success")
            return redirect(url_for(".index", id=id), 303)
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        links = [(share, ended_because(desk, tx, share)) for share in shares.list_shares(tx, id)]
        secret = is_closed(tx, id)
    page = render_template(
        "document/shares.html",
        document=document,
        links=[(share, share_url(desk, key, share), ended) for share, ended in links],
        secret=secret,
        days=DAYS,
        wrong=wrong,
        now=desk.now(),
    )
    return page, 422 if wrong else 200


@blueprint.post("/d/<id>/bagikan/cabut")
@may("issue")
def revoke(id: str) -> ResponseReturnValue:
    """Revoke a link of a document."""
    see_document(id)
    share = request.form.get("share", "")
    with get_desk().catalogue.read() as tx:
        if shares.get_share(tx, share).document != id:
            raise NotFound("Tautan ini bukan tautan naskah itu.")
    revoke_share(get_desk(), share, me().name)
    flash("Tautan dicabut. Yang membukanya diberi tahu bahwa tautan itu tidak berlaku lagi.", "success")
    return redirect(url_for(".index", id=id), 303)


@blueprint.get("/s/<token>")
@public("Who holds the link was given the letter.")
def show(token: str) -> ResponseReturnValue:
    """Show the shared document to anybody; a program that asks for a PDF gets it."""
    if request.accept_mimetypes.best_match(["text/html", media_types.PDF]) == media_types.PDF:
        return pdf(token)
    share, document, revision = _find(token)
    if request.environ["REQUEST_METHOD"] == "GET":
        count_use(get_desk(), share)
    response = make_response(
        render_template(
            "document/shared.html",
            document=document,
            revision=revision,
            share=share,
            token=token,
            unproven=revision not in proven_revisions(get_desk(), _revisions(document)),
            shown=min(revision.pdf.pages or 1, MOST_SHOWN),
            card=share_card(get_desk(), token),
            verify_url=get_desk().links.verification(document.code),
        )
    )
    return _private(response)


@blueprint.get("/s/<token>/pdf")
@public("Who holds the link was given the letter.")
def pdf(token: str) -> ResponseReturnValue:
    """Send the PDF of the shared document, byte for byte as archived."""
    share, document, revision = _find(token)
    if request.environ["REQUEST_METHOD"] == "GET":
        count_use(get_desk(), share)
    data = io.BytesIO(get_desk().store.get(revision.pdf.key))
    response = send_file(
        data, revision.pdf.content_type, download_name=f"{download_name(document)}.pdf", etag=revision.pdf.sha256
    )
    return _private(response)


@blueprint.get("/s/<token>/kartu.png")
@public("Who holds the link was given the letter.")
def picture(token: str) -> ResponseReturnValue:
    """Send a small picture of the first page, for link cards."""
    return _picture(token, 1, PICTURE_WIDTH)


@blueprint.get("/s/<token>/halaman/<int:page>.png")
@public("Who holds the link was given the letter.")
def page(token: str, page: int) -> ResponseReturnValue:
    """Send a picture of a page of the shared document."""
    return _picture(token, page, PAGE_WIDTH)


def _picture(token: str, number: int, width: int) -> ResponseReturnValue:
    revision = _find(token)[2]
    if not 1 <= number <= min(revision.pdf.pages or 1, MOST_SHOWN):
        raise NotFound("Halaman ini tidak ada pada naskah itu.")
    pdf = revision.pdf
    return _private(
        send_picture(
            lambda: page_png(get_desk().store.get(pdf.key), number, width=width, lane=lane()),
            version_of(pdf),
            f"{number}-{width}",
        )
    )


def _revisions(document: Document) -> list[Revision]:
    with get_desk().catalogue.read() as tx:
        return documents.list_revisions(tx, document.id)


def _find(token: str) -> tuple[Share, Document, Revision]:
    return find_share(get_desk(), str(current_app.secret_key), token)


def _private(response: ResponseReturnValue) -> ResponseReturnValue:
    """Mark a response private, because its address is the key: no search engine or other site may learn it."""
    answer = make_response(response)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
