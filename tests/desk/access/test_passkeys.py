"""Passkeys against whoever holds a chip that says what he wants: replayed, foreign, unverified, copied, garbage."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from docgen.desk import Desk
from docgen.desk.access.accounts import change_user, create_user, find_user
from docgen.desk.access.factors.passkeys import (
    ANSWERED_WITHIN,
    Question,
    add_passkey,
    check_passkey,
    creation_options,
    request_options,
    site_of,
)
from docgen.desk.access.factors.second_factors import factors_of
from docgen.desk.access.factors.totp import factor_box
from docgen.errors import Conflict, InvalidSubmission
from storage.records import User
from tests.support.callers.authenticator import PRESENT, VERIFIED, SoftKey
from tests.support.machine.clock import Clock

BOX = factor_box("a test's secret")
SITE, ORIGIN = "naskah.kab.example", "https://naskah.kab.example"


@pytest.fixture
def office(desk: Desk) -> Desk:
    served = replace(desk, public_url=ORIGIN, now=Clock(dt.timedelta(seconds=1)))
    for name in ("ani", "budi"):
        create_user(served, name, "operator", name.title())
    return served


def owner(desk: Desk, name: str = "ani") -> User:
    user = find_user(desk, name)
    assert user is not None
    return user


def registered(desk: Desk, name: str = "ani", count: int = 0) -> SoftKey:
    """A passkey that somebody has registered."""
    key, question = SoftKey(SITE, ORIGIN, count=count), Question.new(desk)
    add_passkey(desk, name, question, key.create(creation_options(desk, BOX, owner(desk, name), question)), "Laptop")
    return key


def who(desk: Desk, answer: str, question: Question, user: str = "") -> str | None:
    found = check_passkey(desk, BOX, question, answer, user)
    return found and found.name


def test_an_answer_is_good_for_its_question_once(office: Desk) -> None:
    """The same answer, sent again or to another question, opens nothing; the next right one does."""
    key, question, other = registered(office), Question.new(office), Question.new(office)
    answer = key.get(request_options(office, question))
    assert who(office, answer, other) is None
    assert [who(office, answer, question) for _ in range(2)] == ["ani", None]
    again = Question.new(office)
    assert who(office, key.get(request_options(office, again)), again) == "ani"


def test_of_the_same_answer_twice_at_once_one_counts(office: Desk) -> None:
    """Two processes that get a stolen copy at the same moment let one in."""
    key, question = registered(office), Question.new(office)
    answer = key.get(request_options(office, question))
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: who(office, answer, question), range(6)))
    assert sorted(map(str, found)) == ["None"] * 5 + ["ani"]


def test_a_counter_that_went_back_is_a_copy(office: Desk) -> None:
    """An authenticator that counts must count on; one without counter stays at 0."""
    key = registered(office, count=7)
    for count, name in ((7, "ani"), (3, None), (8, "ani"), (8, None)):
        key.count = count - 1 if name is None else count
        question = Question.new(office)
        assert who(office, key.get(request_options(office, question)), question) == name


def test_what_is_signed_has_to_be_right_in_everything(office: Desk) -> None:
    """Another origin or site (a false page), no finger, nobody there, somebody else's handle, another question's type,
    another signature, an unknown key: none opens."""
    right = registered(office)
    question = Question.new(office)
    options = request_options(office, question)
    stranger = SoftKey(SITE, ORIGIN).private
    wrong = [
        replace(right, origin="https://naskah-kab.example"), replace(right, site="kab.example"),
        replace(right, flags=PRESENT), replace(right, flags=VERIFIED), replace(right, handle=BOX.handle("budi")),
        replace(right, private=stranger), replace(right, id=b"nobody's"),
    ]  # fmt: skip
    assert [who(office, key.get(options), question) for key in wrong] == [None] * len(wrong)
    assert who(office, right.get(options, type="webauthn.create"), question) is None
    assert who(office, right.get(options), question) == "ani"


def test_a_passkey_opens_its_own_account_only_and_not_for_ever(office: Desk) -> None:
    """Asked of ani, budi's opens nothing; an answer after five minutes, or of a closed account, neither."""
    key, question = registered(office, "budi"), Question.new(office)
    answer = key.get(request_options(office, question))
    assert who(office, answer, question, "ani") is None
    late = replace(office, now=lambda: question.asked_at + ANSWERED_WITHIN + dt.timedelta(seconds=1))
    assert who(late, answer, question) is None
    change_user(office, "budi", "admin", active=False)
    assert who(office, answer, question) is None


def test_nobody_registers_what_is_no_answer_or_is_taken(office: Desk) -> None:
    """A key of another site, without finger, to another question, or that somebody has: refused, nothing is kept."""
    theirs = registered(office, "budi")
    question = Question.new(office)
    options = creation_options(office, BOX, owner(office), question)
    answers = [
        SoftKey("kab.example", ORIGIN).create(options),
        SoftKey(SITE, "https://jahat.example").create(options),
        SoftKey(SITE, ORIGIN, flags=PRESENT).create(options),
        SoftKey(SITE, ORIGIN).create(creation_options(office, BOX, owner(office), Question.new(office))),
        theirs.create(options),
    ]
    for answer in answers:
        with pytest.raises(InvalidSubmission):
            add_passkey(office, "ani", question, answer, "x")
    assert not factors_of(office, "ani")


GARBAGE = (
    "", "null", "[]", "{}", "1", "\0", "x" * 30_000, "[" * 15_000, '{"id":{"a":1}}', '{"id":"\\ud800"}',
    '{"id":"a","rawId":"a","type":"public-key","response":{}}',
    json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": {
        "clientDataJSON": "eA", "attestationObject": "gA", "authenticatorData": "eA", "signature": "eA"}}),
)  # fmt: skip


def test_garbage_is_refused(office: Desk) -> None:
    """Whatever is sent instead of an answer is a wrong one."""
    for answer in GARBAGE:
        question = Question.new(office)
        assert check_passkey(office, BOX, question, answer) is None
        with pytest.raises(InvalidSubmission):
            add_passkey(office, "ani", question, answer, "\0" * 500)


def test_passkeys_need_an_address_that_browsers_take(desk: Desk) -> None:
    """https with a name, or localhost; for others a sentence names the address and the setting."""
    for address in ("https://naskah.kab.example", "https://naskah.kab.example:8443/", "http://localhost:8000"):
        assert site_of(replace(desk, public_url=address)).origin == address.rstrip("/")
    for address in ("http://naskah.kab.example", "https://10.1.2.3", "https://[::1]", ""):
        with pytest.raises(Conflict, match="DOCGEN_PUBLIC_URL") as refused:
            site_of(replace(desk, public_url=address))
        assert address in str(refused.value)
