"""From `docgen serve` to the first answers."""

from __future__ import annotations

import statistics
from pathlib import Path

from benchmarks.service import serving


def measure_startup(folder: Path, token: str, times: int) -> dict[str, float]:
    """Median seconds to the first 200 of /healthz and of /readyz, on a folder that is already filled."""
    healthy, ready = [], []
    for _ in range(times):
        with serving(folder, token) as service:
            healthy.append(service.healthy_in)
            ready.append(service.ready_in)
    return {"healthz.docgen": statistics.median(healthy), "readyz.docgen": statistics.median(ready)}
