"""Whether an official can sign at BSrE now: what is said before anybody is asked for a passphrase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import session

from docgen.desk import Desk
from docgen.desk.signing.ask import require_ready
from docgen.desk.signing.identities import require_identity
from docgen.errors import BsreError, Conflict
from storage.records import Official
from web.pages.shell.kept_form import SIGNING_SECRETS

PASSPHRASE = SIGNING_SECRETS[0]
BSRE = "bsre"  # a method of signing
USUAL_METHODS = "cara_tanda_tangan"  # in the session: how each official signed last


@dataclass(frozen=True)
class SignerCheck:
    """An official about to sign: `identity` by which BSrE knows him, masked, and what keeps him from it ("" nothing).

    `may_pass`: it may be over when it is tried again.
    """

    official: Official
    identity: str = ""
    message: str = ""
    may_pass: bool = False


def signs_electronically(desk: Desk) -> bool:
    """Return whether this office is connected with BSrE."""
    return desk.bsre is not None


def ways_to_sign(desk: Desk, officials: Sequence[Official]) -> list[str]:
    """Return the methods by which a draft can be signed, the one that these officials used last first."""
    methods = [*[BSRE] * signs_electronically(desk), *["seal"] * desk.signing.can_seal, "paper"]
    usual = session.get(USUAL_METHODS, {})
    last = next((usual[official.id] for official in officials if official.id in usual), "")
    return sorted(methods, key=lambda method: method != last)


def note_method(official: str, method: str) -> None:
    """Remember, while the person is signed in, how an official signs."""
    session[USUAL_METHODS] = {**session.get(USUAL_METHODS, {}), official: method}


def check_signer(desk: Desk, official: Official) -> SignerCheck:
    """Return whether an official can sign now, as BSrE says; nothing secret is sent."""
    identity = ""
    try:
        client = require_ready(desk)
        with desk.catalogue.read() as tx:
            known = require_identity(desk, tx, official)
        identity = known.masked
        status = client.status(known)
    except Conflict as error:
        return SignerCheck(official, identity, str(error))
    except BsreError as error:
        return SignerCheck(official, identity, str(error), may_pass=True)
    return SignerCheck(official, identity, "" if status.may_sign else status.message, may_pass=not status.may_sign)
