"""All metrics of this service as text, as Prometheus reads it (exposition format 0.0.4)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from docgen.telemetry.figures import OFFICE, Figure, families
from docgen.telemetry.metrics import REGISTRY
from docgen.telemetry.shared import files_of, shared_folder

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_MOMENTS = "_created"  # of counters: when each began, which nobody asks


def exposition(figures: Iterable[Figure], roles: Collection[str], office: str | None = None) -> bytes:
    """Return what was counted in all processes, and these figures, as text.

    `roles` are the processes that run now: of others no gauge is shown. With `office` only what is that office's.
    """
    registry = CollectorRegistry()
    registry.register(_Collector(lambda: [*_counted(roles), *families(figures)], office))
    return generate_latest(registry)


def _counted(roles: Collection[str]) -> Iterable[Metric]:
    """Return what is counted; a metric that was not needed yet is there without a sample."""
    folder = shared_folder()
    if folder is None:
        return REGISTRY.collect()
    merged: Iterable[Metric] = MultiProcessCollector.merge(files_of(folder, roles))  # type: ignore[no-untyped-call]
    shared = {metric.name: metric for metric in merged}
    return [shared.get(metric.name) or _without_samples(metric) for metric in REGISTRY.collect()]


def _without_samples(metric: Metric) -> Metric:
    return Metric(metric.name, metric.documentation, metric.type)


class _Collector(Collector):
    def __init__(self, metrics: Callable[[], Iterable[Metric]], office: str | None) -> None:
        self._metrics, self._office = metrics, office

    def collect(self) -> Iterable[Metric]:
        """Yield the metrics; where there are no offices they have no such label."""
        for metric in self._metrics():
            shown = _without_samples(metric)
            shown.samples = [self._plain(sample) for sample in metric.samples if self._is_shown(sample)]
            yield shown

    def _is_shown(self, sample: Sample) -> bool:
        if sample.name.endswith(_MOMENTS):
            return False
        return self._office is None or sample.labels.get(OFFICE) == self._office

    def _plain(self, sample: Sample) -> Sample:
        if sample.labels.get(OFFICE, "") or OFFICE not in sample.labels:
            return sample
        return sample._replace(labels={name: value for name, value in sample.labels.items() if name != OFFICE})
