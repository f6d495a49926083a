"""A share link lives as long as the right to make it: it ends with token, account, role and limits of its maker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from docgen.desk.access.accounts import change_user, create_user
from docgen.desk.access.share_links import create_share, share_token
from docgen.desk.access.tokens import create_token, find_token, revoke_token
from storage.catalogue import shares
from storage.catalogue.access import accounts
from storage.catalogue.tables import shares as share_rows
from storage.catalogue.tables import tokens, users
from storage.link_records import Share
from tests.rights.conftest import MINE, OTHER, SECRET, House
from tests.support.callers.api import Caller
from tests.support.callers.pages import PASSWORD, application, words

pytestmark = pytest.mark.office

Opened = Callable[[Share], tuple[int, str]]


@pytest.fixture
def app(house: House) -> Flask:
    """An application whose visitors have guessed nothing yet."""
    return application(house.desk)


@pytest.fixture
def opened(app: Flask) -> Opened:
    """What somebody who is not signed in is answered under a link: the status, and the words."""

    def ask(share: Share) -> tuple[int, str]:
        answer = app.test_client().get(f"/s/{share_token(SECRET, share)}")
        return answer.status_code, words(answer)

    return ask


def shared_by(house: House, system: Caller) -> Share:
    """A link that a system made through the API."""
    made = system.post(f"/documents/{house.mine.id}/shares", {"days": 30}).get_json()
    with house.desk.catalogue.read() as tx:
        return shares.get_share(tx, made["id"])


@pytest.mark.parametrize("cause", ["revoked", "expired", "narrowed", "scope"])
def test_a_link_ends_with_the_right_of_its_token(house: House, app: Flask, opened: Opened, cause: str) -> None:
    """When the token is revoked, is over, reads only or is limited to other assets, whoever opens its link is told
    that it ended, in every form; another token's link goes on, though that has the same name."""
    ends = house.desk.now() + dt.timedelta(days=3)
    raw = create_token(house.desk, "dasbor", "write", [], assets=[MINE], expires_at=ends)
    token = find_token(house.desk, raw)
    assert token is not None
    share = shared_by(house, Caller(house.app, raw))
    beside = shared_by(house, Caller(house.app, create_token(house.desk, "dasbor", "write", [])))
    assert opened(share)[0] == 200
    if cause == "revoked":
        revoke_token(house.desk, token.id)
    elif cause == "expired":
        app.extensions["desk"] = replace(house.desk, now=lambda: ends)
    else:
        values = {"assets": [OTHER]} if cause == "narrowed" else {"scope": "read"}
        with house.desk.catalogue.write() as tx:
            tx.execute(update(tokens).where(tokens.c.id == token.id).values(values))
    status, said = opened(share)
    assert (status, "sudah berakhir" in said) == (410, True)
    address = f"/s/{share_token(SECRET, share)}"
    for path in ("/pdf", "/halaman/1.png", "/kartu.png"):
        assert app.test_client().get(f"{address}{path}").status_code == 410
    assert opened(beside)[0] == 200


def test_a_link_ends_with_the_right_of_its_account(house: House, opened: Opened) -> None:
    """A closed account's links end, and so do those of a clerk who reads only from now on; opened again, they work.
    The page of links tells why, and the API does."""
    create_user(house.desk, "rina", "operator", "Rina", PASSWORD)
    share = create_share(house.desk, house.mine.id, "rina")
    assert opened(share)[0] == 200
    change_user(house.desk, "rina", "admin", active=False)
    assert opened(share)[0] == 410
    page = words(house.person("wati", "operator").get(f"/d/{house.mine.id}/bagikan"))
    assert "akun pembuatnya ditutup" in page
    told = {one["id"]: one for one in house.system("write").get(f"/documents/{house.mine.id}/shares").get_json()}
    assert told[share.id]["ended"] == "akun pembuatnya ditutup"
    change_user(house.desk, "rina", "admin", active=True)
    assert opened(share)[0] == 200
    with house.desk.catalogue.write() as tx:
        tx.execute(update(users).where(users.c.name == "rina").values(role="pejabat"))
    assert opened(share)[0] == 410


def test_links_of_earlier_versions_are_judged_by_the_name_of_their_maker(house: House, opened: Opened) -> None:
    """They tell no token: one of that name must still be able to share. Of a maker whom nobody knows, none work."""
    token = find_token(house.desk, create_token(house.desk, "lama", "write", []))
    assert token is not None
    share = create_share(house.desk, house.mine.id, "lama")
    assert opened(share)[0] == 200
    with house.desk.catalogue.write() as tx:
        accounts.revoke_token(tx, token.id, house.desk.now())
    assert opened(share)[0] == 410
    with house.desk.catalogue.write() as tx:
        tx.execute(update(share_rows).where(share_rows.c.id == share.id).values(created_by="tiada"))
    assert opened(share)[0] == 410


def test_who_may_make_no_link_is_given_none(house: House) -> None:
    """A token that reads sees that a letter was shared, and until when; the address, a key, is not told it."""
    create_share(house.desk, house.mine.id, "admin")
    path = f"/documents/{house.mine.id}/shares"
    assert {one["href"] for one in house.system("read").get(path).get_json()} == {None}
    assert all(one["href"] for one in house.system("write").get(path).get_json())


def test_a_link_of_a_letter_outside_looks_like_none(house: House) -> None:
    """Revoking it by id answers a limited token as if there were no such link."""
    share = create_share(house.desk, house.other.id, "admin")
    system = house.system("write", assets=[MINE])
    answers = [system("DELETE", f"/shares/{id}") for id in (share.id, "tidak-ada")]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].get_json()["detail"] == answers[1].get_json()["detail"]
