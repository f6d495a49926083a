"""A batch: one numbered, archived document a row, with its own PDF and Word file."""

from __future__ import annotations

from benchmarks.cpu import measure_cpu
from benchmarks.letter import KIND, PROCEDURE, STEP
from benchmarks.over_http import letter_body
from benchmarks.service import Service, job
from benchmarks.timing import timed


def measure_batch(service: Service, letters: int) -> dict[str, float]:
    """Letters a second, from sending the rows to the finished job, and their processor time; subjects differ."""
    body = letter_body(service)
    data, assets = body["data"], body["assets"]
    rows = [{"assets": assets, "data": {**data, "hal": f"{data['hal']} {number}"}} for number in range(letters)]
    request = {"kind": KIND, "procedure": PROCEDURE, "step": STEP, "rows": rows}
    return measure_cpu(
        service, "batch", letters, lambda: {"batch.docgen": letters / timed(lambda: job(service, "/batches", request))}
    )
