"""What the page of a draft shows: its way, whose turn it is, what somebody may do, who wrote which version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.desk import Desk
from docgen.desk.drafts.access import OpenDraft, is_author
from docgen.desk.drafts.decide import UNDO, deciders, find_undoable
from docgen.desk.drafts.lists import title_of
from docgen.desk.drafts.route import stands_in, whose_turn
from docgen.desk.drafts.submit import require_writable
from docgen.desk.drafts.turn import deputies_of, full_names, is_held, turn_sentence
from docgen.desk.drafts.write import route_of
from docgen.desk.rights import EVERYONE, Caller, may
from docgen.errors import Conflict
from docgen.sop.actors import valid_on
from storage.catalogue.drafting import draft_hands
from storage.records import Draft, DraftComment, DraftVersion, Official, RouteEntry


@dataclass(frozen=True)
class Step:
    """An entry of the way: who is asked, who decides in his place today, who did, and to whom it may be given.

    `is_deserted`: nobody can decide on it today.
    """

    entry: RouteEntry
    official: Official | None
    is_turn: bool
    deputies: Sequence[Official]
    acted: Official | None
    heirs: Sequence[Official]
    is_deserted: bool


@dataclass(frozen=True)
class Talk:
    """A remark and what was answered."""

    comment: DraftComment
    answers: Sequence[DraftComment]


@dataclass(frozen=True)
class Rights:
    """What somebody may do with a draft now; `deciders` are the officials whose turn it is that he decides as."""

    is_author: bool
    writes: bool
    copies: bool
    withdraws: bool
    reminds: bool
    removes: bool
    comments: bool
    settles: bool
    deciders: Sequence[Official]
    signs: bool
    undoes: RouteEntry | None
    undo_seconds: float


@dataclass(frozen=True)
class DraftView:
    """A draft as its page shows it; `names` are the full names of accounts."""

    draft: Draft
    title: str
    sentence: str
    steps: Sequence[Step]
    rights: Rights
    versions: Sequence[DraftVersion]
    talks: Sequence[Talk]
    readers: Sequence[str]
    names: Mapping[str, str]


def view_draft(desk: Desk, tx: Connection, seen: OpenDraft, caller: Caller) -> DraftView:
    """Return what the page of a draft that this caller may see shows."""
    names = full_names(tx)
    return DraftView(
        draft=seen.draft,
        title=title_of(desk, seen.draft),
        sentence=turn_sentence(seen, names),
        steps=_steps(seen, route_of(desk, tx, seen, caller), caller),
        rights=_rights(desk, tx, seen, caller),
        versions=draft_hands.list_versions(tx, seen.draft.id),
        talks=_talks(draft_hands.list_comments(tx, seen.draft.id)),
        readers=draft_hands.get_readers(tx, seen.draft.id),
        names=names,
    )


def _steps(seen: OpenDraft, route: Sequence[RouteEntry], caller: Caller) -> list[Step]:
    is_out = seen.draft.state in ("review", "signing")
    turn = {entry.position for entry in whose_turn(route)} if is_out else set()
    return [
        Step(
            entry=entry,
            official=seen.officials.get(entry.official),
            is_turn=entry.position in turn,
            deputies=deputies_of(seen, entry) if is_out and entry.state == "waiting" else (),
            acted=seen.officials.get(entry.acting) if entry.acting else None,
            heirs=_heirs(seen, entry, caller) if is_out or seen.draft.state == "returned" else (),
            is_deserted=is_out and entry.state == "waiting" and not is_held(seen, entry),
        )
        for entry in route
    ]


def _heirs(seen: OpenDraft, entry: RouteEntry, caller: Caller) -> list[Official]:
    """Return those in office to whom this caller may give an entry."""
    acts = may(caller, "endorse") and (EVERYONE in caller.officials or entry.official in caller.officials)
    if entry.state != "waiting" or not (acts or is_author(seen.draft, caller)):
        return []
    taken = {one.official for one in seen.route if one.state != "passed"}
    free = [one for one in seen.officials.values() if one.id not in taken and valid_on(one, seen.today)]
    holder = seen.officials.get(entry.official)
    if entry.part == "paraf" or acts:
        return free
    return [one for one in free if holder is not None and stands_in(one, holder, seen.today)]


def _rights(desk: Desk, tx: Connection, seen: OpenDraft, caller: Caller) -> Rights:
    draft, own = seen.draft, is_author(seen.draft, caller) and may(caller, "issue")
    out = draft.state in ("review", "signing")
    talks = may(caller, "issue") or may(caller, "endorse")
    undoes = find_undoable(desk, tx, seen, caller)
    left = UNDO - (desk.now() - undoes.at) if undoes and undoes.at else dt.timedelta()
    return Rights(
        is_author=own,
        writes=own and _is_writable(seen),
        copies=own and any(entry.state == "tolak" for entry in seen.route),
        withdraws=own and (out or draft.state == "returned"),
        reminds=own and out,
        removes=own and draft.removed_at is None and draft.state in ("writing", "returned", "withdrawn"),
        comments=draft.state != "issued" and talks,
        settles=talks,
        deciders=deciders(seen, caller),
        signs=draft.state == "signing",
        undoes=undoes,
        undo_seconds=round(left.total_seconds(), 1),
    )


def _is_writable(seen: OpenDraft) -> bool:
    try:
        require_writable(seen)
    except Conflict:
        return False
    return True


def _talks(comments: Sequence[DraftComment]) -> list[Talk]:
    """Return the remarks with their answers, those that are open first."""
    answers: dict[str, list[DraftComment]] = {}
    for one in comments:
        if one.answers:
            answers.setdefault(one.answers, []).append(one)
    talks = [Talk(one, answers.get(one.id, [])) for one in comments if not one.answers]
    return sorted(talks, key=lambda talk: talk.comment.resolved_at is not None)
