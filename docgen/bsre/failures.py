"""What a failure of the Esign Client Service means: whether it signed, and what the person has to do."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from docgen.bsre.body import Body
from docgen.errors import BsreError, BsreRefused, BsreUnanswered, BsreUnavailable
from docgen.http_exchange import Answer, AnswerTooLarge, NotAnswered, NotSent, Untrusted
from wording import Message, say

WRONG_PASSPHRASE, UNKNOWN_OFFICIAL = 2031, 2011
ABSENT = (404, 405, 501)  # statuses of an address that the service does not have
_LONGEST_WORDS = 300  # characters
_LONGEST_WAIT = 3600  # seconds
_TIMES_OUT = (408, 499)


def success(answer: Answer, body: Body | None = None) -> dict[str, Any]:
    """Return the object that an answer holds. Raises BsreRefused, BsreUnavailable, BsreUnanswered.

    `body` is what was sent: words that repeat its secret are not shown.
    """
    content = content_of(answer)
    words = words_of(content or {}, body)
    is_success = 200 <= answer.status < 300
    if content is not None and not _is_failure(content, is_success):
        return content
    raise _failure(answer, content, words)


def content_of(answer: Answer) -> dict[str, Any] | None:
    """Return the JSON object of an answer; None where it is none, or too deep to be read."""
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def words_of(content: dict[str, Any], body: Body | None = None) -> str:
    """Return the service's own words, on one line and short; "" where there are none or they repeat the secret."""
    texts = (content.get(name) for name in ("error", "message", "description"))
    text = next((text for text in texts if isinstance(text, str) and text.strip()), "")
    if body is not None and body.is_repeated_in(text):
        return ""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[:2000]).split())
    return line[:_LONGEST_WORDS].rstrip(". ")


def code_of(content: dict[str, Any]) -> int | None:
    """Return the service's own number of what happened."""
    code = content.get("status_code", content.get("code"))
    if isinstance(code, str) and re.fullmatch("[0-9]{1,6}", code):
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def network(error: NotSent | NotAnswered) -> Message:
    """Return why the network failed."""
    if isinstance(error, Untrusted):
        return say(
            "sertifikat TLS layanan BSrE tidak dipercaya ({error}); administrator memasang CA-nya lewat DOCGEN_BSRE_CA",
            error=error,
        )
    if isinstance(error, AnswerTooLarge):
        return say("jawabannya terlalu besar")
    if str(error) == "time-out":
        return say("layanan BSrE tidak menjawab dalam batas waktu")
    if isinstance(error, NotSent):
        return say("layanan BSrE tidak tersambung ({error})", error=error)
    return say("sambungan ke layanan BSrE terputus ({error})", error=error)


def away(reason: str) -> Message:
    """Return the sentence for a service that cannot be used now."""
    return say(
        "BSrE belum dapat dipakai: {reason}. Tidak ada yang ditandatangani; coba lagi nanti, atau beri tahu "
        "administrator.",
        reason=reason,
    )


def unanswered(reason: str) -> BsreUnanswered:
    """Return the error of a request of which nobody knows whether BSrE acted on it."""
    return BsreUnanswered(
        say(
            "Belum pasti apakah BSrE sudah menandatangani: {reason}. Naskah tetap utuh; tanda tangani lagi nanti.",
            reason=reason,
        )
    )


def without_service() -> BsreUnavailable:
    """Return the error of an address that has no Esign Client Service."""
    return BsreUnavailable(away(say("di alamat DOCGEN_BSRE_URL tidak ada layanan Esign Client yang dikenal (v1, v2)")))


def refusal(words: str, field: str = "", code: int | None = None) -> BsreRefused:
    """Return the error of something that BSrE refused for good."""
    words = words or (say("tanpa alasan") if code is None else say("kode {code}", code=code))
    if field == "passphrase":
        message = say(
            "Kata sandi tanda tangan (passphrase) ditolak BSrE: {words}. Tidak ada yang ditandatangani; ketik lagi.",
            words=words,
        )
    elif field == "totp":
        message = say(
            "Kode sekali pakai ditolak BSrE: {words}. Tidak ada yang ditandatangani; minta kode baru.", words=words
        )
    elif field == "official":
        message = say(
            "BSrE tidak mengenal pejabat ini: {words}. Periksa NIK atau surelnya di Daftar Pejabat, atau "
            "daftarkan di BSrE.",
            words=words,
        )
    else:
        message = say("Ditolak BSrE: {words}. Tidak ada yang ditandatangani.", words=words)
    return BsreRefused(message, field, code)


def _is_failure(content: dict[str, Any], is_success: bool) -> bool:
    """Return whether an object tells a failure: with status 200 some versions say `error` only."""
    return not is_success or code_of(content) in (WRONG_PASSPHRASE, UNKNOWN_OFFICIAL) or bool(content.get("error"))


def _failure(answer: Answer, content: dict[str, Any] | None, words: str) -> BsreError:
    code, status = code_of(content or {}), answer.status
    if code in (WRONG_PASSPHRASE, UNKNOWN_OFFICIAL):  # whatever the status: some versions answer 500
        return refusal(words, "passphrase" if code == WRONG_PASSPHRASE else "official", code)
    if 200 <= status < 300:
        return unanswered(say("jawabannya bukan JSON")) if content is None else _refused(words, code)
    if status == 401:
        return BsreUnavailable(away(say("pengguna aplikasi (DOCGEN_BSRE_USER) atau kata sandinya ditolak")))
    if status == 403 and content is None:
        return BsreUnavailable(away(say("server ini belum diizinkan memanggilnya (white list di Diskominfo)")))
    if status == 429:
        return BsreUnavailable(away(say("terlalu banyak panggilan, tunggu sebentar")), _wait(answer))
    if 300 <= status < 400:
        return BsreUnavailable(away(say("layanan itu mengalihkan ke alamat lain, dan itu tidak diikuti")))
    if status == 413:
        return BsreRefused(say("Berkas ini terlalu besar untuk BSrE. Tidak ada yang ditandatangani."))
    if status in ABSENT and content is None:
        return without_service()
    if status >= 500 or status in _TIMES_OUT:
        return unanswered(words or say("layanan BSrE menjawab {status} tanpa alasan", status=status))
    if content is None:
        return BsreUnavailable(away(say("layanan itu menjawab {status} tanpa alasan", status=status)))
    return _refused(words, code)


def _refused(words: str, code: int | None) -> BsreRefused:
    """Return the refusal that the service's own words point to."""
    lower = words.casefold()
    field = "passphrase" if "passphrase" in lower else "totp" if re.search(r"\bt?otp\b", lower) else ""
    return refusal(words, field, code)


def _wait(answer: Answer) -> dt.timedelta | None:
    """Return how long the service asks to wait; None where it does not say it in seconds."""
    text = answer.headers.get("retry-after", "")
    return dt.timedelta(seconds=min(int(text), _LONGEST_WAIT)) if re.fullmatch("[0-9]{1,9}", text) else None
