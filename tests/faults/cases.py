"""Every use-case, as a process that may be killed does it; and what a service does when it starts again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

from docgen.bsre import Secret
from docgen.desk import Desk
from docgen.desk.archive.renewal import renew_letter
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.batch_request import BatchRequest
from docgen.desk.batches.job import task_of
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.endorse import EndorsementRequest, endorse
from docgen.desk.decisions.seal import seal
from docgen.desk.decisions.void import void
from docgen.desk.desk import utc_now
from docgen.desk.disposal.destroy import DestructionRequest, destroy, finish_destructions
from docgen.desk.dossiers.dossiers import close
from docgen.desk.issuing.held_number import end_lost_holds
from docgen.desk.issuing.issue import IdempotencyKey, issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.kinds.publish import publish
from docgen.desk.kinds.upload import upload
from docgen.desk.mirror import keep_mirror
from docgen.desk.service.document_recovery import recover
from docgen.desk.service.job_functions import WORKERS
from docgen.desk.signature_jobs.request import SignaturesRequest, begin_signatures
from storage.catalogue import documents, registers
from storage.catalogue.drafting import drafts
from storage.catalogue.jobs import unfinished_jobs
from tests.support.files.pdfs import pdf
from tests.support.office.drafts import HEAD, signed
from tests.support.office.electronic import PASSPHRASE, sign_by_bsre
from tests.support.office.jobs import ended, wait
from tests.support.office.own_kinds import SLUG, editor, nota

BY = "sari"


def in_years(desk: Desk, years: int) -> Desk:
    """The same office so many years later."""
    return dataclasses.replace(desk, now=lambda: utc_now() + years * dt.timedelta(days=366))


def start_again(desk: Desk, years: int = 0) -> None:
    """What the service does at its start, in the order it does it."""
    desk = in_years(desk, years)
    recover(desk)
    end_lost_holds(desk)
    finish_destructions(desk)
    with desk.catalogue.read() as tx:
        unfinished = unfinished_jobs(tx)
    jobs = Jobs(desk, WORKERS)
    for job in unfinished:
        jobs.run_queued(job.id)
    recover(desk)
    keep_mirror(desk)


def _issue(desk: Desk, body: dict[str, Any], key: str) -> None:
    issue(desk, DocumentRequest.model_validate(body), BY, IdempotencyKey("sistem", key, key))


def _endorse(desk: Desk, document: str) -> None:
    request = EndorsementRequest(official="kepala-bidang", decision="setuju", note="Lanjutkan")
    endorse(desk, document, request, BY, ["*"])


def _batch(desk: Desk, batch: dict[str, Any], key: str) -> None:
    Jobs(desk, WORKERS).run("batch", task_of(BatchRequest.model_validate(batch)), BY)


def _destroy(desk: Desk, dossier: str) -> None:
    request = DestructionRequest(
        dossiers=[dossier], official="kepala-dinas", approval="B/000.5/7/2031", reason="Habis masa simpannya"
    )
    destroy(in_years(desk, 8), request, BY)


def _sign(desk: Desk, draft: str, method: str = "paper", passphrase: str = "") -> None:
    with desk.catalogue.read() as tx:
        waiting = drafts.find_draft(tx, draft)
    signed(desk, waiting, method=method, passphrase=passphrase)


def _sign_many(desk: Desk, letters: list[str]) -> None:
    request = SignaturesRequest(documents=letters, official="kepala-dinas")
    job = begin_signatures(desk, Jobs(desk, WORKERS), HEAD, request, Secret.passphrase(PASSPHRASE))
    wait(desk, job.id, ended)


def _sign_electronically(desk: Desk, document: str, official: str, **_: object) -> None:
    with desk.catalogue.read() as tx:
        letter, signer = documents.get_document(tx, document), registers.get_official(tx, official)
    sign_by_bsre(desk, letter, signer)


def _publish(desk: Desk, heading: str, **_: object) -> None:
    version = upload(desk, editor(), nota(heading), "nota.docx", slug=SLUG).version
    publish(desk, editor(), SLUG, version.version)


CASES: dict[str, Callable[..., object]] = {
    "issue": _issue,
    "endorse": _endorse,
    "void": lambda desk, document: void(desk, document, "Salah tujuan", BY),
    "attach": lambda desk, document: attach(desk, document, pdf("tanda tangan"), "salinan.pdf", BY),
    "seal": lambda desk, document: seal(desk, document, BY),
    "renew": lambda desk, document: renew_letter(desk, document, BY),
    "sign": _sign,
    "sign draft electronically": lambda desk, draft: _sign(desk, draft, "bsre", PASSPHRASE),
    "sign many": _sign_many,
    "sign electronically": _sign_electronically,
    "sign with seal": lambda desk, draft: _sign(desk, draft, "seal"),
    "close": lambda desk, dossier: close(desk, dossier, BY, "Selesai"),
    "batch": _batch,
    "destroy": _destroy,
    "publish": _publish,
    "mirror": lambda desk: keep_mirror(desk),
    "start again": start_again,
}
