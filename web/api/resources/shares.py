"""Share links of documents."""

from __future__ import annotations

from flask import current_app

from docgen.desk.access.share_links import create_share, ended_because, revoke_share, share_url
from docgen.desk.rights import may
from storage import link_records
from storage.catalogue import documents, shares
from storage.errors import RecordMissing
from web.api.http.auth import asker, caller, see_document
from web.api.http.calls import Answer, call
from web.api.schemas import links as models
from web.desk import get_desk


@call("GET", "/documents/<id>/shares", "Share links of a document", tag="Share links", office_wide=False, action="read",
      returns={200: list[models.Share]})  # fmt: skip
def list_shares(id: str) -> list[models.Share]:
    """All that were made, newest first, with how often each was opened. `href` is told to who may make one; `ended`
    says why a link works no more although it was not revoked: with the right of its maker it ends, too."""
    see_document(id)
    with get_desk().catalogue.read() as tx:
        documents.get_document(tx, id)
        return [_share(share, ended_because(get_desk(), tx, share)) for share in shares.list_shares(tx, id)]


@call("POST", "/documents/<id>/shares", "Share a document", tag="Share links", office_wide=False, action="issue",
      body=models.ShareRequest, returns={201: models.Share})  # fmt: skip
def post_share(id: str, body: models.ShareRequest) -> models.Share:
    """Make a link by which anybody reads this document, without an account, until it expires or is revoked."""
    see_document(id)
    return _share(create_share(get_desk(), id, caller().name, body.days, body.note, token=caller().id))


@call("DELETE", "/shares/<id>", "Revoke a share link", tag="Share links", office_wide=False, action="issue",
      returns={204: None})  # fmt: skip
def delete_share(id: str) -> Answer:
    """Whoever opens it from now on is told that it was revoked (410)."""
    with get_desk().catalogue.read() as tx:
        if not may(asker(), "issue", tx, shares.get_share(tx, id).document):
            raise RecordMissing(shares.UNKNOWN)
    revoke_share(get_desk(), id, caller().name)
    return Answer(None, 204)


def _share(share: link_records.Share, ended: str = "") -> models.Share:
    values = share.model_dump(exclude={"token"})
    return models.Share.model_validate({**values, "href": _href(share), "ended": ended or None})


def _href(share: link_records.Share) -> str | None:
    """Return the address, which opens the letter, if the caller might create it himself; else None."""
    if not may(asker(), "issue"):
        return None
    return share_url(get_desk(), str(current_app.secret_key), share)
