"""By what the signing service knows an official, and the office's seal; the values lie encrypted."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import signing_identities
from storage.records.signatures import SigningIdentity

SEAL = ""  # in place of an official's id


def find_identity(tx: Connection, official: str) -> SigningIdentity | None:
    """Return the identity of an official, or of the office's seal, or None."""
    row = tx.execute(select(signing_identities).where(signing_identities.c.official == official)).mappings().first()
    return None if row is None else to_record(SigningIdentity, row)


def put_identity(tx: Connection, record: SigningIdentity) -> None:
    """Set an identity, in place of the one before."""
    remove_identity(tx, record.official)
    tx.execute(insert(signing_identities), to_row(record, signing_identities))


def remove_identity(tx: Connection, official: str) -> bool:
    """Remove an identity; return whether there was one."""
    return tx.execute(delete(signing_identities).where(signing_identities.c.official == official)).rowcount == 1


def replace_totp(tx: Connection, last: str, new: str) -> bool:
    """Set the seal's encrypted one-time password; return False when it is no longer the `last` one."""
    query = update(signing_identities).where(signing_identities.c.official == SEAL, signing_identities.c.totp == last)
    return tx.execute(query.values(totp=new)).rowcount == 1
