"""Ask a timestamp server (RFC 3161) for its token, and say in one sentence what is wrong when it gives none."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import aiohttp
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from docgen.errors import TimestampUnavailable
from wording import say

TIMEOUT = 10.0  # seconds for one answer
UNCHANGED = "naskah tetap seperti semula"


class TimestampServer(HTTPTimeStamper):
    """Raises TimestampRequestError for every failure, nonsense in an answer included."""

    def __init__(self, url: str | None) -> None:
        super().__init__(url, timeout=TIMEOUT)

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except TimestampRequestError:
            raise
        except Exception as error:
            raise TimestampRequestError from error


def failure_of(url: str | None, error: TimestampRequestError) -> TimestampUnavailable:
    """Return the error for whoever waits for the timestamp."""
    reached = not isinstance(error.__cause__, aiohttp.ClientConnectionError | OSError)
    return TimestampUnavailable(
        say(
            "Server stempel waktu {server} {problem}; {consequence}. Periksa alamat dan jaringannya, lalu ulangi.",
            server=without_password(url or ""),
            problem="tidak memberi stempel waktu" if reached else "tidak dapat dihubungi",
            consequence=UNCHANGED,
        )
    )


def without_password(address: str) -> str:
    """Return an address as people may read it: user, password and query are the service's own."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
