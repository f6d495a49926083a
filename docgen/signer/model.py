"""Define what sealing and inspecting take and return; free of pyHanko, so that every room may import it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from docgen.render.stamps.decision import StampText

COVERED = "Gambar tanda tangan pada halaman {page} menutupi tulisan atau terlalu besar."

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
"""PAdES baseline levels (ETSI EN 319 142-1 §6): signed; with a trusted time; with the revocation data as well; and all
of it under a document timestamp, which further ones keep provable."""


@dataclass(frozen=True)
class Seal:
    """A certificate with its private key, ready to sign; `chain` holds the issuers it came with, as DER."""

    common_name: str
    organisation: str
    not_before: datetime
    not_after: datetime
    chain: tuple[bytes, ...]
    signer: Any = field(repr=False)  # holds the private key: it must not reach a log through repr()


@dataclass(frozen=True)
class Appearance:
    """Where a seal is visible and what it shows.

    `lines` in a thin frame, or a `stamp` as decisions are drawn. `page` counts from 0.

    `box` is left, bottom, right, top in points in the page's own space: where the page has a /Rotate entry, the box and
    its text turn with it.
    """

    page: int
    box: tuple[float, float, float, float]
    lines: tuple[str, ...] = ()
    stamp: StampText | None = None


@dataclass(frozen=True)
class SignatureReport:
    """The result of inspecting one signature; `problem` is a sentence for the clerk, or "".

    `intact`: the signed bytes are unchanged and the certificate's key made the signature. `covers_whole`: nothing but
    harmless additions (signatures, revocation data, form values) came after it. `trusted`: the certificate leads to a
    given CA and was valid at the trusted timestamp, or where there is none, at the time of inspection. `timestamped`:
    `signed_at` comes from an RFC 3161 server's token that fits the signature; otherwise it is the signer's own claim.
    `timestamp`: it is a document timestamp, by which nobody signs. `additions_show`: of what came after it something
    may be seen on the pages, as the picture of a further signature field. `level`: what a trusted signature has; "" for
    others and for a document timestamp. `until`: when it can no longer be proven, unless it is renewed before.
    `subject`: every text by which the certificate calls its owner, also numbers and addresses: looked at, not kept.
    """

    field: str
    signer: str
    organisation: str
    issuer: str
    signed_at: datetime | None
    timestamped: bool
    intact: bool
    covers_whole: bool
    trusted: bool
    problem: str
    timestamp: bool = False
    additions_show: bool = False
    level: Level | Literal[""] = ""
    until: datetime | None = None
    subject: tuple[str, ...] = dataclasses.field(default=(), repr=False)
