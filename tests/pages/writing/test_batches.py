"""The pages of many letters at once: the sheet, its check with errors in their cells, the issue, and the result."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from typing import Any

import pytest
from openpyxl import load_workbook
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.job import task_of
from docgen.desk.batches.worksheet import fill_sheet
from docgen.desk.service.document_recovery import recover
from docgen.desk.service.job_functions import WORKERS
from docgen.forms.spreadsheet.columns import ASSETS
from storage.catalogue.jobs import list_jobs
from storage.catalogue.searching.search import Filter, search_documents
from storage.errors import StoreUnavailable
from storage.progress import Progress
from storage.records import Job
from tests.support.callers.pages import PASSWORD, Person, application, person, words
from tests.support.files.sheets import changed, unmarked
from tests.support.machine.away import BROKEN, Away
from tests.support.office.batches import batch_of_letters, register_counts

pytestmark = pytest.mark.office

HANDOVER = "penggunaan/1/berita_acara_serah_terima"


def sheet(who: Person) -> bytes:
    """The downloaded sheet with its example as a letter."""
    answer = who.get(f"/massal/lembar?naskah={HANDOVER}")
    assert answer.status_code == 200
    return unmarked(answer.data)


def send(who: Person, data: bytes, name: str = "isian.xlsx", naskah: str = HANDOVER) -> TestResponse:
    """Upload a sheet to be checked."""
    who.get("/massal")
    return who.post("/massal/periksa", {"naskah": naskah, "berkas": FileStorage(io.BytesIO(data), filename=name)})


def hidden(answer: TestResponse) -> dict[str, str]:
    """What the form that issues carries."""
    page = answer.get_data(as_text=True)
    return {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("naskah", "berkas", "kunci")}


def test_the_empty_page_says_what_to_do(operator: Person) -> None:
    """Two steps, the kinds by procedure, and no batch yet; a reader is not let in."""
    page = operator.get("/massal")
    assert "Belum ada naskah massal." in words(page)
    assert f'value="{HANDOVER}"' in page.get_data(as_text=True)
    assert "Naskah massal dari lembar isian" in words(operator.get("/buat"))


def test_a_checked_sheet_is_issued_once_and_comes_back(operator: Person, desk: Desk) -> None:
    """Checked: numbers and a preview, nothing kept; issued twice by a double click: one batch; then its files."""
    checked = send(operator, sheet(operator))
    assert checked.status_code == 200
    assert "1 baris benar semua." in words(checked)
    form = hidden(checked)
    seen = operator.get(f"/massal/pratinjau?berkas={form['berkas']}&naskah={HANDOVER}&baris=0")
    assert (seen.status_code, seen.mimetype) == (200, "application/pdf")
    assert register_counts(desk) == (0, 0)
    operator.get("/massal")
    first, second = operator.post("/massal", form), operator.post("/massal", form)
    assert first.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    address = first.headers["Location"]
    assert "sedang dibuat" in words(operator.get(address))
    id = address.rpartition("/")[2]
    Jobs(desk, WORKERS).run_queued(id)
    said = words(operator.get(address))
    assert "1 naskah terbit" in said
    assert operator.get(f"{address}.json").get_json()["status"] == "done"
    for name, start in (("zip", b"PK"), ("print", b"%PDF"), ("sheet", b"PK")):
        assert operator.get(f"{address}/{name}").data.startswith(start)
    with desk.catalogue.read() as tx:
        assert len(list_jobs(tx, "batch")) == 1
    assert register_counts(desk) == (1, 1)
    assert "1 Berita Acara Serah Terima" in words(operator.get("/massal"))


def test_errors_stand_in_their_cells(operator: Person, desk: Desk) -> None:
    """The wrong cell is marked with its message, the rest of the row shown; nothing can be issued."""
    rows: dict[str, int] = {}

    def spoil(book: Any) -> None:
        asset = next(cell.column for cell in book[2] if cell.value == ASSETS)
        rows["row"] = next(row for row in range(4, 20) if book.cell(row, asset).value)
        book.cell(rows["row"], asset).value = "999-tidak-ada"

    answer = send(operator, changed(sheet(operator), spoil))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert '<td class="is-wrong">999-tidak-ada' in page
    assert "Terbitkan" not in page
    assert register_counts(desk) == (0, 0)


def test_right_rows_are_issued_alone_and_the_wrong_ones_come_back(operator: Person, desk: Desk) -> None:
    """Both are counted before; the result names each letter and its recipient, and the sheet of what is left is
    checked like the first, with what is wrong beside its row."""

    def three(book: Any) -> None:
        asset = next(cell.column for cell in book[2] if cell.value == ASSETS)
        rows = [[cell.value for cell in row] for row in book.iter_rows(min_row=4, max_row=book.max_row)]
        for _ in range(2):
            book.append([None])
            for row in rows:
                book.append(row)
        book.cell(4, asset).value = "999-tidak-ada"

    checked = send(operator, changed(sheet(operator), three))
    assert "Ya, terbitkan 2 naskah dan tinggalkan 1 baris" in words(checked)
    form = hidden(checked)
    left = operator.get(f"/massal/sisa?berkas={form['berkas']}&naskah={HANDOVER}").data
    operator.get("/massal")
    address = operator.post("/massal", form | {"benar": "1"}).headers["Location"]
    assert operator.post("/massal", form | {"benar": "1"}).headers["Location"] == address
    Jobs(desk, WORKERS).run_queued(address.rpartition("/")[2])
    result = words(operator.get(address))
    assert "2 naskah terbit" in result
    assert "1 baris lembar isian salah dan tidak diterbitkan" in result
    with desk.catalogue.read() as tx:
        letter = search_documents(tx, Filter(), limit=1)[0]
    assert letter.title in result
    assert "Kepada " in result
    assert register_counts(desk) == (2, 2)
    again = send(operator, left, naskah="")
    assert "1 kesalahan; 0 dari 1 baris sudah benar." in words(again)
    assert '<td class="is-wrong">999-tidak-ada' in again.get_data(as_text=True)
    assert "tidak dibaca, atau tersembunyi" not in words(again)
    book = load_workbook(io.BytesIO(left))["Isian"]
    assert any("999-tidak-ada" in str(cell.value) for cell in book[3][-1:])


def test_a_sheet_says_what_it_is_for(operator: Person, desk: Desk) -> None:
    """Nobody chooses its kind again; where several steps make it only the step is asked, and the file is kept."""
    assert "1 baris benar semua." in words(send(operator, sheet(operator), naskah=""))
    asked = send(operator, unmarked(fill_sheet(desk, "telaahan")), naskah="")
    assert asked.status_code == 422
    assert "untuk Telaahan Staf, yang dibuat pada beberapa langkah" in words(asked)
    page = asked.get_data(as_text=True)
    form = {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("tersimpan", "nama")}
    answer = operator.post("/massal/periksa", form | {"naskah": "pemeliharaan/1/telaahan"})
    assert "1 baris benar semua." in words(answer)
    assert "tidak menyebut jenis naskahnya" in words(send(operator, b"Hal,Isi\nx,y\n", "isian.csv", naskah=""))


def test_what_cannot_be_read_is_said_on_the_page(operator: Person) -> None:
    """No file, no kind, a picture: 422 or 404 in Indonesian, the chosen kind kept."""
    answer = send(operator, b"\x89PNG\0", "foto.png")
    assert answer.status_code == 422
    assert f'<option value="{HANDOVER}" selected' in answer.get_data(as_text=True)
    assert send(operator, b"Hal\nx\n", naskah="x/1/y").status_code == 404
    operator.get("/massal")
    assert operator.post("/massal/periksa", {"naskah": HANDOVER}).status_code == 422
    assert operator.get(f"/massal/pratinjau?berkas=../x&naskah={HANDOVER}").status_code == 404


def test_a_cancelled_batch_tells_what_is_made_and_makes_the_rest(
    operator: Person, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled after the first of three: what has its number is listed, the rest counted; *Lanjutkan* makes it."""
    monkeypatch.setattr("docgen.desk.batches.job.CHUNK", 1)
    jobs = Jobs(desk, WORKERS)
    id = jobs.submit("batch", task_of(batch_of_letters(desk, {}, {}, {})), "operator").id
    path = f"/massal/{id}"
    assert f'action="{path}/batal"' in operator.get(path).get_data(as_text=True)
    jobs.run_queued(id, lambda done, total: operator.post(f"{path}/batal") if done == 1 else None)
    page = operator.get(path)
    assert "Naskah massal dibatalkan" in words(page)
    assert "Dibatalkan oleh operator. Saat itu 1 dari 3 sudah selesai." in words(page)
    assert "2 dari 3 naskah sudah terbit; 1 belum dibuat." in words(page)
    assert page.get_data(as_text=True).count('class="doc-row"') == 2
    assert "data-reload" not in page.get_data(as_text=True)
    assert register_counts(desk) == (2, 2)
    assert "Dibatalkan" in words(operator.get("/massal"))
    assert operator.post(f"{path}/lanjut").location == path
    assert operator.get(f"{path}.json").get_json()["done"] == 1  # a bar does not go back
    jobs.run_queued(id)
    assert "3 naskah terbit" in words(operator.get(path))
    assert register_counts(desk) == (3, 3)


def test_the_page_of_a_cancelled_batch_follows_what_is_still_being_made(operator: Person, desk: Desk) -> None:
    """While a letter that has its number waits for its PDF the page renews itself; then it says what is left to do."""
    jobs = Jobs(dataclasses.replace(desk, converter=Away(BROKEN["converter"])), WORKERS)
    id = jobs.submit("batch", task_of(batch_of_letters(desk, {}, {})), "operator").id
    jobs.run_queued(id)
    assert "sudah bernomor tetap diselesaikan" in words(operator.get(f"/massal/{id}"))
    assert operator.post(f"/massal/{id}/batal").status_code == 303
    page = operator.get(f"/massal/{id}")
    assert "2 lagi sudah bernomor" in words(page)
    assert "data-reload" in page.get_data(as_text=True)
    assert recover(dataclasses.replace(desk, now=lambda: desk.now() + dt.timedelta(minutes=5))) == 2
    page = operator.get(f"/massal/{id}")
    assert "Lanjutkan untuk membuat cetakan, ZIP, dan lembar hasilnya" in words(page)
    assert "data-reload" not in page.get_data(as_text=True)


def test_a_batch_that_waits_says_why(operator: Person, desk: Desk) -> None:
    """What is away is named on the page and to its script, and that nobody needs to do anything."""
    jobs = Jobs(desk, {"batch": _archive_away})
    id = jobs.submit("batch", task_of(batch_of_letters(desk, {})), "operator").id
    jobs.run_queued(id)
    told = "Arsip tidak terjangkau. Menunggu sejenak, lalu dilanjutkan dengan sendirinya; tidak perlu diulang."
    assert told in words(operator.get(f"/massal/{id}"))
    assert operator.get(f"/massal/{id}.json").get_json()["said"] == told


def test_a_batch_is_changed_by_who_asked_for_it_or_an_administrator(operator: Person, desk: Desk) -> None:
    """A colleague sees it and is told who may; an administrator may."""
    id = Jobs(desk, {}).submit("batch", task_of(batch_of_letters(desk, {})), "sari").id
    page = operator.get(f"/massal/{id}")
    assert "/batal" not in page.get_data(as_text=True)
    assert operator.post(f"/massal/{id}/batal").status_code == 403
    create_user(desk, "ketua", "admin", "Ketua", PASSWORD)
    admin = Person(application(desk)).sign_in("ketua")
    assert admin.post(f"/massal/{id}/batal").status_code == 303
    assert "sari, yang memintanya, atau administrator dapat melanjutkannya." in words(operator.get(f"/massal/{id}"))
    assert operator.post(f"/massal/{id}/lanjut").status_code == 403


def _archive_away(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    raise StoreUnavailable("Arsip tidak terjangkau.")


def test_readers_see_results_and_begin_nothing(desk: Desk) -> None:
    """A reader is refused the page that issues."""
    assert person(desk, "pejabat").sign_in("pejabat").get("/massal").status_code == 403
