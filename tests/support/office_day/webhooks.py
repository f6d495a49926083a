"""Another system that is told of events, and what it receives."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.office_day.letters import Letters, wait_for
from tests.support.office_day.pages import Person
from tests.support.office_day.recorder import Recorder

_PORT = 48321  # always the same: it stands in the register and in the audit log
_EVENTS = ["document.issued", "document.endorsed", "document.voided"]


def tell(recorder: Recorder, admin: Person, letters: Letters) -> None:
    """Tell a system of a letter that is issued, decided on and voided."""
    letters.json("POST", "/webhooks", {"url": "ftp://x", "events": ["document.read"]})
    with _listener() as messages:
        address = f"http://127.0.0.1:{_PORT}/docgen"
        hook = letters.json("POST", "/webhooks", {"url": address, "events": _EVENTS})
        letters.get("/webhooks")
        letter = letters.issue(letters.body("nota_dinas", "pemeliharaan", 2) | {"dossier": "new"})
        wait_for(lambda: len(messages) == 1)
        letters.endorse(letter["id"], "kepala-bidang", "setuju")
        wait_for(lambda: len(messages) == 2)
        letters.json("POST", f"/documents/{letter['id']}/void", {"reason": "Salah aset."})
        wait_for(lambda: len(messages) == 3)
        page = f"/webhooks/{hook['id']}/deliveries"
        sent = letters.json("GET", page)["items"]
        admin.get("/webhook")
        admin.get(f"/webhook/{hook['id']}")
        letters.json("POST", f"/deliveries/{sent[0]['id']}/resend")
        wait_for(lambda: len(messages) == 4)
        letters.get(page)
        letters.json("DELETE", f"/webhooks/{hook['id']}")
        (recorder.folder / "messages.txt").write_text("\n\n".join(messages) + "\n", "utf-8")
    admin.send("/webhook", "/webhook", {"url": address, "events": _EVENTS[:1]})
    admin.send("/webhook", "/webhook/hapus", submit="id=")


@contextmanager
def _listener() -> Iterator[list[str]]:
    """Listen on the port; yields what was messages, which grows."""
    messages: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = "\n".join(f"{key}: {value}" for key, value in sorted(self.headers.items()) if key != "Date")
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.send_response(204)
            self.end_headers()
            messages.append(f"{self.path}\n{headers}\n\n{body}")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", _PORT), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield messages
    finally:
        server.shutdown()
        server.server_close()
