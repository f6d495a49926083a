"""What BSrE says of an official's certificate, and what the person has to do."""

from __future__ import annotations

import re
from typing import Any

from docgen.bsre.failures import UNKNOWN_OFFICIAL, away, code_of, content_of, success, words_of
from docgen.bsre.model import SignerStatus, SigningIdentity
from docgen.errors import BsreRefused, BsreUnanswered, BsreUnavailable
from docgen.http_exchange import Answer
from wording import Message, say

MAY_SIGN = "ISSUE"
_CODES = {1111: MAY_SIGN, 1110: "NOT_REGISTERED", UNKNOWN_OFFICIAL: "NOT_REGISTERED"}  # of v1, which may say no word


def signer_status(answer: Answer, identity: SigningIdentity) -> SignerStatus:
    """Return what an answer says of an official. Raises BsreUnavailable, BsreRefused."""
    content = content_of(answer) if answer.status < 500 else None
    code = _status_word(content) if content is not None else ""
    if code:
        return SignerStatus(code, code == MAY_SIGN, _advice(code, words_of(content or {}), identity))
    try:
        success(answer)
    except BsreUnanswered as error:
        raise BsreUnavailable(away(say("jawaban atas pertanyaan status tidak terbaca"))) from error
    except BsreRefused as error:
        if error.code == UNKNOWN_OFFICIAL:
            return SignerStatus("NOT_REGISTERED", False, _advice("NOT_REGISTERED", "", identity))
        raise
    raise BsreUnavailable(away(say("jawaban atas pertanyaan status tidak terbaca")))


def _status_word(content: dict[str, Any]) -> str:
    word = content.get("status")
    if isinstance(word, str) and re.fullmatch("[A-Za-z][A-Za-z _-]{1,40}", word.strip()) and not content.get("error"):
        return re.sub("[ -]", "_", word.strip().upper())
    return _CODES.get(code_of(content) or 0, "")


def _advice(code: str, words: str, identity: SigningIdentity) -> Message:
    """Return what the person has to do about a status."""
    who = identity.masked
    if code == MAY_SIGN:
        return say("Sertifikat BSrE untuk {who} aktif.", who=who)
    if code == "NOT_REGISTERED":
        return say(
            "BSrE tidak mengenal {who}. Minta administrator memeriksa NIK atau surel di Daftar Pejabat, atau mendaftar "
            "lewat verifikator BSrE di Diskominfo.",
            who=who,
        )
    if code == "NEW":
        return say(
            "Pendaftaran {who} di BSrE belum selesai. Buka tautan aktivasi di surel dari BSrE dan buat kata sandi "
            "tanda tangan (passphrase).",
            who=who,
        )
    if code == "WAITING_FOR_VERIFICATION":
        return say(
            "Pendaftaran {who} masih menunggu verifikasi BSrE. Tanyakan kepada verifikator di Diskominfo.", who=who
        )
    if code == "NO_CERTIFICATE":
        return say("{who} belum punya sertifikat BSrE. Ajukan penerbitan lewat verifikator di Diskominfo.", who=who)
    if code == "EXPIRED":
        return say(
            "Sertifikat BSrE untuk {who} sudah habis masa berlakunya. Ajukan yang baru lewat verifikator di "
            "Diskominfo.",
            who=who,
        )
    if code == "RENEW":
        return say(
            "Sertifikat BSrE untuk {who} sedang diperbarui. Selesaikan lewat tautan di surel dari BSrE, lalu "
            "coba lagi.",
            who=who,
        )
    if code == "SUSPEND":
        return say(
            "Sertifikat BSrE untuk {who} dibekukan. Hubungi verifikator di Diskominfo untuk membukanya.", who=who
        )
    if code == "REVOKE":
        return say("Sertifikat BSrE untuk {who} dicabut. Ajukan yang baru lewat verifikator di Diskominfo.", who=who)
    return say(
        "BSrE menyebut status {code} untuk {who}: {words}. Tanyakan kepada verifikator di Diskominfo.",
        code=code,
        who=who,
        words=words or "-",
    )
