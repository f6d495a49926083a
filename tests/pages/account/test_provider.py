"""Signing in by the region's account, at a certified OpenID provider: who comes in, as whom, and who does not."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import change_user, create_user, find_user, get_user
from docgen.desk.access.passwords import NO_PASSWORD
from docgen.desk.access.sessions import list_sessions
from docgen.desk.audit_actions import Action
from storage.catalogue import registers
from tests.servers.openid import OpenIdProvider
from tests.support.callers.openid_pages import SERVICE, ProviderVisitor, events, query_of
from tests.support.callers.pages import PASSWORD, Person, application, words


def changed_query(path: str, **changes: str | None) -> str:
    """Return a callback with other values in its query; None leaves one out."""
    values = dict(parse_qsl(urlsplit(path).query)) | changes
    return f"{urlsplit(path).path}?{urlencode({name: value for name, value in values.items() if value is not None})}"


def test_the_button_leads_to_the_provider_and_back_to_the_page(siti: ProviderVisitor, desk: Desk) -> None:
    """The first sign-in makes an account of what the claims say, without a password, and opens the wanted page."""
    page = siti.get("/masuk?next=/arsip")
    assert "Masuk dengan Akun Kabupaten" in words(page)
    address = siti.leave("/masuk/akun?next=/arsip")
    query = query_of(address)
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"] == f"{SERVICE}/masuk/akun/balik"
    assert len(query["state"]) >= 32 <= len(query["nonce"])
    answer = siti.get(siti.there.go(address, SERVICE, name="f3a1"))
    assert (answer.status_code, answer.location) == (303, "/arsip")
    user = get_user(desk, "siti.aminah.kab.example")
    assert (user.full_name, user.role, user.email) == ("Siti Aminah, S.E.", "operator", "siti@kab.example")
    assert (user.divisions, user.password, user.subject) == (["Bidang Aset"], NO_PASSWORD, "f3a1")
    assert user.bound_at is not None
    assert list_sessions(desk, user.name)[0].method == "oidc"
    assert "Akun Kabupaten" in words(siti.get("/keamanan"))
    assert "tidak mempunyai kata sandi sendiri" in words(siti.get("/keamanan"))
    for password in ("", NO_PASSWORD, "apa saja"):
        assert Person(siti.app).post("/masuk", {"name": user.name, "password": password}).status_code in (400, 401)


def test_role_division_and_name_follow_at_each_sign_in(
    siti: ProviderVisitor, desk: Desk, openid: OpenIdProvider
) -> None:
    """Another group is another role from the next sign-in on; older sessions end, and the log tells what changed."""
    siti.enter("f3a1")
    openid.put_person("f3a1", name="Siti Aminah", preferred_username="lain", groups=["/pejabat"])
    another = ProviderVisitor(siti.app)
    another.enter("f3a1")
    user = get_user(desk, "siti.aminah.kab.example")
    assert (user.role, user.full_name, user.divisions) == ("pejabat", "Siti Aminah", [])
    assert siti.get("/arsip").status_code == 302
    assert another.get("/arsip").status_code == 200
    event = events(desk, Action.USER_FOLLOWED)[0]
    assert (event.before["role"], event.after["role"]) == ("operator", "pejabat")
    assert find_user(desk, "lain") is None


def test_who_is_in_no_group_any_more_is_refused_and_signed_out(
    siti: ProviderVisitor, desk: Desk, openid: OpenIdProvider
) -> None:
    """The sentence says whom to ask; a stranger without a group gets no account."""
    siti.enter("f3a1")
    openid.put_person("f3a1", name="Siti", preferred_username="Siti.Aminah@kab.example", groups=["/lain"])
    answer = ProviderVisitor(siti.app).enter("f3a1")
    assert answer.status_code == 403
    assert "tidak mempunyai peran di layanan ini. Minta administrator Akun Kabupaten memasukkannya" in words(answer)
    assert "Pakai Akun Kabupaten yang lain" in words(answer)
    assert query_of(siti.leave("/masuk/akun?lain=1"))["prompt"] == "login"
    assert siti.get("/arsip").status_code == 302
    assert events(desk, Action.USER_SIGN_IN_FAILED)[0].after["reason"] == "no group of the claims file"
    openid.put_person("baru", preferred_username="baru")
    assert ProviderVisitor(siti.app).enter("baru").status_code == 403
    assert find_user(desk, "baru") is None


def test_a_closed_account_stays_closed(siti: ProviderVisitor, desk: Desk) -> None:
    """Whoever was shut out here does not come in by the provider."""
    siti.enter("f3a1")
    change_user(desk, "siti.aminah.kab.example", "admin", active=False)
    answer = ProviderVisitor(siti.app).enter("f3a1")
    assert answer.status_code == 403
    assert "sudah ditutup" in words(answer)


@pytest.mark.parametrize("name", ["Budi", "budi", "BUDI"])
def test_the_same_name_or_mail_takes_over_nothing(
    siti: ProviderVisitor, desk: Desk, openid: OpenIdProvider, name: str
) -> None:
    """An account that is there already opens to its password, not to whoever has its name or mail elsewhere."""
    create_user(desk, "budi", "admin", "Budi", PASSWORD)
    openid.put_person("x9", preferred_username=name, email="budi@kab.example", groups=["/naskah/operator"])
    answer = siti.enter("x9")
    assert answer.status_code == 403
    assert "Nama “budi” sudah dipakai akun di sini" in words(answer)
    assert "x9" in words(answer)
    assert get_user(desk, "budi").subject == ""


def test_another_subject_with_the_name_of_a_bound_account_stays_out(
    siti: ProviderVisitor, desk: Desk, openid: OpenIdProvider
) -> None:
    """A name that the provider gave to somebody else does not open the account of who had it before."""
    siti.enter("f3a1")
    openid.put_person("baru", preferred_username="Siti.Aminah@kab.example", groups=["/naskah/admin"])
    assert ProviderVisitor(siti.app).enter("baru").status_code == 403
    user = get_user(desk, "siti.aminah.kab.example")
    assert (user.subject, user.role) == ("f3a1", "operator")


def test_the_official_is_found_by_nip(siti: ProviderVisitor, desk: Desk, openid: OpenIdProvider) -> None:
    """The claim with the NIP says in whose name somebody decides; without it, in nobody's."""
    with desk.catalogue.read() as tx:
        official = next(item for item in registers.list_officials(tx) if item.nip)
    openid.put_person("p1", preferred_username="pejabat1", groups=["/pejabat"], nip=official.nip.replace(" ", ""))
    siti.enter("p1")
    assert get_user(desk, "pejabat1").officials == [official.id]
    openid.put_person("p1", preferred_username="pejabat1", groups=["/pejabat"])
    ProviderVisitor(siti.app).enter("p1")
    assert get_user(desk, "pejabat1").officials == []


def test_an_answer_counts_once_and_in_the_browser_that_asked(siti: ProviderVisitor, app: Flask) -> None:
    """Sent again, in another browser, or with an invented state it opens nothing: nobody signs others in as himself."""
    back = siti.there.go(siti.leave(), SERVICE, name="f3a1")
    stranger = ProviderVisitor(app)
    for path in (back, changed_query(back, state="x" * 32), changed_query(back, state=None), "/masuk/akun/balik"):
        answer = stranger.get(path)
        assert answer.status_code == 400
        assert "sudah dipakai atau sudah lewat waktunya" in words(answer)
    thief = siti.copied()
    assert siti.get(back).status_code == 303
    assert thief.get(back).status_code == 403  # with a copied cookie: the provider takes a code once
    assert siti.get(back).location == "/"
    assert stranger.get("/arsip").status_code == 302


@pytest.mark.parametrize(
    "changes",
    [{"code": "dikarang"}, {"code": None}, {"code": "\0" * 9000}, {"iss": "https://jahat.example"}, {"iss": None}],
)
def test_a_forged_answer_opens_nothing(siti: ProviderVisitor, changes: dict[str, str | None]) -> None:
    """An invented code, none, or the answer of another provider (RFC 9207) is refused with what to do."""
    back = siti.there.go(siti.leave(), SERVICE, name="f3a1")
    answer = siti.get(changed_query(back, **changes))
    assert answer.status_code == 403
    assert "Mulailah masuk sekali lagi." in words(answer)
    assert siti.get("/arsip").status_code == 302


def test_a_code_is_worth_nothing_in_another_sign_in(siti: ProviderVisitor, app: Flask) -> None:
    """Another browser's code in one's own sign-in fails: verifier (PKCE) and nonce are those of who asked."""
    stolen = query_of(siti.there.go(siti.leave(), SERVICE, name="f3a1"))["code"]
    thief = ProviderVisitor(app)
    own = thief.there.go(thief.leave(), SERVICE, name="f3a1")
    assert thief.get(changed_query(own, code=stolen)).status_code == 403


def test_who_cancels_there_is_back_at_the_form(siti: ProviderVisitor) -> None:
    """A denied consent says so and leaves the way by password open; any other error says whom to tell."""
    answer = siti.get(siti.there.go(siti.leave("/masuk/akun?next=/arsip"), SERVICE, cancel=True))
    assert answer.status_code == 403
    assert "Anda membatalkan masuk dengan Akun Kabupaten." in words(answer)
    assert 'name="next" value="/arsip"' in answer.text
    state = query_of(siti.leave())["state"]
    answer = siti.get(f"/masuk/akun/balik?error=server_error&error_description=<b>x</b>&state={state}")
    assert "menolak permintaan masuk" in words(answer)
    assert "<b>x</b>" not in answer.text


@pytest.mark.parametrize(
    "target", ["https://jahat.example/", "//jahat.example", "/\\jahat.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_pages_of_this_service_only(siti: ProviderVisitor, target: str) -> None:
    """A `next` that is not a path of this service leads home."""
    assert siti.enter("f3a1", f"/masuk/akun?{urlencode({'next': target})}").location == "/"


def test_the_way_by_password_stays_while_the_provider_is_away(
    siti: ProviderVisitor, desk: Desk, openid: OpenIdProvider
) -> None:
    """The service starts and works without the provider; its button says what to do, and passwords still open."""
    openid.switch.stop()
    try:
        answer = siti.get("/masuk/akun?next=/arsip")
        assert answer.status_code == 503
        assert "Akun Kabupaten sedang tidak dapat dipakai untuk masuk." in words(answer)
        create_user(desk, "ani", "operator", "", PASSWORD)
        assert siti.post("/masuk", {"name": "ani", "password": PASSWORD, "next": "/arsip"}).location == "/arsip"
    finally:
        openid.switch.start()


def test_wrong_settings_are_told_to_the_administrator_not_to_visitors(
    open_app: object, openid: OpenIdProvider, caplog: pytest.LogCaptureFixture
) -> None:
    """A wrong secret or issuer reads like a provider that is away; the log says which setting it is."""
    openid.put_person("f3a1", preferred_username="siti", groups=["/pejabat"])
    visitor = ProviderVisitor(open_app(DOCGEN_OIDC_CLIENT_SECRET="rahasia-yang-salah"))  # type: ignore[operator]
    answer = visitor.enter("f3a1")
    assert answer.status_code == 503
    assert "DOCGEN_OIDC_CLIENT_ID" in caplog.text
    assert "rahasia-yang-salah" not in caplog.text + words(answer)
    visitor = ProviderVisitor(open_app(DOCGEN_OIDC_ISSUER=openid.issuer + "/"))  # type: ignore[operator]
    assert visitor.get("/masuk/akun").status_code == 503
    assert "it names itself" in caplog.text


def test_only_connected_accounts_come_in_where_the_file_says_so(
    open_app: object, desk: Desk, openid: OpenIdProvider
) -> None:
    """With `accounts: existing` nobody gets an account by signing in; roles that the file leaves out stay by hand."""
    visitor = ProviderVisitor(open_app("accounts: existing\n"))  # type: ignore[operator]
    openid.put_person("x9", preferred_username="budi", groups=["/naskah/admin"])
    answer = visitor.enter("x9")
    assert answer.status_code == 403
    assert "belum terhubung dengan akun di sini" in words(answer)
    assert find_user(desk, "budi") is None


def test_without_the_settings_there_is_no_such_way(desk: Desk) -> None:
    """No button, and its addresses do not exist."""
    visitor = Person(application(desk))
    assert "Akun Kabupaten" not in words(visitor.get("/masuk"))
    assert visitor.get("/masuk/akun").status_code == 404
    assert visitor.get("/masuk/akun/balik?code=a&state=b").status_code == 404


def test_signing_out_offers_to_sign_out_there(siti: ProviderVisitor, openid: OpenIdProvider) -> None:
    """On a shared computer the next one must not come in by the provider's session."""
    siti.enter("f3a1")
    siti.get("/")
    siti.post("/keluar")
    assert "Keluar juga dari Akun Kabupaten" in words(siti.get("/masuk"))
    answer = siti.get("/masuk/akun/keluar")
    assert answer.location.startswith(f"{openid.issuer}/session/end?")
    assert query_of(answer.location)["post_logout_redirect_uri"] == f"{SERVICE}/masuk"
