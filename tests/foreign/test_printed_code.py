"""Codes read from a stranger's PDF: which are found, and that no file holds the service up."""

from __future__ import annotations

import re
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from docgen.errors import PdfError
from docgen.printed_code import MOST_CODES, MOST_PAGES, printed_codes, read_codes
from docgen.render.pdf.pdfium import page_text
from docgen.render.stamps.verification_band import stamp_band
from tests.support.files.pdfs import BROKEN, pdf

CODE = "7K2M9QXW4TRB0HVD"


def stamped(*texts: str) -> bytes:
    """Pages with the verification band."""
    url = f"https://arsip.example.go.id/verifikasi/{CODE}"
    return stamp_band(pdf(*texts), number="B/1", code=CODE, url=url).data


def heavy(operators: bytes) -> bytes:
    """A small file whose twenty pages share one content stream that unfolds to these operators."""
    plain = pdf(*["x"] * 20)
    drawn = zlib.compress(operators, 9)
    new = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn)
    contents = re.compile(rb"<<[^<>]*/Length[^<>]*>>\s*stream.*?endstream", re.DOTALL)
    return contents.sub(lambda _: new, plain)


def test_the_band_gives_its_code_once() -> None:
    """Address and grouped code are one code, whatever else is written on whatever page."""
    assert read_codes(stamped("Satu", "Dua")) == [CODE]
    assert read_codes(pdf("Surat tanpa kode")) == []


def test_words_that_are_no_code_and_many_codes() -> None:
    """Short words are left out; of a file full of codes only a few are given back; previews bear their word."""
    assert printed_codes(["Kode ABC dan Kode 1234-567\n"]) == []
    assert printed_codes(["/verifikasi/PRATINJAU\nKode PRATINJAU\n"]) == ["PRATINJAU"]
    assert len(printed_codes([f"Kode {number:016}\n" for number in range(100)])) == MOST_CODES


def test_only_the_first_pages_are_read() -> None:
    """A code on the last page of a long file is not looked for."""
    assert read_codes(pdf(*["x"] * (MOST_PAGES - 1), f"Kode {CODE}")) == [CODE]
    assert read_codes(pdf(*["x"] * MOST_PAGES, f"Kode {CODE}")) == []


@pytest.mark.parametrize("broken", sorted(BROKEN))
def test_unreadable_files_are_refused_in_words(broken: str) -> None:
    """The process tells what pdfium says of the file."""
    with pytest.raises(PdfError, match=r"Ambil lagi|kata sandi"):
        read_codes(BROKEN[broken])


def test_a_file_that_unfolds_is_given_up() -> None:
    """Too much work ends that process only; this one goes on reading other files meanwhile."""
    data = heavy(b"BT /F1 9 Tf 1 1 Td (abcdefgh) Tj ET\n" * 900_000)
    assert len(data) < 3_000_000
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(read_codes, data)
        assert page_text(pdf("Surat")) == ["Surat"]
        with pytest.raises(PdfError, match="terlalu berat"):
            waiting.result()
    assert read_codes(stamped("Satu")) == [CODE]
