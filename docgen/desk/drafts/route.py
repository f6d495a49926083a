"""Decide where a draft is on its way: pure rules on the entries of its route, without database or clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from docgen.sop.actors import find_signer, valid_on
from storage.records import DraftState, Official, RouteEntry

Route = Sequence[RouteEntry]
NEEDS_NOTE = ("perbaiki", "tolak")


def state_of(route: Route) -> DraftState:
    """Return the state of a submitted draft by its route; refused before returned before waiting."""
    states = {entry.state for entry in route}
    if "tolak" in states:
        return "withdrawn"
    if "perbaiki" in states:
        return "returned"
    waiting = [entry for entry in route if entry.state == "waiting"]
    if any(entry.part == "paraf" for entry in waiting):
        return "review"
    return "signing" if waiting else "issued"


def whose_turn(route: Route) -> list[RouteEntry]:
    """Return the entries that are asked now: those that wait in the lowest turn; none of a returned draft."""
    if state_of(route) not in ("review", "signing"):
        return []
    waiting = [entry for entry in route if entry.state == "waiting"]
    lowest = min(entry.turn for entry in waiting)
    return [entry for entry in waiting if entry.turn == lowest]


def stands_in(deputy: Official, holder: Official, today: dt.date) -> bool:
    """Return whether an official acts in the post of another today: as Plt. or Plh., or because he holds it since."""
    if deputy.id == holder.id or (deputy.role, deputy.post) != (holder.role, holder.post):
        return False
    return valid_on(deputy, today) and (deputy.capacity != "definitif" or not valid_on(holder, today))


def may_act(official: Official, holder: Official | None, id: str, today: dt.date) -> bool:
    """Return whether an official decides today where official `id` is asked, of whom `holder` is the row, if any."""
    if not valid_on(official, today):
        return False
    return official.id == id or (holder is not None and stands_in(official, holder, today))


def entry_for(route: Route, official: Official, officials: Mapping[str, Official], today: dt.date) -> RouteEntry | None:
    """Return the entry whose turn it is on which an official decides today, his own first; None when it is not his."""
    mine = [one for one in whose_turn(route) if may_act(official, officials.get(one.official), one.official, today)]
    return min(mine, key=lambda entry: entry.official != official.id, default=None)


def plan(
    draft: str,
    turns: Iterable[Iterable[str]],
    officials: Collection[Official],
    today: dt.date,
    left_out: Collection[str],
) -> list[RouteEntry]:
    """Return the entries of a default route: who is in office in these roles, without those `left_out`."""
    entries: list[RouteEntry] = []
    for roles in turns:
        holders = [find_signer(officials, role, today) for role in roles]
        present = [one.id for one in holders if one is not None and one.id not in left_out]
        entries += _turn(draft, entries, [id for id in present if id not in {entry.official for entry in entries}])
    return entries


def chosen(draft: str, turns: Iterable[Iterable[str]]) -> list[RouteEntry]:
    """Return the entries of a route that its author chose: one turn of officials after the other."""
    entries: list[RouteEntry] = []
    for officials in turns:
        entries += _turn(draft, entries, officials)
    return entries


def turns_of(route: Route) -> list[list[str]]:
    """Return the ids of those who initial a draft on this route, turn by turn; those who handed over are left out."""
    turns: dict[int, list[str]] = {}
    for entry in in_order(route):
        if entry.part == "paraf" and entry.state != "passed":
            turns.setdefault(entry.turn, []).append(entry.official)
    return list(turns.values())


def keep_decisions(route: Route, before: Route) -> list[RouteEntry]:
    """Return a new route in which those who initial it keep what they decided on the route before."""
    known = {entry.official: entry for entry in before if entry.part == "paraf" and entry.state != "passed"}
    return [
        known[entry.official].model_copy(update={"position": entry.position, "turn": entry.turn})
        if entry.part == "paraf" and entry.official in known
        else entry
        for entry in route
    ]


def with_signer(draft: str, route: Route, signer: str) -> list[RouteEntry]:
    """Return a route that ends with this official's signature; he initials nothing before it."""
    entries = [entry for entry in route if entry.part == "paraf" and entry.official != signer]
    last = max(route, key=lambda entry: entry.position, default=None)
    sign = next(
        (entry for entry in route if entry.part == "sign" and entry.official == signer and entry.state != "passed"),
        None,
    )
    end = RouteEntry(
        draft=draft,
        position=(last.position if last else 0) + 1,
        turn=max((entry.turn for entry in entries), default=0) + 1,
        official=signer,
        part="sign",
    )
    return [*entries, sign.model_copy(update={"turn": end.turn}) if sign else end]


def decide(route: Route, entry: RouteEntry, **values: Any) -> list[RouteEntry]:
    """Return a route in which one entry has these values."""
    return [one.model_copy(update=values) if one.position == entry.position else one for one in route]


def undone(route: Route, entry: RouteEntry) -> list[RouteEntry]:
    """Return a route in which one entry waits again, as if nobody had decided on it."""
    return decide(route, entry, **_WAITING)


def begin_again(route: Route, same_text: Callable[[RouteEntry], bool]) -> list[RouteEntry]:
    """Return the route of a draft that its author submits once more.

    Whoever returned it is asked again, and everybody of whom `same_text` says that he decided on another text than
    that of now. Where the author changed nothing since, the initials that were given stay.
    """
    returned = [entry for entry in route if entry.state in NEEDS_NOTE]
    unchanged = bool(returned) and all(same_text(entry) for entry in returned)
    again = []
    for entry in route:
        is_kept = entry.state == "paraf" and (unchanged or same_text(entry))
        again.append(entry if is_kept or entry.state in ("waiting", "passed") else entry.model_copy(update=_WAITING))
    return again


def handed_over(route: Route, entry: RouteEntry, official: str, at: dt.datetime, by: str) -> list[RouteEntry]:
    """Return a route in which another official has an entry's turn; the entry stays in sight as `passed`."""
    passed = entry.model_copy(update={"state": "passed", "at": at, "by": by})
    position = max(one.position for one in route) + 1
    instead = entry.model_copy(update={"position": position, "official": official, "reminded_at": None})
    return [*(passed if one.position == entry.position else one for one in route), instead]


def in_order(route: Route) -> list[RouteEntry]:
    """Return the entries as they are asked."""
    return sorted(route, key=lambda entry: (entry.turn, entry.position))


_WAITING: dict[str, Any] = {
    "state": "waiting",
    "acting": "",
    "at": None,
    "by": "",
    "version": 0,
    "note": "",
    "reminded_at": None,
}


def _turn(draft: str, before: Route, officials: Iterable[str]) -> list[RouteEntry]:
    position = max((entry.position for entry in before), default=0)
    turn = max((entry.turn for entry in before), default=0) + 1
    return [
        RouteEntry(draft=draft, position=position + index, turn=turn, official=official, part="paraf")
        for index, official in enumerate(officials, start=1)
    ]
