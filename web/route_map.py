"""Every route with its rule: `python -m web.route_map` prints them, and `make check` fails for one without."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

from flask import Flask

from web.app import create_app
from web.route_rules import Rule

# Files of the service itself, which Flask and Bootstrap-Flask serve; no view of ours declares them.
FOREIGN = {
    "static": Rule("public", reason="Style sheets, scripts and pictures of the service."),
    "bootstrap.static": Rule("public", reason="Style sheets and scripts of Bootstrap."),
}


def routes(app: Flask) -> Iterator[tuple[str, str, Rule | None]]:
    """Yield method, address pattern and rule of every route of an application; None where a view declares none.

    HEAD goes with GET, and OPTIONS says only which methods there are.
    """
    for route in sorted(app.url_map.iter_rules(), key=lambda route: (route.rule, sorted(route.methods or ()))):
        declared = getattr(app.view_functions[route.endpoint], "route_rules", None) or {"": FOREIGN.get(route.endpoint)}
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, route.rule, declared.get(method, declared[""])


def without_rule(app: Flask) -> list[str]:
    """Return the routes that declare no rule, as method and address pattern."""
    return [f"{method} {pattern}" for method, pattern, rule in routes(app) if rule is None]


def route_map() -> Flask:
    """Return the application as far as its routes go: no view of it can be called."""
    return create_app(cast(Any, SimpleNamespace(public_url="http://localhost")), "routes", cast(Any, None))


def main() -> int:
    """Print each route with its rule; return 1 and name those without one on standard error, else 0."""
    app = route_map()
    forgotten = without_rule(app)
    if "--quiet" not in sys.argv:
        for method, pattern, rule in routes(app):
            print(f"{method:7}{pattern:60}{rule or ''}")
    for route in forgotten:
        print(f"{route}: no rule. Give its view @may(permission), @signed_in or @public(reason).", file=sys.stderr)
    return 1 if forgotten else 0


if __name__ == "__main__":
    raise SystemExit(main())
