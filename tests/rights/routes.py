"""What each route asks of its caller, by the rule that its view declares (`web.route_rules`)."""

from __future__ import annotations

from web.route_map import route_map, routes
from web.route_rules import Rule


def declared() -> dict[tuple[str, str], Rule]:
    """Return the rule of each route, by method and address pattern."""
    return {(method, pattern): rule for method, pattern, rule in routes(route_map()) if rule is not None}
