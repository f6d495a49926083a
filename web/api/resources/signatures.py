"""Many letters signed with one passphrase."""

from __future__ import annotations

from docgen.desk.signature_jobs.request import SignaturesRequest, begin_signatures
from web.api.http.auth import asker
from web.api.http.calls import Answer, call
from web.api.resources.jobs import job_address, shown_job
from web.api.schemas import jobs
from web.desk import get_desk, get_jobs
from web.secret_fields import sent_secret


@call("POST", "/signatures", "Sign many letters", tag="Documents", office_wide=False, action="endorse",
      body=SignaturesRequest, returns={202: jobs.Job}, problems=(409,),
      answer_headers={"Location": "The job"})  # fmt: skip
def post_signatures(body: SignaturesRequest) -> Answer:
    """Have an official sign issued documents, and drafts in his turn, through BSrE: in one call where its API takes
    many files. The job's `result` says of each letter whether it is signed, waits for its signature (BSrE did not
    answer) or was refused and is as it was. The passphrase lies in memory alone: when the service stops, what is not
    signed is to be signed again. 422 for letters and officials that there are not for the caller."""
    secret = sent_secret("passphrase") or sent_secret("totp")
    job = begin_signatures(get_desk(), get_jobs(), asker(), body, secret)
    return Answer(shown_job(job), 202, {"Location": job_address(job.id)})
