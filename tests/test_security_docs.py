"""What is written about security is true: every control names a test that there is."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
GUIDE = "docs/security.md"


@cache
def functions(path: str) -> set[str]:
    """The tests of a file; none when it is gone."""
    file = ROOT / path
    tree = ast.parse(file.read_text("utf-8")) if file.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def rows() -> list[list[str]]:
    """The cells of each row of the tables of threats."""
    lines = [line for line in (ROOT / GUIDE).read_text("utf-8").splitlines() if line.startswith("| ")]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    start = next(place for place, cells in enumerate(table) if cells == ["threat", "control", "test"])
    return [cells for cells in table[start:] if cells != ["threat", "control", "test"]]


def test_every_threat_has_a_control_and_a_test_that_there_is() -> None:
    """A row is threat, control and at least one test by file and function; none of these was moved or renamed."""
    assert [cells for cells in rows() if len(cells) != 3 or not all(cells) or not NAMED.search(cells[2])] == []
    assert [f"{path}::{name}" for path, name in NAMED.findall(str(rows())) if name not in functions(path)] == []
    assert len(rows()) > 50


def test_no_threat_is_told_twice() -> None:
    """Each row is of a threat of its own."""
    threats = [cells[0] for cells in rows()]
    assert sorted(threats) == sorted(set(threats))


def test_who_looks_for_it_finds_it() -> None:
    """README, CONTRIBUTING and SECURITY.md lead to the list of threats, and README to how to report a weakness."""
    for guide in ("README.md", "CONTRIBUTING.md", "SECURITY.md"):
        assert f"({GUIDE})" in (ROOT / guide).read_text("utf-8"), guide
    assert "(SECURITY.md)" in (ROOT / "README.md").read_text("utf-8")
