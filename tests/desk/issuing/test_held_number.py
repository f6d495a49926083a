"""Numbers held for drafts: of a process that is gone, and of a year that is over."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from docgen.desk import Desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.drafts.hand_over import remind
from docgen.desk.drafts.remarks import CommentRequest, comment
from docgen.desk.drafts.submit import letter_of, withdraw
from docgen.desk.issuing.held_number import HOLD, HeldNumber, end_lost_holds, hold_number, release_number
from docgen.desk.issuing.prepare import prepare
from docgen.desk.mirror import keep_mirror
from docgen.errors import Conflict
from docgen.processes.names import process_name
from storage.catalogue import registers
from storage.catalogue.numbering import number_holds, numbers
from storage.records import Draft, RegisterEntry
from tests.support.office.drafts import CLERK, HEAD, at_signature, signed

pytestmark = pytest.mark.office

DEAD = process_name().rpartition("-")[0] + "-1"


def hold(desk: Desk, draft: Draft, owner: str = "") -> HeldNumber:
    """A number that is held for a draft, by this process or another."""
    with desk.catalogue.read() as tx:
        request = letter_of(desk, tx, draft)
    prepared = prepare(desk, request)
    with desk.catalogue.write() as tx:
        number = hold_number(desk, tx, prepared, draft.id)
        if not owner:
            return number
        lost = dataclasses.replace(number.hold, owner=owner)
        assert number_holds.use(tx, number.hold)
        number_holds.add(tx, lost)
    return HeldNumber(number.number, lost)


def register(desk: Desk, year: int) -> list[RegisterEntry]:
    with desk.catalogue.read() as tx:
        assert numbers.gaps(tx) == []
        return numbers.list_entries(tx, registers.get_office(tx).unit_code, year)


def later(desk: Desk, time: dt.timedelta) -> Desk:
    return dataclasses.replace(desk, now=lambda: dt.datetime.now(dt.UTC) + time)


def test_a_draft_stays_as_it_is_while_its_signature_is_asked_for(desk: Desk) -> None:
    """Nobody signs, withdraws or reminds of it meanwhile, but remarks are taken; when it is over, all goes on."""
    draft = at_signature(desk)
    number = hold(desk, draft)
    with pytest.raises(Conflict, match="sedang ditandatangani"):
        signed(desk, draft)
    with pytest.raises(Conflict, match="sedang ditandatangani"):
        withdraw(desk, CLERK, draft.id, "Salah")
    with pytest.raises(Conflict, match="sedang ditandatangani"):
        hold(desk, draft)
    comment(desk, HEAD, draft.id, CommentRequest(text="Sudah saya baca"))
    assert register(desk, desk.today().year) == []
    release_number(desk, number)
    remind(desk, CLERK, draft.id)
    assert signed(desk, draft).sequence == 1


def test_the_number_of_a_process_that_is_gone_is_free_at_once(desk: Desk) -> None:
    """Recovery frees what dead processes held; a draft can be signed before that, too. A live one keeps its own."""
    drafts = [at_signature(desk) for _ in range(4)]
    for draft in drafts[:3]:
        hold(desk, draft, DEAD)
    mine = hold(desk, drafts[3])
    assert end_lost_holds(desk) == 3
    assert end_lost_holds(desk) == 0
    assert signed(desk, drafts[0]).sequence == 1
    hold(desk, drafts[1], DEAD)
    again = hold(desk, drafts[1])
    assert again.hold.sequence == 2
    release_number(desk, again)
    release_number(desk, mine)
    assert [signed(desk, draft).sequence for draft in drafts[1:]] == [2, 3, 4]
    assert [entry.sequence for entry in register(desk, desk.today().year)] == [1, 2, 3, 4]


def test_a_process_that_stands_still_loses_its_number_after_a_while(desk: Desk) -> None:
    """After ten minutes nobody waits for it any more."""
    draft = at_signature(desk)
    hold(desk, draft)
    assert end_lost_holds(later(desk, HOLD - dt.timedelta(seconds=5))) == 0
    assert end_lost_holds(later(desk, HOLD)) == 1
    assert signed(desk, draft).sequence == 1


def test_what_is_left_of_a_year_is_void_with_the_reason(desk: Desk) -> None:
    """A number that was given up and that no letter took until the year's end is in the register; verify is silent."""
    left_over, other = at_signature(desk), at_signature(desk)
    number = hold(desk, left_over)
    signed(desk, other)
    release_number(desk, number)
    year = desk.today().year
    assert end_lost_holds(desk) == 0
    assert [entry.sequence for entry in register(desk, year)] == [2]
    next_year = later(desk, dt.timedelta(days=367))
    end_lost_holds(next_year)
    end_lost_holds(next_year)
    void, used = register(desk, year)
    assert (void.sequence, void.status, used.sequence) == (1, "void", 2)
    assert "tidak jadi ditandatangani" in void.reason
    assert f"/{year}" in void.number
    keep_mirror(next_year)
    report = check_archive(next_year)
    assert (report.findings(), report.sound) == ([], True)
