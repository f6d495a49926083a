"""Every metric that is counted where something happens; how things stand is asked for (`docgen.telemetry.figures`).

Labels are bounded: a kind of letter, a route (not an address), an operation. `office` is the slug of the office, "" for
the installation itself, which Prometheus takes for no label at all.
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
QUICK = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30)  # seconds
SLOW = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


def _counter(name: str, what: str, *labels: str) -> Counter:
    return Counter(name, what, labels, registry=REGISTRY)


def _seconds(name: str, what: str, buckets: Iterable[float], *labels: str) -> Histogram:
    return Histogram(name, what, labels, registry=REGISTRY, buckets=tuple(buckets))


def _gauge(name: str, what: str, *labels: str) -> Gauge:
    return Gauge(name, what, labels, registry=REGISTRY, multiprocess_mode="livesum")


LETTERS = _counter(
    "docgen_letters",
    "Letters by kind: issued (archived), delayed (numbered, tried again), failed (somebody has to decide).",
    *("office", "kind", "result"),
)
HTTP_REQUESTS = _counter("docgen_http_requests", "Answered requests by route.", "office", "method", "route", "status")
HTTP_SECONDS = _seconds("docgen_http_seconds", "Seconds that requests took, by route.", SLOW, "method", "route")
CONVERSIONS = _counter("docgen_conversions", "Letters that LibreOffice was given, each time it was.")
CONVERSION_SECONDS = _seconds(
    "docgen_conversion_seconds", "Seconds of LibreOffice for one letter, or several of one template at once.", SLOW
)
CONVERSION_WAIT = _seconds("docgen_conversion_wait_seconds", "Seconds that a letter waited for LibreOffice.", SLOW)
CONVERSION_QUEUE = _gauge("docgen_conversion_queue", "Letters that wait for LibreOffice.", "office")
CONVERSION_TROUBLES = _counter(
    "docgen_conversion_troubles",
    "Letters on which a LibreOffice was too slow (timeout), stood still, or was lost.",
    "reason",
)
LIBREOFFICE_STARTS = _counter("docgen_libreoffice_starts", "LibreOffices that were started, the first ones included.")
STORE_SECONDS = _seconds("docgen_store_seconds", "Seconds of a call of the archive.", QUICK, "office", "operation")
STORE_ERRORS = _counter("docgen_store_errors", "Calls that the archive could not answer.", "office", "operation")
DATABASE_SECONDS = _seconds("docgen_database_seconds", "Seconds of a statement.", QUICK, "office", "operation")
DATABASE_ERRORS = _counter(
    "docgen_database_errors", "Statements that the database could not answer.", "office", "operation"
)
DATABASE_CONNECTIONS = _gauge("docgen_database_connections", "Connections to the database in use.", "office")
JOBS_ENDED = _counter("docgen_jobs_ended", "Jobs that ended: done, failed or cancelled.", "office", "kind", "result")
WEBHOOKS = _counter("docgen_webhook_deliveries", "Tries to deliver a message to a webhook.", "office", "result")
SIGN_IN_TRIES = _counter(
    "docgen_sign_in_tries", "Passwords and codes: looked at (tried), right among those, or refused.", "office", "result"
)
