"""How an electronic signature looks: size, footer, the office's pictures, and a picture of it as it will be printed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.signing.look import (
    SIGNATURE_IMAGES,
    SIGNATURE_LABELS,
    change_look,
    change_signature_image,
    sample_picture,
)
from docgen.errors import DataFileError, FieldError, NotFound, PdfError
from docgen.foreign import prepare_emblem
from docgen.messages import field_errors
from storage import media_types
from storage.catalogue import registers
from storage.records import BSRE_FOOTER, SignatureLook
from storage.text import DOOR
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash

blueprint = Blueprint("signature_look", __name__, url_prefix="/kantor/tanda-tangan-elektronik")


@blueprint.route("", methods=["GET", "POST"])
@may("read", post="administer")
def edit() -> ResponseReturnValue:
    """Show and change how signatures look."""
    if request.method == "GET":
        return _page(_look().model_dump(), [])
    typed = {name: request.form.get(name, "").strip() for name in SIGNATURE_LABELS}
    try:
        look = SignatureLook.model_validate(typed, context=DOOR)
    except ValidationError as error:
        return _page(typed, field_errors(error, SIGNATURE_LABELS)), 422
    change_look(get_desk(), look, by=me().name)
    flash("Tampilan tanda tangan elektronik disimpan; berlaku untuk tanda tangan berikutnya.", "success")
    return redirect(url_for(".edit"), 303)


@blueprint.post("/gambar/<which>")
@may("administer")
def upload(which: str) -> ResponseReturnValue:
    """Set one of the office's pictures, or remove it."""
    if which not in SIGNATURE_IMAGES:
        raise NotFound("Gambar ini tidak ada.")
    png = None
    if not request.form.get("hapus"):
        file = request.files.get(which)
        try:
            png = prepare_emblem(file.read() if file else b"")
        except (DataFileError, PdfError) as error:
            return _page(_look().model_dump(), [FieldError(which, str(error))]), 422
    change_signature_image(get_desk(), which, png, by=me().name)
    flash("Gambar disimpan; dipakai pada tanda tangan berikutnya." if png else "Gambar dihapus.", "success")
    return redirect(url_for(".edit"), 303)


@blueprint.get("/gambar/<which>")
@may("read")
def image(which: str) -> ResponseReturnValue:
    """Return one of the office's pictures."""
    with get_desk().catalogue.read() as tx:
        images = registers.get_signature_images(tx)
    png = {"picture": images.picture, "logo": images.logo}.get(which)
    if png is None:
        raise NotFound("Gambar ini belum ada.")
    return Response(png, mimetype=media_types.PNG, headers={"Cache-Control": "private, no-cache"})


@blueprint.get("/contoh")
@may("read")
def sample() -> ResponseReturnValue:
    """Return a signature as it would look in the size that is asked for; the page asks while it is typed."""
    sizes = {name: request.args.get(name) or getattr(_look(), name) for name in ("width", "height")}
    try:
        look = SignatureLook.model_validate(sizes)
    except ValidationError:
        look = SignatureLook()
    png = sample_picture(get_desk(), look)
    return Response(png, mimetype=media_types.PNG, headers={"Cache-Control": "private, no-cache"})


def _look() -> SignatureLook:
    with get_desk().catalogue.read() as tx:
        return registers.get_office(tx).signature


def _page(typed: Mapping[str, object], errors: list[FieldError]) -> str:
    with get_desk().catalogue.read() as tx:
        images = registers.get_signature_images(tx)
    return render_template(
        "registers/signature_look.html",
        typed=typed,
        errors=errors,
        wrong={error.field: error.message for error in errors},
        labels=SIGNATURE_LABELS,
        images=[(name, label, getattr(images, name) is not None) for name, label in SIGNATURE_IMAGES.items()],
        usual_footer=BSRE_FOOTER,
        connected=get_desk().bsre is not None,
    )
