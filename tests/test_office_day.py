"""The recorder of an office's day, by which two states of the code are compared."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.office_day.recording import record


@pytest.mark.office
def test_the_same_code_is_recorded_the_same_to_the_byte(tmp_path: Path) -> None:
    """Answers, pages and archived files of two days of the same code are equal: what differs is a change."""
    folders = [tmp_path / "first", tmp_path / "second"]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda folder: record(folder, Path(sys.executable), short=True), folders))
    first, second = (
        {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        for folder in folders
    )
    assert [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)] == []
    assert any(name.endswith("/003/nota_dinas.pdf") for name in first)
    assert sum(name.startswith("answers/") for name in first) > 10
