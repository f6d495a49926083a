"""The client of the Esign Client Service: status, signing, seals. Only this file knows its calls."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from docgen.bsre import failures
from docgen.bsre.body import Body, json_body, multipart_body
from docgen.bsre.model import FileToSign, SignatureAppearance, SignerStatus, SigningIdentity
from docgen.bsre.secret import Secret
from docgen.bsre.settings import BsreSettings
from docgen.bsre.statuses import signer_status
from docgen.errors import BsreRefused, BsreUnavailable
from docgen.http_exchange import Answer, Limits, NotAnswered, NotSent, exchange
from wording import say

log = logging.getLogger("docgen.bsre")

_SMALL = 1_000_000  # bytes of an answer without files
_ADDED = 6_000_000  # bytes that a signature with its picture and revocation data adds to a file, at most
_PDF_BEGIN = 1024  # bytes in which a PDF says that it is one


@dataclass(frozen=True)
class NewTotp:
    """A one-time code for the next call; "" where the service does not show it, but sent it to the person."""

    totp: str = field(repr=False)


@dataclass(eq=False)
class BsreClient:
    """Signs through BSrE; safe to use from many threads. Time-outs are seconds; whoever calls waits so long at most.

    Which version of the API the service speaks is found out by the first status, and remembered.
    """

    settings: BsreSettings
    connect_timeout: float = 10.0
    status_timeout: float = 15.0
    sign_timeout: float = 90.0
    _version: str = field(default="", init=False)

    @classmethod
    def of(cls, settings: BsreSettings) -> BsreClient:
        """Return the client of the settings; nothing is asked of the service yet."""
        if settings.is_open_to_the_network:
            log.warning("DOCGEN_BSRE_URL: without https:// passphrases cross the network unencrypted.")
        return cls(settings)

    def status(self, identity: SigningIdentity) -> SignerStatus:
        """Return whether an official may sign; ask it before the passphrase. Raises BsreUnavailable, BsreRefused."""
        if self._version != "v1":
            answer = self._ask("POST", "/api/v2/user/check/status", {identity.sort: identity.value})
            if answer.status not in failures.ABSENT:
                self._version = "v2"
                return signer_status(answer, identity)
        if identity.sort != "nik":
            raise _needs_nik()
        answer = self._ask("GET", f"/api/user/status/{quote(identity.value, safe='')}")
        if answer.status in failures.ABSENT:
            raise failures.without_service()
        if not self._version:
            probe = self._ask("POST", "/api/v2/sign/pdf", {})  # holds nothing: refused where it exists
            self._version = "v1" if probe.status in failures.ABSENT else ""
        return signer_status(answer, identity)

    def check(self) -> None:
        """Check that the service answers and takes the application's user. Raises BsreUnavailable, BsreRefused."""
        answer = self._ask("GET", "/api/user/status/0")  # nobody's number: whatever it says of it is an answer
        if answer.status == HTTPStatus.UNAUTHORIZED:
            failures.success(answer)

    @property
    def signs_together(self) -> bool:
        """Return whether one call signs many files, as far as it is known: API v1 takes one a call."""
        return self._version != "v1"

    def sign(self, identity: SigningIdentity, secret: Secret, files: Sequence[FileToSign]) -> list[bytes]:
        """Return the signed files, in order, as they came: nothing in them was checked but that each is a PDF.

        One call for all (v2) or one a file (v1). The secret is wiped whatever happens. Raises BsreRefused,
        BsreUnavailable, BsreUnanswered; by v1 that is lost which was signed before, so send one file at a time where
        not `signs_together`.
        """
        try:
            if not self._version:
                status = self.status(identity)
                if not status.may_sign:
                    raise BsreRefused(status.message, "official")
            if self._version == "v1":
                return self._sign_singly(identity, secret, files)
            return self._send_files("/api/v2/sign/pdf", {identity.sort: identity.value}, secret, files)
        finally:
            secret.wipe()

    def seal_activation(self, subscriber: str) -> str:
        """Have the first one-time code sent to the office's contact; return what the service says. Raises as `sign`."""
        return failures.words_of(self._call("/api/v2/seal/get/activation", {"idSubscriber": subscriber}))

    def seal_totp(self, subscriber: str, last: Secret, count: int) -> NewTotp:
        """Return the code that seals `count` files, for the last one, which is used up. Raises as `sign`."""
        content = self._call("/api/v2/seal/get/totp", {"idSubscriber": subscriber, "data": count}, last)
        if content.get("result") is False:
            raise failures.refusal(failures.words_of(content), "totp")
        return NewTotp(str(content.get("totp") or ""))

    def seal(self, subscriber: str, totp: Secret, files: Sequence[FileToSign]) -> list[bytes]:
        """Return the files with the office's seal. Raises as `sign`."""
        try:
            return self._send_files("/api/v2/seal/pdf", {"idSubscriber": subscriber}, totp, files)
        finally:
            totp.wipe()

    def revoke_seal(self, subscriber: str, totp: Secret) -> str:
        """End the seal's activation; return what the service says. Raises as `sign`."""
        return failures.words_of(self._call("/api/v2/seal/revoke/activation", {"idSubscriber": subscriber}, totp))

    def _call(self, path: str, values: dict[str, Any], secret: Secret | None = None) -> dict[str, Any]:
        """POST values, and a secret with them, and return the object that came. Raises as `sign`."""
        try:
            with json_body(values, secret) as body:
                return failures.success(self._post(path, body, _SMALL), body)
        finally:
            if secret is not None:
                secret.wipe()

    def _send_files(
        self, path: str, values: dict[str, Any], secret: Secret, files: Sequence[FileToSign]
    ) -> list[bytes]:
        properties = [_properties(file) for file in files]
        more = {"signatureProperties": properties, "file": [base64.b64encode(file.pdf).decode() for file in files]}
        with json_body(values | more, secret) as body:
            content = failures.success(self._post(path, body, _room(files)), body)
        texts = content.get("file")
        texts = [texts] if isinstance(texts, str) else texts
        if not isinstance(texts, list) or not texts:
            raise failures.unanswered(say("jawabannya tidak memuat berkas"))
        if len(texts) != len(files):
            raise failures.unanswered(say("{came} dari {count} berkas kembali", came=len(texts), count=len(files)))
        return [_pdf_of(text) for text in texts]

    def _sign_singly(self, identity: SigningIdentity, secret: Secret, files: Sequence[FileToSign]) -> list[bytes]:
        """Sign by API v1: a call a file, each with the passphrase."""
        if identity.sort != "nik":
            raise _needs_nik()
        if secret.sort != "passphrase":
            raise BsreRefused(
                say("Layanan BSrE di sini (v1) tidak mengenal kode sekali pakai. Pakai kata sandi (passphrase)."),
                "totp",
            )
        signed: list[bytes] = []
        value = secret.take()
        for file in files:
            uploads = {"file": ("naskah.pdf", "application/pdf", file.pdf)}
            if file.appearance:
                uploads["imageTTD"] = ("ttd.png", "image/png", file.appearance.picture)
            fields: dict[str, str | bytearray] = {"nik": identity.value, "passphrase": value}
            with multipart_body({**fields, **_fields(file)}, uploads) as body:
                answer = self._post("/api/sign/pdf", body, _room([file]))
                if answer.status != 200 or not _is_pdf(answer.body):
                    failures.success(answer, body)
                    raise failures.unanswered(say("jawabannya bukan PDF"))
            signed.append(answer.body)
        return signed

    def _post(self, path: str, body: Body, largest: int) -> Answer:
        """Send a secret once. Raises BsreUnavailable when it did not arrive, BsreUnanswered when no answer came."""
        try:
            answer = self._exchange(
                "POST", path, body.content, {"Content-Type": body.content_type}, self.sign_timeout, largest
            )
        except NotAnswered as error:
            raise failures.unanswered(failures.network(error)) from None
        if answer.status in failures.ABSENT:
            self._version = ""  # another version may have been installed
        return answer

    def _ask(self, method: str, path: str, values: dict[str, Any] | None = None) -> Answer:
        """Send a request that holds no secret. Raises BsreUnavailable."""
        body = None if values is None else json.dumps(values).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            return self._exchange(method, path, body, headers, self.status_timeout, _SMALL)
        except NotAnswered as error:
            raise BsreUnavailable(failures.away(failures.network(error))) from None

    def _exchange(
        self,
        method: str,
        path: str,
        body: bytearray | bytes | None,
        headers: dict[str, str],
        total: float,
        largest: int,
    ) -> Answer:
        """Send one request. Raises BsreUnavailable when it did not arrive, NotAnswered."""
        begin = time.monotonic()
        limits = Limits(self.connect_timeout, total, largest)
        headers = {"Authorization": self._authorization, "Accept": "*/*", "User-Agent": "docgen"} | headers
        status = 0
        try:
            answer = exchange(method, self.settings.url + path, body, headers, limits, self._context)
            status = answer.status
        except NotSent as error:
            raise BsreUnavailable(failures.away(failures.network(error))) from None
        finally:
            shown = path if "/user/status/" not in path else "/api/user/status"  # the rest of it is a NIK
            log.info("BSrE %s: %s in %.1f s", shown, status or "no answer", time.monotonic() - begin)
        return answer

    @cached_property
    def _authorization(self) -> str:
        user = f"{self.settings.user}:{self.settings.password}"
        return "Basic " + base64.b64encode(user.encode()).decode()

    @cached_property
    def _context(self) -> ssl.SSLContext | None:
        if not self.settings.is_encrypted:
            return None
        try:
            return ssl.create_default_context(cafile=str(self.settings.ca) if self.settings.ca else None)
        except (OSError, ssl.SSLError) as error:
            reason = error.strerror or type(error).__name__
            raise BsreUnavailable(
                say(
                    "Berkas CA {file} (DOCGEN_BSRE_CA) tidak dapat dibaca: {error}.",
                    file=self.settings.ca,
                    error=reason,
                )
            ) from None


def _needs_nik() -> BsreRefused:
    return BsreRefused(
        say("Layanan BSrE di sini (v1) hanya mengenal NIK. Isi NIK pejabat ini di Daftar Pejabat."), "official"
    )


def _properties(file: FileToSign) -> dict[str, Any]:
    """Return the `signatureProperties` of a file (v2)."""
    words = {"location": file.location, "reason": file.reason, "contactInfo": ""}
    look = file.appearance
    if look is None:
        return {"tampilan": "INVISIBLE"} | words
    picture = {"tampilan": "VISIBLE", "imageBase64": base64.b64encode(look.picture).decode()}
    size = {"width": look.width, "height": look.height}
    return picture | (_place_v2(look) if not look.tag else {"tag": look.tag}) | size | words


def _place_v2(look: SignatureAppearance) -> dict[str, Any]:
    return {"page": look.page, "originX": look.left, "originY": look.top}


def _fields(file: FileToSign) -> Mapping[str, str | bytearray]:
    """Return the fields of a form (v1) that say how the signature looks; points, as in v2."""
    look = file.appearance
    words = {name: text for name, text in (("location", file.location), ("reason", file.reason)) if text}
    if look is None:
        return {"tampilan": "invisible"} | words
    size = {"width": f"{look.width:.0f}", "height": f"{look.height:.0f}"}
    place = {"page": str(look.page), "xAxis": f"{look.left:.0f}", "yAxis": f"{look.top:.0f}"}
    return (
        {"tampilan": "visible", "image": "true"} | ({"tag_koordinat": look.tag} if look.tag else place) | size | words
    )


def _room(files: Sequence[FileToSign]) -> int:
    """Return how many bytes an answer with signed files may have."""
    return _SMALL + sum(len(file.pdf) + _ADDED for file in files) * 3 // 2  # base64 with line ends: 1.4


def _pdf_of(text: object) -> bytes:
    """Return the PDF that base64 stands for. Raises BsreUnanswered."""
    try:
        data = base64.b64decode("".join(str(text).split()).rpartition("base64,")[2], validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not _is_pdf(data):
        raise failures.unanswered(say("jawabannya bukan PDF"))
    return data


def _is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:_PDF_BEGIN]
