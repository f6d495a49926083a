"""The editor of rich text, ProseMirror: served from its package, from which nothing else is taken.

The package is made for Django, which its editor does not need; `setup.sh` installs it without, and a wheel that
`make wheel` built brings the script along (`hatch_build.py`). Where neither is, a rich text is written in a text area.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, request, url_for

from docgen.errors import NotFound
from web.pages.shell.access import public
from wording import say

blueprint = Blueprint("editor", __name__)

PACKAGE = "django-prose-editor"
_FILE = "static/django_prose_editor/editor.js"
_BUNDLED = Path(__file__).parents[2] / "bundled"  # in a wheel


@blueprint.get("/penyunting.js")
@public("A script of the service itself.")
def script() -> Response:
    """Send the editor's script; its address changes with its version. Raises NotFound where it is not installed."""
    if not editor_version():
        raise NotFound(say("Penyunting teks belum terpasang. Jalankan setup.sh lagi."))
    response = Response(_script(), mimetype="text/javascript")
    response.set_etag(editor_version())
    response.make_conditional(request)
    return response


def editor_address() -> str:
    """Return the address of the editor's script; "" where it is not installed."""
    return url_for("editor.script", v=editor_version()) if editor_version() else ""


@cache
def editor_version() -> str:
    """Return the version of the installed editor; "" for none."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        bundled = _BUNDLED / "editor-version.txt"
        return bundled.read_text().strip() if bundled.exists() else ""


@cache
def _script() -> bytes:
    bundled = _BUNDLED / "editor.js"
    return bundled.read_bytes() if bundled.exists() else (files("django_prose_editor") / _FILE).read_bytes()
