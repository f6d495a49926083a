"""Every error of the API as a problem detail (RFC 9457); `web.errors` maps errors to statuses."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Annotated, Any

from flask import Blueprint, Flask, Response, request
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.signing.outcomes import SignatureAwaited, SignedFileRefused
from docgen.errors import (
    BsreRefused,
    DataFileError,
    FieldError,
    FileTooLarge,
    Forbidden,
    InvalidSubmission,
    bounded,
    bounded_errors,
)
from docgen.numbering.number_systems import shown_number
from storage import media_types
from storage.records import DocumentStatus
from web.api.http.request_id import route
from web.errors import RETRY_AFTER, http_error
from web.probes import PROBES

log = logging.getLogger("docgen.api")

_PATHS = ("/api/", *PROBES)
_HTTP_DETAILS = {
    400: "Badan permintaan bukan JSON yang benar.",
    401: "Sertakan token: Authorization: Bearer dg_... Token dibuat dengan `docgen token create`.",
    404: "Alamat ini tidak ada. Daftar alamat: /api/v1/openapi.json.",
    405: "Metode ini tidak berlaku untuk alamat ini; lihat header Allow.",
    413: "Badan permintaan terlalu besar, paling besar 32 MB. Bagi menjadi beberapa berkas.",
    415: "Jenis isi tidak diterima. Kirim dengan header Content-Type yang tertulis di /api/v1/openapi.json.",
    429: "Terlalu banyak permintaan dengan token ini. Tunggu sebanyak detik pada Retry-After, lalu lanjutkan.",
    416: "Rentang byte yang diminta di luar berkas.",
    500: "Ada kesalahan pada layanan. Sebutkan X-Request-Id jawaban ini kepada administrator.",
}


class ProblemError(BaseModel):
    """One wrong value."""

    field: Annotated[str, Field(description="Key in the body or query", examples=["data.hal", "assets[0]"])]
    message: Annotated[str, Field(description="A sentence for the person who typed it, in Indonesian")]


class Problem(BaseModel):
    """A problem detail (RFC 9457). `detail` and messages are for people, in Indonesian."""

    type: Annotated[str, Field(description="Names the sort of problem", examples=["urn:docgen:problem:not-found"])]
    title: str
    status: int
    detail: str
    instance: Annotated[str, Field(description="The path that was asked for")]
    missing: Annotated[
        str,
        Field(description="The permission that the caller lacks, of `GET /permissions`; empty: none", examples=[""]),
    ] = ""
    errors: list[ProblemError] = []


class ReservedDocument(BaseModel):
    """A document whose number is taken, where it is the office's, and whose files are not archived yet."""

    id: str
    number: Annotated[str | None, Field(description="null while another system has not given it")]
    status: DocumentStatus


class PendingProblem(Problem):
    """Something is away now, or answered wrongly; of what is away ask again after `Retry-After` seconds.

    With `document`, its number and data are kept and it is finished without being sent again; a 422 with `document`
    (document-failed) took a number that somebody has to void, as its document cannot be made.
    """

    document: ReservedDocument | None = None


def handle(blueprint: Blueprint) -> None:
    """Answer every error of the blueprint's views with a problem."""
    blueprint.register_error_handler(HTTPException, _from_http)
    blueprint.register_error_handler(Exception, _from_error)


def register(app: Flask) -> None:
    """Answer an address or method that does not exist with a problem, too: no view is asked there."""
    app.before_request(_routing)


def answer_error(error: Exception) -> Response:
    """Return the problem for an error, for an address outside of the API that answers a system."""
    return _from_http(error) if isinstance(error, HTTPException) else _from_error(error)


def _routing() -> Response | None:
    error = request.routing_exception
    if error is None or isinstance(error, RequestRedirect) or not request.path.startswith(_PATHS):
        return None
    return _from_http(error)


def _from_error(error: Exception) -> Response:
    answer = http_error(error)
    if answer is None:
        log.exception("%s failed", route(), exc_info=error)
        return _answer(500, "internal-error", _HTTP_DETAILS[500])
    if answer.status == 500:
        log.error("%s: %s", route(), error)
    extra: dict[str, Any] = {}
    if isinstance(error, InvalidSubmission):
        extra["errors"] = [asdict(field_error) for field_error in bounded_errors(error.errors, error.more)]
    if isinstance(error, (DataFileError, FileTooLarge)):
        extra["errors"] = [asdict(FieldError("file", bounded(str(error))))]
    if isinstance(error, BsreRefused) and error.field:
        extra["errors"] = [asdict(FieldError(error.field, bounded(str(error))))]
    if isinstance(error, Forbidden):
        extra["missing"] = error.missing
    if isinstance(error, (DocumentPending, SignatureAwaited, SignedFileRefused)):
        document = error.document
        extra["document"] = {"id": document.id, "number": shown_number(document), "status": document.status}
    response = _answer(answer.status, answer.name, str(error), extra)
    if answer.retry_after is not None:
        response.headers["Retry-After"] = str(answer.retry_after)
    return response


def _from_http(error: HTTPException) -> Response:
    """Answer errors of Flask and Werkzeug, with the headers they ask for (Allow, WWW-Authenticate, Content-Range)."""
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    response = _answer(error.code, error.name.lower().replace(" ", "-"), _HTTP_DETAILS.get(error.code, error.name))
    for header, value in error.get_headers():
        if header.lower() not in ("content-type", "content-length"):
            response.headers[header] = value
    return response


def _answer(status: int, name: str, detail: str, extra: dict[str, Any] | None = None) -> Response:
    problem = PendingProblem.model_validate(
        {
            "type": f"urn:docgen:problem:{name}",
            "title": name.replace("-", " ").capitalize(),
            "status": status,
            "detail": bounded(detail),
            "instance": bounded(request.path),
            **(extra or {}),
        }
    )
    absent = {name for name in ("document", "missing") if not getattr(problem, name)}
    body = problem.model_dump_json(exclude=absent)
    response = Response(body, status, content_type=media_types.PROBLEM)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response
