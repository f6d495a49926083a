"""Langkah awal: what an administrator sets up in a new office, step by step, each with its reason and its page."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.first_steps import WHOLE_LIST, first_steps, state_step
from web.desk import get_desk
from web.pages.shell.access import may, me

blueprint = Blueprint("first_steps", __name__, url_prefix="/langkah-awal")


@blueprint.get("")
@may("administer")
def show() -> str:
    """Show the steps: what is done, what is next, and why."""
    desk = get_desk()
    came_by = _came_by()
    return render_template(
        "registers/first_steps.html",
        first_steps=first_steps(desk, came_by),
        whole_list=WHOLE_LIST,
        public_url=desk.public_url,
        came_by=came_by,
    )


@blueprint.post("")
@may("administer")
def settle() -> ResponseReturnValue:
    """Keep that a step, or the whole list, is done or open again."""
    name = request.form.get("langkah", "")
    state_step(get_desk(), name, me().name, is_done=request.form.get("aksi") == "selesai")
    return redirect(url_for(".show", _anchor=name), 303)


@blueprint.app_context_processor
def _for_home() -> dict[str, object]:
    """Return what the home page asks for."""
    return {"office_first_steps": lambda: first_steps(get_desk(), _came_by())}


def _came_by() -> str:
    """Return scheme and host of the address by which this request came."""
    address = urlsplit(request.url_root)
    return f"{address.scheme}://{address.netloc}"
