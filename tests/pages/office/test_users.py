"""The page of an account: who it is, where it is signed in, and another way in for who forgot; and the import."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user, get_user, list_users
from docgen.links import PASSWORD_LINK
from docgen.mail import MailServer
from docgen.permissions import Role
from tests.servers.smtp import smtp_server
from tests.support.callers.pages import PASSWORD, Person, application, person, words

pytestmark = pytest.mark.office

SHEET = "Nama pengguna;Nama lengkap;Peran;Memutus atas nama;Surel\n"


def test_a_link_is_shown_once_and_mailed_where_that_is_set_up(desk: Desk) -> None:
    """A mail server that takes none is told beside the link, which works all the same."""
    create_user(desk, "kepala", "admin", "Kepala", PASSWORD)
    create_user(desk, "sari", "operator", "Sari Dewi", email="sari@dinas.example")
    with smtp_server() as mailbox:
        office = replace(desk, mail=MailServer.of(mailbox.url, "Naskah <n@dinas.example>"))
        admin = Person(application(office)).sign_in("kepala")
        admin.get("/pengguna")
        page = admin.post("/pengguna/tautan", {"name": "sari"})
        assert "dikirim ke sari@dinas.example" in words(page)
        (mail,) = mailbox.mails
    link = re.search(rf"{PASSWORD_LINK}[\w-]+", mail.get_content())
    assert link is not None
    assert link[0] in page.text
    assert link[0] not in admin.get("/pengguna/ubah?name=sari").text
    page = admin.post("/pengguna/tautan", {"name": "sari"})
    assert "Surel tidak terkirim" in words(page)
    other = re.search(rf"{PASSWORD_LINK}[\w-]+", page.text)
    assert other is not None
    assert [Person(admin.app).get(one[0]).status_code for one in (link, other)] == [410, 200]


def test_the_page_of_an_account_tells_when_it_was_used_and_ends_one_session(
    desk: Desk, app: Flask, admin: Person, operator: Person
) -> None:
    """Where it is signed in, by marks that open nothing; one is ended, the other stays."""
    other = Person(app).sign_in("operator")
    page = admin.get("/pengguna/ubah?name=operator")
    assert "Terakhir masuk" in words(page)
    marks = re.findall(r'name="sesi" value="(\w+)"', page.text)
    assert len(marks) == 2
    assert admin.post("/pengguna/keluarkan", {"name": "operator", "sesi": marks[0]}).status_code == 303
    assert sorted([operator.get("/").status_code, other.get("/").status_code]) == [200, 302]
    assert admin.post("/pengguna/keluarkan", {"name": "operator"}).status_code == 303
    assert (operator.get("/").status_code, other.get("/").status_code) == (302, 302)


def test_whoever_signs_in_sees_when_and_from_where_he_did_before(app: Flask, operator: Person) -> None:
    """So he notices a stranger; at the very first time there is nothing to tell."""
    assert "Terakhir masuk" not in words(operator.get("/"))
    assert "Terakhir masuk" in words(Person(app).sign_in("operator").get("/"))


def test_who_keeps_accounts_alone_makes_no_administrator(desk: Desk) -> None:
    """The form says which permissions are missing, and keeps what was typed."""
    roles = dict(desk.roles.roles)
    roles["personalia"] = Role(label="Personalia", may=frozenset({"read", "accounts"}))
    office = replace(desk, roles=replace(desk.roles, roles=roles))
    create_user(office, "wati", "personalia", "Wati", PASSWORD)
    wati = Person(application(office)).sign_in("wati")
    wati.get("/pengguna")
    page = wati.post("/pengguna", {"name": "kawan", "full_name": "Kawan", "role": "admin"})
    assert page.status_code == 422
    assert "administer" in words(page)
    assert 'value="kawan"' in page.text
    for path in ("sandi", "tautan", "keluarkan", "aktif", "surel"):
        form = {"name": "admin", "active": "0", "email": "wati@dinas.example", "mail": "now"}
        assert wati.post(f"/pengguna/{path}", form).status_code == 403
    assert get_user(desk, "admin").active


def test_an_import_shows_roles_first_and_then_links_once(desk: Desk, admin: Person) -> None:
    """Nothing changes before the second step; with a wrong row there is none."""
    admin.get("/pengguna")
    sheet = SHEET + "sari;Sari Dewi, S.Kom.;Pengawas;;\nkadis;;pejabat;kepala-dinas;\n"
    page = admin.post("/pengguna/impor/periksa", {"berkas": (io.BytesIO(sheet.encode()), "orang.csv")})
    assert page.status_code == 200
    assert "2 akun dibuat" in words(page)
    assert "Pengawas" in words(page)
    assert "sari" not in {user.name for user in list_users(desk)}
    fields = dict(re.findall(r'name="(tersimpan|nama)" value="([^"]*)"', page.text))
    done = admin.post("/pengguna/impor", fields)
    links = re.findall(rf"<code[^>]*>([^<]*{PASSWORD_LINK}[\w-]+)", done.text)
    assert len(links) == 2
    assert done.headers["Cache-Control"] == "no-store"
    assert "data:text/csv" in html.unescape(done.text)
    assert (get_user(desk, "sari").role, get_user(desk, "kadis").officials) == ("pengawas", ["kepala-dinas"])
    wrong = admin.post("/pengguna/impor/periksa", {"berkas": (io.BytesIO(f"{SHEET}ani;;ratu;;".encode()), "x.csv")})
    assert wrong.status_code == 422
    assert "Peran 'ratu' tidak ada" in words(wrong)
    assert 'name="tersimpan"' not in wrong.text


def test_an_import_is_for_who_keeps_accounts(desk: Desk, app: Flask) -> None:
    """Others are refused at each step, and told what is missing."""
    clerk = person(desk, "operator", app)
    clerk.get("/")
    for path in ("/pengguna/impor/periksa", "/pengguna/impor"):
        assert clerk.post(path, {}).status_code == 403
    assert clerk.get("/pengguna/impor/contoh.xlsx").status_code == 403
