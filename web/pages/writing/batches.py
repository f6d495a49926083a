"""Batches: upload a spreadsheet, check it cell by cell, issue its letters, download the results."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from secrets import token_hex

from flask import Blueprint, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.batches.batch_result import batch_file, batch_result
from docgen.desk.batches.check import ReadBatch, check_rows, preview_row, read_batch
from docgen.desk.batches.job import BatchTask, begin_batch, outcomes_so_far
from docgen.desk.batches.job_contents import may_see_job, read_job, require_job
from docgen.desk.batches.results import read_stored_sheet, store_sheet
from docgen.desk.batches.sheet_place import sheet_place
from docgen.desk.batches.worksheet import fill_sheet
from docgen.desk.batches.wrong_rows import rest_sheet, without_rows
from docgen.desk.issuing.dossier_choice import NEW
from docgen.desk.issuing.issue import IdempotencyKey
from docgen.errors import DataFileError, InvalidSubmission, NotFound
from docgen.sop import OUTSIDE
from docgen.uploads import LARGEST_FILE
from storage import media_types
from storage.catalogue import jobs
from storage.records import Job
from web.desk import get_desk, get_jobs
from web.pages.shell.access import limits, may, me
from web.pages.shell.job_page import cancel_and_show, resume_and_show, state_of
from web.pages.shell.message_translation import flash, translate
from web.pages.writing.batch_rows import headings, recipients_of, shown_rows, titles_of
from web.signed_downloads import store_link
from wording import say

blueprint = Blueprint("batches", __name__, url_prefix="/massal")

RECENT = 10
CONTENT_TYPES = {"zip": media_types.ZIP, "print": media_types.PDF, "sheet": media_types.XLSX}
NAMES = {"zip": "Naskah massal.zip", "print": "Naskah massal.pdf", "sheet": "Naskah massal.xlsx"}


@dataclass(frozen=True)
class KindAtStep:
    """A kind at a step that letters can be made of; `value` names it in forms."""

    value: str
    label: str


@blueprint.get("")
@may("issue")
def index() -> ResponseReturnValue:
    """Show where to get and to drop a spreadsheet, and the latest batches."""
    return _index()


@blueprint.get("/lembar")
@may("issue")
def sheet() -> ResponseReturnValue:
    """Send the spreadsheet to fill in for the chosen kind."""
    kind, procedure, step = _parse_choice(request.args.get("naskah", ""))
    data = io.BytesIO(fill_sheet(get_desk(), kind, f"{procedure}/{step}"))
    name = f"{get_desk().kinds[kind].title}.xlsx"
    return send_file(data, media_types.XLSX, download_name=name, as_attachment=True)


@blueprint.post("/periksa")
@may("issue")
def check() -> ResponseReturnValue:
    """Check a spreadsheet whole; nothing is numbered. Of which kind it is, it says itself where nobody chose."""
    chosen, stored_file = request.form.get("naskah", ""), request.form.get("tersimpan", "")
    file = request.files.get("berkas")
    if file is not None and file.filename:
        name, data = file.filename, file.read()
    elif stored_file:
        name, data = request.form.get("nama", "")[:200] or stored_file, read_stored_sheet(get_desk(), stored_file)
    else:
        return _index("Pilih dahulu berkas XLSX atau CSV yang sudah diisi.", chosen), 422
    key = ""
    try:
        if not chosen:
            key = store_sheet(get_desk(), data)
            chosen = _choice(*sheet_place(get_desk(), name, data))
        read = read_batch(get_desk(), *_parse_choice(chosen), name, data, take_hidden=_takes_hidden())
        key = key or store_sheet(get_desk(), data)
    except DataFileError as error:
        return _index(str(error), chosen, (key.rpartition("/")[2], name) if not chosen else None), 422
    except InvalidSubmission as invalid:
        return _index(invalid.summary(), chosen), 422
    run = check_rows(get_desk(), read.request, read, limits())
    page = render_template(
        "batches/check.html",
        run=run,
        read=read,
        name=name,
        file=key.rpartition("/")[2],
        naskah=chosen,
        key=token_hex(16),
        label=_label(chosen),
        headings=headings(read),
        lines=shown_rows(read, run),
    )
    return page, 422 if run.errors else 200


@blueprint.get("/pratinjau")
@may("issue")
def preview() -> ResponseReturnValue:
    """Send the letter of one row as it would be issued, with DRAF across it."""
    read = _stored_sheet(request.args.get("berkas", ""), request.args.get("naskah", ""))
    row = request.args.get("baris", "0")
    produced = preview_row(get_desk(), read.request, int(row) if row.isdecimal() else 0, limits())
    return send_file(io.BytesIO(produced.pdf), media_types.PDF, download_name="Pratinjau.pdf")


@blueprint.get("/sisa")
@may("issue")
def rest() -> ResponseReturnValue:
    """Send the rows of a sheet that are wrong as a sheet of their own, with what is wrong beside them."""
    read = _stored_sheet(request.args.get("berkas", ""), request.args.get("naskah", ""))
    data = rest_sheet(read, check_rows(get_desk(), read.request, read, limits()))
    return send_file(io.BytesIO(data), media_types.XLSX, download_name="Baris yang tersisa.xlsx", as_attachment=True)


@blueprint.post("")
@may("issue")
def begin() -> ResponseReturnValue:
    """Issue the checked rows, or those of them that are right; sent twice, they are one batch."""
    file, chosen = request.form.get("berkas", ""), request.form.get("naskah", "")
    read = _stored_sheet(file, chosen)
    only_right = bool(request.form.get("benar"))
    dossier = NEW if request.form.get("berkas_baru") else None
    batch = read.request.model_copy(update={"duplex": bool(request.form.get("duplex")), "dossier": dossier})
    key = request.form.get("kunci", "")
    content = f"{file}{'+' if _takes_hidden() else ''}{'-' if only_right else ''}"
    idempotency_key = IdempotencyKey(f"massal:{me().name}", key, content) if key else None
    try:
        read = replace(read, request=batch)
        if only_right:
            read = without_rows(read, check_rows(get_desk(), batch, read, limits()).wrong_rows)
        job = begin_batch(get_desk(), get_jobs(), read, me().name, idempotency_key, within=limits())
    except InvalidSubmission as invalid:
        if dossier:
            flash(
                say(
                    "Tidak dapat dengan berkas baru semua: {message} Lengkapi lembarnya.",
                    message=invalid.errors[0].message,
                ),
                "warning",
            )
        else:
            flash(
                say(
                    "Data berubah sejak diperiksa: {message} Unggah dan periksa lagi.",
                    message=invalid.errors[0].message,
                ),
                "warning",
            )
        return redirect(url_for(".index"), 303)
    return redirect(url_for(".show", id=job.id), 303)


@blueprint.get("/<id>")
@may("read")
def show(id: str) -> ResponseReturnValue:
    """Show the job's progress; then every row's letter."""
    _job(id)
    with get_desk().catalogue.read() as tx:
        job = jobs.get_job(tx, id)
    task = BatchTask.model_validate(job.request)
    lines = outcomes_so_far(get_desk(), job) if job.status in ("failed", "cancelled") else []
    result = batch_result(job) if job.status == "done" else None
    context = {
        "job": job,
        "result": result,
        "state": state_of(job, "naskah"),
        "label": _job_label(job),
        "made": lines,
        "total": len(task.batch.rows),
        "titles": titles_of(result.lines if result else lines),
        "recipients": recipients_of(task.batch),
        "left": task.left,
        "file": task.file.rpartition("/")[2],
        "naskah": _choice(task.batch.kind, task.batch.procedure, task.batch.step),
    }
    return render_template("batches/show.html", **context)


@blueprint.get("/<id>.json")
@may("read")
def progress(id: str) -> ResponseReturnValue:
    """Return the job's progress to the page's script."""
    return jsonify(state_of(_job(id), "naskah"))


@blueprint.post("/<id>/batal")
@may("issue")
def cancel(id: str) -> ResponseReturnValue:
    """Stop issuing; documents that have their number stay."""
    return cancel_and_show(_job(id))


@blueprint.post("/<id>/lanjut")
@may("issue")
def resume(id: str) -> ResponseReturnValue:
    """Issue the remaining rows of a batch that failed or was cancelled."""
    return resume_and_show(_job(id))


@blueprint.get("/<id>/<any(zip, print, sheet):name>")
@may("export")
def download(id: str, name: str) -> ResponseReturnValue:
    """Send a file of a finished batch."""
    job = _job(id)
    read_job(get_desk(), job, me().caller)
    file = batch_file(job, name)
    stored = (file.key, file.size, CONTENT_TYPES[name], NAMES[name])
    if name != "print" and (link := store_link(get_desk(), *stored, inline=False)):
        return redirect(link, 302)
    return send_file(
        io.BytesIO(get_desk().store.get(file.key)),
        CONTENT_TYPES[name],
        download_name=NAMES[name],
        as_attachment=name != "print",
        etag=file.sha256,
    )


def _index(wrong: str = "", chosen: str = "", stored: tuple[str, str] | None = None) -> str:
    """Return the page; `stored` is the key and name of a file that is here already, of which something is asked."""
    with get_desk().catalogue.read() as tx:
        recent = jobs.list_jobs(tx, "batch", RECENT)
    recent = [job for job in recent if may_see_job(get_desk(), job, me().caller)]
    return render_template(
        "batches/index.html",
        choices=_choices(),
        chosen=chosen or request.args.get("naskah", ""),
        wrong=wrong,
        stored=stored if stored and stored[0] else None,
        largest_file=LARGEST_FILE,
        recent=[(job, _job_label(job)) for job in recent],
    )


def _choices() -> dict[str, list[KindAtStep]]:
    """Return the choices of kind and step, by procedure and in the order of its steps."""
    desk = get_desk()
    choices: dict[str, list[KindAtStep]] = {}
    for procedure in desk.sop.procedures:
        choices[procedure.title] = [
            KindAtStep(
                _choice(slug, procedure.slug, step.number),
                translate(say("Langkah {number}: {title}", number=step.number, title=desk.kinds[slug].title)),
            )
            for step in procedure.steps
            for slug in dict.fromkeys(step.outputs)
            if slug in desk.kinds
        ]
    choices[OUTSIDE.title] = [
        KindAtStep(_choice(slug, OUTSIDE.slug, 0), kind.title)
        for slug, kind in desk.kinds.items()
        if kind.usable_at(OUTSIDE.slug, 0)
    ]
    return choices


def _choice(kind: str, procedure: str, step: int) -> str:
    """Return how forms name a kind at a step."""
    return f"{procedure}/{step}/{kind}"


def _parse_choice(chosen: str) -> tuple[str, str, int]:
    """Return kind, procedure and step of a choice. Raises NotFound."""
    parts = chosen.split("/")
    if len(parts) != 3 or not parts[1].isdecimal() or parts[2] not in get_desk().kinds:
        raise NotFound("Pilih dahulu jenis naskahnya.")
    return parts[2], parts[0], int(parts[1])


def _label(chosen: str) -> str:
    kind, procedure, step = _parse_choice(chosen)
    label = f"{get_desk().kinds[kind].title} · {get_desk().sop.procedure(procedure).title}"
    return f"{label}, langkah {step}" if step else label


def _job_label(job: Job) -> str:
    batch = job.request["batch"]
    return f"{len(batch['rows'])} {get_desk().kind_title(batch['kind'])}"


def _stored_sheet(file: str, chosen: str) -> ReadBatch:
    """Return a sheet that was stored when it was checked. Raises NotFound, DataFileError, InvalidSubmission."""
    data = read_stored_sheet(get_desk(), file)
    return read_batch(get_desk(), *_parse_choice(chosen), file, data, take_hidden=_takes_hidden())


def _takes_hidden() -> bool:
    """Return whether rows that the spreadsheet hides count as letters."""
    return bool(request.values.get("tersembunyi"))


def _job(id: str) -> Job:
    """Return a batch without its request. Raises RecordMissing, NotFound."""
    with get_desk().catalogue.read() as tx:
        job = jobs.job_state(tx, id)
    if job.kind != "batch":
        raise NotFound("Pekerjaan ini bukan naskah massal.")
    require_job(get_desk(), job, me().caller)
    return job
