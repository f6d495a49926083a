"""Say in a sentence why something waits for somebody."""

from __future__ import annotations

from docgen.desk.desk import Desk
from docgen.desk.inbox.inbox import Decided, InboxItem
from docgen.indonesian import long_moment
from wording import say


def reason_of(desk: Desk, item: InboxItem, zone: str) -> str:
    """Return why it waits, as a sentence: who decided what, what is asked for, or since when it is late."""
    if item.what in ("returned", "rejected", "ready"):
        return _decided(desk, item.what, item.decided)
    if item.what == "unnumbered" and item.document is not None:
        return say("Menunggu nomor dari {system}.", system=item.document.numbering)
    if item.what == "sign":
        return say("{author} meminta tanda tangan elektronik.", author=item.by)
    if item.what == "decide":
        if item.draft is not None and item.draft.state == "signing":
            return say("{author} meminta tanda tangan.", author=item.by)
        if item.draft is not None:
            return say("{author} meminta paraf.", author=item.by)
        if item.endorsement == "terima":
            return say("{author} meminta penerimaan.", author=item.by)
        return say("{author} meminta persetujuan.", author=item.by)
    if item.what == "draft" or item.due is None:
        return say("Belum diajukan atau diterbitkan.")
    moment = long_moment(item.due, zone)
    if item.what == "late":
        return say("Langkah {step} terlambat sejak {moment}.", step=item.step, moment=moment)
    return say("Langkah {step} paling lambat {moment}.", step=item.step, moment=moment)


def _decided(desk: Desk, what: str, decided: Decided | None) -> str:
    if decided is None:
        return say("Disetujui.") if what == "ready" else say("Dikembalikan.")
    if decided.letter is not None:
        kind, number = desk.kind_title(decided.letter.kind), decided.letter.number
        if what == "rejected":
            return say("Ditolak oleh {kind} nomor {number}.", kind=kind, number=number)
        return say("Dikembalikan oleh {kind} nomor {number}.", kind=kind, number=number)
    post, note = decided.post, decided.note.rstrip(".")
    if what == "returned":
        return (
            say("Dikembalikan {post}: “{note}”", post=post, note=note)
            if note
            else say("Dikembalikan {post}.", post=post)
        )
    if what == "rejected":
        return say("Ditolak {post}: “{note}”", post=post, note=note) if note else say("Ditolak {post}.", post=post)
    return say("Disetujui {post}: “{note}”", post=post, note=note) if note else say("Disetujui {post}.", post=post)
