"""A version of a kind: what the lint finds, beside the picture of its pages, and its Word file handed back."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from docgen.desk import Desk
from docgen.desk.kinds.edit import sheet_of, withdraw
from docgen.desk.kinds.marking import replace_file
from docgen.desk.kinds.readable import examined as examine
from docgen.desk.kinds.versions import read_version, template_of
from docgen.errors import Conflict, FieldError, FileTooLarge, InvalidSubmission
from docgen.foreign.tagging import boxes_of
from docgen.installed.checks import commented_template
from docgen.template_lint.finding import Finding
from storage import media_types
from storage.errors import RecordConflict
from storage.records import KindVersion
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.downloads import safe_name
from web.pages.shell.message_translation import flash
from web.pages.templates.pictures import send_page, template_pages
from web.pages.templates.uploading import NOTHING, sent_file
from web.pages.templates.views import MOST_PAGES, by_severity, numbered_boxes, view_version
from web.short_memory import short_memory
from wording import say

blueprint = Blueprint("template_version", __name__, url_prefix="/templat/<slug>/<int:version>")
FRESH = 60.0  # seconds: the fonts of the machine and the office's rules may change


@blueprint.get("")
@may("edit_templates")
def show(slug: str, version: int) -> ResponseReturnValue:
    """Show the findings, and where each stands on the page."""
    desk = get_desk()
    record, view = view_version(desk, slug, version)
    findings = examined(desk, record)
    pages = template_pages(desk, record)
    places = [finding.place for finding in findings]
    boxes = boxes_of(pages.pdf, template_of(desk, record), places) if pages.pdf else []
    of_words = [marks if finding.words else [] for finding, marks in zip(findings, boxes, strict=False)]
    return render_template(
        "kinds/version.html",
        view=view,
        findings=findings,
        errors=[finding for finding in findings if finding.severity == "error"],
        marked=numbered_boxes(of_words),  # what the whole letter lacks stands nowhere
        pages=pages.pages,
        problem=pages.problem,
        most=MOST_PAGES,
    )


@blueprint.get("/halaman/<int:page>.png")
@may("edit_templates")
def page(slug: str, version: int, page: int) -> ResponseReturnValue:
    """Send a picture of a page of the template as it stands."""
    desk = get_desk()
    pages = template_pages(desk, read_version(desk, slug, version))
    if not 1 <= page <= pages.pages:
        abort(404)
    return send_page(pages.pdf, page)


@blueprint.get("/docx")
@may("edit_templates")
def docx(slug: str, version: int) -> ResponseReturnValue:
    """Send the Word file; with `?komentar=1` each finding is a comment in it."""
    desk = get_desk()
    record, view = view_version(desk, slug, version)
    source = template_of(desk, record)
    commented = bool(request.args.get("komentar"))
    if commented:
        source = commented_template(source, examined(desk, record))
    name = safe_name(f"{view.title} versi {version}{' dengan komentar' if commented else ''}")
    return send_file(io.BytesIO(source), mimetype=media_types.DOCX, as_attachment=True, download_name=f"{name}.docx")


@blueprint.post("/berkas")
@may("edit_templates")
def replace(slug: str, version: int) -> ResponseReturnValue:
    """Take a Word file that was mended instead of the draft's; fields that only the new one names are added."""
    desk, (_, source) = get_desk(), sent_file()
    try:
        if not source:
            raise InvalidSubmission([FieldError("file", NOTHING)])
        replace_file(desk, me().caller, slug, version, source, was=request.form.get("semula", ""))
        flash("Berkas Word diganti dan diperiksa lagi.", "success")
    except InvalidSubmission as invalid:
        flash(invalid.summary(), "danger")
    except (Conflict, FileTooLarge, RecordConflict) as error:
        flash(str(error), "danger")
    return redirect(url_for(".show", slug=slug, version=version), 303)


@blueprint.post("/tarik")
@may("edit_templates")
def discard(slug: str, version: int) -> ResponseReturnValue:
    """Withdraw a draft."""
    try:
        withdraw(get_desk(), me().caller, slug, version)
        flash(say("Draf versi {version} ditarik.", version=version), "success")
    except Conflict as fixed:
        flash(str(fixed), "danger")
    return redirect(url_for("template_kind.show", slug=slug), 303)


def examined(desk: Desk, version: KindVersion) -> Sequence[Finding]:
    """Return what the lint finds in a version, the gravest first. Raises StorageError, ReaderBusy."""
    findings: Sequence[Finding] = short_memory("template_findings", FRESH).get(
        version.sha256, lambda: by_severity(examine(desk, template_of(desk, version), sheet_of(version)))
    )
    return findings
