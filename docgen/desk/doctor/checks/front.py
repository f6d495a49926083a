"""Checks of the way in: clock, public address, certificate, proxy."""

from __future__ import annotations

import datetime as dt
import os
import socket
import ssl
import time
from email.utils import parsedate_to_datetime
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from sqlalchemy import text

from docgen.desk.doctor.contradictions import LOOPBACK
from docgen.desk.doctor.installation import Installation
from docgen.desk.doctor.model import Fault
from docgen.desk.doctor.probe import STRANGE_ADDRESS, NotThere, NotThisService, ask_service
from docgen.desk.issuing.clock_check import SKEW, clock_problem
from docgen.errors import DocgenError
from docgen.http_exchange import Limits, NotAnswered, NotSent, exchange
from storage.errors import StorageError
from storage.objects import bare_store
from wording import say

_FEWEST_DAYS = 14  # that a certificate must still be good for
_LIMITS = Limits(connect=3, total=6, answer=64_000)
_NEEDED_HEADERS = ("For", "Proto")


def clock(installation: Installation) -> str:
    """Check this machine's clock against the newest letter, and all other clocks that can be asked."""
    try:
        problem = clock_problem(installation.desk)
    except (StorageError, DocgenError, OSError):
        problem = ""  # what is wrong there has a check of its own
    if problem:
        raise Fault(problem, "")
    here = time.time()
    for name, moment in _other_clocks(installation):
        if abs(moment - here) > SKEW.total_seconds():
            raise Fault(
                say(
                    "Jam mesin ini {here}, sedangkan jam {other} {there} (UTC).",
                    here=_text(here), other=name, there=_text(moment),
                ),
                "",
            )  # fmt: skip
    return say("Jam mesin ini sejalan dengan yang lain: {here} (UTC).", here=_text(here))


def public_url(installation: Installation) -> str:
    """Check that the public address leads to this installation."""
    address = installation.settings.public_url
    try:
        socket.getaddrinfo(urlsplit(address).hostname, None)
    except OSError as error:
        raise Fault(
            say("Nama pada {address} tidak dikenal: {reason}.", address=address, reason=error.strerror or str(error)),
            say("Daftarkan nama itu pada DNS, atau betulkan DOCGEN_PUBLIC_URL."),
        ) from error
    try:
        _ = installation.seen
    except NotThere as error:
        raise Fault(
            say("{address} tidak menjawab: {reason}.", address=address, reason=str(error)),
            say("Jalankan layanan; bila ia berjalan, periksa proxy dan firewall di depannya."),
        ) from error
    except NotThisService as error:
        raise Fault(
            say("Yang menjawab di {address} bukan instalasi ini: {reason}.", address=address, reason=str(error)),
            say("Betulkan DOCGEN_PUBLIC_URL atau tujuan proxy; pengaturan pemeriksaan ini harus pengaturan layanan."),
        ) from error
    return say("{address} adalah instalasi ini.", address=address)


def https(installation: Installation) -> str:
    """Check that the public address is encrypted with a certificate that is trusted and good for some weeks."""
    parts = urlsplit(installation.settings.public_url)
    host = parts.hostname or ""
    if parts.scheme == "http":
        if host in LOOPBACK:
            return say("Tidak diperlukan: layanan hanya terbuka di mesin ini.")
        raise Fault(
            say("{address} tidak terenkripsi: kata sandi dapat dibaca di jaringan.",
                address=installation.settings.public_url),
            say("Pasang proxy dengan TLS di depannya (deploy/proxy), dan tulis DOCGEN_PUBLIC_URL=https://…."),
        )  # fmt: skip
    try:
        ending = _end_of_certificate(host, parts.port or 443)
    except ssl.SSLCertVerificationError as error:
        raise Fault(
            say("Sertifikat {host} tidak dipercaya mesin ini: {reason}.", host=host, reason=error.verify_message), ""
        ) from error
    days = int((ending - time.time()) // 86400)
    if days < _FEWEST_DAYS:
        raise Fault(say("Sertifikat {host} berakhir dalam {days} hari.", host=host, days=days), "")
    return say("Sertifikat {host} berlaku {days} hari lagi.", host=host, days=days)


def proxy_headers(installation: Installation) -> str:
    """Check that the service sees who calls it through the public address, and by which scheme and name."""
    settings = installation.settings
    seen, parts = installation.seen, urlsplit(settings.public_url)
    is_behind_proxy = parts.scheme == "https" or bool(settings.proxies) or bool(seen.headers)
    if is_behind_proxy and not seen.believed:
        raise Fault(
            say("Panggilan datang lewat {address}, yang tidak dipercaya sebagai proxy.", address=seen.neighbour),
            say("Tulis DOCGEN_PROXY={address}, dan DOCGEN_PUBLIC_URL dengan https://.", address=seen.neighbour),
        )
    missing = [f"X-Forwarded-{name}" for name in _NEEDED_HEADERS if name.upper() not in seen.headers]
    if is_behind_proxy and missing:
        raise Fault(
            say("Proxy {address} tidak mengirim {headers}: semua pemanggil tampak sebagai proxy itu.",
                address=seen.neighbour, headers=", ".join(missing)),
            "",
        )  # fmt: skip
    if (seen.scheme, seen.host) != (parts.scheme, parts.netloc):
        raise Fault(
            say("Layanan melihat {scheme}://{host}, padahal dipanggil dengan {address}.",
                scheme=seen.scheme, host=seen.host, address=settings.public_url),
            "",
        )  # fmt: skip
    pretended = ask_service(settings.public_url, installation.secret_key(), STRANGE_ADDRESS)
    if is_behind_proxy and pretended.caller == STRANGE_ADDRESS:
        raise Fault(say("Proxy meneruskan X-Forwarded-For yang ditulis pemanggil sendiri."), "")
    return say("Layanan melihat pemanggil {caller} dengan {scheme}.", caller=seen.caller, scheme=seen.scheme)


def _other_clocks(installation: Installation) -> list[tuple[str, float]]:
    """Return the clocks of database, store, disk and service by name, of those that answer; seconds since 1970."""
    clocks: list[tuple[str, float]] = []
    for name, ask in (
        (say("basis data"), _clock_of_database),
        (say("server S3"), _clock_of_store),
        (say("disk data"), _clock_of_disk),
        (say("layanan"), lambda it: it.seen.now),
    ):
        try:
            moment = ask(installation)
        except (StorageError, OSError, NotSent, NotAnswered, NotThere, NotThisService, ValueError):
            continue
        if moment is not None:
            clocks.append((name, moment))
    return clocks


def _clock_of_database(installation: Installation) -> float | None:
    if installation.catalogue.is_sqlite:
        return None
    with installation.catalogue.read() as tx:
        return float(tx.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar() or 0)


def _clock_of_store(installation: Installation) -> float | None:
    if installation.has_folder:
        return None
    address = bare_store(installation.store).address  # type: ignore[attr-defined]
    context = ssl.create_default_context()
    answer = exchange("GET", f"{address.rpartition('/')[0]}/", None, {}, _LIMITS, context)
    return parsedate_to_datetime(answer.headers.get("date", "")).timestamp()


def _clock_of_disk(installation: Installation) -> float | None:
    with NamedTemporaryFile(dir=installation.settings.data, prefix=".docgen-doctor-") as file:
        file.write(b"docgen")
        file.flush()
        return float(os.fstat(file.fileno()).st_mtime)


def _end_of_certificate(host: str, port: int) -> float:
    with (
        socket.create_connection((host, port), timeout=5) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname=host) as encrypted,
    ):
        certificate = encrypted.getpeercert() or {}
    return ssl.cert_time_to_seconds(str(certificate["notAfter"]))


def _text(moment: float) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
