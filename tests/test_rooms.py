"""The house: nothing imports in a circle, every room says what it is for, and the guides name files that exist."""

from __future__ import annotations

import ast
import re

import pytest

from tests.support.rooms import ROOT, circle, floors, module_arrows, room_arrows, room_of

WRITERS = {("catalogue", "write"), *(("store", name) for name in ("put", "remove", "prepare", "hold"))}


@pytest.fixture(scope="module")
def modules() -> dict[str, set[str]]:
    return dict(module_arrows())


def test_nothing_imports_in_a_circle(modules: dict[str, set[str]]) -> None:
    """Neither files nor rooms import each other in a circle, so each can be read after what it stands on."""
    assert circle(modules) == []
    assert circle(room_arrows(modules)) == []


def test_a_circle_is_found() -> None:
    """Two names that import each other by way of a third are told; without it each has its floor."""
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == {"a", "b", "c"}
    assert floors({"a": {"b"}, "b": {"c"}, "d": {"c", "b"}}) == {"a": 3, "b": 2, "c": 1, "d": 3}


def test_every_room_says_what_lives_there(modules: dict[str, set[str]]) -> None:
    """The `__init__` of each room has a docstring."""
    packages = {room_of(module) for module in modules if ROOT.joinpath(*room_of(module).split(".")).is_dir()}
    silent = [
        room
        for room in sorted(packages)
        if not ast.get_docstring(ast.parse(ROOT.joinpath(*room.split("."), "__init__.py").read_text()))
    ]
    assert silent == []


def test_web_opens_no_transaction_that_writes() -> None:
    """Pages and API write by use-cases of `docgen.desk`: none calls `write` of a catalogue or changes the store."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"
        for path in sorted(ROOT.joinpath("web").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute | ast.Name)
        and (getattr(node.value, "attr", None) or getattr(node.value, "id", None), node.attr) in WRITERS
    ]
    assert found == []


@pytest.mark.parametrize("guide", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/glossary.md"])
def test_the_guides_name_files_that_are_there(guide: str) -> None:
    """Each path and each function in backquotes that a guide names is in the tree."""
    text = (ROOT / guide).read_text()
    paths = set(
        re.findall(r"`((?:docgen|storage|web|wording|tests|templates_docx|benchmarks|docs)/[\w./-]*)(?:::\w+)?`", text)
    )
    assert len(paths) > 5
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
    for path, name in re.findall(r"`([\w./-]+\.py)::(\w+)`", text):
        assert re.search(rf"^\s*(def|class) {name}\b|^{name}\b", (ROOT / path).read_text(), re.MULTILINE), (path, name)
