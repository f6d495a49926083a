"""Neither a file nor a caller floods or forges the service's log."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pypdf
import pytest

from docgen.logs import FORMAT, Flood, OneLine


class Log:
    """What is written, as the service writes it."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(OneLine(FORMAT))
        self.handler.addFilter(Flood())

    @property
    def lines(self) -> list[str]:
        """The lines so far."""
        return self._stream.getvalue().splitlines()


@pytest.fixture
def log() -> Iterator[Log]:
    """A log to which everything goes."""
    written = Log()
    logging.getLogger().addHandler(written.handler)
    yield written
    logging.getLogger().removeHandler(written.handler)


def test_a_file_cannot_flood_the_log(log: Log) -> None:
    """A PDF with hundreds of faults has its library say one of them, not all."""
    broken = b"%PDF-1.4\n" + b"".join(b"%d 0 obj << /A 1 /A 2 >> endobj\n" % n for n in range(1, 500))
    broken += b"xref\n0 1\n0000000000 65535 f \ntrailer << /Size 1 /Root 1 0 R >>\nstartxref\n9\n%%EOF"
    for _ in range(20):
        try:
            reader = pypdf.PdfReader(io.BytesIO(broken))
            [reader.get_object(n) for n in range(1, 500)]
        except Exception:  # noqa: BLE001, S110 (what becomes of the file is not asked here)
            pass
    assert 1 <= len(log.lines) <= 12


def test_a_caller_cannot_flood_the_log(log: Log) -> None:
    """Probes without a token of the page are one line a minute; errors of a library are ten."""
    for _ in range(1000):
        logging.getLogger("flask_wtf.csrf").warning("The CSRF token is missing.")
        logging.getLogger("waitress").error("Exception")
    assert len([line for line in log.lines if "flask_wtf" in line]) == 1
    assert len([line for line in log.lines if "waitress" in line]) == 10


def test_what_was_left_out_is_told() -> None:
    """After the minute the next line says how many were not written; our own are always written."""
    flood = Flood()
    records = [logging.LogRecord(name, logging.WARNING, "", 0, "x", (), None) for name in ("pypdf", "docgen.api")]
    assert [flood.filter(records[0]) for _ in range(5)] == [True, False, False, False, False]
    assert all(flood.filter(records[1]) for _ in range(5))
    flood.minute = 0.0
    assert flood.filter(records[0])
    assert records[0].getMessage() == "x (4 more lines were left out before)"


def test_nobody_begins_a_line_of_the_log(log: Log) -> None:
    """Line breaks and control characters in what a caller sent are written as signs; a long text is cut."""
    logging.getLogger("docgen.web").error("%s: %s", "/d/x\n2026-11-27 INFO docgen: forged\x1b[2J\u2028", "y" * 100_000)
    (line,) = log.lines
    assert "\\n2026-11-27 INFO docgen: forged\\x1b[2J\\u2028" in line
    assert len(line) < 5000


@pytest.mark.parametrize("sign", ["\n", "\r", "\x85", "\u2028"])
def test_an_error_begins_no_line_of_the_log(log: Log, sign: str) -> None:
    """A traceback's lines, which hold what a caller sent, are marked, and only the event's own line has a time."""
    try:
        raise ValueError(f"x{sign}2026-11-27 INFO docgen: forged\x1b[2J" + "y" * 100_000)
    except ValueError:
        logging.getLogger("docgen.web").exception("failed", stack_info=True)
    first, *others = log.lines
    assert first.endswith("ERROR docgen.web: failed")
    assert "Traceback (most recent call last):" in others[0]
    assert any("forged\\x1b[2J" in line for line in others)
    assert all(line.startswith("  | ") and line.isprintable() for line in others)
    assert sum(map(len, others)) < 50_000


def test_a_long_traceback_keeps_its_ends(log: Log) -> None:
    """Where it was and how the error ends stay; how many lines are left out between is told."""
    error = ValueError("\n".join(f"line {n}" for n in range(10_000)))
    logging.getLogger("docgen.web").error("failed", exc_info=error)
    assert len(log.lines) < 150
    assert log.lines[1:3] == ["  | ValueError: line 0", "  | line 1"]
    assert log.lines[-1] == "  | line 9999"
    assert any("lines are left out" in line for line in log.lines)
