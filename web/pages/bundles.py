"""Bundles: chosen documents, or all of an asset, merged into one PDF for the filing officer."""

from __future__ import annotations

import io
import json
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.bundle import BundleRequest, check_bundle
from docgen.errors import InvalidSubmission, NotFound
from storage.catalogue import work
from storage.records import Job
from web.desk import get_desk, get_jobs
from web.links import store_link
from web.pages.access import may, me, safe_next
from web.pages.document import safe_name

blueprint = Blueprint("bundles", __name__, url_prefix="/bundel")


@blueprint.post("")
@may("read")
def begin() -> ResponseReturnValue:
    """Begin a bundle: of ticked documents, an asset (of a year), or a dossier."""
    form = request.form
    asked = {
        "documents": form.getlist("documents") or None,
        "asset": form.get("asset") or None,
        "year": form.get("year") or None,
        "dossier": form.get("dossier") or None,
    }
    back = safe_next(form.get("kembali", "/arsip"))
    try:
        wanted = BundleRequest.model_validate(asked)
        check_bundle(get_desk(), wanted)
    except ValidationError:
        flash("Centang dahulu naskah yang akan dibundel.", "warning")
        return redirect(back, 303)
    except InvalidSubmission as invalid:
        flash(" ".join(error.message for error in invalid.errors), "warning")
        return redirect(back, 303)
    job = get_jobs().submit("bundle", wanted.model_dump(exclude_none=True), me().name)
    return redirect(url_for(".show", id=job.id), 303)


@blueprint.get("/<id>")
@may("read")
def show(id: str) -> ResponseReturnValue:
    """How far it is, and the file when it is done."""
    job = _job(id)
    title = _manifest(job)["title"] if job.status == "done" else ""
    return render_template("archive/bundle.html", job=job, title=title)


@blueprint.get("/<id>.json")
@may("read")
def progress(id: str) -> ResponseReturnValue:
    """How far it is, for the page's script."""
    job = _job(id)
    return jsonify(status=job.status, done=job.done, total=job.total)


@blueprint.get("/<id>.pdf")
@may("read")
def pdf(id: str) -> ResponseReturnValue:
    """The bundle. Raises NotFound while it is not done."""
    job = _job(id)
    if job.status != "done" or not job.result:
        raise NotFound("Bundel ini belum selesai dibuat.")
    made, manifest = job.result["pdf"], _manifest(job)
    name = f"{safe_name(manifest['title'])} {manifest['created_at'][:10]}.pdf"
    wanted = bool(request.args.get("unduh"))
    asked = (made["key"], made.get("size", 0), "application/pdf", name)
    if wanted and (link := store_link(get_desk(), *asked, inline=False)):
        return redirect(link, 302)
    return send_file(
        io.BytesIO(get_desk().store.get(made["key"])),
        mimetype="application/pdf",
        download_name=name,
        as_attachment=wanted,
        conditional=True,
        etag=made["sha256"],
    )


def _manifest(job: Job) -> dict[str, Any]:
    """What the bundle says of itself: its title, when it was made (office clock), its parts. Raises StorageError."""
    if not job.result:
        raise NotFound("Bundel ini belum selesai dibuat.")
    manifest: dict[str, Any] = json.loads(get_desk().store.get(job.result["manifest"]["key"]))
    return manifest


def _job(id: str) -> Job:
    with get_desk().catalogue.read() as tx:
        job = work.get_job(tx, id)
    if job.kind != "bundle":
        raise NotFound("Pekerjaan ini bukan bundel.")
    return job
