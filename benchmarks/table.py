"""The goals beside what was measured, as a Markdown table. Figures are in seconds, pieces a second, or MB, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

PROCESSES = (1, 2, 4)  # with which growth is measured
Figures = Mapping[str, float]
Unit = Literal["s", "ms", "/s", "MB"]
PEERS = {"script": "script", "unoserver": "unoserver", "carbone": "Carbone"}
HEAD = "| work | docgen | script | unoserver | Carbone | ratio | goal | reached |\n|---|---|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Bound:
    """A figure that may not exceed `most`, or must be `least`; with `times`, as that many of another figure's."""

    figure: str
    most: float = float("inf")
    least: float = 0.0
    times: str = ""

    def reached(self, figures: Figures) -> bool | None:
        """None when something it needs was not measured."""
        if self.figure not in figures or (self.times and self.times not in figures):
            return None
        value = figures[self.figure] / (figures[self.times] if self.times else 1)
        return self.least <= value <= self.most


@dataclass(frozen=True)
class Work:
    """A row: the figure of docgen, those of the peers for the same work, and the goal, in words and as bounds."""

    name: str
    figure: str
    unit: Unit
    peers: str = ""  # peers' figures are `{peers}.{peer}`
    goal: str = ""
    bounds: Sequence[Bound] = ()
    label: str = ""  # before the figure, where `also` has others of the same unit, by their labels
    also: Sequence[tuple[str, str]] = ()

    def row(self, figures: Figures, missing: Mapping[str, str]) -> str:
        """The row's line; `missing` says why a peer was not measured."""
        own = figures.get(self.figure)
        cells = [self.name, ", ".join(filter(None, self._own(figures)))]
        ratios = []
        for peer, name in PEERS.items():
            value = figures.get(f"{self.peers}.{peer}") if self.peers else None
            why = f"not measured: {missing[peer]}" if self.peers and peer in missing else ""
            cells.append(show(value, self.unit) or why)
            if own and value:
                ratios.append(f"{_faster(own, value, self.unit):.1f} × {name}")
        cells += ["<br>".join(ratios), self.goal, self._reached(figures)]
        return "| " + " | ".join(cells) + " |"

    def _own(self, figures: Figures) -> list[str]:
        found = [(self.label, figures.get(self.figure)), *((label, figures.get(name)) for label, name in self.also)]
        return [f"{label} {show(value, self.unit)}".strip() for label, value in found if value is not None]

    def _reached(self, figures: Figures) -> str:
        if not self.bounds:
            return ""
        found = [bound.reached(figures) for bound in self.bounds]
        if False in found:
            return "no"
        return "yes" if all(found) else "as far as measured" if any(found) else "not measured"


def works(letters: int, documents: int, clients: int, sizes: Sequence[int]) -> list[Work]:
    """The rows of the table, for a batch of so many letters, a bundle of so many documents, and so on."""
    return [
        Work(
            "one letter, render and PDF, one at a time",
            "letter.docgen", "ms", "letter", "≤ 0.55 × Carbone's time; ≥ 16 × faster than the script",
            (Bound("letter.docgen", most=0.55, times="letter.carbone"),
             Bound("letter.script", least=16, times="letter.docgen")),
        ),
        Work("one letter over HTTP, all in, one client", "http.docgen", "ms", "letter", "≤ 70 ms",
             (Bound("http.docgen", most=0.07),)),
        Work(f"letters over HTTP, all in, {clients} clients", "clients.docgen", "/s", "clients",
             "≥ 40/s; ≥ 2 × Carbone",
             (Bound("clients.docgen", least=40), Bound("clients.docgen", least=2, times="clients.carbone"))),
        Work(
            f"batch of {_count(letters)} letters, each numbered and archived with its PDF and DOCX",
            "batch.docgen", "/s", "rate", "≥ 60/s; ≥ 3 × Carbone",
            (Bound("batch.docgen", least=60), Bound("batch.docgen", least=3, times="rate.carbone")),
        ),
        _processor_time("one client", "alone"),
        _processor_time(f"{clients} clients", "clients"),
        _processor_time("batch", "batch", 0.03),
        *(Work(f"letters over HTTP, {clients} clients, DOCGEN_PROCESSES={number}", f"growth.{number}", "/s")
          for number in PROCESSES),
        Work(f"bundle of {_count(documents)} documents", "bundle.docgen", "s", "", "≤ 2 s",
             (Bound("bundle.docgen", most=2),)),
        Work("its peak of memory: the service's processes", "bundle.memory", "MB", "", "≤ 300 MB",
             (Bound("bundle.memory", most=300),), "", [("with LibreOffices", "bundle.all")]),
        *(row for size in sizes for row in _searches(size, sizes[0])),
        Work("live preview, changed word to PNG", "preview.docgen", "ms", "", "≤ 100 ms",
             (Bound("preview.docgen", most=0.1),)),
        Work("start to the first 200 of /healthz", "healthz.docgen", "s", "", "≤ 3 s",
             (Bound("healthz.docgen", most=3),)),
        Work("start to the first 200 of /readyz", "readyz.docgen", "s", "", "≤ 3 s",
             (Bound("readyz.docgen", most=3),)),
        Work("memory idle", "memory.idle", "MB", "", "", (), "all", [("without LibreOffices", "memory.idle.own")]),
        Work(f"memory after {_count(letters)} letters", "memory.after", "MB", "", "", (),
             "all", [("without LibreOffices", "memory.after.own")]),
        Work(f"memory after {_count(2 * letters)} letters", "memory.later", "MB", "", "flat: ≤ 1.1 × as much",
             (Bound("memory.later", most=1.1, times="memory.after"),),
             "all", [("without LibreOffices", "memory.later.own")]),
        Work("one conversion over UNO (what docgen does)", "office.uno", "ms"),
        Work("one conversion with LibreOfficeKit (what it might do)", "office.lok", "ms"),
    ]  # fmt: skip


def write_table(rows: Sequence[Work], figures: Figures, missing: Mapping[str, str]) -> str:
    """The table in Markdown. Rows whose own figure was not measured say so."""
    return "\n".join([HEAD, *(row.row(figures, missing) for row in rows)])


def show(value: float | None, unit: Unit) -> str:
    """A figure with its unit, to three digits or so; empty without one."""
    if value is None:
        return ""
    forms: dict[Unit, Callable[[float], str]] = {
        "s": lambda seconds: f"{seconds:.2f} s",
        "ms": lambda seconds: f"{seconds * 1000:.1f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms",
        "/s": lambda rate: f"{rate:.1f}/s",
        "MB": lambda size: f"{size:.0f} MB",
    }
    return forms[unit](value)


def _processor_time(name: str, figure: str, most: float | None = None) -> Work:
    """The row of the processor time of a letter by part, with the most seconds it may take, if there is a goal."""
    parts = [("LibreOffice", "office"), ("helper", "helper"), ("Python", "python")]
    return Work(
        f"processor time of a letter, {name}", f"cpu.{figure}", "ms", "", f"≤ {show(most, 'ms')}" if most else "",
        (Bound(f"cpu.{figure}", most=most),) if most else (),
        "all", [(label, f"cpu.{figure}.{part}") for label, part in parts],
    )  # fmt: skip


def _searches(size: int, smallest: int) -> list[Work]:
    """p99 is what the goal is about; p50 shows that it is flat. Flat: at most twice the smallest catalogue's."""
    bounds = [Bound(f"search.{size}.p99", most=0.008)]
    if size > smallest:
        bounds.append(Bound(f"search.{size}.p50", most=2, times=f"search.{smallest}.p50"))
    name = f"search by asset and step, {_count(size)} documents"
    return [
        Work(f"{name}, over HTTP", f"search.{size}.p99", "ms", "", "p99 ≤ 8 ms, flat", bounds,
             "p99", [("p50", f"search.{size}.p50")]),
        Work(f"{name}, the query alone", f"query.{size}.p99", "ms", "", "", (),
             "p99", [("p50", f"query.{size}.p50")]),
    ]  # fmt: skip


def _faster(own: float, peer: float, unit: Unit) -> float:
    return own / peer if unit == "/s" else peer / own


def _count(number: int) -> str:
    return f"{number:,}"
