"""One address for people and systems: a page, JSON or the PDF, by `Accept`; by token or by session."""

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
from storage.catalogue.searching.search import Filter, search_documents
from storage.catalogue.visibility.limits import Limits
from storage.errors import StorageError
from web.api.http.auth import authorise, limits, read_document
from web.api.http.problems import answer_error
from web.api.resources.documents import send_pdf
from web.api.schemas import answers, views
from web.desk import get_desk
from web.pages.shell import access
from web.pages.shell.access import me
from wording import say

Form = Literal["page", "json", "pdf"]
_TYPES: dict[str, Form] = {"text/html": "page", media_types.JSON: "json", media_types.PDF: "pdf"}
MOST = 200  # documents in one answer


def asked_form() -> Form:
    """Return the requested form; `Accept: */*` gives a person the page, and a system with a token JSON."""
    order = [media_types.JSON, media_types.PDF, "text/html"] if has_token() else list(_TYPES)
    return _TYPES[request.accept_mimetypes.best_match(order, order[0]) or order[0]]


def document_as(form: Form, id: str) -> ResponseReturnValue:
    """Return a document as JSON (its record, as the API has it) or as PDF; errors as problem details."""

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


def documents_as(form: Form, criteria: Filter) -> ResponseReturnValue:
    """Show the documents of an asset or step, newest first, or send the PDF of the newest in force."""

    def answer() -> ResponseReturnValue:
        by_token = _enter()
        desk = get_desk()
        with desk.catalogue.read() as tx:
            within = limits() if by_token else access.limits()
            matches = search_documents(tx, _within(criteria, within), limit=MOST + 1)
            if not matches and not _is_known(tx, criteria.asset, within):
                raise NotFound(
                    say("Aset {nibar} tidak ada dalam daftar aset dan tidak punya naskah.", nibar=repr(criteria.asset))
                )
            if form == "json":
                items = views.found_documents(desk, tx, matches[:MOST], within)
                following = items[-1].id if len(matches) > MOST else None
                return _json(answers.DocumentPage(items=items, next=following))
        in_force = next((document for document in matches if document.status == "issued" and document.revision), None)
        if in_force is None:
            raise NotFound("Di sini belum ada naskah yang berlaku.")
        (read_document if by_token else access.read_document)(in_force.id)
        response = make_response(send_pdf(in_force.id))
        response.headers["Content-Location"] = desk.links.document(in_force.id)
        return response

    return _answered(answer)


def _is_known(tx: Connection, nibar: str, within: Limits) -> bool:
    """Return whether the caller may know that such an asset exists."""
    assets_by_nibar = registers.find_assets(tx, [nibar])
    return bool(assets_by_nibar) and (
        not within.assets or any(asset.nibar in within.assets for asset in assets_by_nibar.values())
    )


def _within(criteria: Filter, within: Limits) -> Filter:
    return Filter(**{**criteria.__dict__, "within": within})


def has_token() -> bool:
    """Return whether a system asks, with a token."""
    return request.authorization is not None and request.authorization.type == "bearer"


def _enter() -> bool:
    """Check that a known caller asks; return whether it is a token. Raises Unauthorized, Forbidden."""
    if has_token():
        authorise("read", office_wide=False)
        return True
    if not current_user.is_authenticated:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "docgen"}))
    require(me().caller, "read")
    return False


def _answered(answer: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    try:
        response = make_response(answer())
    except (DocgenError, StorageError, HTTPException) as error:
        response = answer_error(error)
    return vary(response)


def vary(response: Response) -> Response:
    """Tell caches to keep the forms apart, and each person's answer from another's."""
    response.vary.update(("Accept", "Authorization", "Cookie"))
    return response


def _json(model: BaseModel) -> Response:
    response = jsonify(model.model_dump(mode="json", by_alias=True))
    response.add_etag()
    response.make_conditional(request)
    return response
