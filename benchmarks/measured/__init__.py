"""Figures that were measured, as JSON files beside this one: what pages show of them is never typed by hand."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def machine() -> str:
    """Return the line that says on what was measured."""
    load = os.getloadavg()[0]
    cores = os.cpu_count()
    return f"{cores} cores, {platform.machine()}, Python {platform.python_version()}; load at the end {load:.1f}"


def write_json(file: Path, figures: Mapping[str, Any]) -> None:
    """Write figures into a file."""
    file.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read_measured(name: str, folder: Path = FOLDER) -> Any:
    """Return the figures of a measure, None where it was not measured yet."""
    file = folder / f"{name}.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else None
