"""Say whose turn a draft is in, and who may take it today."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from docgen.desk.drafts.access import OpenDraft, names_of
from docgen.desk.drafts.route import may_act, whose_turn
from docgen.sop.actors import valid_on
from storage.catalogue.access import accounts
from storage.records import Official, RouteEntry
from wording import say


def full_names(tx: Connection) -> dict[str, str]:
    """Return what people with an account are called, by the account's name."""
    return {user.name: user.full_name or user.name for user in accounts.list_users(tx)}


def turn_sentence(seen: OpenDraft, names: Mapping[str, str]) -> str:
    """Return whose turn a draft is in, as a sentence that is true today; `names` are full names by account."""
    draft, author = seen.draft, _before_stop(names.get(seen.draft.user, seen.draft.user))
    if draft.state in ("review", "signing"):
        awaited = _names_in_turn(seen)
        if draft.state == "review":
            return say("Menunggu paraf {names}.", names=_before_stop(awaited))
        return say("Menunggu tanda tangan {names}.", names=_before_stop(awaited))
    if draft.state == "returned":
        back = [entry for entry in seen.route if entry.state == "perbaiki"]
        return say("Dikembalikan {names}; menunggu perbaikan {author}.", names=names_of(seen, back), author=author)
    if draft.state == "issued":
        return "Sudah ditandatangani dan terbit sebagai naskah."
    if draft.state == "withdrawn":
        refused = [entry for entry in seen.route if entry.state == "tolak"]
        if refused:
            return say("Ditolak {names}.", names=_before_stop(names_of(seen, refused)))
        return say("Ditarik {author}.", author=author)
    return say("Sedang ditulis {author}; belum diajukan.", author=author)


def _before_stop(names: str) -> str:
    """Return names that end a sentence, whose full stop stands for that of a title: `S.Kom.`."""
    return names.removesuffix(".")


def _names_in_turn(seen: OpenDraft) -> str:
    """Return the names of those whose turn it is, each with those who decide in his place today."""
    names = []
    for entry in whose_turn(seen.route):
        holder = seen.officials.get(entry.official)
        if holder is not None and valid_on(holder, seen.today):
            names.append(holder.name)
        names += [one.name for one in deputies_of(seen, entry)]
    return ", ".join(dict.fromkeys(names)) or names_of(seen, whose_turn(seen.route))


def is_held(seen: OpenDraft, entry: RouteEntry) -> bool:
    """Return whether somebody can decide on an entry today."""
    holder = seen.officials.get(entry.official)
    return (holder is not None and valid_on(holder, seen.today)) or bool(deputies_of(seen, entry))


def deputies_of(seen: OpenDraft, entry: RouteEntry) -> list[Official]:
    """Return who decides on an entry today in the place of the official who is asked."""
    holder = seen.officials.get(entry.official)
    return [
        one
        for one in seen.officials.values()
        if one.id != entry.official and may_act(one, holder, entry.official, seen.today)
    ]
