"""Numbers held for drafts: nobody else gets one while it is held, and none is lost when it is given up."""

from __future__ import annotations

import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sqlalchemy import Connection

from storage.catalogue import Catalogue
from storage.catalogue.numbering import number_holds, numbers
from storage.catalogue.numbering.number_holds import NumberHold
from storage.records import RegisterEntry

NOW = dt.datetime(2026, 11, 28, 3, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=10)


def hold_next(catalogue: Catalogue, draft: str, until: dt.datetime = LATER) -> NumberHold:
    """Hold the next number of the unit for a draft."""
    with catalogue.write() as tx:
        sequence = numbers.take_sequence(tx, "U", 2026, now=NOW)
        hold = NumberHold("U", 2026, "utama", sequence, draft, "proses", until)
        number_holds.add(tx, hold)
    return hold


def issue_next(catalogue: Catalogue) -> int:
    """Write a letter into the register with the next number."""
    with catalogue.write() as tx:
        sequence = numbers.take_sequence(tx, "U", 2026, now=NOW)
        _enter(tx, sequence)
    return sequence


def _enter(tx: Connection, sequence: int) -> None:
    entry = RegisterEntry(
        unit="U", year=2026, sequence=sequence, number=f"{sequence}/U", status="issued",
        document=f"d{sequence}", date=dt.date(2026, 1, 2), title="Hal",
    )  # fmt: skip
    numbers.add_entry(tx, entry)


def release(catalogue: Catalogue, hold: NumberHold) -> bool:
    with catalogue.write() as tx:
        return numbers.release(tx, hold)


def register(catalogue: Catalogue) -> tuple[list[int], int]:
    """The sequences that are listed, and the last number given out."""
    with catalogue.read() as tx:
        assert numbers.gaps(tx) == []
        return [entry.sequence for entry in numbers.list_entries(tx, "U", 2026)], numbers.last_sequence(tx, "U", 2026)


def test_a_number_that_was_last_goes_back(catalogue: Catalogue) -> None:
    """Given up while it is the last, a number leaves the counter as it was, and those given up below it, too."""
    first, second, third = (hold_next(catalogue, f"draf {index}") for index in range(3))
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert release(catalogue, second)
    assert register(catalogue) == ([], 3)
    assert release(catalogue, third)
    assert register(catalogue) == ([], 1)
    assert release(catalogue, first)
    assert register(catalogue) == ([], 0)
    with catalogue.read() as tx:
        assert number_holds.list_holds(tx) == []


def test_a_number_below_the_last_goes_to_the_next_letter(catalogue: Catalogue) -> None:
    """Given up behind others, a number is taken first; one that is held still is not."""
    first, second = hold_next(catalogue, "a"), hold_next(catalogue, "b")
    assert issue_next(catalogue) == 3
    assert release(catalogue, first)
    assert not release(catalogue, first)  # it is nobody's now
    assert issue_next(catalogue) == 1
    assert issue_next(catalogue) == 4
    with catalogue.write() as tx:
        assert number_holds.use(tx, second)
        _enter(tx, 2)
    assert register(catalogue) == ([1, 2, 3, 4], 4)


def test_a_hold_whose_time_is_over_is_lost_to_the_next_letter_only(catalogue: Catalogue) -> None:
    """Late, a hold serves its draft as long as nobody took the number, and can be extended; taken, it cannot."""
    late = hold_next(catalogue, "a", until=NOW)
    with catalogue.write() as tx:
        assert number_holds.extend(tx, late, LATER)
    assert issue_next(catalogue) == 2
    with catalogue.write() as tx:
        hold = number_holds.hold_of(tx, "a")
        assert hold == replace(late, until=LATER)
        assert number_holds.extend(tx, late, NOW)
    assert issue_next(catalogue) == 1
    with catalogue.write() as tx:
        assert not number_holds.extend(tx, late, LATER)
        assert not number_holds.use(tx, late)
    assert register(catalogue) == ([1, 2], 2)


def test_the_register_is_gapless_whoever_gives_up_what(catalogue: Catalogue) -> None:
    """Sixty letters and forty holds at once, a third given up: each number is one letter's, none is missing."""
    chance = random.Random(20)
    fates = [chance.choice(["used", "used", "given up"]) for _ in range(40)]

    def draft(index: int) -> None:
        hold = hold_next(catalogue, f"draf {index}")
        if fates[index] == "given up":
            assert release(catalogue, hold)
            return
        with catalogue.write() as tx:
            numbers.hold_register(tx, "U", 2026)
            assert number_holds.use(tx, hold)
            _enter(tx, hold.sequence)

    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(draft, index) for index in range(40)]
        work += [pool.submit(issue_next, catalogue) for _ in range(60)]
        for future in work:
            future.result()
    with catalogue.read() as tx:
        free = [hold.sequence for hold in number_holds.list_holds(tx)]
    listed, last = register(catalogue)
    assert len(listed) == 60 + fates.count("used")
    assert sorted([*listed, *free]) == list(range(1, last + 1))
    for _ in free:
        issue_next(catalogue)
    listed, last = register(catalogue)
    assert listed == list(range(1, last + 1))
