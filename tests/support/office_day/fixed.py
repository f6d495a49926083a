"""The `docgen` command with a clock that stands in a file, and draws and files that are the same each time.

The recorder runs this file by its path under the Python of the checkout that is recorded, so it imports nothing of the
tests. It holds on to what both states of the code must have: `docgen.desk.open_desk`, and the desk's `now` and
`converter`. What LibreOffice, openpyxl, zipfile and pyHanko write has neither a moment nor an id of their own.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import importlib
import os
import re
import secrets
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ulid

CLOCK = "OFFICE_DAY_CLOCK"  # the environment's name for the file with the moment
_PROFILE = re.compile(rb"\n\d+ 0 obj\n<</N 3/Length (\d+) 0 R/Filter/FlateDecode>>\nstream\n")


class Draws:
    """Bytes that look drawn and are the same in every run: the nth draw of a sort depends on nothing else."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def draw(self, sort: str, size: int) -> bytes:
        """Return the next bytes of this sort."""
        with self._lock:
            self._counts[sort] += 1
            return hashlib.shake_256(f"{sort} {self._counts[sort]}".encode()).digest(size)


class UndatedConverter:
    """A converter whose PDFs do not tell when they were made."""

    def __init__(self, converter: Any) -> None:
        self._converter = converter

    def convert(self, docx: bytes, **options: Any) -> bytes:
        """Convert, and take the moment out."""
        return undated(self._converter.convert(docx, **options), hashlib.sha256(docx).hexdigest()[:32].upper().encode())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._converter, name)


def undated(pdf: bytes, id: bytes) -> bytes:
    """Return a PDF of LibreOffice with a fixed date, this `id` of 32 digits, and a color profile without its moment."""
    pdf = re.sub(rb"(?<=<xmp:CreateDate>)[^<]{20}", b"2026-11-23T00:00:00Z", pdf)
    pdf = re.sub(rb"(?<=/CreationDate\(D:)\d{14}", b"20261123000000", pdf)
    changes: list[tuple[int, int, bytes]] = []  # start, end, and what comes there
    for profile in _PROFILE.finditer(pdf):
        size = re.search(rb"\n%s 0 obj\n(\d+)\n" % profile[1], pdf)
        assert size is not None
        end = profile.end() + int(size[1])
        plain = zlib.decompress(pdf[profile.end() : end])
        data = zlib.compress(plain[:24] + bytes(12) + plain[36:])  # the ICC header's date
        changes += [(profile.end(), end, data), (*size.span(1), b"%d" % len(data))]
    body, _, tail = pdf.rpartition(b"\nxref\n")
    tail = re.sub(rb"(?<=[</])[0-9A-F]{32}", id, tail)
    tail = re.sub(rb"\d{10}(?= \d{5} n)", lambda offset: b"%010d" % _moved(int(offset[0]), changes), tail)
    tail = re.sub(rb"(?<=startxref\n)\d+", lambda offset: b"%d" % _moved(int(offset[0]), changes), tail)
    for start, end, data in sorted(changes, reverse=True):
        body = body[:start] + data + body[end:]
    return body + b"\nxref\n" + tail


def _moved(offset: int, changes: list[tuple[int, int, bytes]]) -> int:
    return offset + sum(len(data) - (end - start) for start, end, data in changes if end <= offset)


def now() -> dt.datetime:
    """Return the moment that the recorder set."""
    return dt.datetime.fromisoformat(Path(os.environ[CLOCK]).read_text())


def fix_draws(draws: Draws) -> None:
    """Let ids, codes, passwords and keys come from `draws`; names of temporary files stay random."""

    def token_bytes(size: int = 32) -> bytes:
        return draws.draw(f"bytes {size}", size)

    def token_urlsafe(size: int = 32) -> str:
        return base64.urlsafe_b64encode(draws.draw(f"urlsafe {size}", size)).rstrip(b"=").decode()

    def choice(items: Sequence[Any]) -> Any:
        return items[int.from_bytes(draws.draw(f"choice {len(items)}", 8)) % len(items)]

    drawing: Any = secrets
    drawing.token_bytes, drawing.token_urlsafe, drawing.choice = token_bytes, token_urlsafe, choice
    ulid.default_generator = ulid.ULIDGenerator(
        clock=lambda: int(now().timestamp() * 1000),
        randomness=lambda moment: hashlib.sha256(str(moment).encode()).digest()[:10],
    )


def fix_files(draws: Draws) -> None:
    """Let spreadsheets and archives of files carry the recorder's moment, and sealed files an id of `draws`."""
    writer: Any = importlib.import_module("pyhanko.pdf_utils.incremental_writer")
    writer.os = SimpleNamespace(urandom=lambda size: draws.draw("id of a file", size), SEEK_END=os.SEEK_END)
    for name in ("openpyxl.packaging.core", "openpyxl.writer.excel"):
        module: Any = importlib.import_module(name)
        moment = SimpleNamespace(now=lambda tz: now().astimezone(tz))
        module.datetime = SimpleNamespace(datetime=moment, timezone=dt.timezone)
    zipfile: Any = importlib.import_module("zipfile")
    zipfile.time = SimpleNamespace(time=lambda: now().timestamp(), localtime=lambda _moment: now().timetuple())


def fix_desk() -> None:
    """Let every desk that is opened read the recorder's clock, and its converter write no moment."""
    room: Any = importlib.import_module("docgen.desk")
    opened = room.open_desk

    def open_desk(*parts: Any, **options: Any) -> Any:
        desk = opened(*parts, **options)
        return dataclasses.replace(desk, now=now, converter=UndatedConverter(desk.converter))

    room.open_desk = open_desk


if __name__ == "__main__":
    draws = Draws()
    fix_draws(draws)
    fix_files(draws)
    fix_desk()
    (command,) = entry_points(group="console_scripts", name="docgen")
    sys.argv[0] = "docgen"
    sys.exit(command.load()())
