"""No view, form, model or digest sees a passphrase: it is taken out of the body before anything reads that."""

from __future__ import annotations

import inspect
import json
import sys
import time
from io import BytesIO
from typing import Any
from urllib.parse import quote_plus

import pytest
from flask import Flask, request

from docgen.desk import Desk
from tests.door.conftest import app_at
from tests.support.callers.front_door import ask, served
from web.secret_fields import ENDPOINTS, LARGEST, register, sent_secret

TEXTS = ["kunci rahasia", "a+b&c=d%41;", 'kutip " dan \\ \t\n', "naïve é 漢 😀", "x", "\x01\x7f", "~" * 3000]


@pytest.fixture(scope="module")
def app() -> Flask:
    """An application of one view, which tells what it saw."""
    app = Flask(__name__)
    register(app)

    @app.post("/")
    def show() -> dict[str, Any]:
        file = request.files["berkas"].read().decode() if request.files else ""
        raw = b"" if request.files else request.get_data(cache=True)
        seen = repr([raw, request.form, request.get_json(silent=True)])
        secrets = {name: sent_secret(name) for name in ("passphrase", "totp")}
        values = {name: secret.take().decode(errors="replace") for name, secret in secrets.items() if secret}
        again = sent_secret("passphrase")
        return {
            "seen": seen,
            "values": values,
            "again": again is not None,
            "json": request.get_json(silent=True),
            "file": file,
        }

    return app


def sent(app: Flask, body: bytes, kind: str) -> Any:
    return app.test_client().post("/", data=body, content_type=kind).get_json()


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("is_ascii", [True, False])
def test_of_json_it_arrives_whole_and_stays_nowhere(app: Flask, text: str, is_ascii: bool) -> None:
    """However it is escaped; all else of the body is as it was sent, and it can be asked for once."""
    body = {"official": "sekda", "passphrase": text, "list": [{"passphrase": "dalam"}, "passphrase"], "x": 1.5}
    answer = sent(app, json.dumps(body, ensure_ascii=is_ascii).encode(), "application/json; charset=utf-8")
    assert answer["values"] == {"passphrase": text}
    assert answer["again"] is False
    assert answer["json"] == body | {"passphrase": answer["json"]["passphrase"]}
    assert set(answer["json"]["passphrase"]) == {"x"}
    if text != "x":
        assert text not in answer["seen"]
        assert json.dumps(text)[1:-1] not in answer["seen"]


@pytest.mark.parametrize("text", TEXTS)
def test_of_a_form_as_well(app: Flask, text: str) -> None:
    """Percent signs and pluses mean what forms mean by them."""
    body = f"official=sekda&passphrase={quote_plus(text)}&totp=123456&alasan=a+b".encode()
    answer = sent(app, body, "application/x-www-form-urlencoded")
    assert answer["values"] == {"passphrase": text, "totp": "123456"}
    assert "('alasan', 'a b')" in answer["seen"]
    if text != "x":
        assert quote_plus(text) not in answer["seen"]
    assert "123456" not in answer["seen"]


@pytest.mark.parametrize("text", TEXTS)
def test_of_a_form_with_files_as_well(app: Flask, text: str) -> None:
    """Parts of other names, and what a file holds, are left alone."""
    file = (BytesIO(b'name="passphras"\r\n\r\nisi berkas\r\n--'), "passphrase.txt")
    values = {"alasan": "a+b", "passphrase": text, "totp": "123456", "berkas": file}
    answer = app.test_client().post("/", data=values).get_json()
    assert answer["values"] == {"passphrase": text, "totp": "123456"}
    assert "('alasan', 'a+b')" in answer["seen"]
    assert "isi berkas" in answer["file"]
    assert text == "x" or text not in answer["seen"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"passphrase": "kunci',
        b'{"passphrase": ["kunci"]}',
        b'{"passphrase": null}',
        b'{"passphrase"}',
        b'[{"passphrase": "kunci"}]',
        b'{"passphrase": "\\ud83d"}',
        b'{"passphrase": "\\ud83d\\u0041", "totp": "\\ud83d\\uffff"}',
        b'{"passphrase": "\\u12"}',
        b'{"passphrase": "\\uzzzz"}',
        b'{"a": "passphrase", "b": ":"}',
        b'"' * 1001,
        b"[" * 500,
        b'{"passphrase": "' + b"\\" * 1001,
        b"\x00\xff{",
        b"",
    ],
)
def test_what_is_no_such_body_is_left_to_the_view(app: Flask, body: bytes) -> None:
    """Nothing is raised, and quickly: broken JSON is the view's to refuse."""
    answer = app.test_client().post("/", data=body, content_type="application/json")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("kind", "part", "before"),
    [
        ("application/json", b'\\"', b'{"passphrase": "'),
        ("application/json", b'"passphrase":"a",', b"{"),
        ("application/json", b"\\u", b'{"passphrase": "'),
        ("application/x-www-form-urlencoded", b"&passphrase=%", b""),
        ("multipart/form-data; boundary=a", b'name="passphrase"\r\n\r\n', b""),
        ("multipart/form-data; boundary=a", b' name="passphrase"', b""),
        ("multipart/form-data; boundary=a", b' name="passphrase"\r\na: b\r\n', b""),
    ],
)
def test_a_body_made_to_be_slow_is_not(kind: str, part: bytes, before: bytes) -> None:
    """The largest body that is looked at takes no more than a moment, whatever is repeated in it."""
    app = Flask(__name__)
    register(app)
    body = before + part * ((LARGEST - len(before)) // len(part))
    begin = time.process_time()
    with app.test_request_context("/", method="POST", data=body, content_type=kind):
        app.preprocess_request()
    assert time.process_time() - begin < 1.0


def test_the_last_of_two_counts(app: Flask) -> None:
    """As for every reader of JSON; neither stays in the body."""
    answer = sent(app, b'{"passphrase": "satu-satu", "passphrase":"dua-dua"}', "application/json")
    assert answer["values"] == {"passphrase": "dua-dua"}
    assert "satu" not in answer["seen"]


def test_a_large_body_holds_none(app: Flask) -> None:
    """Beyond the limit nothing is taken, so that the view has no passphrase and refuses."""
    body = json.dumps({"passphrase": "kunci", "x": "a" * LARGEST}).encode()
    assert sent(app, body, "application/json")["values"] == {}


def test_the_application_takes_them(office: Desk) -> None:
    """The service's own application does so before any function of its own reads a form."""
    app = app_at(office, "http://localhost")
    first = next(iter(app.before_request_funcs[None]))
    assert first.__module__ == "web.secret_fields"


def test_what_asks_for_a_secret_takes_no_large_body(office: Desk) -> None:
    """Each view that reads one is refused at the door what nothing would be taken out of."""
    app = app_at(office, "http://localhost")
    readers = {
        module for module in sys.modules if module.startswith("web.") and "sent_secret" in vars(sys.modules[module])
    }
    views = {name: inspect.getmodule(inspect.unwrap(app.view_functions[name])) for name in ENDPOINTS}
    assert {module.__name__ for module in views.values() if module} == readers - {"web.secret_fields"}
    with served(app) as port:
        for path in ("/api/v1/signatures", "/api/v1/drafts/x/sign", "/tanda-tangan/kata-sandi"):
            status, text, _ = ask(port, "POST", path, body=bytes(LARGEST + 1))
            assert (status, "256 KB" in text) == (413, True), path
