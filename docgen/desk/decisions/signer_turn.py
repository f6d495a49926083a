"""Say whether an official may sign a document electronically now: as its own signer, or with his decision on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from docgen.desk.decisions.endorse import DecisionTurn, require_turn
from docgen.desk.desk import Desk
from docgen.desk.revisions.attachment_report import signed_file_report
from docgen.desk.rights import EVERYONE, Caller
from docgen.desk.signing.person import plain_name
from docgen.errors import Conflict, FieldError, Forbidden, InvalidSubmission
from docgen.sop.course import NO
from storage.catalogue import documents, registers
from storage.catalogue.signatures import awaited
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.errors import RecordMissing
from storage.records import Decision, Document, Official, Revision
from wording import say


@dataclass(frozen=True)
class SignatureTurn:
    """An official who may sign a document now; with a `decision` of the SOP, None where he is the letter's signer."""

    official: Official
    decision: Decision | None = None


def require_signature_turn(
    desk: Desk,
    tx: Connection,
    caller: Caller,
    document: Document,
    official: str,
    decision: Decision | None = None,
    within: Limits = NO_LIMITS,
) -> SignatureTurn:
    """Return the turn of an official, in whose name the caller signs.

    Raises Forbidden (not the caller's official, or another's turn), Conflict (signed by him already, nothing to sign),
    InvalidSubmission.
    """
    signer = require_official(tx, caller, official)
    own = letter_signer(documents.get_contents(tx, document.id)[1])
    revisions = documents.list_revisions(tx, document.id)
    has_own = has_signed(revisions, own)
    if signer.id == own.id and not has_own:
        return SignatureTurn(signer)
    row = awaited.find(tx, [document.id]).get(document.id)
    if row is not None and row.official != signer.id:
        name = own.name if row.official == own.id else _name(tx, row.official)
        raise Forbidden(
            say(
                "Naskah {number} menunggu tanda tangan elektronik {awaited}, bukan {name}.",
                number=document.number,
                awaited=name,
                name=signer.name,
            )
        )
    if has_signed(revisions, signer):
        raise Conflict(say("Naskah {number} sudah ditandatangani {name}.", number=document.number, name=signer.name))
    turn = require_turn(desk, tx, document, signer, within)
    return SignatureTurn(signer, _decision(turn, decision))


def require_official(tx: Connection, caller: Caller, official: str) -> Official:
    """Return an official in whose name the caller acts. Raises InvalidSubmission (there is none), Forbidden."""
    try:
        signer = registers.get_official(tx, official)
    except RecordMissing as error:
        raise InvalidSubmission([FieldError("official", str(error))]) from error
    if EVERYONE not in caller.officials and signer.id not in caller.officials:
        raise Forbidden(
            say(
                "Anda tidak berwenang menandatangani atas nama {name}. Administrator menghubungkan akun dengan "
                "pejabatnya di halaman Pengguna; token mendapatnya lewat --official.",
                name=signer.name,
            )
        )
    return signer


def letter_signer(snapshot: dict[str, Any]) -> Official:
    """Return who signs a letter, as it was printed."""
    return Official.model_validate(snapshot["signer"])


def has_signed(revisions: Sequence[Revision], official: Official) -> bool:
    """Return whether an official signed the document electronically: here, or, by a signature that is trusted, on a
    copy that took its place. Anybody may write a name into a certificate of his own making.
    """
    for revision in revisions:
        for file in revision.attachments:
            if file.sort != "signed":
                continue
            report = signed_file_report(file)
            names = {plain_name(signature.signer) for signature in report.valid_signatures}
            if report.official == official.id or plain_name(official.name) in names:
                return True
    return False


def _decision(turn: DecisionTurn, decision: Decision | None) -> Decision:
    """Return the decision that a signature stands for. Raises InvalidSubmission, Conflict."""
    affirmative = [known for known in turn.decisions if known not in NO]
    if not affirmative:
        raise Conflict("Keputusan ini dibuat dengan naskah lain, bukan dengan tanda tangan pada naskah ini.")
    if decision is None or decision in affirmative:
        return decision or affirmative[0]
    message = say(
        "Tanda tangan elektronik berarti {allowed}. Putuskan yang lain tanpa tanda tangan.", allowed=affirmative[0]
    )
    raise InvalidSubmission([FieldError("decision", message)])


def _name(tx: Connection, official: str) -> str:
    try:
        return registers.get_official(tx, official).name
    except RecordMissing:
        return official
