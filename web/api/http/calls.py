"""One call of the API: declared once, by `@call`, for the router, for the checks at the door and for OpenAPI."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from pydantic import BaseModel, TypeAdapter
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

from docgen.links import API
from docgen.permissions import Permission
from storage import media_types
from storage.text import is_storable
from web.api.http.auth import authorise
from web.api.http.own_session import let_in_by_session
from web.api.http.request_input import read_body, read_query
from web.desk import get_desk
from web.proxy import LOCAL
from web.route_rules import Rule, declare

P = ParamSpec("P")
R = TypeVar("R")

blueprint = Blueprint("api", __name__, url_prefix=API)
operations = Blueprint("api_operations", __name__)


class KeyConverter(BaseConverter):
    """A key as the last part of an address, with any slashes it holds (NIBAR of older inventories)."""

    regex = ".+"
    part_isolating = False


@dataclass(frozen=True)
class Media:
    """Bytes instead of JSON; `types` are their media types.

    As a body it may come as multipart, too, beside what `form` says; or instead as `json`.
    """

    types: tuple[str, ...]
    form: type[BaseModel] | None = None
    json: type[BaseModel] | None = None


@dataclass(frozen=True)
class Answer:
    """What a call returns besides a model with its usual status: a status and headers of its own."""

    model: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A declared call. `returns` gives the model (or list of it) by status; None is an answer without a body."""

    method: str
    rule: str
    name: str
    summary: str
    description: str
    tag: str
    action: Permission | None
    query: type[BaseModel] | None
    body: type[BaseModel] | Media | None
    returns: Mapping[int, Any]
    problems: tuple[int, ...]
    headers: Mapping[str, str]
    answer_headers: Mapping[str, str]
    office_wide: bool
    takes_own_session: bool
    optional_body: bool = False
    local: bool = False


CALLS: list[Call] = []


def call(
    method: str,
    rule: str,
    summary: str,
    *,
    tag: str,
    action: Permission | None,
    returns: Mapping[int, Any],
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | Media | None = None,
    problems: tuple[int, ...] = (),
    headers: Mapping[str, str] | None = None,
    answer_headers: Mapping[str, str] | None = None,
    on: Blueprint = blueprint,
    office_wide: bool = True,
    takes_own_session: bool = False,
    instead: Permission | None = None,
    optional_body: bool = False,
    local: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Declare a view as a call: it gets `query` and `body` as models and returns a model, an Answer or a Response.

    `action` is what the caller must be allowed to do; None makes the call public. `problems` are the statuses of
    errors beyond those every call may answer; `headers` and `answer_headers` are further headers with their meaning.
    One that `takes_own_session` also lets in whoever is signed in on a page, for what is his own.
    `instead` is as good as `action`. An `office_wide` call concerns the whole office and is refused to tokens with
    limits; any other checks them itself. With an `optional_body` nothing sent is a body that says nothing. A `local`
    call also answers programs on this machine, without a token; what came through a proxy is none of these.
    The returned value is checked against `returns`, so that the OpenAPI document is true.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Response]:
        shapes = {status: _adapter(shape) for status, shape in returns.items()}

        @wraps(view)
        def answered(**parts: Any) -> Response:
            is_let_in = (takes_own_session and let_in_by_session()) or (local and request.environ[LOCAL])
            if action is not None and not is_let_in:
                authorise(action, instead, office_wide=office_wide)
            if not all(is_storable(part) for part in parts.values()):
                raise NotFound
            if query is not None:
                parts["query"] = read_query(query)
            if isinstance(body, type):
                is_empty = optional_body and not request.get_data()
                parts["body"] = body() if is_empty else read_body(body)
            return _respond(view(**parts), shapes)

        asks = (
            Rule(
                "permission",
                action,
                instead or "",
                system=True,
                office_wide=office_wide,
                own_session=takes_own_session,
                local=local,
            )
            if action is not None
            else Rule("public", reason=summary)
        )
        on.add_url_rule(rule, view_func=declare(answered, asks), methods=[method])
        CALLS.append(
            Call(
                method,
                f"{on.url_prefix or ''}{rule}",
                view.__name__,
                summary,
                view.__doc__ or "",
                tag,
                action,
                query,
                body,
                returns,
                problems,
                headers or {},
                answer_headers or {},
                office_wide,
                takes_own_session,
                optional_body,
                local,
            )
        )
        return answered

    return decorate


def _adapter(shape: Any) -> TypeAdapter[Any] | None:
    return None if shape is None or isinstance(shape, Media) else TypeAdapter(shape)


def _respond(result: Any, shapes: Mapping[int, TypeAdapter[Any] | None]) -> Response:
    if isinstance(result, Response):
        return result
    answer = result if isinstance(result, Answer) else Answer(result, next(iter(shapes)))
    shape = shapes[answer.status]
    if shape is None:
        response = Response(b"", answer.status, dict(answer.headers))
        del response.headers["Content-Type"]
        return response
    checked = shape.validate_python(answer.model)
    body = shape.dump_json(checked, by_alias=True)
    response = Response(body, answer.status, dict(answer.headers), content_type=media_types.JSON)
    following = getattr(checked, "next", None)
    if following is not None:
        response.headers["Link"] = f'<{_following(following)}>; rel="next"'
    if request.method in ("GET", "HEAD") and answer.status == 200:
        if "ETag" not in answer.headers:  # a draft is named by its version, which a change then names
            response.set_etag(hashlib.sha256(body).hexdigest())
        response.make_conditional(request)
    return response


def _following(cursor: str) -> str:
    """Return the address of the next page of the requested list (RFC 8288)."""
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    return f"{get_desk().public_url}{request.path}?{urlencode([*query, ('cursor', cursor)])}"
