"""Who calls: another system, known by its bearer token (RFC 6750)."""

from __future__ import annotations

from typing import cast

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from docgen.desk.access.secret_readings import note_reading
from docgen.desk.access.tokens import find_caller
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.rights import Caller, may, require
from docgen.errors import Forbidden
from docgen.permissions import Permission
from docgen.work_context import set_caller
from storage.catalogue import dossiers
from storage.catalogue.aliases import resolve, resolve_all
from storage.catalogue.visibility.limits import Limits
from storage.errors import RecordMissing
from storage.records import Token
from web.api.http.rate_limit import count_call
from web.desk import get_desk
from web.rate_limits import caller_address
from wording import say

_LIMITED = "Token ini dibatasi pada aset atau prosedur tertentu, sehingga tidak boleh melakukan itu."


def authorise(action: Permission, instead: Permission | None = None, *, office_wide: bool = True) -> None:
    """Find the caller and check that it may do `action`, or `instead`; tokens with limits make no `office_wide` call.

    Raises Unauthorized, Forbidden, TooManyRequests, StoreUnavailable.
    """
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        count_call(caller_address())
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "docgen"}))
    shown = find_caller(get_desk(), authorization.token)
    if shown is None:
        count_call(caller_address())
        challenge = WWWAuthenticate("bearer", {"realm": "docgen", "error": "invalid_token"})
        raise Unauthorized(www_authenticate=challenge)
    g.caller, g.asker = shown
    count_call(caller().id)
    set_caller(f"token:{caller().id}")
    require(asker(), action, instead)
    if office_wide and is_limited():
        raise Forbidden(_LIMITED)


def caller() -> Token:
    """Return the token of this request."""
    return cast(Token, g.caller)


def asker() -> Caller:
    """Return the caller as the rules of `docgen.desk.rights` know it."""
    return cast(Caller, g.asker)


def is_limited() -> bool:
    """Return whether the caller's token is limited to assets or procedures."""
    return bool(caller().assets or caller().procedures)


def limits() -> Limits:
    """Return what the caller may know of."""
    return asker().within


def see_document(id: str) -> None:
    """Raise RecordMissing unless the caller may know of this document: it must look absent."""
    if not limits():
        return
    with get_desk().catalogue.read() as tx:
        if not may(asker(), "read", tx, id):
            raise RecordMissing(say("Naskah {id} tidak ada dalam arsip.", id=repr(id)))


def read_document(id: str) -> None:
    """Check as `see_document` for a view that shows content; the reading of a secret letter is recorded."""
    see_document(id)
    note_reading(get_desk(), [id], caller().name)


def see_dossier(id: str) -> None:
    """Raise RecordMissing unless the caller may know of this dossier: it must look absent."""
    if not limits():
        return
    with get_desk().catalogue.read() as tx:
        if not dossiers.is_dossier_visible(tx, id, limits()):
            raise RecordMissing(say("Berkas {id} tidak ada.", id=repr(id)))


def see_asset(nibar: str) -> None:
    """Raise RecordMissing unless the caller may know of this asset: it must look absent."""
    if not limits().assets:
        return
    with get_desk().catalogue.read() as tx:
        if resolve(tx, nibar) not in limits().assets:
            raise RecordMissing(say("Aset {nibar} tidak ada dalam daftar aset.", nibar=repr(nibar)))


def may_make(body: DocumentRequest) -> Limits:
    """That the caller may make such a document: of its procedures, and on its assets alone. Raises Forbidden.

    Returns the caller's limits: dossiers and documents outside of them are to look absent.
    """
    kind = get_desk().kinds.get(body.kind)
    if is_limited() and kind is not None and "recap" in kind.needs:
        raise Forbidden("Naskah ini merangkum naskah seluruh kantor, jadi tidak boleh dibuat token yang dibatasi.")
    within = limits()
    if within.procedures and body.procedure not in within.procedures:
        raise Forbidden(
            say("Token ini tidak boleh membuat naskah prosedur {procedure}.", procedure=repr(body.procedure))
        )
    if within.assets:
        with get_desk().catalogue.read() as tx:
            renamed = resolve_all(tx, body.assets)
        foreign = [nibar for nibar in body.assets if renamed.get(nibar, nibar) not in within.assets]
        if foreign or not body.assets:
            which = f"tentang aset {foreign[0]!r}" if foreign else "tanpa aset"
            raise Forbidden(say("Token ini tidak boleh membuat naskah {which}.", which=which))
    return within
