"""What is reported of the signatures in a file."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from docgen.errors import PdfError, SignatureError
from docgen.signer import Seal, has_signatures, inspect_signatures
from tests.servers.timestamp import timestamp_server
from tests.support.files.certificates import YEAR, Authority, now
from tests.support.files.pdfs import BROKEN, pdf
from tests.support.files.sealed import only, sealed_once, with_text_change


def test_a_good_seal(sealed: bytes, authority: Authority) -> None:
    """A good seal is reported with its holder, and with no problem."""
    report = only(sealed, authority.root.der)
    assert (report.signer, report.issuer) == ("Sekretariat Daerah", "CA Kabupaten Contoh")
    assert report.organisation == "Pemerintah Kabupaten Contoh"
    assert (report.intact, report.covers_whole, report.trusted, report.timestamped) == (True, True, True, False)
    assert report.problem == ""


@pytest.mark.parametrize("trust", ["none", "another"])
def test_unknown_authority(sealed: bytes, trust: str) -> None:
    """Without its CA, a seal is intact but not trusted."""
    given = () if trust == "none" else (Authority("CA Lain").root.pem,)
    report = only(sealed, *given)
    assert (report.intact, report.covers_whole, report.trusted) == (True, True, False)
    assert "“CA Kabupaten Contoh” tidak ada di daftar" in report.problem


def test_not_a_certificate(sealed: bytes) -> None:
    """A trust file that is no certificate is named as the thing to mend."""
    with pytest.raises(SignatureError, match="bukan sertifikat PEM atau DER"):
        inspect_signatures(sealed, trust=[b"CA Kabupaten"])


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_one_flipped_byte(letter: bytes, sealed: bytes, authority: Authority, part: float) -> None:
    """One byte changed in the signed range: not intact, not trusted, and said so."""
    start = letter.index(b"stream", int(len(letter) * part) // 2) + 40
    changed = bytearray(sealed)
    changed[start] ^= 1
    report = only(bytes(changed), authority.root.pem)
    assert (report.intact, report.trusted) == (False, False)
    assert "berubah sejak ditandatangani" in report.problem


def test_changed_afterwards(sealed: bytes, authority: Authority) -> None:
    """Other words written behind a seal leave it intact, but it no longer covers the document."""
    report = only(with_text_change(sealed), authority.root.pem)
    assert (report.intact, report.covers_whole) == (True, False)
    assert "diubah setelah ditandatangani" in report.problem


def test_change_between_two_seals(sealed: bytes, seal: Seal, authority: Authority) -> None:
    """Of two seals around a change, only the first is spoilt."""
    twice = sealed_once(with_text_change(sealed), seal, "Segel2")
    first, second = inspect_signatures(twice, trust=[authority.root.pem])
    assert (first.covers_whole, second.covers_whole) == (False, True)
    assert second.problem == ""


def test_unsigned(letter: bytes, sealed: bytes) -> None:
    """An unsigned file has no reports, and is told apart cheaply."""
    assert inspect_signatures(letter) == []
    assert not has_signatures(letter)
    assert has_signatures(sealed)


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_broken_files(name: str) -> None:
    """A file that cannot be read is an error, not an unsigned file."""
    with pytest.raises(PdfError):
        inspect_signatures(BROKEN[name])


def test_cut_short(sealed: bytes) -> None:
    """A sealed file that was cut short cannot be read."""
    with pytest.raises(PdfError):
        inspect_signatures(sealed[:-700])


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        (rb"/Contents <[0-9a-fA-F]{60}", b"/Contents <" + b"00" * 30),
        (rb"/ByteRange \[\d", b"/ByteRange [9"),
        (rb"/ByteRange", b"/BateRange"),
        (rb"/ETSI\.CAdES\.detached", b"/ETSI.CAdES.detachee"),
    ],
    ids=["contents", "offset", "no range", "unknown kind"],
)
def test_strange_signatures(sealed: bytes, what: bytes, instead: bytes) -> None:
    """A signature of nonsense is reported with a problem, never raised."""
    assert re.search(what, sealed)
    report = only(re.sub(what, instead, sealed, count=1))
    assert report.field == "Segel1"
    assert not report.intact
    assert report.problem


def test_expired_since(letter: bytes, seal: Seal, sealed: bytes, authority: Authority, clock: str) -> None:
    """When the certificate has run out, a trusted timestamp keeps the seal trusted; a mere claim does not."""
    later = seal.not_after + dt.timedelta(days=1)
    with_clock = Authority("CA Jam")
    long_lived = with_clock.issue("Jam", now() - YEAR, now() + 4 * YEAR, timestamps=True)
    with timestamp_server(long_lived) as url:
        stamped = sealed_once(letter, seal, timestamp_url=url, level="B-T")
    report = only(stamped, authority.root.pem, with_clock.root.pem, at=later)
    assert (report.trusted, report.timestamped, report.problem) == (True, True, "")
    claimed = only(sealed, authority.root.pem, at=later)
    assert not claimed.trusted
    assert "tidak berlaku pada saat diperiksa" in claimed.problem


def test_words_about_signatures() -> None:
    """Text that speaks of byte ranges does not make a file a signed one."""
    assert not has_signatures(pdf("Kata /ByteRange dalam surat"))
