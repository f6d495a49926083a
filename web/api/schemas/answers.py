"""What the API answers, as models; answers are checked against them, and the OpenAPI document is made from them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from docgen.sop import Decision
from storage import records
from storage.records import Asset, DocumentStatus, Line, NumberStatus, Official, RegisterEntry, Role, Sort

Href = Annotated[str, Field(json_schema_extra={"format": "uri"}, description="Absolute address; it does not change")]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="In hex; also the strong ETag of the file")]
Next = Annotated[str | None, Field(description="Pass it as `cursor` for the following page; null on the last one")]


class Strict(BaseModel):
    """Base: an answer holds what is declared, no more."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class PrintedStep(Strict):
    """A row of the printed table as it reads there, misprints and all; "" where the cell is empty."""

    activity: str
    requirements: str
    time: str
    result: str


class Step(Strict):
    """A row of a procedure's table; `time_norm_minutes` is working time (one day: 450 minutes by default)."""

    number: int
    activity: str
    actors: list[Role]
    requires: list[str]
    time_norm_minutes: int
    outputs: Annotated[list[str], Field(description="Kinds of documents the step yields")]
    endorsement: Literal["setuju", "terima"] | None
    decision: Decision | None
    results: Annotated[list[str], Field(description="The results in the SOP's words")]
    time: Annotated[str, Field(description="The time norm as printed", examples=["1 Hari"])]
    signer: Annotated[
        Role | None, Field(description="Role that signs what the step yields; null where it yields nothing")
    ]
    on_behalf_of: Annotated[Role | None, Field(description="Role in whose name (a.n.) the signer signs")]
    endorsers: Annotated[
        list[Role],
        Field(description="Roles that decide, one after the other; the step is done when all of them have"),
    ]
    endorses: Annotated[int | None, Field(description="The step on whose documents they decide")]
    receivers: Annotated[list[Role], Field(description="The endorsers of a step that receives; else none")]
    decided_by: Annotated[
        list[str],
        Field(
            description="Kinds among `outputs` that carry the decision themselves: such a letter is the yes or the no"
        ),
    ]
    printed: Annotated[PrintedStep | None, Field(description="The row as the SOP prints it, where the file keeps it")]
    notes: Annotated[
        list[str],
        Field(description='What differs from the printed SOP; what is open begins with "Pertanyaan untuk kantor:"'),
    ]


class Procedure(Strict):
    """One of the SOP's procedures."""

    slug: str
    title: str
    steps: list[Step]
    letter: Annotated[str, Field(description="Its letter in the SOP", examples=["A"])]
    scope: Annotated[list[Sort], Field(description="Sorts of assets it is about")]
    printed_title: Annotated[str, Field(description="The heading as printed, with its scope; empty where not kept")]
    collective: Annotated[bool, Field(description="Whether its dossiers have no single asset")]
    classification: Annotated[str, Field(description="Archive code (Permendagri 83/2022)")]
    notes: Annotated[list[str], Field(description="As those of a step")]


class Kind(Strict):
    """A type of document. `data` of a submission must fit `schema`; `example` does."""

    slug: str
    title: str
    description: str
    data_schema: Annotated[dict[str, Any], Field(alias="schema", description="JSON Schema 2020-12")]
    example: dict[str, Any]
    needs_assets: Literal["none", "optional", "required"]
    signer: Annotated[str, Field(description='Role that signs; "step": the one that signs at the step')]
    steps: Annotated[dict[str, list[int]], Field(description="Steps it is limited to, by procedure; empty: everywhere")]
    suggested: Annotated[dict[str, list[int]], Field(description="Steps it is usually made at, by procedure")]


class AssetChange(Asset):
    """An asset to change; `nibar` may be left out and cannot be changed."""

    nibar: Annotated[Line, Field(max_length=120)] = ""


class AssetPage(Strict):
    """Assets by NIBAR."""

    items: list[Asset]
    next: Next


class CheckedOfficial(Official):
    """An official, with what looks wrong about the entry but does not hinder."""

    warnings: Annotated[
        tuple[str, ...], Field(json_schema_extra={"readOnly": True}, description="Ignored when sent")
    ] = ()


class OfficialChange(CheckedOfficial):
    """An official to change; `id` may be left out and cannot be changed."""

    id: Annotated[Line, Field(max_length=60)] = ""


class OfficialPage(Strict):
    """Officials by id."""

    items: list[CheckedOfficial]
    next: Next


class Upload(Strict):
    """A photo that is kept: `file` is what a field of photos asks for; pixels, and bytes."""

    file: Annotated[str, Field(pattern=r"^[0-9a-f]{64}\.jpg$", description="SHA-256 of the photo as it is kept")]
    width: Annotated[int, Field(ge=1, le=1600)]
    height: Annotated[int, Field(ge=1, le=1600)]
    size: Annotated[int, Field(ge=1)]


class LineError(Strict):
    """What is wrong in one line of an imported file; the heading is line 1."""

    line: int
    field: str
    message: str
    cell: Annotated[str, Field(description="`C7`, or empty where the file has no such column")] = ""
    value: Annotated[str, Field(description="What the cell holds; its first 80 characters")] = ""


class WordFile(Strict):
    """The editable Word file of a document."""

    href: Href
    sha256: Sha256
    size: Annotated[int, Field(description="Bytes")]


class PdfFile(WordFile):
    """The archived PDF."""

    pages: int


class Links(Strict):
    """Addresses to keep: `page` for people, `verify` is public and what the QR opens."""

    self: Href
    page: Href
    verify: Href


class Endorsement(Strict):
    """An official's decision on a document; name, NIP and post as they were when it was taken."""

    step: Annotated[int, Field(description="Step of the SOP whose decision it is")]
    decision: records.Decision
    official: Annotated[str, Field(description="Id of the official")]
    name: str
    nip: str
    post: Annotated[str, Field(description="With Plt. or Plh. where it was held so")]
    role: Annotated[Role, Field(description="The role in the SOP that decided")]
    note: str
    at: dt.datetime


class Awaited(Strict):
    """Whose decision on a document is next."""

    step: int
    role: Role
    decisions: list[records.Decision]
    officials: Annotated[list[str], Field(description="Ids of those who may take it today")]


class Original(Strict):
    """A file byte for byte as it was sent. `pages` are those of its pages that the attachment was made of; empty: all.

    `shared`: it holds pages of other documents too; a token with limits gets 404 for it.
    """

    name: str
    href: Href
    sha256: str
    size: int
    content_type: str
    pages: list[int]
    shared: bool


class Attachment(Strict):
    """A copy that came from outside: the electronically signed PDF, or a scan of the paper that was signed.

    `signed` is the revision's PDF; a `copy` is a signed file that is not proven to be what was archived, and lies
    beside the PDF as a `scan` does. `report` tells how it was matched, and of a signed one what each of its signatures
    is worth. `takes_place`: whether the file stands in the place of the PDF; `reason`: why it does not, or what is to
    be known of it, in Indonesian. `originals` are the files as they were sent; attachments of earlier versions kept
    none.
    """

    sort: Literal["signed", "scan", "copy"]
    name: str
    href: Href
    sha256: str
    size: int
    pages: int | None
    takes_place: bool
    reason: str
    report: dict[str, Any]
    originals: list[Original]


class Document(Strict):
    """A document. While it is only reserved it has a number, and neither files nor key."""

    id: str
    number: str
    status: DocumentStatus
    kind: str
    procedure: str
    step: int
    assets: Annotated[list[str], Field(description="NIBARs; it is kept under the first")]
    dossier: str
    date: dt.date
    revision: Annotated[int, Field(description="The current revision; 0 while reserved")]
    pdf: PdfFile | None
    docx: WordFile | None
    links: Links
    key: Annotated[str | None, Field(description="Key of the PDF in the object store")]
    endorsements: Annotated[list[Endorsement], Field(description="Decisions on it, oldest first")]
    replaced_by: Annotated[str | None, Field(description="Id of the document that took its place")]
    standing: Annotated[
        DocumentStatus | Literal["rejected", "returned"],
        Field(description="`status`; of a document in force whose last decision refused it or sent it back, that"),
    ]


class AttachedDocument(Document):
    """A document with the file that was filed with it just now.

    `warnings` say, in Indonesian, what the copy lacks, such as pages.
    """

    attachment: Attachment
    warnings: list[str]


class DossierJoined(Strict):
    """How a letter came into its dossier: `asked` (the request named it, or the letter to replace), `continued` (the
    request named none, and only this open one on the same assets fitted) or `opened` (it is the first in it)."""

    how: Literal["asked", "continued", "opened"]
    title: str
    others: Annotated[int, Field(description="Other documents in it, whatever their status")]


class IssuedDocument(Document):
    """A document that was just issued; `replaces` is the id of the letter that it was asked to replace."""

    dossier_joined: DossierJoined
    replaces: str | None


class FoundDocument(Document):
    """A document with what a list shows of it. `status_reason` says why it is void."""

    title: str
    signer: Annotated[str, Field(description="Id of the official")]
    status_reason: str
    created_at: dt.datetime
    created_by: str


class DocumentPage(Strict):
    """Documents that match, newest first."""

    items: list[FoundDocument]
    next: Next


class Revision(Strict):
    """One archived state of a document; its addresses stay with this revision."""

    number: int
    created_at: dt.datetime
    created_by: str
    reason: str
    change: records.Change
    pdf: PdfFile
    docx: WordFile
    attachments: list[Attachment]


class Obstacle(Strict):
    """What keeps the next revision of a document back. `final`: it fails for good and is to be voided, or made anew."""

    reason: str
    final: bool
    attempts: int


class Refusal(Strict):
    """A no that sends a document back: an endorsement, or a letter that says no itself."""

    step: Annotated[int, Field(description="The step that said it")]
    decision: Literal["perbaiki", "tolak"]
    at: dt.datetime
    letter: Annotated[str | None, Field(description="Id of the letter that says it; null for an endorsement")]


class DocumentRecord(FoundDocument):
    """Everything about a document; `awaited` is null when nothing is to be decided now, `refusal` unless it was
    sent back or refused.
    """

    revisions: list[Revision]
    awaited: Awaited | None
    obstacle: Annotated[Obstacle | None, Field(description="Null when nothing failed")] = None
    refusal: Refusal | None


class FoundDossier(Strict):
    """A dossier as a list shows it; `assets` is empty when it is collective."""

    id: str
    procedure: str
    title: str
    assets: list[str]
    status: Literal["open", "closed"]
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    closed_by: str
    close_reason: Annotated[str, Field(description="Why it was closed although something lacked")]
    href: Href


class DossierPage(Strict):
    """Dossiers, newest first."""

    items: list[FoundDossier]
    next: Next


class DossierStep(Strict):
    """A step with what was made at it; `missing` are kinds it yields that no document in force is there for.

    `state` is done, current (its turn), returned (its turn again: what it made was sent back), missing (passed over)
    or pending (not reached). `awaits` are ids of documents on which its decision is to be made now. `due` is when its
    time norm ends in the office's working time; `overdue` whether it was, or still is not, finished by then. `decided`:
    its yes was given, and only `missing` is left; `refusal` is the no that sent back what it made.
    """

    number: int
    activity: str
    outputs: list[str]
    endorsement: Literal["setuju", "terima"] | None
    state: Literal["done", "current", "returned", "missing", "pending"]
    actor: Annotated[Role | None, Field(description="The role that acts")]
    documents: list[FoundDocument]
    missing: list[str]
    awaits: list[str]
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    due: dt.datetime | None
    overdue: bool
    decided: bool
    refusal: Refusal | None


class Dossier(FoundDossier):
    """A dossier, step by step. `complete`: every step is done; `current` is the number of the step whose turn it is."""

    complete: bool
    current: int | None
    overdue: Annotated[bool, Field(description="Whether the current step is beyond its time norm")]
    steps: list[DossierStep]


class Entry(Strict):
    """A line of the register: one number, given once. Without `document` it is of a letter written by hand: `reserved`
    while it is kept for one, `issued` once it was used or was put in between, `void` when it was given up."""

    sequence: int
    suffix: Annotated[str, Field(description="The letter of a number put in between: `a` of 12a; else empty")]
    number: str
    status: NumberStatus
    date: dt.date
    title: str
    document: Annotated[str, Field(description="Id of the document; empty for a letter written by hand")]
    reason: Annotated[str, Field(description="Why the number is void, or was put in between")]

    @classmethod
    def of(cls, entry: RegisterEntry) -> Entry:
        """From the catalogue's record."""
        return cls.model_validate({"suffix": "", **entry.model_dump(include=set(cls.model_fields))})


class Register(Strict):
    """The buku agenda of the office's unit in a year, whole, in sequence, with the numbers given by hand."""

    unit: str
    year: int
    items: list[Entry]


class Health(Strict):
    """The service runs."""

    status: Literal["ok"]


class Readiness(Strict):
    """Whether the service can issue now; each part "ok" or what is wrong with it.

    `degraded`: it can, but the archive's mirror of the catalogue lags, another catalogue writes it, or Redis is away.
    """

    status: Literal["ok", "degraded", "failed"]
    catalogue: str
    store: str
    converter: str
    disk: str
    clock: str = "ok"
    mirror: str
    redis: Annotated[str, Field(description='"ok", "tidak dipakai" without DOCGEN_REDIS_URL, or what is wrong')] = "ok"
    sandbox: str = "ok"
    templates: Annotated[str, Field(description='"ok", or which are switched off; why is in the log')] = "ok"
