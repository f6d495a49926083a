"""Records of the archive: dossiers, documents, revisions and files; tombstones; submissions and tasks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

from storage.records.base import Line, Record
from storage.records.registers import MAIN_SERIES, ForeignNumber, Official, Role, SecurityClass

# `awaiting_number`: made, but another system has not told its number yet.
DocumentStatus = Literal["reserved", "awaiting_number", "issued", "void", "superseded", "destroyed"]
# A letter that is in force, with its number or without.
IN_FORCE: Sequence[DocumentStatus] = ("issued", "awaiting_number")
Signing = Literal["", "bsre"]  # by hand; through BSrE
Decision = Literal["setuju", "perbaiki", "tolak", "terima"]
OUTSIDE_SOP = "umum"  # the procedure, with step 0, of letters that belong to none
# What made a revision; also what a journal line still has to do.
Change = Literal["issued", "endorsed", "voided", "superseded", "attached", "sealed", "signed", "numbered", "renewed"]


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
        """Every file of this revision in the archive, including unchanged files of earlier revisions."""
        files = [self.pdf, self.docx]
        for attachment in self.attachments:
            files += [attachment.file, *(original.file for original in attachment.originals)]
        return list({file.key: file for file in files}.values())


class Document(Record):
    """One naskah: an instance of a kind in a dossier at a step. `code` is what the QR opens.

    `replaced_by` is the id of the document that took the place of a superseded one. `security` is the class it was
    issued under; "" in records of earlier versions, whose snapshot tells it. `token` is the id of the token that
    `created_by` issued it with, "" for an account. `division` is the bidang it belongs to, "" for none.

    `series` is the one its number is of, "" for a letter without a number of ours: `numbering` names the system that
    numbers it, "" for none. Then `sequence` is 0.
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
    security: SecurityClass | Literal[""] = ""
    token: str = ""
    division: Line = ""
    series: str = MAIN_SERIES
    numbering: str = ""


class Dossier(Record):
    """One run of a procedure, on one or more assets; without assets it is collective (kolektif).

    `close_reason` says why it was closed although something lacked; "" when nothing did. A dossier of letters outside
    the SOP holds those of one `classification` and `year`; a run of a procedure has neither.
    """

    id: str
    procedure: str
    assets: list[str]
    title: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None = None
    closed_by: str = ""
    close_reason: str = ""
    classification: str = ""
    year: int = 0


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


class RouteMark(Record):
    """An official who initialled a letter before it had a number (`paraf`), or signed it (`sign`); as he was then.

    `post` is as printed, with Plt. or Plh.; `version` is the one of the draft that he decided on.
    """

    official: str
    name: str
    post: str
    part: Literal["paraf", "sign"]
    at: dt.datetime
    version: int


class Submission(Record):
    """What was asked for, whole, as journaled with the number: enough to render the document again, alone.

    `replaces` is the id of a document that was sent back or is corrected, in whose place this one is made. `route`
    tells who initialled and who signed it; empty for a letter that was issued without going through hands. `security`
    is its class, "" in older ones: the snapshot's office tells it. `division` is the bidang of the letter, "" for none.
    `numbering` names the system that numbers it, "" for the office. `signing` says how it is to be signed: by hand, or
    electronically, which the letter then prints. `classification` is the archive code of a letter outside the SOP; ""
    at a step of it, whose procedure and kind say it.
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
    route: list[RouteMark] = []
    security: SecurityClass | Literal[""] = ""
    division: Line = ""
    numbering: str = ""
    signing: Signing = ""
    classification: str = ""


class ReadyFiles(Record):
    """The files of a revision that were made before it was promised: what an official signed is not made again."""

    pdf: StoredFile
    docx: StoredFile


class Task(Record):
    """What a journal line still has to do: the next revision of a document, decided and not archived yet.

    `at` and `by`: when and by whom it was decided; `reason` as the revision tells it; `other` is the id of the document
    that supersedes this one. `then` is what is promised next, in the transaction that archives this revision: for
    `signed` with the file `signed`. `ready` are its files, where they are made already. `number` is what another system
    numbered the letter.
    """

    change: Change
    at: dt.datetime
    by: str
    reason: str
    endorsement: Endorsement | None = None
    attachments: list[Attachment] = []
    other: str = ""
    then: Literal["", "sealed", "signed"] = ""
    signed: Attachment | None = None
    ready: ReadyFiles | None = None
    number: ForeignNumber | None = None
