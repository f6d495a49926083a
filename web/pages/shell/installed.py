"""docgen as an app on a phone: its manifest, its service worker, and the page that says that there is no connection.

The worker keeps this service's own files and that page, nothing of a letter: others may use the same computer.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.pages.shell.access import home_path, public
from web.pages.shell.filters import office

blueprint = Blueprint("installed", __name__)

NAME = "Naskah Dinas"
COLOUR = "#123f5f"  # of the masthead
ICONS = (192, 512)  # pixels, made of lambang.svg


@blueprint.get("/manifest.webmanifest")
@public("The app is installed before signing in.")
def manifest() -> ResponseReturnValue:
    """Send what a phone needs to know to show this office's docgen among its apps."""
    this_office = office()
    name = (this_office.short_name or this_office.name) if this_office else ""
    icons = [
        {
            "src": url_for("static", filename=f"ikon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in ICONS
        for purpose in ("any", "maskable")
    ]
    described = {
        "id": home_path(),
        "name": f"{NAME} {name}".strip(),
        "short_name": NAME,
        "lang": "id",
        "start_url": home_path(),
        "scope": home_path(),
        "display": "standalone",
        "background_color": COLOUR,
        "theme_color": COLOUR,
        "icons": icons,
        "shortcuts": [{"name": "Putuskan", "url": url_for("deciding.queue")}],
    }
    return Response(json.dumps(described, ensure_ascii=False), mimetype="application/manifest+json")


@blueprint.get("/luring")
@public("The app is installed before signing in.")
def offline() -> ResponseReturnValue:
    """Show that there is no connection; the worker keeps this page, so it tells nothing of anybody."""
    return make_response(render_template("offline.html"))


@blueprint.get("/sw.js")
@public("The app is installed before signing in.")
def worker() -> ResponseReturnValue:
    """Send the service worker: at the root, because it serves the whole site."""
    bootstrap = current_app.extensions["bootstrap"]
    kept = [
        url_for("installed.offline"),
        *(url_for("static", filename=name) for name in ("docgen.css", "offline.js", "lambang.svg")),
        _css_address(str(bootstrap.load_css())),
    ]
    script = (files("web") / "static/sw.js").read_text("utf-8")
    script = script.replace('"{KEPT}"', json.dumps(kept)).replace("{VERSION}", _version())
    script = script.replace("{ROOT}", request.script_root)
    return Response(script, mimetype="text/javascript")


def _css_address(tag: str) -> str:
    """Return the address in a link to a style sheet."""
    return tag.partition('href="')[2].partition('"')[0]


@cache
def _version() -> str:
    """Return a word that changes with any file that the worker may keep."""
    digest = hashlib.sha256()
    folder = files("web") / "static"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        digest.update(file.name.encode() + file.read_bytes())
    digest.update((files("web") / "templates/offline.html").read_bytes())
    return digest.hexdigest()[:16]
