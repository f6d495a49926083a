"""Numbers given by hand: blocks for outages, numbers put in between, their end, and the register as a spreadsheet."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.registers import lines, manual_numbers
from docgen.errors import Conflict, InvalidSubmission
from docgen.numbering.number_pattern import format_number
from storage.catalogue import registers
from storage.catalogue.numbering import numbers
from storage.records import RegisterEntry
from tests.support.callers.pages import Person, words

CODE = "000.1.9.1"


def register(desk: Desk) -> list[RegisterEntry]:
    """The register of this year."""
    with desk.catalogue.read() as tx:
        return lines.register_of(tx, registers.get_office(tx).unit_code, desk.today().year)


def test_a_block_is_kept_used_and_voided(admin: Person, desk: Desk) -> None:
    """Numbers of a block are taken from the one sequence; each is recorded or void, and the register stays whole."""
    admin.get("/agenda/nomor")
    refused = admin.post("/agenda/cadangan", {"count": "99", "reason": ""})
    assert refused.status_code == 422
    assert "antara 1 dan 50" in words(refused)
    assert register(desk) == []
    assert admin.post("/agenda/cadangan", {"count": "3", "reason": "Listrik padam"}).status_code == 303
    year = desk.today().year
    assert [one.sequence for one in register(desk)] == [1, 2, 3]
    used: dict[str, Any] = {"title": "=1+1", "date": desk.today().isoformat(), "classification": CODE}
    assert admin.post(f"/agenda/{year}/2", used | {"classification": "salah"}).status_code == 422
    assert admin.post(f"/agenda/{year}/2", used).status_code == 303
    assert admin.post(f"/agenda/{year}/2", used).status_code == 409
    assert admin.post(f"/agenda/{year}/3", {"aksi": "batal", "reason": ""}).status_code == 422
    assert admin.post(f"/agenda/{year}/3", {"aksi": "batal", "reason": "Salah tulis"}).status_code == 303
    assert admin.post(f"/agenda/{year}/3", {"aksi": "batal", "reason": "Lagi"}).status_code == 409
    assert admin.get(f"/agenda/{year}/4").status_code == 404
    assert [one.status for one in register(desk)] == ["reserved", "issued", "void"]
    shown = words(admin.get("/agenda"))
    assert all(one in shown for one in ("Cadangan", "Ditulis tangan", "Salah tulis"))
    assert CODE in register(desk)[1].number
    with desk.catalogue.read() as tx:
        assert numbers.gaps(tx) == []
    history = words(admin.get("/riwayat"))
    assert all(one in history for one in ("mencadangkan nomor", "mencatat pemakaian nomor"))
    book = load_workbook(io.BytesIO(admin.get("/agenda/agenda.xlsx").data))
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["1", "2", "3"]
    assert book.active["D3"].value == "=1+1"
    assert book.active["D3"].data_type == "s"


def test_a_number_is_put_in_between(desk: Desk, admin: Person) -> None:
    """A forgotten letter gets the last number of its day with a letter; the sequence beside it goes on as ever."""
    example = desk.kinds["nota_dinas"].example
    day = desk.today() - dt.timedelta(days=1)
    if day.year != desk.today().year:
        day = desk.today()
    asked = DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, date=day, data=example)
    document = issue(desk, asked, "siti")
    late = {"title": "Undangan", "date": day.isoformat(), "classification": CODE, "reason": "Terlewat"}
    admin.get("/agenda/nomor")
    assert admin.post("/agenda/sisipan", late | {"reason": ""}).status_code == 422
    assert admin.post("/agenda/sisipan", late | {"date": "besok"}).status_code == 422
    assert admin.post("/agenda/sisipan", late).status_code == 303
    assert admin.post("/agenda/sisipan", late).status_code == 303
    found = register(desk)
    assert [f"{one.sequence}{getattr(one, 'suffix', '')}" for one in found] == ["1", "1a", "1b"]
    assert found[0].document == document.id
    assert "/1a/" in found[1].number
    assert admin.post(f"/agenda/{day.year}/1/a", {"aksi": "batal", "reason": "Dobel"}).status_code == 303
    assert register(desk)[1].status == "void"
    assert admin.post(f"/agenda/{day.year}/1", {"aksi": "batal", "reason": "Naskah"}).status_code == 409
    shown = words(admin.get("/agenda"))
    assert all(one in shown for one in ("Disisipkan", "Terlewat"))
    assert issue(desk, asked, "siti").sequence == 2
    with pytest.raises(Conflict):
        manual_numbers.void_number(desk, day.year, 2, "", "Alasan", "siti")
    with pytest.raises(InvalidSubmission):
        manual_numbers.insert_number(
            desk, title="Awal", date=dt.date(day.year - 1, 1, 1), classification=CODE, reason="x", by="siti"
        )


def test_a_lettered_number_keeps_its_padding(desk: Desk) -> None:
    """The letter follows the sequence as the pattern pads it."""
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
    padded = office.model_copy(update={"number_pattern": "{urut:03}/{tahun}"})
    date = dt.date(2026, 11, 24)
    assert format_number(padded, sequence=12, classification=CODE, date=date, suffix="a") == "012a/2026"


def test_a_long_register_is_shown_in_pages(admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest numbers come first and lead to the older ones; for paper the whole year is there."""
    admin.get("/agenda/nomor")
    admin.post("/agenda/cadangan", {"count": "7", "reason": "Listrik padam"})
    monkeypatch.setattr("web.pages.filing.agenda.MOST_AT_ONCE", 5)
    monkeypatch.setattr("web.pages.filing.agenda.PAGE", 3)
    first = words(admin.get("/agenda"))
    assert "7 nomor" in first
    assert "Nomor sebelum 5" in first
    assert "Nomor sebelum 2" in words(admin.get("/agenda?sebelum=5"))
    assert "Nomor sebelum" not in words(admin.get("/agenda?sebelum=2"))
    assert words(admin.get("/agenda?semua=1")).count("Dicadangkan:") == 7


def test_the_register_tells_whom_a_letter_is_for(admin: Person, desk: Desk) -> None:
    """Addressee and signer stand in their columns, on the page and in the spreadsheet, and are found."""
    data = desk.kinds["nota_dinas"].example | {"kepada": "Kepala Bagian Umum"}
    document = issue(desk, DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, data=data), "siti")
    admin.get("/agenda/nomor")
    admin.post("/agenda/cadangan", {"count": "2", "reason": "Listrik padam"})
    shown = words(admin.get("/agenda?cari=bagian+umum"))
    assert "Kepala Bagian Umum" in shown
    assert document.number in shown
    assert "Listrik padam" not in shown
    sheet = load_workbook(io.BytesIO(admin.get("/agenda/agenda.xlsx").data)).active
    columns = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.cell(2, columns["Tujuan"]).value == "Kepala Bagian Umum"
    assert sheet.cell(2, columns["Penanda tangan"]).value
