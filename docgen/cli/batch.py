"""Batches from the command line: read, check and issue in this process, as a job that a later start can finish."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.batch_result import BatchResult
from docgen.desk.batches.check import ReadBatch, check_rows, read_batch
from docgen.desk.batches.job import task_of
from docgen.desk.batches.results import store_sheet
from docgen.desk.desk import Desk
from docgen.desk.service.job_functions import WORKERS
from docgen.errors import DocgenError, FieldError, InvalidSubmission
from storage.progress import Progress
from wording import say

_NAMES = {"zip": "naskah.zip", "print": "cetak.pdf", "sheet": "hasil.xlsx"}


def check_file(desk: Desk, file: Path, kind: str, procedure: str, step: int) -> dict[str, Any]:
    """Check the rows of a file and return the result as text. Raises DataFileError, InvalidSubmission."""
    read = _read(desk, file, kind, procedure, step)
    run = check_rows(desk, read.request, read)
    errors = [{"row": entry.row, "cell": entry.cell, "message": entry.message} for entry in run.errors]
    numbers = f", nomor {run.first_number} sampai {run.last_number}" if run.valid and run.first_number else ""
    notes = read.notes
    lines = [
        f"{run.valid} dari {run.rows} baris benar{numbers}",
        f"{run.continued} masuk ke berkas yang masih terbuka, {run.opened} membuka berkas baru",
        *(f"baris {entry.row}: melanjutkan berkas {entry.dossier}, {entry.title}" for entry in run.continues),
        *notes,
        *(f"{entry['cell']}: {entry['message']}" for entry in errors),
        *([say("… dan {more} lagi.", more=run.more_errors)] if run.more_errors else []),
    ]
    counts = {"rows": run.rows, "valid": run.valid, "opened": run.opened, "continued": run.continued}
    result = {"errors": errors, "more_errors": run.more_errors, "notes": notes}
    return {**counts, **result, "right": not errors, "summary": "\n".join(lines)}


def issue_file(
    desk: Desk, file: Path, kind: str, procedure: str, step: int, by: str, output: Path | None, progress: Progress
) -> dict[str, Any]:
    """Issue the rows of a file; its zip, print file and spreadsheet go to the folder `output`.

    Raises DataFileError, InvalidSubmission (nothing issued), DocgenError when the job failed.
    """
    read = _read(desk, file, kind, procedure, step)
    run = check_rows(desk, read.request, read)
    if run.errors:
        raise InvalidSubmission([FieldError(error.cell, error.message) for error in run.errors], run.more_errors)
    jobs = Jobs(desk, WORKERS)
    task = task_of(read.request, store_sheet(desk, read.data), read.notes, read.sheet)
    job = jobs.run("batch", task, by, progress)
    if job.result is None:
        raise DocgenError(job.error or "Naskah massal gagal.")
    result = BatchResult.model_validate(job.result)
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
        for name, stored in result.files.items():
            (output / _NAMES[name]).write_bytes(desk.store.get(stored.key))
    lines = result.lines
    issued = sum(line.state == "issued" for line in lines)
    line_texts = [f"{line.number or f'baris {line.row}'}  {line.message or line.state}" for line in lines]
    notes = read.notes
    summary = "\n".join([*notes, *line_texts, f"{issued} dari {len(lines)} naskah terbit"])
    return {
        "lines": [asdict(line) for line in lines],
        "notes": notes,
        "right": issued == len(lines),
        "summary": summary,
    }


def _read(desk: Desk, file: Path, kind: str, procedure: str, step: int) -> ReadBatch:
    return read_batch(desk, kind, procedure, step, file.name, file.read_bytes())
