"""The first account's password: in a file of the service's own, so that no log tells it; gone once it is changed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from docgen.desk.desk import Desk
from docgen.private_files import write_private

FIRST_USER = "admin"
_FILE = "kata-sandi-awal.txt"


def keep_first_password(desk: Desk, password: str) -> Path:
    """Write the password into a file that only the service's account may read; return its path. Raises OSError."""
    path = desk.data / _FILE
    path.unlink(missing_ok=True)  # of an office that was here before
    write_private(path, f"{password}\n")
    return path


def first_password_file(desk: Desk) -> Path | None:
    """Return where the password is written that was made for the first account; None once it is changed."""
    path = desk.data / _FILE
    return path if path.exists() else None


def is_first_password(desk: Desk, name: str) -> bool:
    """Return whether the account still has the password that was made for it at the first start."""
    return name == FIRST_USER and first_password_file(desk) is not None


def first_password_since(desk: Desk) -> dt.datetime | None:
    """Return since when the first account has the password made for it; None when it has another. Raises OSError."""
    path = desk.data / _FILE
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC) if path.exists() else None


def forget_first_password(desk: Desk, name: str) -> None:
    """Remove the file when the first account has another password. Raises OSError."""
    if name == FIRST_USER:
        (desk.data / _FILE).unlink(missing_ok=True)
