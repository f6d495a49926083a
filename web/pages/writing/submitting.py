"""Submit the draft of a form: who initials it before it is signed is chosen in sight, then it goes to their hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import MultiDict

from docgen.desk import Desk
from docgen.desk.drafts.drafts import find_draft
from docgen.desk.drafts.planning import number_at
from docgen.desk.drafts.requests import MOST_ON_ROUTE, request_of
from docgen.desk.drafts.submit import planned_turns, submit
from docgen.desk.drafts.write import set_people
from docgen.desk.issuing.preflight import Preflight, preflight
from docgen.errors import FieldError
from docgen.forms.defaults import post
from docgen.sop.actors import valid_on
from storage.catalogue import registers
from storage.records import Draft, Official
from web.pages.shell.access import me
from web.pages.writing import drafts
from web.pages.writing.compose_form import Body

LONGEST_ID = 60  # characters of an official's id


@dataclass(frozen=True)
class Stop:
    """An official who initials the letter, in which turn, and why he cannot, where that is so."""

    official: str
    name: str
    post: str
    turn: int
    wrong: str = ""


@dataclass(frozen=True)
class Way:
    """The way of a letter to its signature: who initials it, and `others` in office who may be put on it."""

    stops: Sequence[Stop]
    others: Sequence[Official]


def chosen_turns(form: MultiDict[str, str]) -> list[list[str]] | None:
    """Return the ids of those who are to initial the letter, turn by turn, as the page says; None when it says none."""
    if not form.get("jalur_tampil"):
        return None
    ids = list(dict.fromkeys([*form.getlist("jalur"), form.get("jalur_tambah", "")]))
    ids = [id[:LONGEST_ID] for id in ids if id][: MOST_ON_ROUTE + 1]
    behind = MOST_ON_ROUTE + 1
    places = {id: form.get(f"urutan.{id}", behind, type=int) for id in ids}
    turns: dict[int, list[str]] = {}
    for id in sorted(ids, key=lambda one: places[one]):
        turns.setdefault(places[id], []).append(id)
    return list(turns.values())


def look(desk: Desk, body: Body, wrong: Sequence[FieldError] = ()) -> tuple[Preflight, Way]:
    """Return what would be submitted, and on which way: as chosen on the page, else as the office has it.

    `wrong` are errors of this way. Raises InvalidSubmission.
    """
    checked = _check(desk, body)
    with desk.catalogue.read() as tx:
        officials = {one.id: one for one in registers.list_officials(tx)}
    turns = chosen_turns(request.form)
    if turns is None:
        saved = find_draft(desk, me().name, drafts.save_in_form())
        form = Draft(id=saved.id if saved else "", user=me().name, body=body, updated_at=desk.now())
        turns = planned_turns(desk, me().caller, form, checked.signer.id)
    return checked, _way(desk, turns, officials, checked.signer.id, wrong)


def hand_in(desk: Desk, saved: Draft) -> Draft:
    """Hand a saved form to those who initial and sign it, as the page says, and return it.

    Raises InvalidSubmission (errors of the way at `route[…]`), Conflict, ChangedMeanwhile, RecordMissing.
    """
    caller, turns = me().caller, chosen_turns(request.form)
    if turns is not None and turns != _turns_now(desk, saved):
        set_people(desk, caller, saved.id, route=turns, base_version=saved.version)
    return submit(desk, caller, saved.id, saved.version)


def _turns_now(desk: Desk, saved: Draft) -> list[list[str]]:
    """Return the turns on which this draft would go without a choice. Raises InvalidSubmission."""
    return planned_turns(desk, me().caller, saved, _check(desk, saved.body).signer.id)


def _check(desk: Desk, body: Body) -> Preflight:
    """Return what a form would become; the date is left open where it is set when signed. Raises InvalidSubmission."""
    letter = request_of({key: value for key, value in body.items() if key != "version"})
    with desk.catalogue.read() as tx:
        if number_at(desk, tx, letter.kind) == "signature":
            letter = letter.model_copy(update={"date": None})
    return preflight(desk, letter, me().caller.within)


def _way(
    desk: Desk,
    turns: Sequence[Sequence[str]],
    officials: dict[str, Official],
    signer: str,
    wrong: Sequence[FieldError],
) -> Way:
    messages = {error.field: error.message for error in wrong}
    stops: list[Stop] = []
    for number, ids in enumerate(turns, start=1):
        for id in ids:
            official = officials.get(id)
            name, held = (official.name, post(official)) if official else (id, "")
            stops.append(Stop(id, name, held, number, messages.get(f"route[{len(stops)}]", "")))
    chosen = {stop.official for stop in stops} | {signer}
    today = desk.today()
    return Way(stops, [one for one in officials.values() if valid_on(one, today) and one.id not in chosen])
