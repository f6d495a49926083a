"""What the API answers about documents: their files, revisions, decisions and attachments."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field

from storage import records
from storage.records import DocumentStatus, Role, SecurityClass
from web.api.schemas.answers.base import Href, Next, Sha256, Strict


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


class ForeignNumber(Strict):
    """A number that another system gave: `entered` by somebody, or `read` from the signed file that came back."""

    by: Annotated[str, Field(description="The system", examples=["SRIKANDI"])]
    number: str
    date: dt.date
    source: Literal["entered", "read"]


class Signatures(Strict):
    """How a document stands with its electronic signature: none, awaited from an official, or signed through BSrE."""

    state: Literal["none", "awaiting", "signed"]
    official: Annotated[str | None, Field(description="Id of the official whose signature is awaited")]
    since: Annotated[dt.datetime | None, Field(description="Since when it waits")]
    reason: Annotated[str, Field(description="Why the last try was not answered, in Indonesian; empty: not tried")]


class Document(Strict):
    """A document. While it is only reserved it has a number, and neither files nor key."""

    id: str
    number: Annotated[
        str | None,
        Field(
            description="null while it is `awaiting_number` of another system, and where it never came; of a kind "
            "without a number of the office's, what it carries: `agenda 412`"
        ),
    ]
    numbering: Annotated[
        str | None, Field(description="The system that numbers it; null for a number of the office's own")
    ]
    series: Annotated[str, Field(description="The series of its number; empty where the office gave it none")]
    foreign_numbers: Annotated[
        list[ForeignNumber],
        Field(description="Numbers that other systems gave it, also beside the office's own"),
    ]
    status: DocumentStatus
    kind: str
    procedure: str
    step: int
    assets: Annotated[list[str], Field(description="NIBARs; it is kept under the first")]
    dossier: str
    date: dt.date
    security: Annotated[
        SecurityClass | None,
        Field(
            description="Security class it was issued under; null where it is not known, which is as secret as SR. T, "
            "R and SR are seen by their author, the officials on their way or named in them, and who may read the class"
        ),
    ]
    division: Annotated[str, Field(description="The division (bidang) it belongs to; empty: none")]
    revision: Annotated[int, Field(description="The current revision; 0 while reserved")]
    pdf: PdfFile | None
    docx: WordFile | None
    links: Links
    key: Annotated[str | None, Field(description="Key of the PDF in the object store")]
    endorsements: Annotated[list[Endorsement], Field(description="Decisions on it, oldest first")]
    replaced_by: Annotated[str | None, Field(description="Id of the document that took its place")]
    standing: Annotated[
        DocumentStatus | Literal["awaiting", "approved", "received", "returned", "rejected"],
        Field(
            description="`status`; of a document in force instead whether a decision is awaited, or what was decided: "
            "`issued` is left where the SOP asks for no decision"
        ),
    ]
    signatures: Signatures


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
