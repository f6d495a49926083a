"""Accounts of people who sign in at an OpenID provider, without one: what its claims come to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.access.accounts import change_user, create_user, find_user, get_user, list_users
from docgen.desk.access.password_links import make_link, use_link
from docgen.desk.access.provider.provider_accounts import bind, identity_of, sign_in_from_provider
from docgen.desk.setup import initialise
from docgen.errors import Conflict, Gone
from docgen.libreoffice import Converter
from docgen.openid.identity import Identity, SignInRefused
from docgen.openid.rules import Rules
from docgen.openid.settings import OpenIdSettings
from docgen.settings import read_settings

ISSUER = "https://masuk.kab.example"


def provider(**rules: Any) -> OpenIdSettings:
    """Return a provider whose operators are operators here."""
    values = {"accounts": "create", "roles": {"a": "operator"}} | rules
    return OpenIdSettings(ISSUER, "naskah-dinas", "rahasia", "Akun Kabupaten", Rules.model_validate(values))


def person(subject: str, **claims: Any) -> Identity:
    """Return somebody of the group that operators are in."""
    return Identity(ISSUER, subject, {"sub": subject, "groups": ["a"]} | claims)


def test_of_two_first_sign_ins_at_once_one_makes_the_account(desk: Desk) -> None:
    """Two windows that come back together sign in to one account; two people of one name never share one."""
    _enter_at_once(desk)


def test_of_two_who_bind_one_identity_at_once_one_succeeds(desk: Desk) -> None:
    """An identity opens one account, however many ask for it in the same moment."""
    _bind_at_once(desk)


@pytest.mark.postgres
def test_the_same_on_a_server(tmp_path: Path, converter: Converter, postgres_url: str) -> None:
    """On PostgreSQL the database itself holds that an identity opens one account."""
    desk = open_desk(read_settings({"DOCGEN_DATA": str(tmp_path), "DOCGEN_DATABASE_URL": postgres_url}), converter)
    initialise(desk, demo=False)
    _enter_at_once(desk)
    _bind_at_once(desk)
    desk.catalogue.close()


def _enter_at_once(desk: Desk) -> None:
    siti = person("f3a1", preferred_username="siti")
    with ThreadPoolExecutor(4) as pool:
        names = list(pool.map(lambda _: sign_in_from_provider(desk, provider(), siti).name, range(4)))
    assert names == ["siti"] * 4

    def enter(subject: str) -> str:
        try:
            return sign_in_from_provider(desk, provider(), person(subject, preferred_username="budi")).subject
        except SignInRefused:
            return "refused"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(enter, ("x1", "x2")))
    assert outcomes in (["refused", "x1"], ["refused", "x2"])


def _bind_at_once(desk: Desk) -> None:
    for name in ("ani", "bima", "citra"):
        create_user(desk, name, "operator")

    def take(name: str) -> str:
        try:
            return bind(desk, provider(), name, identity_of(provider(), "y7"), name).name
        except Conflict:
            return ""

    with ThreadPoolExecutor(3) as pool:
        winners = [name for name in pool.map(take, ("ani", "bima", "citra")) if name]
    assert len(winners) == 1
    assert get_user(desk, winners[0]).subject == "y7"


@pytest.mark.parametrize("name", [None, "", "...", "\u202e", 7, ["siti"], {"a": "b"}])
def test_who_has_no_name_gets_no_account(desk: Desk, name: object) -> None:
    """The sentence names the claim that is missing; a number is a name like any other."""
    if name == 7:
        assert sign_in_from_provider(desk, provider(), person("f3a1", preferred_username=name)).name == "7"
        return
    with pytest.raises(SignInRefused, match="preferred_username"):
        sign_in_from_provider(desk, provider(), person("f3a1", preferred_username=name))


def test_claims_of_any_shape_are_taken_or_left(desk: Desk) -> None:
    """Long, odd or unverified values make no account fail, and set nothing that is not what it should be."""
    odd = {"name": "Siti\0\u202e " * 200, "email": "bukan surel", "nip": {"a": 1}, "divisions": "x"}
    user = sign_in_from_provider(desk, provider(official="nip"), person("f3a1", preferred_username="s" * 500, **odd))
    assert len(user.name) <= 60
    assert len(user.full_name) <= 300
    assert "\0" not in user.full_name
    assert (user.email, user.officials) == ("", [])
    unverified = person("f3a1", email="siti@kab.example", email_verified=False)
    assert sign_in_from_provider(desk, provider(), unverified).email == ""


def test_roles_that_the_file_leaves_out_stay_as_they_were_given(desk: Desk) -> None:
    """With `accounts: existing` and no roles the provider says who somebody is, an administrator what they may do."""
    create_user(desk, "ani", "arsiparis")
    by_hand = provider(accounts="existing", roles=None)
    bind(desk, by_hand, "ani", identity_of(by_hand, "f3a1"), "admin")
    assert sign_in_from_provider(desk, by_hand, person("f3a1", groups=["lain"])).role == "arsiparis"
    with pytest.raises(SignInRefused, match="belum terhubung"):
        sign_in_from_provider(desk, by_hand, person("x9", preferred_username="baru"))
    assert find_user(desk, "baru") is None


def test_the_last_account_that_manages_accounts_keeps_its_role(desk: Desk) -> None:
    """A provider that takes it away is refused, with what to do; once another manages accounts it is followed."""
    create_user(desk, "ani", "admin")
    for user in list_users(desk):
        if user.name != "ani":
            change_user(desk, user.name, "docgen", role="operator")
    bind(desk, provider(), "ani", identity_of(provider(), "f3a1"), "admin")
    with pytest.raises(SignInRefused, match="satu-satunya akun"):
        sign_in_from_provider(desk, provider(), person("f3a1"))
    assert get_user(desk, "ani").role == "admin"
    create_user(desk, "budi", "admin")
    assert sign_in_from_provider(desk, provider(), person("f3a1")).role == "operator"


def test_an_address_from_the_provider_ends_links_made_before_it(desk: Desk) -> None:
    """As with any other change of the address: a link made before it sets no password."""
    create_user(desk, "ani", "operator")
    bind(desk, provider(), "ani", identity_of(provider(), "f3a1"), "admin")
    link = make_link(desk, "ani", "admin")
    sign_in_from_provider(desk, provider(), person("f3a1", email="ani@kab.example"))
    with pytest.raises(Gone):
        use_link(desk, link.url.rsplit("/", 1)[1], "sungai-deras-1987-kembang")
