"""What the provider asked for counts here: a second factor where it names one, and when the person gave it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.access.sessions import list_sessions
from docgen.desk.registers.edit import change_office
from docgen.settings import read_settings
from storage.catalogue import registers
from tests.servers.openid import OpenIdProvider
from tests.support.callers.factors import set_up_phone
from tests.support.callers.openid_pages import ProviderVisitor
from tests.support.callers.pages import application, words

CLERK = {"preferred_username": "siti", "name": "Siti", "groups": ["/naskah/operator"]}
OTP = {"amr": ["pwd", "otp"]}


@pytest.fixture
def siti(desk: Desk, openid: OpenIdProvider, tmp_path: Path) -> Iterator[ProviderVisitor]:
    """Somebody whom the provider knows as an operator."""
    (tmp_path / "claims.yaml").write_text("accounts: create\nroles: {/naskah/operator: operator}\n")
    settings = read_settings(openid.settings() | {"DOCGEN_OIDC_CLAIMS": str(tmp_path / "claims.yaml")})
    openid.put_person("f3a1", **CLERK)
    yield ProviderVisitor(application(desk, settings))
    openid.people.write_text("{}")


def test_a_password_there_is_no_second_factor_here(siti: ProviderVisitor, desk: Desk, openid: OpenIdProvider) -> None:
    """Where the role needs one, who gave only a password at the provider sets one up; who gave two goes on."""
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
    change_office(desk, office.model_copy(update={"second_factor_roles": ["operator"]}), by="admin")
    siti.enter("f3a1", "/masuk/akun?next=/arsip")
    assert siti.get("/arsip").location == "/keamanan"
    openid.put_person("f3a1", login=OTP, **CLERK)
    another = ProviderVisitor(siti.app)
    another.enter("f3a1")
    assert another.get("/arsip").status_code == 200


def test_who_has_a_second_factor_here_gives_it_unless_it_was_asked_for_there(
    siti: ProviderVisitor, desk: Desk, openid: OpenIdProvider
) -> None:
    """The provider is no way around the application with codes."""
    siti.enter("f3a1")
    set_up_phone(siti, desk.now())
    another = ProviderVisitor(siti.app)
    answer = another.enter("f3a1", "/masuk/akun?next=/arsip")
    assert answer.location == "/masuk/langkah-kedua?next=/arsip"
    assert another.get("/arsip").status_code == 302
    openid.put_person("f3a1", login=OTP, **CLERK)
    third = ProviderVisitor(siti.app)
    assert third.enter("f3a1", "/masuk/akun?next=/arsip").location == "/arsip"
    assert third.get("/arsip").status_code == 200


def test_a_sign_in_of_this_morning_confirms_nothing(siti: ProviderVisitor, desk: Desk, openid: OpenIdProvider) -> None:
    """What asks again asks the provider to have the person sign in anew; an old sign-in, and another's, are refused."""
    an_hour_ago = int((desk.now() - dt.timedelta(hours=1)).timestamp())
    openid.put_person("f3a1", login={"ts": an_hour_ago}, **CLERK)
    openid.put_person("x9", preferred_username="budi", groups=["/naskah/operator"])
    siti.enter("f3a1")
    siti.get("/keamanan")
    answer = siti.post("/keamanan/kode")
    assert answer.status_code == 401
    assert "Buktikan dengan Akun Kabupaten" in words(answer)
    again = "/masuk/akun/ulang?next=/keamanan&lanjut=1"
    assert "max_age=0" in siti.leave(again)
    siti.enter("f3a1", again)  # the provider takes the old one for fresh
    assert siti.post("/keamanan/kode").status_code == 401
    siti.forget_provider()
    siti.enter("x9", again)
    assert "Yang masuk tadi bukan pemilik akun ini." in words(siti.get("/keamanan"))
    assert siti.post("/keamanan/kode").status_code == 401
    siti.forget_provider()
    openid.put_person("f3a1", **CLERK)
    assert siti.enter("f3a1", again).location == "/masuk/lanjut?next=/keamanan"
    assert siti.post("/keamanan/kode").status_code != 401
    assert [session.method for session in list_sessions(desk, "siti")] == ["oidc"]
