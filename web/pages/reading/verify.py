"""Public verification, which the QR opens: is this paper genuine? It shows what is registered, never the contents.

By QR or typed code, or by the PDF itself, which is compared and not kept. What is answered is decided in
`docgen.desk.verification`.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import RequestEntityTooLarge

from docgen.desk.public_facts import public_page
from docgen.desk.verification import Verification, verify, verify_file
from docgen.desk.verification_code import normalise
from docgen.errors import FileTooLarge, PdfError
from docgen.foreign import page_png
from docgen.uploads import LARGEST_FILE, MB
from web.desk import get_desk
from web.page_images import send_picture, version_of
from web.pages.shell.access import lane, public
from wording import say

blueprint = Blueprint("verify", __name__, url_prefix="/verifikasi")

MEGABYTES = LARGEST_FILE // MB
PAGE_WIDTH = 900  # pixels
_NOT_FOUND = ("unknown", "unlisted", "mismatch")


@blueprint.get("")
@public("Everybody may ask whether a letter is genuine.")
def ask() -> ResponseReturnValue:
    """Show the form for a code or a PDF."""
    code = request.args.get("kode", "").strip()
    if code:
        number = request.args.get("nomor", "").strip()[:300] or None
        return redirect(url_for(".show", code=normalise(code) or code[:60], nomor=number))
    return _ask()


@blueprint.post("")
@public("Everybody may ask whether a letter is genuine.")
def upload() -> ResponseReturnValue:
    """Show which document a PDF is, and whether it is unchanged."""
    try:
        return _result(verify_file(get_desk(), _uploaded()))
    except FileTooLarge as error:
        return _ask(str(error)), 413
    except PdfError as error:
        return _ask(str(error)), 422


@blueprint.get("/<code>")
@public("Everybody may ask whether a letter is genuine.")
def show(code: str) -> ResponseReturnValue:
    """Show what is registered under a code; with `?nomor=`, only for the document of that number."""
    return _result(verify(get_desk(), code, number=request.args.get("nomor", "")))


@blueprint.post("/<code>")
@public("Everybody may ask whether a letter is genuine.")
def compare(code: str) -> ResponseReturnValue:
    """Show whether a PDF is the document of this code, unchanged."""
    try:
        return _result(verify(get_desk(), code, data=_uploaded()))
    except FileTooLarge as error:
        return _ask(str(error), code), 413
    except PdfError as error:
        return _ask(str(error), code), 422


@blueprint.get("/<code>/halaman/<int:page>.png")
@public("Shown where the office lets everybody see the pages it verifies.")
def page(code: str, page: int) -> ResponseReturnValue:
    """Send a picture of a page, where the office shows pages and the letter is open to everyone."""
    file = public_page(get_desk(), code, page)
    return send_picture(
        lambda: page_png(get_desk().store.get(file.key), page, width=PAGE_WIDTH, lane=lane()),
        version_of(file),
        f"{page}-{PAGE_WIDTH}",
    )


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Answer a body too large to read."""
    return _ask(
        say(
            "Berkas ini terlalu besar: paling besar {megabytes} MB. Unggah PDF asli, atau ketik kodenya.",
            megabytes=MEGABYTES,
        )
    ), 413


@blueprint.errorhandler(CSRFError)
def stale(_error: CSRFError) -> ResponseReturnValue:
    """Show the form again: nobody signs in here, so an expired form is simply filled in once more."""
    return _ask("Halaman tadi sudah terlalu lama terbuka. Pilih lagi berkasnya, lalu tekan Periksa berkas."), 400


def _uploaded() -> bytes:
    """Return the bytes of the chosen file. Raises PdfError where none was chosen."""
    file = request.files.get("berkas")
    if file is None or not file.filename:
        raise PdfError("Belum ada berkas yang dipilih. Pilih PDF naskahnya dahulu.")
    return bytes(file.read(LARGEST_FILE + 1))


def _ask(wrong: str = "", code: str = "") -> str:
    normalised = normalise(code)
    target = url_for(".compare", code=normalised) if normalised else url_for(".upload")
    return render_template("verify/ask.html", wrong=wrong, target=target, code=normalised, most=MEGABYTES)


def _result(verification: Verification) -> ResponseReturnValue:
    status = 404 if verification.verdict in _NOT_FOUND else 200
    return render_template("verify/result.html", found=verification, most=MEGABYTES), status
