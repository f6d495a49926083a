"""Answers of the door to requests that no office's application may take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from web.plain_answers import plain_answer
from web.security_headers import strict_headers

_UNKNOWN_TITLE, _AWAY_TITLE = "Alamat tidak dikenal", "Kantor belum dapat dibuka"
_UNKNOWN = (
    "Di alamat ini tidak ada layanan naskah dinas. Periksa nama pada tautan Anda, atau tanyakan kepada yang memberinya."
)
_AWAY = "Kantor ini sedang tidak dapat dibuka. Coba lagi sebentar lagi; bila tetap begini, beri tahu administrator."
_SECONDS = "10"  # until an office that is away is asked again


def unknown_host(environ: dict[str, Any], start_response: Any, *, https: bool) -> Iterable[bytes]:
    """Answer 421: nobody of this name is served here. Which names there are is not told."""
    return _answer(environ, start_response, (421, "Misdirected request"), _UNKNOWN_TITLE, _UNKNOWN, https=https)


def office_away(environ: dict[str, Any], start_response: Any, *, https: bool) -> Iterable[bytes]:
    """Answer 503: the office's database or archive cannot be reached; the others go on."""
    return _answer(environ, start_response, (503, "Service unavailable"), _AWAY_TITLE, _AWAY, https=https)


def _answer(
    environ: dict[str, Any], start_response: Any, status: tuple[int, str], title: str, text: str, *, https: bool
) -> Iterable[bytes]:
    number, phrase = status
    kind, body = plain_answer(str(environ.get("PATH_INFO", "")), number, phrase, title, text)
    headers = {**strict_headers(https=https), "Cache-Control": "no-store", "Content-Type": kind}
    headers |= {"Content-Length": str(len(body))} | ({"Retry-After": _SECONDS} if number == 503 else {})
    start_response(f"{number} {phrase}", list(headers.items()))
    return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]
