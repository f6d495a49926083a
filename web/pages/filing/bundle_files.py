"""The files of a bundle: the whole, each volume, labels for box and spine; and the list of a year's dossiers."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from typing import Any

from flask import Blueprint, redirect, request, send_file
from flask.typing import ResponseReturnValue

from docgen.desk.bundles.bundle_result import bundle_result
from docgen.desk.bundles.file_list import file_list_pdf, file_list_xlsx
from docgen.desk.bundles.job_contents import read_bundle, read_job
from docgen.desk.bundles.volumes import volume_name, volume_of
from docgen.errors import NotFound
from storage import media_types
from storage.records import KeptFile
from web.desk import get_desk
from web.links import store_link
from web.pages.filing.bundles import bundle_job, filed_bundle, manifest_of
from web.pages.reading.document import safe_name
from web.pages.shell.access import may, me
from web.pages.shell.filters import on_calendar

blueprint = Blueprint("bundle_files", __name__, url_prefix="/bundel")


@blueprint.get("/<id>.pdf")
@may("read")
def pdf(id: str) -> ResponseReturnValue:
    """The bundle, the archived one where it is. Raises NotFound while it is not done."""
    made, manifest, _ = _made(id)
    made_on = on_calendar(dt.datetime.fromisoformat(manifest["created_at"]))
    name = f"{safe_name(manifest['title'])} {made_on.isoformat()}.pdf"
    return _stored(made, name, download=bool(request.args.get("unduh")))


@blueprint.get("/<id>/jilid-<int:number>.pdf")
@may("read")
def volume(id: str, number: int) -> ResponseReturnValue:
    """One volume, to be printed and bound alone. Raises NotFound where there is no such volume."""
    made, manifest, volumes = _made(id)
    name = safe_name(volume_name(manifest, number)) + ".pdf"
    download = bool(request.args.get("unduh"))
    if number in volumes:
        return _stored(volumes[number], name, download=download)
    cut = volume_of(get_desk().store.get(made.key), manifest, number)
    return _sent(cut.pdf, hashlib.sha256(cut.pdf).hexdigest(), name, download=download)


@blueprint.get("/<id>/label.pdf")
@may("read")
def labels(id: str) -> ResponseReturnValue:
    """Labels for box and spine. Raises NotFound when none were asked for."""
    job = bundle_job(id)
    made = bundle_result(job).labels if job.result else None
    if made is None:
        raise NotFound("Bundel ini tidak punya label. Buat bundel lagi dengan pilihan label.")
    return send_file(
        io.BytesIO(get_desk().store.get(made.key)), mimetype=media_types.PDF, download_name=f"Label {id}.pdf"
    )


@blueprint.get("/daftar-berkas-<int:year>.<any(pdf, xlsx):form>")
@may("read")
def file_list(year: int, form: str) -> ResponseReturnValue:
    """Daftar Berkas of a year."""
    if not 1900 <= year <= 2200:
        raise NotFound(f"Tahun {year} tidak ada dalam arsip.")
    make, mimetype = (file_list_pdf, media_types.PDF) if form == "pdf" else (file_list_xlsx, media_types.XLSX)
    return send_file(
        io.BytesIO(make(get_desk(), year)), mimetype=mimetype, download_name=f"Daftar Berkas {year}.{form}"
    )


def _made(id: str) -> tuple[KeptFile, dict[str, Any], dict[int, KeptFile]]:
    """The file of a bundle, its manifest, and the files of its volumes that were kept. Raises NotFound."""
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
    return result.pdf, manifest_of(job), {one.number: one.pdf for one in result.volumes}


def _stored(made: KeptFile, name: str, *, download: bool) -> ResponseReturnValue:
    """A PDF of the store, perhaps from where it lies."""
    asked = (made.key, made.size, media_types.PDF, name)
    if download and (link := store_link(get_desk(), *asked, inline=False)):
        return redirect(link, 302)
    return _sent(get_desk().store.get(made.key), made.sha256, name, download=download)


def _sent(pdf: bytes, sha256: str, name: str, *, download: bool) -> ResponseReturnValue:
    return send_file(
        io.BytesIO(pdf),
        mimetype=media_types.PDF,
        download_name=name,
        as_attachment=download,
        conditional=True,
        etag=sha256,
    )
