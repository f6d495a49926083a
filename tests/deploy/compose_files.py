"""Read the delivered compose files and the settings they may name; check them by the loader of the specification."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from docgen.machine.delivered import DEPLOY
from tests.servers.gomod import build

LOADER = "github.com/compose-spec/compose-go/v2/cmd@v2.16.2"
NAMES = ("compose.yaml", "compose.embedded.yaml")
_PAGE = Path(__file__).parents[2] / "docs/settings.md"
SETTINGS = set(re.findall(r"^\| `(DOCGEN_\w+)`", _PAGE.read_text("utf-8"), re.MULTILINE))
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)(?::[?-][^}]*)?\}")


def variables(text: str) -> set[str]:
    """Return the variables that a compose file takes from its environment."""
    return set(_VARIABLE.findall(text))


def compose(name: str) -> dict[str, Any]:
    """Return a delivered compose file, anchors and merges resolved."""
    content: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text("utf-8"))
    return content


def load_by_specification(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Have the reference loader read a compose file: schema, references and consistency."""
    loader = build(LOADER, "cmd")
    file = folder / "compose.yaml"
    file.write_text(_VARIABLE.sub("value", text), "utf-8")
    return subprocess.run([loader, file], cwd=folder, capture_output=True, text=True, timeout=60)
