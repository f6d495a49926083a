"""What Prometheus reads of a service."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families


class Scrape:
    """The answer of `/metrics`: metrics by the name they have there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.families: Mapping[str, Metric] = {
            f"{family.name}_total" if family.type == "counter" else family.name: family
            for family in text_string_to_metric_families(text)
        }

    def value(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples that have these labels; 0 where there are none."""
        return sum(
            sample.value
            for family in self.families.values()
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )
