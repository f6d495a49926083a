"""Letters and previews over HTTP: numbered, stamped, archived, committed, as a client sees it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import Any

from benchmarks.cpu import measure_cpu
from benchmarks.letter import KIND, PROCEDURE, STEP
from benchmarks.service import Service
from benchmarks.timing import median, timed


def measure_letters(service: Service, clients: int, times: int) -> dict[str, float]:
    """Seconds of one letter from one client, warm; letters a second from several, `times` each; and processor time."""
    body = letter_body(service)
    connection = service.connect()
    post = partial(service.post, "/documents", body, connection)
    median(post, 8)  # warm
    alone = measure_cpu(service, "alone", times, lambda: {"http.docgen": median(post, times)})
    together = partial(measure_clients, service, clients, times)
    return alone | measure_cpu(service, "clients", clients * times, together)


def measure_clients(service: Service, clients: int, times: int) -> dict[str, float]:
    """Letters a second from several clients, `times` each."""
    body = letter_body(service)

    def client(_: int) -> None:
        own = service.connect()
        for _ in range(times):
            service.post("/documents", body, own)

    with ThreadPoolExecutor(clients) as pool:
        seconds = timed(lambda: list(pool.map(client, range(clients))))
    return {"clients.docgen": clients * times / seconds}


def measure_preview(service: Service, times: int) -> dict[str, float]:
    """Seconds from a changed word to the picture of the first page."""
    body = letter_body(service)
    connection, typed = service.connect(), count(1)

    def keystroke() -> None:
        changed = {**body, "data": {**body["data"], "hal": f"{body['data']['hal']} {next(typed)}"}}
        picture = service.post("/previews?format=png&page=1", changed, connection)
        if not picture.startswith(b"\x89PNG"):
            raise RuntimeError("the preview is no PNG")

    return {"preview.docgen": median(keystroke, times, warm=3)}


def letter_body(service: Service) -> dict[str, Any]:
    """The body that issues the letter everybody makes, for the first demo asset."""
    asset = service.get("/api/v1/assets?limit=1")["items"][0]["nibar"]
    example = service.get(f"/api/v1/kinds/{KIND}")["example"]
    return {"kind": KIND, "procedure": PROCEDURE, "step": STEP, "assets": [asset], "data": example}
