"""A batch issued: one numbered, archived document a row; none lost, none twice."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from sqlalchemy import event

from docgen.desk import Desk, open_desk
from docgen.desk.background.job_run import JobTiming
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.batch_request import BatchRequest
from docgen.desk.batches.batch_result import batch_file
from docgen.desk.batches.check import ReadBatch, read_batch
from docgen.desk.batches.job import begin_batch, run_batch_job, task_of
from docgen.desk.batches.worksheet import fill_sheet
from docgen.desk.issuing.issue import IdempotencyKey
from docgen.desk.revisions.photos import keep_photo
from docgen.desk.service.document_recovery import recover
from docgen.desk.setup import initialise
from docgen.errors import Busy, ConversionFailed, ConverterUnavailable, InvalidSubmission
from docgen.forms.spreadsheet.columns import ASSETS
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_count, page_text
from docgen.settings import read_settings
from storage.catalogue import documents, journal, registers
from storage.catalogue.jobs import get_job, job_state
from storage.catalogue.numbering import numbers
from storage.errors import RecordConflict
from tests.support.files.sheets import changed, unmarked
from tests.support.machine.away import Away
from tests.support.office.batches import HANDOVER, batch_of_letters, register_counts
from tests.support.office.demo_office import data_folder
from tests.support.office.finished_batches import archived, issued, lines
from tests.support.office.small_office import picture

pytestmark = pytest.mark.office


DOCGEN = Path(sys.executable).with_name("docgen")


KILLS = 6


def test_every_row_is_numbered_in_order_and_archived(desk: Desk) -> None:
    """Seven rows: numbers 1 to 7, each with PDF, DOCX and record; a zip, a print file and the sheet hold them all."""
    job = issued(desk, batch_of_letters(desk, *({"data": {"hal": f"Perbaikan {index}"}} for index in range(7))))
    assert [line["row"] for line in lines(job)] == list(range(1, 8))
    assert register_counts(desk) == (7, 7)
    pages = 0
    for index, line in enumerate(lines(job)):
        document, pdf = archived(desk, line["id"])
        assert (document.status, document.sequence, document.number) == ("issued", index + 1, line["number"])
        text = " ".join(page_text(pdf)[0].split())
        assert f"Perbaikan {index}" in text
        assert document.number in text
        pages += page_count(pdf)
    keys = list(desk.store.keys())
    assert [sum(key.endswith(end) for key in keys) for end in ("nota_dinas.pdf", ".docx", "record.json")] == [7, 7, 7]
    with ZipFile(io.BytesIO(desk.store.get(batch_file(job, "zip").key))) as archive:
        assert len([name for name in archive.namelist() if name.endswith(".pdf")]) == 7
        assert archive.read(archive.namelist()[1]) == archived(desk, lines(job)[0]["id"])[1]
    printed = desk.store.get(batch_file(job, "print").key)
    assert page_count(printed) == pages
    assert recover(desk) == 0


def test_the_spreadsheet_comes_back_with_numbers_and_links(desk: Desk) -> None:
    """The very sheet that was sent, three columns wider; a CSV comes back as XLSX."""
    book = unmarked(fill_sheet(desk, HANDOVER[0]))
    read = read_batch(desk, *HANDOVER, "isian.xlsx", book)
    jobs = Jobs(desk, {"batch": run_batch_job})
    queued = begin_batch(desk, jobs, read, "sari")
    jobs.run_queued(queued.id)
    with desk.catalogue.read() as tx:
        job = get_job(tx, queued.id)
    [line] = lines(job)
    sheet = load_workbook(io.BytesIO(desk.store.get(batch_file(job, "sheet").key)))["Isian"]
    last = sheet.max_column
    assert [sheet.cell(1, last - 2).value, sheet.cell(line["row"], last - 2).value] == ["Nomor naskah", line["number"]]
    assert sheet.cell(line["row"], last - 1).hyperlink.target == f"{desk.public_url}/d/{line['id']}"
    assert sheet.cell(1, 2).value == load_workbook(io.BytesIO(book))["Isian"].cell(1, 2).value
    csv = b"Hal;Isi\nPerbaikan;=1+1\n"
    from docgen.spreadsheets.filled import filled_sheet
    from docgen.spreadsheets.read import read_grid

    made = filled_sheet(None, {2: ("B/1", "http://x/d/1", "")}, read_grid("a.csv", csv).rows, name="Isian")
    cells = load_workbook(io.BytesIO(made))["Isian"]
    assert [cells.cell(2, at).value for at in (1, 2, 3, 4)] == ["Perbaikan", "=1+1", "B/1", "http://x/d/1"]
    assert cells.cell(2, 2).data_type == "s"


def test_a_busy_machine_costs_nobody_his_own_spreadsheet(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While no process is free to write into the book that was sent, the batch waits; then the book comes back."""
    book = unmarked(fill_sheet(desk, HANDOVER[0]))
    jobs = Jobs(desk, {"batch": run_batch_job}, JobTiming(pauses=(0,)))
    queued = begin_batch(desk, jobs, read_batch(desk, *HANDOVER, "isian.xlsx", book), "sari")

    def refuse(*_: object, **__: object) -> bytes:
        raise Busy("Sedang banyak berkas yang dibuka.")

    with monkeypatch.context() as busy:
        busy.setattr("docgen.desk.batches.results.fill_results", refuse)
        jobs.run_queued(queued.id)
    with desk.catalogue.read() as tx:
        assert job_state(tx, queued.id).status == "queued"
    jobs.run_queued(queued.id)
    with desk.catalogue.read() as tx:
        job = get_job(tx, queued.id)
    sheet = load_workbook(io.BytesIO(desk.store.get(batch_file(job, "sheet").key)))["Isian"]
    assert sheet.cell(1, 2).value == load_workbook(io.BytesIO(book))["Isian"].cell(1, 2).value


def test_what_is_wrong_is_told_before_anything_is_numbered(desk: Desk) -> None:
    """One wrong row of three: nothing begins."""
    batch = batch_of_letters(desk, {}, {"assets": ["999"]}, {})
    with pytest.raises(InvalidSubmission) as refused:
        begin_batch(desk, Jobs(desk, {}), ReadBatch(batch), "sari")
    assert [error.field for error in refused.value.errors] == ["baris 2: assets[0]"]
    assert register_counts(desk) == (0, 0)


def test_a_row_that_became_wrong_is_told_and_the_others_are_issued(desk: Desk) -> None:
    """An asset that vanished between check and issue costs its own row, and no number."""
    job = issued(desk, batch_of_letters(desk, {}, {"assets": ["999"]}, {}))
    assert [line["state"] for line in lines(job)] == ["issued", "refused", "issued"]
    assert "999" in lines(job)[1]["message"]
    assert register_counts(desk) == (2, 2)


def test_the_same_key_is_the_same_batch(desk: Desk) -> None:
    """Sent again it answers the same job; with other rows it is a conflict."""
    jobs = Jobs(desk, {"batch": run_batch_job})
    read = ReadBatch(batch_of_letters(desk, {}))
    first = begin_batch(desk, jobs, read, "sari", IdempotencyKey("sistem", "k1", "a"))
    assert begin_batch(desk, jobs, read, "sari", IdempotencyKey("sistem", "k1", "a")).id == first.id
    with pytest.raises(RecordConflict):
        begin_batch(desk, jobs, read, "sari", IdempotencyKey("sistem", "k1", "b"))


def test_letters_that_cannot_be_converted_together_are_made_one_by_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LibreOffice refuses all of them in one file (as with too long a deadline): each is still issued."""
    convert = desk.converter.convert

    def refuse_many(docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        if deadline > 30:
            raise ConversionFailed("terlalu lama")
        return convert(docx, deadline=deadline)

    monkeypatch.setattr(desk.converter, "convert", refuse_many)
    job = issued(desk, batch_of_letters(desk, {}, {}))
    assert [line["state"] for line in lines(job)] == ["issued", "issued"]


def test_a_batch_waits_for_libreoffice_and_goes_on_by_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice is away: the batch waits, says why, numbers no more than it began, and goes on when it is back."""
    monkeypatch.setattr("docgen.desk.batches.job.CHUNK", 1)
    jobs = Jobs(desk, {"batch": run_batch_job}, JobTiming(pauses=(0,)))
    job = jobs.submit("batch", task_of(batch_of_letters(desk, {}, {}, {})), "sari")
    with monkeypatch.context() as away:
        away.setattr(desk.converter, "convert", _nobody)
        for _ in range(3):
            assert jobs.run_queued(job.id)
    with desk.catalogue.read() as tx:
        waiting = get_job(tx, job.id)
    assert (waiting.status, waiting.error) == ("queued", "LibreOffice tidak ada.")
    assert register_counts(desk) == (2, 2)
    again = Jobs(desk, {"batch": run_batch_job})
    again.run_queued(job.id)
    with desk.catalogue.read() as tx:
        job = get_job(tx, job.id)
    assert [line["state"] for line in lines(job)] == ["issued"] * 3
    assert register_counts(desk) == (3, 3)


def test_a_batch_that_waits_looks_up_no_row_again(desk: Desk) -> None:
    """When all rows have their numbers, each further try asks once for all of them, and takes no number twice."""
    jobs = Jobs(replace(desk, converter=Away(ConverterUnavailable("LibreOffice tidak ada."))), {"batch": run_batch_job})
    job = jobs.submit("batch", task_of(batch_of_letters(desk, *[{}] * 5)), "sari")
    jobs.run_queued(job.id)
    asked: list[str] = []

    def note(*details: Any) -> None:
        asked.extend(line for line in [str(details[2])] if "FROM idempotency_keys" in line and "SELECT" in line)

    event.listen(desk.catalogue.engine, "before_cursor_execute", note)
    soon = replace(desk, now=lambda: desk.now() + dt.timedelta(minutes=3))
    assert Jobs(soon, {"batch": run_batch_job}).run_queued(job.id)
    event.remove(desk.catalogue.engine, "before_cursor_execute", note)
    assert len([line for line in asked if not line.startswith("UPDATE")]) == 1
    assert register_counts(desk) == (5, 5)
    with desk.catalogue.read() as tx:
        assert job_state(tx, job.id).status == "done"


def test_a_letter_that_can_never_be_made_keeps_no_batch_from_its_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its photo was lost after it got its number: tried some times while all is there, it is told, the other issued."""
    monkeypatch.setattr("docgen.desk.batches.outcomes.MOST_TRIES", 3)
    photo = keep_photo(desk, picture(40, 30), "a.png")
    example = desk.kinds["laporan_pemeliharaan"].example
    rows = [
        {"assets": ["6310190000101"], "data": {**example, "foto": [{"file": file, "caption": "x"}] if file else []}}
        for file in (photo.file, "")
    ]
    batch = {"kind": "laporan_pemeliharaan", "procedure": "pemeliharaan", "step": 5, "rows": rows}
    jobs = Jobs(desk, {"batch": run_batch_job}, JobTiming(pauses=(0,)))
    job = jobs.submit("batch", task_of(BatchRequest.model_validate(batch)), "sari")
    with monkeypatch.context() as away:
        away.setattr(desk.converter, "convert", _nobody)
        jobs.run_queued(job.id)
    desk.store.remove(f"_uploads/{photo.file}")
    for _ in range(4):
        jobs.run_queued(job.id)
    with desk.catalogue.read() as tx:
        job = get_job(tx, job.id)
    assert (job.status, job.error) == ("done", None)
    assert [line["state"] for line in lines(job)] == ["reserved", "issued"]
    assert lines(job)[0]["message"].startswith("Belum dapat dibuat: ")


def _nobody(docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
    raise ConverterUnavailable("LibreOffice tidak ada.")


def test_killed_at_any_moment_a_batch_goes_on_where_it_was(tmp_path: Path, converter: Converter) -> None:
    """A service killed again and again in the middle of 120 rows: after the last start each row has one document."""
    data = data_folder(tmp_path)
    env = os.environ | {"DOCGEN_DATA": str(data), "DOCGEN_CONVERTERS": "1"}
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    rows = 120
    batch = batch_of_letters(desk, *({"data": {"hal": f"Perbaikan {index}"}} for index in range(rows)))
    job = Jobs(desk, {"batch": run_batch_job}).submit("batch", task_of(batch), "sari")
    program = (
        "from docgen.desk import open_desk\n"
        "from docgen.desk.batches.job import run_batch_job\n"
        "from docgen.desk.background.job_run import JobTiming\n"
        "from docgen.desk.background.jobs import Jobs\n"
        "from docgen.settings import read_settings\n"
        "desk = open_desk(read_settings())\n"
        f"Jobs(desk, {{'batch': run_batch_job}}, JobTiming(tries={KILLS})).run_queued({job.id!r})\n"
    )
    for kill in range(KILLS):
        process = subprocess.Popen([sys.executable, "-c", program], env=env, stderr=subprocess.DEVNULL)
        time.sleep(2.0 + 1.1 * kill)
        process.send_signal(signal.SIGKILL)
        process.wait()
    Jobs(desk, {"batch": run_batch_job}, JobTiming(tries=KILLS + 1)).run_queued(job.id)
    recover(desk)
    with desk.catalogue.read() as tx:
        job = get_job(tx, job.id)
        unit = registers.get_office(tx).unit_code
        entries = numbers.list_entries(tx, unit, desk.today().year)
        found = documents.get_documents(tx, [line["id"] for line in lines(job)])
        assert journal.list_pending(tx) == []
    assert [entry.sequence for entry in entries] == list(range(1, rows + 1))
    assert len(found) == rows
    assert [found[line["id"]].sequence for line in lines(job)] == list(range(1, rows + 1))
    for index in (0, 49, 50, 119):
        assert f"Perbaikan {index} " in " ".join(page_text(archived(desk, lines(job)[index]["id"])[1])[0].split()) + " "
    assert {one.status for one in found.values()} == {"issued"}
    stored = list(desk.store.keys())
    assert len([key for key in stored if key.endswith("record.json")]) == rows
    desk.catalogue.close()


def test_the_command_checks_and_issues_a_file(tmp_path: Path, converter: Converter) -> None:
    """`docgen batch --check` issues nothing; without it every row is issued and the files are written."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("DOCGEN_")}
    env |= {"DOCGEN_DATA": str(data_folder(tmp_path)), "DOCGEN_CONVERTERS": "1"}
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    file, wrong = tmp_path / "isian.xlsx", tmp_path / "salah.xlsx"
    file.write_bytes(unmarked(fill_sheet(desk, HANDOVER[0])))

    def spoil(sheet: Any) -> None:
        sheet.cell(4, next(cell.column for cell in sheet[2] if cell.value == ASSETS)).value = "999-tidak-ada"

    wrong.write_bytes(changed(file.read_bytes(), spoil))

    def run(*args: str | Path) -> subprocess.CompletedProcess[str]:
        kind, procedure, step = HANDOVER
        place = ["--kind", kind, "--procedure", procedure, "--step", str(step)]
        return subprocess.run([DOCGEN, "batch", *args, *place], env=env, capture_output=True, text=True, check=False)

    told = run(wrong, "--check")
    assert (told.returncode, told.stdout.splitlines()[0]) == (1, "0 dari 1 baris benar")
    assert run(wrong).returncode == 1
    checked = run(file, "--check")
    assert (checked.returncode, register_counts(desk)) == (0, (0, 0)), checked.stderr
    made = run(file, "-o", tmp_path / "hasil", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["right"] is True
    assert {path.name for path in (tmp_path / "hasil").iterdir()} == {"naskah.zip", "cetak.pdf", "hasil.xlsx"}
    assert register_counts(desk) == (1, 1)
    desk.catalogue.close()
