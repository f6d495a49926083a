"""Spans for OpenTelemetry: a real receiver gets them; without the setting, or the receiver, nothing is different."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.errors import DataFileError
from docgen.settings import read_settings
from docgen.telemetry.tracing import traced
from tests.servers import free_port
from tests.servers.receiver import Receiver, serving
from tests.support.callers.api import Caller, make_app
from tests.support.office.decisions import ASSET


@pytest.fixture
def collector() -> Iterator[Receiver]:
    """An OTLP receiver over HTTP."""
    receiver = Receiver()
    with serving(receiver, 200):
        yield receiver


def spans_of(collector: Receiver) -> list[Span]:
    """All spans that arrived."""
    spans: list[Span] = []
    for _, body in collector.got:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            spans += [span for scope in resource.scope_spans for span in scope.spans]
    return spans


def issue_a_letter(desk: Desk) -> dict[str, object]:
    """Issue a letter over HTTP and return the answer."""
    caller = Caller(make_app(desk), create_token(desk, "aset-kab", "write", []))
    place = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": [ASSET]}
    body = {**place, "data": desk.kinds["nota_dinas"].example}
    answer = caller.post("/documents", body, headers={"X-Request-Id": "proksi-4711"})
    assert answer.status_code == 201
    return dict(answer.get_json())


def test_a_letter_is_a_tree_of_spans(desk: Desk, collector: Receiver) -> None:
    """Below the request lies the letter, below that LibreOffice; all have the id of the request, and no words."""
    with traced(collector.url, "service"):
        letter = issue_a_letter(desk)
    spans = spans_of(collector)
    by_id = {span.span_id: span for span in spans}
    names = {span.name for span in spans}
    assert {"POST /api/v1/documents", "make nota_dinas", "convert", "store put", "database commit"} <= names
    [request] = [span for span in spans if span.name == "POST /api/v1/documents"]
    assert request.parent_span_id == b""
    attributes = {item.key: item.value for item in request.attributes}
    assert attributes["docgen.request"].string_value == "proksi-4711"
    assert attributes["http.response.status_code"].int_value == 201
    for name, above in (("convert", "make nota_dinas"), ("make nota_dinas", "POST /api/v1/documents")):
        [span] = [span for span in spans if span.name == name]
        assert by_id[span.parent_span_id].name == above
    sent = b"".join(body for _, body in collector.got)
    for secret in (str(letter["number"]), ASSET, "Kepala"):
        assert secret.encode() not in sent


def test_a_collector_that_is_away_costs_nothing(desk: Desk) -> None:
    """Letters are made as ever, and the service ends."""
    with traced(f"http://127.0.0.1:{free_port()}", "service"):
        assert issue_a_letter(desk)["number"]


def test_without_the_setting_nothing_is_loaded() -> None:
    """Whoever does not want it pays nothing for it."""
    code = (
        "import sys; from docgen.telemetry.tracing import span, traced\n"
        "with traced('', 'x'), span('y'): pass\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_missing_library_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service does not start in silence without the spans that were asked for."""
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(DataFileError, match="opentelemetry-exporter-otlp-proto-http"), traced("http://localhost", "x"):
        pass


@pytest.mark.parametrize("url", ["localhost:4318", "grpc://collector:4317"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """The setting is named."""
    with pytest.raises(DataFileError, match="DOCGEN_OTEL_URL"):
        read_settings({"DOCGEN_OTEL_URL": url})
