"""By what BSrE knows an official: NIK or mail address, encrypted in the catalogue and shown masked.

The value itself leaves this file only for the call to BSrE: pages, answers, exports and the log have the masked text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection

from sqlalchemy import Connection

from docgen.bsre import SignerStatus, SigningIdentity
from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.rights import EVERYONE, Caller, may, require, require_not_own
from docgen.desk.signing.ask import require_client
from docgen.errors import Conflict, FieldError, InvalidSubmission, NotFound
from docgen.mail import is_address
from docgen.secret_box import SecretBox
from storage.catalogue import registers
from storage.catalogue.signatures import identities
from storage.records import Official
from storage.records.signatures import SigningIdentity as StoredIdentity
from storage.text import clean_key
from wording import Message, say

FIELD = "identity"
_NIK = re.compile(r"([0-9]{6})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{4})")
_FIRST_PLACE = "110000"  # the code of a place begins with that of its province, from 11, Aceh
_WOMEN = 40  # is added to the day of a woman's birth


def identity_box(desk: Desk) -> SecretBox:
    """Return the box that identities and the seal's one-time password lie in."""
    return SecretBox.of(desk.secret_key(), "signing identities")


def identity_of(desk: Desk, tx: Connection, official: str) -> SigningIdentity | None:
    """Return by what BSrE knows an official, None where nothing is entered.

    Raises Conflict when it was encrypted under another secret key of the service.
    """
    record = identities.find_identity(tx, official)
    if record is None or record.sort == "seal":
        return None
    value = identity_box(desk).unlock(record.sealed, official)
    if value is None:
        raise Conflict(
            say(
                "Identitas BSrE {masked} tidak dapat dibaca lagi, karena kunci rahasia layanan (DOCGEN_SECRET_KEY) "
                "sudah diganti. Minta administrator mengisi NIK atau e-mail pejabat ini lagi di Kantor → Pejabat.",
                masked=record.masked,
            )
        )
    return SigningIdentity(record.sort, value.decode())


def require_identity(desk: Desk, tx: Connection, official: Official) -> SigningIdentity:
    """Return by what BSrE knows an official. Raises Conflict where nothing is entered, or it cannot be read."""
    identity = identity_of(desk, tx, official.id)
    if identity is None:
        raise Conflict(
            say(
                "{name} belum punya NIK atau e-mail untuk BSrE di docgen. Minta administrator mengisinya di "
                "Kantor → Pejabat.",
                name=official.name,
            )
        )
    return identity


def shown_identity(desk: Desk, caller: Caller, official: str) -> StoredIdentity | None:
    """Return the record of an official's identity, whose value is masked, None where there is none.

    Raises Forbidden unless the caller administers or decides as this official, RecordMissing.
    """
    with desk.catalogue.read() as tx:
        official = registers.get_official(tx, official).id
        _require_reader(caller, official)
        return identities.find_identity(tx, official)


def set_identity(
    desk: Desk, official: str, text: str, *, by: str, officials_allowed: Collection[str] = ()
) -> StoredIdentity:
    """Set an official's NIK or mail address and return its record; the same value again changes nothing.

    Raises InvalidSubmission (neither a NIK nor an address), RecordMissing; Forbidden for one of `officials_allowed`,
    the officials that `by` decides as.
    """
    identity = read_identity(text)
    with desk.catalogue.write() as tx:
        official = registers.get_official(tx, official).id
        require_not_own(official, officials_allowed)
        box, before = identity_box(desk), identities.find_identity(tx, official)
        value = identity.value.encode()
        if before is not None and before.sort == identity.sort and box.unlock(before.sealed, official) == value:
            return before
        record = StoredIdentity(
            official=official,
            sort=identity.sort,
            sealed=box.lock(value, official),
            masked=identity.masked,
            at=desk.now(),
            by=by,
        )
        identities.put_identity(tx, record)
        audit.record(
            desk, tx, by, Action.OFFICIAL_IDENTITY_SET, official, before=_masked(before), after=_masked(record)
        )
    return record


def remove_identity(desk: Desk, official: str, *, by: str, officials_allowed: Collection[str] = ()) -> None:
    """Remove an official's NIK or mail address.

    Raises RecordMissing, NotFound (there is none); Forbidden for one of `officials_allowed`.
    """
    with desk.catalogue.write() as tx:
        official = registers.get_official(tx, official).id
        require_not_own(official, officials_allowed)
        before = identities.find_identity(tx, official)
        if before is None:
            raise NotFound("Pejabat ini tidak punya NIK atau e-mail untuk BSrE di docgen.")
        identities.remove_identity(tx, official)
        audit.record(desk, tx, by, Action.OFFICIAL_IDENTITY_REMOVED, official, before=_masked(before))


def check_identity(desk: Desk, caller: Caller, official: str) -> SignerStatus:
    """Return what BSrE says about an official: whether he may sign, and what he has to do where he may not.

    Raises Forbidden unless the caller administers or decides as this official, RecordMissing, Conflict (no client of
    BSrE, no identity, or one that cannot be read), BsreError.
    """
    with desk.catalogue.read() as tx:
        record = registers.get_official(tx, official)
        _require_reader(caller, record.id)
        identity = require_identity(desk, tx, record)
    return require_client(desk).status(identity)


def read_identity(text: str) -> SigningIdentity:
    """Return the identity that was typed: a NIK with or without spaces, or a mail address. Raises InvalidSubmission."""
    plain = clean_key(text)
    if "@" in plain:
        if not is_address(plain):
            fault = say("Alamat e-mail ini tidak benar. Tulis seperti budi@example.go.id.")
            raise InvalidSubmission([FieldError(FIELD, fault)])
        return SigningIdentity("email", plain)
    digits = re.sub(r"[\s.-]+", "", plain)
    if wrong := nik_fault(digits):
        raise InvalidSubmission([FieldError(FIELD, wrong)])
    return SigningIdentity("nik", digits)


def nik_fault(digits: str) -> Message | None:
    """Return what is wrong with a NIK of digits alone, None where nothing is.

    Six digits of the place, the date of birth as DDMMYY (of women with 40 added to the day), a serial from 0001.
    """
    match = _NIK.fullmatch(digits)
    if match is None:
        return say("NIK terdiri atas 16 angka, atau tulis alamat e-mail yang terdaftar di BSrE.")
    place, *birth, serial = match.groups()
    if place < _FIRST_PLACE:
        return say("Enam angka pertama NIK bukan kode wilayah. Periksa kembali NIK-nya.")
    day, month, year = map(int, birth)
    if not _is_date(day - _WOMEN if day > _WOMEN else day, month, year):
        return say("Angka ke-7 sampai ke-12 NIK bukan tanggal lahir. Periksa kembali NIK-nya.")
    if serial == "0000":
        return say("Empat angka terakhir NIK tidak mungkin 0000. Periksa kembali NIK-nya.")
    return None


def _is_date(day: int, month: int, year: int) -> bool:
    for century in (1900, 2000):
        try:
            dt.date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


def _require_reader(caller: Caller, official: str) -> None:
    if not may(caller, "administer") and official not in caller.officials and EVERYONE not in caller.officials:
        require(caller, "administer")


def _masked(record: StoredIdentity | None) -> dict[str, str]:
    return {} if record is None else {"sort": record.sort, "identity": record.masked}
