"""Whatever an office is sent, not PDFs alone, is opened by a child: as well as in the service, and harmless."""

from __future__ import annotations

import io
import random
import stat
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from docgen import ocr
from docgen.desk.office_seal import OfficeSeal
from docgen.errors import DataFileError, SignatureError, TemplateError
from docgen.foreign import fill_results, prepare_emblem, read_grid, tables
from docgen.installed.checks import check_template
from docgen.spreadsheets import Grid, read
from tests.support.files.certificates import PASSWORD, Authority
from tests.support.hostile import pictures as hostile_pictures
from tests.support.hostile import sheets as hostile_sheets
from tests.support.machine.processes import children
from tests.support.machine.processor import of_processes


def book() -> bytes:
    """A book with what a sheet may have besides its cells."""
    workbook = Workbook()
    sheet: Any = workbook.active
    for row in (["NIBAR", "Nama"], ["1", "Meja “jati” é 漢 😀"], ["2", "Kursi"], ["3", "Lemari\nbesi"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    workbook.create_sheet("Lain").append(["x"])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def plain(grid: Grid) -> dict[str, Any]:
    """A sheet as plain values."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in vars(grid).items()}


@pytest.mark.parametrize("data", [book(), "NIBAR;Nama\n1;Meja é\n".encode(), b'NIBAR,Nama\n1,"a\nb"\n'])
def test_a_child_reads_a_sheet_as_the_service_would(data: bytes) -> None:
    """Cells, hidden rows and columns, merged cells and other sheets are the same."""
    known = {"nibar": "nibar", "nama": "name"}
    assert plain(read_grid("a", data, known=known)) == plain(read.read_grid("a", data, known=known))


def test_a_child_says_what_is_wrong_with_a_sheet() -> None:
    """In the words of whoever reads it; one that takes too much is refused as a spreadsheet, not as a PDF."""
    with pytest.raises(DataFileError, match=r"^a.xlsx bukan CSV atau XLSX, melainkan PDF"):
        read_grid("a.xlsx", b"%PDF-1.7")
    text = dict(hostile_sheets.books(random.Random(1)))["zip bomb"]
    with pytest.raises(DataFileError, match=r"^a.xlsx terlalu besar"):
        read_grid("a.xlsx", text)


def test_a_sheet_that_takes_too_much_is_refused_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says what to do with a spreadsheet."""
    monkeypatch.setattr(tables, "SECONDS", 0.1)
    heavy = dict(hostile_sheets.books(random.Random(2)))["empty rows"]
    with pytest.raises(DataFileError, match=r"terlalu berat untuk dibaca, atau rusak\. Salin isinya"):
        read_grid("a.xlsx", heavy)


def test_results_are_written_by_a_child() -> None:
    """Numbers and links come into the book that was sent."""
    filled = fill_results(book(), {2: ("B/1", "http://x/d/1", "")}, name="Sheet")
    assert read.read_grid("a", filled).rows[1][1][-2:] == ["B/1", "http://x/d/1"]
    assert load_workbook(io.BytesIO(filled)).sheetnames == ["Sheet", "Lain"]


@pytest.fixture(scope="module")
def pictures() -> dict[str, bytes]:
    """Hostile pictures by name."""
    return dict(hostile_pictures.pictures(random.Random(1)))


@pytest.mark.parametrize("name", ["svg", "deep colour", "bomb", "lying jpeg"])
def test_an_emblem_that_is_none_is_refused_in_a_sentence(pictures: dict[str, bytes], name: str) -> None:
    """What is no picture, what is far too large, and what lies about its size."""
    with pytest.raises(DataFileError, match="bukan gambar PNG atau JPEG"):
        prepare_emblem(pictures[name])


@pytest.mark.parametrize("name", ["just small enough", "frames", "exif of itself"])
def test_an_odd_emblem_that_is_a_picture_is_taken(pictures: dict[str, bytes], name: str) -> None:
    """The largest that is allowed, one that says it moves, and one whose notes lead to themselves."""
    assert prepare_emblem(pictures[name]).startswith(b"\x89PNG")


def test_an_honest_emblem_is_taken() -> None:
    """A photograph becomes a PNG."""
    assert prepare_emblem(hostile_pictures.jpeg()).startswith(b"\x89PNG")


def test_a_template_that_is_a_bomb_costs_its_kind_alone() -> None:
    """The child says what is wrong with it, or is given up."""
    variants = dict(hostile_pictures.templates(random.Random(1)))
    with pytest.raises(TemplateError, match="terlalu besar"):
        check_template(variants["bomb"], "surat/template.docx")
    with pytest.raises(TemplateError, match="bukan dokumen Word"):
        check_template(b"PK\x03\x04 no package", "surat/template.docx")


def test_a_certificate_that_takes_years_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thousand million rounds to derive a key: a sentence in a moment; no child that knows the password is left."""
    monkeypatch.setattr("docgen.installed.checks.OPEN_SECONDS", 0.5)
    file = tmp_path / "segel.p12"
    file.write_bytes(dict(hostile_pictures.certificates(random.Random(1)))["iterations"])
    before, used = children(), of_processes()
    with pytest.raises(SignatureError, match="terlalu berat"):
        _ = OfficeSeal(file, PASSWORD).seal
    assert of_processes() - used < 10
    authority = Authority("CA")
    monkeypatch.undo()
    file.write_bytes(authority.pkcs12(authority.office))
    assert OfficeSeal(file, PASSWORD).seal.common_name == "Sekretariat Daerah"
    with pytest.raises(SignatureError, match="Kata sandi"):
        _ = OfficeSeal(file, "salah").seal
    assert children() == before


def test_tesseract_runs_as_a_stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets the picture; the service's environment and files stay out of its reach."""
    secret = tmp_path / "secret.key"
    secret.write_text("jangan dibaca")
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "tesseract"
    program.write_text(f'#!/bin/sh\ncase "$1" in --list-langs) echo ind;; *) env; cat; cat {secret};; esac\nexit 0\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("DOCGEN_SECRET_KEY", "jangan-bocor")
    ocr.can_read.cache_clear()
    try:
        assert ocr.can_read()
        said = ocr.read_page(b"gambar")
    finally:
        ocr.can_read.cache_clear()
    assert "gambar" in said
    assert "jangan" not in said
