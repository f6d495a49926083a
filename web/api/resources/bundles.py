"""Bundles for filing, made by a job in the background."""

from __future__ import annotations

from flask import Response

from docgen.desk.bundles.build import BundleRequest, check_bundle
from docgen.desk.bundles.bundle_result import bundle_result
from docgen.desk.bundles.permitted import permitted_request
from storage import media_types
from web.api.http.auth import asker, caller
from web.api.http.calls import Answer, Media, call
from web.api.http.file_responses import HEADERS, file_name, send_object
from web.api.resources.jobs import file_job, find_job, job_address, shown_job
from web.api.schemas import jobs
from web.desk import get_desk, get_jobs

PDF = Media((media_types.PDF,))
JSON = Media((media_types.JSON,))


@call("POST", "/bundles", "Bundle documents", tag="Bundles", action="file", body=BundleRequest,
      returns={202: jobs.Job}, problems=(404,), answer_headers={"Location": "The job"})  # fmt: skip
def post_bundle(body: BundleRequest) -> Answer:
    """Merge archived documents with cover, contents, page numbers and bookmarks; answers a job to ask for."""
    return queue(body)


def queue(body: BundleRequest) -> Answer:
    """Queue a bundle of what the caller may know of. Raises InvalidSubmission, RecordMissing."""
    asked = body.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    permitted = permitted_request(get_desk(), asked, asker())
    check_bundle(get_desk(), permitted)
    job = get_jobs().submit(
        "bundle", permitted.model_dump(mode="json", exclude_none=True), caller().name, token=caller().id
    )
    return Answer(shown_job(job), 202, {"Location": job_address(job.id)})


@call("GET", "/jobs/<id>/pdf", "A finished bundle", tag="Bundles", action="export",
      returns={200: PDF, 206: PDF, 302: None, 304: None}, problems=(409, 416), answer_headers=HEADERS)  # fmt: skip
def get_job_pdf(id: str) -> Response:
    """The bundle's PDF; 409 while the job is not done."""
    pdf = bundle_result(file_job(id)).pdf
    name = file_name(f"Bundel {id}", "pdf")
    return send_object(pdf.key, pdf.sha256, media_types.PDF, name, inline=True, size=pdf.size)


@call("GET", "/jobs/<id>/manifest", "What a bundle holds", tag="Bundles", action="read",
      returns={200: JSON, 206: JSON, 304: None}, problems=(409, 416), answer_headers=HEADERS)  # fmt: skip
def get_job_manifest(id: str) -> Response:
    """Every document of the bundle with number, SHA-256 and the page it starts at; 409 while the job is not done."""
    # It names letters and shows none, so it is no reading of theirs; as of an archived bundle, and on the pages.
    key = bundle_result(find_job(id)).manifest.key
    sha256 = get_desk().store.info(key).sha256
    return send_object(key, sha256, media_types.JSON, file_name(f"Bundel {id}", "json"), inline=True)
