"""Who may see a draft, and as whom a caller acts on its route: everybody else is told that it is not there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.drafts.route import may_act
from docgen.desk.issuing.held_number import require_no_hold
from docgen.desk.rights import EVERYONE, Caller, may
from docgen.desk.security_class import choose_class
from docgen.errors import ChangedMeanwhile, FieldError, Forbidden, InvalidSubmission
from storage.catalogue import documents, registers
from storage.catalogue.aliases import resolve_all
from storage.catalogue.drafting import draft_hands, drafts
from storage.errors import RecordMissing
from storage.records import Draft, Official, RouteEntry, SecurityClass
from wording import say

CHANGED = "Draf ini sudah diubah orang lain sejak Anda membukanya. Muat ulang, lalu periksa sekali lagi."


@dataclass(frozen=True)
class OpenDraft:
    """A draft as its caller sees it, with its stored route, and the officials of today."""

    draft: Draft
    route: Sequence[RouteEntry]
    officials: Mapping[str, Official]
    today: dt.date


def open_draft(
    desk: Desk, tx: Connection, caller: Caller, id: str, *, hold: bool = False, in_signature: bool = False
) -> OpenDraft:
    """Return a draft that this caller may see; `hold` locks it until `tx` ends, to change it.

    Raises RecordMissing; Conflict for a draft to be changed whose signature is asked for at this moment, unless it may
    be `in_signature`.
    """
    draft = drafts.find_draft(tx, id, hold=hold)
    officials = {one.id: one for one in registers.list_officials(tx)}
    seen = OpenDraft(draft, draft_hands.get_route(tx, id), officials, desk.today_in(tx))
    if not is_visible(tx, seen, caller):
        raise RecordMissing(drafts.missing(id))
    if hold and not in_signature:
        require_no_hold(desk, tx, id)
    return seen


def is_visible(tx: Connection, seen: OpenDraft, caller: Caller) -> bool:
    """Return whether a caller may see a draft: its author, a reader he named, or who acts for one on its route."""
    draft, acting = seen.draft, acting_officials(caller, seen.officials, seen.today)
    on_route = draft.submitted_at is not None and any(
        acting is None or entry.official in acting for entry in seen.route
    )
    if is_author(draft, caller):
        return _is_within(tx, draft, caller)
    if draft.removed_at is not None:
        return False
    reads = not caller.token and caller.name in draft_hands.get_readers(tx, draft.id)
    return (on_route or reads) and _is_within(tx, draft, caller)


def class_of_draft(desk: Desk, tx: Connection, draft: Draft) -> SecurityClass:
    """Return the class of the letter that a draft would become now, or has become."""
    if draft.document and (security := documents.get_document(tx, draft.document).security):
        return security
    chosen = next((known for known in get_args(SecurityClass) if known == draft.body.get("security")), None)
    replaced_id = str(draft.body.get("replaces") or "")
    replaced = documents.get_documents(tx, [replaced_id]).get(replaced_id) if replaced_id else None
    kind = desk.kinds.get(str(draft.body.get("kind") or ""))
    return choose_class(chosen, replaced, kind, registers.get_office(tx)).security


def is_author(draft: Draft, caller: Caller) -> bool:
    """Return whether a draft is this caller's own."""
    return (draft.user, draft.token) == (caller.name, caller.token)


def require_author(draft: Draft, caller: Caller) -> None:
    """Raise Forbidden unless a draft is this caller's own, and he may write letters."""
    if not is_author(draft, caller) or not may(caller, "issue"):
        raise Forbidden(say("Hanya {author}, penulis draf ini, yang dapat melakukannya.", author=draft.user))


def acting_officials(caller: Caller, officials: Mapping[str, Official], today: dt.date) -> set[str] | None:
    """Return the ids of those a caller decides as or stands in for today; None for all."""
    if not may(caller, "endorse"):
        return set()
    if EVERYONE in caller.officials:
        return None
    own = {id for id in caller.officials if id in officials}
    return own | {
        holder.id for holder in officials.values() if any(may_act(officials[id], holder, "", today) for id in own)
    }


def official_of(seen: OpenDraft, caller: Caller, id: str) -> Official:
    """Return the official in whose name a caller acts. Raises InvalidSubmission, Forbidden."""
    official = seen.officials.get(id)
    if official is None:
        message = say("Pejabat {id} tidak ada dalam daftar pejabat.", id=repr(id))
        raise InvalidSubmission([FieldError("official", message)])
    if not may(caller, "endorse") or not (EVERYONE in caller.officials or official.id in caller.officials):
        raise Forbidden(
            say(
                "Anda tidak berwenang memutus atas nama {name}. Administrator menghubungkan akun dengan "
                "pejabatnya di halaman Pengguna; token mendapatnya lewat --official.",
                name=official.name,
            )
        )
    return official


def require_version(draft: Draft, base_version: int | None) -> None:
    """Raise ChangedMeanwhile unless the caller knew the version there is; None: he does not say."""
    if base_version is not None and base_version != draft.version:
        raise ChangedMeanwhile(CHANGED)


def names_of(seen: OpenDraft, entries: Collection[RouteEntry]) -> str:
    """Return the names of the officials of these entries, as they are read in a sentence."""
    officials = seen.officials
    return ", ".join(officials[one.official].name if one.official in officials else one.official for one in entries)


def _is_within(tx: Connection, draft: Draft, caller: Caller) -> bool:
    """Return whether a draft lies within the limits of a caller, as its letter would."""
    within, body = caller.within, draft.body
    if within.procedures and body.get("procedure") not in within.procedures:
        return False
    if within.assets:
        nibars = [str(nibar) for nibar in body.get("assets") or []]
        renamed = resolve_all(tx, nibars)
        if not {renamed.get(nibar, nibar) for nibar in nibars} & set(within.assets):
            return False
    return True
