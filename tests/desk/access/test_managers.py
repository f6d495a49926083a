"""Somebody can always manage the accounts, and nobody reaches through them for more than he has."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.access.accounts import (
    change_password,
    change_user,
    create_user,
    get_user,
    list_users,
    reset_password,
)
from docgen.desk.access.password_links import make_link
from docgen.desk.access.sessions import end_sessions
from docgen.desk.notices.preferences import choose
from docgen.desk.rights import person
from docgen.errors import Conflict, Forbidden
from docgen.permissions import Role
from storage.catalogue.access import accounts

pytestmark = pytest.mark.office


@pytest.mark.parametrize("change", [{"active": False}, {"role": "operator"}, {"role": "pejabat"}])
def test_the_last_account_that_manages_accounts_stays(desk: Desk, change: dict[str, Any]) -> None:
    """It is neither closed nor gets another role; a second one that is closed does not count."""
    with pytest.raises(Conflict, match="satu-satunya"):
        change_user(desk, "admin", "docgen", **change)
    create_user(desk, "kepala", "admin")
    change_user(desk, "kepala", "docgen", active=False)
    with pytest.raises(Conflict, match="satu-satunya"):
        change_user(desk, "admin", "docgen", **change)
    change_user(desk, "kepala", "docgen", active=True)
    change_user(desk, "admin", "docgen", **change)


def test_two_who_close_each_other_at_once_do_not_both_succeed(desk: Desk) -> None:
    """One of them remains."""
    create_user(desk, "kepala", "admin")

    def close(pair: tuple[str, str]) -> bool:
        try:
            change_user(desk, pair[0], pair[1], active=False)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        closed = list(pool.map(close, [("admin", "kepala"), ("kepala", "admin")]))
    assert sorted(closed) == [False, True]
    assert [user.active for user in list_users(desk) if user.role == "admin"].count(True) == 1


def test_who_only_keeps_accounts_reaches_no_administrator(desk: Desk) -> None:
    """With the permission for accounts alone nobody makes an administrator, nor gets into the account of one."""
    roles = dict(desk.roles.roles)
    roles["personalia"] = Role(label="Personalia", may=frozenset({"read", "export", "endorse", "accounts"}))
    office = replace(desk, roles=replace(desk.roles, roles=roles))
    create_user(office, "wati", "personalia")
    create_user(office, "budi", "pejabat")
    wati = person(office.roles, get_user(office, "wati"))
    attempts = [
        lambda: create_user(office, "kawan", "admin", by="wati", caller=wati),
        lambda: change_user(office, "budi", "wati", caller=wati, role="admin"),
        lambda: change_user(office, "admin", "wati", caller=wati, active=False),
        lambda: reset_password(office, "admin", "wati", caller=wati),
        lambda: make_link(office, "admin", "wati", caller=wati),
        lambda: end_sessions(office, "admin", "wati", caller=wati),
        lambda: choose(office, "admin", "wati@dinas.example", "now", "wati", caller=wati),
    ]
    for attempt in attempts:
        with pytest.raises(Forbidden, match="administer"):
            attempt()
    assert get_user(office, "admin").email == ""
    reset_password(office, "budi", "wati", caller=wati)
    with pytest.raises(Forbidden, match="sendiri"):
        change_user(office, "wati", "wati", caller=wati, officials=["*"])


def test_a_new_password_overwrites_no_change_of_the_role(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A role that is taken away while its owner changes the password stays taken away."""
    old = create_user(desk, "sari", "admin")
    checked, changed = Event(), Event()

    def strong(*args: object) -> None:
        checked.set()
        assert changed.wait(20)

    monkeypatch.setattr("docgen.desk.access.accounts.require_strong", strong)
    with ThreadPoolExecutor(1) as pool:
        change = pool.submit(change_password, desk, "sari", old, "kapal-pinisi-berlayar-pagi")
        assert checked.wait(20)
        change_user(desk, "sari", "admin", role="operator", full_name="Sari Dewi")
        changed.set()
        change.result()
    with desk.catalogue.read() as tx:
        assert (accounts.get_user(tx, "sari").role, accounts.get_user(tx, "sari").full_name) == (
            "operator",
            "Sari Dewi",
        )
