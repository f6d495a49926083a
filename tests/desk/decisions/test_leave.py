"""An account decides as its official while that official is in office and not on leave, to the minute, everywhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user, get_user
from docgen.desk.decisions.endorse import EndorsementRequest, endorse, turn_of
from docgen.desk.inbox.idle_officials import idle_officials
from docgen.desk.inbox.inbox import count_inbox, roles_of
from docgen.desk.notices.people import people_in_role
from docgen.desk.rights import person
from docgen.errors import Forbidden
from docgen.sop.actors import find_signer, valid_on
from storage.catalogue import documents, registers
from storage.records import Document, Official
from tests.support.office.decisions import relocation_plan

pytestmark = pytest.mark.office

KABID = "kepala-bidang"
FIRST, LAST = dt.date(2026, 12, 7), dt.date(2026, 12, 11)


def at(desk: Desk, date: dt.date, hour: int, minute: int) -> Desk:
    """Return the desk at this time on the office's clock, WITA, eight hours ahead of UTC."""
    moment = dt.datetime.combine(date, dt.time(hour, minute), dt.timezone(dt.timedelta(hours=8)))
    return replace(desk, now=lambda: moment.astimezone(dt.UTC))


def change(desk: Desk, **values: object) -> Official:
    """Change the head of the division in the register."""
    with desk.catalogue.write() as tx:
        changed = registers.get_official(tx, KABID).model_copy(update=values)
        registers.put_official(tx, changed)
    return changed


@pytest.fixture
def letter(desk: Desk) -> Document:
    """A letter that waits for the head of the division, whose account is kabid."""
    create_user(desk, "kabid", "pejabat", officials=[KABID])
    return relocation_plan(desk)


@pytest.mark.parametrize("sort", ["leave", "valid"])
def test_an_account_follows_its_official_around_midnight(desk: Desk, letter: Document, sort: str) -> None:
    """One minute before it decides, is told and has an inbox; one minute later none of these, and the page says why.

    The day is the office's: at midnight in Batulicin it is four in the afternoon in UTC.
    """
    day = dt.timedelta(days=1)
    if sort == "leave":
        official = change(desk, leave_from=FIRST, leave_to=LAST)
        moments = {(FIRST - day, 23, 59): True, (FIRST, 0, 1): False, (LAST, 23, 59): False, (LAST + day, 0, 1): True}
    else:
        official = change(desk, valid_from=FIRST, valid_to=LAST)
        moments = {(FIRST - day, 23, 59): False, (FIRST, 0, 1): True, (LAST, 23, 59): True, (LAST + day, 0, 1): False}
    for moment, decides in moments.items():
        office = at(desk, *moment)
        caller = person(office.roles, get_user(office, "kabid"))
        with office.catalogue.read() as tx:
            turn = turn_of(office, tx, documents.get_document(tx, letter.id))
            assert turn is not None
            assert (KABID in [holder.id for holder in turn.officials]) is decides
            assert bool(roles_of(office, tx, caller.officials)) is decides
            assert ("kabid" in people_in_role(office, tx, official.role)) is decides
        assert bool(count_inbox(office, caller).decide) is decides
        assert (idle_officials(office, caller) == []) is decides
        if not decides:
            with pytest.raises(Forbidden, match=r"cuti|menjabat"):
                endorse(office, letter.id, EndorsementRequest(official=KABID, decision="setuju"), "kabid", [KABID])


def test_during_a_leave_the_acting_official_decides(desk: Desk, letter: Document) -> None:
    """The Plh. of the same post signs and decides, and the page says who does; after the leave the holder again."""
    holder = change(desk, leave_from=FIRST, leave_to=LAST)
    acting = {"id": "plh", "name": "Budi", "capacity": "plh", "valid_from": FIRST, "valid_to": LAST, "leave_from": None}
    deputy = holder.model_copy(update=acting)
    with desk.catalogue.write() as tx:
        registers.add_official(tx, deputy)
    office = at(desk, FIRST, 8, 0)
    (reason,) = idle_officials(office, person(office.roles, get_user(office, "kabid")))
    assert "cuti sampai 11 Desember 2026" in reason
    assert "Sekarang yang memutus Budi" in reason
    with office.catalogue.read() as tx:
        turn = turn_of(office, tx, documents.get_document(tx, letter.id))
        assert turn is not None
        assert [one.id for one in turn.officials] == ["plh"]
        officials = registers.list_officials(tx)
    heads = [one for one in officials if one.post == holder.post]
    for date, id in ((FIRST, "plh"), (LAST, "plh"), (LAST + dt.timedelta(days=1), KABID)):
        signer = find_signer(heads, holder.role, date)
        assert signer is not None
        assert signer.id == id


def test_a_leave_without_an_end_lasts(desk: Desk) -> None:
    """And one that ends without having begun is none."""
    official = change(desk, leave_from=FIRST)
    assert not valid_on(official, FIRST + dt.timedelta(days=400))
    assert valid_on(change(desk, leave_from=None, leave_to=LAST), FIRST)
