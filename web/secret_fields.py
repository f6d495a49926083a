"""Passphrases and one-time codes for BSrE leave a request before anything reads it.

A field `passphrase` or `totp` of a JSON object or of a form becomes a `Secret`, and where it stood in the body
there are as many `x`. So no form, model, digest, page that is shown again or job can hold it; a view asks for it by
`sent_secret`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import get_args

from flask import Flask, request

from docgen.bsre import Secret
from docgen.bsre.secret import SecretSort, zero
from web.body_limits import body_limits
from web.wiped_memory import SMALL

LARGEST = SMALL  # bytes of a body with a secret
# Who asks for secrets: larger bodies are refused at the door, because nothing would be taken out of them.
ENDPOINTS = (
    *("api.post_signature", "api.post_sign", "api.post_signatures"),
    *("signing.sign", "seal_subscription.use_code"),
)
NAMES: tuple[SecretSort, ...] = get_args(SecretSort)
_KEY = "docgen.secrets"
# Each takes time in proportion to the body, whatever is in it: none begins again within what it read before.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+("?)|[{}\[\]:,]', re.DOTALL)
_FIELD = re.compile(rb"(?:\A|&)(%b)=([^&]*)" % "|".join(NAMES).encode())
_PART = re.compile(
    rb'\bname="(%b)"[^\r\n]{0,300}\r\n(?:[^\r\n]{1,300}\r\n){0,5}+\r\n(.{0,4000}?)\r\n--' % "|".join(NAMES).encode(),
    re.DOTALL | re.IGNORECASE,
)
_ESCAPE_OF = {"application/x-www-form-urlencoded": "%", "multipart/form-data": "\0", "application/json": "\\"}
_HEX = re.compile(rb"[0-9A-Fa-f]+")
_ESCAPES = {ord(sign): ord(meant) for sign, meant in zip('"\\/bfnrt', '"\\/\b\f\n\r\t', strict=True)}
_Span = tuple[SecretSort, int, int]


def register(app: Flask) -> None:
    """Take the secrets of each request, before any other function of the application reads it."""
    body_limits(app).update(dict.fromkeys(ENDPOINTS, LARGEST))
    app.before_request(_take)
    app.teardown_request(_wipe)


def sent_secret(name: SecretSort) -> Secret | None:
    """Return what this request sent under a name, to be wiped by the caller; None where it sent nothing."""
    secrets: dict[str, Secret] = request.environ.get(_KEY, {})
    secret = secrets.pop(name, None)
    return None if secret is None or secret.is_empty else secret


def _take() -> None:
    escape = _ESCAPE_OF.get("application/json" if request.is_json else request.mimetype)
    if escape is None:
        return
    if not request.content_length or request.content_length > LARGEST:
        return
    stream = request.environ["wsgi.input"]
    if not hasattr(stream, "getbuffer"):  # a server of another sort
        stream = request.environ["wsgi.input"] = BytesIO(stream.read(request.content_length))
    secrets: dict[str, Secret] = {}
    with stream.getbuffer() as whole, whole[stream.tell() :] as body:
        for name, begin, end in list(_json_spans(body) if request.is_json else _form_spans(body, escape)):
            with body[begin:end] as text:
                value = bytearray(sum(1 for _ in _signs(text, escape)))
                for place, sign in enumerate(_signs(text, escape)):
                    value[place] = sign
                text[:] = b"x" * len(text)
            secrets[name] = Secret(name, value)
            zero(value)
    request.environ[_KEY] = secrets


def _wipe(_error: BaseException | None) -> None:
    for secret in request.environ.pop(_KEY, {}).values():
        secret.wipe()


def _json_spans(body: memoryview) -> Iterator[_Span]:
    """Yield where texts of these names stand in the outermost object; quotes are left out."""
    depth, last = 0, (0, 0)
    name: SecretSort | None = None
    for token in _TOKEN.finditer(body):
        begin, end = token.span()
        sign = body[begin]
        if sign in b"{[":
            depth += 1
        elif sign in b"}]":
            depth -= 1
        elif depth != 1 or token[1] == b"":  # or it does not end
            continue
        elif sign == ord(":"):
            name = _name(body, *last)
        elif sign == ord(","):
            name = None
        elif name:
            yield name, begin + 1, end - 1
        else:
            last = begin + 1, end - 1


def _name(body: memoryview, begin: int, end: int) -> SecretSort | None:
    with body[begin:end] as text:
        return next((name for name in NAMES if text == name.encode()), None)


def _form_spans(body: memoryview, escape: str) -> Iterator[_Span]:
    for field in (_FIELD if escape == "%" else _PART).finditer(body):
        yield next(name for name in NAMES if name.encode() == field[1]), *field.span(2)


def _signs(text: memoryview, escape: str) -> Iterator[int]:
    """Yield the bytes that a written text means, as UTF-8, without making a text of them."""
    at = 0
    while at < len(text):
        sign = text[at]
        at += 1
        if sign == ord("+") and escape == "%":
            yield ord(" ")
        elif sign != ord(escape) or escape == "\0":
            yield sign
        elif escape == "%":
            code = _code(text, at, 2)
            at += 0 if code is None else 2
            yield sign if code is None else code
        elif text[at] != ord("u"):
            yield _ESCAPES.get(text[at], text[at])
            at += 1
        else:
            code, low = _code(text, at + 1, 4) or 0, 0
            at += 5
            if 0xD800 <= code < 0xDC00:
                low = _code(text, at + 2, 4) or 0
                at += 6
            if 0xDC00 <= low < 0xE000:
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            yield from chr(code).encode(errors="replace")


def _code(text: memoryview, begin: int, length: int) -> int | None:
    with text[begin : begin + length] as digits:
        return int(bytes(digits), 16) if len(digits) == length and _HEX.fullmatch(digits) else None
