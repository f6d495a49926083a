"""The words of the archive as data: what the catalogue keeps in rows and `record.json` keeps beside each PDF.

Every field is plain data. Rules about these values (is this NIP well formed, who may sign on a date) belong to
`docgen`; only shape is checked here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo

from storage.text import DOOR, ONE_LINE, PRINTABLE, clean_key, clean_line, clean_text

Role = Literal["kepala_dinas", "kepala_bidang", "kepala_seksi", "pengelola_aset", "pengguna_aset"]
Capacity = Literal["definitif", "plt", "plh"]
Condition = Literal["B", "KB", "RB"]
Sort = Literal["hardware", "software", "data"]
DocumentStatus = Literal["reserved", "issued", "void", "superseded", "destroyed"]
NumberStatus = Literal["reserved", "issued", "void"]
JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]
Scope = Literal["read", "write", "admin"]
Decision = Literal["setuju", "perbaiki", "tolak", "terima"]
# What made a revision; also what a journal line still has to do.
Change = Literal["issued", "endorsed", "voided", "superseded", "attached", "sealed"]


def _at_the_door(clean: Callable[[str], str]) -> BeforeValidator:
    """Clean a text that comes from outside (`model_validate(…, context=DOOR)`); what is kept is read as it is."""

    def check(value: Any, info: ValidationInfo) -> Any:
        return clean(value) if isinstance(value, str) and info.context is DOOR else value

    return BeforeValidator(check)


# What neither PostgreSQL (NUL) nor a Word file (the others) can hold is refused before it is kept.
_LINE = StringConstraints(strip_whitespace=True, max_length=300, pattern=PRINTABLE)
_REQUIRED = StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=PRINTABLE)
Line = Annotated[str, _LINE, _at_the_door(clean_line)]
RequiredLine = Annotated[str, _REQUIRED, _at_the_door(clean_line)]
Code = Annotated[str, _LINE, _at_the_door(clean_key)]  # by which people know a thing: two that look the same are one
RequiredCode = Annotated[str, _REQUIRED, _at_the_door(clean_key)]
Key = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=ONE_LINE),
    _at_the_door(clean_key),
]
Nibar = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=ONE_LINE),
    _at_the_door(clean_key),
]


class Record(BaseModel):
    """Base of all records: unknown keys are refused, so that a misspelled column is seen."""

    model_config = ConfigDict(extra="forbid")


ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class WorkHours(Record):
    """A stretch of a working day on the office's clock: `08:00` to `12:00`."""

    start: ClockTime
    end: ClockTime


class Office(Record):
    """The SKPD: letterhead, numbering, place and working time. One row.

    `work_hours` are the hours of a working day on the office's clock, e.g. 08.00-12.00 and 13.00-16.30; `holidays` are
    days off besides Saturday and Sunday. `verify_shows`: whether the public verification page tells the facts of a
    document only, or shows its pages too.
    """

    government: RequiredLine
    name: RequiredLine
    short_name: Line = ""
    unit_code: RequiredCode
    address: Line = ""
    phone: Line = ""
    email: Line = ""
    website: Line = ""
    place: RequiredLine
    time_zone: RequiredLine = "Asia/Makassar"
    number_pattern: RequiredLine = "{keamanan}/{klasifikasi}/{urut}/{unit}/{bulan}/{tahun}"
    security_code: Literal["B", "T", "R", "SR"] = "B"
    paper: Literal["A4", "F4"] = "A4"
    work_hours: Annotated[list[WorkHours], Field(min_length=1, max_length=4)] = [
        WorkHours(start="08:00", end="12:00"),
        WorkHours(start="13:00", end="16:30"),
    ]
    holidays: Annotated[list[dt.date], Field(max_length=400)] = []
    verify_shows: Literal["facts", "pages"] = "facts"


class Official(Record):
    """A person who signs or approves. `valid_from`/`valid_to` are inclusive dates; open when None."""

    id: Key
    name: RequiredLine
    nip: Code = ""
    rank: Line = ""  # pangkat, e.g. "Penata Tingkat I"
    grade: Line = ""  # golongan/ruang, e.g. "III/d"
    post: RequiredLine  # jabatan as printed, without Plt./Plh.
    role: Role
    capacity: Capacity = "definitif"
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class Asset(Record):
    """One item of BMD. `nibar` is the key; `value` is the acquisition value in whole rupiah."""

    nibar: Nibar
    kode_barang: Code = ""
    kode_register: Code = ""
    name: RequiredLine
    brand: Line = ""
    serial: Code = ""
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    value: Annotated[int, Field(ge=0, le=10**15)] | None = None
    condition: Condition = "B"
    location: Line = ""
    sort: Sort = "hardware"


class StoredFile(Record):
    """One object of a revision: its key in the store, the SHA-256 in hex, the size in bytes; pages for a PDF."""

    key: str
    sha256: str
    size: int
    content_type: str
    pages: int | None = None


class Endorsement(Record):
    """An official's decision on a document at a step of the SOP; name, NIP, post and role as they were then.

    `post` is as printed, with Plt. or Plh.; `actor` is the role in the SOP, and `role` what the office calls it, e.g.
    Kepala Bidang; `by` is who entered it.
    """

    step: int
    decision: Decision
    official: str
    name: str
    nip: str
    post: str
    actor: Role
    role: str
    note: str = ""
    at: dt.datetime
    by: str


class Original(Record):
    """A file byte for byte as somebody sent it, of which an attachment was made.

    `pages` are those of its pages (from 1) that went into the attachment, in their order there; empty for all of them.
    `shared`: it holds pages of other documents as well, and lies among the files that were sent.
    """

    name: str
    file: StoredFile
    pages: list[int] = []
    shared: bool = False


class Attachment(Record):
    """A file that came from outside: the electronically signed copy, or a scan of the paper that was signed.

    `signed` is the revision's PDF. A `copy` is signed as well, but not proven to be what was archived: like a `scan` it
    lies beside the PDF.
    `report` tells what was found in it when it came, e.g. of each signature; plain data. `originals` are the files as
    they came; attachments of earlier versions kept none.
    """

    sort: Literal["signed", "scan", "copy"]
    name: str
    file: StoredFile
    report: dict[str, Any] = {}
    originals: list[Original] = []


class Revision(Record):
    """One archived state of a document; never changed after it is written. Numbered from 1.

    `change` says what made it; `endorsement` and `attachments` are those that came with it.
    """

    document: str
    number: int
    created_at: dt.datetime
    created_by: str
    reason: str
    pdf: StoredFile
    docx: StoredFile
    change: Change = "issued"
    endorsement: Endorsement | None = None
    attachments: list[Attachment] = []

    @property
    def files(self) -> list[StoredFile]:
        """Every file it has in the archive; those of earlier revisions that stay as they are among them."""
        sent = [file for one in self.attachments for file in (one.file, *(it.file for it in one.originals))]
        return list({file.key: file for file in (self.pdf, self.docx, *sent)}.values())


class Document(Record):
    """One naskah: an instance of a kind in a dossier at a step. `code` is what the QR opens.

    `replaced_by` is the id of the document that took the place of a superseded one.
    """

    id: str
    number: str
    unit: str
    year: int
    sequence: int
    status: DocumentStatus
    kind: str
    procedure: str
    step: int
    assets: list[str]
    dossier: str
    title: str
    date: dt.date
    signer: str
    code: str
    revision: int
    created_at: dt.datetime
    created_by: str
    status_reason: str = ""
    replaced_by: str = ""


class Dossier(Record):
    """One run of a procedure, on one or more assets; without assets it is collective (kolektif).

    `close_reason` says why it was closed although something lacked; "" when nothing did.
    """

    id: str
    procedure: str
    assets: list[str]
    title: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None = None
    closed_by: str = ""
    close_reason: str = ""


class RegisterEntry(Record):
    """A line of the buku agenda: one number, given once, with what it was used for."""

    unit: str
    year: int
    sequence: int
    number: str
    status: NumberStatus
    document: str
    date: dt.date
    title: str
    reason: str = ""


class InsertedNumber(RegisterEntry):
    """A number put between two others for a letter that was written earlier: 12a, after 12 and before 13."""

    document: str = ""
    suffix: Annotated[str, StringConstraints(pattern=r"^[a-z]$")]


class Tombstone(Record):
    """What is left of a document that was destroyed when its retention was over: everything but its content.

    `act` is the id of the destruction, whose Berita Acara may list many; `official` approved it, as he was then;
    `approval` names the letter it was approved by; `status` is what the document was; `files` are all it had.
    """

    document: str
    act: str
    at: dt.datetime
    by: str
    official: Official
    approval: str
    reason: str
    status: DocumentStatus
    files: list[StoredFile]
    done: bool = False


class Submission(Record):
    """What was asked for, whole, as journaled with the number: enough to render the document again, alone.

    `replaces` is the id of a document that was sent back or is corrected, in whose place this one is made.
    """

    kind: str
    procedure: str
    step: int
    assets: list[str]
    dossier: str
    signer: str
    date: dt.date
    data: dict[str, Any]
    replaces: str = ""


class Task(Record):
    """What a journal line still has to do: the next revision of a document, decided and not archived yet.

    `at` and `by`: when and by whom it was decided; `reason` as the revision tells it; `other` is the id of the document
    that supersedes this one.
    """

    change: Change
    at: dt.datetime
    by: str
    reason: str
    endorsement: Endorsement | None = None
    attachments: list[Attachment] = []
    other: str = ""


class Event(Record):
    """A line of the audit log: who did what to what, when, from where. `hash` seals it and the line before it.

    `action` is a dotted word, e.g. document.issued; `subject` the id of the thing; `before` and `after` are plain data.
    """

    sequence: int
    at: dt.datetime
    actor: str
    origin: str
    action: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
    previous: str
    hash: str


class User(Record):
    """A person who signs in to the pages. `password` is an argon2 hash.

    `officials` are those in whose name this person endorses ("*": all, for a demo).
    """

    name: RequiredLine
    full_name: Line = ""
    password: str
    role: Literal["admin", "operator", "reader"] = "operator"
    active: bool = True
    officials: list[str] = []
    toured: bool = False  # has seen the first-visit tour, or put it away
    must_change: bool = False  # the password was made for this person, who has to choose another one first


class Session(Record):
    """A browser in which a person is signed in; `seen_at` is written at most once in some minutes.

    The id stands in the signed cookie; without the service's secret key it opens nothing.
    """

    id: str
    user: str
    origin: str = ""
    browser: str = ""
    created_at: dt.datetime
    seen_at: dt.datetime


class Token(Record):
    """A bearer token of another system, kept as SHA-256; `officials` are those it may endorse as ("*": all).

    `assets` (NIBARs) and `procedures` (slugs) limit what it sees and makes; empty: no limit. `last_used_at` is written
    at most once a minute.
    """

    id: str
    name: RequiredLine
    hash: str
    scope: Scope
    officials: list[str] = []
    created_at: dt.datetime
    revoked_at: dt.datetime | None = None
    assets: list[str] = []
    procedures: list[str] = []
    expires_at: dt.datetime | None = None
    last_used_at: dt.datetime | None = None
    created_by: str = ""


class Job(Record):
    """Long work: `done` of `total` items; `result` is set when done, `error` when failed or cancelled.

    `per_second` is how many items a second were done so far, None until it is known. `owner` has it in hand, believed
    until `next_at`; of one that waits, `next_at` is when it may be taken, and `error` why it was put off. `attempts`
    counts the tries that ended badly, or have not ended, since one came further than all before.
    """

    id: str
    kind: str
    status: JobStatus
    request: dict[str, Any]
    done: int = 0
    total: int = 0
    per_second: float | None = None
    result: dict[str, Any] | None = None
    error: str | None = None
    created_at: dt.datetime
    created_by: str
    owner: str = ""
    attempts: int = 0
    next_at: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Recipe(Record):
    """A way to make a bundle that is kept to be used again: `request` is the body of `POST /bundles`."""

    id: str
    name: RequiredLine
    request: dict[str, Any]
    created_at: dt.datetime
    created_by: str


class FiledBundle(Record):
    """A bundle that was archived; never changed after that. `recipe` is the id of the one it was made by, or ""."""

    code: str
    title: str
    recipe: str = ""
    pdf: StoredFile
    manifest: StoredFile
    created_at: dt.datetime
    created_by: str


class FiledDocument(Record):
    """A revision of a document in an archived bundle; `starts_at` is the page of the bundle, from 1."""

    bundle: str
    document: str
    revision: int
    sha256: str
    pages: int
    starts_at: int


class Draft(Record):
    """A form somebody began: `body` is the form as typed, valid or not; `version` counts how often it was kept.

    `save_id` is what the page called the last save; "" for one without a name.
    """

    id: str
    user: str
    body: dict[str, Any]
    updated_at: dt.datetime
    version: int = 1
    save_id: str = ""


class Phrase(Record):
    """A standard sentence of the office; `kind` is the only kind whose form offers it, "" for every form."""

    id: str
    title: RequiredLine
    kind: Line = ""
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=PRINTABLE),
        _at_the_door(clean_text),
    ]
