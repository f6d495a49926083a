"""Who initials which letters before they are signed, and when each kind gets its number: the office's own rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.drafts.planning import set_drafting
from docgen.errors import FieldError, InvalidSubmission
from docgen.sop.routes import MOST_TURNS, RULES, RouteRule, delivered_rules
from storage.catalogue.drafting import draft_hands
from storage.records import Drafting, Role
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.filters import NUMBER_AT
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("letter_routes", __name__, url_prefix="/kantor/jalur")

SPARE = 2  # empty lines for rules
MOST_RULES = 60

Line = dict[str, str]  # a rule as typed


@blueprint.route("", methods=["GET", "POST"])
@may("read", post="administer")
def edit() -> ResponseReturnValue:
    """Show and change the rules."""
    if request.method == "POST":
        return _save()
    with get_desk().catalogue.read() as tx:
        own = draft_hands.get_drafting(tx)
    return _page(_choice(own), _lines(_rules(own)), own.number_at, [])


def _save() -> ResponseReturnValue:
    form = request.form
    choice = form.get("memakai", "bawaan")
    lines = [{name: form.get(f"aturan.{index}.{name}", "").strip() for name in _NAMES} for index in range(MOST_RULES)]
    while lines and not any(lines[-1].values()):
        lines.pop()
    kinds = get_desk().kinds
    at = {kind: form[f"nomor.{kind}"] for kind in kinds if form.get(f"nomor.{kind}") in NUMBER_AT}
    errors: list[FieldError] = []
    rules = [_read(index, line, errors) for index, line in enumerate(lines) if any(line.values())]
    routes = {"bawaan": None, "tanpa": []}.get(choice, rules)
    if not errors or choice != "sendiri":
        try:
            set_drafting(get_desk(), routes, at, me().name)  # type: ignore[arg-type]
        except InvalidSubmission as invalid:
            errors = invalid.errors
        else:
            flash("Jalur dan penomoran disimpan; berlaku untuk draf yang diajukan sesudah ini.", "success")
            return redirect(url_for(".edit"), 303)
    return _page(choice, lines, at, errors), 422


_NAMES = ("kind", "signer", "unit", "turns")


def _read(index: int, line: Line, errors: list[FieldError]) -> dict[str, Any]:
    """Return a rule as typed: roles by name or slug, "," between turns and "+" between those asked together."""
    roles = {_plain(name): role for role, name in _roles().items()} | {_plain(role): role for role in get_args(Role)}
    turns: list[list[str]] = []
    for turn in filter(str.strip, line["turns"].split(",")):
        names = [name.strip() for name in turn.split("+") if name.strip()]
        unknown = [name for name in names if _plain(name) not in roles]
        if unknown:
            message = say(
                "Peran “{name}” tidak dikenal. Pakai nama peran yang tertulis pada halaman ini.", name=unknown[0]
            )
            errors.append(FieldError(f"aturan.{index}.turns", message))
        turns.append([roles[_plain(name)] for name in names if _plain(name) in roles])
    if len(turns) > MOST_TURNS:
        errors.append(FieldError(f"aturan.{index}.turns", say("Paling banyak {most} giliran.", most=MOST_TURNS)))
    return {"kind": line["kind"], "signer": line["signer"] or None, "unit": line["unit"], "turns": turns}


def _plain(name: str) -> str:
    return name.replace("_", " ").strip().casefold()


def _roles() -> dict[str, str]:
    """Return what this office calls each role."""
    return {role: get_desk().sop.role_label(role) for role in get_args(Role)}


def _choice(own: Drafting) -> str:
    return "bawaan" if own.routes is None else "sendiri" if own.routes else "tanpa"


def _rules(own: Drafting) -> Sequence[RouteRule]:
    return RULES.validate_python(own.routes) if own.routes else delivered_rules()


def _lines(rules: Sequence[RouteRule]) -> list[Line]:
    names = _roles()
    return [
        {
            "kind": rule.kind,
            "signer": rule.signer or "",
            "unit": rule.unit,
            "turns": ", ".join(" + ".join(names[role] for role in turn) for turn in rule.turns),
        }
        for rule in rules
    ]


def _page(choice: str, lines: list[Line], at: Mapping[str, str], errors: list[FieldError]) -> str:
    kinds = sorted(get_desk().kinds.values(), key=lambda kind: kind.title)
    return render_template(
        "registers/letter_routes.html",
        choice=choice,
        lines=[*lines, *(dict.fromkeys(_NAMES, "") for _ in range(SPARE))],
        at=at,
        ats=NUMBER_AT,
        kinds_by_title=kinds,
        roles=_roles(),
        errors=errors,
        wrong={error.field: error.message for error in errors},
    )
