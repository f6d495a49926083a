"""Forms in progress: saved while typing, previewed while typing, and the search for assets inside the form."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import quote

from flask import Blueprint, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from docgen.desk import Desk
from docgen.desk.drafts.drafts import LONGEST_SAVE_ID, Save, find_draft, save_draft
from docgen.desk.drafts.planning import number_at
from docgen.desk.drafts.requests import request_of
from docgen.desk.drafts.show import NO_NUMBER
from docgen.desk.issuing.preview import preview
from docgen.desk.revisions.pipeline import Produced
from docgen.errors import Conflict, ConverterError, FieldError, InvalidSubmission, NotFound, TemplateError
from docgen.foreign import find_text_boxes
from docgen.forms.printed_text import printed_date, printed_texts
from docgen.kinds.kind import Kind
from storage import media_types
from storage.catalogue import registers
from storage.errors import RecordConflict
from web.desk import get_desk
from web.pages.shell.access import limits, may, me
from web.pages.shell.filters import moment
from web.pages.shell.live_page import refuse_live_page, send_live_page
from web.pages.shell.message_translation import translate
from web.pages.writing import compose_dossier, compose_form
from web.pages.writing.compose_form import Body, read_letter_form
from web.short_memory import short_memory
from wording import say

blueprint = Blueprint("drafts", __name__, url_prefix="/buat")

MAX_FOUND_ASSETS = 20  # in the picker
FRESH = 20.0  # seconds a preview is kept: long enough to turn its pages, short enough for a changed register
MARKED_ASSETS = 40  # assets looked for on the page
LONGEST_KEY = 255
ISSUED_ALREADY = "Naskah dari formulir ini sudah terbit; drafnya sudah tidak ada."

Shown = tuple[Produced, list[str], Body]  # the preview, the labels of what examples filled, the form as shown


def save_in_form(*, anew: bool = False) -> Save:
    """Return how the page names the save that it sent."""
    return Save(
        key=request.form.get("kunci", "")[:LONGEST_KEY],
        draft=request.form.get("draf", ""),
        base_version=request.form.get("versi", 0, type=int),
        id=request.form.get("simpan", "")[:LONGEST_SAVE_ID],
        unanswered=request.form.get("semula", "").split(),
        forced=bool(request.form.get("paksa")),
        anew=anew,
    )


@blueprint.post("/draf")
@may("issue")
def autosave() -> ResponseReturnValue:
    """Save what is being typed; the page asks every few seconds. 409 when another tab saved something else.

    409 while officials have the draft in hand, and when the letter of the form is issued: a save that was under way
    meanwhile brings no draft back. A page where somebody types on sends it once more with `baru`, which begins another
    draft.
    """
    _, body = _read()
    desk = get_desk()
    save = save_in_form(anew=bool(request.form.get("baru")))
    try:
        draft = save_draft(desk, me().name, body, save)
    except RecordConflict as conflict:
        saved = find_draft(desk, me().name, save)
        if saved is None:
            raise
        message = translate(
            say("{conflict} Disimpan di sana {moment}.", conflict=conflict, moment=moment(saved.updated_at))
        )
        return jsonify(error=message, conflict=True, id=saved.id), 409
    except Conflict as in_hands:
        return jsonify(error=translate(str(in_hands))), 409
    if draft is None:
        return jsonify(error=translate(ISSUED_ALREADY), issued=True), 409
    return jsonify(id=draft.id, version=draft.version)


@blueprint.get("/aset.json")
@may("read")
def find_assets() -> ResponseReturnValue:
    """Return assets for the picker: each word of `q` in name, brand, serial, NIBAR or location."""
    with get_desk().catalogue.read() as tx:
        matches = registers.search_assets(tx, request.args.get("q", "")[:200], limit=MAX_FOUND_ASSETS)
    return jsonify([asset.model_dump(include={"nibar", "name", "brand", "serial", "location"}) for asset in matches])


@blueprint.post("/diketahui")
@may("issue")
def known() -> ResponseReturnValue:
    """Return the values each field would be filled with for the chosen assets and dates, as the form shows them."""
    kind, body = _read()
    return jsonify(compose_form.known_values(get_desk(), kind, body))


@blueprint.post("/berkas")
@may("issue")
def dossiers() -> ResponseReturnValue:
    """Return the field of dossiers for the chosen assets, as the form shows it."""
    kind, body = _read()
    desk = get_desk()
    with desk.catalogue.read() as tx:
        place = compose_dossier.dossier_field(desk, tx, kind, body)
    return render_template("compose/dossier.html", place=place, wrong={})


@blueprint.post("/pratinjau")
@may("issue")
def picture() -> ResponseReturnValue:
    """Send a page of the document as it would be issued now, as PNG; with `bentuk=pdf` the whole PDF.

    What is still empty shows the sheet's example; the header X-Docgen-Kurang names it.
    """
    return send_preview(*_read())


def send_preview(kind: Kind, body: Body) -> ResponseReturnValue:
    """Send the preview of a form, as `picture` says."""
    try:
        produced, missing_examples, _ = _produce(get_desk(), kind, body)
    except InvalidSubmission as invalid:
        return refuse_live_page(invalid.errors, 422)
    except (ConverterError, TemplateError) as error:
        return refuse_live_page([FieldError("", str(error))], 503)
    if request.args.get("bentuk") != "pdf":
        return send_live_page(produced.pdf, produced.pages, missing_examples)
    response = make_response(produced.pdf)
    response.content_type = media_types.PDF
    response.headers["Content-Disposition"] = f'inline; filename="Pratinjau {kind.slug}.pdf"'
    response.headers["X-Docgen-Jumlah"] = str(produced.pages)
    response.headers["X-Docgen-Kurang"] = quote(", ".join(missing_examples))  # headers hold ASCII only
    return response


@blueprint.post("/letak")
@may("issue")
def places() -> ResponseReturnValue:
    """Return where the form's fields stand on the pages of its preview, for clicking there; empty without one."""
    kind, body = _read()
    desk = get_desk()
    try:
        produced, _, preview = _produce(desk, kind, body)
    except (InvalidSubmission, ConverterError, TemplateError):
        return jsonify(places=[])
    with desk.catalogue.read() as tx:
        officials = {item.id: item for item in registers.list_officials(tx)}
        assets = list(registers.find_assets(tx, preview["assets"]).values())
    texts = {
        **printed_texts(kind.sheet, preview["data"], officials),
        "assets": [word for item in assets[:MARKED_ASSETS] for word in (item.name, item.serial, item.nibar)],
        "date": printed_date(preview["date"]),
        "signer": [officials[preview["signer"]].name] if preview["signer"] in officials else [],
    }
    boxes = find_text_boxes(produced.pdf, texts)
    return jsonify(
        places=[{"field": name, **asdict(box)} for name, boxes_of_field in boxes.items() for box in boxes_of_field]
    )


def _read() -> tuple[Kind, Body]:
    """Return the form that a script sends. Raises NotFound."""
    kind = get_desk().kinds.get(request.form.get("kind", ""))
    if kind is None:
        raise NotFound("Jenis naskah ini tidak ada lagi.")
    step = request.form.get("step", 0, type=int)
    return kind, read_letter_form(request.form, kind, request.form.get("procedure", ""), step)


def _produce(desk: Desk, kind: Kind, body: Body) -> Shown:
    """Return the preview, from memory or made now."""
    shown: Shown = short_memory("previews", FRESH).get(
        f"{me().name}:{compose_form.body_hash(body)}", lambda: _render_preview(desk, kind, body)
    )
    return shown


def _render_preview(desk: Desk, kind: Kind, body: Body) -> Shown:
    with desk.catalogue.read() as tx:
        number = NO_NUMBER if number_at(desk, tx, kind.slug) == "signature" else ""
    try:
        return preview(desk, request_of(body), limits(), number=number), [], body
    except InvalidSubmission as invalid:
        filled = compose_form.with_examples(body, kind, invalid.errors, desk)
        if filled is None:
            raise
    return preview(desk, request_of(filled[0]), limits(), number=number), filled[1], filled[0]
