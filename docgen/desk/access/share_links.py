"""Share links: whoever holds one reads that document, until it expires or is revoked; every opening is counted.

The link holds the id of its record and an HMAC-SHA256 of it under the service's secret key, so links are neither
guessed nor made from what stands in the database.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from contextlib import suppress

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.mirror import keep_mirror
from docgen.desk.rights import may, person, system
from docgen.errors import Conflict, FieldError, Gone, InvalidSubmission, NotFound
from storage.catalogue import documents, shares
from storage.catalogue.access import accounts
from storage.catalogue.visibility.classes import is_closed
from storage.errors import RecordMissing
from storage.link_records import Share
from storage.records import Document, Revision, Token
from storage.text import tidy
from wording import say

MOST_DAYS = 366  # days
DEFAULT_DAYS = 30  # days
_SIGNATURE = 24  # characters: 144 bits
_NOT_SHARED = "Naskah rahasia tidak dibagikan dengan tautan. Berikan langsung kepada yang berhak."


def create_share(
    desk: Desk, document: str, by: str, days: int = DEFAULT_DAYS, note: str = "", *, token: str = ""
) -> Share:
    """Make a link to a document for a number of days; `token` is the id of the token that asks, if one does.

    Raises InvalidSubmission, RecordMissing, Conflict for a letter of class T, R or SR.
    """
    if not 1 <= days <= MOST_DAYS:
        raise InvalidSubmission([FieldError("days", say("Tulis masa berlaku 1 sampai {most} hari.", most=MOST_DAYS))])
    now = desk.now()
    share = Share(
        id=str(ULID()).lower(),
        document=document,
        note=" ".join(tidy(note).split())[:300],
        created_at=now,
        created_by=by,
        expires_at=now + dt.timedelta(days=days),
        token=token,
    )
    with desk.catalogue.write() as tx:
        number = documents.get_document(tx, document).number
        if is_closed(tx, document):
            raise Conflict(_NOT_SHARED)
        shares.add_share(tx, share)
        after = {"number": number, "share": share.id, "expires_at": share.expires_at.isoformat()}
        audit.record(desk, tx, by, Action.SHARE_CREATED, document, after=after | ({"note": share.note} if note else {}))
    return share


def revoke_share(desk: Desk, id: str, by: str) -> Share:
    """Make a link work no more; one that is revoked stays so. Raises RecordMissing."""
    with desk.catalogue.write() as tx:
        share = shares.get_share(tx, id)
        if share.revoked_at is None:
            shares.revoke_share(tx, id, desk.now())
            audit.record(desk, tx, by, Action.SHARE_REVOKED, share.document, before={"share": id})
        revoked = shares.get_share(tx, id)
    keep_mirror(desk)  # at once, so that a revoked link stays revoked after a restore
    return revoked


def share_token(secret: str, share: Share) -> str:
    """Return the text that stands for a share link in its address."""
    return f"{share.id}.{_sign(secret, share.id)}"


def share_url(desk: Desk, secret: str, share: Share) -> str:
    """Return the address of a share link."""
    return desk.links.share(share_token(secret, share))


def find_share(desk: Desk, secret: str, token: str) -> tuple[Share, Document, Revision]:
    """Return the link with its document as it is now. Raises NotFound (unknown, forged, no PDF yet), Gone."""
    id, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _sign(secret, id).encode()):
        raise NotFound("Tautan ini tidak dikenal. Periksa apakah alamatnya tersalin utuh.")
    try:
        with desk.catalogue.read() as tx:
            share = shares.get_share(tx, id)
            if share.revoked_at is not None:
                raise Gone("Tautan ini sudah dicabut oleh yang memberikannya.")
            if share.expires_at <= desk.now():
                raise Gone("Masa berlaku tautan ini sudah habis.")
            if reason := ended_because(desk, tx, share):
                raise Gone(say("Tautan ini sudah berakhir: {reason}.", reason=reason))
            document = documents.get_document(tx, share.document)
            return share, document, documents.get_revision(tx, document.id, document.revision)
    except RecordMissing as error:
        raise NotFound("Naskah pada tautan ini belum ada. Coba lagi beberapa menit kemudian.") from error


def ended_because(desk: Desk, tx: Connection, share: Share) -> str:
    """Return why a link ended with the right to make it, as part of a sentence; "" while its maker may still share."""
    if is_closed(tx, share.document):
        return "naskahnya tidak terbuka untuk umum"
    if not share.token:
        with suppress(RecordMissing):
            user = accounts.get_user(tx, share.created_by)
            if not user.active:
                return "akun pembuatnya ditutup"
            return "" if may(person(desk.roles, user), "issue") else "pembuatnya tidak lagi berwenang membagikan naskah"
    tokens = _maker_tokens(tx, share)
    if not tokens:
        return "pembuatnya tidak dikenal lagi"
    now = desk.now()
    valid = [token for token in tokens if not token.revoked_at and not (token.expires_at and token.expires_at <= now)]
    if not valid:
        return "token pembuatnya tidak berlaku lagi"
    if any(may(system(desk.roles, tx, token), "issue", tx, share.document) for token in valid):
        return ""
    return "pembuatnya tidak lagi berwenang membagikan naskah"


def _maker_tokens(tx: Connection, share: Share) -> list[Token]:
    """Return the token that made a link; of a link of an earlier version, every token of its maker's name."""
    if not share.token:
        return accounts.tokens_named(tx, share.created_by)
    with suppress(RecordMissing):
        return [accounts.get_token(tx, share.token)]
    return []


def count_use(desk: Desk, share: Share) -> None:
    """Count one opening."""
    with desk.catalogue.write() as tx:
        shares.count_use(tx, share.id, desk.now())


def _sign(secret: str, id: str) -> str:
    mac = hmac.new(secret.encode(), f"docgen-share:{id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).decode()[:_SIGNATURE]
