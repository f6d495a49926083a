"""Decisions, signatures and changes of factors ask again who it is, 15 minutes after it was proved."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.access.factors.lockout import FREE
from docgen.desk.access.sessions import CONFIRMED
from tests.support.callers.factors import set_up_phone
from tests.support.callers.pages import ORIGIN, PASSWORD, Person, application, words
from tests.support.machine.clock import Clock
from web.route_map import route_map, routes

LATE = CONFIRMED + dt.timedelta(seconds=1)
# Forms of who may decide that are no decision: taking one back, for which there are ten seconds; correcting a text;
# sending no more letters to BSrE.
NO_DECISION = {
    "/putuskan/urungkan",
    "/konsep/<id>/urung",
    "/konsep/<id>/teks",
    "/konsep/<id>/pratinjau",
    "/tanda-tangan/pekerjaan/<id>/batal",
}


def confirmed_forms() -> list[str]:
    """The addresses of all forms that ask again."""
    return [pattern for method, pattern, rule in routes(route_map()) if method == "POST" and rule and rule.confirmed]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(desk: Desk, clock: Clock) -> Flask:
    timed = replace(desk, now=clock)
    create_user(timed, "ani", "admin", "Ani", PASSWORD, officials=["*"])
    return application(timed)


@pytest.fixture
def ani(app: Flask) -> Person:
    return Person(app).sign_in("ani")


def typed(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)


def test_no_form_that_decides_can_forget_it() -> None:
    """Whatever needs the permission to decide asks again, except what is named here as no decision; so does the seal,
    and every change of factors."""
    deciding = {pattern for method, pattern, rule in routes(route_map())
                if method == "POST" and rule and rule.permission == "endorse" and not rule.system}  # fmt: skip
    assert deciding >= NO_DECISION
    asking = set(confirmed_forms())
    assert deciding - asking == NO_DECISION
    assert asking >= {"/d/<id>/segel", "/keamanan/hapus", "/keamanan/kode", "/keamanan/aplikasi", "/keamanan/kunci"}


def test_every_such_form_asks_again_and_keeps_what_was_typed(ani: Person, clock: Clock) -> None:
    """After 15 minutes each answers with the form itself, all typed in it, and a field for the proof."""
    clock.now += LATE
    for pattern in confirmed_forms():
        path = re.sub("<[^>]+>", "01HZZZZZZZZZZZZZZZZZZZZZZZ", pattern)
        answer = ani.post(f"{path}?x=1", {"note": 'Nilai "salah" & kurang', "pilih": ["naskah-1", "konsep-2"]})
        assert (answer.status_code, f'action="{path}?x=1"' in answer.text) == (401, True), path
        fields = typed(answer.text)
        assert ("note", "Nilai &#34;salah&#34; &amp; kurang") in fields
        assert [value for name, value in fields if name == "pilih"] == ["naskah-1", "konsep-2"]
        assert 'name="bukti_sandi"' in answer.text
        again = ani.client.post(path, data={"csrf_token": ani.token}, headers={**ORIGIN, "X-Requested-With": "fetch"})
        assert (again.status_code, again.get_json()["confirm"]) == (401, True)


def test_no_secret_waits_on_the_page(ani: Person, clock: Clock) -> None:
    """A passphrase or one-time code for BSrE is typed anew: nothing that waits on a page holds it."""
    clock.now += LATE
    secrets = {"passphrase": "Rahasia-Sekali-1", "totp": "Rahasia-Sekali-2"}
    asked_again = ani.post("/d/01HZZZZZZZZZZZZZZZZZZZZZZZ/putusan", secrets | {"official": "kepala-dinas"})
    ani.post("/keluar")
    signed_out = ani.post("/d/01HZZZZZZZZZZZZZZZZZZZZZZZ/putusan", secrets | {"official": "kepala-dinas"})
    for answer in (asked_again, signed_out):
        assert (answer.status_code, "kepala-dinas" in answer.text, "Rahasia" in answer.text) == (401, True, False)


def test_the_proof_goes_with_the_form_and_holds_for_15_minutes(ani: Person, clock: Clock) -> None:
    """The right password sends the form on at once; until it is old again nothing more is asked."""
    set_up_phone(ani, clock.now)
    clock.now += LATE
    ani.post("/keamanan/hapus")
    wrong = ani.post("/keamanan/hapus", {"bukti_sandi": PASSWORD})
    assert (wrong.status_code, "Tidak cocok" in words(wrong)) == (401, True)


def test_without_a_second_factor_the_password_proves_it(ani: Person, clock: Clock) -> None:
    """Somebody without second factor types the password once more; a wrong one says so and keeps the form."""
    clock.now += LATE
    form = {"official": "x", "decision": "setuju", "note": "Catatan saya"}
    wrong = ani.post("/d/01HZZZZZZZZZZZZZZZZZZZZZZZ/putusan", form | {"bukti_sandi": "salah"})
    assert (wrong.status_code, "Tidak cocok" in words(wrong)) == (401, True)
    assert ("note", "Catatan saya") in typed(wrong.text)
    assert "salah" not in wrong.text.replace("kesalahan", "")
    right = ani.post("/d/01HZZZZZZZZZZZZZZZZZZZZZZZ/putusan", form | {"bukti_sandi": PASSWORD})
    assert right.status_code == 404  # the view has it now
    clock.now += CONFIRMED - dt.timedelta(seconds=1)
    assert ani.post("/d/01HZZZZZZZZZZZZZZZZZZZZZZZ/putusan", form).status_code == 404


def test_a_second_factor_proves_it_and_the_password_does_not(ani: Person, clock: Clock) -> None:
    """Who has an application is asked for its code; the password of a thief at an open desk is worth nothing."""
    phone, codes = set_up_phone(ani, clock.now)
    clock.now += LATE
    page = ani.post("/keamanan/kode")
    assert ('name="bukti_kode"' in page.text, 'name="bukti_sandi"' in page.text) == (True, False)
    assert ani.post("/keamanan/kode", {"bukti_sandi": PASSWORD}).status_code == 401
    assert ani.post("/keamanan/kode", {"bukti_kode": phone.code(clock.now)}).status_code == 200
    clock.now += LATE
    assert ani.post("/keamanan/kode", {"bukti_kode": codes[0]}).status_code == 401  # void since


def test_guessing_the_proof_is_slow(ani: Person, clock: Clock) -> None:
    """After five wrong ones even the right password waits, and what was typed stays on the page."""
    clock.now += LATE
    codes = [ani.post("/keamanan/kode", {"bukti_sandi": "salah"}).status_code for _ in range(FREE)]
    assert codes == [401] * FREE
    answer = ani.post("/keamanan/kode", {"bukti_sandi": PASSWORD, "note": "Catatan"})
    assert (answer.status_code, ("note", "Catatan") in typed(answer.text)) == (429, True)
    assert "Coba lagi sesudah pukul" in words(answer)


def test_who_may_not_is_refused_and_asked_nothing(app: Flask, clock: Clock) -> None:
    """A permission that is missing is told at once, however old the proof is."""
    create_user(app.extensions["desk"], "budi", "pengawas", "Budi", PASSWORD)
    budi = Person(app).sign_in("budi")
    clock.now += LATE
    assert budi.post("/d/01HZZZZZZZZZZZZZZZZZZZZZZZ/putusan").status_code == 403


def test_a_new_password_proves_no_second_factor(ani: Person, clock: Clock) -> None:
    """Who knows the password at an open desk cannot decide by changing it: the code is asked for all the same."""
    set_up_phone(ani, clock.now)
    clock.now += LATE
    new = "sapi-hitam-di-sawah"
    assert ani.post("/sandi", {"old": PASSWORD, "new": new, "again": new}).status_code == 303
    ani.get("/keamanan")
    assert ani.post("/keamanan/kode", {"bukti_sandi": new}).status_code == 401
