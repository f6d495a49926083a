"""Notice a clock that went back: new numbers would be dated before earlier ones."""

from __future__ import annotations

import datetime as dt

from docgen.desk.desk import Desk
from docgen.indonesian import long_moment
from storage.catalogue import documents, registers
from wording import say

SKEW = dt.timedelta(minutes=5)  # that the clocks of several machines may differ


def clock_problem(desk: Desk) -> str:
    """Return a sentence when it is earlier now than when the newest document was numbered, else "".

    No letter is refused for it: a clock that once was ahead would stop the office. Raises StoreUnavailable,
    RecordMissing.
    """
    now = desk.now()
    with desk.catalogue.read() as tx:
        newest = documents.newest_moment(tx)
        if newest is None or now + SKEW >= newest:
            return ""
        zone = registers.get_office(tx).time_zone
    return say(
        "Jam layanan mundur: sekarang {now}, padahal naskah terakhir bernomor pada {newest}. Betulkan jam "
        "komputer; sampai saat itu nomor baru bertanggal lebih awal daripada nomor sebelumnya.",
        now=long_moment(now, zone),
        newest=long_moment(newest, zone),
    )
