"""An account here and one at the OpenID provider are connected, and parted: by whom, and by whom not."""

from __future__ import annotations

from dataclasses import replace

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user, get_user, reset_password
from docgen.desk.audit_actions import Action
from docgen.desk.notices.password_mails import request_link
from docgen.mail import MailServer
from storage.catalogue import notices
from tests.servers.openid import OpenIdProvider
from tests.support.callers.openid_pages import SERVICE, ProviderVisitor, events, query_of
from tests.support.callers.pages import PASSWORD, Person, words


def test_an_account_is_connected_by_its_owner(siti: ProviderVisitor, desk: Desk, openid: OpenIdProvider) -> None:
    """Who is signed in connects the account, after signing in at the provider anew; then both ways open it."""
    create_user(desk, "budi", "operator", "Budi", PASSWORD)
    openid.put_person("x9", preferred_username="budi", groups=["/pejabat"])
    siti.sign_in("budi")
    siti.get("/keamanan")
    assert siti.get("/masuk/akun/hubungkan").status_code == 405
    page = siti.post("/masuk/akun/hubungkan")
    address = page.text.split('href="' + openid.issuer)[1].split('"')[0].replace("&amp;", "&")
    assert query_of(address)["prompt"] == "login"
    back = siti.there.go(openid.issuer + address, SERVICE, name="x9")
    assert siti.get(back).location == "/keamanan"
    user = get_user(desk, "budi")
    assert (user.subject, user.role) == ("x9", "operator")
    assert user.bound_at is not None
    assert "Putuskan hubungan" in words(siti.get("/keamanan"))
    assert [event.actor for event in events(desk, Action.USER_BOUND)] == ["budi"]
    another = ProviderVisitor(siti.app)
    assert another.enter("x9").location == "/"
    assert get_user(desk, "budi").role == "pejabat"
    assert ProviderVisitor(siti.app).sign_in("budi")


def test_a_bound_identity_opens_one_account(siti: ProviderVisitor, desk: Desk, openid: OpenIdProvider) -> None:
    """What opens one account is not connected with another, and one that is connected is not connected anew."""
    siti.enter("f3a1")
    create_user(desk, "budi", "operator", "Budi", PASSWORD)
    budi = ProviderVisitor(siti.app)
    budi.sign_in("budi")

    def connect(name: str) -> str:
        budi.get("/keamanan")
        page = budi.post("/masuk/akun/hubungkan")
        address = page.text.split('href="' + openid.issuer)[1].split('"')[0].replace("&amp;", "&")
        budi.get(budi.there.go(openid.issuer + address, SERVICE, name=name))
        return words(budi.get("/keamanan"))

    assert "sudah terhubung dengan akun lain di sini" in connect("f3a1")
    assert get_user(desk, "budi").subject == ""
    openid.put_person("x9", preferred_username="budi", groups=["/pejabat"])
    openid.put_person("x10", preferred_username="budi2", groups=["/pejabat"])
    budi.forget_provider()
    connect("x9")
    budi.forget_provider()
    assert "sudah terhubung dengan Akun Kabupaten yang lain" in connect("x10")
    assert get_user(desk, "budi").subject == "x9"


def test_only_who_has_a_password_parts_the_account(siti: ProviderVisitor, desk: Desk) -> None:
    """Nobody locks himself out; with a password from an administrator the account goes on without the provider."""
    siti.enter("f3a1")
    siti.get("/keamanan")
    siti.post("/masuk/akun/putuskan")
    assert "tidak mempunyai kata sandi: tanpa hubungan itu" in words(siti.get("/keamanan"))
    name = "siti.aminah.kab.example"
    password = reset_password(desk, name)
    by_password = ProviderVisitor(siti.app)
    by_password.get("/masuk")
    by_password.post("/masuk", {"name": name, "password": password})
    siti.enter("f3a1")
    by_password.get("/keamanan")
    by_password.post("/masuk/akun/putuskan")
    assert get_user(desk, name).subject == ""
    assert siti.get("/arsip").status_code == 302  # began at the provider
    assert by_password.get("/arsip").status_code == 200
    assert events(desk, Action.USER_UNBOUND)[0].before["subject"] == "f3a1"


def test_an_administrator_connects_who_cannot_get_in(siti: ProviderVisitor, desk: Desk, openid: OpenIdProvider) -> None:
    """By the account number that the refusal shows; not his own, none that is taken, none that is no number."""
    create_user(desk, "kepala", "admin", "Kepala", PASSWORD)
    create_user(desk, "budi", "operator", "Budi", PASSWORD)
    openid.put_person("x9", preferred_username="budi", groups=["/naskah/operator"])
    assert "(nomor akun: x9)" in words(siti.enter("x9"))
    admin = Person(siti.app).sign_in("kepala")
    for subject in ("", "a\0b", "x" * 300):
        admin.get("/pengguna/ubah?name=budi")
        admin.post("/pengguna/akun-daerah/hubungkan", {"name": "budi", "subject": subject})
        assert "Tulis nomor akun (sub) di Akun Kabupaten" in words(admin.get("/pengguna/ubah?name=budi"))
    assert admin.post("/pengguna/akun-daerah/hubungkan", {"name": "kepala", "subject": "x9"}).status_code == 403
    admin.get("/pengguna/ubah?name=budi")
    assert admin.post("/pengguna/akun-daerah/hubungkan", {"name": "budi", "subject": " x9 "}).status_code == 303
    assert "Terhubung sejak" in words(admin.get("/pengguna/ubah?name=budi"))
    assert events(desk, Action.USER_BOUND)[0].actor == "kepala"
    assert siti.enter("x9").location == "/"
    admin.post("/pengguna/akun-daerah/putuskan", {"name": "budi"})
    assert siti.get("/arsip").status_code == 302
    assert get_user(desk, "budi").issuer == ""


def test_no_link_by_mail_leads_past_the_provider(siti: ProviderVisitor, desk: Desk) -> None:
    """Who comes in by the provider alone asks for a password by mail in vain; who has one of his own gets the link."""
    siti.enter("f3a1")
    name = "siti.aminah.kab.example"
    with_mail = replace(desk, mail=MailServer.of("smtp://127.0.0.1:9", "Naskah <naskah@dinas.example>"))
    request_link(with_mail, name)
    with desk.catalogue.read() as tx:
        assert notices.list_notices(tx, name) == []
    reset_password(desk, name)
    request_link(with_mail, name)
    with desk.catalogue.read() as tx:
        assert [notice.what for notice in notices.list_notices(tx, name)] == ["password_link"]
