"""Ask BSrE: whether an official may sign, and for his signatures."""

from __future__ import annotations

from collections.abc import Sequence

from docgen.bsre import BsreClient, Secret, SigningIdentity
from docgen.desk.desk import Desk
from docgen.desk.signing.prepare import Prepared
from docgen.errors import BsreRefused, Conflict

NOT_CONNECTED = (
    "Kantor ini belum terhubung dengan BSrE. Administrator mengisi DOCGEN_BSRE_URL, DOCGEN_BSRE_USER, dan "
    "DOCGEN_BSRE_PASSWORD."
)
NO_TRUST = (
    "Kantor ini belum menetapkan CA yang dipercaya, sehingga tanda tangan dari BSrE tidak dapat diperiksa. "
    "Administrator mengisi DOCGEN_TRUST dengan sertifikat CA BSrE."
)


def require_client(desk: Desk) -> BsreClient:
    """Return the client of BSrE. Raises Conflict where the service has none."""
    if desk.bsre is None:
        raise Conflict(NOT_CONNECTED)
    return desk.bsre


def require_ready(desk: Desk) -> BsreClient:
    """Return the client of BSrE. Raises Conflict where there is none, or what it signs could not be judged."""
    client = require_client(desk)
    if not desk.signing.trust:
        raise Conflict(NO_TRUST)
    return client


def require_may_sign(desk: Desk, identity: SigningIdentity) -> None:
    """Ask for the signer's status, before his passphrase goes anywhere.

    Raises BsreRefused with what he has to do, BsreUnavailable, Conflict.
    """
    status = require_ready(desk).status(identity)
    if not status.may_sign:
        raise BsreRefused(status.message, "official")


def ask(desk: Desk, identity: SigningIdentity, secret: Secret, files: Sequence[Prepared]) -> list[bytes]:
    """Return the files as BSrE signed them, in order and unchecked. The secret is sent once and wiped.

    Raises BsreRefused, BsreUnanswered, BsreUnavailable, Conflict.
    """
    try:
        return require_ready(desk).sign(identity, secret, [file.to_sign() for file in files])
    finally:
        secret.wipe()
