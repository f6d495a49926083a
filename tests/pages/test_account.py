"""Signing in: nobody guesses, nobody is sent elsewhere, and nothing typed is lost."""

from __future__ import annotations

import html
import re

import pytest

from docgen.desk import Desk
from docgen.desk.accounts import create_user
from tests.pages.conftest import ORIGIN, PASSWORD, Person, person, words


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
    """After ten failures in a minute the address has to wait, and is told so."""
    visitor.get("/masuk")
    codes = [visitor.post("/masuk", {"name": "admin", "password": "salah"}).status_code for _ in range(11)]
    assert codes == [401] * 10 + [429]
    assert "Tunggu satu menit" in words(visitor.post("/masuk", {"name": "admin", "password": "salah"}))


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
