"""Whom issued letters are for."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.issuing.preflight_checks import addressee_of
from storage.catalogue import registers
from storage.catalogue.documents import written_values
from storage.records import Document


def addressees_of(desk: Desk, tx: Connection, documents: Iterable[Document]) -> dict[str, str]:
    """Return the addressee of each document by id, as people are listed; documents without one are left out."""
    sheets = {document.id: desk.kinds[document.kind].sheet for document in documents if document.kind in desk.kinds}
    values = written_values(tx, {id: sheet.addressee for id, sheet in sheets.items() if sheet.addressee})
    officials = {official.id: official for official in registers.list_officials(tx)}
    addressees = {
        id: addressee_of(sheets[id], {sheets[id].addressee: value}, officials) for id, value in values.items()
    }
    return {id: addressee for id, addressee in addressees.items() if addressee}
