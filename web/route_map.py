"""Every route with its rule: `python -m web.route_map` prints them, and `make check` fails for one without."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from types import SimpleNamespace
from typing import Any, cast

from flask import Flask

from docgen.permissions import PermissionTable, load_permissions
from web.app import create_app
from web.route_rules import Rule

# Files of the service itself, which Flask and Bootstrap-Flask serve; no view of ours declares them.
FOREIGN = {
    "static": Rule("public", reason="Style sheets, scripts and pictures of the service."),
    "bootstrap.static": Rule("public", reason="Style sheets and scripts of Bootstrap."),
}


_HEAD = """# Who may what

Made by `python -m web.route_map --markdown` from the rules that the routes declare and the delivered
`docgen/permissions/permissions.yaml`; a test holds it current. An office may have its own table: copy that file,
change it, look it over with `docgen permissions check FILE`, name it in `DOCGEN_PERMISSIONS` and start again.

`yes` lets a caller in at the door. Which letters he meets behind it is decided by class, division and whose letter
it is: what he may not know of is answered 404, as if it were not there. Without a permission the answer is 403
and names what is `missing`; who is not signed in is led to sign in, and a call without a token is answered 401.
`signed-in` asks for no permission, `permalink` and `picker` for `read`; `office` calls are refused to tokens
with limits. A token may name single permissions instead of a scope.

## Permissions
"""


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


def lets_in(rule: Rule, permissions: Collection[str], *, system: bool = False, anonymous: bool = False) -> bool:
    """Return whether a rule lets a caller with these permissions in; which objects he sees is decided behind it."""
    if rule.asks in ("public", "picker"):
        return True
    if anonymous or (rule.asks == "signed-in" and system) or (rule.asks == "permission" and rule.system != system):
        return False
    return rule.asks == "signed-in" or rule.is_held_by(permissions)


def as_markdown(app: Flask, table: PermissionTable) -> str:
    """Return who may what as a page: permissions × roles and scopes in words, then every route × every caller."""
    people = {role.label: (role.may, False) for role in table.roles.values()}
    systems = {f"token {scope}": (may, True) for scope, may in table.scopes.items()}
    callers = {**people, **systems}
    lines = [_HEAD, _row("permission", "what it lets somebody do", *callers), _row(*["---"] * (len(callers) + 2))]
    for name, words in table.words.items():
        lines.append(_row(f"`{name}`", words.en, *("yes" if name in may else "" for may, _ in callers.values())))
    lines += ["", "## Routes", "", _row("route", "asks", "anonymous", *callers), _row(*["---"] * (len(callers) + 3))]
    for method, pattern, rule in routes(app):
        if rule is not None:
            cells = [lets_in(rule, (), anonymous=True)]
            cells += [lets_in(rule, may, system=system) for may, system in callers.values()]
            shown = pattern.replace("|", "\\|")
            lines.append(_row(f"`{method} {shown}`", str(rule), *("yes" if cell else "" for cell in cells)))
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Print each route with its rule; return 1 and name those without one on standard error, else 0."""
    app = route_map()
    forgotten = without_rule(app)
    if "--markdown" in sys.argv:
        print(as_markdown(app, load_permissions()), end="")
    elif "--quiet" not in sys.argv:
        for method, pattern, rule in routes(app):
            print(f"{method:7}{pattern:60}{rule or ''}")
    for route in forgotten:
        print(f"{route}: no rule. Give its view @may(permission), @signed_in or @public(reason).", file=sys.stderr)
    return 1 if forgotten else 0


if __name__ == "__main__":
    raise SystemExit(main())
