"""Bundle archived documents for filing: cover, contents with page numbers, the documents, bookmarks.

A bundle reads only the archive; the documents in it are never rendered again. It is written to a file as it grows, so
that neither the documents nor the bundle are in memory more than once.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk import audit
from docgen.desk.archive import PDF
from docgen.desk.bundle_choice import Item, choose
from docgen.desk.bundle_front import About, render_labels, render_sheets
from docgen.desk.bundle_plan import Piece, Volume, pieces_of
from docgen.desk.bundle_request import MOST_DOCUMENTS, BundleRequest
from docgen.desk.bundle_volumes import Bound, bind, labels_with_codes, plan_volumes, shape_of
from docgen.desk.desk import Desk
from docgen.desk.dossiers import view_dossier
from docgen.desk.marks import derived
from docgen.errors import DocgenError, NotFound, PdfError
from docgen.render.binder import Binder
from docgen.signer import has_signatures
from docgen.sop.progress import StepProgress
from storage.catalogue import filing, registers
from storage.errors import ObjectDamaged, ObjectMissing
from storage.objects import keep
from storage.records import Document, Dossier, Job

__all__ = ["MOST_DOCUMENTS", "Bundle", "BundleRequest", "check_bundle", "make_bundle", "run_bundle_job"]

BACKGROUND = "antrean pekerjaan"  # where from a bundle is made that was asked for on a page
FORMAT = "docgen-bundle/1"
STEPS_TOLD = 50  # how often at most the number of documents done is told
SHOWN_ASSETS = 16

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Bundle:
    """A finished bundle: the PDF, its number of pages, the manifest of what it holds, and labels where asked for."""

    pdf: bytes
    pages: int
    manifest: dict[str, Any]
    labels: bytes | None = None


def check_bundle(desk: Desk, request: BundleRequest) -> list[Document]:
    """The documents a bundle would hold, in its order. Raises InvalidSubmission, naming what cannot be bundled."""
    with desk.catalogue.read() as tx:
        return [item.document for item in choose(desk, tx, request)]


def make_bundle(
    desk: Desk,
    request: BundleRequest,
    progress: Progress = lambda done, total: None,
    *,
    by: str = "docgen",
    code: str = "",
) -> Bundle:
    """Make a bundle for `by`; `progress(done, total)` counts documents and may raise to stop the work.

    A document whose file is damaged or locked does not stop it: a sheet that says why takes its place. Raises
    InvalidSubmission, StorageError, DocgenError.
    """
    code = code or str(ULID())
    with tempfile.TemporaryFile() as out:
        with desk.catalogue.read() as tx:
            items = choose(desk, tx, request)
            about, steps = _about(desk, tx, request, items, code)
        layout = request.layout(about.office.paper)
        binder = Binder(out, layout)
        pieces = pieces_of(desk, request, items, steps)
        with ThreadPoolExecutor(1) as beside:  # LibreOffice sets the contents while the documents are read
            early = beside.submit(plan_volumes, desk, about, request, pieces, layout)
            _take_in(desk, binder, [piece for piece in pieces if piece.sort == "document"], progress)
            plan = early.result()
        _add_sheets(desk, binder, about, [piece for piece in pieces if piece.sheet])
        if shape_of(pieces) != plan.shape:  # the archive said otherwise, or a file cannot be read
            plan = plan_volumes(desk, about, request, pieces, layout)
        bound = bind(desk, binder, about, plan)
        labels = None
        if request.labels:
            labels = labels_with_codes(desk, about, render_labels(desk, about, bound.volumes, layout))
        manifest = _manifest(desk, request, about, bound)
        _tell(desk, request, about, bound, by)
        progress(len(items), len(items))
        out.seek(0)
        return Bundle(out.read(), bound.pages, manifest, labels)


def run_bundle_job(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """Do a queued bundle: its files go to the object store under `_jobs/`; returns their keys."""
    request = BundleRequest.model_validate(job.request)
    with audit.coming_from(BACKGROUND):
        bundle = make_bundle(desk, request, progress, by=job.created_by, code=_code(job.id))
    manifest = json.dumps(bundle.manifest, ensure_ascii=False, indent=1).encode()
    pdf = keep(desk.store, f"_jobs/{job.id}/bundel.pdf", bundle.pdf, PDF)
    kept = keep(desk.store, f"_jobs/{job.id}/manifest.json", manifest, "application/json")
    result: dict[str, Any] = {
        "pdf": {"key": pdf.key, "sha256": pdf.sha256, "size": pdf.size, "pages": bundle.pages},
        "manifest": {"key": kept.key},
    }
    if bundle.labels is not None:
        result["labels"] = {"key": keep(desk.store, f"_jobs/{job.id}/label.pdf", bundle.labels, PDF).key}
    return result


def dossier_number(desk: Desk, tx: Connection, dossier: Dossier) -> str:
    """How the boxes call a dossier: classification, its place among the procedure's dossiers of the year, the year."""
    zone = ZoneInfo(registers.get_office(tx).time_zone)
    opened = dossier.opened_at.astimezone(zone)
    first = dt.datetime(opened.year, 1, 1, tzinfo=zone).astimezone(dt.UTC)
    place = filing.dossier_place(tx, dossier, first)
    return f"{_classification(desk, dossier.procedure) or dossier.procedure}/{place:03}/{opened.year}"


def _code(job: str) -> str:
    """The code of a job's bundle: the job's own id, so that doing it again gives the same."""
    return job.upper()


def _about(
    desk: Desk, tx: Connection, request: BundleRequest, items: Sequence[Item], code: str
) -> tuple[About, Sequence[StepProgress]]:
    office = registers.get_office(tx)
    steps: Sequence[StepProgress] = []
    dossier: Dossier | None = None
    if request.dossier is not None:
        view = view_dossier(desk, tx, request.dossier)
        dossier, steps = view.dossier, view.steps
    codes = dict.fromkeys(_classification(desk, item.document.procedure) for item in items)
    classification = "; ".join(one for one in codes if one) or "-"
    about = About(
        office=office,
        emblem=registers.get_emblem(tx),
        title=request.title or _title(tx, request, items, dossier),
        code=code,
        number=dossier_number(desk, tx, dossier) if dossier else _other_number(request, items),
        classification=classification,
        retention=request.retention or f"Menurut jadwal retensi arsip untuk klasifikasi {classification}",
        assets=_assets(tx, items),
        items=items,
        paper=request.paper or office.paper,
        today=desk.today_in(tx),
        moment=desk.now(),
    )
    return about, steps


def _take_in(desk: Desk, binder: Binder, pieces: Sequence[Piece], progress: Progress) -> None:
    """Read each document's file into the bundle, or note why that cannot be done."""
    every = max(1, len(pieces) // STEPS_TOLD)
    for index, piece in enumerate(pieces):
        if index % every == 0:
            progress(index, len(pieces))
        if piece.item is None:
            continue
        try:
            piece.leaves = binder.add(_copy(desk, piece.item), foreign=piece.item.foreign)
        except PdfError as error:
            piece.reason = str(error)
        except ObjectMissing:
            piece.reason = "Berkasnya hilang dari arsip. Pulihkan dari cadangan."
        except ObjectDamaged:
            piece.reason = "Berkasnya dalam arsip berubah (SHA-256 tidak cocok). Pulihkan dari cadangan."


def _copy(desk: Desk, item: Item) -> bytes:
    """The PDF to merge. Of a signed one it is a derived copy: the signed file itself is never touched."""
    pdf = desk.store.get(item.file.key)
    return derived(pdf, item.revisions) if has_signatures(pdf) else pdf


def _add_sheets(desk: Desk, binder: Binder, about: About, pieces: Sequence[Piece]) -> None:
    if not pieces:
        return
    leaves = [leaf for pdf in render_sheets(desk, about, pieces) for leaf in binder.add(pdf)[: len(pieces)]]
    if len(leaves) < len(pieces):
        raise DocgenError("Lembar bundel tidak lengkap. Buat bundel lagi.")
    for piece, leaf in zip(pieces, leaves, strict=False):
        piece.leaves = [leaf]


def _manifest(desk: Desk, request: BundleRequest, about: About, bound: Bound) -> dict[str, Any]:
    held, missing = [], []
    for volume in bound.volumes:
        for piece, start in volume.listed:
            if piece.item is None:
                missing.append({"kind": piece.kind, "step": piece.place[1], "starts_at": start + 1})
                continue
            held.append(_held(piece, volume, start))
    return {
        "format": FORMAT,
        "code": about.code,
        "title": about.title,
        "number": about.number,
        "classification": about.classification,
        "created_at": about.moment.isoformat(),
        "pages": bound.pages,
        "volumes": [{"number": one.number, "starts_at": one.begins + 1, "pages": one.pages} for one in bound.volumes],
        "documents": held,
        "missing": missing,
        "request": request.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
    }


def _held(piece: Piece, volume: Volume, start: int) -> dict[str, Any]:
    item = piece.item
    if item is None:
        raise NotFound("Naskah tidak ada dalam bundel.")
    told = {
        "id": item.document.id,
        "number": item.document.number,
        "title": item.document.title,
        "date": item.document.date.isoformat(),
        "revision": item.revision.number,
        "sha256": item.file.sha256,
        "pages": 0 if piece.reason else len(piece.leaves),
        "volume": volume.number,
        "starts_at": start + 1,
    }
    return told | ({"unreadable": piece.reason} if piece.reason else {})


def _tell(desk: Desk, request: BundleRequest, about: About, bound: Bound, by: str) -> None:
    with desk.catalogue.write() as tx:
        asked = request.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        told = {"title": about.title, "count": len(about.items), "pages": bound.pages}
        audit.record(desk, tx, by, "bundle.made", about.code, after=asked | told)


def _title(tx: Connection, request: BundleRequest, items: Sequence[Item], dossier: Dossier | None) -> str:
    year = f" tahun {request.year}" if request.year else ""
    if dossier is not None:
        return dossier.title
    if request.asset is not None:
        return f"Berkas aset {registers.get_asset(tx, request.asset).name} ({request.asset}){year}"
    if request.search is not None:
        return f"Berkas pencarian “{request.search}”{year}"
    if request.year is not None:
        return f"Berkas{year}"
    return f"Berkas pilihan ({len(items)} naskah)"


def _other_number(request: BundleRequest, items: Sequence[Item]) -> str:
    """Of a bundle of several dossiers."""
    count = len({item.document.dossier for item in items})
    return f"{count} berkas" + (f" tahun {request.year}" if request.year else "")


def _assets(tx: Connection, items: Sequence[Item]) -> list[str]:
    nibars = list(dict.fromkeys(nibar for item in items for nibar in item.document.assets))
    known = registers.find_assets(tx, nibars[:SHOWN_ASSETS])
    return [f"{known[one].name} ({one})" if one in known else one for one in nibars]


def _classification(desk: Desk, procedure: str) -> str:
    try:
        return desk.sop.procedure(procedure).classification
    except NotFound:
        return ""
