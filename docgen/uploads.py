"""How large a file may be that somebody sends: attached, scanned or checked."""

from __future__ import annotations

MB = 1024 * 1024  # bytes
LARGEST_FILE = 30 * MB
