"""Error pages: what happened, and what to do now."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, TooManyRequests

from docgen.desk.access.roles import people_who_may
from docgen.desk.revisions.journal import DocumentFailed, DocumentPending
from docgen.errors import DocgenError, Forbidden, bounded
from storage.errors import StorageError
from storage.records import Document
from web.api.http.request_id import request_id, route
from web.desk import get_desk
from web.errors import RETRY_AFTER, http_error
from web.pages.shell.access import wants_json
from web.pages.shell.kept_form import ask_to_sign_in, keep_form, offer_again
from web.pages.shell.message_translation import translate
from wording import say

Handler = Callable[[Any], ResponseReturnValue]

log = logging.getLogger("docgen.web")

PAGES = {
    400: ("Permintaan tidak dapat dibaca", "Kembali ke halaman sebelumnya, muat ulang, lalu coba lagi."),
    403: ("Akun Anda tidak berwenang membuka ini", "Buka halaman lain dari menu, atau kembali ke Beranda."),
    404: ("Halaman tidak ditemukan", "Periksa alamatnya, atau cari naskahnya di Arsip."),
    405: ("Halaman ini tidak dapat dibuka langsung", "Mulai dari Beranda, lalu pakai tombol yang tersedia."),
    409: (
        "Tidak dapat dilakukan pada keadaan sekarang",
        "Muat ulang halaman sebelumnya untuk melihat keadaan terbaru.",
    ),
    410: ("Tautan ini sudah tidak berlaku", "Minta tautan baru kepada yang memberikannya."),
    413: (
        "Berkas terlalu besar",
        "Ukuran unggahan paling besar 32 MB. Perkecil atau bagi berkasnya, lalu unggah lagi.",
    ),
    422: ("Ada isian yang belum benar", "Kembali ke halaman sebelumnya dan perbaiki isiannya."),
    429: ("Terlalu banyak percobaan", "Tunggu satu menit, lalu coba lagi."),
    500: (
        "Ada kesalahan pada layanan",
        "Coba sekali lagi. Bila tetap gagal, sebutkan jam dan nomor permintaan ini kepada administrator.",
    ),
    503: ("Layanan sedang terhalang", "Tunggu sebentar, lalu coba lagi. Yang sudah bernomor tidak hilang."),
}

MOST_NAMES = 5  # of people to ask
FAILED = ("Naskah ini tidak dapat dibuat", "Buka naskahnya: di sana isiannya diperbaiki atau nomornya dibatalkan.")
PENDING_TEXT = ("Sudah tercatat, arsipnya menyusul", "Jangan diulang. Buka naskahnya untuk melihat keadaannya.")


def register(app: Flask) -> None:
    """Answer errors of pages; whatever is asked under /api/ is left to the API's own handlers."""
    for kind, handler in (
        (CSRFError, _stale),
        (DocgenError, _answer_known),
        (StorageError, _answer_known),
        (HTTPException, _http),
    ):
        theirs: Any = app.error_handler_spec[None][None].get(kind)
        app.register_error_handler(kind, _unless_api(handler, theirs))
    app.after_request(_retry_after)


def _unless_api(ours: Handler, theirs: Handler | None) -> Handler:
    """Wrap a handler so that the API's own addresses keep the API's answer."""

    def choose(error: Exception) -> ResponseReturnValue:
        return theirs(error) if theirs is not None and request.path.startswith("/api/") else ours(error)

    return choose


def _http(error: HTTPException) -> ResponseReturnValue:
    if request.path.startswith("/api/") or error.code is None or error.code < 400:
        return error  # a redirect is one, too
    if isinstance(error, TooManyRequests):
        return _wait(error)
    return _page(error.code)


def _wait(error: TooManyRequests) -> ResponseReturnValue:
    """Tell for how long: each pause may be longer than the one before."""
    seconds = int(str(error.retry_after or 60))
    minutes = math.ceil(seconds / 60)
    advice = say("Tunggu {minutes} menit, lalu coba lagi.", minutes=minutes) if minutes > 1 else ""
    response = make_response(_page(429, advice=advice))
    response.headers["Retry-After"] = str(seconds)
    return response


def _answer_known(error: Exception) -> ResponseReturnValue:
    answer = http_error(error)
    code = answer.status if answer is not None else 500
    if code == 500:
        log.error("%s: %s", route(), error)
    if isinstance(error, DocumentPending):
        return _pending(error)
    advice = _whom_to_ask() if isinstance(error, Forbidden) and error.missing else ""
    response = make_response(_page(code, str(error), advice))
    if answer is not None and answer.retry_after is not None:
        response.headers["Retry-After"] = str(answer.retry_after)
    return response


def _whom_to_ask() -> str:
    """Return who keeps the accounts, and so can give a permission that is missing; "" for who is not signed in."""
    if not current_user.is_authenticated:
        return ""
    names = [user.full_name or user.name for user in people_who_may(get_desk(), "accounts")]
    shown = ", ".join(names[:MOST_NAMES])
    return say("Yang mengatur akun dan peran di kantor ini: {names}.", names=shown) if names else ""


def _pending(error: DocumentPending) -> ResponseReturnValue:
    """Show that the number or decision is safe: nobody may send it again, and the document's page shows the rest."""
    if isinstance(error, DocumentFailed):
        title, advice = FAILED
        return _page(422, str(error), advice, title=title, document=error.document)
    title, advice = PENDING_TEXT
    return _page(503, str(error), advice, title=title, document=error.document)


def _stale(error: CSRFError) -> ResponseReturnValue:
    """Offer a form without a valid token again: its session ended or began anew in another tab. Nothing is lost."""
    if wants_json():
        return jsonify(
            error=translate("Sesi Anda sudah berganti. Muat ulang halaman ini; draf terakhir tersimpan.")
        ), 401
    if request.endpoint in ("account.sign_in", "account.sign_out"):
        return _page(400, "Halaman masuk ini sudah terlalu lama terbuka.", "Buka lagi halaman masuk, lalu coba lagi.")
    if request.blueprint == "password_links":  # who uses these cannot sign in
        return redirect(request.script_root + request.path, 303)
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    kept_form = keep_form()
    if kept_form:
        response = make_response(offer_again(kept_form))
        response.status_code = 400
        return response
    return _page(400, "Permintaan ini tidak berasal dari halaman layanan ini, sehingga tidak dijalankan.")


def _page(
    code: int, message: str = "", advice: str = "", *, title: str = "", document: Document | None = None
) -> ResponseReturnValue:
    """Show the error page; `document` is one to go on with."""
    heading, usual = PAGES.get(code, PAGES[500])
    message = bounded(message)
    if wants_json():
        return jsonify(error=translate(message or heading)), code
    words = {"title": title or heading, "message": message, "advice": advice or usual}
    quoted = request_id() if code == 500 else ""
    return render_template("error.html", code=code, document=document, request_id=quoted, **words), code


def _retry_after(response: Response) -> Response:
    """Add Retry-After to every page that says a service is away."""
    if response.status_code == 503:
        response.headers.setdefault("Retry-After", str(RETRY_AFTER))
    return response
