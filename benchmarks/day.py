"""A mixed day of an office: `python -m benchmarks.day --minutes 5 --clients 8`, on a service that is started for it.

With `--url http://127.0.0.1:PORT --token TOKEN` the day is that of a service that runs already; with `--user NAME` and
its password in DOCGEN_BENCH_PASSWORD people look at its pages, too, and `--process PID` says whose memory to watch.
Each day ends with a night: a batch, and little reading beside it. It ends by itself, and calls the loopback alone.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.caller import Caller, CallFailed
from benchmarks.cpu import seconds_by_part
from benchmarks.day_calls import CALLS, DAY, NIGHT, PAGES, Letters, OfficeClient
from benchmarks.day_report import DayPlan, Report, write_text
from benchmarks.letter import KIND, PROCEDURE, STEP
from benchmarks.measured import write_json
from benchmarks.open_loop import Sort, Times, drive
from benchmarks.samples import Sampler
from benchmarks.service import open_accounts, prepared_folder, serving, settle

LOOPBACK = ("127.0.0.1", "localhost", "::1")
AT_NIGHT = 0.2  # of a day's rate
FIRST_LETTERS = 12  # so that there is something to read
NIGHT_SECONDS = 1800.0
SETTLED_SECONDS = 2.0
PASSWORD_VARIABLE = "DOCGEN_BENCH_PASSWORD"  # noqa: S105


@dataclass(frozen=True)
class Site:
    """A service: its address, a token that may write, who signs in with which password, processes to watch."""

    address: tuple[str, int]
    token: str
    people: Sequence[tuple[str, str]] = ()
    processes: Sequence[int] = ()
    data: Path | None = None  # its folder, of a service that was started for it


def measure_days(site: Site, plan: DayPlan) -> Report:
    """Play the days and nights of a plan at a service. Raises CallFailed when nothing can be called at all."""
    report, chance = Report(plan), random.Random(5)
    with office_clients(site, plan.clients, chance) as clients, ExitStack() as stack:
        if site.processes:
            report.samples = stack.enter_context(Sampler(site.processes, plan.interval).running()).samples
        before = _processor_time(site.processes)
        for _ in range(plan.days):
            begun = time.monotonic()
            is_day = partial(_is_before, begun + plan.seconds)
            _add(report.day, drive(_possible(DAY, site), clients, plan.rate, is_day, chance))
            report.day_seconds += time.monotonic() - begun
            _night(report, site, clients, plan, chance)
        report.processor = _processor_time(site.processes)
        report.processor.subtract(before)
    return report


def _is_before(end: float) -> bool:
    return time.monotonic() < end


def _night(report: Report, site: Site, clients: Sequence[OfficeClient], plan: DayPlan, chance: random.Random) -> None:
    """Make a batch while few others read."""
    first, *others = clients
    is_done = threading.Event()

    def batch() -> None:
        begun = time.monotonic()
        try:
            first.batch(plan.batch, NIGHT_SECONDS)
            report.batches.append(time.monotonic() - begun)
        except CallFailed as error:
            report.failed_batches.append(str(error))
        finally:
            is_done.set()

    thread = threading.Thread(target=batch, name="night batch")
    thread.start()
    reading = _possible(NIGHT, site)
    _add(report.night, drive(reading, others, plan.rate * AT_NIGHT, lambda: not is_done.is_set(), chance))
    thread.join()


def _possible(sorts: Sequence[Sort[OfficeClient]], site: Site) -> list[Sort[OfficeClient]]:
    """Return the sorts that can be called: where nobody can sign in, systems read in the place of people."""
    if site.people:
        return list(sorts)
    factor = sum(sort.share for sort in (*PAGES, *CALLS)) / sum(sort.share for sort in CALLS)
    return [replace(sort, share=sort.share * factor) if sort in CALLS else sort for sort in sorts if sort not in PAGES]


def _add(totals: dict[str, Times], part: Mapping[str, Times]) -> None:
    for name, times in part.items():
        totals.setdefault(name, Times()).add(times)


@contextmanager
def office_clients(site: Site, count: int, chance: random.Random) -> Iterator[list[OfficeClient]]:
    """Yield clients, at least two, that have signed in and know some letters. Raises CallFailed."""
    with ExitStack() as stack:

        def caller(token: str = "") -> Caller:
            return stack.enter_context(closing(Caller(site.address, token)))

        system = caller(site.token)
        assets = [asset["nibar"] for asset in system.get("/api/v1/assets?limit=50").json()["items"]]
        example = system.get(f"/api/v1/kinds/{KIND}").json()["example"]
        letters = Letters({"kind": KIND, "procedure": PROCEDURE, "step": STEP, "data": example}, assets)
        sessions = [_session(caller(), name, password) for name, password in site.people]
        clients = []
        for number in range(max(2, count)):
            person = caller() if sessions else None
            if person is not None:
                person.share_session(sessions[number % len(sessions)])
            clients.append(OfficeClient(letters, caller(site.token), person, random.Random(chance.getrandbits(64))))
        for _ in range(FIRST_LETTERS):
            clients[0].letter()
        yield clients


def _session(person: Caller, name: str, password: str) -> Caller:
    person.sign_in(name, password)
    return person


@contextmanager
def own_site(people: int) -> Iterator[Site]:
    """Start a service with a demo office and so many accounts; stop it at the end."""
    with prepared_folder() as (folder, token):
        accounts = open_accounts(folder, [f"petugas-{number}" for number in range(1, people + 1)])
        with serving(folder, token) as service:
            settle(SETTLED_SECONDS)
            yield Site(("127.0.0.1", service.port), token, accounts, [service.process], folder)


def _processor_time(processes: Sequence[int]) -> Counter[str]:
    return sum((seconds_by_part(process) for process in processes), Counter())


def site_of(options: argparse.Namespace) -> Site:
    """Return the running service that options name. Raises SystemExit unless it is on this machine."""
    address = urlsplit(options.url)
    if address.hostname not in LOOPBACK or address.port is None:
        raise SystemExit(f"{options.url}: only a service on this machine is called, http://127.0.0.1:PORT.")
    people = [(options.user, os.environ[PASSWORD_VARIABLE])] if options.user else []
    return Site((str(address.hostname), address.port), options.token, people, options.process)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that a day and a soak have in common."""
    default = DayPlan()
    parser.add_argument("--rate", type=float, default=default.rate, help="calls a second by day")
    parser.add_argument("--clients", type=int, default=default.clients, help="calls in work at once")
    parser.add_argument("--batch", type=int, default=default.batch, help="letters of each night's batch")
    parser.add_argument("--interval", type=float, default=default.interval, help="seconds between samples")
    parser.add_argument("--url", default="", help="a service that runs already, on this machine")
    parser.add_argument("--token", default="", help="its token that may write")
    parser.add_argument("--user", default="", help=f"an account there; its password is in {PASSWORD_VARIABLE}")
    parser.add_argument("--process", type=int, action="append", default=[], help="a process to watch; may come again")
    parser.add_argument("--json", type=Path, help="write everything measured into this file")


def plan_of(options: argparse.Namespace, seconds: float) -> DayPlan:
    """Return the plan that options name, of days of so many seconds."""
    return DayPlan(seconds, options.days, options.rate, options.clients, options.batch, options.interval)


def run(options: argparse.Namespace, plan: DayPlan) -> Report:
    """Play a plan where the options say, and print the report."""
    with ExitStack() as stack:
        site = site_of(options) if options.url else stack.enter_context(own_site(min(plan.clients, 8)))
        report = measure_days(site, plan)
    print(write_text(report), flush=True)
    if options.json:
        write_json(options.json, report.as_json())
    return report


def main() -> None:
    """Play days; exit 1 when a call failed."""
    parser = argparse.ArgumentParser(prog="make load", description="A mixed day of an office.")
    parser.add_argument("--minutes", type=float, default=5.0, help="length of a day")
    parser.add_argument("--days", type=int, default=1)
    add_options(parser)
    options = parser.parse_args()
    sys.exit(1 if run(options, plan_of(options, options.minutes * 60)).failed else 0)


if __name__ == "__main__":
    main()
