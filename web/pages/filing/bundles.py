"""Bundles: choose, arrange and print documents for the box; recipes, archived bundles, and the year's list."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from docgen.desk.background.quota import require_quota
from docgen.desk.batches.job_contents import may_see_job, require_job
from docgen.desk.bundles.build import BundleRequest, check_bundle
from docgen.desk.bundles.bundle_contents import may_see_bundle, require_bundle
from docgen.desk.bundles.bundle_result import bundle_result
from docgen.desk.bundles.cover import source_title
from docgen.desk.bundles.filing import archive_bundle, remove_recipe, request_of, save_recipe
from docgen.desk.bundles.manifest import Manifest, read_manifest
from docgen.desk.bundles.permitted import permitted_request
from docgen.desk.registers.checks import PAPER_LABELS
from docgen.errors import Conflict, InvalidSubmission, NotFound
from storage.catalogue import dossiers, filing, jobs, registers
from storage.errors import RecordMissing
from storage.records import Document, Dossier, FiledBundle, Job
from web.desk import get_desk, get_jobs
from web.pages.shell.access import limits, may, me, safe_next
from web.pages.shell.filters import day
from web.pages.shell.job_page import cancel_and_show, resume_and_show, state_of
from web.pages.shell.message_translation import flash, translate
from wording import joined, say

blueprint = Blueprint("bundles", __name__, url_prefix="/bundel")

SHOWN = 8  # of each list on the first page
MOST_FOUND = 12  # dossiers offered at once
SOURCES = ("dossier", "asset", "search", "year", "documents")
FLAGS = ("duplex", "two_up", "separators", "labels", "new_only")
TEXTS = ("title", "order", "revisions", "copies", "paper", "binding_mm", "volume_pages", "volume_mm", "retention")


@blueprint.get("")
@may("read")
def index() -> ResponseReturnValue:
    """Choose what to bundle; `?dossier=`, `?asset=`, `?search=` or `?year=` list the documents to arrange."""
    args = request.args
    if any(args.get(name, "").strip() for name in SOURCES):
        return _arrange(args)
    if args.get("kata", "").strip():
        return _found_dossiers(args["kata"].strip()[:200])
    desk = get_desk()
    with desk.catalogue.read() as tx:
        made = jobs.list_jobs(tx, "bundle", SHOWN)
        archived = filing.list_bundles(tx, SHOWN)
    made = [job for job in made if may_see_job(desk, job, me().caller)]
    archived = [bundle for bundle in archived if may_see_bundle(desk, bundle, me().caller)]
    with desk.catalogue.read() as tx:
        return render_template(
            "bundles/index.html",
            recipes=filing.list_recipes(tx),
            made=made,
            titles={job.id: _title_of(tx, job) for job in made},
            archived=archived,
            years=range(desk.today_in(tx).year, desk.today_in(tx).year - 8, -1),
        )


@blueprint.get("/berkas.json")
@may("read")
def find_dossiers() -> ResponseReturnValue:
    """Return dossiers for the picker: words of `q` in the title or in the letters of a dossier, the newest first."""
    return jsonify(
        [
            {"value": item.id, "lines": [item.title, translate(say("dibuka {date}", date=day(item.opened_at)))]}
            for item in _dossiers_of(request.args.get("q", "")[:200])
        ]
    )


@blueprint.post("")
@may("export")
def begin() -> ResponseReturnValue:
    """Begin a bundle: of ticked documents, an asset (of a year), or a dossier."""
    form = request.form
    body = {
        "documents": form.getlist("documents") or None,
        "asset": form.get("asset") or None,
        "year": form.get("year") or None,
        "dossier": form.get("dossier") or None,
    }
    back = safe_next(form.get("kembali", url_for("archive.search")))
    try:
        bundle_request = _to_request(body)
        check_bundle(get_desk(), bundle_request)
    except ValidationError:
        flash("Centang dahulu naskah yang akan dibundel.", "warning")
        return redirect(back, 303)
    except InvalidSubmission as invalid:
        flash(invalid.summary(), "warning")
        return redirect(back, 303)
    return _queue(bundle_request)


@blueprint.post("/susun")
@may("export")
def arrange() -> ResponseReturnValue:
    """Put documents in order without a script, keep a recipe, or begin the bundle."""
    form = request.form
    if form.get("urut"):
        return _arrange(form, [], form["urut"])
    moved = form.get("naik") or form.get("turun")
    if moved:
        return _arrange(form, _moved(form.getlist("sequence"), moved, -1 if form.get("naik") else 1))
    try:
        bundle_request = _to_request(_request_body(form))
        check_bundle(get_desk(), bundle_request)
        if form.get("aksi") == "resep":
            if not me().may("file"):
                raise NotFound("Anda tidak dapat menyimpan resep.")
            recipe = save_recipe(get_desk(), form.get("nama", ""), bundle_request, me().name)
            flash(say("Resep “{name}” disimpan.", name=recipe.name), "success")
            return redirect(url_for(".index"), 303)
    except ValidationError as invalid:
        flash(joined((_wrong(error["loc"]) for error in invalid.errors()[:3]), "; "), "warning")
        return _arrange(form)
    except InvalidSubmission as refused:
        flash(refused.summary(), "warning")
        return _arrange(form)
    return _queue(bundle_request)


@blueprint.get("/<id>")
@may("read")
def show(id: str) -> ResponseReturnValue:
    """Show the job's progress, then the file and its contents. The QR on cover and labels opens this page."""
    filed = filed_bundle(id)
    try:
        job: Job | None = bundle_job(id)
    except RecordMissing:
        job = None
        if filed is None:
            raise
    manifest = manifest_of(job, filed) if filed or (job and job.status == "done") else None
    return render_template(
        "bundles/show.html",
        id=id.lower(),
        job=job,
        state=state_of(job, "naskah") if job else None,
        filed=filed,
        manifest=manifest,
        result=bundle_result(job) if job and job.status == "done" else None,
    )


@blueprint.get("/<id>.json")
@may("read")
def progress(id: str) -> ResponseReturnValue:
    """Return the job's progress to the page's script."""
    return jsonify(state_of(bundle_job(id), "naskah"))


@blueprint.post("/<id>/batal")
@may("export")
def cancel(id: str) -> ResponseReturnValue:
    """Cancel the bundle."""
    return cancel_and_show(bundle_job(id))


@blueprint.post("/<id>/lanjut")
@may("export")
def resume(id: str) -> ResponseReturnValue:
    """Make one that failed or was cancelled after all."""
    return resume_and_show(bundle_job(id))


@blueprint.post("/<id>/arsip")
@may("file")
def archive(id: str) -> ResponseReturnValue:
    """Keep it for good."""
    filed = archive_bundle(get_desk(), bundle_job(id), me().name)
    flash(say("Bundel “{title}” diarsipkan.", title=filed.title), "success")
    return redirect(url_for(".show", id=id), 303)


@blueprint.post("/resep/<id>")
@may("export")
def run_recipe(id: str) -> ResponseReturnValue:
    """Make a recipe's bundle, or only what is new, or forget the recipe."""
    action = request.form.get("aksi", "semua")
    if action == "hapus":
        if not me().may("file"):
            raise NotFound("Anda tidak dapat menghapus resep.")
        remove_recipe(get_desk(), id, me().name)
        flash("Resep dihapus. Bundel yang sudah dibuat tetap ada.", "success")
        return redirect(url_for(".index"), 303)
    recipe_request = request_of(get_desk(), id, new_only=action == "baru")
    try:
        bundle_request = _to_request(recipe_request.model_dump(mode="json", exclude_none=True, exclude_defaults=True))
        check_bundle(get_desk(), bundle_request)
    except InvalidSubmission as refused:
        flash(refused.summary(), "warning")
        return redirect(url_for(".index"), 303)
    return _queue(bundle_request)


def _dossiers_of(words: str) -> list[Dossier]:
    with get_desk().catalogue.read() as tx:
        return dossiers.list_dossiers(tx, words=words, limit=MOST_FOUND, within=limits())


def _found_dossiers(words: str) -> ResponseReturnValue:
    """Lead to the only dossier of these words, or show those to choose from: for a browser without scripts."""
    matches = _dossiers_of(words)
    if len(matches) == 1:
        return redirect(url_for(".index", dossier=matches[0].id), 303)
    return render_template("bundles/dossiers.html", words=words, found=matches)


def _title_of(tx: Connection, job: Job) -> str:
    """Return what a bundle is called, or what it is of."""
    try:
        bundle_request = BundleRequest.model_validate(job.request)
        title = bundle_request.title or source_title(tx, bundle_request)
    except (ValidationError, RecordMissing):  # made by an earlier version, or of what is gone
        title = ""
    return title or say("Naskah pilihan")


def _to_request(body: dict[str, Any]) -> BundleRequest:
    return permitted_request(get_desk(), body, me().caller)


def _queue(bundle_request: BundleRequest) -> ResponseReturnValue:
    def check(tx: Connection, _job: Job) -> None:
        require_quota(get_desk(), tx, me().caller)

    try:
        job = get_jobs().submit("bundle", bundle_request.model_dump(mode="json", exclude_none=True), me().name, check)
    except Conflict as refused:
        flash(str(refused), "warning")
        return redirect(url_for(".index"), 303)
    return redirect(url_for(".show", id=job.id), 303)


def _arrange(form: MultiDict[str, str], sequence: list[str] | None = None, order: str = "") -> ResponseReturnValue:
    """Return the documents of what is chosen, in order, each ticked unless it was left out, and how to print them."""
    body = _request_body(form)
    if sequence is not None:
        body["sequence"] = sequence
    if order:
        body["order"] = order
    left_out = set(body.pop("exclude", []))
    chosen_documents: list[Document] = []
    try:
        source = {key: value for key, value in body.items() if key in ("sequence", "order", *SOURCES)}
        chosen_documents = check_bundle(get_desk(), _to_request(source))
    except ValidationError as invalid:
        flash(joined((_wrong(item["loc"]) for item in invalid.errors()[:3]), "; "), "warning")
        return redirect(url_for(".index"), 303)
    except InvalidSubmission as refused:
        flash(refused.summary(), "warning")
        return redirect(url_for(".index"), 303)
    with get_desk().catalogue.read() as tx:
        office = registers.get_office(tx)
    return render_template(
        "bundles/arrange.html",
        found=chosen_documents,
        left_out=left_out,
        chosen={name: body[name] for name in SOURCES if body.get(name) and name != "documents"},
        documents=body.get("documents") or [],
        form=form,
        order=body.get("order", "dossier"),
        kinds=list(dict.fromkeys(item.kind for item in chosen_documents)),
        paper=office.paper,
        papers=PAPER_LABELS,
        fresh="order" not in form,
    )


def _request_body(form: MultiDict[str, str]) -> dict[str, Any]:
    """Return a form as the body of `POST /bundles`; fields left empty are left out."""
    body: dict[str, Any] = {name: form[name].strip() for name in (*SOURCES[:4], *TEXTS) if form.get(name, "").strip()}
    body |= {name: True for name in FLAGS if form.get(name)}
    for name in ("binding_mm", "volume_mm"):
        if name in body:
            body[name] = body[name].replace(",", ".")
    if form.getlist("kinds"):
        body["kinds"] = form.getlist("kinds")
    if form.getlist("documents"):
        body["documents"] = form.getlist("documents")
    if form.getlist("sequence"):
        body["sequence"] = form.getlist("sequence")
        kept_ids = set(form.getlist("pakai"))
        body["exclude"] = [id for id in body["sequence"] if id not in kept_ids]
        body["missing"] = bool(form.get("missing"))
    return body


def _moved(sequence: list[str], id: str, by: int) -> list[str]:
    """Return the order with one document a place further up or down."""
    if id in sequence:
        index = sequence.index(id)
        sequence.insert(max(0, index + by), sequence.pop(index))
    return sequence


_LABELS = {
    "binding_mm": "Geser untuk jilid (0 sampai 10 mm)",
    "volume_pages": "Halaman per jilid (paling sedikit 10)",
    "volume_mm": "Tebal per jilid (2 sampai 200 mm)",
    "year": "Tahun",
    "search": "Kata pencarian (paling banyak 200 huruf)",
}


def _wrong(location: tuple[int | str, ...]) -> str:
    name = str(location[0]) if location else ""
    if name in _LABELS:
        return say("{label} belum benar", label=_LABELS[name])
    return "Pilih dahulu apa yang akan dibundel"


def manifest_of(job: Job | None, filed: FiledBundle | None = None) -> Manifest:
    """Return the manifest of a finished or archived bundle. Raises NotFound (not done), StorageError."""
    key = filed.manifest.key if filed else bundle_result(job).manifest.key if job and job.result else ""
    if not key:
        raise NotFound("Bundel ini belum selesai dibuat.")
    return read_manifest(get_desk().store.get(key))


def filed_bundle(id: str) -> FiledBundle | None:
    """Return the archived bundle of this id, or code; None while it is not archived. Raises RecordMissing."""
    with get_desk().catalogue.read() as tx:
        bundle = filing.find_bundle(tx, id.upper())
    if bundle is not None:
        require_bundle(get_desk(), bundle, me().caller)
    return bundle


def bundle_job(id: str) -> Job:
    """Return the job that makes a bundle. Raises RecordMissing, NotFound for one that does other work."""
    with get_desk().catalogue.read() as tx:
        job = jobs.job_state(tx, id.lower())
    if job.kind != "bundle":
        raise NotFound("Pekerjaan ini bukan bundel.")
    require_job(get_desk(), job, me().caller)
    return job
