"""Which documents a bundle holds, in which order, and which file of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.desk.bundles.document_pages import Pages, as_it_is, pages_of
from docgen.desk.bundles.refused_documents import Refused, refusals_of
from docgen.desk.bundles.request import MOST_DOCUMENTS, BundleRequest
from docgen.desk.desk import Desk
from docgen.desk.revisions.document_history import level_of, signatures_of, unproven_signers
from docgen.errors import FieldError, InvalidSubmission
from storage.catalogue import documents, dossiers, filing, registers
from storage.catalogue.classes import secret_documents
from storage.catalogue.search import Filter, search_documents
from storage.errors import RecordMissing
from storage.records import Document, Revision
from wording import say

NOTHING = "Belum ada naskah terbit untuk dibundel. Terbitkan naskah dulu."
NOTHING_NEW = "Tidak ada naskah baru sejak pemberkasan terakhir. Semua sudah ada dalam bundel yang terarsip."
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


def choose(desk: Desk, tx: Connection, request: BundleRequest) -> list[Item]:
    """What goes in, in order. Raises InvalidSubmission, naming what cannot be bundled, and RecordMissing."""
    found = _chosen(tx, request) if request.documents is not None else _found(desk, tx, request)
    if request.without_secret:
        secret = secret_documents(tx, [one.id for one in found])
        found = [one for one in found if one.id not in secret]
    kept = _kept(request, found)
    made = filing.revisions_of(tx, [one.id for one in kept])
    zone = registers.get_office(tx).time_zone
    refusals = refusals_of(desk, tx, list(dict.fromkeys(one.dossier for one in kept)))
    items = [_item(one, made[one.id], request, zone, refusals.get(one.id)) for one in kept]
    if request.new_only:
        there = filing.newest_filed_revisions(tx, [one.id for one in kept], request.recipe)
        items = [one for one in items if there.get(one.document.id, 0) < one.revision.number]
    if not items:
        raise InvalidSubmission([FieldError(request.field, NOTHING_NEW if request.new_only and kept else NOTHING)])
    return items


def order_of(desk: Desk, order: str, one: Document) -> tuple[object, ...]:
    """By what documents are sorted."""
    if order == "date":
        return one.date, one.created_at, one.id
    if order == "number":
        return one.year, one.unit, one.sequence, one.id
    slugs = [procedure.slug for procedure in desk.sop.procedures]
    place = slugs.index(one.procedure) if one.procedure in slugs else len(slugs)
    return place, one.procedure, one.step, one.date, one.id


def period(items: Sequence[Item]) -> tuple[dt.date, dt.date]:
    """The dates of the first and the last document."""
    dates = [one.document.date for one in items]
    return min(dates), max(dates)


def _kept(request: BundleRequest, found: Sequence[Document]) -> list[Document]:
    left_out = set(request.exclude)
    kept = [one for one in found if one.id not in left_out and (not request.kinds or one.kind in request.kinds)]
    first = {id: place for place, id in enumerate(request.sequence)}
    return sorted(kept, key=lambda one: first.get(one.id, len(first)))  # the rest keep their order


def _chosen(tx: Connection, request: BundleRequest) -> list[Document]:
    found: list[Document] = []
    known: set[str] = set()
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
        elif document.id not in known:
            known.add(document.id)
            found.append(document)
    if errors:
        raise InvalidSubmission(errors)
    return found


def _found(desk: Desk, tx: Connection, request: BundleRequest) -> list[Document]:
    if request.dossier is not None:
        dossiers.get_dossier(tx, request.dossier)
    if request.asset is not None:
        registers.get_asset(tx, request.asset)
    wanted = Filter(
        asset=request.asset or "",
        year=request.year,
        dossier=request.dossier or "",
        q=request.search or "",
        status="issued",
    )
    found = search_documents(tx, wanted, limit=MOST_DOCUMENTS + 1)
    if len(found) > MOST_DOCUMENTS:
        message = say(
            "Lebih dari {most} naskah. Persempit: per tahun, per jenis, atau per berkas.", most=MOST_DOCUMENTS
        )
        raise InvalidSubmission([FieldError(request.field, message)])
    return sorted((one for one in found if one.revision), key=lambda one: order_of(desk, request.order, one))


def _item(
    document: Document, made: Sequence[Revision], request: BundleRequest, zone: str, refused: Refused | None
) -> Item:
    revision = _revision(made, request.revisions)
    until = [one for one in made if one.number <= revision.number]
    signed = any(file.sort == "signed" for one in until for file in one.attachments)
    pages = pages_of(until, signed=signed) if request.copies == "signed" else as_it_is(revision, signed=signed)
    return Item(document, revision, until, pages, _note(document, until, pages, zone, refused), refused)


def _revision(made: Sequence[Revision], which: str) -> Revision:
    """As issued, or the newest: an earlier one of a document that was refused since would pass for approved."""
    return made[0] if which == "issued" else made[-1]


def _note(document: Document, made: Sequence[Revision], pages: Pages, zone: str, refused: Refused | None) -> str:
    """What the contents say below the description: how it was signed, that it was refused or is no longer in force."""
    notes = [_ENDED[document.status]] if document.status in _ENDED else []
    if refused:
        notes.append(refused.told[:1].upper() + refused.told[1:])
    signed = signatures_of(made, zone)
    level = level_of(made)
    if signed:
        by = "; ".join(f"{one.signer}{f', {one.at}' if one.at else ''}" for one in signed)
        notes.append(f"Tanda tangan elektronik tersertifikasi: {by} (salinan)")
    elif doubtful := unproven_signers(made):
        notes.append(f"Tanda tangan elektronik yang belum terbukti sah: {'; '.join(doubtful)} (salinan)")
    elif level == "sealed":
        notes.append("Disegel secara elektronik oleh kantor (salinan)")
    if pages.note:
        notes.append(pages.note)
    return ". ".join(notes)
