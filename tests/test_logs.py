"""Neither a file nor a caller floods or forges the service's log, and it says ids only."""

from __future__ import annotations

import io
import json
import logging
import sqlite3
import subprocess
import sys
from collections.abc import Iterator

import pypdf
import pytest
from sqlalchemy.exc import IntegrityError

from docgen.errors import DocgenError
from docgen.logs import Flood
from docgen.work_context import noted
from tests.support.machine.written_log import WrittenLog, written_log
from wording import say

SECRET = "kunci-s3-yang-panjang"


@pytest.fixture
def log() -> Iterator[WrittenLog]:
    """A log to which everything goes."""
    with written_log(secrets=[SECRET]) as written:
        yield written


def test_a_file_cannot_flood_the_log(log: WrittenLog) -> None:
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


def test_libraries_do_not_announce_themselves() -> None:
    """A process that loads its libraries after its log is set up, as those of several do, begins without a line."""
    code = "from docgen.logs import set_up_logging; set_up_logging(process='web-1'); import pikepdf"
    begun = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert begun.stderr == ""


def test_a_caller_cannot_flood_the_log(log: WrittenLog) -> None:
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


def test_nobody_begins_a_line_of_the_log(log: WrittenLog) -> None:
    """Line breaks and control characters in what a caller sent are written as signs; a long text is cut."""
    logging.getLogger("docgen.web").error("%s: %s", "/d/x\n2026-11-27 INFO docgen: forged\x1b[2J\u2028", "y" * 100_000)
    (line,) = log.lines
    assert "\\n2026-11-27 INFO docgen: forged\\x1b[2J\\u2028" in line
    assert len(line) < 5000


@pytest.mark.parametrize("sign", ["\n", "\r", "\x85", "\u2028"])
def test_an_error_begins_no_line_of_the_log(log: WrittenLog, sign: str) -> None:
    """A traceback's lines, which hold what a caller sent, are marked, and only the event's own line has a time."""
    try:
        raise DocgenError(f"x{sign}2026-11-27 INFO docgen: forged\x1b[2J" + "y" * 100_000)
    except DocgenError:
        logging.getLogger("docgen.web").exception("failed", stack_info=True)
    first, *others = log.lines
    assert first.endswith("ERROR docgen.web: failed")
    assert "Traceback (most recent call last):" in others[0]
    assert any("forged\\x1b[2J" in line for line in others)
    assert all(line.startswith("  | ") and line.isprintable() for line in others)
    assert sum(map(len, others)) < 50_000


def test_a_long_traceback_keeps_its_ends(log: WrittenLog) -> None:
    """Where it was and how the error ends stay; how many lines are left out between is told."""
    error = DocgenError("\n".join(f"line {n}" for n in range(10_000)))
    logging.getLogger("docgen.web").error("failed", exc_info=error)
    assert len(log.lines) < 150
    assert log.lines[1:3] == ["  | DocgenError: line 0", "  | line 1"]
    assert log.lines[-1] == "  | line 9999"
    assert any("lines are left out" in line for line in log.lines)


def test_what_people_wrote_stays_out_of_the_log(log: WrittenLog) -> None:
    """Of an error's sentence its values are left out, but for numbers and ids; of any other error its text."""
    web, name = logging.getLogger("docgen.web"), "Rina"
    web.warning("%s", DocgenError(say("Naskah {id} untuk {name}, {count} rangkap.", id=7, name="Rina", count=2)))
    web.warning("refused: %s", say("Pejabat {name}: {problem}", name="Rina", problem=say("NIP {nip} salah.", nip="19")))
    database = sqlite3.IntegrityError("UNIQUE constraint failed: users.name\nDETAIL: (Rina)")
    web.warning("%s", IntegrityError("INSERT INTO users VALUES (?)", ("Rina",), database))
    try:
        try:
            {}[name]
        except KeyError as missing:
            raise ValueError(f"{name} is no number") from missing
    except ValueError:
        web.exception("failed")
    logging.getLogger("waitress").error("Exception while serving %s for %r", "/s/Rina", "Rina")
    logging.getLogger("urllib3").warning("Retrying after 'Rina': /arsip/Rina?X-Amz-Credential=Rina")
    assert "Rina" not in "".join(log.lines)
    assert "Naskah 7 untuk …, 2 rangkap." in log.lines[0]
    assert "Pejabat …: NIP 19 salah." in log.lines[1]
    assert "UNIQUE constraint failed: users.name" in log.lines[2]
    assert any("| ValueError: …" in line for line in log.lines)


@pytest.mark.parametrize(
    "word",
    [SECRET, "dg_abcdefghijklmnop", "whsec_c2VjcmV0c2VjcmV0", "rina.w@dinas.example", "198001012005012001",
     "19800101 200501 2 001", "6310011201800001"],
)  # fmt: skip
def test_what_looks_like_a_secret_is_struck(log: WrittenLog, word: str) -> None:
    """Whoever logs one by mistake writes none: settings, tokens, mail addresses, NIP and NIK, in line and traceback."""
    web = logging.getLogger("docgen.web")
    web.warning("for %s", word)
    web.warning("at https://rina:%s@host/x?a=%s", word, word)
    web.error("failed", exc_info=DocgenError(f"for {word}"))
    assert len(log.lines) == 4
    assert word not in "".join(log.lines)


def test_lines_of_one_work_carry_its_ids() -> None:
    """In JSON each line is an object with the ids of request, job and letter, and a traceback among it."""
    with written_log("json") as log:
        with noted(request="r-1"), noted(document="01arz3ndektsv4rrffq69g5fav"):
            logging.getLogger("docgen.jobs").error("line one\nline two", exc_info=ValueError("Rina"))
        logging.getLogger("docgen.jobs").warning("after")
    first, second = (json.loads(line) for line in log.lines)
    assert first["event"] == "line one\\nline two"
    assert (first["request"], first["document"]) == ("r-1", "01arz3ndektsv4rrffq69g5fav")
    assert (first["level"], first["logger"]) == ("error", "docgen.jobs")
    assert first["exception"] == ["ValueError: …"]
    assert second.keys() == {"time", "level", "logger", "event"}
