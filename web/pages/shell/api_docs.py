"""`/api/docs`: the API to read and copy from, made from the OpenAPI document, without any address outside."""

from __future__ import annotations

import json
import shlex
from typing import Any
from urllib.parse import quote

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from storage import media_types
from web.api.resources.health import openapi_document
from web.desk import get_desk

blueprint = Blueprint("api_docs", __name__)


@blueprint.get("/api/docs")
def show() -> ResponseReturnValue:
    """Every call with its parameters, an example and what it answers."""
    document = openapi_document()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            groups.setdefault(operation["tags"][0], []).append(_call(method.upper(), path, operation))
    return render_template("api_docs.html", info=document["info"], groups=groups, public_url=get_desk().public_url)


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
        "answers": [_answer(status, one) for status, one in operation["responses"].items()],
    }


def _answer(status: str, one: dict[str, Any]) -> dict[str, Any]:
    content = one.get("content", {})
    example = next((media["example"] for media in content.values() if "example" in media), None)
    return {
        "status": status,
        "description": one["description"],
        "types": list(content),
        "example": _pretty(example) if example is not None else "",
    }


def _curl(method: str, path: str, operation: dict[str, Any], content: dict[str, Any]) -> str:
    """A line for a shell that calls it, with an example in the place of every value."""
    for one in operation["parameters"]:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", quote(one["schema"]["examples"][0], safe=""))
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
