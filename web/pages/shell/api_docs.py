"""`/api/docs`: the API to read and copy from, made from the OpenAPI document, without any address outside."""

from __future__ import annotations

import json
import shlex
from typing import Any
from urllib.parse import quote

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from storage import media_types
from web.api.resources.health import openapi_document
from web.desk import get_desk
from web.pages.shell.access import public

blueprint = Blueprint("api_docs", __name__)

FIRST = ("Documents",)  # of the groups of calls, what people come for


@blueprint.get("/api/docs")
@public("How the API is called is no secret.")
def show() -> ResponseReturnValue:
    """Show every call with its parameters, an example and its answers."""
    document = openapi_document()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            groups.setdefault(operation["tags"][0], []).append(_call(method.upper(), path, operation))
    groups = {tag: groups[tag] for tag in sorted(groups, key=lambda tag: tag not in FIRST)}
    return render_template("api_docs.html", info=document["info"], groups=groups, with_code=with_code)


def with_code(text: str) -> Markup:
    """Return a text of the OpenAPI document with what stands between backticks as code."""
    parts = text.split("`")
    return Markup().join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def _call(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    return {
        "id": operation["operationId"],
        "method": method,
        "path": path,
        "summary": operation["summary"],
        "description": operation["description"],
        "parameters": operation["parameters"],
        "types": list(content),
        "curl": _curl(method, path, operation, content),
        "answers": [_answer(status, response) for status, response in operation["responses"].items()],
    }


def _answer(status: str, response: dict[str, Any]) -> dict[str, Any]:
    content = response.get("content", {})
    example = next((media["example"] for media in content.values() if "example" in media), None)
    return {
        "status": status,
        "description": response["description"],
        "types": list(content),
        "example": _pretty(example) if example is not None else "",
    }


def _curl(method: str, path: str, operation: dict[str, Any], content: dict[str, Any]) -> str:
    """Return a line for a shell that calls it, with an example in the place of every value."""
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(parameter["schema"]["examples"][0], safe=""))
    verb = "" if method == "GET" or (method == "POST" and content) else f"-X {method} "
    lines = [f"curl {verb}{shlex.quote(get_desk().public_url + path)}"]
    if operation["security"]:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if media_types.JSON in content:
        example = content[media_types.JSON].get("example", {})
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(json.dumps(example, ensure_ascii=False))}"]
    elif "multipart/form-data" in content:
        lines.append("-F file=@berkas")
    return " \\\n  ".join(lines)


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
