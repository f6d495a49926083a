"""What the store must hold, with what proves each object: in a temporary database on disk, however many there are."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from storage.records import Revision
from storage.text import json_text

# By what an object is proved: the SHA-256 in hex, the fields of a record.json as `revision_proof` returns them, the id
# of the document that a link.json names; "store": by nothing but the store's own hash.
Proof = Literal["sha256", "record", "link", "store"]

_FIELDS = ("document", "number", "pdf", "docx", "created_by", "reason")
_CACHE_KIB = 16_000


@dataclass(frozen=True)
class ExpectedObject:
    """An object that the store must hold, and the value that its `proof` must have."""

    key: str
    proof: Proof
    value: str = ""

    def is_proved_by(self, data: bytes) -> bool:
        """Return whether bytes are what the catalogue says of this object."""
        if self.proof == "sha256":
            return hashlib.sha256(data).hexdigest() == self.value
        if self.proof == "link":
            return _json_object(data).get("document") == self.value
        if self.proof == "record":
            revision = _json_object(data).get("revision")
            return isinstance(revision, dict) and _proof_of_fields(revision) == self.value
        return True


class ExpectedObjects:
    """Objects by key, in no memory to speak of. SQLite removes the file when it is closed, or the process killed."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE expected (key TEXT PRIMARY KEY, proof TEXT, value TEXT) WITHOUT ROWID")
        self._database.execute("CREATE TABLE strangers (key TEXT PRIMARY KEY) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, objects: Iterable[ExpectedObject]) -> None:
        """Expect these objects; of those that were added before, the last proof counts."""
        rows = ((item.key, item.proof, item.value) for item in objects)
        self._database.execute("BEGIN")
        self._database.executemany("INSERT OR REPLACE INTO expected VALUES (?, ?, ?)", rows)
        self._database.execute("COMMIT")

    def __contains__(self, key: str) -> bool:
        return self._database.execute("SELECT 1 FROM expected WHERE key = ?", (key,)).fetchone() is not None

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM expected").fetchone()[0])

    def count_up_to(self, key: str) -> int:
        """Return how many objects there are up to a key and with it."""
        return int(self._database.execute("SELECT count(*) FROM expected WHERE key <= ?", (key,)).fetchone()[0])

    def after(self, key: str) -> Generator[ExpectedObject]:
        """Yield the objects after a key, in the order of keys."""
        with closing(self._database.cursor()) as cursor:
            for row in cursor.execute("SELECT * FROM expected WHERE key > ? ORDER BY key", (key,)):
                yield ExpectedObject(*row)

    def add_stranger(self, key: str) -> None:
        """Note a key of the store that nothing is expected at."""
        self._database.execute("INSERT OR IGNORE INTO strangers VALUES (?)", (key,))

    def strangers(self) -> Generator[str]:
        """Yield the keys that were noted, in their order."""
        with closing(self._database.cursor()) as cursor:
            for row in cursor.execute("SELECT key FROM strangers ORDER BY key"):
                yield row[0]


def revision_proof(revision: Revision) -> str:
    """Return what a record.json must say of its revision: the catalogue has no hash of the file."""
    return _proof_of_fields(revision.model_dump(mode="json", include=set(_FIELDS)))


def _proof_of_fields(revision: dict[str, Any]) -> str:
    fields = [revision.get(name) for name in _FIELDS]
    return hashlib.sha256(json_text(fields, sort_keys=True, compact=True).encode()).hexdigest()


def _json_object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
