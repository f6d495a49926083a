"""Say why nothing waits for somebody: the officials of an account who decide nothing today, and who does instead."""

from __future__ import annotations

from docgen.desk.desk import Desk
from docgen.desk.rights import Caller, may
from docgen.sop.actors import find_signer, why_not
from storage.catalogue.registers import list_officials
from wording import joined, say


def idle_officials(desk: Desk, caller: Caller) -> list[str]:
    """Return a sentence for each official of a caller who decides nothing today: not in office yet, any more, on leave.

    The day is that of the office's time zone.
    """
    if not caller.officials or not may(caller, "endorse"):
        return []
    with desk.catalogue.read() as tx:
        officials, today = list_officials(tx), desk.today_in(tx)
    sentences: list[str] = []
    for official in officials:
        reason = why_not(official, today) if official.id in caller.officials else ""
        if not reason:
            continue
        deputy = find_signer([other for other in officials if other.post == official.post], official.role, today)
        now = say("Sekarang yang memutus {name}.", name=deputy.name) if deputy else "Belum ada yang menggantikan."
        sentences.append(joined([reason, now]))
    return sentences
