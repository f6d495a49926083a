"""The volumes (Jilid) of a bundle, each as a PDF to be printed and bound alone."""

from __future__ import annotations

from flask import Response

from docgen.desk.bundles.bundle_result import bundle_result
from docgen.desk.bundles.manifest import read_manifest
from docgen.desk.bundles.volumes import volume_of
from docgen.errors import NotFound
from storage import media_types
from web.api.http.calls import call
from web.api.http.file_responses import HEADERS, file_name, send_bytes, send_object
from web.api.resources.bundles import PDF
from web.api.resources.filing import file_bundle
from web.api.resources.jobs import file_job
from web.desk import get_desk
from wording import say


@call("GET", "/jobs/<id>/volumes/<number>/pdf", "A volume of a finished bundle", tag="Bundles", action="export",
      returns={200: PDF, 206: PDF, 302: None, 304: None}, problems=(409, 416), answer_headers=HEADERS)  # fmt: skip
def get_volume_pdf(id: str, number: str) -> Response:
    """One of `result.volumes`; 409 while the job is not done."""
    for volume in bundle_result(file_job(id)).volumes:
        if str(volume.number) == number:
            pdf, name = volume.pdf, file_name(f"Bundel {id} jilid {number}", "pdf")
            return send_object(pdf.key, pdf.sha256, media_types.PDF, name, inline=True, size=pdf.size)
    raise NotFound(say("Bundel ini tidak punya jilid {number}.", number=number))


@call("GET", "/bundles/<code>/volumes/<number>/pdf", "A volume of an archived bundle", tag="Bundles", action="export",
      returns={200: PDF, 206: PDF, 304: None}, problems=(404, 416), answer_headers=HEADERS)  # fmt: skip
def get_archived_volume_pdf(code: str, number: str) -> Response:
    """Cut from the archived bundle, with the same bytes each time."""
    filed = file_bundle(code)
    manifest = read_manifest(get_desk().store.get(filed.manifest.key))
    volume_number = int(number) if number.isdecimal() and len(number) < 5 else 0
    cut = volume_of(get_desk().store.get(filed.pdf.key), manifest, volume_number)
    return send_bytes(cut.pdf, media_types.PDF, file_name(f"Bundel {code} jilid {number}", "pdf"), inline=True)
