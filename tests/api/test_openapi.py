"""The OpenAPI document tells the truth: schemathesis calls every operation with valid and invalid requests."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from templates_docx import FOLDER
from tests.support.callers.api import Caller, make_app
from web.api.http.calls import CALLS
from web.api.http.openapi import make_document
from web.api.resources.registers import UPLOADS
from web.api.schemas.request_examples import request_bodies

pytestmark = pytest.mark.office

LETTER = json.loads((FOLDER / "nota_dinas" / "example.json").read_text(encoding="utf-8"))
DOCUMENT = make_document("http://localhost", request_bodies(LETTER))

DOCUMENTED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


class Service:
    """The application under test: named when tests are collected, made when they run."""

    app: Any = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Pass a request on (WSGI)."""
        return self.app(environ, start_response)


SERVICE = Service()
schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.app = SERVICE
schema.config.generation.update(database="none")
few = schemathesis.openapi.from_dict(DOCUMENT)  # some requests of each call, instead of every sort
few.app = SERVICE
few.config.generation.update(database="none")
few.config.phases.coverage.enabled = False
schemathesis.serializer.alias(
    next(type_ for type_ in UPLOADS.types if "spreadsheet" in type_), "application/octet-stream"
)


@pytest.fixture(scope="module")
def token(module_desk: Desk) -> str:
    """One application for all cases of this process, and a token that may write."""
    SERVICE.app = make_app(module_desk)
    return create_token(module_desk, "schemathesis", "admin", [])


@schema.parametrize()
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_documented(case: schemathesis.Case, token: str) -> None:
    """No server error, no undocumented status, media type, header or shape; wrong requests and tokens are refused.

    What fits the schema may still be refused: an asset that is not registered, a step without that number.
    """
    excluded = [positive_data_acceptance]
    if case.operation.path.endswith("/rename"):
        excluded.append(unsupported_method)
    if case.operation.path.endswith(("/import", "/rename")):  # "import" and "x/rename" are keys there, too, to be read
        excluded.append(allow_header_conformance)
    sent = list((case.query or {}).values())
    if "" in sent or any(isinstance(one, dict) for one in sent):  # left out (allowEmptyValue), or sent as its text
        excluded.append(negative_data_rejection)
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=excluded)


@pytest.fixture(scope="module")
def narrow(module_desk: Desk, token: str) -> dict[str, str]:
    """Tokens that only read, or only write, beside the one that may everything."""
    return {scope: create_token(module_desk, scope, scope, []) for scope in ("read", "write")}


@few.parametrize()
@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_who_may_less_is_answered_as_documented(case: schemathesis.Case, narrow: dict[str, str]) -> None:
    """Without a token nothing but what is public is answered, whatever is asked; a token that reads or writes gets what
    is documented or 403 that names what it lacks, and never a fault of ours."""
    if case.method.upper() != case.operation.method.upper():  # which methods there are is asked above
        return
    is_public = case.operation.definition.raw.get("security") == []
    nobody = case.call()
    assert nobody.status_code < 500
    assert is_public or nobody.status_code in (400, 401, 404, 405, 413, 429), nobody.text
    for token in narrow.values():
        headers = {"Authorization": f"Bearer {token}"}
        answer = case.call(headers=headers)
        case.validate_response(answer, headers=headers, checks=DOCUMENTED)
        if answer.status_code == 403:
            assert answer.json()["type"] == "urn:docgen:problem:forbidden"
            assert answer.json().get("missing"), answer.text


def test_every_declared_call_is_served_and_documented(api: Caller) -> None:
    """What `GET /openapi.json` answers, without a token, is OpenAPI 3.1 and holds each route of the API."""
    answer = api.app.test_client().get("/api/v1/openapi.json")
    document = answer.get_json()
    assert answer.status_code == 200
    assert document["openapi"].startswith("3.1.")
    documented = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    routed = {
        (method, rule.rule.replace("<key:", "<").replace("<", "{").replace(">", "}"))
        for rule in api.app.url_map.iter_rules()
        if rule.endpoint.startswith(("api.", "api_operations."))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert documented == routed
    assert len(CALLS) == len(routed)


def test_examples_of_request_bodies_fit_their_schemas() -> None:
    """Every example in the document validates against the schema beside it."""
    checked = 0
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if media:
                root = {**media["schema"], "components": DOCUMENT["components"]}
                errors = [error.message for error in Draft202012Validator(root).iter_errors(media["example"])]
                assert not errors, (method, path)
                checked += 1
    assert checked >= 8


def test_examples_of_answers_fit_their_schemas() -> None:
    """Every JSON answer that went well has an example, and it validates against the schema beside it."""
    checked = 0
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            for status, answer in operation["responses"].items():
                media = answer.get("content", {}).get("application/json", {})
                if "schema" in media:
                    root = {**media["schema"], "components": DOCUMENT["components"]}
                    errors = [error.message for error in Draft202012Validator(root).iter_errors(media["example"])]
                    assert not errors, (method, path, status, media["example"])
                    checked += 1
    assert checked >= 30
