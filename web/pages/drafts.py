"""Forms in progress: saved while typing, previewed while typing, and the search for assets inside the form."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from urllib.parse import quote

from flask import Blueprint, current_app, flash, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from ulid import ULID

from docgen.desk import Desk
from docgen.desk.pipeline import Produced
from docgen.desk.preview import preview
from docgen.errors import ConverterError, FieldError, InvalidSubmission, NotFound, TemplateError
from docgen.kinds import Kind
from docgen.render.pages import page_png
from storage.catalogue import registers, work
from storage.errors import RecordMissing
from storage.records import Draft
from web.desk import get_desk
from web.pages import compose_form
from web.pages.access import may, me
from web.pages.compose_form import Body

blueprint = Blueprint("drafts", __name__, url_prefix="/buat")

FRESH = 20.0  # seconds a preview is kept: long enough to turn its pages, short enough for a changed register
KEPT = 16  # previews kept in memory, about 100 KB each


def save(desk: Desk, user: str, id: str, body: Body) -> str:
    """Keep a form as this user's draft and return its id; an id of nobody or of another person begins a new one."""
    if id:
        try:
            load(desk, user, id)
        except RecordMissing:
            id = ""
    id = id or str(ULID()).lower()
    with desk.catalogue.write() as tx:
        work.put_draft(tx, Draft(id=id, user=user, body=body, updated_at=desk.now()))
    return id


def load(desk: Desk, user: str, id: str) -> Body:
    """The form of a draft. Raises RecordMissing."""
    with desk.catalogue.read() as tx:
        return work.get_draft(tx, id, user).body


def forget(desk: Desk, user: str, id: str) -> None:
    """Remove a draft; nothing happens when there is none."""
    if id:
        with desk.catalogue.write() as tx:
            work.remove_draft(tx, id, user)


@blueprint.post("/draf")
@may("issue")
def autosave() -> ResponseReturnValue:
    """Keep what is typed right now; asked by the page every few seconds."""
    body = _read()[1]
    desk = get_desk()
    id = save(desk, me().name, request.form.get("draf", ""), body)
    return jsonify(id=id)


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
        found = registers.search_assets(tx, request.args.get("q", "")[:200], limit=12)
    return jsonify([one.model_dump(include={"nibar", "name", "brand", "serial", "location"}) for one in found])


@blueprint.post("/diketahui")
@may("issue")
def known() -> ResponseReturnValue:
    """What each field would be filled with, as the form shows it, for the assets and dates chosen right now."""
    kind, body = _read()
    return jsonify(compose_form.known_values(get_desk(), kind, body))


@blueprint.post("/pratinjau")
@may("issue")
def picture() -> ResponseReturnValue:
    """A page of the document as it would be issued now, as PNG; with `bentuk=pdf` the whole PDF.

    What is still empty shows the sheet's example; the header X-Docgen-Kurang names it.
    """
    kind, body = _read()
    try:
        produced, lacking = _produce(get_desk(), kind, body)
    except InvalidSubmission as invalid:
        return _refuse(invalid.errors, 422)
    except (ConverterError, TemplateError) as error:
        return _refuse([FieldError("", str(error))], 503)
    if request.args.get("bentuk") == "pdf":
        response = make_response(produced.pdf)
        response.content_type = "application/pdf"
        response.headers["Content-Disposition"] = f'inline; filename="Pratinjau {kind.slug}.pdf"'
    else:
        page = min(max(request.form.get("halaman", 1, type=int), 1), produced.pages)
        width = min(max(request.form.get("lebar", 900, type=int), 300), 1400)
        response = make_response(page_png(produced.pdf, page, width=width))
        response.content_type = "image/png"
        response.headers["X-Docgen-Halaman"] = str(page)
    response.headers["X-Docgen-Jumlah"] = str(produced.pages)
    response.headers["X-Docgen-Kurang"] = quote(", ".join(lacking))  # headers hold ASCII only
    response.headers["Cache-Control"] = "no-store"
    return response


def _read() -> tuple[Kind, Body]:
    """The form that a script sends. Raises NotFound."""
    kind = get_desk().kinds.get(request.form.get("kind", ""))
    if kind is None:
        raise NotFound("Jenis naskah ini tidak ada lagi.")
    step = request.form.get("step", 0, type=int)
    return kind, compose_form.read_form(request.form, kind, request.form.get("procedure", ""), step)


def _refuse(errors: list[FieldError], code: int) -> ResponseReturnValue:
    return jsonify(errors=[{"field": error.field, "message": error.message} for error in errors]), code


def _produce(desk: Desk, kind: Kind, body: Body) -> tuple[Produced, list[str]]:
    """The preview, made or remembered, and the labels of what was filled with examples."""
    memory = _memory()
    key = f"{me().name}:{compose_form.body_hash(body)}"
    known = memory.get(key)
    if known is None:
        known = _fresh(desk, kind, body)
        memory.put(key, known)
    return known


def _fresh(desk: Desk, kind: Kind, body: Body) -> tuple[Produced, list[str]]:
    try:
        return preview(desk, compose_form.to_request(body)), []
    except InvalidSubmission as invalid:
        filled = compose_form.with_examples(body, kind, invalid.errors, desk)
        if filled is None:
            raise
    return preview(desk, compose_form.to_request(filled[0])), filled[1]


class _Memory:
    """The last previews, so that turning a page does not make the document again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, tuple[Produced, list[str]]]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> tuple[Produced, list[str]] | None:
        with self._lock:
            made, value = self._kept.get(key, (0.0, None))
        return value if time.monotonic() - made < FRESH else None

    def put(self, key: str, value: tuple[Produced, list[str]]) -> None:
        with self._lock:
            self._kept[key] = (time.monotonic(), value)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def _memory() -> _Memory:
    memory: _Memory = current_app.extensions.setdefault("previews", _Memory())
    return memory
