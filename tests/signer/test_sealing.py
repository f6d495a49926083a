"""Loading a seal and putting it on documents."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from docgen.errors import PdfError, SignatureError
from docgen.signer import Appearance, Seal, check_seal, inspect_signatures, load_seal
from tests.support.files.certificates import PASSWORD, YEAR, Authority, now
from tests.support.files.pdfs import BROKEN
from tests.support.files.sealed import BOX, LINES, VISIBLE, certified, only, pdfsig, sealed_once


class TestSeal:
    def test_tells_whose_it_is(self, seal: Seal, authority: Authority) -> None:
        """A loaded seal names its holder, organisation, validity and issuers."""
        assert (seal.common_name, seal.organisation) == ("Sekretariat Daerah", "Pemerintah Kabupaten Contoh")
        assert seal.not_before < now() < seal.not_after
        assert seal.chain == (authority.root.der,)

    def test_hides_its_key(self, seal: Seal) -> None:
        """The signer, which holds the private key, does not show when a seal is printed."""
        assert "signer" not in repr(seal)

    def test_wrong_password(self, authority: Authority) -> None:
        """A wrong password is named as such."""
        with pytest.raises(SignatureError, match="Kata sandi berkas sertifikat salah"):
            load_seal(authority.pkcs12(authority.office), "salah")

    @pytest.mark.parametrize("data", [b"", b"%PDF-1.7", "pem"], ids=["empty", "pdf", "pem"])
    def test_other_files(self, data: bytes | str, authority: Authority) -> None:
        """A file that is no PKCS#12 is refused with the file to look for."""
        with pytest.raises(SignatureError, match=r"bukan PKCS#12.*\.p12"):
            load_seal(authority.root.pem if isinstance(data, str) else data, PASSWORD)

    def test_without_key(self, authority: Authority) -> None:
        """A PKCS#12 that holds only a certificate is refused: it cannot sign."""
        with pytest.raises(SignatureError, match="tidak memuat kunci pribadi"):
            load_seal(authority.without_key(), PASSWORD)

    def test_expired(self, authority: Authority, letter: bytes) -> None:
        """An expired certificate is named with its date, when asked and when sealing."""
        old = load_seal(authority.pkcs12(authority.issue("Lama", now() - 2 * YEAR, now() - YEAR)), PASSWORD)
        with pytest.raises(SignatureError, match=f"“Lama” kedaluwarsa sejak {now() - YEAR:%d-%m-%Y}"):
            check_seal(old, now())
        with pytest.raises(SignatureError, match="kedaluwarsa"):
            sealed_once(letter, old)
        check_seal(old, now() - YEAR - dt.timedelta(days=3))

    def test_not_yet_valid(self, authority: Authority) -> None:
        """A certificate of the future is named with the day it begins."""
        coming = load_seal(authority.pkcs12(authority.issue("Baru", now() + YEAR, now() + 2 * YEAR)), PASSWORD)
        with pytest.raises(SignatureError, match=f"“Baru” baru berlaku mulai {now() + YEAR:%d-%m-%Y}"):
            check_seal(coming, now())


class TestSealing:
    def test_keeps_the_bytes(self, letter: bytes, sealed: bytes) -> None:
        """A seal is written behind the document: the bytes that were given come first, untouched."""
        assert sealed.startswith(letter)
        assert len(sealed) > len(letter)

    def test_is_pades(self, sealed: bytes) -> None:
        """The signature is PAdES (ETSI.CAdES.detached) and locks nothing against later approvals."""
        assert b"/SubFilter /ETSI.CAdES.detached" in sealed
        assert b"/DocMDP" not in sealed
        assert b"/Lock" not in sealed

    def test_claims_the_time_given(self, letter: bytes, seal: Seal) -> None:
        """The time claimed is the caller's."""
        at = (now() - dt.timedelta(hours=5)).astimezone(dt.timezone(dt.timedelta(hours=8)))
        assert only(sealed_once(letter, seal, at=at)).signed_at == at

    @pytest.mark.parametrize("second", [VISIBLE, None], ids=["visible", "invisible"])
    def test_two_seals(
        self, sealed: bytes, seal: Seal, authority: Authority, tmp_path: Path, second: Appearance | None
    ) -> None:
        """Two seals after one another are both intact, to Poppler and to the reports."""
        twice = sealed_once(sealed, seal, "Segel2", appearance=second)
        assert twice.startswith(sealed)
        assert pdfsig(twice, tmp_path).count("Signature is Valid.") == 2
        reports = inspect_signatures(twice, trust=[authority.root.pem])
        assert [report.field for report in reports] == ["Segel1", "Segel2"]
        assert all(report.intact and report.covers_whole and report.trusted for report in reports)
        assert [report.problem for report in reports] == ["", ""]

    def test_same_field_twice(self, sealed: bytes, seal: Seal) -> None:
        """A field that is sealed already is not sealed over."""
        with pytest.raises(SignatureError, match="sudah bersegel di bidang “Segel1”"):
            sealed_once(sealed, seal)

    def test_page_that_is_not_there(self, letter: bytes, seal: Seal) -> None:
        """A page beyond the last is named, counted from 1."""
        with pytest.raises(SignatureError, match=r"halaman 3.*hanya 1 halaman"):
            sealed_once(letter, seal, appearance=Appearance(2, BOX, LINES))

    @pytest.mark.parametrize("box", [(10.0, 10.0, 20.0, 100.0), (100.0, 10.0, 50.0, 100.0)], ids=["narrow", "swapped"])
    def test_box_too_small(self, letter: bytes, seal: Seal, box: tuple[float, float, float, float]) -> None:
        """A box without room for text is refused."""
        with pytest.raises(SignatureError, match="Kotak segel terlalu kecil"):
            sealed_once(letter, seal, appearance=Appearance(0, box, LINES))

    def test_text_too_long(self, letter: bytes, seal: Seal) -> None:
        """Text that would be too small to read is refused."""
        with pytest.raises(SignatureError, match="tidak muat"):
            sealed_once(letter, seal, appearance=Appearance(0, BOX, ("Kantor " * 60,)))

    @pytest.mark.parametrize("name", sorted(BROKEN))
    def test_broken_files(self, seal: Seal, name: str) -> None:
        """A file that cannot be read is not sealed."""
        with pytest.raises(PdfError):
            sealed_once(BROKEN[name], seal)

    def test_locked_by_its_author(self, letter: bytes, seal: Seal) -> None:
        """A document whose author's signature forbids every change is left as it is."""
        with pytest.raises(SignatureError, match="dikunci oleh tanda tangan sebelumnya"):
            sealed_once(certified(letter, seal), seal)


def test_starts_without_the_library() -> None:
    """Importing the signer does not import pyHanko or cryptography, which would slow every command."""
    code = (
        "import sys, docgen.signer; print([m for m in sys.modules if m.split('.')[0] in ('pyhanko', 'cryptography')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
