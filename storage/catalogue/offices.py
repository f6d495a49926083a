"""The offices that an installation holds: rows of its own catalogue, never of an office's."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, insert, inspect, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import offices
from storage.errors import RecordMissing
from storage.records import HostedOffice
from wording import say


def list_offices(tx: Connection) -> list[HostedOffice]:
    """Return every office, the retired ones too, by slug; none from a catalogue that was never set up."""
    if not inspect(tx).has_table(offices.name):
        return []
    return [to_record(HostedOffice, row) for row in tx.execute(select(offices).order_by(offices.c.slug)).mappings()]


def get_office(tx: Connection, slug: str) -> HostedOffice:
    """Return the office of this slug, also from a catalogue that was never set up. Raises RecordMissing."""
    office = next((office for office in list_offices(tx) if office.slug == slug), None)
    if office is None:
        raise RecordMissing(say("Kantor {slug} tidak ada. `docgen office list` menyebut semua kantor.", slug=slug))
    return office


def add_office(tx: Connection, office: HostedOffice) -> None:
    """Add an office. Raises RecordConflict (when the transaction ends) when its slug is taken."""
    tx.execute(insert(offices), to_row(office, offices))


def set_retired(tx: Connection, slug: str, at: dt.datetime | None, by: str) -> None:
    """Take an office out of service at a moment, or, with None, back into it."""
    tx.execute(update(offices).where(offices.c.slug == slug).values(retired_at=at, retired_by=by))
