"""Records of electronic signatures: by whom a person is known to the signing service, what waits, what was refused."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from storage.records.base import Record, Sentence
from storage.records.documents import StoredFile


class SigningIdentity(Record):
    """By what the signing service knows an official: `sealed` is encrypted, `masked` is what people are shown.

    `official` "" is the office itself, whose seal has an id of a subscriber; `totp` is its last one-time password,
    encrypted, which the next is asked for with.
    """

    official: str
    sort: Literal["nik", "email", "seal"]
    sealed: str
    masked: str
    totp: str = ""
    at: dt.datetime
    by: str


class AwaitedSignature(Record):
    """A letter that waits for an official's electronic signature, since when, and why it was not signed: "" not tried.

    `by` asked for it.
    """

    document: str
    official: str
    since: dt.datetime
    by: str
    reason: Sentence = ""
    tried_at: dt.datetime | None = None


class KeptAside(Record):
    """A file that came as the signed copy of a letter and was refused, for the administrator to look at."""

    id: str
    document: str
    official: str
    at: dt.datetime
    by: str
    reason: Sentence
    file: StoredFile
    seen_at: dt.datetime | None = None
    seen_by: str = ""
