"""Link cards of pasted addresses (OpenGraph, oEmbed), with only what the public may know.

Of a document that is what its verification page tells; a picture of its first page only where that page shows pages,
or under a share link.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from docgen.desk import Desk
from docgen.desk.access.share_links import find_share
from docgen.desk.public_facts import PublicFacts
from docgen.desk.revisions.document_history import STATE_OF_NO
from docgen.desk.verification import verify
from docgen.errors import NotFound
from docgen.links import DOCUMENT, SHARE, VERIFICATION
from storage.catalogue import documents
from storage.catalogue.visibility.classes import OPEN
from storage.errors import RecordMissing
from storage.records import Document
from web.desk import get_desk
from web.page_images import version_of
from web.pages.shell.access import public
from web.pages.shell.filters import DECIDED, STATUSES, kind_title

blueprint = Blueprint("cards", __name__)

PICTURE_WIDTH = 600  # pixels
_PAGE = re.compile(DOCUMENT + r"([A-Za-z0-9_-]{1,64})/?")
_VERIFY = re.compile(VERIFICATION + r"([A-Za-z0-9-]{1,40})/?")
_SHARE = re.compile(SHARE + r"([A-Za-z0-9._-]{1,80})/?")


@dataclass(frozen=True)
class Card:
    """A link card: absolute addresses; `picture` is "" where no part of the page may be shown."""

    url: str
    title: str
    description: str
    office: str
    picture: str

    @property
    def oembed(self) -> str:
        """Return the card of an address of this service as oEmbed 1.0 (JSON). Raises NotFound."""
        return f"{get_desk().public_url}/oembed?{urlencode({'url': self.url})}"


@blueprint.get("/oembed")
@public("A chat asks without signing in; it is told what the link itself shows.")
def oembed() -> ResponseReturnValue:
    """Return the card of an address of this service as oEmbed 1.0 (JSON). Raises NotFound."""
    if request.args.get("format", "json") != "json":
        return jsonify(error="Hanya format=json yang dilayani."), 501
    card = card_of(request.args.get("url", ""))
    if card is None:
        raise NotFound("Alamat ini bukan alamat naskah pada layanan ini.")
    desk = get_desk()
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "link",
        "title": card.title,
        "provider_name": card.office,
        "provider_url": desk.public_url,
        "cache_age": 300,
        "description": card.description,
        "url": card.url,
    }
    if card.picture:
        thumbnail = {"url": card.picture, "width": PICTURE_WIDTH, "height": round(PICTURE_WIDTH * 297 / 210)}
        answer |= {f"thumbnail_{name}": value for name, value in thumbnail.items()}
    return jsonify(answer)


def card_of(url: str) -> Card | None:
    """Return the card of an address of this service, or None when it is none or nothing is there."""
    desk = get_desk()
    parts = urlsplit(url if url.isprintable() else "")
    own_address = urlsplit(desk.public_url)
    if parts.netloc and parts.netloc not in (own_address.netloc, request.host):
        return None
    path = parts.path.removeprefix(own_address.path)
    try:
        if page := _PAGE.fullmatch(path):
            with desk.catalogue.read() as tx:
                document = documents.get_document(tx, page[1])
            if document.security not in OPEN:
                return None  # as an address of which nothing is known
            return document_card(desk, document, desk.links.document(document.id))
        if match := _VERIFY.fullmatch(path):
            facts = verify(desk, match[1]).facts
            url = desk.links.verification(match[1])
            return _card(desk, facts, url, _public_picture(desk, facts, match[1])) if facts else None
        if share := _SHARE.fullmatch(path):
            return share_card(desk, share[1])
    except (NotFound, RecordMissing):
        return None
    return None


def document_card(desk: Desk, document: Document, url: str) -> Card | None:
    """Return the card of a document's own page."""
    facts = verify(desk, document.code).facts
    return _card(desk, facts, url, _public_picture(desk, facts, document.code)) if facts else None


def share_card(desk: Desk, token: str) -> Card:
    """Return the card of a share link: with its title and a picture of its first page. Raises NotFound, Gone."""
    _, document, revision = find_share(desk, str(current_app.secret_key), token)
    facts = verify(desk, document.code).facts
    if facts is None:
        raise NotFound("Naskah pada tautan ini tidak ada.")
    shown_facts = PublicFacts(**{**asdict(facts), "title": document.title})
    url = desk.links.share(token)
    return _card(desk, shown_facts, url, f"{url}/kartu.png?v={version_of(revision.pdf)}")


def _card(desk: Desk, facts: PublicFacts, url: str, picture: str) -> Card:
    kind = kind_title(facts.kind) if facts.kind else "Naskah dinas"
    state = STATE_OF_NO[facts.refusing_decision] if facts.refusing_decision else facts.status
    state = "" if state == "issued" else f" ({(STATUSES | DECIDED)[state]})"
    title = f"{kind}: {facts.title}" if facts.title else kind
    signer = f", ditandatangani {facts.signer}" if facts.signer else ""
    about = f"Nomor {facts.number}, {facts.weekday_date}{signer}. " if facts.number else ""
    description = f"{about}{facts.office}."
    return Card(url=url, title=f"{title}{state}", description=description, office=facts.office, picture=picture)


def _public_picture(desk: Desk, facts: PublicFacts, code: str) -> str:
    return f"{desk.links.verification(code)}/halaman/1.png?v={facts.version}" if facts.pages else ""
