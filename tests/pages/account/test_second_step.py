"""Signing in with a second factor: the password alone opens nothing any more, and no code opens twice."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import change_password, create_user
from docgen.desk.access.factors.lockout import FREE
from docgen.desk.access.factors.totp import STEP
from tests.support.callers.factors import Phone, set_up_phone
from tests.support.callers.pages import PASSWORD, Person, application, words
from tests.support.machine.clock import Clock

CODE_STEP = dt.timedelta(seconds=STEP)  # until the application shows another code


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(desk: Desk, clock: Clock) -> Flask:
    timed = replace(desk, now=clock)
    create_user(timed, "ani", "operator", "Ani", PASSWORD)
    return application(timed)


@pytest.fixture
def ani(app: Flask) -> Person:
    return Person(app).sign_in("ani")


@pytest.fixture
def phone(ani: Person, clock: Clock) -> Phone:
    return set_up_phone(ani, clock.now)[0]


def password_given(app: Flask, browser: Person | None = None) -> Person:
    """A browser in which the password was given, and the second factor is asked for."""
    stranger = browser or Person(app)
    stranger.get("/masuk")
    assert stranger.post("/masuk", {"name": "ani", "password": PASSWORD}).location == "/masuk/langkah-kedua"
    stranger.get("/masuk/langkah-kedua")
    return stranger


def give(browser: Person, code: str) -> int:
    return browser.post("/masuk/langkah-kedua", {"code": code}).status_code


def test_the_password_alone_opens_nothing_any_more(app: Flask, phone: Phone, clock: Clock) -> None:
    """Between the steps nobody is signed in; the right code, however it is grouped, signs in and leads on."""
    clock.now += CODE_STEP
    stranger = Person(app)
    stranger.get("/masuk?next=/arsip")
    answer = stranger.post("/masuk", {"name": "ani", "password": PASSWORD, "next": "/arsip"})
    assert answer.location == "/masuk/langkah-kedua?next=/arsip"
    assert stranger.get("/arsip").status_code == 302
    page = stranger.get(answer.location)
    assert "Kata sandi akun ani cocok" in words(page)
    code = phone.code(clock.now)
    form = {"code": f" {code[:3]} {code[3:]}", "next": "/arsip"}
    assert stranger.post("/masuk/langkah-kedua", form).location == "/arsip"
    assert stranger.get("/arsip").status_code == 200


def test_a_code_opens_once(app: Flask, phone: Phone, clock: Clock) -> None:
    """Whoever saw a code over somebody's shoulder, or one older than it, is refused; so is the code of the set-up."""
    first, second = password_given(app), password_given(app)
    assert give(first, phone.code(clock.now)) == 401
    clock.now += CODE_STEP
    assert give(first, phone.code(clock.now)) == 303
    assert give(second, phone.code(clock.now)) == 401
    assert give(second, phone.code(clock.now, -1)) == 401
    assert give(second, phone.code(clock.now, 1)) == 303


def test_a_clock_may_be_wrong_by_one_step_and_no_more(app: Flask, phone: Phone, clock: Clock) -> None:
    """RFC 6238, 5.2: the code before and the one to come are taken, others not."""
    clock.now += 10 * CODE_STEP
    stranger = password_given(app)
    assert [give(stranger, phone.code(clock.now, drift)) for drift in (-2, 2, -1)] == [401, 401, 303]


@pytest.mark.parametrize("code", ["", "000000", "١٢٣٤٥٦", "\0\0\0\0\0\0", "1" * 10_000, "abcd-efgh-jkmn", "\ud800"])
def test_a_wrong_code_says_only_that_it_is_wrong(app: Flask, phone: Phone, code: str) -> None:
    """Whatever was typed, the answer is the same sentence, and nobody is signed in."""
    stranger = password_given(app)
    answer = stranger.client.post("/masuk/langkah-kedua", data={
        "csrf_token": stranger.token, "code": code.encode("utf-8", "surrogatepass")})  # fmt: skip
    assert answer.status_code == 401
    assert "Kode tidak cocok atau sudah dipakai." in words(answer)
    assert stranger.get("/arsip").status_code == 302


def test_a_recovery_code_opens_once_and_new_ones_void_it(app: Flask, ani: Person, clock: Clock) -> None:
    """Ten codes are shown once; each stands in for a lost phone once, in whatever case; new codes replace them."""
    _phone, codes = set_up_phone(ani, clock.now)
    assert len(set(codes)) == 10
    assert give(password_given(app), codes[0].upper().replace("-", " ")) == 303
    assert give(password_given(app), codes[0]) == 401
    listing = ani.get("/keamanan")
    assert "9 kode belum dipakai" in words(listing)
    assert {ani.get(path).headers["Cache-Control"] for path in ("/keamanan", "/keamanan/aplikasi")} == {"no-store"}
    assert codes[1] not in listing.text
    renewed = re.findall(r"<li><code>([a-z0-9-]+)</code></li>", ani.post("/keamanan/kode").text)
    assert give(password_given(app), codes[1]) == 401
    assert give(password_given(app), renewed[1]) == 303


def test_guessing_codes_is_slow_and_locks_nobody_out(app: Flask, ani: Person, phone: Phone, clock: Clock) -> None:
    """After five wrong codes even the right one waits; where ani signed in before, it does not."""
    clock.now += CODE_STEP
    stranger = password_given(app)
    assert [give(stranger, "000000") for _ in range(FREE)] == [401] * FREE
    answer = stranger.post("/masuk/langkah-kedua", {"code": phone.code(clock.now)})
    assert answer.status_code == 429
    assert "Coba lagi sesudah pukul" in words(answer)
    assert int(answer.headers["Retry-After"]) > 0
    ani.post("/keluar")
    assert give(password_given(app, ani), phone.code(clock.now)) == 303


def test_the_second_step_ends_with_time_and_with_a_new_password(app: Flask, desk: Desk, phone: Phone, clock: Clock,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """A password that was changed after it was given, or given ten minutes ago, has to be given again; a form waits."""
    import time

    clock.now += CODE_STEP
    stranger, late = password_given(app), password_given(app)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 601)
    answer = late.post("/masuk/langkah-kedua", {"code": phone.code(clock.now), "isian_tertahan": "{}"})
    assert (answer.status_code, 'name="isian_tertahan"' in answer.text) == (401, True)
    assert "Waktu untuk langkah kedua sudah habis" in words(answer)
    monkeypatch.undo()
    change_password(desk, "ani", PASSWORD, "sapi-hitam-di-sawah")
    assert give(stranger, phone.code(clock.now)) == 401


def test_who_waits_for_the_second_step_cannot_be_forged(app: Flask, phone: Phone) -> None:
    """Without the password first there is no second step, whatever is sent."""
    stranger = Person(app)
    stranger.get("/masuk")
    answer = stranger.post("/masuk/langkah-kedua", {"code": "123456", "name": "ani"})
    assert "Masuk lagi dengan kata sandi" in words(answer)


def test_removing_the_last_factor_voids_the_codes(app: Flask, ani: Person, clock: Clock) -> None:
    """After asking once more the application is gone, its codes as well, and the password opens alone."""
    _phone, codes = set_up_phone(ani, clock.now)
    assert "yang terakhir" in words(ani.get("/keamanan/hapus"))
    assert ani.post("/keamanan/hapus").location == "/keamanan"
    assert "kode belum dipakai" not in words(ani.get("/keamanan"))
    Person(app).sign_in("ani")
    assert ani.post("/keamanan/kode").status_code == 409
    assert codes


def test_a_set_up_needs_a_right_code_and_ones_own_secret(app: Flask, ani: Person, clock: Clock) -> None:
    """A wrong first code changes nothing and shows the same secret again; a secret of somebody else is none."""
    from tests.support.callers.factors import hidden, typed_secret

    page = ani.get("/keamanan/aplikasi").text
    locked = hidden(page, "rahasia")
    wrong = ani.post("/keamanan/aplikasi", {"rahasia": locked, "code": "000000"})
    assert (wrong.status_code, typed_secret(wrong.text)) == (422, typed_secret(page))
    create_user(app.extensions["desk"], "budi", "operator", "Budi", PASSWORD)
    budi = Person(app).sign_in("budi")
    budi.get("/keamanan/aplikasi")
    code = Phone(typed_secret(page)).code(clock.now)
    assert budi.post("/keamanan/aplikasi", {"rahasia": locked, "code": code}).location == "/keamanan/aplikasi"
    for forged in ("x", "AAAA", "é", locked[:-8]):
        assert ani.post("/keamanan/aplikasi", {"rahasia": forged, "code": code}).status_code == 303
    Person(app).sign_in("ani")
