"""Which documents a bundle holds, in which order, and which file of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.desk.bundles.document_pages import Pages, pages_of, pages_of_pdf
from docgen.desk.bundles.refused_documents import Refused, refusals_of
from docgen.desk.bundles.request import MOST_DOCUMENTS, BundleRequest
from docgen.desk.desk import Desk
from docgen.desk.revisions.document_history import level_of, signatures_of, unproven_signers
from docgen.errors import FieldError, InvalidSubmission, NotFound
from storage.catalogue import documents, dossiers, filing, registers
from storage.catalogue.filing import FiledDossier
from storage.catalogue.searching.search import Filter, search_documents
from storage.catalogue.visibility.classes import closed_documents
from storage.errors import RecordMissing
from storage.records import MAIN_SERIES, Document, Dossier, Revision
from wording import say

NOTHING = "Belum ada naskah terbit untuk dibundel. Terbitkan naskah dulu."
NOTHING_NEW = "Tidak ada naskah baru sejak pemberkasan terakhir. Semua sudah ada dalam bundel yang terarsip."
_CLOSED = {"T": "Terbatas", "R": "Rahasia", "SR": "Sangat rahasia"}
_ENDED = {"void": "Batal", "superseded": "Sudah diganti naskah lain"}


@dataclass(frozen=True)
class Item:
    """A document in a bundle: the revision and the pages of it that go in, and what the contents say of it."""

    document: Document
    revision: Revision
    revisions: Sequence[Revision]
    pages: Pages
    note: str
    refused: Refused | None = None


def choose_items(desk: Desk, tx: Connection, request: BundleRequest) -> list[Item]:
    """Return what goes in, in order. Raises InvalidSubmission, naming what cannot be bundled, and RecordMissing."""
    found = _named_documents(tx, request) if request.documents is not None else _search(desk, tx, request)
    if request.without_secret:
        closed = closed_documents(tx, [document.id for document in found])
        found = [document for document in found if document.id not in closed]
    selected = _filter_and_sort(request, found)
    ids = [document.id for document in selected]
    revisions = filing.revisions_of(tx, ids)
    zone = registers.get_office(tx).time_zone
    refusals = refusals_of(desk, tx, list(dict.fromkeys(document.dossier for document in selected)))
    items = [_item(document, revisions[document.id], request, zone, refusals.get(document.id)) for document in selected]
    if request.new_only:
        filed = filing.newest_filed_revisions(tx, ids, request.recipe)
        items = [item for item in items if filed.get(item.document.id, 0) < item.revision.number]
    if not items:
        raise InvalidSubmission([FieldError(request.field, NOTHING_NEW if request.new_only and selected else NOTHING)])
    return items


def order_of(desk: Desk, order: str, document: Document, codes: Mapping[str, str]) -> tuple[object, ...]:
    """Return the key by which documents are sorted: `order` is dossier, date, number or step, `codes` the
    classification of each dossier by its id.

    Dossiers stay whole, by classification and then as they were opened: the order they came about in is part of what
    they prove (asas asal-usul, UU 43/2009 Ps. 4 with its explanation).
    """
    if order == "date":
        return document.date, document.created_at, document.id
    if order == "number":
        has_none, is_other = not document.series, document.series != MAIN_SERIES
        return document.year, document.unit, has_none, is_other, document.series, document.sequence, document.id
    if order == "dossier":
        code = codes.get(document.dossier, "")
        return code_order(code), document.procedure, document.dossier, document.step, document.date, document.id
    slugs = [procedure.slug for procedure in desk.sop.places]
    rank = slugs.index(document.procedure) if document.procedure in slugs else len(slugs)
    return rank, document.procedure, document.step, document.date, document.id


def classification_of(desk: Desk, dossier: Dossier | FiledDossier) -> str:
    """Return the classification of a dossier: its own outside the SOP, else its procedure's; "" when the SOP has that
    no more.
    """
    try:
        return dossier.classification or desk.sop.procedure(dossier.procedure).classification
    except NotFound:
        return ""


def classifications_of(desk: Desk, tx: Connection, listed: Sequence[Document]) -> dict[str, str]:
    """Return the classification of each dossier that these documents lie in, by its id, in the order of documents."""
    ids = list(dict.fromkeys(document.dossier for document in listed))
    records = dossiers.get_dossiers(tx, ids)
    return {id: classification_of(desk, records[id]) for id in ids if id in records}


def code_order(code: str) -> tuple[tuple[int, str], ...]:
    """Return the key by which classification codes are sorted: 000.2 before 000.10."""
    return tuple((int(part) if part.isdecimal() else -1, part) for part in code.split("."))


def period(items: Sequence[Item]) -> tuple[dt.date, dt.date]:
    """Return the dates of the first and the last document."""
    dates = [item.document.date for item in items]
    return min(dates), max(dates)


def _filter_and_sort(request: BundleRequest, found: Sequence[Document]) -> list[Document]:
    """Return the documents that are not excluded, those of `sequence` first and the others in the order they have."""
    excluded = set(request.exclude)
    selected = [
        document
        for document in found
        if document.id not in excluded and (not request.kinds or document.kind in request.kinds)
    ]
    ranks = {id: rank for rank, id in enumerate(request.sequence)}
    return sorted(selected, key=lambda document: ranks.get(document.id, len(ranks)))


def _named_documents(tx: Connection, request: BundleRequest) -> list[Document]:
    named: dict[str, Document] = {}
    errors: list[FieldError] = []
    for index, id in enumerate(request.documents or []):
        try:
            document = documents.get_document(tx, id)
        except RecordMissing as error:
            errors.append(FieldError(f"documents[{index}]", str(error)))
            continue
        if document.revision == 0:
            errors.append(
                FieldError(
                    f"documents[{index}]", say("Naskah {number} belum punya PDF dalam arsip.", number=document.number)
                )
            )
        else:
            named[document.id] = document
    if errors:
        raise InvalidSubmission(errors)
    return list(named.values())


def _search(desk: Desk, tx: Connection, request: BundleRequest) -> list[Document]:
    if request.dossier is not None:
        dossiers.get_dossier(tx, request.dossier)
    if request.asset is not None:
        registers.get_asset(tx, request.asset)
    filters = Filter(
        asset=request.asset or "",
        year=request.year,
        dossier=request.dossier or "",
        q=request.search or "",
        status="issued",
        within=request.limits,
    )
    found = search_documents(tx, filters, limit=MOST_DOCUMENTS + 1)
    if len(found) > MOST_DOCUMENTS:
        message = say(
            "Lebih dari {most} naskah. Persempit: per tahun, per jenis, atau per berkas.", most=MOST_DOCUMENTS
        )
        raise InvalidSubmission([FieldError(request.field, message)])
    codes = classifications_of(desk, tx, found) if request.order == "dossier" else {}
    return sorted(filter(_is_archived, found), key=lambda document: order_of(desk, request.order, document, codes))


def _item(
    document: Document, revisions: Sequence[Revision], request: BundleRequest, zone: str, refused: Refused | None
) -> Item:
    revision = _revision(revisions, request.revisions)
    until = [earlier for earlier in revisions if earlier.number <= revision.number]
    signed = any(attachment.sort == "signed" for earlier in until for attachment in earlier.attachments)
    pages = pages_of(until, signed=signed) if request.copies == "signed" else pages_of_pdf(revision, signed=signed)
    return Item(document, revision, until, pages, _note(document, until, pages, zone, refused), refused)


def _revision(revisions: Sequence[Revision], choice: str) -> Revision:
    """Return the first revision, or the newest: an earlier one of a refused document would pass for approved."""
    return revisions[0] if choice == "issued" else revisions[-1]


def _is_archived(document: Document) -> bool:
    return document.revision > 0


def _note(document: Document, revisions: Sequence[Revision], pages: Pages, zone: str, refused: Refused | None) -> str:
    """Return what the contents say below the description: how it was signed, that it was refused or is not in force."""
    notes = [_CLOSED[document.security]] if document.security in _CLOSED else []
    notes += [_ENDED[document.status]] if document.status in _ENDED else []
    if refused:
        notes.append(refused.note[:1].upper() + refused.note[1:])
    signatures = signatures_of(revisions, zone)
    level = level_of(revisions)
    if signatures:
        by = "; ".join(f"{signature.signer}{f', {signature.at}' if signature.at else ''}" for signature in signatures)
        notes.append(f"Tanda tangan elektronik tersertifikasi: {by} (salinan)")
    elif doubtful := unproven_signers(revisions):
        notes.append(f"Tanda tangan elektronik yang belum terbukti sah: {'; '.join(doubtful)} (salinan)")
    elif level == "sealed":
        notes.append("Disegel secara elektronik oleh kantor (salinan)")
    if pages.note:
        notes.append(pages.note)
    return ". ".join(notes)
