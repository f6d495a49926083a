"""One call of the API: declared once, by `@call`, for the router, for the checks at the door and for OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, Response
from pydantic import BaseModel, TypeAdapter
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

from docgen.desk.accounts import Action
from web.api.auth import authorise
from web.api.door import read_body, read_query, storable

P = ParamSpec("P")
R = TypeVar("R")

PREFIX = "/api/v1"
blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
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
    action: Action | None
    query: type[BaseModel] | None
    body: type[BaseModel] | Media | None
    returns: Mapping[int, Any]
    problems: tuple[int, ...]
    headers: Mapping[str, str]
    answer_headers: Mapping[str, str]


CALLS: list[Call] = []


def call(
    method: str,
    rule: str,
    summary: str,
    *,
    tag: str,
    action: Action | None,
    returns: Mapping[int, Any],
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | Media | None = None,
    problems: tuple[int, ...] = (),
    headers: Mapping[str, str] | None = None,
    answer_headers: Mapping[str, str] | None = None,
    on: Blueprint = blueprint,
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Declare a view as a call: it gets `query` and `body` as models and returns a model, an Answer or a Response.

    `action` is what the caller must be allowed to do; None makes the call public. `problems` are the statuses of
    errors beyond those every call may answer; `headers` and `answer_headers` are further headers with their meaning.
    What is returned is checked against `returns`, so that the document tells the truth.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Response]:
        shapes = {status: _adapter(shape) for status, shape in returns.items()}

        @wraps(view)
        def answered(**parts: Any) -> Response:
            if action is not None:
                authorise(action)
            if not all(storable(part) for part in parts.values()):
                raise NotFound
            if query is not None:
                parts["query"] = read_query(query)
            if isinstance(body, type):
                parts["body"] = read_body(body)
            return _respond(view(**parts), shapes)

        on.add_url_rule(rule, view_func=answered, methods=[method])
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
    body = b"" if shape is None else shape.dump_json(shape.validate_python(answer.model), by_alias=True)
    response = Response(body, answer.status, dict(answer.headers), content_type="application/json")
    if shape is None:
        del response.headers["Content-Type"]
    return response
