"""Signing in: nobody guesses, nobody is sent elsewhere, and nothing typed is lost."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from tests.support.callers.pages import ORIGIN, PASSWORD, Person, person, words


@pytest.mark.parametrize("path", ["/", "/buat", "/arsip", "/agenda", "/aset", "/kantor", "/pengguna", "/d/x/pdf"])
def test_pages_ask_to_sign_in_and_remember_where_to_go(visitor: Person, path: str) -> None:
    """Without signing in, every page of the office leads to the sign-in page, which knows the way back."""
    answer = visitor.get(path)
    assert answer.status_code == 302
    assert answer.location == ("/masuk" if path == "/" else f"/masuk?next={path}")


@pytest.mark.parametrize(
    "target",
    ["https://jahat.example/", "//jahat.example", "/\\jahat.example", "javascript:alert(1)", "/a\\b", "/\t/x", "jahat"],
)
def test_signing_in_never_leads_to_another_site(visitor: Person, desk: Desk, target: str) -> None:
    """A `next` that is not a path of this service leads home."""
    create_user(desk, "ani", "operator", "", PASSWORD)
    visitor.get("/masuk")
    answer = visitor.post("/masuk", {"name": "ani", "password": PASSWORD, "next": target})
    assert answer.location == "/"


def test_the_session_is_renewed_at_sign_in(visitor: Person, desk: Desk) -> None:
    """A token from before signing in is worth nothing afterwards."""
    create_user(desk, "ani", "operator", "", PASSWORD)
    visitor.get("/masuk")
    before = visitor.token
    visitor.post("/masuk", {"name": "ani", "password": PASSWORD})
    visitor.get("/")
    assert visitor.token != before
    visitor.token = before
    assert visitor.post("/keluar").status_code == 400


def test_a_wrong_password_says_so_and_keeps_the_name(visitor: Person) -> None:
    """The message is the same for unknown names; the name stays in its box."""
    visitor.get("/masuk")
    for name in ("admin", "tidak-ada"):
        answer = visitor.post("/masuk", {"name": name, "password": "salah"})
        assert answer.status_code == 401
        assert "Nama pengguna atau kata sandi tidak cocok." in words(answer)
        assert f'value="{name}"' in answer.text


def test_guessing_passwords_is_slow(visitor: Person) -> None:
    """After five failures in a minute an account has to wait, known or not, and is told so."""
    visitor.get("/masuk")
    for name in ("admin", "tidak-ada"):
        codes = [visitor.post("/masuk", {"name": name, "password": "salah"}).status_code for _ in range(6)]
        assert codes == [401] * 5 + [429]
    answer = visitor.post("/masuk", {"name": " ADMIN", "password": "salah"})
    assert "Terlalu banyak percobaan. Coba lagi sesudah pukul" in words(answer)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert 'value="ADMIN"' in answer.text


def test_guessing_many_accounts_is_slow(visitor: Person) -> None:
    """After twenty failures in a minute an address has to wait, whichever accounts it tries."""
    visitor.get("/masuk")
    codes = [visitor.post("/masuk", {"name": f"a{n}", "password": "salah"}).status_code for n in range(21)]
    assert codes == [401] * 20 + [429]


def test_a_burst_gets_no_more_tries_than_the_limit(app: Flask, visitor: Person) -> None:
    """A try counts before the password is looked at: of 48 at once, five are."""
    visitor.get("/masuk")
    cookie = visitor.client.get_cookie("docgen")
    assert cookie is not None

    def guess(_number: int) -> int:
        one = Person(app)
        one.client.set_cookie("docgen", cookie.value)
        one.token = visitor.token
        return one.post("/masuk", {"name": "admin", "password": "salah"}).status_code

    with ThreadPoolExecutor(16) as pool:
        codes = list(pool.map(guess, range(48)))
    assert sorted(codes) == [401] * 5 + [429] * 43


def test_a_stranger_who_guesses_locks_nobody_out(operator: Person, visitor: Person) -> None:
    """Where somebody was signed in before, their right password gets them in while strangers have to wait."""
    operator.post("/keluar")
    visitor.get("/masuk")
    codes = [visitor.post("/masuk", {"name": "operator", "password": "salah"}).status_code for _ in range(6)]
    assert codes[-1] == 429
    operator.sign_in("operator")
    assert visitor.post("/masuk", {"name": "operator", "password": PASSWORD}).status_code == 429


def test_a_known_browser_is_no_way_to_guess(operator: Person) -> None:
    """Tries in a browser that the account knows are counted, too, and other accounts are strange to it."""
    operator.post("/keluar")
    operator.get("/masuk")
    for name in ("operator", "admin"):
        codes = [operator.post("/masuk", {"name": name, "password": "salah"}).status_code for _ in range(6)]
        assert codes == [401] * 5 + [429]


def test_a_whole_office_signs_in_behind_one_address(app: Flask, desk: Desk) -> None:
    """Right passwords are no tries: more people than the limit sign in within a minute."""
    create_user(desk, "ani", "operator", "", PASSWORD)
    for _ in range(25):
        Person(app).sign_in("ani")


def test_a_form_without_a_token_is_refused(operator: Person) -> None:
    """A POST without a valid token does nothing, whoever is signed in."""
    operator.token = ""
    assert operator.client.post("/keluar").status_code == 400
    assert operator.get("/").status_code == 200  # still signed in


def test_a_form_sent_after_the_session_ended_is_kept(operator: Person) -> None:
    """What was typed waits through signing in and is sent again by one button, with a valid token."""
    operator.get("/aset/baru")
    operator.client.delete_cookie("docgen")
    answer = operator.post("/buat/pemeliharaan/2/nota_dinas", {"data.hal": 'Hal "penting" & panjang', "aksi": "draf"})
    assert answer.status_code == 401
    assert "isian Anda tidak hilang" in words(answer)
    kept = html.unescape(re.search(r'name="isian_tertahan" value="([^"]+)"', answer.text)[1])  # type: ignore[index]
    answer = operator.post("/masuk", {"name": "operator", "password": PASSWORD, "isian_tertahan": kept})
    assert "Isian Anda masih ada" in words(answer)
    assert 'action="/buat/pemeliharaan/2/nota_dinas"' in answer.text
    assert "Hal &#34;penting&#34; &amp; panjang" in answer.text


def test_a_strange_site_cannot_leave_a_form_behind(visitor: Person) -> None:
    """A form posted from elsewhere is not kept for the one who signs in next, and passwords are never kept."""
    data = {"data.hal": "titipan"}
    for headers in ({"Origin": "https://jahat.example"}, {"Sec-Fetch-Site": "cross-site", **ORIGIN}, {}):
        answer = visitor.client.post("/aset/baru", data=data, headers=headers)
        assert answer.status_code == 401
        assert "titipan" not in answer.text
    assert "rahasia" not in visitor.client.post("/sandi", data={"new": "rahasia"}, headers=ORIGIN).text


def test_changing_the_password_signs_other_browsers_out(operator: Person) -> None:
    """The old password stops working everywhere; this browser stays signed in."""
    other = Person(operator.app).sign_in("operator")
    operator.get("/sandi")
    short = operator.post("/sandi", {"old": PASSWORD, "new": "pendek", "again": "pendek"})
    assert short.status_code == 422
    assert "paling sedikit 10 karakter" in words(short)
    new = "sapi-hitam-di-sawah"
    assert operator.post("/sandi", {"old": PASSWORD, "new": new, "again": new}).status_code == 303
    assert operator.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_a_closed_account_is_out_at_once(admin: Person, operator: Person) -> None:
    """Deactivating an account ends its sessions with the next page; one's own cannot be closed."""
    admin.get("/pengguna")
    assert admin.post("/pengguna/aktif", {"name": "operator", "active": "0"}).status_code == 303
    assert operator.get("/").status_code == 302
    assert admin.post("/pengguna/aktif", {"name": "kepala", "active": "0"}).status_code == 409


def test_every_page_forbids_foreign_scripts(operator: Person) -> None:
    """Pages hold no inline script or style, and their policy forbids both."""
    for path in ("/", "/buat", "/buat/pemeliharaan/2/nota_dinas", "/arsip", "/agenda", "/aset", "/pejabat", "/kantor"):
        answer = operator.get(path)
        assert answer.status_code == 200
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", answer.text)
        assert '<html lang="id">' in answer.text
        assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)


def test_guessing_what_lies_behind_the_sign_in_page_is_slow(visitor: Person) -> None:
    """Asking the sign-in page for the cards of many documents, codes or links ends in having to wait."""
    for kind in ("d", "verifikasi", "s"):
        codes = [visitor.get(f"/masuk?next=/{kind}/0123456789ABCD{number:02}").status_code for number in range(31)]
        assert codes[-1] == 429


def test_guessing_the_old_password_is_slow(desk: Desk) -> None:
    """Whoever found an open session cannot try passwords by the hundred on the page that changes it."""
    clerk = person(desk, "operator")
    clerk.get("/sandi")
    form = {"old": "salah", "new": "empat-kata-acak-panjang", "again": "empat-kata-acak-panjang"}
    codes = [clerk.post("/sandi", form).status_code for _ in range(11)]
    assert (codes[0], codes[-1]) == (422, 429)


def test_choosing_a_new_password_is_no_guessing(desk: Desk) -> None:
    """Who knows the old password may look for a good new one as long as it takes; only the old one is guessed at."""
    clerk = person(desk, "operator")
    clerk.get("/sandi")
    weak = {"old": PASSWORD, "new": "password12", "again": "password12"}
    for form in (weak, weak | {"again": "password13"}):
        assert [clerk.post("/sandi", form).status_code for _ in range(11)] == [422] * 11
    codes = [clerk.post("/sandi", weak | {"old": "salah"}).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]
