"""The steps of making one or many letters: fill → convert → check completeness → stamp. Nothing is stored here."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from docgen.desk.desk import Desk
from docgen.desk.revisions.convert_together import ConvertedLetter, convert_together
from docgen.desk.revisions.photos import photos_of
from docgen.errors import InvalidSubmission, PdfError, TemplateError
from docgen.forms import build_context, has_our_emblem, validate
from docgen.kinds.kind import Kind
from docgen.libreoffice import Converter
from docgen.render.stamps.catchword import catchwords
from docgen.render.stamps.verification_band import stamp_band
from docgen.render.word.completeness import require_complete
from docgen.render.word.fill import render_docx
from storage.catalogue.visibility.classes import OPEN
from storage.records import Asset, Document, Office, Official, Paper, Submission
from wording import joined, say

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Snapshot:
    """The registers as they were when the number was taken, so that a document made again later says the same."""

    office: Office
    signer: Official
    assets: list[Asset]
    officials: dict[str, Official]
    on_behalf_of: Official | None = None
    by_way_of: Official | None = None  # between the two (u.b.)
    derived: dict[str, Any] = field(default_factory=dict)  # what the kind needs, e.g. {"recap": …}: plain JSON
    paper: Paper | None = None  # of its kind; None for what was issued when all kinds had the office's
    recipients: list[str] = field(default_factory=list)  # ids of the officials it is for, and who get a copy
    kind_version: str = ""  # SHA-256 of the version of its kind; "" for what was issued before there were versions
    kind_number: int = 0  # which version of the office's own that is, 0 for a kind that is delivered or installed

    def to_json(self) -> dict[str, Any]:
        """Return the snapshot as the journal and record.json hold it."""
        return {
            "office": self.office.model_dump(mode="json"),
            "signer": self.signer.model_dump(mode="json"),
            "assets": [asset.model_dump(mode="json") for asset in self.assets],
            "officials": {id: person.model_dump(mode="json") for id, person in self.officials.items()},
            "on_behalf_of": self.on_behalf_of.model_dump(mode="json") if self.on_behalf_of else None,
            "by_way_of": self.by_way_of.model_dump(mode="json") if self.by_way_of else None,
            "derived": self.derived,
            "paper": self.paper,
            "recipients": self.recipients,
            "kind_version": self.kind_version,
            "kind_number": self.kind_number,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Snapshot:
        """Read back what `to_json` wrote."""
        return cls(
            office=Office.model_validate(kept["office"]),
            signer=Official.model_validate(kept["signer"]),
            assets=[Asset.model_validate(asset) for asset in kept["assets"]],
            officials={id: Official.model_validate(person) for id, person in kept["officials"].items()},
            on_behalf_of=Official.model_validate(kept["on_behalf_of"]) if kept["on_behalf_of"] else None,
            by_way_of=Official.model_validate(kept["by_way_of"]) if kept.get("by_way_of") else None,
            derived=kept.get("derived", {}),  # older documents needed nothing
            paper=kept.get("paper"),
            recipients=kept.get("recipients", []),
            kind_version=kept.get("kind_version", ""),
            kind_number=kept.get("kind_number", 0),
        )


@dataclass(frozen=True)
class DocumentIdentity:
    """What tells one document from another: number, date, title, procedure, and the code and address in its QR.

    `notice` is printed above them at the foot, "" where there is nothing to say.
    """

    number: str
    date: dt.date
    title: str
    procedure: str
    code: str
    verify_url: str
    notice: str = ""


@dataclass(frozen=True)
class Produced:
    """The files of one revision: an editable docx, and a stamped PDF/A with its number of pages and its text."""

    docx: bytes
    pdf: bytes
    pages: int
    text: str


def fill(
    kind: Kind,
    values: dict[str, Any],
    snapshot: Snapshot,
    identity: DocumentIdentity,
    emblem: bytes | None,
    photos: Mapping[str, bytes] | None = None,
    *,
    printed: Mapping[str, str] | None = None,
) -> bytes:
    """Return the Word file; `photos` are JPEGs by file name.

    `printed` (tag: text) replaces the values of these tags, such as the number; the file's properties then hold no
    number. Raises TemplateError.
    """
    if not has_our_emblem(snapshot.office, snapshot.signer):
        emblem = None
    context = build_context(
        kind.sheet,
        values,
        office=snapshot.office,
        signer=snapshot.signer,
        assets=snapshot.assets,
        number=identity.number,
        date=identity.date,
        officials=snapshot.officials,
        emblem=emblem,
        on_behalf_of=snapshot.on_behalf_of,
        by_way_of=snapshot.by_way_of,
        procedure=identity.procedure,
        derived=snapshot.derived,
    )
    properties: dict[str, str | dt.datetime] = {
        "title": kind.title if printed else f"{kind.title} {identity.number}",
        "subject": identity.title,
        "author": snapshot.signer.unit or snapshot.office.name,
        "created": dt.datetime.combine(identity.date, dt.time(), dt.UTC),
    }
    return render_docx(
        kind.template,
        {**context, **(printed or {})},
        emblem=emblem,
        photos=photos,
        properties=properties,
        paper=snapshot.paper or snapshot.office.paper,
    )


def refill(
    desk: Desk,
    document: Document,
    submission: Submission,
    snapshot: Snapshot,
    emblem: bytes | None,
    *,
    printed: Mapping[str, str] | None = None,
) -> bytes:
    """Return the Word file of a document from its journal line or record; `printed` as for `fill`.

    Raises TemplateError (also when the kind changed since), StorageError.
    """
    kind, values = _as_submitted(desk, document, submission, snapshot)
    photos = photos_of(desk, kind, values)
    return fill(kind, values, snapshot, identity_of(desk, document), emblem, photos, printed=printed)


def kind_of(desk: Desk, document: Document, snapshot: Snapshot) -> Kind:
    """Return the kind of a document: the version it began with where the office made that, else as it is installed.

    Raises TemplateError when it is switched off, damaged, or its folder is gone; StorageError.
    """
    kind = desk.kinds.get(document.kind)
    if kind is not None and kind.version == snapshot.kind_number == 0:
        return kind
    if snapshot.kind_number:
        own = desk.stored_kinds.find(document.kind, snapshot.kind_version)
        if own is not None:
            return own
    elif installed := desk.kind_register.installed.get(document.kind):
        return installed
    if document.kind in desk.switched_off:
        raise TemplateError(desk.missing_kind(document.kind))
    raise TemplateError(
        say("Templat {kind} tidak ada lagi. Kembalikan foldernya, lalu jalankan ulang.", kind=repr(document.kind))
    )


def identity_of(desk: Desk, document: Document) -> DocumentIdentity:
    """Return what is printed on a document that has its number."""
    url = desk.links.verification(document.code)
    return DocumentIdentity(document.number, document.date, document.title, document.procedure, document.code, url)


def group_of(kind: Kind, snapshot: Snapshot, security: str) -> str:
    """Return the group of letters with which one of this class may be converted in one file (see `Converter`).

    It is the version of the template, and the paper, because letters of two papers take LibreOffice twice the time.
    A letter that is not open to all who read goes alone (""): the fonts in the PDFs of one file hold the characters of
    all its letters, in the order in which they first came.
    """
    return f"{kind.slug} {kind.digest} {snapshot.paper or snapshot.office.paper}" if security in OPEN else ""


def produce(
    converter: Converter,
    docx: bytes,
    identity: DocumentIdentity,
    office: Office,
    group: str = "",
    *,
    watermark: str = "",
) -> Produced:
    """Return the files of a filled letter of an office, with the word `watermark` across every page of the PDF if it
    has one. Raises ConverterError, PdfError.
    """
    return _stamped(convert(converter, docx, group), identity, office, watermark)


def produce_document(desk: Desk, document: Document, docx: bytes, snapshot: Snapshot) -> Produced:
    """Do as `produce` for the filled letter of a document. Raises TemplateError, too, when its kind is gone."""
    group = group_of(kind_of(desk, document, snapshot), snapshot, document.security)
    return produce(desk.converter, docx, identity_of(desk, document), snapshot.office, group)


def produce_many(
    desk: Desk,
    kind: Kind,
    docxs: Iterable[bytes],
    identities: Sequence[DocumentIdentity],
    offices: Sequence[Office],
) -> list[Produced]:
    """Do as `produce` for letters of one kind, in order, by one call of LibreOffice. Raises NotComposable, too.

    `docxs` are read only when letters of this kind are made together now, so that none is filled in vain.
    """
    converted = convert_together(desk, kind, docxs)
    return [_stamped(*letter) for letter in zip(converted, identities, offices, strict=True)]


def convert(converter: Converter, docx: bytes, group: str = "") -> ConvertedLetter:
    """Return a filled letter with its PDF, with nothing of it lost; company is never to blame for what is.

    Raises ConverterError, PdfError.
    """
    pdf = converter.convert(docx, group=group)
    try:
        return ConvertedLetter(docx, pdf, require_complete(docx, pdf))
    except PdfError:
        if not group:
            raise
        log.warning("A letter that lacks text, perhaps because of its company, is converted again alone.")
        return convert(converter, docx)


def _stamped(letter: ConvertedLetter, identity: DocumentIdentity, office: Office, watermark: str = "") -> Produced:
    words = catchwords(letter.pdf) if office.catchword else ()
    stamped = stamp_band(
        letter.pdf,
        number=identity.number,
        code=identity.code,
        url=identity.verify_url,
        office=identity.notice,
        catchwords=words,
        security=office.security_code,
        watermark=watermark,
    )
    text = "\n".join(chain.from_iterable(zip(letter.pages, stamped.bands, strict=True)))
    return Produced(letter.docx, stamped.data, stamped.pages, text)


def _as_submitted(
    desk: Desk, document: Document, submission: Submission, snapshot: Snapshot
) -> tuple[Kind, dict[str, Any]]:
    """Return the document's kind and the clean values it was asked for with. Raises TemplateError."""
    kind = kind_of(desk, document, snapshot)
    try:
        return kind, validate(kind.sheet, submission.data, officials=snapshot.officials, date=document.date)
    except InvalidSubmission as invalid:
        reasons = joined(error.message for error in invalid.errors)
        raise TemplateError(
            say("Templat {kind} berubah sejak isian dikirim: {reasons}", kind=repr(document.kind), reasons=reasons)
        ) from invalid
