"""Tables fit: an amount of money stands on one line, however large it is; no word is broken, on any paper."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
from lxml import etree

from docgen.forms.field_sheet import MAX_INTEGER
from docgen.kinds.kind import Kind
from docgen.libreoffice import Converter
from docgen.render.pdf.paper import Paper
from docgen.render.word.column_widths import parts, pieces
from docgen.render.word.fill import render_docx
from docgen.render.word.fit_tables import broken_words_of_file, fit_tables
from docgen.render.word.package import BODY, W
from storage.records import Asset
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import assets, context

KINDS = delivered_kinds()
PRINTED: list[tuple[int, Paper]] = [(MAX_INTEGER, "A4"), (1_234_567_890, "F4")]
WITH_AMOUNTS = {
    *("berita_acara_penghapusan", "berita_acara_serah_terima", "identifikasi_penghapusan", "laporan_penganggaran"),
    *("laporan_pengadaan", "persetujuan", "rencana_aksi", "rencana_kebutuhan", "rencana_tindak_lanjut", "telaahan"),
}


def dear(kind: Kind, amount: int) -> dict[str, Any]:
    """Data of the kind's example with this amount wherever there is one."""
    data: dict[str, Any] = {}
    for field in kind.fields:
        if field.type == "money":
            data[field.name] = amount
        elif field.type == "table" and field.name in kind.example:
            money = {column.name: amount for column in field.columns if column.type == "money"}
            data[field.name] = [row | money for row in kind.example[field.name]]
    return data


def broken(pdf: bytes) -> tuple[set[str], int]:
    """Amounts that are not on one line, and how many there are."""
    found: set[str] = set()
    count = 0
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage().get_text_range()
        joined = re.sub(r"\s+", "", text)
        for amount in re.findall(r"Rp[0-9]{1,3}(?:\.[0-9]{3}){3,}(?:,[0-9]{2})?", joined):
            count += 1
            if text.count(amount) < joined.count(amount):
                found.add(amount)
    return found, count


def letter(kind: Kind, amount: int, paper: Paper) -> bytes:
    """The kind's Word file with assets of this value and this amount everywhere."""
    valued = [one.model_copy(update={"value": amount}) for one in assets(3)]
    return render_docx(kind.template, context(kind, dear(kind, amount), assets=valued), paper=paper)


def with_long_words(count: int) -> list[Asset]:
    """Assets of long and short names, with serial numbers that have signs in them and such as have nothing."""
    names = ("Pemindahtempatan Telekomunikasi", "Router", "Switch Terkelola 24 Port PoE", "Kursi")
    brands, serials = ("MikroTik RB4011iGS/+RM", "", "Ubiquiti U6-LR"), ("FCW2517L0AB", "SN-2024-0001", "")
    places = ("Puskesmas Batulicin", "Disdukcapil", "Gedung B, Ruang Perangkat, Lantai 2")
    return [
        asset.model_copy(
            update={
                "name": names[at % 4],
                "brand": brands[at % 3],
                "serial": serials[(at // 2) % 3],
                "location": places[at % 3],
            }
        )
        for at, asset in enumerate(assets(count))
    ]


@pytest.mark.office
@pytest.mark.parametrize("paper", ["A4", "F4"])
@pytest.mark.parametrize("slug", [slug for slug, kind in KINDS.items() if kind.needs_assets != "none"])
def test_no_word_is_broken_in_a_table(slug: str, paper: Paper, converter: Converter) -> None:
    """Every word of a cell stands on one line of the page, a serial number up to its "-"; only a NIBAR among nine
    columns of A4 is parted, behind a dot.
    """
    kind = KINDS[slug]
    docx = render_docx(kind.template, context(kind, assets=with_long_words(8)), paper=paper)
    lines = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(converter.convert(docx)))
    lines = lines.replace("\ufffe", "-\n").replace("\u00a0", " ")
    texts = {"".join(cell.itertext(f"{W}t")) for table in _tables(docx) for cell in table.iter(f"{W}p")}
    kept = parts if (slug, paper) == ("berita_acara_penghapusan", "A4") else pieces
    words = {piece.replace("\u00a0", " ") for text in texts for piece in kept(text)}
    assert {word for word in words if word not in lines} == set()


@pytest.mark.parametrize(("paper", "lines"), [("A4", ["SN00AF-", "22B-91C0"]), ("F4", ["SN00AF-22B-91C0"])])
def test_a_serial_number_without_room_ends_its_line_behind_a_hyphen(paper: Paper, lines: list[str]) -> None:
    """Before a digit, too, where LibreOffice 25.2 would end no line itself; one that has room stays as it is."""
    kind = KINDS["berita_acara_serah_terima"]
    coded = [asset.model_copy(update={"serial": "SN00AF-22B-91C0"}) for asset in assets(2)]
    docx = render_docx(kind.template, context(kind, assets=coded), paper=paper)
    cells = [["".join(text.itertext()) for text in cell.iter(f"{W}t")] for cell in _body(docx).iter(f"{W}tc")]
    assert cells.count(lines) == len(coded)
    assert broken_words_of_file(docx) == []


def test_columns_in_which_nothing_is_written_are_left_out() -> None:
    """Without a serial number in any row there is no such column; with one in a single row there is."""
    kind = KINDS["nota_dinas"]
    without = [asset.model_copy(update={"serial": ""}) for asset in assets(3)]
    for register, columns in ((without, 7), ([*without, *assets(4)[3:]], 8)):
        [table] = _tables(render_docx(kind.template, context(kind, assets=register)))
        texts = ["".join(cell.itertext(f"{W}t")) for cell in next(table.iter(f"{W}tr")).iter(f"{W}tc")]
        assert (len(texts), "No. Seri" in texts) == (columns, columns == 8)


@pytest.mark.parametrize("slug", sorted(KINDS))
def test_tables_are_as_wide_as_the_text_of_any_paper(slug: str) -> None:
    """On F4 as on A4, upright and lying: what is as wide as the text on one is so on the other."""
    kind = KINDS[slug]
    papers: list[Paper] = ["A4", "F4"]
    widths = [
        [
            int(table.find(f"{W}tblPr/{W}tblW").get(f"{W}w"))
            for table in _body(render_docx(kind.template, context(kind, count=12), paper=paper)).iterfind(f"{W}tbl")
            if table.find(f"{W}tblPr/{W}tblStyle") is not None
        ]
        for paper in papers
    ]
    upright, lying = {"A4": 9_071, "F4": 9_354}, {"A4": 14_003, "F4": 15_874}
    for paper, found in zip(papers, widths, strict=True):
        assert found
        assert all(min(abs(width - text[paper]) for text in (upright, lying)) <= 14 for width in found)


@pytest.mark.office
@pytest.mark.parametrize("slug", list(KINDS))
def test_no_amount_is_broken_in_any_kind(slug: str, converter: Converter) -> None:
    """A milliard on F4, and on A4 the largest that a register takes: whatever is printed of them is whole."""
    kind = KINDS[slug]
    for amount, paper in PRINTED:
        split, count = broken(converter.convert(letter(kind, amount, paper)))
        assert split == set(), (amount, paper)
        assert count or slug not in WITH_AMOUNTS


def test_a_table_keeps_its_width_and_each_cell_its_column() -> None:
    """What a column gains others lose; cells say the same as the grid, also where one stands over two columns."""
    kind = KINDS["rencana_kebutuhan"]
    for table in _tables(letter(kind, MAX_INTEGER, "A4")):
        grid = [int(column.get(f"{W}w")) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]
        assert abs(sum(grid) - int(table.find(f"{W}tblPr/{W}tblW").get(f"{W}w"))) <= 1  # as the template rounds
        for row in table.iterfind(f"{W}tr"):
            cells = [int(size.get(f"{W}w")) for size in row.iterfind(f"{W}tc/{W}tcPr/{W}tcW")]
            assert sum(cells) == sum(grid)


def test_a_letter_without_large_amounts_is_left_as_it_is() -> None:
    """Not a byte differs; nor where all amounts have room."""
    cell = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    body = f'<w:document xmlns:w="{W[1:-1]}"><w:body>{cell}</w:body>'
    for text in ("Rp950.000,00", "B/000.1.9.1/83", "Rp1.000.000,00"):
        document = f"{body % text}</w:document>".encode()
        assert fit_tables({BODY: document}, b"") == {BODY: document}


def test_an_amount_in_a_cell_too_narrow_for_it_gets_smaller() -> None:
    """A table of one's own without room: the columns cannot give, so the figures shrink; other text does not."""
    cell = '<w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/></w:tcPr><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>'
    document = (
        f'<w:document xmlns:w="{W[1:-1]}"><w:body><w:tbl>'
        '<w:tblGrid><w:gridCol w:w="900"/><w:gridCol w:w="900"/></w:tblGrid>'
        f"<w:tr>{cell % 'Rp1.234.567.890,00'}{cell % 'x'}</w:tr></w:tbl></w:body></w:document>"
    ).encode()
    tree = etree.fromstring(fit_tables({BODY: document}, b"")[BODY])
    widths = [int(column.get(f"{W}w")) for column in tree.iter(f"{W}gridCol")]
    assert widths[0] > widths[1]
    assert sum(widths) == 1800
    assert [int(size.get(f"{W}val")) < 20 for size in tree.iter(f"{W}sz")] == [True]


def _body(docx: bytes) -> Any:
    """The body of a Word file."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return etree.fromstring(package.read("word/document.xml")).find(f"{W}body")


def _tables(docx: bytes) -> Iterator[Any]:
    """The tables with lines of a Word file."""
    found = [table for table in _body(docx).iter(f"{W}tbl") if table.find(f"{W}tblPr/{W}tblBorders") is not None]
    assert found
    yield from found
