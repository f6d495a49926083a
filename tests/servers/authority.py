"""A certificate authority on a loopback port: its list of revoked certificates, its OCSP responder, its timestamps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from asn1crypto import keys, tsp, x509
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from tests.servers.timestamp import answering_paths
from tests.support.files.certificates import YEAR, Authority, Holder, now


class AuthorityServer:
    """An authority that answers; `gone` names what it has stopped to answer: "crl", "ocsp", "tsa".

    `clock` is the certificate that signs timestamps, `fixed_time` what they say where not now, `revoked` who no longer
    counts. `questions` lists the paths that were asked.
    """

    def __init__(self, base: str, name: str) -> None:
        self.base = base
        self.timestamp_url = f"{base}tsa"
        self.authority = Authority(name, crl_url=f"{base}crl", ocsp_url=f"{base}ocsp")
        self.clock: Holder = self.authority.issue("Stempel Waktu", now() - YEAR, now() + 3 * YEAR, timestamps=True)
        self.fixed_time: dt.datetime | None = None
        self.revoked: tuple[Holder, ...] = ()
        self.gone: set[str] = set()
        self.questions: list[str] = []

    def answer(self, path: str, body: bytes) -> tuple[str, bytes] | None:
        """Return the content type and body of an answer; None where there is none any more."""
        part = path.strip("/")
        self.questions.append(part)
        if part in self.gone:
            return None
        if part == "crl":
            return "application/pkix-crl", self.authority.crl(*self.revoked)
        if part == "ocsp":
            return "application/ocsp-response", self.authority.ocsp(body, *self.revoked)
        certificate, key = x509.Certificate.load(self.clock.der), keys.PrivateKeyInfo.load(self.clock.key_der)
        stamper = DummyTimeStamper(certificate, key, fixed_dt=self.fixed_time)
        return "application/timestamp-reply", bytes(stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump())


@contextmanager
def authority_server(name: str = "CA Berjejaring") -> Iterator[AuthorityServer]:
    """A running authority of its own."""
    servers: list[AuthorityServer] = []
    with answering_paths(lambda path, body: servers[0].answer(path, body)) as url:
        servers.append(AuthorityServer(url, name))
        yield servers[0]
