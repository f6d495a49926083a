"""The tests themselves: where their helpers are, and what is run first."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.conftest import LONGEST

TESTS = Path(__file__).parent
FROM_A_TEST = re.compile(
    r"^\s*(?:from|import) tests\.(?:\w+\.)*test_\w+|^from tests[\w.]* import .*\btest_\w+", re.MULTILINE
)
FROM_A_ROOM = re.compile(r"^(?:from|import) tests\.(\w+)", re.MULTILINE)
HELPERS = ("servers", "support")
CHECKS = ("raises", "warns", "expect", "call_and_validate")  # by which libraries say that a test failed
OF_LIBRARIES = (  # private names of pytest, lxml, python-docx, pypdf, reportlab and os, for what has no public one
    *("._id", "._exit", "._Element", "._element", "._inline", "._tbl", "._add_object", "._ID", "._data", "._objects"),
    *("._code", "._root_object", "._tr", "._body", "._p"),
)


def test_no_test_module_imports_from_another() -> None:
    """Helpers that two test modules use are in `tests/support/`."""
    found = {path.relative_to(TESTS): FROM_A_TEST.findall(path.read_text("utf-8")) for path in TESTS.rglob("*.py")}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_helpers_stand_below_the_tests() -> None:
    """A room of tests imports from itself and from the helpers, and the helpers import from no room of tests."""
    found = [
        f"{path.relative_to(TESTS)}: tests.{room}"
        for path in sorted(TESTS.rglob("*.py"))
        for room in FROM_A_ROOM.findall(path.read_text("utf-8"))
        if room not in HELPERS and room != path.relative_to(TESTS).parts[0] and path.parent != TESTS
    ]
    assert found == []


def test_every_test_can_fail() -> None:
    """Each test asserts something or expects an error, itself or by a helper of the tests that does."""
    functions = [(path, node) for path, node in nodes() if isinstance(node, ast.FunctionDef)]
    checking: set[str] = set()
    while (more := {node.name for _, node in functions if checks(node, checking)}) != checking:
        checking = more
    assert [
        f"{path}: {node.name}"
        for path, node in functions
        if node.name.startswith("test_") and not checks(node, checking)
    ] == []


def test_no_test_uses_what_is_private() -> None:
    """What begins with an underscore in the service is free to change: no test imports, replaces or asks it."""
    found = [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for path, node in nodes()
        if (isinstance(node, ast.ImportFrom) and any(is_private(alias.name) for alias in node.names))
        or (isinstance(node, ast.Call) and replaces_private(node))
        or (
            isinstance(node, ast.Attribute) and is_private(node.attr) and ast.unparse(node.value) not in ("self", "cls")
        )
    ]
    assert [line for line in found if not line.endswith(OF_LIBRARIES)] == []


def test_no_browser_test_waits_for_a_while() -> None:
    """A page is waited for by what it shows or sends: a fixed time is too short one day, and too long on all others."""
    waits = {(path, node.lineno) for path, node in nodes() if is_wait(node)}
    in_loops = {
        (path, inner.lineno)
        for path, node in nodes()
        if isinstance(node, ast.For | ast.While)
        for inner in ast.walk(node)
        if is_wait(inner)
    }
    assert waits - in_loops == set()


def nodes() -> Iterator[tuple[Path, Any]]:
    """Yield every node of the syntax of every file of the tests."""
    for path, tree in _trees().items():
        for node in ast.walk(tree):
            yield path, node


@cache
def _trees() -> dict[Path, ast.Module]:
    return {path.relative_to(TESTS): ast.parse(path.read_text("utf-8")) for path in sorted(TESTS.rglob("*.py"))}


def checks(function: ast.FunctionDef, checking: set[str]) -> bool:
    """Return whether a function asserts, raises, or calls what does: a helper in `checking`, or a library."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert | ast.Raise):
            return True
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in checking or name in CHECKS or any(each.arg == "check" for each in node.keywords):
                return True
    return False


def is_private(name: str) -> bool:
    """Return whether a name says that only its own file may use it."""
    return name.startswith("_") and not name.startswith("__")


def replaces_private(call: ast.Call) -> bool:
    """Return whether `setattr` replaces a private name, given as `module, "_name"` or as `"module._name"`."""
    words = [str(each.value) for each in call.args[:2] if isinstance(each, ast.Constant)]
    return ast.unparse(call.func).endswith("setattr") and any(is_private(word.rpartition(".")[2]) for word in words)


def is_wait(node: ast.AST) -> bool:
    """Return whether this waits for a fixed time."""
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".wait_for_timeout")


def test_the_files_that_run_first_are_there() -> None:
    """A file that was renamed is renamed in the list of the longest, too, else it may be the last one running."""
    assert [name for name in LONGEST if not (TESTS / name).is_file()] == []
