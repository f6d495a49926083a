"""Imports of registers: good lines go in, each wrong one is told with its line and column."""

from __future__ import annotations

import io

import openpyxl
import pytest

from docgen.desk import Desk
from docgen.desk.registers.checks import complete_official, official_warnings
from docgen.desk.registers.imports import import_assets, import_officials
from docgen.errors import DataFileError
from storage.catalogue import registers
from storage.records import Asset, Official
from tests.support.files.sheets import xlsx

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


KIB = [
    ["KARTU INVENTARIS BARANG (KIB) B"],
    [],
    ["No", "Nomor", None, "Nama Barang", "Merk", "Tahun", "Harga Perolehan", "Keadaan", "Ruang", "Bahan", None],
    [None, "NIBAR", "Register", None, None, None, None, None, None, None, None],
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, None],
    [1, "K/1", "'0001", "Meja", "Olympic", 2021, 1500000, "Kurang Baik", "Aula", "Kayu", "rusak kakinya"],
    [None, None, None, "Jumlah", None, None, 1500000, None, None, None, None],
    ["No", "NIBAR", "Register", "Nama Barang", "Merk", "Tahun", "Harga Perolehan", "Keadaan", "Ruang", "Bahan", None],
    [2, "K/2", "0002", "Kursi", None, None, None, None, None, None, None],
]


def test_a_card_as_offices_keep_it_is_read_and_all_of_it_told(desk: Desk) -> None:
    """Headings of two rows below a title, in the office's own words; what is no record, and what is not read."""
    result = import_assets(desk, "kib.xlsx", xlsx(KIB))
    assert (result.added, result.errors) == (2, [])
    kept = asset(desk, "K/1")
    assert (kept.kode_register, kept.brand, kept.year, kept.value) == ("0001", "Olympic", 2021, 1_500_000)
    assert (kept.condition, kept.location) == ("KB", "Aula")
    reading = result.reading
    assert reading is not None
    assert (reading.heading_row, reading.rows) == (4, 2)
    assert [(one.row, one.reason) for one in reading.skipped] == [(5, "numbering"), (7, "total"), (8, "heading")]
    ignored = {one.column: (one.heading, one.filled) for one in reading.ignored}
    assert (ignored["J"], ignored["K"]) == (("Bahan", 3), ("", 1))
    assert reading.doubtful
    assert any("Kolom J “Bahan” tidak dikenal" in note for note in result.notes)


def test_a_heading_like_a_known_one_is_told_with_it(desk: Desk) -> None:
    """What was meant is named; two columns for one field are refused with their letters."""
    result = import_assets(desk, "a.csv", b"NIBAR;Nama barang;Type;Lokasii\nT/1;Meja;X;Aula\n", dry_run=True)
    assert result.reading is not None
    assert [one.nearest for one in result.reading.ignored] == ["Merk/Type", "Lokasi"]
    with pytest.raises(DataFileError, match="C “Harga” dan D “Nilai” sama-sama berarti Nilai perolehan"):
        import_assets(desk, "a.csv", b"NIBAR;Nama barang;Harga;Nilai\nT/1;Meja;1;2\n")


def test_what_a_spreadsheet_lost_is_refused_by_its_cell(desk: Desk) -> None:
    """Exponents, errors and formulas without a result, in any column; cells merged over rows; wrong words."""
    rows: list[list[object]] = [["NIBAR", "Nama barang", "Lokasi", "Kondisi"]]
    rows += [["6,31018E+12", "A", "", ""], ["6.31018E+12", "B", "", ""], ["L/1", "C", '="Gudang "&"B"', ""],
             ["L/2", "#REF!", "", ""], ["L/3", "D", "Aula", "B"], ["L/4", "E", None, "B"]]  # fmt: skip
    rows += [["L/5", "F", "", "remuk"]]
    result = import_assets(desk, "a.xlsx", xlsx(rows, lambda sheet: sheet.merge_cells("C6:C7")))
    assert result.added == 1
    assert [error.cell for error in result.errors] == ["A2", "A3", "C4", "B5", "C7", "D8"]
    assert [error.value for error in result.errors] == ["6,31018E+12", "6.31018E+12", "", "#REF!", "", "remuk"]
    assert "KB (Kurang Baik; juga RR atau Rusak Ringan)" in result.errors[-1].message
    officials = (
        b"Kode;Nama;NIP;Jabatan;Peran dalam SOP\nx;X;1,98305E+17;Kasi;Kepala Seksi\ny;Y;19830511;Kasi;kepala_seksi\n"
    )
    told = import_officials(desk, "p.csv", officials)
    assert [error.cell for error in told.errors] == ["C2"]
    assert any("seharusnya 18" in warning.message for warning in told.warnings)


def test_an_empty_cell_erases_nothing(desk: Desk) -> None:
    """A file with fewer columns or empty cells leaves what is in the register; changes and the unchanged are told."""
    import_assets(desk, "a.csv", b"NIBAR;Nama;Merk;Lokasi\nE/1;Meja;Olympic;Aula\nE/2;Kursi;;\n")
    fewer = b"NIBAR;Nama;Lokasi\nE/1;Meja rapat;\nE/2;Kursi;\nE/3;Lemari;\n"
    again = import_assets(desk, "a.csv", fewer, dry_run=True)
    assert (again.added, again.changed, again.unchanged, again.kept) == (1, 2, 1, 1)
    assert [(one.key, one.before, one.after) for one in again.changes] == [
        ("E/1", {"name": "Meja"}, {"name": "Meja rapat"})
    ]
    assert asset(desk, "E/1").name == "Meja"
    import_assets(desk, "a.csv", b"NIBAR;Nama;Lokasi\nE/1;Meja rapat;\n")
    assert (asset(desk, "E/1").brand, asset(desk, "E/1").location) == ("Olympic", "Aula")
    import_officials(desk, "p.csv", b"id,name,grade,post,role,nip\no,O,III/c,Kasi,kepala_seksi,198305112007011005\n")
    import_officials(desk, "p.csv", b"id,name,grade,post,role\no,O,III/d,Kasi,kepala_seksi\n")
    with desk.catalogue.read() as tx:
        official = registers.get_official(tx, "o")
    assert (official.nip, official.rank) == ("198305112007011005", "Penata Tingkat I")


def test_a_doubtful_nip_warns_and_does_not_block() -> None:
    """The register takes an official whose NIP looks wrong, and says what looks wrong."""
    official = Official(id="x", name="X", nip="123", post="Kasi", role="kepala_seksi", grade="III/c")
    assert official_warnings(official)
    assert complete_official(official).rank == "Penata"
    good = official.model_copy(update={"nip": "198305112007011005"})
    assert official_warnings(good) == []


def test_an_official_without_pangkat_is_warned_of() -> None:
    """A golongan alone is enough, as a PPPK has it; whoever has no NIP has no pangkat to fill in."""
    official = Official(id="x", name="X", nip="198305112007011005", post="Kasi", role="kepala_seksi")
    (warning,) = official_warnings(official)
    assert "Pangkat dan golongan" in warning
    assert official_warnings(official.model_copy(update={"grade": "IX"})) == []
    assert official_warnings(official.model_copy(update={"nip": ""})) == ["NIP belum diisi."]
