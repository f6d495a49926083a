"""Word files as packages: a file is called damaged only if it is."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from docgen.render.word.package import BODY, BrokenPackage, WordParts, read_relations
from templates_docx import FOLDER

HEAVY = 256 * 1024**2  # bytes of a part when it is unpacked

READ_WITH_LITTLE_MEMORY = """
import resource, sys
from pathlib import Path
from docgen.render.word.package import BODY, WordParts

parts = WordParts(Path(sys.argv[1]).read_bytes())
in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
limit = in_use + 64 * 1024**2
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    parts[BODY]
except Exception as error:
    print(type(error).__name__)
"""


def docx_with_body(size: int) -> bytes:
    """Return a .docx whose body unpacks to this many spaces."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package, package.open(BODY, "w") as body:
        for _ in range(0, size, 1024**2):
            body.write(b" " * 1024**2)
    return file.getvalue()


def test_a_sound_file_that_is_too_heavy_for_the_machine_is_not_called_damaged(tmp_path: Path) -> None:
    """A process whose memory is too small for a part of a sound file gets MemoryError, not BrokenPackage."""
    file = tmp_path / "berat.docx"
    file.write_bytes(docx_with_body(HEAVY))
    reading = subprocess.run(
        [sys.executable, "-c", READ_WITH_LITTLE_MEMORY, file], capture_output=True, text=True, check=True
    )
    assert reading.stdout == "MemoryError\n"


def test_a_part_whose_bytes_changed_is_damaged() -> None:
    """A part that does not unpack to its checksum raises BrokenPackage."""
    docx = bytearray(docx_with_body(1024**2))
    docx[docx.index(BODY.encode()) + len(BODY) + 20] ^= 0xFF
    with pytest.raises(BrokenPackage):
        WordParts(bytes(docx))[BODY]


def test_relations_that_a_caller_changes_are_the_same_for_the_next() -> None:
    """Who adds a part to one letter adds it to no other letter of the template."""
    docx = (FOLDER / "nota_dinas" / "template.docx").read_bytes()
    changed = read_relations(WordParts(docx), BODY)
    assert changed
    before = dict(changed)
    changed.clear()
    assert read_relations(WordParts(docx), BODY) == before
