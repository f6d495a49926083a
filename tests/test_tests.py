"""The tests themselves: where their helpers are, and what is run first."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import LONGEST

TESTS = Path(__file__).parent
FROM_A_TEST = re.compile(
    r"^\s*(?:from|import) tests\.(?:\w+\.)*test_\w+|^from tests[\w.]* import .*\btest_\w+", re.MULTILINE
)
FROM_A_ROOM = re.compile(r"^(?:from|import) tests\.(\w+)", re.MULTILINE)
HELPERS = ("servers", "support")


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


def test_the_files_that_run_first_are_there() -> None:
    """A file that was renamed is renamed in the list of the longest, too, else it may be the last one running."""
    assert [name for name in LONGEST if not (TESTS / name).is_file()] == []
