"""The tour of the first visit: four cards on the home page, which a user can dismiss for good."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.access.accounts import set_toured
from web.desk import get_desk
from web.pages.shell.access import me, signed_in

blueprint = Blueprint("tour", __name__)

STEPS = 4


@blueprint.post("/tur")
@signed_in
def settle() -> ResponseReturnValue:
    """Put the tour away, or begin it again."""
    again = request.form.get("aksi") == "ulang"
    set_toured(get_desk(), me().name, not again)
    return redirect(url_for("home.home"), 303)


def step() -> int:
    """Return the card to show: 0 when this person has put the tour away."""
    if me().user.toured:
        return 0
    asked_step = request.args.get("tur", "1")
    return min(max(int(asked_step), 1), STEPS) if asked_step.isdecimal() and len(asked_step) < 4 else 1
