"""The office says who needs a second factor; an administrator removes those that somebody lost."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.access.factors.second_factors import factors_of, reset_factors
from docgen.desk.notices.wording import OF_ACCOUNT
from docgen.desk.registers.edit import change_office
from docgen.desk.rights import person as caller_of
from docgen.errors import Forbidden, InvalidSubmission
from docgen.mail import MailServer
from storage.catalogue import audit, notices, registers
from storage.catalogue.access import accounts
from tests.support.callers.factors import Phone, hidden, set_up_phone, typed_secret
from tests.support.callers.pages import PASSWORD, Person, application, words


def require_for(desk: Desk, *roles: str) -> None:
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
    change_office(desk, office.model_copy(update={"second_factor_roles": list(roles)}), by="kepala")


def test_who_needs_a_factor_sets_one_up_before_anything_else(desk: Desk, app: Flask) -> None:
    """Every page leads to Keamanan akun; a form waits through the set-up with all that was typed; then all opens."""
    create_user(desk, "ani", "operator", "Ani", PASSWORD)
    create_user(desk, "budi", "pejabat", "Budi", PASSWORD)
    ani, budi = Person(app).sign_in("ani"), Person(app).sign_in("budi")
    require_for(desk, "operator")
    assert ani.get("/arsip").location == "/keamanan"
    assert "Peran Anda memerlukan langkah kedua" in words(ani.get("/keamanan"))
    assert ani.client.get("/cari.json", headers={"X-Requested-With": "fetch"}).status_code == 403
    assert budi.get("/arsip").status_code == 200
    stopped = ani.post("/aset/baru", {"name": "Router", "nibar": "1"})
    assert stopped.status_code == 403
    kept = html.unescape(hidden(stopped.text, "isian_tertahan"))
    ani.post("/keamanan", {"isian_tertahan": kept})
    page = ani.post("/keamanan/aplikasi", {"isian_tertahan": kept}).text
    phone = Phone(typed_secret(page))
    form = {"rahasia": hidden(page, "rahasia"), "code": phone.code(desk.now()), "isian_tertahan": kept}
    codes = ani.post("/keamanan/aplikasi", form)
    assert len(re.findall(r"<li><code>", codes.text)) == 10
    assert ('action="/aset/baru"' in codes.text, 'name="name" value="Router"' in codes.text) == (True, True)
    assert ani.get("/arsip").status_code == 200


def test_the_office_says_it_on_its_page_and_for_roles_that_are(desk: Desk, admin: Person) -> None:
    """Kantor shows the roles and keeps what is ticked; a form without the boxes changes nothing; other roles are
    refused."""
    page = admin.get("/kantor")
    assert "Peran yang memerlukan langkah kedua" in words(page)
    form = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input [^>]*name="([^"]+)" type="text" value="([^"]*)"', page.text)
    }
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
    form |= {"holidays": "", "security_code": office.security_code, "time_zone": office.time_zone,
             "verify_shows": office.verify_shows, "number_pattern": office.number_pattern}  # fmt: skip
    assert admin.post("/kantor", form | {"second_factor_roles": ["", "pejabat", "arsiparis"]}).status_code == 303
    admin.post("/kantor", form)
    with desk.catalogue.read() as tx:
        assert registers.get_office(tx).second_factor_roles == ["pejabat", "arsiparis"]
    with pytest.raises(InvalidSubmission) as refused:
        require_for(desk, "raja")
    assert refused.value.errors[0].field == "second_factor_roles"


def test_an_administrator_removes_lost_factors_and_the_owner_is_told(desk: Desk) -> None:
    """The password opens alone again, every browser is out, the log says who did it, and a mail goes to the owner."""
    told = replace(desk, mail=MailServer.of("smtp://localhost", "naskah@dinas.example"))
    app = application(told)
    create_user(desk, "ani", "operator", "Ani", PASSWORD, email="ani@dinas.example")
    create_user(desk, "kepala", "admin", "Kepala", PASSWORD)
    ani, admin = Person(app).sign_in("ani"), Person(app).sign_in("kepala")
    set_up_phone(ani, desk.now())
    assert "Langkah kedua: aplikasi kode" in words(admin.get("/pengguna/ubah?name=ani"))
    assert admin.post("/pengguna/langkah-kedua", {"name": "ani"}).status_code == 303
    assert "Langkah kedua: tidak ada" in words(admin.get("/pengguna/ubah?name=ani"))
    assert ani.get("/keamanan").status_code == 302
    Person(app).sign_in("ani")
    with desk.catalogue.read() as tx:
        [event] = audit.events_of(tx, ["user.factors_reset"])
        whats = [notice.what for notice in notices.list_notices(tx, "ani")]
    assert (event.actor, event.subject) == ("kepala", "ani")
    assert whats == ["factors_reset", "factors_changed"]
    assert set(whats) <= set(OF_ACCOUNT)
    assert admin.post("/pengguna/langkah-kedua", {"name": "kepala"}).status_code == 409


def test_nobody_disarms_an_account_that_may_more(desk: Desk, app: Flask) -> None:
    """Who only keeps accounts cannot strip an administrator of his second factor; what is not there is left alone."""
    create_user(desk, "kepala", "admin", "Kepala", PASSWORD)
    set_up_phone(Person(app).sign_in("kepala"), desk.now())
    with desk.catalogue.read() as tx:
        clerk = replace(caller_of(desk.roles, accounts.get_user(tx, "kepala")), permissions=frozenset({"accounts"}))
    with pytest.raises(Forbidden):
        reset_factors(desk, "kepala", "budi", caller=clerk)
    assert factors_of(desk, "kepala")
    create_user(desk, "ani", "operator", "Ani", PASSWORD)
    assert reset_factors(desk, "ani") is False
