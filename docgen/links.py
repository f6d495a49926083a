"""The addresses that are printed on paper, sent to others or written into files. They must open for ever.

The pages and the API answer at them; nothing else in docgen spells them, and a test holds that each opens its page.
"""

from __future__ import annotations

from dataclasses import dataclass

API = "/api/v1"
BUNDLE = "/bundel/"
DECIDE_DOCUMENT = "/putuskan/naskah/"
DECIDE_DRAFT = "/putuskan/konsep/"
DOCUMENT = "/d/"
DOSSIER = "/berkas/"
DRAFT = "/konsep/"
NOTICES = "/pemberitahuan"
PASSWORD_LINK = "/sandi-baru/"  # noqa: S105 (an address)
SESSIONS = "/sesi"
SECURITY = "/keamanan"
REFUSED_FILES = "/berkas-ditolak"
PROVIDER_ANSWER = "/masuk/akun/balik"  # registered with the OpenID provider
SHARE = "/s/"
SIGN_IN = "/masuk"
VERIFICATION = "/verifikasi/"


@dataclass(frozen=True)
class Links:
    """The addresses below the one that people use for this service."""

    public_url: str

    def document(self, id: str) -> str:
        """Return the address of a document's page, whose newest revision it shows."""
        return f"{self.public_url}{DOCUMENT}{id}"

    def verification(self, code: str) -> str:
        """Return the public page that tells whether a printed document is genuine: what its QR opens."""
        return f"{self.public_url}{VERIFICATION}{code}"

    def bundle(self, code: str) -> str:
        """Return the page that tells what a bundle holds: what its QR opens."""
        return f"{self.public_url}{BUNDLE}{code.lower()}"

    def dossier(self, id: str) -> str:
        """Return the address of a dossier's page."""
        return f"{self.public_url}{DOSSIER}{id}"

    def draft(self, id: str) -> str:
        """Return the address of a draft's page."""
        return f"{self.public_url}{DRAFT}{id}"

    def notices(self) -> str:
        """Return the page on which a person chooses how to be told."""
        return f"{self.public_url}{NOTICES}"

    def password(self, token: str) -> str:
        """Return the address at which whoever has the token chooses a password, once."""
        return f"{self.public_url}{PASSWORD_LINK}{token}"

    def sign_in(self) -> str:
        """Return the page on which people sign in."""
        return self.public_url + SIGN_IN

    def share(self, token: str) -> str:
        """Return the address at which whoever has the token reads a document."""
        return f"{self.public_url}{SHARE}{token}"

    def api(self, path: str) -> str:
        """Return the address of a resource, e.g. of `documents/<id>`. Keys in it are quoted already."""
        return f"{self.public_url}{API}/{path}"
