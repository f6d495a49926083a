"""What waits for a caller: sent back to him, approved and to be followed up, to be decided, late, or his to finish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Select

from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import courses_of
from docgen.desk.dossiers.standing import refresh
from docgen.desk.drafts.access import OpenDraft
from docgen.desk.drafts.lists import find_drafts
from docgen.desk.rights import EVERYONE, Caller, may
from docgen.errors import NotFound
from docgen.sop.actors import valid_on
from docgen.sop.course import Refusal, endorsing_steps
from docgen.worktime import WorkTime
from storage.catalogue import documents, standings
from storage.catalogue.access import accounts
from storage.catalogue.drafting import drafts
from storage.catalogue.registers import get_office, list_officials
from storage.catalogue.signatures import awaited
from storage.catalogue.standings import Turn
from storage.records import AwaitedSignature, Document, Dossier, Draft, RouteEntry

What = Literal["returned", "rejected", "ready", "decide", "sign", "late", "due", "unnumbered", "draft"]
GROUPS: tuple[tuple[What, ...], ...] = (
    ("returned", "rejected"),
    ("ready",),
    ("decide", "sign"),
    ("late", "due"),
    ("unnumbered",),
    ("draft",),
)
MOST = 20  # of each group


class Decided(NamedTuple):
    """A decision and who made it: the post of an official, or a letter that decides (`letter`), with the note."""

    post: str
    note: str
    letter: Document | None = None


@dataclass(frozen=True)
class InboxItem:
    """Something that waits for the caller, since when, and until when it is due; about a document, dossier or draft.

    `decided` is the decision that brought it here. `step` is the one to act at, `kinds` are those that it lacks,
    `activity` what the SOP has it do. `by` is who wrote the letter; `endorsement` the yes
    that is asked for.
    """

    what: What
    since: dt.datetime
    due: dt.datetime | None = None
    document: Document | None = None
    dossier: Dossier | None = None
    draft: Draft | None = None
    step: int = 0
    kinds: tuple[str, ...] = ()
    activity: str = ""
    decided: Decided | None = None
    endorsement: Literal["setuju", "terima"] | None = None
    by: str = ""


@dataclass(frozen=True)
class Counts:
    """How many things of each group wait; `total` leaves out drafts that their author has not submitted."""

    returned: int = 0
    ready: int = 0
    decide: int = 0
    late: int = 0
    draft: int = 0
    unnumbered: int = 0

    @property
    def total(self) -> int:
        """Return how many things wait for the caller to act."""
        return self.returned + self.ready + self.decide + self.late + self.unnumbered


@dataclass(frozen=True)
class Inbox:
    """What waits, by group in the order of `GROUPS`, the last changed first; `oldest` is the longest undecided."""

    items: Sequence[InboxItem] = ()
    counts: Counts = field(default_factory=Counts)
    oldest: dt.datetime | None = None


@dataclass(frozen=True)
class _Queries:
    """What is read for a caller: the roles he decides in today, and the drafts that wait for him or came back."""

    roles: Collection[str]
    horizon: dt.datetime
    waiting: Sequence[OpenDraft]
    returned: Sequence[OpenDraft]


def count_inbox(desk: Desk, caller: Caller) -> Counts:
    """Return how much waits for a caller. Raises StoreUnavailable."""
    refresh(desk)
    with desk.catalogue.read() as tx:
        return _counts(desk, tx, caller, _read(desk, tx, caller), {})


def inbox(desk: Desk, caller: Caller, limit: int = MOST) -> Inbox:
    """Return what waits for a caller, at most `limit` of each group. Raises StoreUnavailable."""
    refresh(desk)
    with desk.catalogue.read() as tx:
        read = _read(desk, tx, caller)
        found = {
            "returned": _sent_back(desk, tx, caller, read, limit),
            "ready": _ready(desk, tx, caller, limit),
            "decide": [*_to_decide(desk, tx, read, limit), *_to_sign(tx, caller, limit)],
            "late": _late(desk, tx, caller, read, limit),
            "unnumbered": _unnumbered(tx, caller, limit),
            "draft": _own_drafts(desk, tx, caller, limit),
        }
        oldest = standings.oldest(tx, standings.awaiting(read.roles)) if read.roles else None
        whole = {name: len(items) for name, items in found.items() if len(items) < limit}
        counts = _counts(desk, tx, caller, read, whole)
    items: list[InboxItem] = []
    for of_group in found.values():
        items += sorted(of_group, key=lambda item: item.since, reverse=True)[:limit]
    return Inbox(items, counts, oldest)


def list_to_decide(desk: Desk, caller: Caller, limit: int = standings.MOST_COUNTED) -> list[InboxItem]:
    """Return what waits for a caller's decision or signature, the longest waiting first. Raises StoreUnavailable."""
    refresh(desk)
    with desk.catalogue.read() as tx:
        to_sign = _to_sign(tx, caller, limit)
        ids = {item.document.id for item in to_sign if item.document}
        decided = _to_decide(desk, tx, _read(desk, tx, caller), limit)
        waiting = [*(item for item in decided if item.document is None or item.document.id not in ids), *to_sign]
    return sorted(waiting, key=lambda item: (item.since, item.document.id if item.document else ""))


def roles_of(desk: Desk, tx: Connection, officials_allowed: Collection[str]) -> set[str]:
    """Return the roles in which somebody decides today who has these officials."""
    if not officials_allowed:
        return set()
    today = desk.today_in(tx)
    return {
        official.role
        for official in list_officials(tx)
        if (EVERYONE in officials_allowed or official.id in officials_allowed) and valid_on(official, today)
    }


def _read(desk: Desk, tx: Connection, caller: Caller) -> _Queries:
    time = WorkTime.of(get_office(tx))
    today = desk.today_in(tx)
    tomorrow = time.last_day(today + dt.timedelta(days=1), 1)  # the next working day
    horizon = dt.datetime.combine(tomorrow + dt.timedelta(days=1), dt.time(), time.zone).astimezone(dt.UTC)
    decides = may(caller, "endorse")
    return _Queries(
        roles=roles_of(desk, tx, caller.officials) if decides else set(),
        horizon=horizon,
        waiting=find_drafts(desk, tx, caller, waiting=True, limit=standings.MOST_COUNTED) if decides else (),
        returned=find_drafts(desk, tx, caller, mine=True, state="returned", limit=standings.MOST_COUNTED),
    )


def _counts(desk: Desk, tx: Connection, caller: Caller, read: _Queries, known: Mapping[str, int]) -> Counts:
    """Return how much waits of each group; `known` are the counts of groups that were read whole."""

    def of(group: str, query: Select[Any] | None, drafts_of_group: int = 0) -> int:
        if group in known:
            return known[group]
        return drafts_of_group + (standings.count(tx, query) if query is not None else 0)

    return Counts(
        returned=of("returned", standings.sent_back(caller.name, caller.within), len(read.returned)),
        ready=of("ready", standings.ready(caller.name) if may(caller, "issue") else None),
        decide=of(
            "decide",
            standings.awaiting(read.roles) if read.roles else None,
            len(read.waiting) + (len(_awaited(tx, caller)) if "decide" not in known else 0),
        ),
        late=of("late", _due(desk, caller, read)),
        unnumbered=known["unnumbered"]
        if "unnumbered" in known
        else len(_unnumbered(tx, caller, standings.MOST_COUNTED)),
        draft=of("draft", None, drafts.count_drafts(tx, caller.name, caller.token, "writing")),
    )


def _sent_back(desk: Desk, tx: Connection, caller: Caller, read: _Queries, limit: int) -> list[InboxItem]:
    found = standings.list_documents(tx, standings.sent_back(caller.name, caller.within), limit)
    courses = courses_of(desk, tx, list(dict.fromkeys(document.dossier for document, _ in found)))
    turns = standings.turns_of(tx, list(courses))
    items = []
    for document, standing in found:
        course, turn = courses.get(document.dossier), turns.get(document.dossier)
        refusal = course.refused.get(document.id) if course else None
        items.append(
            InboxItem(
                "returned" if standing.state == "returned" else "rejected",
                standing.since,
                due=turn.due if turn else None,
                document=document,
                step=document.step,
                kinds=(document.kind,),
                decided=_refused_by(tx, refusal),
            )
        )
    for seen in read.returned:
        last_note = max((entry for entry in seen.route if entry.note and entry.at), key=_at, default=None)
        official = seen.officials.get(last_note.official) if last_note else None
        decided = Decided(official.post if official else "", last_note.note) if last_note else None
        since = last_note.at if last_note and last_note.at else seen.draft.updated_at
        items.append(InboxItem("returned", since, draft=seen.draft, decided=decided))
    return items


def _ready(desk: Desk, tx: Connection, caller: Caller, limit: int) -> list[InboxItem]:
    if not may(caller, "issue"):
        return []
    found = standings.list_turns(tx, standings.ready(caller.name), limit)
    approved = documents.get_documents(tx, [turn.approved for _, turn in found])
    decisions = documents.endorsements_of(tx, list(approved))
    items = []
    for dossier, turn in found:
        endorsements = decisions.get(turn.approved, [])
        item = _of_turn(desk, "ready", dossier, turn)
        decided = Decided(endorsements[-1].post, endorsements[-1].note) if endorsements else None
        items.append(replace(item, document=approved.get(turn.approved), decided=decided))
    return items


def _to_decide(desk: Desk, tx: Connection, read: _Queries, limit: int) -> list[InboxItem]:
    found = standings.list_awaiting(tx, read.roles, limit) if read.roles else []
    turns = standings.turns_of(tx, [document.dossier for document, _ in found])
    names = {user.name: user.full_name or user.name for user in accounts.list_users(tx)}
    items = [
        InboxItem(
            "decide",
            standing.since,
            due=turns[document.dossier].due if document.dossier in turns else None,
            document=document,
            by=names.get(document.created_by, document.created_by),
            **_deciding_step(desk, document, standing.role),
        )
        for document, standing in found
    ]
    for seen in read.waiting:
        since = max((entry.at for entry in seen.route if entry.at), default=seen.draft.submitted_at)
        items.append(
            InboxItem(
                "decide",
                since or seen.draft.updated_at,
                draft=seen.draft,
                by=names.get(seen.draft.user, seen.draft.user),
            )
        )
    return items


def _to_sign(tx: Connection, caller: Caller, limit: int) -> list[InboxItem]:
    """Return the letters that wait for the electronic signature of one of the caller's officials."""
    rows = _awaited(tx, caller)[:limit]
    letters = documents.get_documents(tx, [row.document for row in rows])
    return [
        InboxItem("sign", row.since, document=letters[row.document], by=row.by)
        for row in rows
        if row.document in letters
    ]


def _awaited(tx: Connection, caller: Caller) -> list[AwaitedSignature]:
    if not may(caller, "endorse") or not caller.officials:
        return []
    return awaited.list_of(tx, None if EVERYONE in caller.officials else caller.officials, in_force=True)


def _deciding_step(desk: Desk, document: Document, role: str) -> dict[str, Any]:
    """Return the step at which a role decides on a document, and whether it receives or approves."""
    with suppress(NotFound):  # the SOP was revised, and the rows are not computed anew yet
        for step in endorsing_steps(desk.sop.procedure(document.procedure), document.step):
            if role in (step.endorser_roles or (step.signer_role,)):
                return {"step": step.number, "endorsement": step.endorsement}
    return {}


def _late(desk: Desk, tx: Connection, caller: Caller, read: _Queries, limit: int) -> list[InboxItem]:
    now = desk.now()
    found = standings.list_turns(tx, _due(desk, caller, read), limit)
    return [_of_turn(desk, "late" if turn.due < now else "due", dossier, turn) for dossier, turn in found]


def _due(desk: Desk, caller: Caller, read: _Queries) -> Select[Any]:
    return standings.due_before(
        read.horizon, desk.now(), caller.name, read.roles, makes=may(caller, "issue"), within=caller.within
    )


def _unnumbered(tx: Connection, caller: Caller, limit: int) -> list[InboxItem]:
    """Return the caller's letters for which another system has not told its number."""
    if not may(caller, "issue"):
        return []
    waiting = documents.list_awaiting_number(tx, caller.name, caller.token, limit)
    return [InboxItem("unnumbered", document.created_at, document=document, step=document.step) for document in waiting]


def _own_drafts(desk: Desk, tx: Connection, caller: Caller, limit: int) -> list[InboxItem]:
    own = find_drafts(desk, tx, caller, mine=True, state="writing", limit=limit)
    return [InboxItem("draft", seen.draft.updated_at, draft=seen.draft) for seen in own]


def _of_turn(desk: Desk, what: What, dossier: Dossier, turn: Turn) -> InboxItem:
    activity = ""
    with suppress(NotFound):  # the SOP was revised, and the rows are not computed anew yet
        activity = desk.sop.procedure(dossier.procedure).step(turn.step).activity
    kinds = tuple(kind for kind in turn.lacks if kind in desk.kinds and activity)
    return InboxItem(what, turn.since, due=turn.due, dossier=dossier, step=turn.step, kinds=kinds, activity=activity)


def _refused_by(tx: Connection, refusal: Refusal | None) -> Decided | None:
    if refusal is None:
        return None
    if refusal.endorsement is not None:
        return Decided(refusal.endorsement.post, refusal.endorsement.note)
    return Decided("", "", documents.get_document(tx, refusal.letter))


def _at(entry: RouteEntry) -> dt.datetime:
    return entry.at or dt.datetime.min.replace(tzinfo=dt.UTC)
