"""The switch between the languages of the pages."""

from __future__ import annotations

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue

from web.language import LANGUAGES, SESSION_KEY
from web.pages.shell.access import public, safe_next

blueprint = Blueprint("tongue", __name__)


@blueprint.post("/bahasa")
@public("The sign-in page is read in either language.")
def choose() -> ResponseReturnValue:
    """Keep the language for as long as this browser is used; open to everyone, the verification page too."""
    chosen = request.form.get("bahasa", "")
    if chosen in LANGUAGES:
        session[SESSION_KEY] = chosen
    return redirect(safe_next(request.form.get("next", "")), 303)
