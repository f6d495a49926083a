"""What was measured on a day of an office: as JSON, and as a text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.cpu import PARTS
from benchmarks.measured import machine
from benchmarks.open_loop import SPREAD, Times
from benchmarks.samples import UNITS, Sample, Slope, slopes


@dataclass(frozen=True)
class DayPlan:
    """How long a day lasts (seconds), how many days, calls a second, clients, letters of each night's batch."""

    seconds: float = 300.0
    days: int = 1
    rate: float = 8.0
    clients: int = 8
    batch: int = 200
    interval: float = 10.0


@dataclass
class Report:
    """What was measured: calls of days and of nights by sort, seconds of each batch, samples, processor time."""

    plan: DayPlan
    day: dict[str, Times] = field(default_factory=dict)
    night: dict[str, Times] = field(default_factory=dict)
    day_seconds: float = 0.0
    batches: list[float] = field(default_factory=list)
    failed_batches: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    processor: Counter[str] = field(default_factory=Counter)

    @property
    def failed(self) -> int:
        """Return how many calls and batches failed."""
        calls = [times for part in (self.day, self.night) for times in part.values()]
        return sum(times.failed for times in calls) + len(self.failed_batches)

    @property
    def rate(self) -> float:
        """Return how many calls were answered in a second, by day."""
        answered = sum(len(times.seconds) for times in self.day.values())
        return answered / self.day_seconds if self.day_seconds else 0.0

    def slopes(self) -> dict[str, dict[str, Slope]]:
        """Return how each unit of each role grew."""
        return slopes(self.samples) if self.samples else {}

    def as_json(self) -> dict[str, object]:
        """Return everything, as JSON."""
        return {
            "machine": machine(),
            "plan": asdict(self.plan),
            "day": {name: times.summary() for name, times in self.day.items()},
            "night": {name: times.summary() for name, times in self.night.items()},
            "rate": round(self.rate, 2),
            "batches": {"seconds": [round(seconds, 2) for seconds in self.batches], "failed": self.failed_batches},
            "processor_seconds": {part: round(self.processor[part], 2) for part in PARTS},
            "slopes": {
                role: {unit: {**asdict(slope), "is_flat": slope.is_flat} for unit, slope in units.items()}
                for role, units in self.slopes().items()
            },
        }


def write_text(report: Report) -> str:
    """Return the report for people to read."""
    lines = [f"{'':28}{'calls':>8}{'failed':>8}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}{'max ms':>10}"]
    for phase, part in (("day", report.day), ("night", report.night)):
        lines += [f"{phase}:", *(_row(name, times.summary()) for name, times in part.items() if times.count)]
    lines.append(f"By day {report.rate:.1f} calls a second; {report.failed} failed in all.")
    lines += [f"A batch of {report.plan.batch} letters at night: {report.plan.batch / s:.1f}/s" for s in report.batches]
    lines += [f"A batch failed: {error}" for error in report.failed_batches]
    if report.processor:
        lines.append("Processor seconds: " + ", ".join(f"{part} {report.processor[part]:.1f}" for part in PARTS))
    for role, units in report.slopes().items():
        grown = "; ".join(_grown(unit, units[unit]) for unit in UNITS if unit in units)
        lines.append(f"{role}: {grown}")
    lines.append(machine())
    return "\n".join(lines)


def _row(name: str, summary: Mapping[str, Any]) -> str:
    spread = "".join(f"{summary.get(name, ''):>10}" for name in SPREAD)
    shown = "".join(f"\n      {count} × {error}" for error, count in summary["errors"].items())
    return f"  {name:26}{summary['answered']:>8}{summary['failed']:>8}{spread}{shown}"


def _grown(unit: str, slope: Slope) -> str:
    flat = "flat" if slope.is_flat else "GROWS"
    return f"{slope.amount:.0f} {unit} {slope.an_hour:+.1f}/h ({slope.least:+.1f} … {slope.most:+.1f}) {flat}"
