"""A zip of ours holds no clock, and one place each reads and writes the parts of Word files."""

from __future__ import annotations

import io
import re
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from docgen.zip_bytes import Member, zip_bytes

CODE = Path(__file__).parent.parent / "docgen"


def test_the_same_members_are_the_same_zip() -> None:
    """Every member bears the first date that a zip can name; a stored one lies there byte for byte."""
    members = [Member("a.xml", b"a" * 1000), Member("b.pdf", b"b" * 1000, stored=True)]
    made = zip_bytes(members)
    assert made == zip_bytes(members)
    assert b"b" * 1000 in made
    with ZipFile(io.BytesIO(made)) as archive:
        entries = archive.infolist()
        assert [archive.read(entry) for entry in entries] == [member.data for member in members]
    assert [entry.compress_type for entry in entries] == [ZIP_DEFLATED, ZIP_STORED]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_the_level_is_kept() -> None:
    """A zip that is made quickly is larger, and holds the same."""
    text = "".join(f"<w:t>Baris {number}</w:t>" for number in range(5000)).encode()
    quick, small = (zip_bytes([Member("a", text)], level=level) for level in (1, 9))
    assert len(quick) > len(small)
    with ZipFile(io.BytesIO(quick)) as one, ZipFile(io.BytesIO(small)) as other:
        assert one.read("a") == other.read("a") == text


def test_one_file_opens_word_files() -> None:
    """Besides it, only spreadsheets and kinds as one file are opened, and the helper of LibreOffice, which runs without
    our code.
    """
    opening = {
        str(path.relative_to(CODE)) for path in CODE.rglob("*.py") if re.search(r"\bZipFile\(", path.read_text("utf-8"))
    }
    assert opening == {
        "zip_bytes.py", "render/word/package.py", "kinds/kind_file.py", "libreoffice/helper.py",
        "spreadsheets/book_bytes.py", "spreadsheets/filled.py", "spreadsheets/xlsx.py",
    }  # fmt: skip
