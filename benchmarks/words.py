"""Amounts in words, and tables in Markdown."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [" | ".join(row) for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(f"| {line} |" for line in lines)


def size(bytes: float) -> str:
    """Return bytes in words, to three digits."""
    for unit in ("bytes", "KB", "MB", "GB", "TB"):
        if bytes < 1000 or unit == "TB":
            return f"{bytes:,.0f} {unit}" if unit == "bytes" or bytes >= 100 else f"{bytes:.3g} {unit}"
        bytes /= 1000
    raise AssertionError


def count(number: float) -> str:
    """Return a number in words: thousands, millions."""
    for factor, unit in ((1e9, " billion"), (1e6, " million")):
        if number >= factor:
            return f"{number / factor:.3g}{unit}"
    return f"{number:,.0f}"


def hours(seconds: float) -> str:
    """Return a time in words: minutes, hours or days."""
    for factor, unit in ((86400 * 2, "days"), (7200, "h"), (120, "min")):
        if seconds >= factor:
            return f"{seconds / {'days': 86400, 'h': 3600, 'min': 60}[unit]:.3g} {unit}"
    return f"{seconds:.3g} s"
