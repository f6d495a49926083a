"""A batch is checked whole before it is issued: what is wrong by cell, the numbers to come, and nothing kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from docgen.cli.batch import check_file, issue_file
from docgen.desk import Desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.batch_request import BatchRequest, BatchRow
from docgen.desk.batches.check import check_rows, preview_row, read_batch
from docgen.desk.batches.job import begin_batch
from docgen.desk.batches.worksheet import fill_sheet
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.service.job_functions import WORKERS
from docgen.errors import MOST_ERRORS, DataFileError, InvalidSubmission, NotFound, bounded_errors
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import registers
from tests.support.files.sheets import changed, unmarked, xlsx
from tests.support.office.batches import HANDOVER, batch_of_letters, place_of, register_counts

pytestmark = pytest.mark.office


def test_the_sheet_of_every_kind_with_its_example_as_a_letter_can_be_issued(desk: Desk) -> None:
    """Downloaded, its marks taken away and sent back: one valid letter, and no heading that was not read."""
    for slug in desk.kinds:
        book = unmarked(fill_sheet(desk, slug))
        read = read_batch(desk, slug, *place_of(desk, slug), "isian.xlsx", book)
        run = check_rows(desk, read.request, read)
        assert (run.rows, run.valid, list(run.errors), list(run.ignored)) == (1, 1, [], []), slug
    assert register_counts(desk) == (0, 0)


def test_an_untouched_sheet_has_no_letter(desk: Desk) -> None:
    """It is refused with what to do, and a kind there is not, too."""
    with pytest.raises(DataFileError, match="tidak memuat naskah"):
        read_batch(desk, *HANDOVER, "isian.xlsx", fill_sheet(desk, HANDOVER[0]))
    with pytest.raises(NotFound):
        fill_sheet(desk, "surat")


def test_errors_are_told_by_cell_and_valid_rows_counted(desk: Desk) -> None:
    """Every error of every row, in the row it stands in; a cell that cannot be read is told once."""

    def change(sheet: Any) -> None:
        columns = {sheet.cell(2, at).value: at for at in range(1, sheet.max_column + 1)}
        for row in (6, 7, 8):
            for at in range(2, sheet.max_column + 1):
                sheet.cell(row, at).value = sheet.cell(4, at).value
        sheet.cell(6, columns["aset"]).value = "6310190000101; 999"
        sheet.cell(6, columns["rangkap"]).value = "dua"
        sheet.cell(7, columns["barang"]).value = None
        sheet.cell(7, columns["penerima"]).value = 198907052014022905
        sheet.cell(7, columns["tanggal"]).value = "kemarin"

    read = read_batch(desk, *HANDOVER, "isian.xlsx", changed(fill_sheet(desk, HANDOVER[0]), change))
    run = check_rows(desk, read.request, read)
    told = {(error.row, error.cell, error.field) for error in run.errors}
    letters = read.request.letters
    assert told == {
        (6, f"{letters['assets']}6", "assets[1]"),
        (6, f"{letters['data.rangkap']}6", "data.rangkap"),
        (7, f"{letters['data.barang']}7", "data.barang"),
        (7, f"{letters['data.penerima']}7", "data.penerima"),
        (7, f"{letters['date']}7", "date"),
    }
    assert len(run.errors) == len(told)
    assert (run.rows, run.valid) == (3, 1)
    assert run.first_number == run.last_number != ""


def test_a_letter_whose_only_fault_is_an_unreadable_cell_is_not_valid(desk: Desk) -> None:
    """Left out, an optional date would become today's."""
    example = desk.kinds["nota_dinas"].example
    rows = [
        ["tanggal", *example],
        ["#REF!", *("\n".join(one) if isinstance(one, list) else one for one in example.values())],
    ]
    read = read_batch(desk, "nota_dinas", "pemeliharaan", 2, "surat.xlsx", xlsx(rows))
    run = check_rows(desk, read.request, read)
    assert (run.valid, run.first_number, [error.cell for error in run.errors]) == (0, "", ["A2"])


def test_rows_of_another_system_are_told_by_number(desk: Desk) -> None:
    """Without a spreadsheet there are no cells."""
    run = check_rows(desk, batch_of_letters(desk, {}, {}, {"data": {"hal": ""}, "signer": "siapa"}))
    assert {(error.row, error.cell) for error in run.errors} == {(3, "baris 3: hal"), (3, "baris 3: signer")}
    assert run.valid == 2


def test_the_numbers_expected_are_the_ones_given(desk: Desk) -> None:
    """First and last of the valid rows, in their order; each year has its own sequence; nothing is kept."""
    year = desk.today().year
    request = batch_of_letters(desk, {}, {"data": {"hal": ""}}, {}, {"date": f"{year - 1}-12-30"})
    run = check_rows(desk, request)
    assert register_counts(desk) == (0, 0)
    assert (run.rows, run.valid) == (4, 3)
    issued = [issue(desk, request.letter(index), "uji").number for index in (0, 2, 3)]
    assert (run.first_number, run.last_number) == (issued[0], issued[2])
    again = check_rows(desk, batch_of_letters(desk, {}, {}))
    assert again.last_number == issue(desk, batch_of_letters(desk, {}).letter(0), "uji").number.replace("/3/", "/4/")


def test_what_fits_no_row_is_told_once(desk: Desk) -> None:
    """A kind, procedure or step there is not, or that do not go together."""
    for change in ({"kind": "x"}, {"procedure": "x"}, {"step": 99}):
        with pytest.raises(InvalidSubmission) as refused:
            check_rows(desk, batch_of_letters(desk, *[{}] * 50, **change))
        assert [error.field for error in refused.value.errors] == [next(iter(change))]
    with pytest.raises(InvalidSubmission):
        read_batch(desk, "x", "pemeliharaan", 2, "surat.csv", b"hal\nx")


def test_many_errors_are_counted_and_not_all_told(desk: Desk) -> None:
    """5,000 wrong rows do not make an answer of megabytes."""
    run = check_rows(desk, batch_of_letters(desk, *[{"data": {"hal": ""}}] * (MOST_ERRORS + 7)))
    assert (len(run.errors), run.more_errors, run.valid) == (MOST_ERRORS, 7, 0)


def test_how_many_more_errors_there_are_is_told_rightly_everywhere(desk: Desk, tmp_path: Path) -> None:
    """By what is refused, by the check of the command, and by its refusal."""
    file = tmp_path / "surat.csv"
    file.write_text("tanggal;kepada;dari;hal;isi\n" + "kemarin dulu;x;y;z;x\n" * (MOST_ERRORS + 7))
    place = "nota_dinas", "pemeliharaan", 2
    last = "… dan 7 lagi."
    assert check_file(desk, file, *place)["summary"].splitlines()[-1] == last
    read = read_batch(desk, *place, file.name, file.read_bytes())
    jobs = Jobs(desk, WORKERS)
    for refuse in (
        lambda: begin_batch(desk, jobs, read, "sari"),
        lambda: issue_file(desk, file, *place, "sari", None, lambda done, total: None),
    ):
        with pytest.raises(InvalidSubmission) as refused:
            refuse()
        assert bounded_errors(refused.value.errors, refused.value.more)[-1].message == last
        assert refused.value.summary().endswith(f"… dan {MOST_ERRORS + 4} lagi.")


def test_more_letters_than_a_batch_takes_are_refused(desk: Desk) -> None:
    """In a file with a sentence; in JSON by the model."""
    data = b"isi;kepada;dari;hal\n" + b"x;y;z;x\n" * 5001
    with pytest.raises(DataFileError, match=r"memuat 5001 naskah, paling banyak 5000"):
        read_batch(desk, "nota_dinas", "pemeliharaan", 2, "surat.csv", data)
    with pytest.raises(ValueError, match="too_long"):
        batch_of_letters(desk, *[{}] * 5001)


def test_fields_left_out_are_filled_from_the_dossier_that_the_row_joins(desk: Desk) -> None:
    """An asset that was handed over has its Berita Acara; of the other the row must tell it."""
    with desk.catalogue.read() as tx:
        nibars = [one.nibar for one in registers.search_assets(tx, limit=2)]
    kind, procedure, step = HANDOVER
    handover = BatchRow(assets=nibars[:1], data=desk.kinds[kind].example)
    issue(desk, BatchRequest(kind=kind, procedure=procedure, step=step, rows=[handover]).letter(0), "uji")
    data = {name: value for name, value in desk.kinds["laporan_instalasi"].example.items() if name != "berita_acara"}
    rows = [BatchRow(assets=[nibar], data=data) for nibar in nibars]
    run = check_rows(desk, BatchRequest(kind="laporan_instalasi", procedure=procedure, step=2, rows=rows))
    assert (run.valid, [(error.row, error.field) for error in run.errors]) == (1, [(2, "data.berita_acara")])


def test_a_letter_can_be_seen_before_it_is_issued(desk: Desk) -> None:
    """The row's own values, with DRAF across; a row there is not is refused."""
    request = batch_of_letters(desk, {}, {"data": {"hal": "Perbaikan genset menara"}})
    text = " ".join(page_text(preview_row(desk, request, 1).pdf))
    assert "Perbaikan genset menara" in text
    assert register_counts(desk) == (0, 0)
    for index in (-1, 2):
        with pytest.raises(NotFound):
            preview_row(desk, request, index)


def test_a_request_survives_being_kept_as_json(desk: Desk) -> None:
    """A job keeps it so: letters, lines and cells of errors are the same afterwards."""
    book = unmarked(fill_sheet(desk, HANDOVER[0]))
    request = read_batch(desk, *HANDOVER, "isian.xlsx", book).request
    again = BatchRequest.model_validate_json(request.model_dump_json())
    assert again == request
    assert again.letter(0) == DocumentRequest.model_validate(request.letter(0).model_dump())
    assert again.number(0) == 4
    assert again.letter(0).date is None or isinstance(again.letter(0).date, dt.date)
