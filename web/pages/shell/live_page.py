"""A page of the letter beside a form, as the script `preview.js` shows it, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from flask import Response, jsonify, make_response, request

from docgen.errors import FieldError
from docgen.foreign import page_png
from storage import media_types
from web.pages.shell.message_translation import translate


def send_live_page(pdf: bytes, pages: int, missing: Sequence[str] = ()) -> Response:
    """Return the page that the form asks for as PNG; the header X-Docgen-Kurang names what shows an example."""
    page = min(max(request.form.get("halaman", 1, type=int), 1), pages)
    width = min(max(request.form.get("lebar", 900, type=int), 300), 1400)
    response = make_response(page_png(pdf, page, width=width))
    response.content_type = media_types.PNG
    response.headers["X-Docgen-Halaman"] = str(page)
    response.headers["X-Docgen-Jumlah"] = str(pages)
    response.headers["X-Docgen-Kurang"] = quote(", ".join(missing))  # headers hold ASCII only
    return response


def refuse_live_page(errors: Sequence[FieldError], code: int) -> tuple[Response, int]:
    """Return why there is no page to see."""
    return jsonify(errors=[{"field": error.field, "message": translate(error.message)} for error in errors]), code
