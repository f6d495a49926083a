"""The office's seal at BSrE: the id of its subscriber, and the chain of one-time codes that it is put on with.

Each code is asked for with the one before, which is used up by that: so a new one is stored before anything else is
done. Both lie encrypted; pages and the log have the id masked, and a code leaves this file only for a call to BSrE.
"""

from __future__ import annotations

from sqlalchemy import Connection

from docgen.bsre import BsreClient, Secret
from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.signing.ask import require_client
from docgen.desk.signing.identities import identity_box
from docgen.errors import BsreRefused, Conflict, FieldError, InvalidSubmission, NotFound
from storage.catalogue.signatures import identities
from storage.catalogue.signatures.identities import SEAL
from storage.records.signatures import SigningIdentity
from storage.text import clean_key
from wording import say

SUBSCRIBER = "subscriber"  # the field
LONGEST = 120  # characters of an id
_TOTP = "seal totp"  # what a code is encrypted for
_SHOWN = 4  # characters of the id at its end
NO_SUBSCRIBER = (
    "Kantor belum mengisi id pelanggan (subscriber) segel BSrE. Administrator mengisinya di Kantor → Tanda tangan "
    "elektronik → Segel kantor."
)
ACTIVATE = (
    "Kode segel yang tersimpan tidak berlaku lagi atau belum ada. Administrator meminta aktivasi dan memasukkan "
    "kodenya di Kantor → Tanda tangan elektronik → Segel kantor."
)
IN_USE = "Segel kantor sedang dipakai permintaan lain. Coba lagi sebentar lagi."


def seals_through_bsre(desk: Desk) -> bool:
    """Return whether the office's seal is put on by BSrE: its id is entered, and the office has no seal of its own."""
    if desk.bsre is None or desk.signing.can_seal:
        return False
    return shown_subscriber(desk) is not None


def shown_subscriber(desk: Desk) -> SigningIdentity | None:
    """Return the record of the seal, whose id is masked; `totp` is empty where it is to be activated."""
    with desk.catalogue.read() as tx:
        return identities.find_identity(tx, SEAL)


def set_subscriber(desk: Desk, text: str, *, by: str) -> SigningIdentity:
    """Set the id of the office's seal and return its record; the same id again changes nothing, another needs a code.

    Raises InvalidSubmission.
    """
    value = clean_key(text)
    if not value or len(value) > LONGEST or not value.isprintable():
        fault = say("Isi id pelanggan (subscriber) dari BSrE, paling panjang {most} karakter.", most=LONGEST)
        raise InvalidSubmission([FieldError(SUBSCRIBER, fault)])
    with desk.catalogue.write() as tx:
        box, before = identity_box(desk), identities.find_identity(tx, SEAL)
        if before is not None and box.unlock(before.sealed, SEAL) == value.encode():
            return before
        record = SigningIdentity(
            official=SEAL,
            sort="seal",
            sealed=box.lock(value.encode(), SEAL),
            masked=f"••••{value[-_SHOWN:] if len(value) > 2 * _SHOWN else ''}",
            at=desk.now(),
            by=by,
        )
        identities.put_identity(tx, record)
        _record(desk, tx, by, Action.SEAL_SUBSCRIBER_SET, record)
    return record


def remove_subscriber(desk: Desk, *, by: str) -> None:
    """Remove the id of the office's seal and its code; what was sealed stays sealed. Raises NotFound."""
    with desk.catalogue.write() as tx:
        record = identities.find_identity(tx, SEAL)
        if record is None:
            raise NotFound(NO_SUBSCRIBER)
        identities.remove_identity(tx, SEAL)
        _record(desk, tx, by, Action.SEAL_SUBSCRIBER_REMOVED, record)


def activate(desk: Desk, *, by: str) -> str:
    """Have BSrE send the first code to the office's contact, and return what BSrE says. Raises Conflict, BsreError."""
    client, record = require_client(desk), _require_record(desk)
    words = client.seal_activation(_subscriber(desk, record))
    with desk.catalogue.write() as tx:
        _record(desk, tx, by, Action.SEAL_ACTIVATION_ASKED, record)
    return words


def enter_code(desk: Desk, code: Secret | None, *, by: str) -> None:
    """Renew the code that came to the office's contact, and keep the new one, so that the seal can be used.

    Raises InvalidSubmission without a code, Conflict, BsreError.
    """
    if code is None or code.is_empty:
        raise InvalidSubmission([FieldError("totp", "Isi kode yang dikirim BSrE ke kontak kantor.")])
    record = _require_record(desk)
    _, fresh = fresh_code(desk, code)
    fresh.wipe()
    with desk.catalogue.write() as tx:
        _record(desk, tx, by, Action.SEAL_ACTIVATED, record)


def revoke(desk: Desk, *, by: str) -> None:
    """End the activation of the seal at BSrE with the code that is kept. Raises Conflict, BsreError."""
    client, record = require_client(desk), _require_record(desk)
    client.revoke_seal(_subscriber(desk, record), _kept_code(desk, record))
    with desk.catalogue.write() as tx:
        identities.replace_totp(tx, record.totp, "")
        _record(desk, tx, by, Action.SEAL_REVOKED, record)


def fresh_code(desk: Desk, given: Secret | None = None) -> tuple[str, Secret]:
    """Return the id of the seal and a new code for one file, which is stored by then; wipe it after its use.

    It is asked for with the code that is kept, or with a `given` one, which is wiped. Raises Conflict (no id, no code
    any more, another call was quicker), BsreError.
    """
    client, record = require_client(desk), _require_record(desk)
    subscriber = _subscriber(desk, record)
    last = given if given is not None else _kept_code(desk, record)
    return subscriber, _renew(desk, client, record, subscriber, last, is_kept=given is None)


def _renew(
    desk: Desk, client: BsreClient, record: SigningIdentity, subscriber: str, last: Secret, *, is_kept: bool
) -> Secret:
    try:
        answer = client.seal_totp(subscriber, last, 1)
    except BsreRefused as error:
        if not is_kept or error.field != "totp":
            raise
        with desk.catalogue.write() as tx:
            if not identities.replace_totp(tx, record.totp, ""):
                raise Conflict(IN_USE) from error
        raise Conflict(ACTIVATE) from error
    box = identity_box(desk)
    with desk.catalogue.write() as tx:
        sealed = box.lock(answer.totp.encode(), _TOTP) if answer.totp else ""
        if not identities.replace_totp(tx, record.totp, sealed):
            raise Conflict(IN_USE)
    if not answer.totp:
        raise Conflict(
            "BSrE mengirim kode segel yang baru ke kontak kantor. Administrator memasukkannya di Kantor → Tanda tangan "
            "elektronik → Segel kantor."
        )
    return Secret.totp(answer.totp)


def _require_record(desk: Desk) -> SigningIdentity:
    record = shown_subscriber(desk)
    if record is None:
        raise Conflict(NO_SUBSCRIBER)
    return record


def _subscriber(desk: Desk, record: SigningIdentity) -> str:
    value = identity_box(desk).unlock(record.sealed, SEAL)
    if value is None:
        raise Conflict(
            "Id pelanggan segel BSrE tidak dapat dibaca lagi, karena kunci rahasia layanan (DOCGEN_SECRET_KEY) sudah "
            "diganti. Administrator mengisinya lagi di Kantor → Tanda tangan elektronik → Segel kantor."
        )
    return value.decode()


def _kept_code(desk: Desk, record: SigningIdentity) -> Secret:
    value = identity_box(desk).unlock(record.totp, _TOTP) if record.totp else None
    if value is None:
        raise Conflict(ACTIVATE)
    return Secret.totp(value)


def _record(desk: Desk, tx: Connection, by: str, action: Action, record: SigningIdentity) -> None:
    audit.record(desk, tx, by, action, "office", after={"identity": record.masked})
