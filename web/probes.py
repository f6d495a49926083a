"""The addresses at which a machine is watched: answered beside all other work, until the very end."""

from __future__ import annotations

from flask import Flask, request

from docgen.errors import NotFound

PROBES = ("/healthz", "/readyz", "/metrics")
_WORKER = "Mesin ini bekerja di latar belakang dan tidak melayani halaman. Buka alamat layanan Anda."


def is_probe() -> bool:
    """Return whether the current request only watches this machine."""
    return request.path in PROBES


def answer_only_probes(app: Flask) -> None:
    """Refuse whatever is no probe, before anything else looks at it."""

    def refuse() -> None:
        if not is_probe():
            raise NotFound(_WORKER)

    app.before_request(refuse)
