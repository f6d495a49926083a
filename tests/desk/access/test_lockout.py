"""Tries in vain cost growing pauses, which outlive a restart and hold wherever the next try arrives."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.access.accounts import create_user
from docgen.desk.access.factors.lockout import FORGOTTEN, Sort, count_try, forget_tries
from docgen.desk.access.factors.second_factors import check_code, set_authenticator
from docgen.desk.access.factors.totp import STEP, code_of, factor_box, make_secret
from docgen.desk.setup import initialise
from docgen.errors import TooManyTries
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import Catalogue
from tests.support.machine.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(desk: Desk, clock: Clock) -> Desk:
    return replace(desk, now=clock)


def pauses(desk: Desk, clock: Clock, sort: Sort, tries: int) -> list[int]:
    """Try in vain and wait as told; return the minutes of each pause."""
    waited = []
    for _ in range(tries):
        try:
            count_try(desk, sort, "ani")
        except TooManyTries as refused:
            waited.append(int(refused.wait.total_seconds() / 60))
            clock.now += refused.wait
            count_try(desk, sort, "ani")
    return waited


@pytest.mark.parametrize(("sort", "longest"), [("password", 60), ("browser", 60), ("code", 240), ("browser-code", 240)])
def test_pauses_grow_to_a_longest(timed: Desk, clock: Clock, sort: Sort, longest: int) -> None:
    """After five tries one waits a minute, then twice as long each time: at most an hour for a password, four for a
    code, which has fewer values."""
    assert pauses(timed, clock, sort, 16) == [min(2**number, longest) for number in range(11)]


def test_the_answer_says_when_to_try_again(timed: Desk, clock: Clock) -> None:
    """The time is that of the office's clock, and never too early."""
    clock.now += dt.timedelta(seconds=30)
    for _ in range(5):
        count_try(timed, "password", "ani")
    with pytest.raises(TooManyTries, match=r"Coba lagi sesudah pukul 09\.02 WITA\."):
        count_try(timed, "password", "ani")


def test_a_right_try_begins_anew_and_a_quiet_day_forgets(timed: Desk, clock: Clock) -> None:
    """What was tried in vain before counts no more; other accounts and other sorts never did."""
    for _ in range(4):
        count_try(timed, "password", "ani")
    forget_tries(timed, count_try(timed, "password", "ani"))
    for _ in range(5):
        count_try(timed, "password", "ani")
    count_try(timed, "password", "budi")
    count_try(timed, "code", "ani")
    clock.now += FORGOTTEN + dt.timedelta(minutes=2)
    assert pauses(timed, clock, "password", 6) == [1]


def test_a_pause_outlives_a_restart_and_holds_for_other_processes(timed: Desk) -> None:
    """Another process over the same database, or the same after a restart, refuses as well."""
    for _ in range(5):
        count_try(timed, "password", "ani")
    other = Catalogue(timed.catalogue.engine.url.render_as_string(hide_password=False))
    with pytest.raises(TooManyTries):
        count_try(replace(timed, catalogue=other), "password", "ani")
    other.close()


def test_of_many_at_once_no_more_than_the_free_ones_pass(timed: Desk) -> None:
    """A burst of guesses is counted one by one."""

    def counts(_number: int) -> bool:
        try:
            count_try(timed, "code", "ani")
        except TooManyTries:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(counts, range(24))) == 5


@pytest.mark.postgres
def test_the_same_on_a_server(tmp_path: Path, converter: Converter, postgres_url: str) -> None:
    """PostgreSQL, where writers do not queue by themselves, lets no more pass of a burst; no code opens twice."""
    settings = read_settings({"DOCGEN_DATA": str(tmp_path), "DOCGEN_DATABASE_URL": postgres_url})
    desk = replace(open_desk(settings, converter), now=Clock())
    initialise(desk, demo=True)
    create_user(desk, "ani", "operator")

    def counts(_number: int) -> bool:
        try:
            count_try(desk, "code", "ani")
        except TooManyTries:
            return False
        return True

    secret, box = make_secret(), factor_box("a test's secret")
    step = int(desk.now().timestamp()) // STEP
    codes = set_authenticator(desk, box, "ani", secret, code_of(secret, step - 1))
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(counts, range(24))) == 5
        for code in (codes[0], code_of(secret, step)):
            opened = list(pool.map(lambda code: check_code(desk, box, "ani", code) is not None, [code] * 8))
            assert sum(opened) == 1
    desk.catalogue.close()
