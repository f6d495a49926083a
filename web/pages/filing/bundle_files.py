"""The files of a bundle: the whole, each volume, labels for box and spine; and the list of a year's dossiers."""

from __future__ import annotations

import hashlib
import io

from flask import Blueprint, redirect, request, send_file
from flask.typing import ResponseReturnValue

from docgen.desk.batches.job_contents import read_job
from docgen.desk.bundles.bundle_contents import read_bundle
from docgen.desk.bundles.bundle_result import bundle_result
from docgen.desk.bundles.file_list import file_list_pdf, file_list_xlsx
from docgen.desk.bundles.manifest import Manifest
from docgen.desk.bundles.volumes import volume_name, volume_of
from docgen.errors import NotFound
from storage import media_types
from storage.records import KeptFile
from web.desk import get_desk
from web.pages.filing.bundles import bundle_job, filed_bundle, manifest_of
from web.pages.shell.access import limits, may, me
from web.pages.shell.downloads import safe_name
from web.pages.shell.filters import on_calendar
from web.signed_downloads import store_link
from wording import say

blueprint = Blueprint("bundle_files", __name__, url_prefix="/bundel")


@blueprint.get("/<id>.pdf")
@may("export")
def pdf(id: str) -> ResponseReturnValue:
    """Send the bundle, the archived one where it is. Raises NotFound while it is not done."""
    file, manifest, _ = _bundle_files(id)
    made_on = on_calendar(manifest.created_at)
    name = f"{safe_name(manifest.title)} {made_on.isoformat()}.pdf"
    return _send_stored(file, name, download=bool(request.args.get("unduh")))


@blueprint.get("/<id>/jilid-<int:number>.pdf")
@may("export")
def volume(id: str, number: int) -> ResponseReturnValue:
    """Send one volume, to print and bind alone. Raises NotFound where there is no such volume."""
    file, manifest, volumes = _bundle_files(id)
    name = safe_name(volume_name(manifest, number)) + ".pdf"
    download = bool(request.args.get("unduh"))
    if number in volumes:
        return _send_stored(volumes[number], name, download=download)
    cut = volume_of(get_desk().store.get(file.key), manifest, number)
    return _send_pdf(cut.pdf, hashlib.sha256(cut.pdf).hexdigest(), name, download=download)


@blueprint.get("/<id>/label.pdf")
@may("export")
def labels(id: str) -> ResponseReturnValue:
    """Send labels for box and spine. Raises NotFound when the bundle has none."""
    job = bundle_job(id)
    file = bundle_result(job).labels if job.result else None
    if file is None:
        raise NotFound("Bundel ini tidak punya label. Buat bundel lagi dengan pilihan label.")
    return send_file(
        io.BytesIO(get_desk().store.get(file.key)), mimetype=media_types.PDF, download_name=f"Label {id}.pdf"
    )


@blueprint.get("/daftar-berkas-<int:year>.<any(pdf, xlsx):form>")
@may("export")
def file_list(year: int, form: str) -> ResponseReturnValue:
    """Send the Daftar Berkas of a year."""
    if not 1900 <= year <= 2200:
        raise NotFound(say("Tahun {year} tidak ada dalam arsip.", year=year))
    make, mimetype = (file_list_pdf, media_types.PDF) if form == "pdf" else (file_list_xlsx, media_types.XLSX)
    return send_file(
        io.BytesIO(make(get_desk(), year, limits())), mimetype=mimetype, download_name=f"Daftar Berkas {year}.{form}"
    )


def _bundle_files(id: str) -> tuple[KeptFile, Manifest, dict[int, KeptFile]]:
    """Return the file of a bundle, its manifest, and the files of its volumes that were kept. Raises NotFound."""
    filed = filed_bundle(id)
    if filed is not None:
        read_bundle(get_desk(), filed, me().caller)
        pdf = KeptFile.model_validate(filed.pdf.model_dump(exclude={"content_type"}))
        return pdf, manifest_of(None, filed), {}
    job = bundle_job(id)
    if job.status != "done" or not job.result:
        raise NotFound("Bundel ini belum selesai dibuat.")
    read_job(get_desk(), job, me().caller)
    result = bundle_result(job)
    return result.pdf, manifest_of(job), {volume.number: volume.pdf for volume in result.volumes}


def _send_stored(file: KeptFile, name: str, *, download: bool) -> ResponseReturnValue:
    """Return a PDF of the store, perhaps from where it lies."""
    stored = (file.key, file.size, media_types.PDF, name)
    if download and (link := store_link(get_desk(), *stored, inline=False)):
        return redirect(link, 302)
    return _send_pdf(get_desk().store.get(file.key), file.sha256, name, download=download)


def _send_pdf(pdf: bytes, sha256: str, name: str, *, download: bool) -> ResponseReturnValue:
    return send_file(
        io.BytesIO(pdf),
        mimetype=media_types.PDF,
        download_name=name,
        as_attachment=download,
        conditional=True,
        etag=sha256,
    )
