"""Many letters of one kind from rows: the spreadsheet to fill in, and a check before they are issued."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Literal

from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.exceptions import UnsupportedMediaType

from docgen.desk.batches.batch_request import BatchRequest
from docgen.desk.batches.batch_result import batch_file
from docgen.desk.batches.check import ReadBatch, check_rows, read_batch
from docgen.desk.batches.job import begin_batch
from docgen.desk.batches.worksheet import fill_sheet
from docgen.errors import DataFileError
from storage import media_types
from storage.records import SecurityClass
from web.api.http.auth import caller, limits
from web.api.http.calls import Answer, Media, call
from web.api.http.file_responses import HEADERS, file_name, send_bytes, send_object
from web.api.http.idempotency import HEADER, idempotency_of
from web.api.http.request_input import read_body, read_form
from web.api.resources.jobs import file_job, job_address, shown_job
from web.api.schemas import jobs
from web.api.schemas.readings import HiddenRows, shown_reading
from web.desk import get_desk, get_jobs

XLSX = Media((media_types.XLSX,))
ZIP = Media((media_types.ZIP,))
PDF = Media((media_types.PDF,))


class BatchForm(BaseModel):
    """What the rows of an uploaded file are."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[str, Field(description="Kind, one of GET /kinds", examples=["nota_dinas"])]
    procedure: Annotated[str, Field(description="Slug of the procedure", examples=["pemeliharaan"])]
    step: Annotated[
        int, Field(ge=0, le=999, description="Number of the step, from 1; left out for letters outside the SOP")
    ] = 0
    classification: Annotated[
        str | None,
        Field(max_length=60, description="Archive code of letters outside the SOP; the kind's when left out"),
    ] = None
    dossier: Annotated[Literal["new"] | None, Field(description="`new`: every letter opens a dossier of its own")] = (
        None
    )
    security: Annotated[
        SecurityClass | None, Field(description="Security class of the letters whose row names none")
    ] = None
    hidden_rows: HiddenRows = "skip"


BATCH = Media((), form=BatchForm, json=BatchRequest)


@call("GET", "/kinds/<kind>/sheet", "The spreadsheet of a kind", tag="Batches", action="export",
      returns={200: XLSX, 206: XLSX, 302: None, 304: None}, problems=(416,), answer_headers=HEADERS)  # fmt: skip
def get_kind_sheet(kind: str) -> Response:
    """An XLSX to fill in, one row a letter, with help, an example that is passed over, and drop-down lists of the
    officials and assets in the registers."""
    sheet = fill_sheet(get_desk(), kind)
    return send_bytes(sheet, media_types.XLSX, file_name(get_desk().kinds[kind].title, "xlsx"), inline=False)


@call("POST", "/batches/check", "Check a batch", tag="Batches", action="issue", body=BATCH,
      returns={200: jobs.BatchCheck})  # fmt: skip
def post_batch_check() -> jobs.BatchCheck:
    """Check letters of one kind at one step, at most 5,000, as JSON rows or as a CSV or XLSX in multipart `file`, just
    as issuing checks them, and tell which go into open dossiers. Nothing is numbered or kept; errors name the cell."""
    read = read_request()
    run = check_rows(get_desk(), read.request, read, limits())
    return jobs.BatchCheck(
        rows=run.rows,
        valid=run.valid,
        first_number=run.first_number or None,
        last_number=run.last_number or None,
        errors=[jobs.RowError.model_validate(asdict(row)) for row in run.errors],
        more_errors=run.more_errors,
        opened=run.opened,
        continued=run.continued,
        continues=[jobs.ContinuedRow.model_validate(asdict(row)) for row in run.continues],
        ignored=list(run.ignored),
        reading=shown_reading(run.reading) if run.reading else None,
        notes=run.reading.notes() if run.reading else [],
    )


@call("POST", "/batches", "Issue a batch", tag="Batches", action="issue", body=BATCH,
      returns={202: jobs.Job}, problems=(409,), headers=HEADER,
      answer_headers={"Location": "The job"})  # fmt: skip
def post_batch() -> Answer:
    """Issue letters of one kind at one step, at most 5,000: one numbered, archived document a row, made in the
    background. Nothing is begun while any row is wrong: 422, as the check tells it."""
    read = read_request()
    key = idempotency_of(read.request)
    job = begin_batch(get_desk(), get_jobs(), read, caller().name, key, caller().id, limits())
    return Answer(shown_job(job), 202, {"Location": job_address(job.id)})


@call("GET", "/jobs/<id>/zip", "The letters of a batch", tag="Batches", action="export",
      returns={200: ZIP, 206: ZIP, 302: None, 304: None}, problems=(409, 416), answer_headers=HEADERS)  # fmt: skip
def get_job_zip(id: str) -> Response:
    """Every PDF, and the spreadsheet; 409 while the job is not done."""
    return _send(id, "zip", media_types.ZIP, "zip")


@call("GET", "/jobs/<id>/print", "A batch to print", tag="Batches", action="export",
      returns={200: PDF, 206: PDF, 302: None, 304: None}, problems=(409, 416), answer_headers=HEADERS)  # fmt: skip
def get_job_print(id: str) -> Response:
    """All letters in one PDF; 409 while the job is not done."""
    return _send(id, "print", media_types.PDF, "pdf")


@call("GET", "/jobs/<id>/sheet", "The spreadsheet of a batch with its links", tag="Batches", action="export",
      returns={200: XLSX, 206: XLSX, 302: None, 304: None}, problems=(409, 416), answer_headers=HEADERS)  # fmt: skip
def get_job_sheet(id: str) -> Response:
    """The rows that were sent with number and link of each; 409 while the job is not done."""
    return _send(id, "sheet", media_types.XLSX, "xlsx")


def _send(id: str, name: str, content_type: str, suffix: str) -> Response:
    file = batch_file(file_job(id), name)
    download_name = file_name(f"Naskah massal {id}", suffix)
    inline = suffix == "pdf"
    return send_object(file.key, file.sha256, content_type, download_name, inline=inline, size=file.size)


def read_request() -> ReadBatch:
    """Return the batch that was sent, as JSON or as a file in a form.

    Raises UnsupportedMediaType, BadRequest, InvalidSubmission, DataFileError.
    """
    if request.is_json:
        return ReadBatch(read_body(BatchRequest))
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    form = read_form(BatchForm)
    file = request.files.get("file")
    if file is None:
        raise DataFileError("Berkas tidak ada. Kirim CSV atau XLSX sebagai bagian multipart bernama file.")
    name, take_hidden = file.filename or "Berkas", form.hidden_rows == "take"
    read = read_batch(get_desk(), form.kind, form.procedure, form.step, name, file.read(), take_hidden=take_hidden)
    more = form.model_dump(include={"dossier", "security", "classification"})
    return replace(read, request=read.request.model_copy(update=more))
