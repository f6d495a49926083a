"""Bodies of requests that hold a secret, in memory that is wiped: nothing of the secret is copied elsewhere."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Self

from docgen.bsre.secret import Secret, zero

_ESCAPED = {0x22: b'\\"', 0x5C: b"\\\\", **{sign: b"\\u%04x" % sign for sign in range(0x20)}}


class Body:
    """The content of a request and its type. As a context manager it wipes the secret in it at the end."""

    def __init__(self, parts: Sequence[bytes | bytearray], secret: bytearray | None, content_type: str) -> None:
        """Join the parts; the secret among them is the part that is a bytearray."""
        self.content = bytearray(sum(map(len, parts)))  # of its full size at once, because growing leaves copies behind
        self.content_type = content_type
        self._secret = secret
        self._spans: list[tuple[int, int]] = []
        begin = 0
        for part in parts:
            end = begin + len(part)
            self.content[begin:end] = part
            if isinstance(part, bytearray):
                self._spans.append((begin, end))
            begin = end

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for begin, end in self._spans:
            zero(self.content, begin, end)

    def is_repeated_in(self, text: str) -> bool:
        """Return whether a text that came back holds the secret."""
        return bool(self._secret) and text.encode(errors="replace").find(self._secret or b"") >= 0


def json_body(values: Mapping[str, Any], secret: Secret | None) -> Body:
    """Return the values as JSON, with the secret under its own name. The secret is taken."""
    text = json.dumps(values).encode()
    if secret is None:
        return Body([text], None, "application/json")
    value = secret.take()
    escaped = _escaped(value)
    try:
        begin = b'{"%s": "' % secret.sort.encode()
        rest = b", " + text[1:] if values else b"}"
        return Body([begin, escaped, b'"' + rest], value, "application/json")
    finally:
        zero(escaped)


def multipart_body(fields: Mapping[str, str | bytearray], files: Mapping[str, tuple[str, str, bytes]]) -> Body:
    """Return a form of fields, of which the secret is a bytearray, and files: name, type and content of each."""
    boundary = secrets.token_hex(24).encode()
    parts: list[bytes | bytearray] = []
    secret = None
    for name, value in fields.items():
        parts.append(b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n' % (boundary, name.encode()))
        if isinstance(value, bytearray):
            secret = value
        parts += [value.encode() if isinstance(value, str) else value, b"\r\n"]
    for name, (filename, sort, content) in files.items():
        head = b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s\r\n\r\n'
        parts += [head % (boundary, name.encode(), filename.encode(), sort.encode()), content, b"\r\n"]
    parts.append(b"--%s--\r\n" % boundary)
    return Body(parts, secret, f"multipart/form-data; boundary={boundary.decode()}")


def _escaped(value: bytearray) -> bytearray:
    """Return UTF-8 as it stands within a JSON text."""
    length = sum(len(_ESCAPED.get(sign, b".")) for sign in value)
    escaped, at = bytearray(length), 0
    for sign in value:
        part = _ESCAPED.get(sign)
        if part is None:
            escaped[at] = sign
        else:
            escaped[at : at + len(part)] = part
        at += len(part or b".")
    return escaped
