"""Divisions (bidang) of an office: whose letter is of which, and which names are in use."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection

from storage.catalogue import registers
from storage.catalogue.access import accounts
from storage.errors import RecordMissing
from storage.records import Official


def division_of(tx: Connection, author: str, signer: Official) -> str:
    """Return the division of a letter: its author's, else its signer's; "" for none.

    Of an author with several it is the signer's where that is one of them, else the first. `author` is the name of an
    account, "" for a token.
    """
    divisions: list[str] = []
    with suppress(RecordMissing):
        divisions = accounts.get_user(tx, author).divisions if author else []
    if signer.division and (signer.division in divisions or not divisions):
        return signer.division
    return divisions[0] if divisions else ""


def divisions_in_use(tx: Connection) -> list[str]:
    """Return the divisions that officials and accounts name, in alphabetical order."""
    of_officials = {official.division for official in registers.list_officials(tx)}
    of_users = {division for user in accounts.list_users(tx) for division in user.divisions}
    return sorted((of_officials | of_users) - {""})
