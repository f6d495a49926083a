"""How the Esign Client Service of the tests may answer a signing call: each mood writes its own answer.

A mood gets the handler of the request and signs by `handler.signed(...)`; `serve` names the test server.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.support.files.pdfs import pdf

if TYPE_CHECKING:
    from tests.servers.bsre import Call

Mood = Callable[["Call"], None]


def good(call: Call) -> None:
    call.answer_files(call.signed())


def _failure(status: int, code: int | None, words: str, **headers: str) -> Mood:
    content = {"error": words} if code is None else {"status_code": code, "error": words}
    return lambda call: call.answer_json(status, content, **headers)


def _bytes(status: int, content: bytes, kind: str = "text/html", **headers: str) -> Mood:
    return lambda call: call.answer(status, content, kind, **headers)


def late(call: Call) -> None:
    """The caller's time is over before anything is signed."""
    call.server.wait()


def late_signed(call: Call) -> None:
    """It is signed, and the answer comes after the caller's time."""
    files = call.signed()
    call.server.wait()
    with suppress(OSError):
        call.answer_files(files)


def cut(call: Call) -> None:
    """The connection ends in the middle of the answer."""
    call.begin(200, "application/json", 1_000_000)
    call.handler.wfile.write(b'{"time": 12, "file": ["JVBERi0x')
    call.hang_up()


def hung_up(call: Call) -> None:
    """The connection ends where the answer should begin."""
    call.hang_up()


def other_bytes(call: Call) -> None:
    other = pdf(*["Surat yang lain sama sekali"] * 9)  # wherever the signature is to be shown
    call.answer_files([call.sign(other, 0)] * len(call.files))


def other_person(call: Call) -> None:
    call.answer_files(call.signed(call.server.stranger))


def untrusted(call: Call) -> None:
    call.answer_files(call.signed(authority=call.server.other_authority))


def broken(call: Call) -> None:
    """A letter in the name of the signature field is another one afterwards."""
    files = []
    for before, signed in zip(call.files, call.signed(), strict=True):
        at = signed.index(b"(BSrE", len(before)) + 1
        files.append(signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :])
    call.answer_files(files)


def unsigned(call: Call) -> None:
    call.answer_files(call.files)


def fewer(call: Call) -> None:
    call.answer_files(call.signed()[:-1])


def newlines(call: Call) -> None:
    """Base64 in lines of 76 signs, as MIME writes it."""
    call.answer_json(200, {"time": 9, "file": [base64.encodebytes(file).decode() for file in call.signed()]})


def one_text(call: Call) -> None:
    """`file` is a text instead of a list."""
    call.answer_json(200, {"time": 9, "file": base64.b64encode(call.signed()[0]).decode()})


def too_large(call: Call) -> None:
    """An answer that does not end for 200 MB, without its length."""
    call.begin(200, "application/json", None)
    with suppress(OSError):
        call.handler.wfile.write(b'{"file": ["')
        for _ in range(200):
            call.handler.wfile.write(b"A" * 1_000_000)
    call.hang_up()


def drip(call: Call) -> None:
    """A byte now and then, for ever."""
    call.begin(200, "application/json", None)
    with suppress(OSError):
        while not call.server.wait(0.02):
            call.handler.wfile.write(b" ")


def echo(call: Call) -> None:
    """The reason repeats the passphrase."""
    words = f"Passphrase {call.values.get('passphrase')} salah"
    call.answer_json(400, {"status_code": 2031, "error": words})


HTML = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
DEEP = b'{"file": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"

MOODS: dict[str, Mood] = {
    "good": good,
    "wrong-passphrase": _failure(400, 2031, "Passphrase anda salah"),
    "unknown-user": _failure(400, 2011, "User tidak terdaftar"),
    "refused": _failure(400, 2042, "Dokumen tidak dapat ditandatangani"),
    "busy": _failure(429, None, "Too many requests", Retry_After="17"),
    "ill": _bytes(500, b""),
    "ill-json": _failure(500, None, "Internal Server Error"),
    "ill-wrong-passphrase": _failure(500, 2031, "Passphrase anda salah"),
    "html": _bytes(502, HTML),
    "html-success": _bytes(200, HTML),
    "unauthorised": _bytes(401, b""),
    "not-white-listed": _bytes(403, HTML),
    "redirect": _bytes(302, b"", Location="/api/lain"),
    "too-large-for-it": _bytes(413, HTML),
    "deep": _bytes(200, DEEP, "application/json"),
    "no-file": _bytes(200, b'{"time": 3}', "application/json"),
    "no-pdf": _bytes(200, json.dumps({"file": [base64.b64encode(b"bukan").decode()]}).encode(), "application/json"),
    "late": late,
    "late-signed": late_signed,
    "cut": cut,
    "hung-up": hung_up,
    "other-bytes": other_bytes,
    "other-person": other_person,
    "untrusted": untrusted,
    "broken": broken,
    "unsigned": unsigned,
    "fewer": fewer,
    "newlines": newlines,
    "one-text": one_text,
    "too-large": too_large,
    "drip": drip,
    "echo": echo,
}
