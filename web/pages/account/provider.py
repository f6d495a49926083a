"""Sign in by an account of the OpenID provider, confirm with it, and connect it with one's account here."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from docgen.desk.access.factors.second_factors import factors_of
from docgen.desk.access.provider.provider_accounts import bind, require_same_person, sign_in_from_provider, unbind
from docgen.desk.access.sessions import note_confirmed
from docgen.errors import Conflict, Forbidden, NotFound
from docgen.links import PROVIDER_ANSWER
from docgen.openid.identity import Identity, ProviderAway, SignInRefused
from web.desk import get_desk, get_openid
from web.pages.account.begin import ONE_STEP, begin, go_on
from web.pages.account.handshakes import Purpose, UnderWay, remember, take
from web.pages.account.second_step import ask_second
from web.pages.shell.access import home_path, me, public, safe_next, signed_in
from web.pages.shell.kept_form import STORED_FORM, offer_again
from web.pages.shell.message_translation import flash
from web.pages.shell.rate_limits import count_provider_visit
from wording import say

if TYPE_CHECKING:
    from docgen.openid.provider import OpenIdProvider

blueprint = Blueprint("provider", __name__)

_LONGEST = 4000  # characters of a code, as RFC 6749 sets no limit
OVER = "Tautan masuk ini sudah dipakai atau sudah lewat waktunya. Mulailah masuk sekali lagi."


@blueprint.get("/masuk/akun")
@public("Who signs in is not known yet.")
def begin_sign_in() -> ResponseReturnValue:
    """Send the browser to the provider; `?lanjut=1` where it keeps a form that goes on afterwards.

    With `?lain=1` the provider asks who it is even where somebody is signed in there: the last one was refused here.
    """
    target, kept = safe_next(request.args.get("next", "/")), bool(request.args.get("lanjut"))
    if current_user.is_authenticated and not kept:
        return redirect(target)
    return _leave("sign_in", target, kept=kept, again=bool(request.args.get("lain")))


@blueprint.get("/masuk/akun/ulang")
@signed_in
def begin_confirmation() -> ResponseReturnValue:
    """Have the provider ask again who the person is, before a decision or a signature."""
    target = safe_next(request.args.get("next", "/"))
    return _leave("confirm", target, kept=bool(request.args.get("lanjut")), again=True)


@blueprint.post("/masuk/akun/hubungkan")
@signed_in
def begin_binding() -> ResponseReturnValue:
    """Offer the way to the provider, where the person signs in anew: that account is then bound to the one here.

    A link on a page, since a form may not lead to another site.
    """
    provider = _provider()
    count_provider_visit()
    try:
        handshake = provider.begin(again=True)
    except ProviderAway as away:
        flash(str(away), "warning")
        return redirect(url_for("security.show"), 303)
    remember(handshake, "bind", url_for("security.show"), user=me().name)
    return render_template("account/connect.html", address=handshake.address, provider=provider.settings.name)


@blueprint.post("/masuk/akun/putuskan")
@signed_in
def part() -> ResponseReturnValue:
    """Part one's own account from the provider."""
    try:
        unbind(get_desk(), me().name, me().name)
        flash("Akun ini tidak lagi terhubung. Masuklah dengan nama pengguna dan kata sandi.", "success")
    except Conflict as refused:
        flash(str(refused), "warning")
    return redirect(url_for("security.show"), 303)


@blueprint.get(PROVIDER_ANSWER)
@public("The provider sends people back who are not signed in yet.")
def come_back() -> ResponseReturnValue:
    """Take the provider's answer: sign in, confirm, or bind. Each answer counts once, in the browser that asked."""
    provider = _provider()
    count_provider_visit()
    under_way = take(request.args.get("state", "")[:_LONGEST])
    if under_way is None:
        return redirect(home_path()) if current_user.is_authenticated else _page(home_path(), OVER, 400)
    if under_way.purpose != "sign_in" and not (current_user.is_authenticated and me().name == under_way.user):
        return _page(home_path(), "Sesi Anda berakhir sementara itu. Masuk lagi, lalu ulangi.", 400)
    try:
        identity = _identity(provider, under_way)
        if under_way.purpose == "sign_in":
            return _sign_in(provider, identity, under_way)
        if under_way.purpose == "confirm":
            return _confirm(provider, identity, under_way)
        bind(get_desk(), provider.settings, me().name, identity, me().name)
    except (SignInRefused, ProviderAway, Conflict, Forbidden) as refused:
        return _refuse(under_way, refused)
    message = "Akun ini terhubung dengan {provider}. Mulai sekarang Anda juga dapat masuk dengannya."
    flash(say(message, provider=provider.settings.name), "success")
    return redirect(under_way.target, 303)


@blueprint.route("/masuk/lanjut", methods=["GET", "POST"])
@signed_in
def go_on_with_form() -> ResponseReturnValue:
    """Take up the form that the browser kept while its person signed in elsewhere."""
    if request.method == "POST":
        return offer_again(request.form.get(STORED_FORM, ""))
    return render_template("account/go_on.html", target=safe_next(request.args.get("next", "/")))


@blueprint.get("/masuk/akun/keluar")
@public("Whoever signed out here may sign out there as well.")
def sign_out_there() -> ResponseReturnValue:
    """Send the browser to where the provider signs people out."""
    count_provider_visit()
    back = get_desk().links.sign_in()
    try:
        address = _provider().sign_out_address(back)
    except ProviderAway as away:
        return _page(home_path(), str(away), 503)
    return redirect(address or url_for("account.sign_in"))


def _leave(purpose: Purpose, target: str, *, kept: bool, again: bool) -> ResponseReturnValue:
    provider = _provider()
    count_provider_visit()
    try:
        handshake = provider.begin(again=again)
    except ProviderAway as away:
        return _page(target, str(away), 503, kept=kept)
    user = me().name if current_user.is_authenticated else ""
    remember(handshake, purpose, target, kept=kept, user=user)
    return redirect(handshake.address)


def _identity(provider: OpenIdProvider, under_way: UnderWay) -> Identity:
    """Return who the provider says came back. Raises SignInRefused, ProviderAway."""
    if request.args.get("error"):
        denied = request.args["error"] in (
            "access_denied",
            "login_required",
            "consent_required",
            "interaction_required",
        )
        message = "Anda membatalkan masuk dengan {provider}. Coba lagi, atau masuk dengan nama pengguna dan kata sandi."
        if not denied:
            message = "{provider} menolak permintaan masuk. Coba lagi; bila tetap begini, beri tahu administrator."
        raise SignInRefused(say(message, provider=provider.settings.name))
    since = None if under_way.purpose == "sign_in" else dt.datetime.fromtimestamp(under_way.at, dt.UTC)
    return provider.finish(
        request.args.get("code", "")[:_LONGEST],
        under_way.nonce,
        under_way.verifier,
        signed_in_since=since,
        issuer=request.args.get("iss", "")[:_LONGEST],
    )


def _sign_in(provider: OpenIdProvider, identity: Identity, under_way: UnderWay) -> ResponseReturnValue:
    user = sign_in_from_provider(get_desk(), provider.settings, identity)
    target = url_for(".go_on_with_form", next=under_way.target) if under_way.kept else under_way.target
    has_two = provider.settings.rules.has_second_factor(identity.claims)
    if not has_two and factors_of(get_desk(), user.name):
        return ask_second(user, target, "")
    if not begin(user, "oidc", confirmed_at=identity.signed_in_at()):
        raise SignInRefused(OVER)
    if not has_two:
        session[ONE_STEP] = True
    return go_on(user, target, "")


def _confirm(provider: OpenIdProvider, identity: Identity, under_way: UnderWay) -> ResponseReturnValue:
    """Note that the person proved who they are; a password there does not stand for a second factor here."""
    require_same_person(me().user, identity)
    if factors_of(get_desk(), me().name) and not provider.settings.rules.has_second_factor(identity.claims):
        message = "{provider} hanya meminta kata sandi. Buktikan dengan langkah kedua Anda di sini."
        flash(say(message, provider=provider.settings.name), "warning")
    else:
        note_confirmed(get_desk(), me().sign_in)
    target = url_for(".go_on_with_form", next=under_way.target) if under_way.kept else under_way.target
    return redirect(target, 303)


def _refuse(under_way: UnderWay, refused: Exception) -> ResponseReturnValue:
    """Say why, where the person began: on the sign-in page, else on the page they came from."""
    if under_way.purpose != "sign_in":
        flash(str(refused), "warning")
        return redirect(under_way.target, 303)
    is_away = isinstance(refused, ProviderAway)
    return _page(under_way.target, str(refused), 503 if is_away else 403, kept=under_way.kept, refused=not is_away)


def _page(target: str, message: str, status: int, *, kept: bool = False, refused: bool = False) -> ResponseReturnValue:
    return render_template(
        "account/sign_in.html", message=message, target=target, name="", kept="", takes_up=kept, refused=refused
    ), status


def _provider() -> OpenIdProvider:
    """Return the provider. Raises NotFound where none is set."""
    provider = get_openid()
    if provider is None:
        raise NotFound("Layanan ini tidak memakai akun dari tempat lain. Masuk dengan nama pengguna dan kata sandi.")
    return provider
