"""Signed PDFs that come back are filed by themselves, once, and what else lies in the folder harms nothing."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.scans.sort import receive, run_scan_job
from docgen.desk.service.returns_folder import take_returned
from docgen.foreign import page_text
from docgen.libreoffice import Converter
from docgen.printed_code import printed_codes
from docgen.signer import load_seal
from docgen.uploads import LARGEST_FILE
from storage.catalogue import documents
from storage.records import Document
from tests.support.files.certificates import PASSWORD, Authority
from tests.support.files.pdfs import pdf
from tests.support.files.srikandi import signed_by_srikandi
from tests.support.office.decisions import relocation_plan
from tests.support.office.demo_office import demo_office
from tests.support.office.sealing import current, with_seal

pytestmark = pytest.mark.office

AUTHORITY = Authority("Balai Besar Sertifikasi Elektronik")
NUMBER = "000.2.3.2/117/SETDA/2026"
# A process that looks through the folder once it is told to, and again until nothing is left there to take.
# What LibreOffice made of the Word files lies in a folder already.
WATCHER = """
import hashlib, sys
from pathlib import Path
from docgen.desk import open_desk
from docgen.desk.service.returns_folder import take_returned
from docgen.settings import read_settings
class Made:
    def convert(self, docx, **options):
        return Path(sys.argv[2], hashlib.sha256(docx).hexdigest()).read_bytes()
desk, folder, seen = open_desk(read_settings(), Made()), Path(sys.argv[1]), {}
print("there", flush=True)
sys.stdin.readline()
while any(folder.glob("*.pdf")):
    seen = take_returned(desk, folder, seen)
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[Desk]:
    """An office that the tests of this file share; it trusts AUTHORITY."""
    folder = tmp_path_factory.mktemp("kembali")
    with demo_office(folder, converter) as desk:
        yield with_seal(desk, AUTHORITY, folder)


def waiting_and_signed(desk: Desk, number: str) -> tuple[Document, bytes]:
    """A letter that waits for its number, and its signed PDF."""
    document = relocation_plan(desk, numbering={"by": "SRIKANDI"}, dossier="new")
    docx = desk.store.get(current(desk, document)[0].docx.key)
    seal = load_seal(AUTHORITY.pkcs12(AUTHORITY.office), PASSWORD)
    return document, signed_by_srikandi(desk.converter, docx, number, "2 November 2026", seal)


def rounds(desk: Desk, folder: Path, count: int = 2) -> None:
    """Look through the folder as often as a file needs to be seen unchanged, and taken."""
    seen: dict[str, tuple[int, int, int]] = {}
    for _ in range(count):
        seen = take_returned(desk, folder, seen)


def now(desk: Desk, document: Document) -> Document:
    """The letter as it is now."""
    with desk.catalogue.read() as tx:
        return documents.get_document(tx, document.id)


def test_a_file_is_filed_with_its_letter_when_it_has_stopped_growing(office: Desk, tmp_path: Path) -> None:
    """Half of it is left alone; whole, it brings the number, and lies in `selesai` with a text that says so."""
    document, signed = waiting_and_signed(office, NUMBER)
    file = tmp_path / "naskah.pdf"
    file.write_bytes(signed[:1000])
    seen = take_returned(office, tmp_path, {})
    file.write_bytes(signed)
    seen = take_returned(office, tmp_path, seen)
    assert file.exists()
    take_returned(office, tmp_path, seen)
    assert (now(office, document).status, now(office, document).number) == ("issued", NUMBER)
    assert (tmp_path / "selesai" / "naskah.pdf").read_bytes() == signed
    assert NUMBER in (tmp_path / "selesai" / "naskah.pdf.txt").read_text("utf-8")
    file.write_bytes(signed)  # once more, as after a process that was killed before it moved it
    rounds(office, tmp_path)
    assert now(office, document).revision == 2
    assert (tmp_path / "selesai" / "naskah (1).pdf").exists()


def test_what_is_no_signed_letter_is_refused_or_left_alone(office: Desk, tmp_path: Path) -> None:
    """Links, pipes and folders are not opened; an unsigned, empty or huge file lies in `ditolak` with the reason."""
    outside = tmp_path / "di-luar.pdf"
    outside.write_bytes(pdf("rahasia"))
    folder = tmp_path / "kembali"
    folder.mkdir()
    (folder / "tautan.pdf").symlink_to(outside)
    os.mkfifo(folder / "pipa.pdf")
    (folder / "map.pdf").mkdir()
    (folder / "biasa.pdf").write_bytes(pdf("tanpa tanda tangan"))
    (folder / "kosong.pdf").touch()
    (folder / "aneh\n\x1b[31m.pdf").write_bytes(b"%PDF-1.7 rusak")
    with (folder / "besar.pdf").open("wb") as file:
        file.truncate(LARGEST_FILE * 20)  # sparse
    rounds(office, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["ditolak", "map.pdf", "pipa.pdf", "tautan.pdf"]
    refused = sorted(path.name for path in (folder / "ditolak").iterdir() if path.suffix == ".pdf")
    assert refused == ["aneh\n\x1b[31m.pdf", "besar.pdf", "biasa.pdf", "kosong.pdf"]
    assert "tidak bertanda tangan" in (folder / "ditolak" / "biasa.pdf.txt").read_text("utf-8")
    assert outside.exists()


def test_no_name_keeps_others_from_their_turn_or_writes_over_them(office: Desk, tmp_path: Path) -> None:
    """The longest name is moved under a shorter one; a file that is called as the reason of another lies beside it;
    one that cannot be moved stays, and those behind it are taken.
    """
    longest, reason = "a" * 247 + "\N{LATIN SMALL LETTER E WITH ACUTE}.pdf", "surat.pdf.txt"
    (tmp_path / longest).touch()
    (tmp_path / "surat.pdf").touch()
    (tmp_path / reason).write_text("isi lain")
    rounds(office, tmp_path)
    refused = {path.name: path for path in (tmp_path / "ditolak").iterdir()}
    assert len(refused) == 6
    assert not any(path.is_file() for path in tmp_path.iterdir())
    assert "kosong" in refused[reason].read_text("utf-8")
    assert refused["surat.pdf (1).txt"].read_text() == "isi lain"
    (tmp_path / "selesai").touch()  # no folder: nothing can be moved there
    document, signed = waiting_and_signed(office, "77/SETDA")
    (tmp_path / "a.pdf").write_bytes(signed)
    (tmp_path / "b.pdf").touch()
    rounds(office, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "ditolak"]
    rounds(office, tmp_path)
    assert (now(office, document).number, now(office, document).revision) == ("77/SETDA", 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ditolak", "selesai"]


def test_a_signed_file_in_a_stack_is_filed_whole(office: Desk) -> None:
    """It is no scan: the letter gets it byte for byte with its number; done again, nothing is filed twice."""
    document, signed = waiting_and_signed(office, "12/SETDA")
    job = Jobs(office, {"scan": run_scan_job}).submit("scan", receive(office, [("a.pdf", signed)]), "sari")
    for _ in range(2):
        stack = run_scan_job(office, job, lambda done, total: None)
        assert [file["document"] for file in stack["signed"]] == [document.id]
        assert stack["pages"] == []
    assert (now(office, document).number, now(office, document).revision) == ("12/SETDA", 2)


def without_printed_code(docx: bytes) -> bytes:
    """The Word file without the words beside the code at its foot, so that the code stands in its picture alone."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as package, zipfile.ZipFile(changed, "w") as out:
        for entry in package.infolist():
            foot = rb"(</w:drawing></w:r><w:r>(?:<w:rPr>.*?</w:rPr>)?<w:t[^>]*>)[^<]*Kode [^<]*"
            out.writestr(entry, re.sub(foot, rb"\1", package.read(entry)))
    return changed.getvalue()


def test_a_code_that_is_a_picture_alone_is_read(office: Desk, tmp_path: Path) -> None:
    """No word of the file tells its letter: the QR does."""
    document = relocation_plan(office, numbering={"by": "SRIKANDI"}, dossier="new")
    docx = without_printed_code(office.store.get(current(office, document)[0].docx.key))
    seal = load_seal(AUTHORITY.pkcs12(AUTHORITY.office), PASSWORD)
    signed = signed_by_srikandi(office.converter, docx, "31/SETDA", "2 November 2026", seal)
    assert printed_codes(page_text(signed)) == []
    (tmp_path / "gambar.pdf").write_bytes(signed)
    rounds(office, tmp_path)
    assert (tmp_path / "selesai" / "gambar.pdf").exists()
    assert (now(office, document).number, now(office, document).revision) == ("31/SETDA", 2)


def test_two_processes_file_nothing_twice(office: Desk, tmp_path: Path) -> None:
    """Each file is taken by one of them: it is filed once, and told once; so is the same file under two names."""
    folder, source = tmp_path / "kembali", tmp_path / "pdf"
    folder.mkdir()
    source.mkdir()
    letters = [waiting_and_signed(office, f"{number}/SETDA") for number in (41, 42)]
    for (document, signed), count in zip(letters, (2, 1), strict=True):
        docx = office.store.get(current(office, document)[0].docx.key)
        (source / hashlib.sha256(docx).hexdigest()).write_bytes(office.converter.convert(docx))
        for copy in range(count):  # of the first, the same file under two names
            (folder / f"{document.id} {copy}.pdf").write_bytes(signed)
    data = Path(office.catalogue.engine.url.database or "").parent
    own = {"DOCGEN_DATA": str(data), "DOCGEN_TRUST": str(data.parent / "ca.pem")}
    with ExitStack() as stack:
        watchers = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", WATCHER, str(folder), str(source)],
                    env={**os.environ, **own},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(2)
        ]
        for watcher in watchers:
            assert watcher.stdout is not None
            assert watcher.stdout.readline() == "there\n"
        for watcher in watchers:
            assert watcher.stdin is not None
            watcher.stdin.write("\n")
            watcher.stdin.flush()
        assert [watcher.wait(60) for watcher in watchers] == [0, 0]
    for document, _ in letters:
        assert (now(office, document).status, now(office, document).revision) == ("issued", 2)
    assert len(list((folder / "selesai").glob("*.pdf"))) == 3
    assert len(list((folder / "selesai").glob("*.txt"))) == 3
    assert all("/SETDA" in path.read_text("utf-8") for path in (folder / "selesai").glob("*.txt"))
    assert not list(folder.glob("ditolak/*"))
