"""The record of a background job."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from storage.records.base import Record, Sentence

JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]


class KeptFile(Record):
    """A file that a job wrote: its key in the store, SHA-256 in hex and size in bytes; pages of a bundle's PDF.

    What was not told when it was written ("", 0, None) is not written again.
    """

    key: str
    sha256: str = ""
    size: int = 0
    pages: int | None = None


class Job(Record):
    """Long work: `done` of `total` items; `result` is set when done, `error` when failed or cancelled.

    `per_second` is how many items a second were done so far, None until it is known. `owner` has it in hand, believed
    until `next_at`; of one that waits, `next_at` is when it may be taken, and `error` why it was put off. `attempts`
    counts the tries that ended badly, or have not ended, since one came further than all before. `token` is the id
    of the token that asked, "" for a person; `request_id` that of the request by which it was asked, for the log.
    """

    id: str
    kind: str
    status: JobStatus
    request: dict[str, Any]
    done: int = 0
    total: int = 0
    per_second: float | None = None
    result: dict[str, Any] | None = None
    error: Sentence | None = None
    created_at: dt.datetime
    created_by: str
    token: str = ""
    owner: str = ""
    attempts: int = 0
    next_at: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    request_id: str = ""
