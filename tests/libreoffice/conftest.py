"""One pair of warm workers for the tests that do not hurt them, and pools of their own for those that do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docgen.libreoffice import Converter, start_converter
from docgen.libreoffice.pool import Pool
from docgen.libreoffice.sandbox import find_installation


@pytest.fixture(scope="session")
def converter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Converter]:
    """A converter as the service starts it."""
    if find_installation() is None:
        pytest.fail("LibreOffice is not installed: run `make test`, or install libreoffice-writer-nogui python3-uno")
    started = start_converter(2, tmp_path_factory.mktemp("libreoffice"))
    yield started
    started.close()


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Callable[..., Pool]]:
    """Make pools in `tmp_path / "office"`; they are closed after the test."""
    made: list[Pool] = []

    def make(workers: int = 2, **options: object) -> Pool:
        made.append(Pool(workers, tmp_path / "office", **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()
