"""The one table from our errors to HTTP. The API renders it as problems, the pages as sentences."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from docgen.desk.desk import RETRY
from docgen.desk.revisions.journal import DocumentFailed, DocumentPending
from docgen.errors import (
    BsreError,
    BsreRefused,
    BsreUnanswered,
    BsreUnavailable,
    ChangedMeanwhile,
    Conflict,
    ConverterUnavailable,
    DataFileError,
    DocgenError,
    FileTooLarge,
    Forbidden,
    Gone,
    InvalidSubmission,
    NotAccepted,
    NotFound,
    PdfError,
    ServiceStopping,
    SignatureError,
    TooManyAtOnce,
    TooManyTries,
    VersionRequired,
)
from storage.errors import RecordConflict, RecordMissing, StorageError, StoreUnavailable

RETRY_AFTER = int(RETRY.total_seconds())


@dataclass(frozen=True)
class HttpError:
    """How an error is answered: status, name of its sort (`urn:docgen:problem:{name}`), and when to ask again."""

    status: int
    name: str
    retry_after: int | None = None  # seconds


# The first line that fits counts: a family stands below its members.
TABLE: tuple[tuple[type[Exception], HttpError], ...] = (
    (InvalidSubmission, HttpError(422, "invalid-submission")),
    (DataFileError, HttpError(422, "unreadable-file")),
    (PdfError, HttpError(422, "unreadable-file")),
    (FileTooLarge, HttpError(413, "file-too-large")),
    (BsreRefused, HttpError(422, "bsre-refused")),
    (BsreUnanswered, HttpError(503, "bsre-unanswered", RETRY_AFTER)),  # by the person, who has the passphrase
    (BsreUnavailable, HttpError(503, "bsre-unavailable", RETRY_AFTER)),
    (NotAccepted, HttpError(502, "bsre-answer")),
    (BsreError, HttpError(502, "bsre-answer")),
    (SignatureError, HttpError(409, "not-signed")),
    (DocumentFailed, HttpError(422, "document-failed")),
    (DocumentPending, HttpError(503, "document-pending", RETRY_AFTER)),
    (ServiceStopping, HttpError(503, "stopping", 5)),
    (TooManyAtOnce, HttpError(429, "too-many-at-once", 2)),
    (Forbidden, HttpError(403, "forbidden")),
    (Gone, HttpError(410, "gone")),
    (NotFound, HttpError(404, "not-found")),
    (RecordMissing, HttpError(404, "not-found")),
    (ChangedMeanwhile, HttpError(412, "changed-meanwhile")),
    (VersionRequired, HttpError(428, "version-required")),
    (Conflict, HttpError(409, "conflict")),
    (RecordConflict, HttpError(409, "conflict")),
    (ConverterUnavailable, HttpError(503, "converter-unavailable", RETRY_AFTER)),
    (StoreUnavailable, HttpError(503, "store-unavailable", RETRY_AFTER)),
    (StorageError, HttpError(500, "archive-error")),
    (DocgenError, HttpError(500, "document-error")),
)


def http_error(error: Exception) -> HttpError | None:
    """Return how one of our errors is answered; None for an error that is not ours."""
    if isinstance(error, TooManyTries):
        return HttpError(429, "too-many-tries", _seconds(error.wait))
    if isinstance(error, BsreUnavailable) and error.wait is not None:
        return HttpError(503, "bsre-unavailable", _seconds(error.wait))
    return next((answer for kind, answer in TABLE if isinstance(error, kind)), None)


def _seconds(wait: dt.timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds()))
