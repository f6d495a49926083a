"""Pictures of the pages of a version: its template as it stands, and letters made with it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request

from docgen.desk import Desk
from docgen.desk.capacity import admit
from docgen.desk.kinds.versions import template_of
from docgen.desk.stored_kinds import origin
from docgen.errors import ConverterError, PdfError, TemplateError, TooManyAtOnce
from docgen.foreign import page_count, page_png
from docgen.foreign.tagging import without_markup
from docgen.work_context import Urgency, urgency
from storage.records import KindVersion
from web.page_images import send_picture, version_of_bytes
from web.short_memory import short_memory

FRESH = 600.0  # seconds: a template with this SHA-256 always looks alike
WIDTHS = (480, 900, 1400)  # pixels of page pictures


@dataclass(frozen=True)
class TemplatePages:
    """The pages of a template as it stands, or why they cannot be shown."""

    pdf: bytes = b""
    pages: int = 0
    problem: str = ""


def template_pdf(desk: Desk, version: KindVersion) -> bytes:
    """Return the Word file of a version as PDF, its tags as they are written.

    Raises TemplateError, ConverterError, TooManyAtOnce, StorageError.
    """

    def convert() -> bytes:
        source = without_markup(template_of(desk, version), origin(version.slug, version.version))
        with urgency(Urgency.PREVIEW), admit(desk):
            return desk.converter.convert(source)

    pdf: bytes = short_memory("template_pdfs", FRESH).get(version.template_sha256, convert)
    return pdf


def template_pages(desk: Desk, version: KindVersion) -> TemplatePages:
    """Return the pages of a template as it stands."""
    try:
        pdf = template_pdf(desk, version)
        return TemplatePages(pdf, page_count(pdf))
    except (ConverterError, PdfError, TemplateError, TooManyAtOnce) as error:
        return TemplatePages(problem=str(error))


def send_page(pdf: bytes, page: int) -> Response:
    """Send a picture of a page; `?lebar=` asks for a width in pixels and gets the next one of `WIDTHS`."""
    asked_width = request.args.get("lebar", 900, type=int)
    width = next((step for step in WIDTHS if step >= asked_width), WIDTHS[-1])
    return send_picture(lambda: page_png(pdf, page, width=width), version_of_bytes(pdf), f"{page}-{width}")
