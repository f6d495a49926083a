"""A small asset register of another office, as a process of its own: plain HTTP, nothing of docgen's code.

    register.py DOCGEN_URL TOKEN

It prints its address, shows a page for each asset with the documents of a step and a button that opens docgen's picker,
keeps the links it was given, and takes webhooks whose signature it checks itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import sys
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DOCGEN, TOKEN = sys.argv[1:3]
STATE: dict[str, Any] = {"secret": "", "events": [], "refused": 0}
PAGE = """<!doctype html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Aset {nibar}</title>
<style>
body {{ margin: 0 auto; max-width: 60rem; padding: 1rem; font: 16px/1.5 sans-serif; background: #f4f1ea; color: #222 }}
h1 {{ margin: 0 0 .5rem; font-size: 1.4rem }}
iframe {{ display: block; width: 100%; height: 25rem; margin-top: 1rem; border: 1px solid #999; background: #fff }}
ul {{ padding-left: 1.2rem }}
#terpilih {{ overflow-wrap: anywhere }}
</style>
<p>Sistem Informasi Barang Daerah (contoh aplikasi lain)</p><h1>Aset {nibar}</h1>
<p>Naskah pemeliharaan, langkah 2:</p>
<ul id="naskah">{rows}</ul><button id="pilih">Pilih naskah</button> <a id="terpilih"></a>
<iframe id="bingkai" title="Pilih naskah"></iframe>
<script>
const docgen = "{docgen}";
const asked = new URLSearchParams({{asal: location.origin, aset: "{nibar}"}});
document.getElementById("pilih").onclick = () => window.open(`${{docgen}}/pilih?${{asked}}`, "docgen");
document.getElementById("bingkai").src = `${{docgen}}/pilih?${{asked}}`;
window.addEventListener("message", (event) => {{
  if (event.origin !== docgen || event.data.type !== "docgen.picked") return;
  const link = document.getElementById("terpilih");
  link.href = event.data.href;
  link.dataset.id = event.data.id;
  link.textContent = `${{event.data.title}} (${{event.data.number}})`;
}});
</script>"""


def ask(path: str, accept: str = "application/json") -> bytes:
    """Ask docgen with the token."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": accept}
    request = urllib.request.Request(DOCGEN + path, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: bytes = answer.read()
        return found


def genuine(headers: Any, body: bytes) -> bool:
    """Whether a message is docgen's, and of the last five minutes (Standard Webhooks)."""
    id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "0")
    key = base64.b64decode(STATE["secret"].removeprefix("whsec_"))
    signed = f"{id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    known = any(hmac.compare_digest(one, expected) for one in headers.get("webhook-signature", "").split())
    return known and abs(time.time() - int(timestamp)) < 300


class Handler(BaseHTTPRequestHandler):
    """The register's pages."""

    def do_GET(self) -> None:
        """`/aset/{nibar}`: its page; `/events`: what docgen told."""
        path = urllib.parse.urlsplit(self.path).path
        if path == "/events":
            self._send(json.dumps(STATE).encode(), "application/json")
            return
        nibar = urllib.parse.unquote(path.removeprefix("/aset/"))
        query = urllib.parse.urlencode({"asset": nibar, "procedure": "pemeliharaan", "step": 2})
        found = json.loads(ask(f"/api/v1/documents?{query}"))["items"]
        rows = "".join(f'<li><a href="{one["links"]["page"]}">{html.escape(one["number"])}</a></li>' for one in found)
        self._send(PAGE.format(nibar=nibar, rows=rows, docgen=DOCGEN).encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        """`/secret`: the webhook's secret; `/docgen`: an event."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/secret":
            STATE["secret"] = body.decode()
        elif genuine(self.headers, body):
            event = json.loads(body)
            if event["id"] not in [one["id"] for one in STATE["events"]]:
                STATE["events"].append(event)
        else:
            STATE["refused"] += 1
            self.send_error(401)
            return
        self._send(b"", "text/plain")

    def log_message(self, format: str, *args: Any) -> None:
        """Be quiet."""

    def _send(self, body: bytes, type_: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", type_)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
