"""What became of letters that were signed with one passphrase: its progress, then each letter, and those left."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.batches.job_contents import require_job
from docgen.desk.drafts.access import open_draft
from docgen.desk.drafts.lists import title_of
from docgen.desk.signature_jobs.request import KIND
from docgen.desk.signature_jobs.result import SignatureLine, signature_result
from docgen.errors import NotFound
from storage.catalogue import documents, jobs
from storage.errors import RecordMissing
from storage.records import Job
from web.desk import get_desk
from web.pages.hands.letters_to_sign import list_letters
from web.pages.shell.access import may, me
from web.pages.shell.job_page import cancel_and_show, state_of
from wording import say

blueprint = Blueprint("signing_jobs", __name__, url_prefix="/tanda-tangan/pekerjaan")


@blueprint.get("/<id>")
@may("endorse")
def show(id: str) -> ResponseReturnValue:
    """Show the progress while BSrE is asked; then what became of each letter."""
    job = _job(id)
    lines = signature_result(job).letters if job.status == "done" else []
    signed = sum(line.status == "signed" for line in lines)
    if signed == len(lines):
        headline = say("{count} naskah ditandatangani", count=signed)
    else:
        headline = say("{signed} dari {count} naskah ditandatangani", signed=signed, count=len(lines))
    messages = {line.message for line in lines if line.status == "refused"}
    return render_template(
        "signing/job.html",
        job=job,
        state=state_of(job, "naskah"),
        lines=lines,
        titles=_titles(lines),
        addresses={line.id: _address(line) for line in lines},
        headline=headline if lines else say("Penandatanganan tidak selesai"),
        refusal=next(iter(messages)) if len(messages) == 1 else "",
        official=job.request["official"],
        left=_left(job, lines),
    )


@blueprint.get("/<id>.json")
@may("endorse")
def progress(id: str) -> ResponseReturnValue:
    """Return the job's progress to the page's script."""
    return jsonify(state_of(_job(id), "naskah"))


@blueprint.post("/<id>/batal")
@may("endorse", confirmed=False)  # nothing more is signed by it
def cancel(id: str) -> ResponseReturnValue:
    """Send no more letters to BSrE; those that it signed stay signed."""
    return cancel_and_show(_job(id))


def _job(id: str) -> Job:
    """Return a job that signs letters. Raises RecordMissing, NotFound."""
    with get_desk().catalogue.read() as tx:
        job = jobs.get_job(tx, id)
    if job.kind != KIND:
        raise NotFound("Pekerjaan ini bukan penandatanganan.")
    require_job(get_desk(), job, me().caller)
    return job


def _titles(lines: Sequence[SignatureLine]) -> dict[str, str]:
    """Return what the letters are called, by the id that was asked for."""
    desk, titles = get_desk(), {}
    with desk.catalogue.read() as tx:
        letters = documents.get_documents(tx, [line.document for line in lines if line.document])
        for line in lines:
            letter = letters.get(line.document)
            if letter is not None:
                titles[line.id] = letter.title
                continue
            try:
                titles[line.id] = title_of(desk, open_draft(desk, tx, me().caller, line.id).draft)
            except RecordMissing:
                titles[line.id] = ""  # a draft that is no longer there
    return titles


def _address(line: SignatureLine) -> str:
    if line.document:
        return url_for("document.show", id=line.document)
    return url_for("drafting.show", id=line.id)


def _left(job: Job, lines: Sequence[SignatureLine]) -> list[str]:
    """Return the letters that still wait for the person, as forms name them; of a job that ended early all that do."""
    ids = {line.document or line.id for line in lines if line.status != "signed"}
    if not lines and job.status in ("failed", "cancelled"):
        ids = set(job.request["documents"])
    return [letter.choice for letter in list_letters() if letter.letter.key.id in ids] if ids else []
