"""Bundle archived documents for filing: cover, contents with page numbers, the documents, bookmarks.

A bundle reads only the archive; the documents in it are never rendered again. It is written to a file as it grows, so
that neither the documents nor the bundle are in memory more than once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.background.cancellable import CancellableThread, ThrottledProgress
from docgen.desk.background.job_run import require_in_hand
from docgen.desk.bundles.binding import Bound, bind, labels_with_codes, plan_volumes, shape_of
from docgen.desk.bundles.bundle_result import BundleResult, KeptVolume
from docgen.desk.bundles.cover import about_of
from docgen.desk.bundles.document_pages import Part
from docgen.desk.bundles.front_matter import About, render_sheets
from docgen.desk.bundles.labels import render_labels
from docgen.desk.bundles.manifest import Manifest, ManifestDocument, ManifestPart, ManifestVolume, MissingDocument
from docgen.desk.bundles.plan import Piece, Volume, pieces_of
from docgen.desk.bundles.refused_documents import refusals_of
from docgen.desk.bundles.request import MOST_DOCUMENTS, BundleRequest
from docgen.desk.bundles.selection import Item, choose_items
from docgen.desk.bundles.volumes import VolumeFile, volume_files
from docgen.desk.desk import Desk
from docgen.desk.revisions.stamps import flatten_revision
from docgen.desk.secrecy import any_encrypted
from docgen.errors import DocgenError, PdfError
from docgen.foreign import convert_to_pdfa, require_bindable
from docgen.render.bundles.binder import Binder, BundlePage
from docgen.signer import has_signatures
from storage import media_types
from storage.errors import KeyMissing, ObjectDamaged, ObjectMissing
from storage.objects import put_if_absent
from storage.progress import Progress, no_progress
from storage.records import Document, Job, KeptFile, StoredFile
from storage.text import json_text

__all__ = ["MOST_DOCUMENTS", "Bundle", "BundleRequest", "check_bundle", "make_bundle", "run_bundle_job"]

BACKGROUND = "antrean pekerjaan"  # the origin in the audit log of a bundle that a job makes
FORMAT = "docgen-bundle/1"


@dataclass(frozen=True)
class Bundle:
    """A finished bundle: the PDF, its number of pages, the manifest of what it holds, labels where asked for, and each
    of its volumes where it is divided.
    """

    pdf: bytes
    pages: int
    manifest: Manifest
    labels: bytes | None = None
    volumes: Sequence[VolumeFile] = ()


@dataclass(frozen=True)
class Built:
    """A bundle that was written to a file: its manifest, the pages a viewer counts, and labels where asked for."""

    manifest: Manifest
    sides: int
    labels: bytes | None


def check_bundle(desk: Desk, request: BundleRequest) -> list[Document]:
    """Return the documents a bundle would hold, in its order. Raises InvalidSubmission, with what cannot be bundled."""
    with desk.catalogue.read() as tx:
        return [item.document for item in choose_items(desk, tx, request)]


def make_bundle(
    desk: Desk,
    request: BundleRequest,
    progress: Progress = no_progress,
    *,
    by: str = "docgen",
    code: str = "",
) -> Bundle:
    """Make a bundle for `by`; `progress(done, total)` counts documents and may raise to stop the work.

    A document whose file is damaged or locked does not stop it: a sheet that says why takes its place. Raises
    InvalidSubmission, StorageError, DocgenError.
    """
    with tempfile.TemporaryFile() as out:
        built = _build(desk, request, out, progress, code or str(ULID()), desk.now())
        volumes = list(volume_files(out, built.manifest))
        with desk.catalogue.write() as tx:
            _record(desk, tx, built.manifest, by)
        out.seek(0)
        return Bundle(out.read(), built.manifest.pages, built.manifest, built.labels, volumes)


def run_bundle_job(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """Do a queued bundle: its files go to the object store under `_jobs/`; returns their keys.

    Done again after it was killed it gives the same bytes, unless the archive has changed: then its files lie beside
    those of the first time, under a name of their own, so that a PDF and a manifest are always of one making.
    """
    request = BundleRequest.model_validate(job.request)
    with tempfile.TemporaryFile() as out:
        built = _build(desk, request, out, progress, job.id.upper(), job.created_at)
        count = len(built.manifest.documents)
        secret = any_encrypted(desk, [document.id for document in built.manifest.documents])
        manifest = json_text(built.manifest.to_json(), indent=1).encode()
        folder = f"_jobs/{job.id}/{hashlib.sha256(manifest).hexdigest()[:16]}"
        volume_pdfs = volume_files(out, built.manifest, lambda: progress(count, count))
        kept_volumes = (_kept_volume(desk, folder, volume, secret=secret) for volume in volume_pdfs)
        volumes = list(kept_volumes)  # none of the files stays in memory
        progress(count, count)
        out.seek(0)
        stored = put_if_absent(desk.store, f"{folder}/bundel.pdf", out.read(), media_types.PDF, secret=secret)
        pdf = _kept_file(stored, built.sides)
    manifest_file = put_if_absent(desk.store, f"{folder}/manifest.json", manifest, media_types.JSON, secret=secret)
    result = BundleResult(
        pdf=pdf,
        manifest=KeptFile(key=manifest_file.key),
        volumes=volumes or [KeptVolume(number=1, of=1, pages=built.manifest.pages, pdf=pdf)],
        documents=[document.id for document in built.manifest.documents],
    )
    if built.labels is not None:
        labels = put_if_absent(desk.store, f"{folder}/label.pdf", built.labels, media_types.PDF, secret=secret)
        result = result.model_copy(update={"labels": KeptFile(key=labels.key)})
    with audit.with_origin(BACKGROUND), desk.catalogue.write() as tx:
        require_in_hand(tx, job)
        _record(desk, tx, built.manifest, job.created_by)
    return result.to_json()


def _build(
    desk: Desk, request: BundleRequest, out: BinaryIO, progress: Progress, code: str, moment: dt.datetime
) -> Built:
    """Write a bundle to the empty file `out`."""
    with desk.catalogue.read() as tx:
        items = choose_items(desk, tx, request)
        about, steps = about_of(desk, tx, request, items, code, moment)
        refusals = refusals_of(desk, tx, [request.dossier]) if request.dossier else {}
    layout = request.layout(about.office.paper)
    binder = Binder(out, layout)
    pieces = pieces_of(request, items, steps, refusals)
    progress = ThrottledProgress(progress)
    with CancellableThread(progress.repeat) as thread:  # LibreOffice sets the contents while the documents are read
        first_plan = thread.begin(plan_volumes, desk, about, request, pieces, layout)
        _read_documents(desk, binder, [piece for piece in pieces if piece.sort == "document"], progress)
        plan = thread.wait(first_plan)
        sheets = [piece for piece in pieces if piece.sheet]
        if sheets:
            _add_sheets(binder, sheets, thread.do(render_sheets, desk, about, sheets))
        if shape_of(pieces) != plan.shape:  # the archive said otherwise, or a file cannot be read
            plan = thread.do(plan_volumes, desk, about, request, pieces, layout)
        result = bind(desk, binder, about, plan)
        labels = None
        if request.labels:
            labels = labels_with_codes(desk, about, thread.do(render_labels, desk, about, result.volumes, layout))
    progress(len(items), len(items))
    return Built(_manifest(request, about, result), result.sides, labels)


def _kept_volume(desk: Desk, folder: str, volume: VolumeFile, *, secret: bool) -> KeptVolume:
    key = f"{folder}/jilid-{volume.number}.pdf"
    stored = put_if_absent(desk.store, key, volume.pdf, media_types.PDF, secret=secret)
    return KeptVolume(number=volume.number, of=volume.of, pages=volume.pages, pdf=_kept_file(stored, volume.sides))


def _kept_file(stored: StoredFile, pages: int) -> KeptFile:
    return KeptFile(key=stored.key, sha256=stored.sha256, size=stored.size, pages=pages)


def _read_documents(desk: Desk, binder: Binder, pieces: Sequence[Piece], progress: Progress) -> None:
    """Read each document's file into the bundle, or note why that cannot be done."""
    for index, piece in enumerate(pieces):
        progress(index, len(pieces))
        if piece.item is None:
            continue
        try:
            piece.leaves = _leaves(desk, binder, piece.item)
        except PdfError as error:
            piece.reason = str(error)
        except ObjectMissing:
            piece.reason = "Berkasnya hilang dari arsip. Pulihkan dari cadangan."
        except KeyMissing as error:
            piece.reason = str(error)
        except ObjectDamaged:
            piece.reason = "Berkasnya dalam arsip berubah (SHA-256 tidak cocok). Pulihkan dari cadangan."


def _leaves(desk: Desk, binder: Binder, item: Item) -> list[BundlePage]:
    """Add the pages of a document: of one file, or of several where some of them were scanned."""
    parts = item.pages.parts
    leaves: list[BundlePage] = []
    for part in parts:
        places = {index: len(leaves) + place for place, index in enumerate(part.pages)}
        only = places if len(parts) > 1 else None
        leaves += binder.add(_copy(desk, item, part, only), foreign=part.foreign, only=only)
    return leaves


def _copy(desk: Desk, item: Item, part: Part, only: Mapping[int, int] | None) -> bytes:
    """Return the PDF to merge: of a signed or foreign one a derived copy, for the file itself is never touched."""
    pdf = desk.store.get(part.file.key)
    is_signed = has_signatures(pdf)
    if is_signed:
        pdf = flatten_revision(desk, pdf, item.revisions)
    if part.foreign:
        pdf = convert_to_pdfa(pdf)
    if part.foreign or is_signed:
        require_bindable(pdf, only=only)
    return pdf


def _add_sheets(binder: Binder, pieces: Sequence[Piece], sheets: Sequence[bytes]) -> None:
    leaves = [leaf for pdf in sheets for leaf in binder.add(pdf, apart=True)[: len(pieces)]]
    if len(leaves) < len(pieces):
        raise DocgenError("Lembar bundel tidak lengkap. Buat bundel lagi.")
    for piece, leaf in zip(pieces, leaves, strict=False):
        piece.leaves = [leaf]


def _manifest(request: BundleRequest, about: About, bound: Bound) -> Manifest:
    documents: list[ManifestDocument] = []
    missing: list[MissingDocument] = []
    for volume in bound.volumes:
        for piece, start in volume.listed:
            if piece.item is not None:
                documents.append(_document(piece, piece.item, volume, start))
            else:
                refused = {"refused": piece.refused.why_missing} if piece.refused else {}
                missing.append(MissingDocument(kind=piece.kind, step=piece.place[1], starts_at=start + 1, **refused))
    return Manifest(
        format=FORMAT,
        code=about.code,
        title=about.title,
        number=about.number,
        classification=about.classification,
        created_at=about.moment,
        pages=bound.pages,
        volumes=[
            ManifestVolume(number=volume.number, starts_at=volume.begins + 1, pages=volume.pages)
            for volume in bound.volumes
        ],
        documents=documents,
        missing=missing,
        request=request.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
    )


def _document(piece: Piece, item: Item, volume: Volume, start: int) -> ManifestDocument:
    optional: dict[str, Any] = {}
    if len(item.pages.parts) > 1:
        optional["parts"] = [ManifestPart(sha256=part.file.sha256, pages=len(part.pages)) for part in item.pages.parts]
    if item.refused:
        optional["refused"] = item.refused.note
    if piece.reason:
        optional["unreadable"] = piece.reason
    return ManifestDocument(
        id=item.document.id,
        number=item.document.number,
        title=item.document.title,
        date=item.document.date,
        revision=item.revision.number,
        sha256=item.pages.file.sha256,
        pages=0 if piece.reason else len(piece.leaves),
        volume=volume.number,
        starts_at=start + 1,
        **optional,
    )


def _record(desk: Desk, tx: Connection, manifest: Manifest, by: str) -> None:
    summary = {"title": manifest.title, "count": len(manifest.documents), "pages": manifest.pages}
    audit.record(desk, tx, by, Action.BUNDLE_MADE, manifest.code, after=manifest.request | summary)
