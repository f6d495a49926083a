"""Renewing signatures: what proves them is gathered while it can be had, under a document timestamp."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docgen.errors import SignatureError
from docgen.signer import (
    Seal,
    changes_beyond_signatures,
    inspect_signatures,
    load_seal,
    renew,
    require_renewable,
)
from tests.servers.authority import AuthorityServer, authority_server
from tests.support.files.certificates import PASSWORD, YEAR, Authority, Holder, now
from tests.support.files.sealed import pdfsig, sealed_once, with_text_change


@pytest.fixture
def server() -> Iterator[AuthorityServer]:
    with authority_server() as running:
        yield running


def seal_of(server: AuthorityServer, holder: Holder | None = None) -> Seal:
    return load_seal(server.authority.pkcs12(holder or server.authority.office), PASSWORD)


def roots(server: AuthorityServer) -> list[bytes]:
    return [server.authority.root.pem]


def renewed(server: AuthorityServer, data: bytes, at: dt.datetime | None = None) -> bytes:
    return renew(data, roots(server), server.timestamp_url, at or now())


def levels(server: AuthorityServer, data: bytes, at: dt.datetime | None = None) -> list[str]:
    reports = inspect_signatures(data, trust=roots(server), at=at)
    assert all(report.trusted and report.covers_whole and not report.problem for report in reports), reports
    return [report.level for report in reports]


class TestRenewal:
    def test_levels(self, letter: bytes, server: AuthorityServer) -> None:
        """A renewal takes any signature to B-LTA, provable for as long as the timestamp server's certificate."""
        plain = sealed_once(letter, seal_of(server))
        stamped = sealed_once(letter, seal_of(server), timestamp_url=server.timestamp_url, level="B-T")
        assert (levels(server, plain), levels(server, stamped)) == (["B-B"], ["B-T"])
        for data in (plain, stamped):
            report, timestamp = inspect_signatures(renewed(server, data), trust=roots(server))
            assert (report.level, timestamp.level, timestamp.timestamp) == ("B-LTA", "", True)
            assert report.until == server.clock.certificate.not_valid_after_utc

    def test_until_of_plain_signature(self, letter: bytes, server: AuthorityServer) -> None:
        """Without revocation data in the file, a signature can be proven while its certificate is valid."""
        data = sealed_once(letter, seal_of(server), timestamp_url=server.timestamp_url, level="B-T")
        (report,) = inspect_signatures(data, trust=roots(server))
        assert report.until == server.authority.office.certificate.not_valid_after_utc

    def test_weak_key_of_server(self, letter: bytes, server: AuthorityServer) -> None:
        """A proof ends with the strength of the timestamp server's key, where its certificate lasts longer."""
        server.clock = server.authority.issue("Stempel Waktu", now() - YEAR, now() + 20 * YEAR, timestamps=True)
        report, _ = inspect_signatures(renewed(server, sealed_once(letter, seal_of(server))), trust=roots(server))
        assert report.until == dt.datetime(2030, 12, 31, tzinfo=dt.UTC)

    def test_three_signatures_twice(self, letter: bytes, server: AuthorityServer, tmp_path: Path) -> None:
        """Three signatures and two renewals are all intact, to pdfsig as well; nothing but signatures was added."""
        data = letter
        for field in ("Segel1", "Segel2", "Segel3"):
            data = sealed_once(data, seal_of(server), field)
        twice = renewed(server, renewed(server, data))
        assert twice.startswith(data)
        assert levels(server, twice) == ["B-LTA", "B-LTA", "B-LTA", "", ""]
        assert pdfsig(twice, tmp_path).count("Signature is Valid.") == 3
        assert changes_beyond_signatures(twice, len(letter)) == ""
        assert changes_beyond_signatures(twice, len(data)) == ""

    def test_still_pdf_a(
        self, letter: bytes, server: AuthorityServer, tmp_path: Path, verapdf: Callable[..., dict[str, list[str]]]
    ) -> None:
        """A renewal breaks no rule of PDF/A-2b that the letter kept."""
        data = sealed_once(letter, seal_of(server))
        (tmp_path / "asal.pdf").write_bytes(letter)
        (tmp_path / "dua.pdf").write_bytes(renewed(server, renewed(server, data)))
        results = verapdf(tmp_path)
        assert results["dua.pdf"] == results["asal.pdf"]

    def test_answers_embedded(self, letter: bytes, server: AuthorityServer) -> None:
        """Who was renewed stays proven when his authority answers no longer; the next renewal asks only for the
        timestamp server's certificate, and for its timestamps.
        """
        with authority_server("CA Stempel Waktu") as clock:
            both = [*roots(server), *roots(clock)]
            once = renew(sealed_once(letter, seal_of(server)), both, clock.timestamp_url, now())
            server.gone = {"crl", "ocsp", "tsa"}
            server.questions.clear()
            clock.questions.clear()
            twice = renew(once, both, clock.timestamp_url, now())
            assert (server.questions, clock.questions) == ([], ["ocsp", "tsa", "tsa"])
        reports = inspect_signatures(twice, trust=both)
        assert [(report.level, report.problem) for report in reports] == [("B-LTA", ""), ("", ""), ("", "")]

    def test_crl_where_ocsp_is_gone(self, letter: bytes, server: AuthorityServer) -> None:
        """The list of revoked certificates stands in for the responder."""
        server.gone = {"ocsp"}
        assert levels(server, renewed(server, sealed_once(letter, seal_of(server)))) == ["B-LTA", ""]

    def test_outlives_certificates(self, letter: bytes, server: AuthorityServer) -> None:
        """When the signer's certificate and the first timestamp server's have ended, the chain of timestamps proves."""
        start = now() - 4 * YEAR
        office = server.authority.issue("Sekretariat Daerah", start, start + YEAR)
        server.clock = server.authority.issue("Stempel Lama", start, start + 2 * YEAR, timestamps=True)
        server.fixed_time = start + dt.timedelta(days=2)
        data = sealed_once(letter, seal_of(server, office), at=start + dt.timedelta(days=1))
        data = renewed(server, data, at=server.fixed_time)
        server.clock = server.authority.issue("Stempel Baru", start, now() + YEAR, timestamps=True)
        server.fixed_time = start + YEAR + dt.timedelta(days=200)
        data = renewed(server, data, at=server.fixed_time)
        assert levels(server, data) == ["B-LTA", "", ""]
        assert levels(server, data, at=now()) == ["B-LTA", "", ""]


class TestSealing:
    def test_level(self, letter: bytes, server: AuthorityServer) -> None:
        """A seal of level B-LTA is renewed at once."""
        arguments = {"timestamp_url": server.timestamp_url, "trust_roots": roots(server)}
        data = sealed_once(letter, seal_of(server), level="B-LTA", **arguments)
        assert levels(server, data) == ["B-LTA", ""]

    def test_no_revocation_data(self, letter: bytes, seal: Seal, authority: Authority, clock: str) -> None:
        """A seal that cannot have the level is not made, and the message names the level."""
        with pytest.raises(SignatureError, match=r"B-LTA tidak dapat dibuat.*tidak menyebut CRL atau OCSP"):
            sealed_once(letter, seal, timestamp_url=clock, level="B-LTA", trust_roots=[authority.root.pem])


class TestRefusals:
    def test_authority_is_gone(self, letter: bytes, server: AuthorityServer) -> None:
        """Where nobody answers for a signer, he and his authority are named, and nothing is stamped."""
        data = sealed_once(letter, seal_of(server))
        server.gone = {"crl", "ocsp"}
        with pytest.raises(SignatureError, match=r"“Sekretariat Daerah” dari “CA Berjejaring”.*naskah tetap"):
            renewed(server, data)
        assert "tsa" not in server.questions

    def test_revoked(self, letter: bytes, server: AuthorityServer) -> None:
        """A revoked certificate is not renewed."""
        data = sealed_once(letter, seal_of(server))
        server.revoked = (server.authority.office,)
        with pytest.raises(SignatureError, match="atau sertifikatnya dicabut"):
            renewed(server, data)

    def test_no_timestamp(self, letter: bytes, server: AuthorityServer) -> None:
        """A timestamp server that does not answer is named."""
        data = sealed_once(letter, seal_of(server))
        server.gone = {"tsa"}
        with pytest.raises(SignatureError, match=f"Server stempel waktu {server.timestamp_url} tidak memberi"):
            renewed(server, data)

    def test_untrusted_timestamp_server(self, letter: bytes, server: AuthorityServer, authority: Authority) -> None:
        """A timestamp server whose CA is not trusted would prove nothing."""
        data = sealed_once(letter, seal_of(server))
        server.clock = authority.clock
        with pytest.raises(SignatureError, match=r"Sertifikat server stempel waktu \S+ tidak dipercaya"):
            renewed(server, data)

    def test_unknown_signer(self, sealed: bytes, server: AuthorityServer) -> None:
        """Whose authority the office does not trust is not renewed, and the message names both."""
        with pytest.raises(SignatureError, match=r"“Sekretariat Daerah” tidak dapat diperpanjang.*Penerbit"):
            renewed(server, sealed)

    def test_changed_file(self, letter: bytes, server: AuthorityServer) -> None:
        """A file that was changed after it was signed is not renewed; the trial in a child says the same."""
        data = with_text_change(sealed_once(letter, seal_of(server)))
        for attempt in (renewed, lambda server, data: require_renewable(data, roots(server), now())):
            with pytest.raises(SignatureError, match="diubah setelah ditandatangani"):
                attempt(server, data)

    def test_unsigned(self, letter: bytes, server: AuthorityServer) -> None:
        """An unsigned letter has nothing to renew."""
        with pytest.raises(SignatureError, match="tidak bertanda tangan elektronik"):
            renewed(server, letter)

    @pytest.mark.parametrize(
        ("trust", "url", "match"), [(False, True, "DOCGEN_TRUST"), (True, False, "DOCGEN_TIMESTAMP_URL")]
    )
    def test_settings(self, letter: bytes, server: AuthorityServer, trust: bool, url: bool, match: str) -> None:
        """What is not set is named."""
        with pytest.raises(SignatureError, match=match):
            renew(letter, roots(server) if trust else [], server.timestamp_url if url else None, now())

    def test_trial(self, letter: bytes, server: AuthorityServer) -> None:
        """A letter that can be renewed passes the trial, which asks nobody."""
        require_renewable(sealed_once(letter, seal_of(server)), roots(server), now())
        assert server.questions == []
