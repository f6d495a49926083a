"""Of changes of accounts that come at once each sees what the one before it did, on each database."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from storage.catalogue import Catalogue
from storage.catalogue.access import accounts, one_time_links
from storage.records import OneTimeLink, User

NOW = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)
NAMES = [f"orang.{number}" for number in range(6)]


def test_who_holds_all_accounts_sees_what_was_changed_before(catalogue: Catalogue) -> None:
    """Each closes himself unless he is the last one: one remains."""
    with catalogue.write() as tx:
        for name in NAMES:
            accounts.add_user(tx, User(name=name, password="!"))

    def close(name: str) -> None:
        with catalogue.write() as tx:
            people = {user.name: user for user in accounts.hold_users(tx)}
            if sum(user.active for user in people.values()) > 1:
                accounts.put_user(tx, people[name].model_copy(update={"active": False}))

    with ThreadPoolExecutor(len(NAMES)) as pool:
        list(pool.map(close, NAMES))
    with catalogue.read() as tx:
        assert sum(user.active for user in accounts.list_users(tx)) == 1


def test_who_holds_an_account_overwrites_nothing(catalogue: Catalogue) -> None:
    """Each adds his word to one field of one account, and all are there."""
    with catalogue.write() as tx:
        accounts.add_user(tx, User(name="sari", password="!"))

    def add(word: str) -> None:
        with catalogue.write() as tx:
            user = accounts.hold_user(tx, "sari")
            accounts.put_user(tx, user.model_copy(update={"divisions": [*user.divisions, word]}))

    with ThreadPoolExecutor(len(NAMES)) as pool:
        list(pool.map(add, NAMES))
    with catalogue.read() as tx:
        assert sorted(accounts.get_user(tx, "sari").divisions) == NAMES


def test_a_link_is_used_by_one(catalogue: Catalogue) -> None:
    """Of many at once one wins; one that is over or void is used by nobody."""
    open_link = OneTimeLink(
        hash="a" * 64, user="sari", created_at=NOW, created_by="admin", expires_at=NOW + dt.timedelta(hours=1)
    )
    links = [
        open_link,
        open_link.model_copy(update={"hash": "b" * 64, "expires_at": NOW}),
        open_link.model_copy(update={"hash": "c" * 64, "user": "budi"}),
    ]
    with catalogue.write() as tx:
        for link in links:
            one_time_links.add_link(tx, link)
        one_time_links.void_links(tx, "budi", NOW)

    def use(hash: str) -> bool:
        with catalogue.write() as tx:
            return one_time_links.use_link(tx, hash, NOW)

    with ThreadPoolExecutor(8) as pool:
        assert [sum(pool.map(use, [link.hash] * 8)) for link in links] == [1, 0, 0]
