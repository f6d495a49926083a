"""A link for a password works once, for a while, and for nobody who has it too late."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from docgen.desk import Desk
from docgen.desk.access.accounts import (
    change_password,
    change_user,
    check_password,
    create_user,
    find_user,
    reset_password,
)
from docgen.desk.access.password_links import INVITED, VALID, find_link_owner, make_link, use_link
from docgen.desk.access.sessions import begin_session, list_sessions
from docgen.desk.notices.preferences import choose
from docgen.errors import Conflict, Gone, InvalidSubmission, NotFound
from docgen.links import PASSWORD_LINK

pytestmark = pytest.mark.office

NEW = "kapal-pinisi-berlayar-pagi"


@pytest.fixture
def sari(desk: Desk) -> Desk:
    """An office with an account whose password was made for it."""
    create_user(desk, "sari", "operator", "Sari Dewi")
    return desk


def raw_of(url: str) -> str:
    """Return what the address of a link holds."""
    return url.partition(PASSWORD_LINK)[2]


def test_a_link_sets_the_password_once_and_ends_every_session(sari: Desk) -> None:
    """Looking at a link does not use it; choosing a password does, and whoever was signed in is out."""
    user = find_user(sari, "sari")
    assert user is not None
    assert begin_session(sari, user) is not None
    raw = raw_of(make_link(sari, "sari", "admin").url)
    assert find_link_owner(sari, raw).name == find_link_owner(sari, raw).name == "sari"
    use_link(sari, raw, NEW)
    assert list_sessions(sari, "sari") == []
    assert check_password(sari, "sari", NEW) is not None
    with pytest.raises(Gone, match="sudah dipakai"):
        use_link(sari, raw, NEW + "-lagi")


def test_of_two_who_use_a_link_at_once_one_wins(sari: Desk) -> None:
    """The other is told that it is used, and has set no password."""
    raw = raw_of(make_link(sari, "sari", "admin").url)

    def use(password: str) -> str:
        try:
            use_link(sari, raw, password)
        except Gone:
            return ""
        return password

    with ThreadPoolExecutor(4) as pool:
        passwords = [one for one in pool.map(use, [f"{NEW}-{number}" for number in range(4)]) if one]
    assert len(passwords) == 1
    assert check_password(sari, "sari", passwords[0]) is not None


@pytest.mark.parametrize(
    "ending",
    [
        lambda desk: make_link(desk, "sari", "admin"),
        lambda desk: reset_password(desk, "sari", "admin"),
        lambda desk: change_user(desk, "sari", "admin", active=False),
        lambda desk: choose(desk, "sari", "lain@dinas.example", "now", "sari"),
    ],
    ids=["another link", "another password", "closed", "another address"],
)
def test_what_makes_a_link_void(sari: Desk, ending: Callable[[Desk], object]) -> None:
    """Another link or password, another address and the closing of the account end a link; opening revives none."""
    raw = raw_of(make_link(sari, "sari", "admin").url)
    ending(sari)
    change_user(sari, "sari", "admin", active=True)
    for _ in range(2):
        with pytest.raises(Gone, match="tidak berlaku lagi"):
            use_link(sari, raw, NEW)


def test_ones_own_new_password_ends_a_link(desk: Desk) -> None:
    """A link that was made before its owner remembered does not open later."""
    old = create_user(desk, "sari", "operator")
    raw = raw_of(make_link(desk, "sari", "admin").url)
    change_password(desk, "sari", old, NEW)
    with pytest.raises(Gone):
        find_link_owner(desk, raw)


def test_a_link_is_over_after_a_day(sari: Desk) -> None:
    """The first one of a new account lasts a week; each says that it is over, and an unknown one that it is unknown."""
    moment = sari.now()
    for valid in (VALID, INVITED):
        link = make_link(replace(sari, now=lambda: moment), "sari", "admin", valid=valid)
        assert link.expires_at == moment + valid
        ends = moment + valid
        before = replace(sari, now=lambda ends=ends: ends - dt.timedelta(seconds=1))  # type: ignore[misc]
        find_link_owner(before, raw_of(link.url))
        with pytest.raises(Gone, match="lewat masa berlakunya"):
            use_link(replace(sari, now=lambda ends=ends: ends), raw_of(link.url), NEW)  # type: ignore[misc]
    for unknown in ("", "x", "ä\udc80\0", "a" * 100_000):
        with pytest.raises(NotFound, match="tidak dikenal"):
            use_link(sari, unknown, NEW)


def test_only_the_hash_of_a_link_is_stored(sari: Desk) -> None:
    """Neither the catalogue nor the audit log holds what opens the account."""
    raw = raw_of(make_link(sari, "sari", "admin").url)
    with sari.catalogue.read() as tx:
        for table in ("one_time_links", "audit", "users"):
            rows = [str(tuple(row)) for row in tx.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608
            assert rows
            assert not any(raw in row for row in rows)
    assert re.fullmatch(r"[\w-]{43}", raw)


def test_a_weak_password_leaves_the_link_as_it_is(sari: Desk) -> None:
    """Whoever chose badly tries again with the same link; a closed account gets none."""
    raw = raw_of(make_link(sari, "sari", "admin").url)
    with pytest.raises(InvalidSubmission):
        use_link(sari, raw, "sari dewi")
    use_link(sari, raw, NEW)
    change_user(sari, "sari", "admin", active=False)
    with pytest.raises(Conflict, match="ditutup"):
        make_link(sari, "sari", "admin")
