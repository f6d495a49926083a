"""Dashboard, alerts and their page name metrics that there are, and leave none out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from docgen.desk import Desk
from tests.support.callers.api import make_app
from tests.support.callers.scrape import Scrape
from tests.support.office.decisions import issue_example

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "monitoring.md").read_text("utf-8")
ROWS = re.findall(r"^\| `(docgen_\w+)` \| (\w+) \| ([^|]*) \|", PAGE, re.MULTILINE)
VARIABLES = {"$__rate_interval": "5m", "$office": ".*", "$instance": ".*"}
PROMETHEUS = {"up"}  # its own metrics


@pytest.fixture
def scrape(desk: Desk) -> Scrape:
    """What a service tells that has issued a letter."""
    issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    return Scrape(make_app(desk).test_client().get("/metrics").text)


def alerts() -> list[dict[str, Any]]:
    """The rules of the alerts."""
    file = yaml.safe_load((ROOT / "deploy" / "alerts.yaml").read_text("utf-8"))
    return [rule for group in file["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    """The panels of the dashboard that show something."""
    board = json.loads((ROOT / "deploy" / "grafana.json").read_text("utf-8"))
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def queries() -> Iterator[tuple[str, str]]:
    """Every query of alerts and dashboard, with where it stands; Grafana's variables are filled in."""
    for rule in alerts():
        yield rule["alert"], rule["expr"]
    for panel in panels():
        for target in panel["targets"]:
            query = target["expr"]
            for variable, value in VARIABLES.items():
                query = query.replace(variable, value)
            yield panel["title"], query


def selectors(query: str) -> Iterator[tuple[str, set[str]]]:
    """The metrics that a query selects, with the labels it looks at. Raises ValueError for what is no PromQL."""
    found: list[tuple[str, set[str]]] = []

    def visit(node: Any) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.append((node.name, {matcher.name for matcher in node.matchers.matchers}))
        children = (getattr(node, part, None) for part in ("expr", "lhs", "rhs", "vector_selector", "param"))
        for child in [*children, *(getattr(node, "args", None) or [])]:
            if child is not None:
                visit(child)

    visit(promql_parser.parse(query))
    yield from found


def names_of(scrape: Scrape) -> dict[str, str]:
    """Every metric by the name it has on the page, with its kind."""
    return {name: family.type for name, family in scrape.families.items()}


def test_the_page_lists_every_metric_with_its_labels(scrape: Scrape) -> None:
    """What is told is documented, and what is documented is told, with the kind and the labels that it has."""
    assert {name: kind for name, kind, _ in ROWS} == names_of(scrape)
    documented = {name: set(re.findall(r"`(\w+)`", labels)) - {"office"} for name, _, labels in ROWS}
    for name, family in scrape.families.items():
        for sample in family.samples:
            assert set(sample.labels) - {"le", "office"} == documented[name], sample.name


@pytest.mark.parametrize(("title", "query"), list(queries()), ids=lambda part: part if " " not in part else None)
def test_queries_ask_for_metrics_that_there_are(title: str, query: str) -> None:
    """Each is PromQL, over metrics and labels of the page."""
    labels_by_name = {name: set(re.findall(r"`(\w+)`", labels)) for name, _, labels in ROWS}
    for kind, ends in (("histogram", ("_bucket", "_sum", "_count")),):
        for name in [name for name, its_kind, _ in ROWS if its_kind == kind]:
            labels_by_name |= {f"{name}{end}": labels_by_name[name] | {"le"} for end in ends}
    for name, labels in selectors(query):
        assert name in labels_by_name.keys() | PROMETHEUS, title
        if name not in PROMETHEUS:
            assert labels <= labels_by_name[name] | {"instance", "job"}, title


def test_every_metric_is_looked_at(scrape: Scrape) -> None:
    """Nothing is counted that neither dashboard nor alerts show, but what explains another figure."""
    query_names = {re.sub(r"_(bucket|sum|count)$", "", name) for _, query in queries() for name, _ in selectors(query)}
    assert names_of(scrape).keys() - query_names == {"docgen_last_backup_ok", "docgen_process_open_files"}


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    """Each has a severity, a sentence, and a section of a page that is there."""
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["summary"]
    page, _, section = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^#+ (.*)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert not section or section in anchors


def test_the_dashboard_can_be_imported() -> None:
    """Its panels do not lie on each other, have ids of their own, and take the Prometheus that is chosen."""
    places: set[tuple[int, int]] = set()
    for panel in panels():
        grid = panel["gridPos"]
        cells = {
            (x, y) for x in range(grid["x"], grid["x"] + grid["w"]) for y in range(grid["y"], grid["y"] + grid["h"])
        }
        assert not cells & places, panel["title"]
        assert grid["x"] + grid["w"] <= 24
        places |= cells
        assert all(target["datasource"]["uid"] == "${datasource}" for target in panel["targets"])
    assert len({panel["id"] for panel in panels()}) == len(panels())
