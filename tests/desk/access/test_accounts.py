"""Accounts and tokens: kept as hashes, checked in one place."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import event

from docgen.desk import Desk
from docgen.desk.access.accounts import (
    change_password,
    check_password,
    create_token,
    create_user,
    find_token,
    find_user,
    random_hash,
)
from docgen.desk.access.sessions import NOTED, begin_session, find_signed_in
from docgen.errors import InvalidSubmission
from storage.catalogue.access import accounts, sessions
from storage.errors import RecordConflict, StoreUnavailable

pytestmark = pytest.mark.office  # the desk fixture has a LibreOffice


def test_the_service_hashes_as_dearly_as_the_standard_asks(real_hasher: PasswordHasher) -> None:
    """A password of the real service costs at least what RFC 9106 asks of machines with little memory."""
    assert (real_hasher.time_cost, real_hasher.memory_cost) >= (3, 64 * 1024)
    assert real_hasher.type is Type.ID


def test_an_unknown_name_costs_what_a_known_one_costs(real_hasher: PasswordHasher) -> None:
    """The hash for unknown names is computed as one of a password is, with the same costs, and matches none."""
    for_nobody = random_hash(real_hasher)
    assert extract_parameters(for_nobody) == extract_parameters(real_hasher.hash("kucing-oren-di-atap"))
    with pytest.raises(VerifyMismatchError):
        real_hasher.verify(for_nobody, "kucing-oren-di-atap")


def test_a_made_password_signs_in_and_is_kept_as_argon2(desk: Desk) -> None:
    """The password shown once signs in; only its argon2id hash is kept; a wrong one does not."""
    password = create_user(desk, "sari", "operator", "Sari Dewi")
    user = check_password(desk, "sari", password)
    assert user is not None
    assert user.password.startswith("$argon2id$")
    assert password not in user.password
    assert check_password(desk, "sari", password + "x") is None
    assert check_password(desk, "tidak-ada", password) is None


def test_a_deactivated_user_cannot_sign_in(desk: Desk) -> None:
    """Deactivating takes effect at once, for signing in and for open sessions."""
    password = create_user(desk, "sari", "operator")
    user = find_user(desk, "sari")
    assert user is not None
    with desk.catalogue.write() as tx:
        accounts.put_user(tx, user.model_copy(update={"active": False}))
    assert check_password(desk, "sari", password) is None
    assert find_user(desk, "sari") is None


def test_passwords_are_long_enough_and_changed_with_the_old_one(desk: Desk) -> None:
    """A short password is refused; changing needs the old one; the old one is then void."""
    with pytest.raises(InvalidSubmission):
        create_user(desk, "sari", "operator", password="pendek")
    old = create_user(desk, "sari", "operator")
    with pytest.raises(InvalidSubmission):
        change_password(desk, "sari", "salah", "kata sandi baru")
    with pytest.raises(InvalidSubmission):
        change_password(desk, "sari", old, "pendek")
    change_password(desk, "sari", old, "kata sandi baru")
    assert check_password(desk, "sari", old) is None
    assert check_password(desk, "sari", "kata sandi baru") is not None
    with pytest.raises(RecordConflict, match="sari"):
        create_user(desk, "sari", "operator")


@pytest.mark.parametrize("name", ["Siti Clerk!", "siti aminah", "SITI", "siti.", "-", "siti_-aminah", "a" * 61])
def test_a_new_user_name_is_easy_to_type(desk: Desk, name: str) -> None:
    """What is refused names the nearest one that is not."""
    with pytest.raises(InvalidSubmission) as refused:
        create_user(desk, name, "operator")
    assert re.search(r"misalnya (siti|siti\.aminah|siti\.clerk|a{60})\.$", refused.value.errors[0].message)
    create_user(desk, "siti-2.a_b", "operator")


def test_a_token_is_found_by_itself_only(desk: Desk) -> None:
    """A token is known while not revoked; its own text is nowhere in the catalogue."""
    raw = create_token(desk, "register aset", "write", ["kepala-bidang"])
    token = find_token(desk, raw)
    assert token is not None
    assert (token.scope, token.officials) == ("write", ["kepala-bidang"])
    assert raw not in token.model_dump_json()
    assert find_token(desk, raw + "x") is None
    with desk.catalogue.write() as tx:
        accounts.revoke_token(tx, token.id, desk.now())
    assert find_token(desk, raw) is None


def test_who_is_signed_in_reads_though_nothing_can_be_written(desk: Desk) -> None:
    """When a session or token was last used cannot be noted on a full disk: its bearer is known nevertheless."""
    create_user(desk, "sari", "operator")
    user = find_user(desk, "sari")
    assert user is not None
    session = begin_session(desk, user)
    assert session is not None
    raw = create_token(desk, "register aset", "read", [])
    later = replace(desk, now=lambda: desk.now() + NOTED)
    event.listen(desk.catalogue.engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
    desk.catalogue.close()
    with pytest.raises(StoreUnavailable), desk.catalogue.write() as tx:
        sessions.note_seen(tx, session.id, later.now(), later.now())
    assert find_signed_in(later, session.id) is not None
    assert find_token(later, raw) is not None


def test_the_last_use_of_a_session_is_noted_once(desk: Desk) -> None:
    """Of many calls at once that all find it due, one writes: the others leave the row alone."""
    create_user(desk, "sari", "operator")
    user = find_user(desk, "sari")
    assert user is not None
    session = begin_session(desk, user)
    assert session is not None
    first, second = (desk.now() + NOTED * times for times in (1, 1.5))
    for now in (first, second):
        with desk.catalogue.write() as tx:
            sessions.note_seen(tx, session.id, now, now - NOTED)
    with desk.catalogue.read() as tx:
        noted = sessions.find_session(tx, session.id)
    assert noted is not None
    assert noted.seen_at == first


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaa", "1234567890", "password12", "qwertyuiop", "rahasia123", "Rahasia-2026", "katasandi123", "docgen2026",
     "diskominfo1", "sari.dewi1", "Sari Dewi 12", "pendek"],
)  # fmt: skip
def test_a_password_that_is_tried_first_is_refused(desk: Desk, password: str) -> None:
    """Runs, lists' favourites, the office's words and the account's own names are no passwords, new or changed."""
    with pytest.raises(InvalidSubmission):
        create_user(desk, "sari.dewi", "operator", "Sari Dewi Lestari", password)
    create_user(desk, "sari.dewi", "operator", "Sari Dewi Lestari", "kucing-oren-di-atap")
    with pytest.raises(InvalidSubmission):
        change_password(desk, "sari.dewi", "kucing-oren-di-atap", password)
