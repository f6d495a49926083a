"""Records of the offices that an installation holds beside its own."""

from __future__ import annotations

import datetime as dt

from storage.records.base import Key, Line, Record


class HostedOffice(Record):
    """An office with a catalogue and an archive of its own. People reach it by a host name of its own (`host`), or
    under the installation's address (`path`, as `/o/kominfo`); the other of the two is "".

    One that is retired stays readable and issues nothing; `retired_at` is None while it is in service.
    """

    slug: Key
    host: Line = ""
    path: Line = ""
    created_at: dt.datetime
    created_by: Line
    retired_at: dt.datetime | None = None
    retired_by: Line = ""
