"""Forms in progress: saved while typing, previewed while typing, and the search for assets inside the form."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import asdict
from urllib.parse import quote

from flask import Blueprint, current_app, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from ulid import ULID

from docgen.desk import Desk
from docgen.desk.issuing.preview import preview
from docgen.desk.revisions.pipeline import Produced
from docgen.errors import ConverterError, FieldError, InvalidSubmission, NotFound, TemplateError
from docgen.foreign import find_text_boxes, page_png
from docgen.forms.printed_text import printed_date, printed_texts
from docgen.kinds.kind import Kind
from storage import media_types
from storage.catalogue import drafts, registers
from storage.errors import RecordConflict, RecordMissing
from storage.records import Draft
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.filters import moment
from web.pages.shell.message_translation import told
from web.pages.writing import compose_dossier, compose_form
from web.pages.writing.compose_form import Body, read_form

blueprint = Blueprint("drafts", __name__, url_prefix="/buat")

FOUND = 20  # assets told to the picker
FRESH = 20.0  # seconds a preview is kept: long enough to turn its pages, short enough for a changed register
MARKED_ASSETS = 40  # assets looked for on the page
_LONGEST_SAVE_ID = 40
KEPT = 16  # previews kept in memory, about 100 KB each

Shown = tuple[Produced, list[str], Body]  # the preview, the labels of what examples filled, the form as shown


def save(desk: Desk, user: str, id: str, body: Body, *, seen: int | None = None, save_id: str = "") -> Draft:
    """Keep a form as this user's draft; an id of nobody or of another person begins a new one.

    `seen` is the version that was changed; None writes over any. Raises RecordConflict when it is no longer the last.
    """
    if id:
        try:
            load(desk, user, id)
        except RecordMissing:
            id = ""
    draft = Draft(id=id or str(ULID()).lower(), user=user, body=body, updated_at=desk.now(), save_id=save_id)
    with desk.catalogue.write() as tx:
        return draft.model_copy(update={"version": drafts.put_draft(tx, draft, seen=seen)})


def load(desk: Desk, user: str, id: str) -> Draft:
    """A draft of this user. Raises RecordMissing."""
    with desk.catalogue.read() as tx:
        return drafts.get_draft(tx, id, user)


def save_form(desk: Desk, user: str, id: str, body: Body) -> Draft:
    """Keep the form that was just sent as this user's draft.

    A page names each save (`simpan`) and those of which it did not hear that they arrived (`semula`: the page was
    reloaded, the network was cut); what one of these left is written over. Raises RecordConflict when another tab kept
    something else.
    """
    save_id = request.form.get("simpan", "")[:_LONGEST_SAVE_ID]
    try:
        return save(desk, user, id, body, seen=_seen_version(), save_id=save_id)
    except RecordConflict:
        there = load(desk, user, id)
        if there.body == body:
            return there
        if there.save_id not in request.form.get("semula", "").split():
            raise
        return save(desk, user, id, body, seen=there.version, save_id=save_id)


def _seen_version() -> int | None:
    """The version of the draft that the sent form was made from; None where it shall be written over."""
    return None if request.form.get("paksa") else request.form.get("versi", type=int)


def forget(desk: Desk, user: str, id: str) -> None:
    """Remove a draft; nothing happens when there is none."""
    if id:
        with desk.catalogue.write() as tx:
            drafts.remove_draft(tx, id, user)


@blueprint.post("/draf")
@may("issue")
def autosave() -> ResponseReturnValue:
    """Keep what is typed right now; asked by the page every few seconds. 409 when another tab kept something else."""
    _, body = _read()
    desk = get_desk()
    id = request.form.get("draf", "")
    try:
        draft = save_form(desk, me().name, id, body)
    except RecordConflict as conflict:
        there = load(desk, me().name, id)
        return jsonify(error=told(f"{conflict} Disimpan di sana {moment(there.updated_at)}."), conflict=True), 409
    return jsonify(id=draft.id, version=draft.version)


@blueprint.post("/draf/<id>/hapus")
@may("issue")
def remove(id: str) -> ResponseReturnValue:
    """Throw a draft away."""
    forget(get_desk(), me().name, id)
    flash("Draf dihapus.", "success")
    return redirect(url_for("home.home"), 303)


@blueprint.get("/aset.json")
@may("read")
def find_assets() -> ResponseReturnValue:
    """Assets for the picker: each word of `q` in name, brand, serial, NIBAR or location."""
    with get_desk().catalogue.read() as tx:
        found = registers.search_assets(tx, request.args.get("q", "")[:200], limit=FOUND)
    return jsonify([one.model_dump(include={"nibar", "name", "brand", "serial", "location"}) for one in found])


@blueprint.post("/diketahui")
@may("issue")
def known() -> ResponseReturnValue:
    """What each field would be filled with, as the form shows it, for the assets and dates chosen right now."""
    kind, body = _read()
    return jsonify(compose_form.known_values(get_desk(), kind, body))


@blueprint.post("/berkas")
@may("issue")
def dossiers() -> ResponseReturnValue:
    """The field of dossiers for the assets chosen right now, as the form shows it."""
    kind, body = _read()
    desk = get_desk()
    with desk.catalogue.read() as tx:
        place = compose_dossier.dossier_field(desk, tx, kind, body)
    return render_template("compose/dossier.html", place=place, wrong={})


@blueprint.post("/pratinjau")
@may("issue")
def picture() -> ResponseReturnValue:
    """A page of the document as it would be issued now, as PNG; with `bentuk=pdf` the whole PDF.

    What is still empty shows the sheet's example; the header X-Docgen-Kurang names it.
    """
    kind, body = _read()
    try:
        produced, lacking, _ = _produce(get_desk(), kind, body)
    except InvalidSubmission as invalid:
        return _refuse(invalid.errors, 422)
    except (ConverterError, TemplateError) as error:
        return _refuse([FieldError("", str(error))], 503)
    if request.args.get("bentuk") == "pdf":
        response = make_response(produced.pdf)
        response.content_type = media_types.PDF
        response.headers["Content-Disposition"] = f'inline; filename="Pratinjau {kind.slug}.pdf"'
    else:
        page = min(max(request.form.get("halaman", 1, type=int), 1), produced.pages)
        width = min(max(request.form.get("lebar", 900, type=int), 300), 1400)
        response = make_response(page_png(produced.pdf, page, width=width))
        response.content_type = media_types.PNG
        response.headers["X-Docgen-Halaman"] = str(page)
    response.headers["X-Docgen-Jumlah"] = str(produced.pages)
    response.headers["X-Docgen-Kurang"] = quote(", ".join(lacking))  # headers hold ASCII only
    return response


@blueprint.post("/letak")
@may("issue")
def places() -> ResponseReturnValue:
    """Where the fields of the form stand on the pages of its preview, for clicking there; empty while it has none."""
    kind, body = _read()
    desk = get_desk()
    try:
        produced, _, shown = _produce(desk, kind, body)
    except (InvalidSubmission, ConverterError, TemplateError):
        return jsonify(places=[])
    with desk.catalogue.read() as tx:
        officials = {one.id: one for one in registers.list_officials(tx)}
        assets = list(registers.find_assets(tx, shown["assets"]).values())
    wanted = {
        **printed_texts(kind.sheet, shown["data"], officials),
        "assets": [word for one in assets[:MARKED_ASSETS] for word in (one.name, one.serial, one.nibar)],
        "date": printed_date(shown["date"]),
        "signer": [officials[shown["signer"]].name] if shown["signer"] in officials else [],
    }
    boxes = find_text_boxes(produced.pdf, wanted)
    return jsonify(places=[{"field": name, **asdict(box)} for name, found in boxes.items() for box in found])


def _read() -> tuple[Kind, Body]:
    """The form that a script sends. Raises NotFound."""
    kind = get_desk().kinds.get(request.form.get("kind", ""))
    if kind is None:
        raise NotFound("Jenis naskah ini tidak ada lagi.")
    step = request.form.get("step", 0, type=int)
    return kind, read_form(request.form, kind, request.form.get("procedure", ""), step)


def _refuse(errors: list[FieldError], code: int) -> ResponseReturnValue:
    return jsonify(errors=[{"field": error.field, "message": told(error.message)} for error in errors]), code


def _produce(desk: Desk, kind: Kind, body: Body) -> Shown:
    """The preview, made or remembered."""
    memory = _memory()
    key = f"{me().name}:{compose_form.body_hash(body)}"
    known = memory.get(key)
    if known is None:
        known = _fresh(desk, kind, body)
        memory.put(key, known)
    return known


def _fresh(desk: Desk, kind: Kind, body: Body) -> Shown:
    try:
        return preview(desk, compose_form.to_request(body)), [], body
    except InvalidSubmission as invalid:
        filled = compose_form.with_examples(body, kind, invalid.errors, desk)
        if filled is None:
            raise
    return preview(desk, compose_form.to_request(filled[0])), filled[1], filled[0]


class _Memory:
    """The last previews, so that turning a page does not make the document again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, Shown]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Shown | None:
        with self._lock:
            made, value = self._kept.get(key, (0.0, None))
        return value if time.monotonic() - made < FRESH else None

    def put(self, key: str, value: Shown) -> None:
        with self._lock:
            self._kept[key] = (time.monotonic(), value)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def _memory() -> _Memory:
    memory: _Memory = current_app.extensions.setdefault("previews", _Memory())
    return memory
