"""Imports of registers: good lines go in, each wrong one is told with its line and column."""

from __future__ import annotations

import io

import openpyxl
import pytest

from docgen.desk import Desk
from docgen.desk.imports import import_assets, import_officials
from docgen.desk.registers import complete_official, official_warnings
from docgen.errors import DataFileError
from storage.catalogue import registers
from storage.records import Asset, Official

pytestmark = pytest.mark.office  # the desk fixture has a LibreOffice

HEADINGS = "NIBAR;Kode Barang;Nama Barang;Merk/Type;No. Seri;Tahun Perolehan;Nilai Perolehan (Rp);Kondisi;Jenis"


def asset(desk: Desk, nibar: str) -> Asset:
    """One asset of the register."""
    with desk.catalogue.read() as tx:
        return registers.get_asset(tx, nibar)


def test_what_an_office_keeps_in_excel_is_understood(desk: Desk) -> None:
    """Indonesian headings, semicolons, Rp12.500.000,00, "Rusak Ringan" and a BOM are all read."""
    line = "X/1;1.3.2.10.01;Server Rack;Dell;SN 1;2021;Rp12.500.000,00;Rusak Ringan;Perangkat keras"
    result = import_assets(desk, "aset.csv", f"\ufeff{HEADINGS}\r\n{line}\r\n\r\n".encode())
    assert (result.added, result.changed, result.errors) == (1, 0, [])
    kept = asset(desk, "X/1")
    assert (kept.value, kept.condition, kept.sort, kept.year) == (12_500_000, "KB", "hardware", 2021)


def test_wrong_lines_are_told_and_good_ones_kept(desk: Desk) -> None:
    """Each mistake names its line and column; the good lines around it are in the register."""
    lines = [
        "nibar,name,year,value,condition",
        "X/1,Server,2021,1000,B",
        ",Tanpa NIBAR,2021,1000,B",
        "X/2,,2021,1000,B",
        "X/3,Switch,dua ribu,1000,B",
        "X/4,Switch,2021,-5,Hancur",
        "X/1,Kembar,2021,1000,B",
        "X/5,Router,,,",
        "X/6,Router,2021,1000.50,B",
    ]
    result = import_assets(desk, "aset.csv", "\n".join(lines).encode())
    assert (result.added, result.changed) == (2, 0)
    assert [(error.line, error.field) for error in result.errors] == [
        (3, "nibar"), (4, "name"), (5, "year"), (6, "value"), (6, "condition"), (7, "nibar"), (9, "value"),
    ]  # fmt: skip
    assert all(error.message for error in result.errors)
    assert asset(desk, "X/5").condition == "B"


def test_importing_again_changes_instead_of_doubling(desk: Desk) -> None:
    """The same NIBAR again is a change."""
    import_assets(desk, "a.csv", b"nibar,name\nX/1,Lama\n")
    result = import_assets(desk, "a.csv", b"nibar,name\nX/1,Baru\n")
    assert (result.added, result.changed) == (0, 1)
    assert asset(desk, "X/1").name == "Baru"


def test_a_workbook_is_read_like_a_csv(desk: Desk) -> None:
    """XLSX cells are read as they show; a NIP that Excel kept as a number has lost digits, and is refused."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Kode", "Nama", "NIP", "Jabatan", "Peran dalam SOP", "Kedudukan", "Berlaku sejak", "Golongan/ruang"])
    sheet.append(["baru", "Rina", "198305112007011005", "Kepala Seksi", "kepala_seksi", "Plt.", None, "III/d"])
    sheet.append(["angka", "Budi", 198305112007011005, "Kepala Seksi", "kepala_seksi", "", None, "III/d"])
    target = io.BytesIO()
    book.save(target)
    result = import_officials(desk, "pejabat.xlsx", target.getvalue())
    assert result.added == 1
    assert [(error.line, error.field) for error in result.errors] == [(3, "nip")]
    with desk.catalogue.read() as tx:
        kept = registers.get_official(tx, "baru")
    assert (kept.nip, kept.capacity, kept.rank) == ("198305112007011005", "plt", "Penata Tingkat I")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "kosong"),
        (b"\x00\x01\x02", "bukan CSV"),
        (b"PK\x03\x04 rusak", "XLSX"),
        (b"nama,umur\nx,1\n", "NIBAR"),
    ],
)
def test_a_file_that_is_none_is_refused_with_what_to_do(desk: Desk, data: bytes, says: str) -> None:
    """What cannot be read at all is one message that names the file, never a crash."""
    with pytest.raises(DataFileError, match=rf"aset\.csv.*{says}"):
        import_assets(desk, "aset.csv", data)


def test_a_doubtful_nip_warns_and_does_not_block() -> None:
    """The register takes an official whose NIP looks wrong, and says what looks wrong."""
    official = Official(id="x", name="X", nip="123", post="Kasi", role="kepala_seksi", grade="III/c")
    assert official_warnings(official)
    assert complete_official(official).rank == "Penata"
    good = official.model_copy(update={"nip": "198305112007011005"})
    assert official_warnings(good) == []
