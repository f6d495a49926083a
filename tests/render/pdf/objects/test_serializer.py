"""The frame of a PDF: whoever writes its objects, the file opens without any mending."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

import docgen
from docgen.render.pdf.objects.serializer import LIBREOFFICE, PLAIN, PYPDF, PdfSerializer, Style

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 200]/Resources<<>>>>"


def _file(style: Style) -> bytes:
    """A file of one page whose number 4 is no object, and from which an object was taken back."""
    out = io.BytesIO()
    file = PdfSerializer(out, style)
    root, tree, page, _unused = (file.reserve() for _ in range(4))
    file.write(root, b"<</Type/Catalog/Pages 2 0 R>>")
    file.write(tree, b"<</Type/Pages/Count 1/Kids[3 0 R]>>")
    file.write(page, PAGE)
    size, number = file.size, file.next_number
    file.write(file.reserve(), b"(taken back)")
    file.rewind(size, number)
    info = file.reserve()
    file.copy(info, b"5 0 obj\n<</Title(Satu)>>\nendobj\n")
    assert file.finish(root, info, (b"00" * 16, b"FF" * 16)) == len(out.getvalue())
    return out.getvalue()


@pytest.mark.parametrize("style", [PLAIN, LIBREOFFICE, PYPDF])
def test_a_file_opens_without_mending(style: Style, tmp_path: Path) -> None:
    """In each style, with a free number and after a rewind, strict pypdf reads it and qpdf has nothing against it."""
    data = _file(style)
    reader = PdfReader(io.BytesIO(data), strict=True)
    assert reader.metadata is not None
    assert reader.metadata.title == "Satu"
    assert [float(page.mediabox.height) for page in reader.pages] == [200]
    assert b"taken back" not in data
    (tmp_path / "one.pdf").write_bytes(data)
    checked = subprocess.run(["qpdf", "--check", tmp_path / "one.pdf"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_only_the_serializer_writes_a_table() -> None:
    """No other file of docgen writes a cross-reference table or a trailer by hand."""
    folder = Path(docgen.__file__).parent
    written = re.compile(rb'b"(xref|trailer)\\n')
    files = [path.name for path in sorted(folder.rglob("*.py")) if written.search(path.read_bytes())]
    assert files == ["serializer.py"]
