"""The reader of spreadsheets: what programs and people make of one is read or refused with a word, never guessed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from docgen.errors import DataFileError
from docgen.spreadsheets import FORMULA, LOST_DIGITS
from docgen.spreadsheets.read import read_grid
from docgen.spreadsheets.values import is_date
from tests.support.files.sheets import with_parts, xlsx

PART, RELATIONS = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


KNOWN = {heading: heading for heading in ("nibar", "nama", "nilai")}  # headings of a register


def cells(rows: bytes, *, styles: bytes = b"", strings: bytes = b"") -> list[list[str]]:
    """What is read of a sheet with this XML as its rows, and what its strings and number formats are."""
    parts: dict[str, Callable[[bytes], bytes]] = {
        PART: lambda old: old[: old.index(b"<sheetData>")] + b"<sheetData>" + rows + b"</sheetData></worksheet>",
        "xl/sharedStrings.xml": lambda old: strings or old or b"<sst/>",
        RELATIONS: lambda old: old.replace(
            b"</Relationships>",
            b'<Relationship Id="s" Type="/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        ),
    }
    if styles:
        parts["xl/styles.xml"] = lambda old: b"<styleSheet>" + styles + b"</styleSheet>"
    return [list(row) for _, row in read_grid("x.xlsx", with_parts(xlsx([["NIBAR"]]), parts)).rows]


def test_each_sort_of_cell_is_read_as_people_see_it() -> None:
    """Rich text without reading aids, escapes, truth values, errors, padded digits, dates, results of formulas."""
    strings = (
        b"<sst><si><r><t>Meja </t></r><r><t>rapat</t></r><rPh sb='0' eb='1'><t>x</t></rPh></si>"
        b"<si><t>a_x000D_\nb</t></si></sst>"
    )
    styles = (
        b'<numFmts><numFmt numFmtId="200" formatCode="000000"/><numFmt numFmtId="201" '
        b'formatCode="[$-421]d mmmm yyyy"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        b'<cellXfs><xf numFmtId="0"/><xf numFmtId="200"/><xf numFmtId="201"/><xf numFmtId="14"/></cellXfs>'
    )
    row = (
        b'<row r="2"><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c>'
        b'<c s="1"><v>123</v></c><c s="2"><v>46349</v></c><c s="3"><v>46349.5</v></c><c><v>0.30000000000000004</v></c>'
        b"<c><v>6310180000940</v></c><c><v>1.98305112007011E+17</v></c><c><f>A1</f></c><c><f>A1</f><v/></c>"
        b'<c t="str"><f>""</f><v></v></c><c t="str"><f>"a"</f><v>a</v></c><c t="inlineStr"><is><t>=1+1</t></is></c>'
        b'<c t="d"><v>2026-11-23T00:00:00</v></c></row>'
    )
    [found] = cells(row, styles=styles, strings=strings)
    assert found == [
        *("Meja rapat", "a\nb", "ya", "#N/A", "000123", "2026-11-23", "2026-11-23", "0,3", "6310180000940"),
        *(LOST_DIGITS, FORMULA, FORMULA, "", "a", "=1+1", "2026-11-23"),
    ]


@pytest.mark.parametrize(
    ("code", "date"),
    [("General", False), ("[Red]0.00", False), ('"Rp"#,##0', False), ("dd/mm/yyyy", True), ("[h]:mm", True),
     ("0_d", False), ('0;"hari"', False), ("\\d0", False), ('#,##0_);[Red]-#,##0 "d"', False)],
)  # fmt: skip
def test_a_number_format_of_dates_is_known_by_its_letters(code: str, date: bool) -> None:
    """Letters in texts, colours and escapes are none."""
    assert is_date(code) is date


def test_the_sheet_with_known_headings_is_taken_and_the_others_are_told() -> None:
    """Not the first that holds something; an empty sheet is not told, a hidden one is told apart and never taken."""

    def change(sheet: Any) -> None:
        for title, rows, state in (
            ("Data", [["NIBAR", "Nama"], ["1", "Meja"]], "visible"),
            ("Arsip", [["NIBAR", "Nama"], ["2", "Lama"]], "hidden"),
            ("Kosong", [], "visible"),
        ):
            other = sheet.parent.create_sheet(title)
            other.sheet_state = state
            for row in rows:
                other.append(row)

    grid = read_grid("x.xlsx", xlsx([["Rekapitulasi"], ["Meja", 3]], change), known=KNOWN)
    assert (grid.sheet, grid.rows[1][1], grid.other_sheets, grid.hidden_sheets) == (
        "Data", ["1", "Meja"], ["Sheet"], ["Arsip"],
    )  # fmt: skip


def test_hidden_rows_and_columns_are_known() -> None:
    """By a filter, by a height of nothing, by hiding all that says nothing else; columns alone and in a stretch."""

    def change(sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True

    grid = read_grid("x.xlsx", xlsx([["NIBAR", "Nama"], ["1", "Meja"]], change))
    assert (grid.hidden, grid.hidden_columns) == ({2}, {1})
    book = with_parts(
        xlsx([["NIBAR"], ["1"], ["2"]]),
        {PART: lambda old: old.replace(b"<sheetFormatPr", b'<sheetFormatPr zeroHeight="1"').replace(
            b'<row r="1"', b'<row r="1" hidden="0"').replace(b'<row r="3"', b'<row r="3" hidden="0"')},
    )  # fmt: skip
    assert read_grid("x.xlsx", book).hidden == {2}


def test_strict_and_prefixed_books_and_rows_without_numbers_are_read() -> None:
    """As other programs write them; places that are not told follow one another."""
    change = {"xl/workbook.xml": _strict, PART: _strict, RELATIONS: _strict, "_rels/.rels": _strict}
    assert read_grid("x.xlsx", with_parts(xlsx([["NIBAR"], ["1"]]), change)).rows == [(1, ["NIBAR"]), (2, ["1"])]
    plain = (
        b'<row><c t="inlineStr"><is><t>a</t></is></c><c><v>1</v></c></row>'
        b'<x:row xmlns:x="x"><x:c><x:v>2</x:v></x:c></x:row>'
    )
    assert cells(plain) == [["a", "1"], ["2"]]


def _strict(part: bytes) -> bytes:
    for old, new in STRICT.items():
        part = part.replace(old, new)
    return part


CSV = "NIBAR;Nama;Nilai\r\n1;Meja, kursi;1,2,3,4\r\n"


@pytest.mark.parametrize(
    "data",
    [
        CSV.encode(),
        *(CSV.encode(encoding) for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")),
        b'"sep=;"\r\n' + CSV.encode(),
        b"sep=;\n" + CSV.encode(),
        CSV.replace(";", "|").encode(),
        CSV.replace(";", "\t").encode(),
    ],
)
def test_a_csv_is_parted_where_its_headings_are_known(data: bytes) -> None:
    """Though its texts hold more commas than it has columns; `sep=` is no row."""
    assert read_grid("x.csv", data, known=KNOWN).rows == [
        (1, ["NIBAR", "Nama", "Nilai"]),
        (2, ["1", "Meja, kursi", "1,2,3,4"]),
    ]


def test_texts_a_csv_keeps_by_formulas_are_texts() -> None:
    """="000123" is 000123; other formulas stay as they are written."""
    data = b'NIBAR;Nama\r\n"=""000123""";=1+1\r\n'
    assert read_grid("x.csv", data).rows[1][1] == ["000123", "=1+1"]


def _zip(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_zip("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), "melainkan ODS"),
        (_zip("xl/workbook.bin", b"x"), "melainkan XLSB"),
        (_zip("word/document.xml", b"x"), "melainkan Word"),
        (b"\xd0\xcf\x11\xe0 Workbook", "melainkan Excel lama (XLS)"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "dilindungi kata sandi"),
        (b"\r\n<html><table>", "melainkan halaman HTML"),
        (b"<?xml version='1.0'?><Workbook/>", "melainkan XML"),
        (b"%PDF-1.7", "melainkan PDF"),
        ("NIBAR;Nama\n1;Café\n".encode() + "2;Café\n".encode("cp1252"), "baris 3 memuat huruf yang rusak"),
        (b'NIBAR;Nama\n1;"Meja\n2;Kursi\n', "periksa tanda petiknya"),
        (b"PK\x03\x04", "tidak dapat dibaca sebagai XLSX"),
    ],
)
def test_what_is_no_spreadsheet_is_named(data: bytes, said: str) -> None:
    """With what to do: nearly always to save it as XLSX."""
    with pytest.raises(DataFileError, match=r"x\.xlsx") as refused:
        read_grid("x.xlsx", data)
    assert said in str(refused.value)


BOOK = xlsx([["NIBAR"], ["1"]])


def _grown(piece: bytes, times: int, before: bytes = b"<sheetData>", after: bytes = b"") -> bytes:
    """A book with a piece of XML many times over, each as small a file as can be."""
    return with_parts(BOOK, {PART: lambda old: old.replace(before, before + piece * times + after, 1)})


@pytest.mark.parametrize(
    "data",
    [
        _grown(b'<c r="A1"', 30_000),  # each quadratic for a pattern over the raw text
        _grown(b' a="1"', 300_000, b"<sheetData"),
        _grown(b"<a>", 200_000),
        with_parts(BOOK, {PART: lambda old: old.replace(
            b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')}),
        b"," * 2_000_000,
        b"\n" * 2_000_000,
    ],
)  # fmt: skip
def test_hostile_files_are_refused_at_once(data: bytes) -> None:
    """Tags without end, a million attributes, merged cells as wide as a sheet, lines as long as a file."""
    with pytest.raises(DataFileError):
        read_grid("x.xlsx", data)


def test_thousands_of_empty_rows_with_a_look_are_no_rows() -> None:
    """A sheet formatted down to row 30,000, or to the last there is, holds what it holds."""
    rows = b"".join(b'<row r="%d"><c r="A%d" s="0"/><c r="XFD%d"/></row>' % (at, at, at) for at in range(3, 30_000))
    book = with_parts(BOOK, {PART: lambda old: old.replace(b"</sheetData>", rows + b'<row r="1048576"/></sheetData>')})
    assert read_grid("x.xlsx", book).rows == [(1, ["NIBAR"]), (2, ["1"])]
