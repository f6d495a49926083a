"""Growing pauses after tries in vain: kept in the catalogue, so they outlive a restart and hold for every process.

NIST SP 800-63B, 3.2.2. A try is counted before anything is compared, so that of many at once no more than the free ones
are looked at; one that succeeds forgets those before it. Names nobody has are counted like all others.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Literal

from docgen.desk.desk import Desk
from docgen.errors import TooManyTries
from docgen.indonesian import clock
from docgen.telemetry.observing import count_guess
from storage.catalogue.access import failed_tries
from storage.catalogue.registers import get_office
from wording import say

# What is tried: the password of an account anywhere, in a browser that it was signed in in before; a second factor, the
# same; the own password, or a factor once more, of somebody who is signed in.
Sort = Literal["password", "browser", "code", "browser-code", "own-password", "confirm"]

FREE = 5  # tries in vain before the first pause
FIRST_PAUSE = dt.timedelta(minutes=1)  # the next is twice as long, and so on
LONGEST_PAUSE = dt.timedelta(hours=1)
LONGEST_CODE_PAUSE = dt.timedelta(hours=4)  # a code has a million values, and whoever guesses has the password
FORGOTTEN = dt.timedelta(days=1)  # after the last pause


def count_try(desk: Desk, sort: Sort, *who: str) -> str:
    """Count a try of this sort by these names and return its mark, for `forget_tries`. Raises TooManyTries."""
    mark = hashlib.sha256("\0".join((sort, *who)).encode(errors="surrogatepass")).hexdigest()
    now = desk.now()
    with desk.catalogue.write() as tx:
        tries = failed_tries.hold_tries(tx, mark, now)
        if now < tries.until:
            count_guess("refused")
            message = say("Terlalu banyak percobaan. Coba lagi sesudah pukul {time}.",
                          time=clock(_whole_minute(tries.until), get_office(tx).time_zone))  # fmt: skip
            raise TooManyTries(message, tries.until - now)
        count = tries.count + 1 if now < tries.until + FORGOTTEN else 1
        changes = {"count": count, "last_at": now, "until": now + _pause(sort, count)}
        failed_tries.put_tries(tx, tries.model_copy(update=changes))
        failed_tries.forget_old_tries(tx, now - FORGOTTEN)
    count_guess("tried")
    return mark


def forget_tries(desk: Desk, mark: str) -> None:
    """Begin anew, because the try of this mark was right."""
    with desk.catalogue.write() as tx:
        failed_tries.forget_tries(tx, mark)
    count_guess("right")


def _pause(sort: Sort, count: int) -> dt.timedelta:
    """Return how long nothing more is looked at after so many tries in vain."""
    if count < FREE:
        return dt.timedelta()
    longest = LONGEST_CODE_PAUSE if sort in ("code", "browser-code") else LONGEST_PAUSE
    doublings: int = 2 ** min(count - FREE, 20)
    return min(FIRST_PAUSE * doublings, longest)


def _whole_minute(moment: dt.datetime) -> dt.datetime:
    """Return the next full minute: a clock on a page that shows minutes must not be early."""
    return (moment + dt.timedelta(seconds=59)).replace(second=0, microsecond=0)
