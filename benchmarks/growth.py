"""How the rate grows with the processes that answer callers (DOCGEN_PROCESSES)."""

from __future__ import annotations

from pathlib import Path

from benchmarks.over_http import measure_clients
from benchmarks.service import serving, settle
from benchmarks.tools import NotHere


def measure_growth(folder: Path, token: str, processes: int, cores: int, clients: int, times: int) -> dict[str, float]:
    """Letters a second from several clients with so many processes. Raises NotHere where there are fewer cores."""
    if processes > cores:
        raise NotHere(f"{cores} cores are too few for {processes} processes")
    with serving(folder, token, processes) as service:
        settle()
        measure_clients(service, clients, 2)  # warm
        return {f"growth.{processes}": measure_clients(service, clients, times)["clients.docgen"]}
