"""Counts that begin anew after a while, in a file that several processes share, or in memory."""

from __future__ import annotations

import sqlite3
import threading
import time
import weakref
from pathlib import Path

from storage.errors import StoreUnavailable

BUSY_SECONDS = 0.5  # that another process may take to count
_TIDY_EVERY = 1000  # additions, after which counts that are over are deleted
_CREATE = "CREATE TABLE IF NOT EXISTS counts (key TEXT PRIMARY KEY, count INTEGER NOT NULL, ends_at REAL NOT NULL)"
_ADD = """
INSERT INTO counts (key, count, ends_at) VALUES (:key, max(:amount, 0), :ends_at)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN ends_at > :now THEN max(count + :amount, 0) ELSE excluded.count END,
  ends_at = CASE WHEN ends_at > :now THEN ends_at ELSE excluded.ends_at END
RETURNING count, ends_at
"""


class Counts:
    """Counts by key. Safe between threads and between processes; no process that is killed leaves half a count.

    Nothing waits for the disk: a machine that loses power begins anew.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open or create the file; None: in the memory of this process, for it alone. Raises StoreUnavailable."""
        self._lock = threading.Lock()
        self._additions = 0
        try:
            self._database = sqlite3.connect(
                path or ":memory:", timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            weakref.finalize(self, self._database.close)  # for who does not close it himself
            for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=OFF", _CREATE):
                self._database.execute(statement)
        except sqlite3.Error as error:
            raise StoreUnavailable(str(error)) from error

    def add(self, key: str, amount: int, seconds: float) -> int:
        """Add to a count, which lasts so many seconds from its beginning; return it. Raises StoreUnavailable."""
        now = time.time()
        count, _ = self._ask(_ADD, key=key, amount=amount, now=now, ends_at=now + seconds)
        self._additions += 1
        if self._additions % _TIDY_EVERY == 0:
            self._ask("DELETE FROM counts WHERE ends_at <= :now", now=now)
        return count

    def get(self, key: str) -> tuple[int, float]:
        """Return a count and when it ends, as `time.time` tells; 0 and now for none. Raises StoreUnavailable."""
        now = time.time()
        return self._ask("SELECT count, ends_at FROM counts WHERE key = :key AND ends_at > :now", key=key, now=now)

    def remove(self, key: str) -> None:
        """Begin a count anew. Raises StoreUnavailable."""
        self._ask("DELETE FROM counts WHERE key = :key", key=key)

    def remove_all(self) -> None:
        """Begin every count anew. Raises StoreUnavailable."""
        self._ask("DELETE FROM counts")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _ask(self, statement: str, **values: str | float) -> tuple[int, float]:
        """Return the count that a statement gives, and when it ends; 0 and now without one."""
        try:
            with self._lock:
                row = self._database.execute(statement, values).fetchone()
        except sqlite3.Error as error:
            raise StoreUnavailable(str(error)) from error
        return (int(row[0]), float(row[1])) if row else (0, time.time())
