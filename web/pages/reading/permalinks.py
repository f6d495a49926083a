"""One address for people and for systems: a page, JSON or the PDF, by what `Accept` says; by token or by session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from flask import Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from pydantic import BaseModel
from sqlalchemy import Connection
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import HTTPException, Unauthorized

from docgen.desk.rights import require
from docgen.errors import DocgenError, NotFound
from storage import media_types
from storage.catalogue import documents, registers
from storage.catalogue.limits import Limits
from storage.catalogue.search import Filter, search_documents
from storage.errors import StorageError
from web.api.http.auth import authorise, limits, read_document
from web.api.http.problems import answer_error
from web.api.resources.documents import send_pdf
from web.api.schemas import answers, views
from web.desk import get_desk
from web.pages.shell import access
from web.pages.shell.access import me

Form = Literal["page", "json", "pdf"]
_TYPES: dict[str, Form] = {"text/html": "page", media_types.JSON: "json", media_types.PDF: "pdf"}
MOST = 200  # documents in one answer


def asked_form() -> Form:
    """What is asked for. Where anything will do, a person gets the page, and a system with a token JSON."""
    order = [media_types.JSON, media_types.PDF, "text/html"] if has_token() else list(_TYPES)
    return _TYPES[request.accept_mimetypes.best_match(order, order[0]) or order[0]]


def document_as(form: Form, id: str) -> ResponseReturnValue:
    """A document as JSON (its record, as the API has it) or as PDF; errors as problem details."""

    def answer() -> ResponseReturnValue:
        by_token = _enter()
        (read_document if by_token else access.read_document)(id)
        desk = get_desk()
        with desk.catalogue.read() as tx:
            document = documents.get_document(tx, id)
            if form == "json":
                within = limits() if by_token else access.limits()
                return _json(views.document_record(desk, tx, document, within))
        return send_pdf(id)

    return _answered(answer)


def documents_as(form: Form, wanted: Filter) -> ResponseReturnValue:
    """What lies at an asset or a step: a page of documents, newest first, or the PDF of the newest that is in force."""

    def answer() -> ResponseReturnValue:
        by_token = _enter()
        desk = get_desk()
        with desk.catalogue.read() as tx:
            within = limits() if by_token else access.limits()
            found = search_documents(tx, _within(wanted, within), limit=MOST + 1)
            if not found and not _is_known(tx, wanted.asset, within):
                raise NotFound(f"Aset {wanted.asset!r} tidak ada dalam daftar aset dan tidak punya naskah.")
            if form == "json":
                items = views.found_documents(desk, tx, found[:MOST], within)
                following = items[-1].id if len(found) > MOST else None
                return _json(answers.DocumentPage(items=items, next=following))
        in_force = next((one for one in found if one.status == "issued" and one.revision), None)
        if in_force is None:
            raise NotFound("Di sini belum ada naskah yang berlaku.")
        (read_document if by_token else access.read_document)(in_force.id)
        response = make_response(send_pdf(in_force.id))
        response.headers["Content-Location"] = desk.links.document(in_force.id)
        return response

    return _answered(answer)


def _is_known(tx: Connection, nibar: str, within: Limits) -> bool:
    """Whether the caller may know that there is such an asset."""
    there = registers.find_assets(tx, [nibar])
    return bool(there) and (not within.assets or any(one.nibar in within.assets for one in there.values()))


def _within(wanted: Filter, within: Limits) -> Filter:
    return Filter(**{**wanted.__dict__, "within": within})


def has_token() -> bool:
    """Return whether a system asks, with a token."""
    return request.authorization is not None and request.authorization.type == "bearer"


def _enter() -> bool:
    """That somebody known asks; whether it is a token. Raises Unauthorized, Forbidden."""
    if has_token():
        authorise("read", whole=False)
        return True
    if not current_user.is_authenticated:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "docgen"}))
    require(me().user.role, "read")
    return False


def _answered(answer: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    try:
        response = make_response(answer())
    except (DocgenError, StorageError, HTTPException) as error:
        response = answer_error(error)
    return vary(response)


def vary(response: Response) -> Response:
    """A cache must keep the forms apart, and one person's answer from another's."""
    response.vary.update(("Accept", "Authorization", "Cookie"))
    return response


def _json(model: BaseModel) -> Response:
    response = jsonify(model.model_dump(mode="json", by_alias=True))
    response.add_etag()
    response.make_conditional(request)
    return response
