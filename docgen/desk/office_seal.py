"""The office's seal and the CA certificates it trusts, from the settings; read when they are first needed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from docgen.errors import Conflict, SignatureError
from docgen.foreign import inspect_signatures
from docgen.installed.checks import check_seal_file
from docgen.settings import Settings
from docgen.signer import Level, Seal, SignatureReport, load_seal
from wording import say

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----")


@dataclass(frozen=True)
class OfficeSeal:
    """The key that seals PDFs, and the certificates by which signatures are judged."""

    seal_file: Path | None = None
    password: str = field(default="", repr=False)
    level: Level = "B-B"
    timestamp_url: str = field(default="", repr=False)  # may hold a password
    trust_file: Path | None = None
    renews_at_night: bool = False

    @classmethod
    def of(cls, settings: Settings) -> OfficeSeal:
        """Return the seal of the settings; no file is read yet."""
        level: Any = settings.seal_level
        return cls(
            settings.seal_file,
            settings.seal_password,
            level,
            settings.timestamp_url,
            settings.trust,
            settings.renewals,
        )

    @property
    def can_seal(self) -> bool:
        """Return whether the office has a seal."""
        return self.seal_file is not None

    @property
    def can_renew(self) -> bool:
        """Return whether signatures can be renewed: there are a timestamp server and trusted CAs."""
        return bool(self.timestamp_url) and self.trust_file is not None

    @cached_property
    def seal(self) -> Seal:
        """Return the seal. Raises Conflict when there is none, SignatureError when its file cannot be used."""
        if self.seal_file is None:
            raise Conflict(
                "Kantor belum memasang segel elektronik. Administrator mengisinya lewat DOCGEN_SEAL_FILE, atau dari "
                "BSrE di Kantor → Tanda tangan elektronik."
            )
        try:
            data = self.seal_file.read_bytes()
        except OSError as error:
            raise SignatureError(
                say("Berkas segel {file} tidak dapat dibaca: {error}.", file=self.seal_file, error=error.strerror)
            ) from error
        check_seal_file(data, self.password)
        return load_seal(data, self.password)

    @cached_property
    def trust(self) -> tuple[bytes, ...]:
        """Return the trusted CA certificates, as PEM. Raises SignatureError."""
        if self.trust_file is None:
            return ()
        try:
            data = self.trust_file.read_bytes()
        except OSError as error:
            raise SignatureError(
                say("Berkas {file} tidak dapat dibaca: {error}.", file=self.trust_file, error=error.strerror)
            ) from error
        return tuple(_PEM.findall(data)) or (data,)

    def reports(self, pdf: bytes) -> list[SignatureReport]:
        """Return a report on each signature of a PDF. Raises PdfError, SignatureError."""
        return inspect_signatures(pdf, trust=self.trust)
