"""What each route asks of its caller, by the rule that its view declares (`web.route_rules`)."""

from __future__ import annotations

import re

from web.route_map import route_map, routes
from web.route_rules import Rule

ABSENT = "0" * 26


def declared() -> dict[tuple[str, str], Rule]:
    """Return the rule of each route, by method and address pattern."""
    return {(method, pattern): rule for method, pattern, rule in routes(route_map()) if rule is not None}


def address(rule: str, value: str = ABSENT) -> str:
    """An address of a rule, with a value for each text in it."""
    with_choice = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule)
    return re.sub(r"<[^>]+>", value, re.sub(r"<int:[^>]+>", "2024", with_choice))
