"""A route without a rule cannot come in: each view says what it asks, and `make check` names the one that does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from docgen.permissions import load_permissions
from web.api.http.calls import CALLS
from web.pages.shell.access import public
from web.route_map import as_markdown, route_map, routes, without_rule
from web.route_rules import Rule

ROOT = Path(__file__).parents[2]


def test_every_route_declares_its_rule() -> None:
    """None is forgotten; each public one says why, and a call of the API asks what its declaration says."""
    rules = {(method, pattern): rule for method, pattern, rule in routes(route_map())}
    assert [route for route, rule in rules.items() if rule is None] == []
    assert [route for route, rule in rules.items() if rule and rule.asks == "public" and not rule.reason] == []
    for call in CALLS:
        rule = rules[call.method, call.rule]
        assert rule is not None
        asks = (rule.permission, rule.system, rule.office_wide) if call.action else (rule.asks,)
        assert asks == ((call.action, True, call.office_wide) if call.action else ("public",)), call.name


def test_a_route_without_a_rule_is_named() -> None:
    """A view that somebody adds without a decorator is found for each of its methods; with one, it is not."""
    app = route_map()
    app.add_url_rule("/baru/<id>", "forgotten", lambda id: id, methods=["GET", "POST"])
    app.add_url_rule("/terbuka", "open", public("For the test.")(lambda: ""))
    assert without_rule(app) == ["GET /baru/<id>", "POST /baru/<id>"]


def test_a_form_may_ask_more_than_its_page() -> None:
    """The office's data are shown to whoever reads, and changed by whoever administers."""
    rules = {(method, pattern): rule for method, pattern, rule in routes(route_map())}
    assert rules["GET", "/kantor"] == Rule("permission", "read")
    assert rules["POST", "/kantor"] == Rule("permission", "administer")


def test_make_check_asks_for_the_rules() -> None:
    """The command ends well while every route has its rule, and `make check` runs it."""
    assert "python -m web.route_map --quiet" in (ROOT / "Makefile").read_text()
    run = subprocess.run([sys.executable, "-m", "web.route_map", "--quiet"], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_the_page_of_permissions_is_current() -> None:
    """`docs/permissions.md` is what the routes and the delivered table say now."""
    command = "python -m web.route_map --markdown > docs/permissions.md"
    assert (ROOT / "docs/permissions.md").read_text() == as_markdown(route_map(), load_permissions()), command
