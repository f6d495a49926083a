"""The register of each series, and of each system that gives numbers: chosen, read, printed, and kept by hand."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.registers.edit import change_office
from storage.catalogue import registers
from storage.catalogue.numbering import numbers
from storage.catalogue.rows import to_row
from storage.catalogue.tables import foreign_numbers
from storage.records import ForeignNumber, NumberSeries
from tests.support.callers.pages import Person, words

pytestmark = pytest.mark.office
SERIES = NumberSeries(name="nota-dinas", title="Nota Dinas", pattern="ND {urut}/{tahun}", kinds=["nota_dinas"])


@pytest.fixture
def of_notes(desk: Desk) -> None:
    """An office whose notes have a series of their own."""
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
    change_office(desk, office.model_copy(update={"series": [SERIES]}), by="siti")


@pytest.mark.usefixtures("of_notes")
def test_each_series_has_its_register(admin: Person, desk: Desk) -> None:
    """The page shows one, offers the others, and sends it as a spreadsheet; an unknown one is not there."""
    example = desk.kinds["nota_dinas"].example
    letter = issue(desk, DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, data=example), "siti")
    main = admin.get("/agenda")
    assert "Belum ada nomor" in words(main)
    assert '<option value="nota-dinas">Nota Dinas</option>' in main.text
    shown = words(admin.get("/agenda?seri=nota-dinas"))
    assert "Buku agenda Nota Dinas" in shown
    assert "1 nomor" in shown
    assert letter.number in shown
    book = admin.get("/agenda/agenda.xlsx?seri=nota-dinas")
    assert "Buku agenda Nota Dinas" in book.headers["Content-Disposition"]
    assert load_workbook(io.BytesIO(book.data)).active["C2"].value == letter.number
    missing = admin.get("/agenda?seri=nota")
    assert missing.status_code == 404
    assert "nota-dinas" in words(missing)


@pytest.mark.usefixtures("of_notes")
def test_numbers_by_hand_are_of_a_series(admin: Person, desk: Desk) -> None:
    """A block, its use, its end and a number in between: all of the series that was chosen, beside the main one."""
    page = admin.get("/agenda/nomor?seri=nota-dinas")
    assert '<option value="nota-dinas" selected>' in page.text
    year, today = desk.today().year, desk.today().isoformat()
    form = {"count": "2", "reason": "Listrik padam", "seri": "nota-dinas"}
    assert admin.post("/agenda/cadangan", form).status_code == 303
    page = admin.get("/agenda/nomor")
    assert f"/agenda/{year}/1?seri=nota-dinas" in page.text
    used: dict[str, Any] = {"title": "Undangan", "date": today, "classification": "000.1.9.1"}
    assert admin.get(f"/agenda/{year}/1").status_code == 404
    assert "Nota Dinas" in words(admin.get(f"/agenda/{year}/1?seri=nota-dinas"))
    assert admin.post(f"/agenda/{year}/1?seri=nota-dinas", used).status_code == 303
    assert admin.post(f"/agenda/{year}/2?seri=nota-dinas", {"aksi": "batal", "reason": "Rusak"}).status_code == 303
    late = used | {"reason": "Terlewat", "seri": "nota-dinas"}
    assert admin.post("/agenda/sisipan", late).headers["Location"].endswith("seri=nota-dinas")
    shown = words(admin.get("/agenda?seri=nota-dinas"))
    assert all(word in shown for word in (f"ND 1/{year}", f"ND 2a/{year}", "Rusak", "Terlewat"))
    assert admin.post("/agenda/cadangan", form | {"seri": "tidak-ada"}).status_code == 404
    with desk.catalogue.read() as tx:
        assert numbers.gaps(tx) == []
        assert numbers.last_sequence(tx, registers.get_office(tx).unit_code, year) == 0


def test_numbers_of_another_system_have_a_register(admin: Person, desk: Desk) -> None:
    """What SRIKANDI gave is listed by date with its letter; nothing in it is ours to give or to make void."""
    example = desk.kinds["nota_dinas"].example
    letter = issue(desk, DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, data=example), "siti")
    foreign = ForeignNumber(
        system="SRIKANDI", number="B/7/SRIKANDI", document=letter.id, date=letter.date, at=desk.now(), by="siti"
    )
    with desk.catalogue.write() as tx:
        tx.execute(insert(foreign_numbers).values(to_row(foreign, foreign_numbers, key="b/7/srikandi")))
    page = admin.get("/agenda?seri=SRIKANDI")
    shown = words(page)
    assert all(word in shown for word in ("Buku agenda SRIKANDI", "B/7/SRIKANDI", letter.title))
    assert "Nomor manual" not in shown
    assert "Batalkan" not in shown
    rows = list(load_workbook(io.BytesIO(admin.get("/agenda/agenda.xlsx?seri=SRIKANDI").data)).active.values)
    assert rows[1][2] == "B/7/SRIKANDI"
