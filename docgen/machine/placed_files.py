"""Place delivered files on a system, and know them again: one that a person changed is left as it is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from docgen.machine.delivered import DeliveredFile

_RECORD = Path("etc/docgen/.setup.json")


class PlacedFiles:
    """The delivered files of the system at `root`, with the hash of each as it was placed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._record = root / _RECORD
        try:
            self._hashes: dict[str, str] = json.loads(self._record.read_text("utf-8"))
        except FileNotFoundError:
            self._hashes = {}

    def is_current(self, file: DeliveredFile) -> bool:
        """Return whether the file lies there as it is delivered."""
        return _hash_of(self._root / file.path) == _hash(file.text)

    def is_changed(self, path: Path) -> bool:
        """Return whether a person wrote or changed the file that lies there."""
        there = _hash_of(self._root / path)
        return there is not None and there != self._hashes.get(str(path))

    def place(self, file: DeliveredFile) -> None:
        """Write the file whole, and note its hash. Raises OSError."""
        target = self._root / file.path
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.partial")
        partial.unlink(missing_ok=True)
        partial.touch(mode=file.mode & 0o600)
        partial.write_text(file.text, "utf-8")
        partial.chmod(file.mode)
        partial.replace(target)
        self._hashes[str(file.path)] = _hash(file.text)
        self._write_record()

    def paths(self) -> list[Path]:
        """Return the paths of the files that were placed, below the root."""
        return [Path(path) for path in self._hashes]

    def remove(self, path: Path) -> None:
        """Remove a placed file. Raises OSError."""
        (self._root / path).unlink(missing_ok=True)
        del self._hashes[str(path)]
        self._write_record()

    def _write_record(self) -> None:
        if not self._hashes:
            self._record.unlink(missing_ok=True)
            return
        self._record.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        partial = self._record.with_name(f"{self._record.name}.partial")
        partial.write_text(json.dumps(self._hashes, indent=1), "utf-8")
        partial.replace(self._record)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_of(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None
