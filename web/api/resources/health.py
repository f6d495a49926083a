"""Operations: health, readiness, and the OpenAPI document."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from flask import Response, current_app, jsonify, request
from werkzeug.exceptions import NotFound

from docgen.desk.capacity import require_space
from docgen.desk.doctor.probe import HEADER, Seen, is_asked_by_owner, proven
from docgen.desk.issuing.clock_check import clock_problem
from docgen.desk.mirror import mirror_state
from docgen.desk.notices.messages import mail_backlog
from docgen.errors import DocgenError
from docgen.libreoffice.sandbox import missing_protections
from storage import media_types
from storage.errors import StorageError
from web.api.http.calls import Answer, Media, blueprint, call, operations
from web.api.http.openapi import make_document
from web.api.schemas import answers
from web.api.schemas.request_examples import request_bodies
from web.desk import get_desk
from web.proxy import FORWARDING, Forwarding
from web.rate_limits import UNUSED, get_rate_limits
from web.shutdown import is_announced

log = logging.getLogger("docgen.readiness")

_AWAY = {
    "catalogue": "Basis data tidak dapat dipakai sekarang; sebabnya ada di catatan layanan.",
    "store": "Arsip tidak dapat dipakai sekarang; sebabnya ada di catatan layanan.",
    "converter": "LibreOffice tidak dapat dipakai sekarang; sebabnya ada di catatan layanan.",
    "clock": "Jam layanan mundur: sekarang lebih awal daripada naskah terakhir. Betulkan jam komputer.",
    "mail": "Surel tertunda: peladen surel tidak menerimanya; sebabnya ada di catatan layanan.",
    "disk": "Disk layanan hampir penuh: tidak ada naskah baru yang diterima. Kosongkan ruang.",
}


@call("GET", "/healthz", "Alive", tag="Operations", action=None, returns={200: answers.Health}, on=operations)
def get_health() -> answers.Health:
    """Answers as long as the process runs; checks nothing."""
    return answers.Health(status="ok")


@call("GET", "/readyz", "Ready", tag="Operations", action=None, on=operations,
      returns={200: answers.Readiness, 503: answers.Readiness})  # fmt: skip
def get_readiness() -> Answer:
    """Whether catalogue, archive, LibreOffice and disk can be used now; 503 when one cannot, or the service ends.

    `mirror` tells whether what changes in the catalogue reaches the archive: where it does not, letters are issued all
    the same, so the answer is 200 and `degraded`; likewise `redis`, without which each machine counts calls alone, and
    `clock` while it is earlier than when the newest letter was numbered, and `mail`
    while the mail server takes none. Paths and addresses stand in the service's log
    only. `disk` fails while too little room is left on this machine for anything new. `templates` tells which are
    switched off, `sandbox` what this machine cannot close around LibreOffice; neither makes anything fail.
    """
    desk = get_desk()
    parts = {
        "catalogue": _state("catalogue", desk.catalogue.check),
        "store": _state("store", desk.store.check),
        "converter": _state("converter", desk.converter.check),
        "disk": _state("disk", lambda: require_space(desk)),
    }
    ready = all(state == "ok" for state in parts.values()) and not is_announced()
    mirror = _mirror() if ready else "tidak diperiksa"
    redis = get_rate_limits().state()
    clock = _clock() if ready else "tidak diperiksa"
    mail = _mail() if ready else "tidak diperiksa"
    all_ok = (mirror, clock) == ("ok", "ok") and redis in ("ok", UNUSED) and mail in ("ok", UNUSED)
    status = "failed" if not ready else "ok" if all_ok else "degraded"
    off = ", ".join(sorted(desk.switched_off))
    templates = f"dimatikan: {off}; sebabnya ada di catatan layanan" if off else "ok"
    details = {
        "mirror": mirror,
        "clock": clock,
        "redis": redis,
        "mail": mail,
        "templates": templates,
        "sandbox": " ".join(missing_protections()) or "ok",
    }
    return Answer({"status": status, **parts, **details}, 200 if ready else 503)


@call("GET", "/healthz/probe", "How a call arrives", tag="Operations", action=None, on=operations,
      returns={200: answers.Probe}, problems=(404,))  # fmt: skip
def get_probe() -> answers.Probe:
    """For `docgen doctor`: proves that this is its installation, and tells how the call arrived here. 404 to everybody
    who does not prove to know the service's secret key."""
    secret_key = get_desk().secret_key()
    nonce = is_asked_by_owner(request.headers.get(HEADER, ""), secret_key)
    if not nonce:
        raise NotFound
    forwarding: Forwarding = request.environ[FORWARDING]
    seen = Seen(
        neighbour=forwarding.neighbour,
        caller=request.remote_addr or "",
        scheme=request.scheme,
        host=request.host,
        headers=forwarding.headers,
        believed=forwarding.believed,
        now=time.time(),
    )
    return answers.Probe.model_validate(proven(seen, secret_key, nonce))


@call("GET", "/openapi.json", "This document", tag="Operations", action=None, on=blueprint,
      returns={200: Media((media_types.JSON,))})  # fmt: skip
def get_openapi() -> Response:
    """The API as OpenAPI 3.1; for people at /api/docs."""
    return jsonify(openapi_document())


def openapi_document() -> dict[str, Any]:
    """Return the OpenAPI document, made once."""
    if "openapi" not in current_app.extensions:
        desk = get_desk()
        letter = desk.kinds["nota_dinas"].example if "nota_dinas" in desk.kinds else {}
        current_app.extensions["openapi"] = make_document(desk.public_url, request_bodies(letter))
    document: dict[str, Any] = current_app.extensions["openapi"]
    return document


def _state(part: str, check: Callable[[], None]) -> str:
    try:
        check()
    except (DocgenError, StorageError) as error:
        _note(part, str(error))
        return _AWAY[part]
    _note(part, "")
    return "ok"


def _mirror() -> str:
    try:
        return mirror_state(get_desk())
    except StorageError as error:  # it went away just now
        _note("store", str(error))
        return _AWAY["store"]


def _clock() -> str:
    try:
        problem = clock_problem(get_desk())
    except StorageError:
        return "tidak diperiksa"
    _note("clock", problem)
    return _AWAY["clock"] if problem else "ok"


def _mail() -> str:
    desk = get_desk()
    if desk.mail is None:
        return UNUSED
    try:
        backlog = mail_backlog(desk)
    except StorageError:
        return "tidak diperiksa"
    _note("mail", backlog.error if backlog else "")
    return _AWAY["mail"] if backlog else "ok"


def _note(part: str, trouble: str) -> None:
    """Tell the log what is wrong, and that it is over, once: probes ask every few seconds."""
    reported = current_app.extensions.setdefault("readiness", {})
    if reported.get(part, "") != trouble:
        reported[part] = trouble
        log.warning("%s is %s", part, f"not ready: {trouble}" if trouble else "ready again")
