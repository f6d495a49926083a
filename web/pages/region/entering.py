"""The way of an administrator of the region into an office: from the installation's page to the office's, and back once
for a ticket that only this browser can use.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, current_app, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.urls import iri_to_uri

from docgen.desk.access.factors.second_factors import factors_of
from docgen.desk.offices.entering import browser_mark, make_ticket, use_ticket
from docgen.errors import Gone, NotFound
from docgen.offices import public_url_of
from web.desk import get_desk, hosted_offices
from web.pages.account.begin import begin, go_on
from web.pages.account.second_step import ask_second
from web.pages.shell.access import home_path, may, me, public

blueprint = Blueprint("entering", __name__)

_CHOSEN = "masuk_kantor"  # in the session at the installation: the office that was chosen, and when
_BROWSER = "masuk_wilayah"  # in the session at the office: the secret by which it knows this browser again
_LASTS = 600  # seconds from the choice to the ticket
_ENTER = "/masuk/wilayah"
_LONGEST = 200  # characters of what an address brings
_NOWHERE = "Masuk dengan tiket dimulai di halaman Wilayah. Mulai lagi di sana."


@blueprint.post("/wilayah/masuk")
@may("manage_offices", confirmed=True)
def choose() -> ResponseReturnValue:
    """Choose the office to enter, and show the way: a link, because a form may not lead to another site."""
    offices = hosted_offices()
    slug = request.form.get("slug", "")
    office = offices.hosted.get(slug)
    if office is None:
        raise NotFound("Kantor itu tidak ada. Muat ulang halaman Wilayah.")
    session[_CHOSEN] = [slug, int(get_desk().now().timestamp())]
    address = public_url_of(offices.settings, office) + _ENTER
    return render_template("region/enter.html", address=address, slug=slug)


@blueprint.get(_ENTER)
@public("Whoever comes by a ticket is not signed in yet; nothing is told or opened here.")
def arrive() -> ResponseReturnValue:
    """Give this browser a secret, and send it to the installation for a ticket that is good with it alone."""
    installation = current_app.extensions.get("installation_url")
    if installation is None:
        raise NotFound(_NOWHERE)
    secret = session[_BROWSER] = secrets.token_urlsafe(24)
    return redirect(iri_to_uri(f"{installation}/wilayah/tiket?kantor={_slug()}&ikatan={browser_mark(secret)}"))


@blueprint.get("/wilayah/tiket")
@may("manage_offices")
def give_ticket() -> ResponseReturnValue:
    """Send the browser back to the office that was chosen, with a ticket."""
    offices = hosted_offices()
    slug, chosen_at = session.pop(_CHOSEN, ["", 0])
    is_fresh = get_desk().now().timestamp() - chosen_at < _LASTS
    if not slug or not is_fresh or slug != request.args.get("kantor") or slug not in offices.hosted:
        raise NotFound(_NOWHERE)
    ticket = make_ticket(offices.get(slug).desk, me().name, request.args.get("ikatan", "")[:_LONGEST])
    return redirect(f"{public_url_of(offices.settings, offices.hosted[slug])}{_ENTER}/tiket?tiket={ticket}", 303)


@blueprint.get(f"{_ENTER}/tiket")
@public("The ticket proves who comes.")
def enter() -> ResponseReturnValue:
    """Sign in by a ticket, once; a second factor is asked where the account has one."""
    secret = session.pop(_BROWSER, "")
    if "installation_url" not in current_app.extensions or not secret:
        raise Gone(_NOWHERE)
    user = use_ticket(get_desk(), request.args.get("tiket", "")[:_LONGEST], browser_mark(secret))
    if factors_of(get_desk(), user.name):
        return ask_second(user, home_path(), "")
    if not begin(user, "region"):
        raise Gone(_NOWHERE)
    return go_on(user, home_path(), "")


def _slug() -> str:
    return str(current_app.extensions["settings"].office)
