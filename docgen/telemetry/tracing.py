"""Spans for OpenTelemetry: what a request, a job or a letter did, and for how long. Only this file speaks to its SDK.

Without `traced` nothing of it is imported, and a span costs nothing. Spans name routes, kinds and operations,
and hold ids; never a name, a title, an address, or what is in a letter.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

from docgen.errors import DataFileError
from docgen.work_context import current_notes, current_office

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer

Attributes = Mapping[str, str | int]
SEND_SECONDS = 5.0  # that a collector may take
MISSING = (
    "DOCGEN_OTEL_URL needs OpenTelemetry, which is not installed: .venv/bin/pip install -c constraints.txt "
    "opentelemetry-sdk opentelemetry-exporter-otlp-proto-http. Or leave the setting empty."
)
_PATH = "/v1/traces"
_tracer: Tracer | None = None


@contextmanager
def traced(url: str, process: str) -> Iterator[None]:
    """Send the spans of what is done within to a collector (OTLP over HTTP), and the last ones at the end.

    With "" nothing is sent. A collector that is away loses spans and costs a warning, never time. Raises DataFileError
    when the library is not installed.
    """
    global _tracer
    if not url:
        yield
        return
    try:
        provider = _provider(url, process)
    except ImportError as error:
        raise DataFileError(MISSING) from error
    _tracer = provider.get_tracer("docgen")
    try:
        yield
    finally:
        _tracer = None
        provider.shutdown()


@contextmanager
def span(name: str, attributes: Attributes = MappingProxyType({})) -> Iterator[None]:
    """Make what is done within a span, below the one around it. It is marked as failed when it raises."""
    if _tracer is None:
        yield
        return
    with _tracer.start_as_current_span(name, attributes={**attributes, **_ids()}, record_exception=False):
        yield


def mark_span(attributes: Attributes, *, is_ok: bool) -> None:
    """Say of the span around this how it went."""
    if _tracer is None:
        return
    from opentelemetry import trace

    current = trace.get_current_span()
    current.set_attributes(attributes)
    if not is_ok:
        current.set_status(trace.StatusCode.ERROR)


def note_span(name: str, seconds: float, *, is_ok: bool = True) -> None:
    """Note what took so many seconds until now as a span below the one around it; without one there it is left out."""
    if _tracer is None:
        return
    from opentelemetry import trace

    if not trace.get_current_span().get_span_context().is_valid:
        return
    ended = time.time_ns()
    child = _tracer.start_span(name, start_time=ended - int(seconds * 1e9))
    if not is_ok:
        child.set_status(trace.StatusCode.ERROR)
    child.end(ended)


def _provider(url: str, process: str) -> TracerProvider:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "docgen", "service.instance.id": process}))
    endpoint = url if url.endswith(_PATH) else url + _PATH
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, timeout=SEND_SECONDS)))
    return provider


def _ids() -> Attributes:
    office = {"office": current_office()} if current_office() else {}
    return {f"docgen.{name}": value for name, value in {**office, **current_notes()}.items()}
