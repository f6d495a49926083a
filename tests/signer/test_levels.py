"""The PAdES levels above B-B: a trusted time, and revocation data."""

from __future__ import annotations

import datetime as dt
import io
import threading
from pathlib import Path

import pytest
from pypdf import PdfReader

from docgen.errors import SignatureError
from docgen.signer import Seal, inspect_signatures, load_seal
from tests.servers import free_port
from tests.servers.timestamp import answering, timestamp_server
from tests.support.files.certificates import PASSWORD, Authority, now
from tests.support.files.sealed import only, pdfsig, sealed_once


class TestTimestamps:
    def test_trusted_time(self, letter: bytes, seal: Seal, authority: Authority, clock: str) -> None:
        """B-T holds the timestamp server's time, whatever time is claimed."""
        before = now()
        data = sealed_once(letter, seal, at=now() - dt.timedelta(hours=3), timestamp_url=clock, level="B-T")
        report = only(data, authority.root.pem)
        assert report.timestamped
        assert report.signed_at is not None
        assert report.signed_at >= before
        assert report.problem == ""
        assert data.startswith(letter)

    def test_unknown_server(self, letter: bytes, seal: Seal, authority: Authority) -> None:
        """A token from a server whose CA is not trusted proves no time, and is said to."""
        with timestamp_server(Authority("CA Lain").clock) as url:
            data = sealed_once(letter, seal, timestamp_url=url, level="B-T")
        report = only(data, authority.root.pem)
        assert (report.trusted, report.timestamped) == (True, True)
        assert "server yang tidak dipercaya" in report.problem

    def test_dead_server(self, letter: bytes, seal: Seal) -> None:
        """When nobody answers, nothing is sealed, and the server is named."""
        url = f"http://127.0.0.1:{free_port()}/"
        with pytest.raises(SignatureError, match=f"Server stempel waktu {url} tidak dapat dihubungi; naskah tetap"):
            sealed_once(letter, seal, timestamp_url=url, level="B-T")

    @pytest.mark.parametrize("kind", ["text/html", "application/timestamp-reply"])
    def test_wrong_answer(self, letter: bytes, seal: Seal, kind: str) -> None:
        """A server that answers something else is named as well."""
        with (
            answering(lambda _: (kind, b"<html>Login</html>")) as url,
            pytest.raises(SignatureError, match=r"Server stempel waktu \S+ tidak memberi stempel waktu; naskah tetap"),
        ):
            sealed_once(letter, seal, timestamp_url=url, level="B-T")

    def test_slow_server(self, letter: bytes, seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
        """A server that takes the question and says nothing is given up."""
        monkeypatch.setattr("docgen.signer.timestamp_server.TIMEOUT", 0.1)
        done = threading.Event()

        def silence(_: bytes) -> tuple[str, bytes]:
            done.wait()
            return "text/plain", b""

        with answering(silence) as url:
            with pytest.raises(SignatureError, match=f"Server stempel waktu {url} tidak dapat dihubungi"):
                sealed_once(letter, seal, timestamp_url=url, level="B-T")
            done.set()

    def test_no_server_set(self, letter: bytes, seal: Seal) -> None:
        """B-T without a server says what to fill in."""
        with pytest.raises(SignatureError, match="B-T memerlukan server stempel waktu"):
            sealed_once(letter, seal, level="B-T")


class TestLongTerm:
    def test_no_revocation_data(self, letter: bytes, seal: Seal, authority: Authority, clock: str) -> None:
        """A certificate that names neither CRL nor OCSP cannot have B-LT, and the message says so."""
        with pytest.raises(SignatureError, match=r"B-LT tidak dapat dibuat.*tidak menyebut CRL atau OCSP"):
            sealed_once(letter, seal, timestamp_url=clock, level="B-LT", trust_roots=[authority.root.pem])

    def test_no_roots(self, letter: bytes, seal: Seal, clock: str) -> None:
        """B-LT needs the CA."""
        with pytest.raises(SignatureError, match="B-LT tidak dapat dibuat: belum ada CA"):
            sealed_once(letter, seal, timestamp_url=clock, level="B-LT")

    def test_embeds_revocation_data(self, letter: bytes, clock: str, authority: Authority, tmp_path: Path) -> None:
        """B-LT carries the CA's list of revoked certificates, and is trusted without a network."""
        lists: list[bytes] = []
        with answering(lambda _: ("application/pkix-crl", lists[0])) as url:
            listing = Authority("CA Berdaftar", crl_url=url)
            lists.append(listing.crl())
            seal = load_seal(listing.pkcs12(listing.office), PASSWORD)
            roots = [listing.root.pem, authority.root.pem]
            data = sealed_once(letter, seal, timestamp_url=clock, level="B-LT", trust_roots=roots)
        root = PdfReader(io.BytesIO(data)).trailer["/Root"]
        stored = [entry.get_object().get_data() for entry in root["/DSS"]["/CRLs"]]  # type: ignore[index]
        assert lists[0] in stored
        report = only(data, *roots)
        assert (report.covers_whole, report.trusted, report.problem) == (True, True, "")
        assert "Signature is Valid." in pdfsig(data, tmp_path)
        again = sealed_once(data, seal, "Segel2")
        assert [one.problem for one in inspect_signatures(again, trust=roots)] == ["", ""]

    def test_revoked(self, letter: bytes, clock: str, authority: Authority) -> None:
        """A revoked certificate gets no B-LT seal."""
        lists: list[bytes] = []
        with answering(lambda _: ("application/pkix-crl", lists[0])) as url:
            listing = Authority("CA Berdaftar", crl_url=url)
            lists.append(listing.crl(listing.office))
            seal = load_seal(listing.pkcs12(listing.office), PASSWORD)
            with pytest.raises(SignatureError, match=r"B-LT tidak dapat dibuat.*sertifikat dicabut"):
                sealed_once(
                    letter,
                    seal,
                    timestamp_url=clock,
                    level="B-LT",
                    trust_roots=[listing.root.pem, authority.root.pem],
                )
