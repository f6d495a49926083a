"""What is printed, sent and written into files opens the page that it names."""

from __future__ import annotations

import ast
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from docgen.links import API, BUNDLE, DECIDE_DOCUMENT, DECIDE_DRAFT, DOCUMENT, DOSSIER, SHARE, VERIFICATION, Links

ROOT = Path(__file__).parents[3]
LINKS = Links("https://naskah.example")


def test_every_address_is_a_page_or_a_resource(app: Flask) -> None:
    """The routes of the service answer at what is printed and sent, with the code, id or token that stands there."""
    routes = app.url_map.bind("naskah.example")

    def opened(address: str) -> tuple[str, dict[str, str]]:
        endpoint, values = routes.match(urlsplit(address).path, "GET")
        return endpoint, dict(values)

    assert opened(LINKS.document("01ka")) == ("document.show", {"id": "01ka"})
    assert opened(LINKS.verification("7K2M")) == ("verify.show", {"code": "7K2M"})
    assert opened(LINKS.bundle("B4X9")) == ("bundles.show", {"id": "b4x9"})
    assert opened(LINKS.dossier("01kd")) == ("dossiers.show", {"id": "01kd"})
    assert opened(LINKS.share("a.b")) == ("shares.show", {"token": "a.b"})
    assert opened(f"{DECIDE_DOCUMENT}01ka") == ("deciding.document", {"id": "01ka"})
    assert opened(f"{DECIDE_DRAFT}01ka") == ("deciding.draft", {"id": "01ka"})
    assert opened(LINKS.api("documents/01ka"))[1] == {"id": "01ka"}


def test_a_printed_address_never_changes() -> None:
    """Paper that hangs in an office since the first version opens what it opened then: not a letter may differ."""
    assert LINKS.document("01ka") == "https://naskah.example/d/01ka"
    assert LINKS.verification("7K2M9QXW4TRB0HVD") == "https://naskah.example/verifikasi/7K2M9QXW4TRB0HVD"
    assert LINKS.bundle("B4X9") == "https://naskah.example/bundel/b4x9"
    assert LINKS.share("id.token") == "https://naskah.example/s/id.token"


def test_one_file_spells_them() -> None:
    """No other file of docgen holds the beginning of one in a text of its own."""
    beginnings = (API, BUNDLE, DECIDE_DOCUMENT, DECIDE_DRAFT, DOCUMENT, DOSSIER, SHARE, VERIFICATION)
    spelled = {
        path.name
        for path in (ROOT / "docgen").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(beginnings)
    }
    assert spelled == {"links.py"}
