"""The route a draft takes by default and when its letter gets a number: data of docgen, or the office's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.drafts.requests import request_of
from docgen.desk.drafts.route import plan, with_signer
from docgen.desk.issuing.request_checks import choose_signer, signer_role
from docgen.errors import DocgenError, FieldError, InvalidSubmission
from docgen.messages import field_errors
from docgen.sop.routes import RULES, RouteRule, delivered_rules, turns_for
from storage.catalogue import registers
from storage.catalogue.drafting import draft_hands
from storage.records import Draft, Drafting, NumberAt, Official, RouteEntry
from wording import say


def rules_of(tx: Connection) -> Sequence[RouteRule]:
    """Return the rules for default routes: the office's own, else those that docgen comes with."""
    own = draft_hands.get_drafting(tx).routes
    return delivered_rules() if own is None else RULES.validate_python(own)


def number_at(desk: Desk, tx: Connection, kind: str) -> NumberAt:
    """Return when a letter of this kind gets its number: as the office set it, else as its field sheet says."""
    own = draft_hands.get_drafting(tx).number_at.get(kind)
    known = desk.kinds.get(kind)
    return own or (known.sheet.number_at if known else "issue")


def set_drafting(
    desk: Desk, routes: Sequence[Mapping[str, Any]] | None, number_at: Mapping[str, NumberAt], by: str
) -> Drafting:
    """Set the office's own routes (None: those docgen comes with, []: nobody initials) and when numbers are taken.

    Returns what is set. Raises InvalidSubmission.
    """
    errors = [FieldError(f"number_at.{kind}", desk.missing_kind(kind)) for kind in number_at if kind not in desk.kinds]
    rules: Sequence[RouteRule] | None = None
    if routes is not None:
        try:
            rules = RULES.validate_python([dict(rule) for rule in routes])
        except ValidationError as error:
            errors += field_errors(error)
    for index, rule in enumerate(rules or ()):
        if rule.kind and rule.kind not in desk.kinds:
            errors.append(FieldError(f"[{index}].kind", desk.missing_kind(rule.kind)))
    if errors:
        raise InvalidSubmission(errors)
    plain = None if rules is None else [rule.model_dump(mode="json") for rule in rules]
    record = Drafting(routes=plain, number_at=dict(number_at))
    with desk.catalogue.write() as tx:
        before, after = audit.changed(draft_hands.get_drafting(tx), record)
        if after:
            draft_hands.put_drafting(tx, record)
            audit.record(desk, tx, by, Action.OFFICE_ROUTES_CHANGED, "office", before=before, after=after)
    return record


def default_route(
    desk: Desk, tx: Connection, draft: Draft, officials: Mapping[str, Official], left_out: Collection[str]
) -> list[RouteEntry]:
    """Return the route that a draft would take as it stands, without entries of officials `left_out`, its author's own.

    It ends with the signer, where the form tells who that is.
    """
    today, signer, role = desk.today_in(tx), None, ""
    try:
        request = request_of(draft.body)
        kind, step = desk.kinds.get(request.kind), desk.sop.procedure(request.procedure).step(request.step)
        role = signer_role(kind, step)
        signer, _ = choose_signer(request.signer, role, officials, today, desk.sop.role_label)
    except DocgenError:
        request = None
    role = signer.role if signer else role
    unit = registers.get_office(tx).unit_code
    turns = turns_for(rules_of(tx), request.kind if request else "", role, unit) if role else ()
    route = plan(draft.id, turns, list(officials.values()), today, {*left_out, signer.id if signer else ""})
    return with_signer(draft.id, route, signer.id) if signer else route


def check_route(officials: Mapping[str, Official], route: Sequence[str]) -> list[FieldError]:
    """Return what is wrong with the officials whom an author put on a route."""
    errors = []
    for index, id in enumerate(route):
        if id not in officials:
            message = say("Pejabat {id} tidak ada dalam daftar pejabat.", id=repr(id))
            errors.append(FieldError(f"route[{index}]", message))
        elif id in route[:index]:
            message = say("{name} ada dua kali dalam jalur.", name=officials[id].name)
            errors.append(FieldError(f"route[{index}]", message))
    return errors
