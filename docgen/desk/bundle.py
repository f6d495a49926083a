"""Bundle archived documents for filing: cover, contents with page numbers, the documents, bookmarks.

A bundle reads only the archive; the documents in it are never rendered again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Connection
from ulid import ULID

from docgen.desk import audit
from docgen.desk.archive import PDF
from docgen.desk.desk import Desk
from docgen.desk.marks import derived
from docgen.errors import FieldError, InvalidSubmission, NotFound
from docgen.forms import office_context
from docgen.indonesian import long_date
from docgen.render.bundle import Member, first_pages, merge
from docgen.render.docx import render_docx
from docgen.render.pages import page_count
from docgen.signer import has_signatures
from storage.catalogue import documents, registers
from storage.catalogue.documents import Filter
from storage.errors import ObjectExists, RecordMissing
from storage.records import Document, Job, Office, Revision, StoredFile
from templates_docx import FOLDER

FRONT = FOLDER / "_bundel" / "template.docx"
MOST_DOCUMENTS = 2000
BACKGROUND = "antrean pekerjaan"  # where from a bundle is made that was asked for on a page
LINES_A_PAGE = 24  # of the contents, only to guess its number of pages; the guess is checked

Progress = Callable[[int, int], None]


class BundleRequest(BaseModel):
    """The body of `POST /bundles`: a dossier, or chosen documents, or all of one asset (of one year)."""

    model_config = ConfigDict(extra="forbid")

    dossier: Annotated[str | None, Field(description="Id of a dossier")] = None
    documents: Annotated[
        list[str] | None,
        Field(min_length=1, max_length=MOST_DOCUMENTS, description="Ids of documents, in this order"),
    ] = None
    asset: Annotated[str | None, Field(description="NIBAR of an asset")] = None
    year: Annotated[int | None, Field(ge=1900, le=2200, description="Only this year; with asset")] = None
    duplex: Annotated[bool, Field(description="For both sides of the paper: each document starts on a front")] = False

    @model_validator(mode="after")
    def _one_choice(self) -> BundleRequest:
        if sum(choice is not None for choice in (self.dossier, self.documents, self.asset)) != 1:
            raise ValueError("Sebutkan tepat satu: dossier, documents, atau asset.")
        if self.year is not None and self.asset is None:
            raise ValueError("Isian year hanya dipakai bersama asset.")
        return self


@dataclass(frozen=True)
class Bundle:
    """A finished bundle: the PDF, its number of pages, and the manifest of what it holds."""

    pdf: bytes
    pages: int
    manifest: dict[str, Any]


@dataclass(frozen=True)
class _Item:
    """A document in a bundle, with the archived revision whose PDF goes in."""

    document: Document
    revision: Revision


def check_bundle(desk: Desk, request: BundleRequest) -> list[Document]:
    """The documents a bundle would hold, in its order. Raises InvalidSubmission, naming what cannot be bundled."""
    return [item.document for item in _items(desk, request)]


def make_bundle(
    desk: Desk, request: BundleRequest, progress: Progress = lambda done, total: None, *, by: str = "docgen"
) -> Bundle:
    """Make a bundle for `by`; `progress(done, total)` counts documents.

    Raises InvalidSubmission, StorageError, DocgenError.
    """
    items = _items(desk, request)
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
    members = []
    for index, item in enumerate(items):
        progress(index, len(items))
        pdf = _copy(desk, item)
        members.append(Member(title=_heading(desk, item.document), pdf=pdf, group=_group(desk, item.document)))
    code = str(ULID())
    title = _title(desk, request, items)
    front = _front(desk, title, code, office, items, request.duplex)
    merged = merge(front, members, title=title, duplex=request.duplex)
    manifest = {
        "format": "docgen-bundle/1",
        "code": code,
        "title": title,
        "created_at": desk.now().isoformat(),
        "pages": merged.pages,
        "documents": [
            {
                "id": item.document.id,
                "number": item.document.number,
                "revision": item.revision.number,
                "sha256": item.revision.pdf.sha256,
                "pages": item.revision.pdf.pages,
                "starts_at": start,
            }
            for item, start in zip(items, merged.starts, strict=True)
        ],
    }
    with desk.catalogue.write() as tx:
        asked = request.model_dump(exclude_none=True, exclude_defaults=True)
        told = {"title": title, "count": len(items), "pages": merged.pages}
        audit.record(desk, tx, by, "bundle.made", code, after=told | asked)
    progress(len(items), len(items))
    return Bundle(merged.data, merged.pages, manifest)


def run_bundle_job(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """Do a queued bundle: its files go to the object store under `_jobs/`; returns their keys."""
    with audit.coming_from(BACKGROUND):
        bundle = make_bundle(desk, BundleRequest.model_validate(job.request), progress, by=job.created_by)
    manifest = json.dumps(bundle.manifest, ensure_ascii=False, indent=1).encode()
    pdf = _keep(desk, f"_jobs/{job.id}/bundel.pdf", bundle.pdf, PDF)
    kept = _keep(desk, f"_jobs/{job.id}/manifest.json", manifest, "application/json")
    return {
        "pdf": {"key": pdf.key, "sha256": pdf.sha256, "size": pdf.size, "pages": bundle.pages},
        "manifest": {"key": kept.key},
    }


def _items(desk: Desk, request: BundleRequest) -> list[_Item]:
    """What goes in: chosen documents in the order chosen, else issued ones by procedure, step and date."""
    with desk.catalogue.read() as tx:
        chosen = _chosen(tx, request) if request.documents is not None else _found(desk, tx, request)
        return [_Item(one, documents.get_revision(tx, one.id, one.revision)) for one in chosen]


def _chosen(tx: Connection, request: BundleRequest) -> list[Document]:
    found: list[Document] = []
    errors: list[FieldError] = []
    for index, id in enumerate(request.documents or []):
        try:
            document = documents.get_document(tx, id)
        except RecordMissing as error:
            errors.append(FieldError(f"documents[{index}]", str(error)))
            continue
        if document.revision == 0:
            errors.append(FieldError(f"documents[{index}]", f"Naskah {document.number} belum punya PDF dalam arsip."))
        elif document not in found:
            found.append(document)
    if errors:
        raise InvalidSubmission(errors)
    return found


def _found(desk: Desk, tx: Connection, request: BundleRequest) -> list[Document]:
    if request.dossier is not None:
        documents.get_dossier(tx, request.dossier)
    if request.asset is not None:
        registers.get_asset(tx, request.asset)
    wanted = Filter(asset=request.asset or "", year=request.year, dossier=request.dossier or "", status="issued")
    found = documents.search_documents(tx, wanted, limit=MOST_DOCUMENTS + 1)
    field = "dossier" if request.dossier is not None else "asset"
    if not found:
        raise InvalidSubmission([FieldError(field, "Belum ada naskah terbit untuk dibundel. Terbitkan naskah dulu.")])
    if len(found) > MOST_DOCUMENTS:
        raise InvalidSubmission([FieldError(field, f"Lebih dari {MOST_DOCUMENTS} naskah; bundel per tahun.")])
    order = [procedure.slug for procedure in desk.sop.procedures]
    place = {slug: index for index, slug in enumerate(order)}
    return sorted(
        found,
        key=lambda one: (place.get(one.procedure, len(order)), one.procedure, one.step, one.date, one.id),
    )


def _front(desk: Desk, title: str, code: str, office: Office, items: list[_Item], duplex: bool) -> bytes:
    """Cover and contents as PDF; rendered again when its own number of pages was guessed wrong."""
    pages = 1 + -(-len(items) // LINES_A_PAGE)
    for _ in range(3):
        context = _front_context(desk, title, code, office, items, pages, duplex)
        with desk.catalogue.read() as tx:
            emblem = registers.get_emblem(tx)
        properties: dict[str, str | dt.datetime] = {
            "title": title,
            "subject": "Bundel naskah dinas",
            "author": office.name,
            "created": desk.now(),
        }
        pdf = desk.converter.convert(
            render_docx(FRONT, context, emblem=emblem, properties=properties, paper=office.paper)
        )
        if page_count(pdf) == pages:
            return pdf
        pages = page_count(pdf)
    return pdf


def _front_context(
    desk: Desk, title: str, code: str, office: Office, items: list[_Item], front_pages: int, duplex: bool
) -> dict[str, Any]:
    counts = [item.revision.pdf.pages or 0 for item in items]
    starts = first_pages(front_pages, counts, duplex=duplex)
    lines = [
        {
            "no": str(number),
            "nomor": item.document.number,
            "uraian": f"{_kind_title(desk, item.document)}: {item.document.title}",
            "tanggal": long_date(item.document.date),
            "halaman": str(start),
        }
        for number, (item, start) in enumerate(zip(items, starts, strict=True), start=1)
    ]
    procedures = dict.fromkeys(_procedure_title(desk, item.document) for item in items)
    dates = [item.document.date for item in items]
    period = dict.fromkeys([long_date(min(dates)), long_date(max(dates))])
    return {
        "kantor": office_context(office),
        "judul": title,
        "prosedur": "; ".join(procedures),
        "aset": list(dict.fromkeys(nibar for item in items for nibar in item.document.assets)),
        "periode": " s.d. ".join(period),
        "jumlah_naskah": str(len(items)),
        "jumlah_halaman": str(starts[-1] + counts[-1] - 1),
        "kode": code,
        "tanggal_cetak": long_date(desk.today()),
        "daftar": lines,
        "lambang": False,
    }


def _title(desk: Desk, request: BundleRequest, items: list[_Item]) -> str:
    with desk.catalogue.read() as tx:
        if request.dossier is not None:
            return documents.get_dossier(tx, request.dossier).title
        if request.asset is not None:
            name = registers.get_asset(tx, request.asset).name
            return f"Berkas aset {name} ({request.asset})" + (f" tahun {request.year}" if request.year else "")
    return f"Berkas pilihan ({len(items)} naskah)"


def _group(desk: Desk, document: Document) -> str:
    return f"{_procedure_title(desk, document)}, langkah {document.step}"


def _copy(desk: Desk, item: _Item) -> bytes:
    """The PDF to merge. Of a signed one it is a derived copy: the signed file itself is never touched."""
    pdf = desk.store.get(item.revision.pdf.key)
    if not has_signatures(pdf):
        return pdf
    with desk.catalogue.read() as tx:
        revisions = documents.list_revisions(tx, item.document.id)[: item.revision.number]
    return derived(pdf, revisions)


def _heading(desk: Desk, document: Document) -> str:
    return f"{_kind_title(desk, document)} {document.number}"


def _kind_title(desk: Desk, document: Document) -> str:
    kind = desk.kinds.get(document.kind)
    return kind.title if kind else document.kind


def _procedure_title(desk: Desk, document: Document) -> str:
    try:
        return desk.sop.procedure(document.procedure).title
    except NotFound:  # the office's SOP was revised since; the archive keeps the old name
        return document.procedure


def _keep(desk: Desk, key: str, data: bytes, content_type: str) -> StoredFile:
    """Write a job's file; when a stopped attempt wrote one already, that one is the result."""
    try:
        info = desk.store.put(key, data, content_type)
    except ObjectExists:
        info = desk.store.info(key)
    return StoredFile(key=key, sha256=info.sha256, size=info.size, content_type=content_type)
