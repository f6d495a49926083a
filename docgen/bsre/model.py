"""What is sent to BSrE, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class SigningIdentity:
    """By what BSrE knows an official: NIK (16 digits) or mail address."""

    sort: Literal["nik", "email"]
    value: str = field(repr=False)

    @property
    def masked(self) -> str:
        """Return the identity as it may be shown: first and last four digits, or the first letter and the domain."""
        if self.sort == "nik":
            return f"{self.value[:4]}{'•' * 8}{self.value[-4:]}"
        name, _, domain = self.value.partition("@")
        return f"{name[:1]}•••@{domain}"


@dataclass(frozen=True)
class SignatureAppearance:
    """Where a visible signature stands, and its picture (PNG).

    `page` counts from 1; `left` and `top` are points from the page's top left, `width` and `height` points. With a
    `tag` BSrE puts the picture where that word stands in the PDF's text, and page, left and top do not count.
    """

    picture: bytes = field(repr=False)
    width: float
    height: float
    page: int = 1
    left: float = 0.0
    top: float = 0.0
    tag: str = ""


@dataclass(frozen=True)
class FileToSign:
    """A PDF to be signed; without an appearance the signature is invisible."""

    pdf: bytes = field(repr=False)
    appearance: SignatureAppearance | None = None
    reason: str = ""
    location: str = ""


@dataclass(frozen=True)
class SignerStatus:
    """Whether BSrE lets an official sign: its word (`ISSUE`, …), and what the person has to do."""

    code: str
    may_sign: bool
    message: str
