"""What the page of a letter says of its electronic signature: who signs, since when it waits and why, who signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from docgen.desk import Desk
from docgen.desk.decisions.signer_turn import has_signed, letter_signer
from docgen.desk.rights import EVERYONE
from storage.catalogue import registers
from storage.catalogue.signatures import awaited
from storage.errors import RecordMissing
from storage.records import Document, Official, Revision
from web.pages.shell.access import me


@dataclass(frozen=True)
class SignaturePanel:
    """The official who signs a letter electronically, and whether it waits for him.

    `reason`: why the last attempt left it without signature, "" where nobody tried. `is_mine`: the reader signs in his
    name. `is_ready`: this office is connected with BSrE. `may_invite`: the reader may ask for the signature.
    """

    official: Official
    is_mine: bool
    is_ready: bool
    since: dt.datetime | None = None
    reason: str = ""
    may_invite: bool = False


def signature_panel(
    desk: Desk, tx: Connection, document: Document, revisions: Sequence[Revision], snapshot: dict[str, Any]
) -> SignaturePanel | None:
    """Return what there is to say of a letter in force; None where it is signed electronically, or not to be.

    `revisions` are the letter's, `snapshot` is that of the registers it was made from.
    """
    if document.status != "issued":
        return None
    row = awaited.find(tx, [document.id]).get(document.id)
    own = letter_signer(snapshot)
    if row is None and (desk.bsre is None or has_signed(revisions, own)):
        return None
    official = own
    if row is not None and row.official != own.id:
        try:
            official = registers.get_official(tx, row.official)
        except RecordMissing:
            return None
    is_mine = me().may("endorse") and (EVERYONE in me().user.officials or official.id in me().user.officials)
    is_ready = desk.bsre is not None
    if row is None:
        return SignaturePanel(official, is_mine, is_ready, may_invite=me().may("issue") and not is_mine)
    return SignaturePanel(official, is_mine, is_ready, row.since, row.reason)
