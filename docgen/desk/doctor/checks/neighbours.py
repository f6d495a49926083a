"""Checks of the services elsewhere that the settings name: each is reached, and nothing is sent to people."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

from docgen.bsre import BsreClient
from docgen.desk.desk import utc_now
from docgen.desk.doctor.installation import Installation
from docgen.desk.doctor.model import Fault
from docgen.desk.doctor.redis_server import ping
from docgen.http_exchange import Limits, NotAnswered, NotSent, exchange
from docgen.links import PROVIDER_ANSWER
from wording import say

_LIMITS = Limits(connect=5, total=10, answer=1_000_000)


def _unused() -> str:
    return say("Tidak dipakai.")


def smtp(installation: Installation) -> str:
    """Check that the mail server takes this service: connection, TLS, name and password."""
    server = installation.settings.mail
    if server is None:
        return _unused()
    with server.connect():  # raises MailAway
        pass
    return say("Peladen surel {host} menerima layanan ini.", host=server.host)


def oidc(installation: Installation) -> str:
    """Check that the OpenID provider answers, and names the addresses that are needed."""
    settings = installation.settings.openid
    if settings is None:
        return _unused()
    from docgen.openid.provider import OpenIdProvider  # a library that is loaded where it is used

    OpenIdProvider(settings, installation.settings.public_url + PROVIDER_ANSWER, utc_now).begin()
    return say("Penyedia akun {issuer} menjawab.", issuer=settings.issuer)


def bsre(installation: Installation) -> str:
    """Check that the Esign Client Service answers, and takes the application's user and password."""
    settings = installation.settings.bsre
    if settings is None:
        return _unused()
    BsreClient.of(settings).check()
    return say("Layanan BSrE menjawab.")


def timestamp(installation: Installation) -> str:
    """Check that the timestamp server answers; no timestamp is asked for, as they may cost."""
    url = installation.settings.timestamp_url
    if not url:
        return _unused()
    host = urlsplit(url).hostname or ""
    try:
        exchange("GET", url, None, {}, _LIMITS, ssl.create_default_context())
    except (NotSent, NotAnswered) as error:
        raise Fault(
            say("Server stempel waktu {host} tidak menjawab: {reason}.", host=host, reason=str(error)),
            "",
        ) from error
    return say("Server stempel waktu {host} menjawab.", host=host)


def redis(installation: Installation) -> str:
    """Check that Redis answers where machines share their counts by it."""
    url = installation.settings.redis_url
    if not url:
        return _unused()
    reason = ping(url)
    if reason:
        raise Fault(say("Redis tidak dapat dipakai: {reason}.", reason=reason), "")
    return say("Redis menjawab.")
