"""The OpenAPI 3.1 document, made from the declared calls and their pydantic models."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel, TypeAdapter

from storage import media_types
from web.api.http.calls import CALLS, Call, Media
from web.api.http.problems import PendingProblem, Problem
from web.api.http.rate_limit import HEADERS as RATE_HEADERS
from web.api.http.schema_samples import sample

_PART = re.compile(r"<(?:\w+:)?(\w+)>")
_PARTS = {
    "nibar": ("NIBAR, percent-encoded; it may hold slashes, dots and spaces", "045.2/INV-KOM/0012/2016"),
    "id": ("Id, as another call returned it", "01kasv5d8b6n3h9w2q7x4y1zte"),
    "sha256": (
        "SHA-256 of the file, as `revisions[].attachments[].sha256` tells it",
        "e3b0c44298fc1c149afbf4c8996fb924",
    ),
    "code": ("Code of an archived bundle, as its cover prints it", "01KASV5D8B6N3H9W2Q7X4Y1ZTE"),
    "number": ("Number of a volume, from 1", "2"),
    "version": ("Number of a version of the kind, from 1; 0 where the delivered or installed kind is meant", "1"),
    "kind": ("Slug of the kind, one of GET /kinds", "nota_dinas"),
}
_INFO = """Official letters of an SOP: numbered, archived, findable by asset and step.

Authenticate with `Authorization: Bearer <token>` (`docgen token create`). Errors are problem details (RFC 9457) whose
`detail` and `errors[].message` are Indonesian sentences for the person at the screen. Lists answer `{items, next}`;
pass `next` back as `cursor` for the following page, or follow the header `Link` with rel="next". Answers carry an
`ETag` (send it as `If-None-Match`), `X-Request-Id`, and `RateLimit-Limit`, `-Remaining` and `-Reset` of the token.

A token of scope `read` reads; `write` also issues, decides, files and keeps registers; `admin` also keeps webhooks. A
token may be limited to assets or procedures: documents and dossiers outside of them are not found (404), making one
there, and calls that concern the whole office, are forbidden (403)."""
_ETAG = "Names this answer; send it as If-None-Match to be told 304 while nothing changed"
_PROBLEMS = {
    400: "The body is not JSON",
    401: "No token, or an unknown or revoked one",
    403: "The token's scope or limits forbid this",
    404: "There is no such thing, or it lies outside the limits of the token",
    409: "The state of the thing forbids this",
    412: "Somebody else changed it since the version that If-Match names",
    413: "The body is larger than 32 MB",
    415: "The body's media type is not accepted",
    416: "The byte range lies outside the file",
    422: "Values are missing or wrong; see `errors`",
    428: "If-Match lacks: say which version is changed",
    429: "Too many calls with this token, or letters of it in the making; ask again after `Retry-After` seconds",
    500: "A fault of the service; quote `X-Request-Id`",
    502: "BSrE answered something else than the signed letter; it is kept for the administrator",
    503: "Database, archive or LibreOffice is away, or a disk is full; ask again after `Retry-After` seconds",
}


def make_document(public_url: str, examples: dict[str, Any]) -> dict[str, Any]:
    """Return the whole document. `examples` holds a request body by name of the call."""
    shapes = _shapes()
    schemas, definitions = TypeAdapter.json_schemas(
        [(key, mode, adapter) for (key, mode), adapter in shapes.items()], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for declared in CALLS:
        operation = _operation(declared, schemas, examples.get(declared.name))
        paths.setdefault(_PART.sub(r"{\1}", declared.rule), {})[declared.method.lower()] = operation
    _add_samples(paths, definitions.get("$defs", {}))
    return {
        "openapi": "3.1.0",
        "info": {"title": "docgen", "version": version("docgen"), "description": _INFO},
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
            },
        },
    }


def _add_samples(paths: dict[str, dict[str, Any]], definitions: Mapping[str, Any]) -> None:
    """Add an example beside the schema of every successful JSON answer."""
    for item in paths.values():
        for operation in item.values():
            for answer in operation["responses"].values():
                media = answer.get("content", {}).get(media_types.JSON)
                if media and "schema" in media:
                    media["example"] = sample(media["schema"], definitions)


def _shapes() -> dict[tuple[str, Any], TypeAdapter[Any]]:
    """Return every body that goes in (validation) or out (serialization), by a key of its own."""
    adapters: dict[tuple[str, Any], TypeAdapter[Any]] = {}
    for shape in (Problem, PendingProblem):
        adapters[shape.__name__, "serialization"] = TypeAdapter(shape)
    for declared in CALLS:
        json = declared.body.json if isinstance(declared.body, Media) else declared.body
        if json is not None:
            adapters[declared.name, "validation"] = TypeAdapter(json)
        for status, shape in declared.returns.items():
            if shape is not None and not isinstance(shape, Media):
                adapters[f"{declared.name}:{status}", "serialization"] = TypeAdapter(shape)
    return adapters


def _operation(declared: Call, schemas: Any, example: Any) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": declared.name,
        "summary": declared.summary,
        "description": " ".join(declared.description.split()),
        "tags": [declared.tag],
        "security": _security(declared),
        "parameters": _parameters(declared),
    }
    if declared.body is not None:
        operation["requestBody"] = {
            "required": not declared.optional_body,
            "content": _request_content(declared, declared.body, schemas, example),
        }
    answers = {str(status): _answer(declared, status, schemas) for status in declared.returns}
    if _has_etag(declared):
        answers["304"] = {"description": "What If-None-Match names is still so", "headers": _headers({"ETag": _ETAG})}
    operation["responses"] = answers | {str(status): _problem(status, schemas) for status in _statuses(declared)}
    return operation


def _security(declared: Call) -> list[dict[str, list[str]]]:
    if declared.action is None:
        return []
    return [{"token": []}, {"session": []}] if declared.takes_own_session else [{"token": []}]


def _request_content(declared: Call, body: type[BaseModel] | Media, schemas: Any, example: Any) -> dict[str, Any]:
    """Return the body by media type: JSON, and a file as multipart or raw."""
    content: dict[str, Any] = {}
    if isinstance(body, Media):
        part = {"type": "string", "contentMediaType": "application/octet-stream"}
        upload: dict[str, Any] = {"type": "object", "properties": {"file": part}, "required": ["file"]}
        if body.form is not None:
            form = body.form.model_json_schema()
            upload["properties"] = {**form["properties"], "file": part}
            upload["required"] = [*form.get("required", []), "file"]
        content = {"multipart/form-data": {"schema": upload}} | {type_: {} for type_ in body.types}
    if not isinstance(body, Media) or body.json is not None:
        media = {"schema": schemas[declared.name, "validation"]} | ({"example": example} if example else {})
        content[media_types.JSON] = media
    return content


def _answer(declared: Call, status: int, schemas: Any) -> dict[str, Any]:
    shape = declared.returns[status]
    headers = {"X-Request-Id": "Names this request in the service's log", **declared.answer_headers}
    if declared.action is not None:
        headers |= RATE_HEADERS
    if _has_etag(declared):
        headers["ETag"] = _ETAG
    if isinstance(shape, type) and "next" in getattr(shape, "model_fields", {}):
        headers["Link"] = 'The following page, rel="next" (RFC 8288); left out on the last one'
    answer: dict[str, Any] = {"description": HTTPStatus(status).phrase, "headers": _headers(headers)}
    if isinstance(shape, Media):
        answer["content"] = {type_: {} for type_ in shape.types}
    elif shape is not None:
        answer["content"] = {media_types.JSON: {"schema": schemas[f"{declared.name}:{status}", "serialization"]}}
    return answer


def _headers(meanings: Mapping[str, str]) -> dict[str, Any]:
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in meanings.items()}


def _has_etag(declared: Call) -> bool:
    """Return whether the answer is JSON made for this call, which has an ETag of its own."""
    shape = declared.returns.get(200)
    return declared.method == "GET" and shape is not None and not isinstance(shape, Media)


def _statuses(declared: Call) -> list[int]:
    """Return the statuses of problems: those of every call, those that follow from how it is declared, and its own."""
    statuses = {*declared.problems, 500}
    if declared.action is not None:
        statuses |= {401, 403, 429, 503}
    if declared.body is not None:
        statuses |= {400, 413, 415, 422}
    if declared.query is not None:
        statuses.add(422)
    if _PART.search(declared.rule):
        statuses.add(404)
    return sorted(statuses - set(declared.returns))


def _problem(status: int, schemas: Any) -> dict[str, Any]:
    model = PendingProblem if status in (502, 503) else Problem
    answer: dict[str, Any] = {
        "description": _PROBLEMS[status],
        "content": {media_types.PROBLEM: {"schema": schemas[model.__name__, "serialization"]}},
    }
    if status in (429, 503):
        answer["headers"] = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
    if status == 401:
        answer["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return answer


def _parameters(declared: Call) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = []
    for name in _PART.findall(declared.rule):
        text, example = _PARTS[name]
        schema = {"type": "string", "minLength": 1, "examples": [example]}
        parameters.append({"name": name, "in": "path", "required": True, "description": text, "schema": schema})
    if declared.query is not None:
        parameters += _query_parameters(declared.query)
    for name, text in declared.headers.items():
        schema = {"type": "string", "minLength": 1, "maxLength": 255}
        parameters.append({"name": name, "in": "header", "description": text, "schema": schema})
    return parameters


def _query_parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    parameters = []
    schema = model.model_json_schema()
    for name, property in schema["properties"].items():
        flat = dict(property)
        for choice in flat.pop("anyOf", []):  # left out is None here, and nothing at all in an address
            if choice != {"type": "null"}:
                flat |= choice
        if flat.get("default") in (None, ""):
            flat.pop("default", None)
        text = flat.pop("description", "")
        required = name in schema.get("required", [])
        parameter = {"name": name, "in": "query", "required": required, "description": text, "schema": flat}
        parameters.append(parameter | {"allowEmptyValue": True})
    return parameters
