"""What an office, a regency and a nation come to, as tables of what was measured of some letters, calls and days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.words import count, hours, size, table

# What is assumed, because every region is another.
LETTERS_A_YEAR, YEARS, OFFICES, REGENCIES = 10_000, 10, 30, 514
WORKING_DAYS, CALLS_A_LETTER, BUSIEST_HOUR = 240, 10, 0.2  # of the mix that is measured, one call in ten is a letter
USE = 0.5  # of a core, so that nobody waits long


@dataclass(frozen=True)
class Scale:
    """So many letters a year, for so many years."""

    name: str
    offices: int
    years: int

    @property
    def letters(self) -> int:
        """Return all letters at the end."""
        return self.offices * self.years * LETTERS_A_YEAR


SCALES = (
    Scale("one office, one year", 1, 1),
    Scale("one office, ten years", 1, YEARS),
    Scale("30 offices, ten years", OFFICES, YEARS),
    Scale(f"{REGENCIES} regencies, ten years", OFFICES * REGENCIES, YEARS),
)


@dataclass(frozen=True)
class Measured:
    """What was measured so far; None is what was not."""

    office: Any
    sqlite: Any
    postgres: Any
    day: Any
    soak: Any


def letter(measured: Measured) -> str:
    """Return what one letter leaves, on average."""
    if measured.office is None:
        return ""
    office = measured.office["offices"][-1]
    letters, store = office["letters"], office["objects"]
    rows = [("objects", f"{store['objects'] / letters:.1f}"), ("bytes of objects", size(store["bytes"] / letters))]
    rows += [(f"of which {sort}", f"{amount['objects'] / letters:.1f} with {size(amount['bytes'] / letters)}")
             for sort, amount in store["sorts"].items()]  # fmt: skip
    rows += [("inodes of a folder store, its folders among them", f"{store['inodes'] / letters:.1f}"),
             ("rows of the catalogue", f"{_rows(measured) / letters:.1f}")]  # fmt: skip
    for name, large in (("SQLite", measured.sqlite), ("PostgreSQL", measured.postgres)):
        if large is not None:
            bytes, index = _catalogue(large)
            rows.append((f"bytes of the catalogue, {name}", f"{size(bytes)}, {index / bytes:.0%} of it indices"))
    return f"{table(('of a letter', 'measured'), rows)}\n\n{letters:,} letters. {measured.office['machine']}."


def scales(measured: Measured) -> str:
    """Return what the office, the regency and the nation come to."""
    if measured.office is None:
        return ""
    office = measured.office["offices"][-1]
    each, store, commands = office["letters"], office["objects"], office["commands"]
    rows: list[tuple[str, ...]] = [
        ("letters", *(f"{scale.letters:,}" for scale in SCALES)),
        ("rows of the catalogue", *(count(_rows(measured) / each * scale.letters) for scale in SCALES)),
    ]
    for name, large in (("SQLite", measured.sqlite), ("PostgreSQL", measured.postgres)):
        if large is not None:
            bytes, index = _catalogue(large)
            rows.append((f"catalogue, {name}", *(size(bytes * scale.letters) for scale in SCALES)))
            rows.append((f"of which indices, {name}", *(size(index * scale.letters) for scale in SCALES)))
    rows += [
        (name, *(write(amount / each * scale.letters) for scale in SCALES))
        for name, amount, write in (
            ("objects", store["objects"], count),
            ("bytes of objects", store["bytes"], size),
            ("inodes of a folder store", store["inodes"], count),
            ("file of `archive backup`", commands["backup"]["bytes"], size),
        )
    ]
    for name in commands:  # with their start, so that the figures are rather too large
        seconds = commands[name]["seconds"] / each
        rows.append((f"`archive {name}`, one process", *(hours(seconds * scale.letters) for scale in SCALES)))
    return table(("", *(scale.name for scale in SCALES)), rows)


def memory(measured: Measured) -> str:
    """Return the peaks of memory of the commands at two sizes."""
    if measured.office is None:
        return ""
    few, many = measured.office["offices"]
    rows = [
        (f"`archive {name}`", f"{few['commands'][name]['peak']:.0f} MB", f"{many['commands'][name]['peak']:.0f} MB")
        for name in many["commands"]
    ]
    return table(("peak of memory", f"{few['letters']:,} letters", f"{many['letters']:,} letters"), rows)


def million(measured: Measured) -> str:
    """Return how long searches and pages take over a large catalogue."""
    runs = [run for run in (measured.sqlite, measured.postgres) if run is not None]
    if not runs:
        return ""
    head = ["", "goal", *(f"{run['database']}, {run['documents']:,} letters" for run in runs)]
    rows = [
        (name, look["goal"], *(_look(run["looks"][name]) for run in runs)) for name, look in runs[0]["looks"].items()
    ]
    machines = "\n".join(f"{run['database']}: {run['machine']}." for run in runs)
    return f"{table(head, rows)}\n\n{machines}"


def day(measured: Measured) -> str:
    """Return the times of each sort of call on a mixed day."""
    if measured.day is None:
        return ""
    spread = ("p50", "p95", "p99")
    rows = [
        (
            name,
            str(times["answered"]),
            str(times["failed"]),
            *(f"{times[at]:.0f} ms" if at in times else "" for at in spread),
        )
        for name, times in measured.day["day"].items()
    ]
    plan, spent = measured.day["plan"], sum(measured.day["processor_seconds"].values())
    batches = ", ".join(
        f"{plan['batch'] / seconds:.1f} letters a second" for seconds in measured.day["batches"]["seconds"]
    )
    return (
        f"{table(('call', 'answered', 'failed', 'p50', 'p95', 'p99'), rows)}\n\n{plan['rate']:.0f} calls a second were "
        f"due, {measured.day['rate']:.1f} were answered; the batch of the night made {batches}. Processor time: "
        f"{spent:.0f} s in all. {measured.day['machine']}."
    )


def soak(measured: Measured) -> str:
    """Return how memory, files, threads and connections of each role grew."""
    if measured.soak is None:
        return ""
    units = ("MB", "files", "threads", "connections")
    rows = [
        (role, *(f"{slope['amount']:.0f}, {slope['an_hour']:+.1f}/h {'flat' if slope['is_flat'] else '**grows**'}"
                 for slope in (grown[unit] for unit in units)))
        for role, grown in measured.soak["slopes"].items()
    ]  # fmt: skip
    plan = measured.soak["plan"]
    minutes = plan["seconds"] * plan["days"] / 60
    failed = sum(times["failed"] for part in ("day", "night") for times in measured.soak[part].values())
    return (
        f"{table(('processes', *units), rows)}\n\n{minutes:.0f} minutes in {plan['days']} days with a batch after "
        f"each, {plan['rate']:.0f} calls a second; {failed} calls failed. {measured.soak['machine']}."
    )


def machines(measured: Measured) -> str:
    """Return the cores that answer the busiest hour."""
    if measured.day is None:
        return ""
    call = call_seconds(measured.day)
    busiest = [
        scale.offices * LETTERS_A_YEAR * CALLS_A_LETTER / WORKING_DAYS * BUSIEST_HOUR / 3600 for scale in SCALES[1:]
    ]
    rows = [
        ("calls a second in the busiest hour", *(f"{calls:,.2f}" for calls in busiest)),
        ("cores for it", *(f"{calls * call / USE:,.2f}" for calls in busiest)),
    ]
    return (
        f"{table(('', *(scale.name for scale in SCALES[1:])), rows)}\n\nA call of the mix takes {call * 1000:.0f} ms "
        f"of processor time, batches of the night among it; a core is to be used by {USE:.0%}."
    )


def call_seconds(measured_day: Mapping[str, Any]) -> float:
    """Return the seconds of processor time of a call of the mix."""
    calls = sum(times["answered"] for part in ("day", "night") for times in measured_day[part].values())
    return float(sum(measured_day["processor_seconds"].values()) / calls)


def _rows(measured: Measured) -> int:
    return sum(table["rows"] for table in measured.office["offices"][-1]["tables"].values())


def _catalogue(large: Mapping[str, Any]) -> tuple[float, float]:
    """Return bytes of the catalogue and of its indices for a letter."""
    tables = large["tables"].values()
    index = sum(table["index"] for table in tables)
    return (sum(table["bytes"] for table in tables) + index) / large["documents"], index / large["documents"]


def _look(look: Mapping[str, Any]) -> str:
    at = look["goal"].split()[0]
    return f"{look[at]:.0f} ms (p50 {look['p50']:.0f}){'' if look['reached'] else ' **missed**'}"


BLOCKS: Mapping[str, Callable[[Measured], str]] = {
    block.__name__: block for block in (letter, scales, memory, million, day, soak, machines)
}
