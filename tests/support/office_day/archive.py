"""Keep the archive after the day as files that can be compared."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

_MIRROR = "_catalogue"  # the catalogue's own lines, written every few seconds in as many files as it takes


def record_archive(objects: Path, folder: Path) -> None:
    """Copy every object of an archive into `folder`; of the catalogue's mirror, what it says in the end."""
    shutil.copytree(objects, folder, ignore=lambda _folder, names: [name for name in names if name == _MIRROR])
    rows: dict[str, str] = {}
    for segment in sorted((objects / _MIRROR).iterdir()):
        for line in segment.read_text("utf-8").splitlines()[1:]:
            row = json.loads(line)
            rows[json.dumps([row["table"], row["key"]])] = line
    (folder / "catalogue.jsonl").write_text("\n".join(rows[name] for name in sorted(rows)) + "\n", "utf-8")
