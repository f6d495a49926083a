"""A bundle of documents that are already archived: cover, contents, page numbers, bookmarks."""

from __future__ import annotations

from benchmarks.memory import peak, reset_peak
from benchmarks.service import Service, job
from benchmarks.timing import timed

PAGE = 200  # the most that one call lists


def measure_bundle(service: Service, documents: int) -> dict[str, float]:
    """Seconds from asking to the finished job; the peak of memory meanwhile, in MB.

    The peak is that of the service and its helpers; `bundle.all` has the LibreOffices as well, of which one sets
    cover and contents while the others sleep. Raises RuntimeError when there are too few documents.
    """
    ids = _newest(service, documents)
    reset_peak(service.process)
    seconds = timed(lambda: job(service, "/bundles", {"documents": ids}))
    found = peak(service.process)
    return {"bundle.docgen": seconds, "bundle.memory": found.own, "bundle.all": found.own + found.office}


def _newest(service: Service, documents: int) -> list[str]:
    ids: list[str] = []
    cursor = ""
    while len(ids) < documents:
        page = service.get(f"/api/v1/documents?limit={PAGE}&cursor={cursor}")
        ids += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None and len(ids) < documents:
            raise RuntimeError(f"only {len(ids)} documents for a bundle of {documents}")
    return ids[:documents]
