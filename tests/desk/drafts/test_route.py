"""Where a draft is on its way: pure rules, tried without an office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest

from docgen.desk.drafts import route as rules
from docgen.sop.routes import RULES, delivered_rules, turns_for
from storage.records import Official, RouteEntry

TODAY = dt.date(2026, 12, 10)


def entries(*states: str) -> list[RouteEntry]:
    """A route of people who initial, one after the other, and a signer at the end, in these states."""
    return [
        RouteEntry.model_validate(
            {
                "draft": "d",
                "position": index,
                "turn": index,
                "official": f"o{index}",
                "part": "sign" if index == len(states) else "paraf",
                "state": state,
            }
        )
        for index, state in enumerate(states, start=1)
    ]


def official(id: str, role: str = "kepala_bidang", post: str = "Kepala Bidang A", **more: object) -> Official:
    """An official who is in office for ever unless told."""
    return Official.model_validate({"id": id, "name": id, "role": role, "post": post} | more)


@pytest.mark.parametrize(
    ("states", "state", "turn"),
    [
        (("waiting", "waiting", "waiting"), "review", ["o1"]),
        (("paraf", "waiting", "waiting"), "review", ["o2"]),
        (("paraf", "passed", "waiting"), "signing", ["o3"]),
        (("paraf", "perbaiki", "waiting"), "returned", []),
        (("tolak", "waiting", "waiting"), "withdrawn", []),
        (("paraf", "tolak", "perbaiki"), "withdrawn", []),
        (("paraf", "paraf", "signed"), "issued", []),
        (("waiting",), "signing", ["o1"]),
    ],
)
def test_the_route_tells_state_and_turn(states: Iterable[str], state: str, turn: list[str]) -> None:
    """A refusal counts before a return, and nobody is asked of a draft that came back."""
    route = entries(*states)
    assert rules.state_of(route) == state
    assert [entry.official for entry in rules.whose_turn(route)] == turn


def test_those_of_one_turn_are_asked_together() -> None:
    """Both of a turn may decide in any order, and the next waits for both."""
    people = [official("s", "kepala_seksi"), official("b"), official("k", "sekretaris"), official("d", "kepala_dinas")]
    route = rules.with_signer(
        "d", rules.plan("d", (["kepala_seksi"], ["kepala_bidang", "sekretaris"]), people, TODAY, ()), "d"
    )
    assert [(one.turn, one.official, one.part) for one in route] == [
        (1, "s", "paraf"),
        (2, "b", "paraf"),
        (2, "k", "paraf"),
        (3, "d", "sign"),
    ]
    route = rules.decide(route, route[0], state="paraf")
    assert [one.official for one in rules.whose_turn(route)] == ["b", "k"]
    route = rules.decide(route, route[2], state="paraf")
    assert [one.official for one in rules.whose_turn(route)] == ["b"]


def test_the_delivered_route_asks_those_below_who_are_in_office() -> None:
    """What the Kepala Dinas signs goes by Kepala Seksi, Kepala Bidang and Sekretaris; who is not there is left out."""
    turns = turns_for(delivered_rules(), "nota_dinas", "kepala_dinas", "X")
    assert [list(roles) for roles in turns] == [["kepala_seksi"], ["kepala_bidang"], ["sekretaris"]]
    gone = official("s", "kepala_seksi", valid_to=dt.date(2026, 1, 1))
    route = rules.plan("d", turns, [gone, official("b"), official("k", "sekretaris")], TODAY, {"b"})
    assert [one.official for one in route] == ["k"]  # the Kepala Bidang wrote it himself


def test_an_office_may_have_no_route_and_the_first_rule_that_fits_counts() -> None:
    """An empty list of rules is a route of nobody; a rule for a kind stands before one for all."""
    assert turns_for((), "nota_dinas", "kepala_dinas", "X") == ()
    own = RULES.validate_python(
        [{"kind": "nota_dinas", "turns": []}, {"penandatangan": "kepala_dinas", "paraf": ["sekretaris"]}]
    )
    assert turns_for(own, "nota_dinas", "kepala_dinas", "X") == ()
    assert turns_for(own, "laporan", "kepala_dinas", "X") == (("sekretaris",),)


def test_who_acts_in_the_post_of_another_is_known_by_post_and_date() -> None:
    """A Plh. decides for the holder of the same post in his time only; the holder of another post never."""
    holder = official("b")
    plh = official("plh", capacity="plh", valid_from=dt.date(2026, 12, 7), valid_to=dt.date(2026, 12, 18))
    assert rules.may_act(holder, holder, "b", TODAY)
    assert rules.may_act(plh, holder, "b", TODAY)
    assert not rules.may_act(plh, holder, "b", dt.date(2026, 12, 19))
    assert not rules.may_act(official("other", post="Kepala Bidang B", capacity="plh"), holder, "b", TODAY)
    successor = official("new")
    assert not rules.may_act(successor, holder, "b", TODAY)
    assert rules.may_act(successor, official("b", valid_to=dt.date(2026, 12, 1)), "b", TODAY)


def test_a_return_begins_again_for_those_who_decided_on_another_text() -> None:
    """Whoever returned it is asked again; initials stay where the text is as it was, or the author changed nothing."""
    first, second, third = entries("paraf", "perbaiki", "waiting")
    route = [first.model_copy(update={"version": 1}), second.model_copy(update={"version": 2}), third]
    changed = rules.begin_again(route, lambda entry: False)
    assert [one.state for one in changed] == ["waiting", "waiting", "waiting"]
    unchanged = rules.begin_again(route, lambda entry: entry.version == 2)
    assert [one.state for one in unchanged] == ["paraf", "waiting", "waiting"]
    as_first = rules.begin_again(route, lambda entry: entry.version == 1)
    assert [one.state for one in as_first] == ["paraf", "waiting", "waiting"]
