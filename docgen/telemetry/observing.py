"""Count what happens, where it happens: the store, the database, letters, jobs, signing in."""

from __future__ import annotations

from docgen.telemetry import metrics
from docgen.telemetry.tracing import note_span
from docgen.work_context import current_office
from storage.catalogue.observed import DatabaseObserver


def observe_store(operation: str, seconds: float, *, is_ok: bool) -> None:
    """Count a call of the archive."""
    metrics.STORE_SECONDS.labels(current_office(), operation).observe(seconds)
    if not is_ok:
        metrics.STORE_ERRORS.labels(current_office(), operation).inc()
    note_span(f"store {operation}", seconds, is_ok=is_ok)


def observe_statement(operation: str, seconds: float, *, is_ok: bool) -> None:
    """Count a statement of the database."""
    metrics.DATABASE_SECONDS.labels(current_office(), operation).observe(seconds)
    if not is_ok:
        metrics.DATABASE_ERRORS.labels(current_office(), operation).inc()
    note_span(f"database {operation}", seconds, is_ok=is_ok)


def database_observer() -> DatabaseObserver:
    """Return what counts the statements and connections of a database, for the office that this thread opens it for."""
    connections = metrics.DATABASE_CONNECTIONS.labels(current_office())
    return DatabaseObserver(observe_statement, lambda change: connections.inc(change))


def count_letter(kind: str, result: str) -> None:
    """Count a letter that was issued, delayed or failed."""
    metrics.LETTERS.labels(current_office(), kind, result).inc()


def count_job(kind: str, result: str) -> None:
    """Count a job that ended as done, failed or cancelled."""
    metrics.JOBS_ENDED.labels(current_office(), kind, result).inc()


def count_delivery(*, is_ok: bool) -> None:
    """Count a try to deliver a message to a webhook."""
    metrics.WEBHOOKS.labels(current_office(), "delivered" if is_ok else "failed").inc()


def count_guess(result: str) -> None:
    """Count a password or a code: that it was tried, that one that was tried was right, or that none was looked at."""
    metrics.SIGN_IN_TRIES.labels(current_office(), result).inc()
