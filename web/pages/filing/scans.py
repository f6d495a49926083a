"""Scans: upload a stack of scanned signed pages, and place the pages nobody recognised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from docgen.desk.scans.sort import (
    LARGEST_STACK,
    MOST_FILES,
    named_document,
    page_picture,
    place_in_job,
    receive,
    stack_of,
)
from docgen.desk.scans.stack import Stack
from docgen.errors import Conflict, FieldError, InvalidSubmission, NotFound
from docgen.uploads import LARGEST_FILE, MB
from storage import media_types
from storage.catalogue import jobs
from storage.errors import StoreUnavailable
from storage.records import Job
from web.body_limits import body_limits
from web.desk import get_desk, get_jobs
from web.pages.shell.access import may, me
from web.pages.shell.job_page import cancel_and_show, resume_and_show, state_of
from web.pages.shell.message_translation import flash
from wording import joined, say

blueprint = Blueprint("scans", __name__, url_prefix="/pindaian")

LARGEST_BODY = LARGEST_STACK + 10 * MB  # the files, and what a form puts around them
RECENT = 10


@dataclass(frozen=True)
class DoubtfulPage:
    """A page for a person to place: its number in the result, and the typed document and page in it."""

    n: int
    page: Any  # a StackPage, for the template
    document: str
    page_in_document: str


def register(app: Flask) -> None:
    """Let a stack be larger than other requests. Before anything that reads the form is registered."""
    body_limits(app)["scans.begin"] = LARGEST_BODY
    app.before_request(_allow_stack)


def _allow_stack() -> None:
    if request.endpoint == "scans.begin" and current_user.is_authenticated and current_user.may("file"):
        request.max_content_length = LARGEST_BODY


@blueprint.get("")
@may("file")
def index() -> ResponseReturnValue:
    """Show where to drop scans, and the latest stacks."""
    return _index()


@blueprint.post("")
@may("file")
def begin() -> ResponseReturnValue:
    """Take a stack in."""
    files = [(file.filename, file.read()) for file in request.files.getlist("files") if file.filename]
    try:
        params = receive(get_desk(), files)
    except InvalidSubmission as invalid:
        return _index(invalid.errors[0].message), 422
    job = get_jobs().submit("scan", params, me().name)
    return redirect(url_for(".show", id=job.id), 303)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Answer a body too large to read."""
    if not (current_user.is_authenticated and current_user.may("file")):
        return redirect(url_for("account.sign_in", next=url_for(".index")), 303)
    return _index(
        say(
            "Tumpukan ini lebih besar dari {megabytes} MB. Kirim dalam beberapa tumpukan.",
            megabytes=LARGEST_STACK // MB,
        )
    ), 413


@blueprint.get("/<id>")
@may("file")
def show(id: str) -> ResponseReturnValue:
    """Show the job's progress; then what was filed, what is missing, and the pages to place."""
    return _page(_job(id))


@blueprint.get("/<id>.json")
@may("file")
def progress(id: str) -> ResponseReturnValue:
    """Return the job's progress to the page's script."""
    return jsonify(state_of(_job(id), "halaman"))


@blueprint.post("/<id>")
@may("file")
def place(id: str) -> ResponseReturnValue:
    """Keep what a person said of the pages, and file what can be filed now."""
    job = _job(id)
    before = stack_of(get_desk(), id)
    choices, errors = _choices(cast(Stack, before))
    file_now = {request.form["lampirkan"]} if request.form.get("lampirkan") else set()
    if not errors:
        try:
            after = place_in_job(get_desk(), id, choices, file_now, me().name)
        except InvalidSubmission as invalid:
            errors = invalid.errors
        except (Conflict, StoreUnavailable) as error:
            flash(str(error), "danger")
            return _page(_job(id), typed=True), 503 if isinstance(error, StoreUnavailable) else 409
        else:
            flash(*_placing_message(len(choices), cast(Stack, before), cast(Stack, after)))
            return redirect(url_for(".show", id=id), 303)
    return _page(job, errors, typed=True), 422


@blueprint.post("/<id>/batal")
@may("file")
def cancel(id: str) -> ResponseReturnValue:
    """Stop reading a stack; filed documents stay."""
    return cancel_and_show(_job(id))


@blueprint.post("/<id>/lanjut")
@may("file")
def resume(id: str) -> ResponseReturnValue:
    """Read a stack that failed or was cancelled; what was filed already is not filed again."""
    return resume_and_show(_job(id))


@blueprint.get("/<id>/halaman/<int:number>.png")
@may("file")
def picture(id: str, number: int) -> Response:
    """Send a small upright picture of a page. It never changes."""
    response = make_response(page_picture(get_desk(), stack_of(get_desk(), id), number))
    response.content_type = media_types.PNG
    return response


def _index(wrong: str = "") -> str:
    with get_desk().catalogue.read() as tx:
        recent = jobs.list_jobs(tx, "scan", RECENT)
    return render_template(
        "scans/index.html",
        stacks=[(job, summary(cast(Stack, job.result)) if job.result else "") for job in recent],
        wrong=wrong,
        most_files=MOST_FILES,
        largest_file=LARGEST_FILE,
        largest_stack=LARGEST_STACK,
        MB=MB,
    )


def summary(stack: Stack) -> str:
    """Return a stack in a few words: `40 halaman: 4 naskah dilampirkan, 2 halaman perlu dilihat`."""
    states = [document["state"] for document in stack["documents"]]
    read = [page["state"] for page in stack["pages"] if page["index"]]
    filed, unplaced = states.count("filed"), read.count("unplaced")
    signed = len(stack.get("signed", []))
    counted = (
        (filed, say("{count} naskah dilampirkan", count=filed)),
        (signed, say("{count} berkas bertanda tangan elektronik", count=signed)),
        (len(states) - filed, say("{count} naskah belum dilampirkan", count=len(states) - filed)),
        (unplaced, say("{count} halaman perlu dilihat", count=unplaced)),
        (len(stack["pages"]) - len(read), say("{count} berkas tidak terbaca", count=len(stack["pages"]) - len(read))),
    )
    parts = [message for count, message in counted if count]
    if signed and not read:
        return joined(parts, ", ")
    pages = say("{pages} halaman", pages=len(read))
    return say("{pages}: {parts}", pages=pages, parts=joined(parts, ", ")) if parts else pages


def _page(job: Job, errors: list[FieldError] | None = None, *, typed: bool = False) -> str:
    stack = cast(Stack, job.result) if job.status == "done" and job.result else None
    rows = _rows(stack, typed) if stack else []
    return render_template(
        "scans/show.html",
        job=job,
        state=state_of(job, "halaman"),
        stack=stack,
        summary=summary(stack) if stack else "",
        filed=[document for document in stack["documents"] if document["state"] == "filed"] if stack else [],
        open=[document for document in stack["documents"] if document["state"] != "filed"] if stack else [],
        rows=[row for row in rows if row.page["state"] != "blank"],
        blanks=[row for row in rows if row.page["state"] == "blank"],
        unread=[page for page in stack["pages"] if not page["index"]] if stack else [],
        signed=stack.get("signed", []) if stack else [],
        errors=errors or [],
        wrong={error.field: error.message for error in errors or []},
    )


def _rows(stack: Stack, typed: bool) -> list[DoubtfulPage]:
    """Return the pages that a person may place: those nobody knows, and those placed by hand and not filed yet."""
    rows = []
    for n, page in enumerate(stack["pages"], start=1):
        by_hand = page["state"] == "waiting" and page["placed_by"]
        if page["index"] and (page["state"] in ("unplaced", "blank") or by_hand):
            document, page_number = page["number"], str(page["page"]) if by_hand else ""
            if typed:
                document = request.form.get(f"pages[{n}].document", document)
                page_number = request.form.get(f"pages[{n}].page", page_number)
            rows.append(DoubtfulPage(n, page, document, page_number))
    return rows


def _choices(stack: Stack) -> tuple[dict[str, tuple[str, int]], list[FieldError]]:
    """Return what was typed of each page, and what is wrong with it. A row left as it was says nothing."""
    choices: dict[str, tuple[str, int]] = {}
    errors: list[FieldError] = []
    stood = {row.n: (row.document, row.page_in_document) for row in _rows(stack, typed=False)}
    for row in _rows(stack, typed=True):
        document, page_number = row.document.strip(), row.page_in_document.strip()
        if (document, page_number) == stood[row.n] or not (document or page_number):
            continue
        field = f"pages[{row.n}]"
        if not page_number.isascii() or not page_number.isdecimal() or len(page_number) > 5:
            errors.append(FieldError(f"{field}.page", "Tulis nomor halamannya dengan angka, misalnya 2."))
        try:
            document_named = named_document(get_desk(), document)
        except NotFound as error:
            message = str(error) if document else "Tulis nomor naskahnya, atau kode di kaki halaman."
            errors.append(FieldError(f"{field}.document", message))
            continue
        if page_number.isascii() and page_number.isdecimal() and len(page_number) <= 5:
            choices[str(row.n)] = (document_named.id, int(page_number))
    return choices, errors


def _placing_message(placed: int, before: Stack, after: Stack) -> tuple[str, str]:
    """Return the flash about placed pages: message and tone."""
    had_before = {document["id"]: document["have"] for document in before["documents"] if document["state"] == "filed"}
    filed = [
        document
        for document in after["documents"]
        if document["state"] == "filed" and had_before.get(document["id"]) != document["have"]
    ]
    parts = [say("{placed} halaman ditempatkan.", placed=placed)] if placed else []
    parts += [say("Hasil pindai naskah {number} dilampirkan.", number=document["number"]) for document in filed]
    if parts:
        return joined(parts), "success"
    return "Tidak ada yang berubah. Isi nomor naskah dan nomor halaman pada halaman yang ingin ditempatkan.", "warning"


def _job(id: str) -> Job:
    with get_desk().catalogue.read() as tx:
        job = jobs.job_state(tx, id)
    if job.kind != "scan":
        raise NotFound("Pekerjaan ini bukan tumpukan pindaian.")
    return job
