"""`make bench`: every goal measured in one run, beside what a user would pick instead. Figures decide no test.

make bench                 the whole run, about ten minutes
make bench ARGS=--quick    small numbers, under three minutes: shows that it works, not how fast it is
make bench ARGS=--write    the whole run, and its tables written into README.md and docs/figures.md
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from benchmarks.batch import measure_batch
from benchmarks.bundle import measure_bundle
from benchmarks.carbone import measure_carbone
from benchmarks.figures_pages import write_pages
from benchmarks.growth import measure_growth
from benchmarks.letter import Letter, load_letter
from benchmarks.memory import measure_memory
from benchmarks.office import measure_office
from benchmarks.over_http import measure_letters, measure_preview
from benchmarks.scripted import measure_script
from benchmarks.search import measure_search
from benchmarks.service import prepared_folder, serving, settle
from benchmarks.single import measure_single
from benchmarks.startup import measure_startup
from benchmarks.table import PROCESSES, works, write_table
from benchmarks.tools import NotHere
from benchmarks.unoserver import measure_unoserver


@dataclass(frozen=True)
class Plan:
    """How much of everything."""

    times: int = 20
    script_times: int = 5
    peer_letters: int = 50
    clients: int = 8
    client_letters: int = 20
    letters: int = 1000
    documents: int = 500
    sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    searches: int = 500
    starts: int = 3


QUICK = Plan(
    times=5, script_times=3, peer_letters=10, client_letters=3, letters=100, documents=50,
    sizes=(1_000, 10_000), searches=100, starts=1,
)  # fmt: skip


@dataclass
class Run:
    """What was measured so far, and why something was not."""

    figures: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def measure(self, name: str, work: Callable[[], dict[str, float]]) -> None:
        """Do one measure; what is not on this machine leaves its cells empty, with the reason."""
        begun = time.perf_counter()
        try:
            self.figures |= work()
        except NotHere as reason:
            self.missing[name] = str(reason)
        print(f"{name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)


def measure_all(plan: Plan) -> Run:
    """Everything, one after the other, so that nothing measured competes with anything else measured."""
    run, letter, cores = Run(), load_letter(), os.cpu_count() or 1
    peers(run, letter, cores, plan)
    run.measure("office", lambda: measure_office(letter, plan.times))
    run.measure("search", lambda: measure_search(plan.sizes, plan.searches))
    with prepared_folder() as (folder, token):
        run.measure("start-up", lambda: measure_startup(folder, token, plan.starts))
        with serving(folder, token) as service:
            settle()
            run.measure("memory", lambda: measure_memory(service, "idle"))
            run.measure("preview", lambda: measure_preview(service, plan.times))
            run.measure("HTTP", lambda: measure_letters(service, plan.clients, plan.client_letters))
            run.measure("batch", lambda: measure_batch(service, plan.letters))
            run.measure("memory", lambda: measure_memory(service, "after"))
            run.measure("batch again", lambda: without_figures(measure_batch(service, plan.letters)))
            run.measure("memory", lambda: measure_memory(service, "later"))
            run.measure("bundle", lambda: measure_bundle(service, plan.documents))
        for number in PROCESSES:
            growth = partial(measure_growth, folder, token, number, cores, plan.clients, plan.client_letters)
            run.measure(f"{number} processes", growth)
    return run


def without_figures(_: dict[str, float]) -> dict[str, float]:
    """Return nothing of what was measured: the work was done for what it leaves behind."""
    return {}


def peers(run: Run, letter: Letter, cores: int, plan: Plan) -> None:
    """The letter by docgen's pipeline and by each of the others; each gets a LibreOffice a core for its rate."""
    run.measure("docgen", lambda: measure_single(letter, plan.times))
    run.measure("script", lambda: measure_script(letter, cores, plan.script_times))
    run.measure("unoserver", lambda: measure_unoserver(letter, cores, plan.times, plan.peer_letters))
    run.measure("carbone", lambda: measure_carbone(letter, cores, plan.times, plan.peer_letters, plan.clients))


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure docgen beside its peers, in one run.")
    parser.add_argument("--quick", action="store_true", help="small numbers: shows that it works")
    parser.add_argument("--write", action="store_true", help="write the tables into README.md and docs/figures.md")
    options = parser.parse_args()
    plan = QUICK if options.quick else Plan()
    cores, load = os.cpu_count() or 1, os.getloadavg()[0]
    run = measure_all(plan)
    rows = works(plan.letters, plan.documents, plan.clients, plan.sizes)
    machine = f"{cores} cores, {platform.machine()}, Python {platform.python_version()}; load before {load:.1f}."
    print(f"{machine}\n\n{write_table(rows, run.figures, run.missing)}")
    if options.write:
        write_pages(rows, run.figures, run.missing, machine)
    for name in run.missing.keys() - {"script", "unoserver", "carbone"}:
        print(f"\nNot measured: {name}, because {run.missing[name]}.")


if __name__ == "__main__":
    main()
