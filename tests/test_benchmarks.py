"""The benchmarks: what the table says of given figures, and that a run's parts work. No time is judged."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from benchmarks.__main__ import Plan
from benchmarks.batch import measure_batch
from benchmarks.bundle import measure_bundle
from benchmarks.caller import Caller
from benchmarks.day import Site, measure_days, own_site
from benchmarks.day_report import DayPlan, write_text
from benchmarks.figures_pages import PAGE, README, names_in, with_goals
from benchmarks.growth import measure_growth
from benchmarks.letter import load_letter
from benchmarks.memory import measure_memory
from benchmarks.million import LOOKS, measure_looks, sampled
from benchmarks.multiply import multiply
from benchmarks.over_http import measure_letters, measure_preview
from benchmarks.search import PER_ASSET, PLACES, fill
from benchmarks.seed import seed
from benchmarks.service import Service
from benchmarks.single import measure_single
from benchmarks.table import HEAD, Work, works, write_table
from benchmarks.timing import percentile, rate
from benchmarks.tools import NotHere
from docgen.desk import Desk, open_desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.dossiers.standing import refresh
from docgen.desk.mirror import keep_mirror
from docgen.settings import read_settings
from storage.catalogue import standings
from storage.catalogue.database import Catalogue
from storage.catalogue.searching.search import Filter, search_documents
from storage.catalogue.tables import register_entries

FIGURES = {
    "letter.docgen": 0.05, "letter.script": 0.8, "letter.unoserver": 0.075, "letter.carbone": 0.12,
    "batch.docgen": 120.0, "rate.script": 2.0, "rate.unoserver": 20.0, "rate.carbone": 60.0,
    "search.10.p50": 0.002, "search.10.p99": 0.004, "search.100.p50": 0.005, "search.100.p99": 0.006,
}  # fmt: skip


def lines(missing: dict[str, str] | None = None) -> dict[str, list[str]]:
    """The cells of each row of the table by the row's figure."""
    rows = works(1000, 500, 8, (10, 100))
    head, rule, *body = write_table(rows, FIGURES, missing or {}).splitlines()
    assert "\n".join([head, rule]) == HEAD
    return {row.figure: [cell.strip() for cell in line.split("|")[1:-1]] for row, line in zip(rows, body, strict=True)}


def test_a_row_tells_figures_ratios_and_whether_the_goal_is_reached() -> None:
    """Ratios say how many times faster docgen is, for times as for rates."""
    one = lines()["letter.docgen"]
    assert one[1:5] == ["50 ms", "800 ms", "75 ms", "120 ms"]
    assert one[5] == "16.0 × script<br>1.5 × unoserver<br>2.4 × Carbone"
    assert one[7] == "yes"
    assert all(len(cells) == 8 for cells in lines().values())


def test_a_goal_that_misses_one_of_its_bounds_is_not_reached() -> None:
    """120 letters a second are enough, twice Carbone's are not."""
    assert lines()["batch.docgen"][5:] == [
        "60.0 × script<br>6.0 × unoserver<br>2.0 × Carbone", "≥ 60/s; ≥ 3 × Carbone", "no"
    ]  # fmt: skip


def test_search_that_grows_with_the_catalogue_misses_its_goal() -> None:
    """6 ms are below 8 ms, but the median, told beside it, is more than twice that of the smallest catalogue."""
    assert lines()["search.100.p99"][1] == "p99 6.0 ms, p50 5.0 ms"
    assert lines()["search.10.p99"][7] == "yes"
    assert lines()["search.100.p99"][7] == "no"


def test_what_was_not_measured_says_so_and_why() -> None:
    """A peer that is not on the machine leaves its reason in its cell; a goal without figures is not called missed."""
    assert lines({"carbone": "node is not here"})["clients.docgen"][4] == "not measured: node is not here"
    assert lines()["preview.docgen"][1:] == ["", "", "", "", "", "≤ 100 ms", "not measured"]
    partly = Work("x", "a", "s", "", "", works(1, 1, 1, (1,))[3].bounds)
    figures = {"batch.docgen": 120.0}
    assert partly.row(figures, {}).endswith("| as far as measured |")


def test_percentiles_are_values_that_were_measured() -> None:
    """By nearest rank: of a hundred values the 99th is the p99, the 50th the p50."""
    values = [float(number) for number in range(100, 0, -1)]
    assert (percentile(values, 50), percentile(values, 99), percentile([3.0], 99)) == (50.0, 99.0, 3.0)


def test_a_rate_counts_each_piece_of_work_once() -> None:
    """Two workers share the numbers between them, and no more is counted than two can do who rest 10 ms each time."""
    done: list[int] = []

    def work(number: int) -> None:
        time.sleep(0.01)
        done.append(number)

    assert 0 < rate([work, work], 40) <= 2 / 0.01
    assert sorted(done) == list(range(40))


def test_the_filled_catalogue_answers_as_a_real_one(tmp_path: Path) -> None:
    """Every asset has its 100 documents at four places of 25 each, however the filling was split; no key dangles."""
    file = tmp_path / "docgen.sqlite"
    catalogue = Catalogue(f"sqlite:///{file}")
    catalogue.upgrade()
    catalogue.close()  # the journal is put aside while it is filled, so nobody else may have it open
    fill(file, 0, 400)
    fill(file, 400, 1000)
    with catalogue.read() as tx:
        for asset in ("BENCH-000000", "BENCH-000003", "BENCH-000004", "BENCH-000009"):
            assert len(search_documents(tx, Filter(asset=asset), limit=200)) == PER_ASSET
            for procedure, step in PLACES:
                wanted = Filter(asset=asset, procedure=procedure, step=step)
                found = search_documents(tx, wanted, limit=200)
                assert len(found) == PER_ASSET // len(PLACES)
                assert all(one.assets == [asset] and one.step == step for one in found)
    catalogue.close()
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_pages_show_the_rows_of_the_benchmark() -> None:
    """docs/figures.md has every row of a whole run, README those with a goal: a row that is new asks for --write."""
    plan = Plan()
    rows = works(plan.letters, plan.documents, plan.clients, plan.sizes)
    assert names_in(PAGE) == [row.name for row in rows]
    assert names_in(README) == [row.name for row in with_goals(rows)]


def test_more_processes_than_cores_are_not_measured(tmp_path: Path) -> None:
    """The reason says how many cores there are."""
    with pytest.raises(NotHere, match="2 cores are too few for 4 processes"):
        measure_growth(tmp_path, "", 4, 2, 8, 1)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A running service with two accounts."""
    with own_site(2) as running:
        yield running


@pytest.mark.office
def test_the_parts_of_a_run_work(site: Site) -> None:
    """One letter by the pipeline and by the script's template; over HTTP letters, a preview, a batch and a bundle."""
    letter = load_letter()
    assert measure_single(letter, 1).keys() == {"letter.docgen"}
    assert letter.filled(1).startswith(b"PK")
    with closing(Service(site.processes[0], site.address[1], site.token, 0.0, 0.0)) as service:
        figures = measure_letters(service, 2, 1) | measure_preview(service, 1) | measure_batch(service, 5)
        figures |= measure_bundle(service, 10) | measure_memory(service, "after")
    assert all(value > 0 for name, value in figures.items() if not name.startswith("cpu."))
    assert {"cpu.alone", "cpu.clients.office", "cpu.batch.python"} <= figures.keys()
    assert {"http.docgen", "clients.docgen", "preview.docgen", "batch.docgen", "bundle.docgen"} <= figures.keys()


@pytest.mark.office
def test_what_is_looked_at_in_a_large_archive_is_there(site: Site) -> None:
    """Every page and search is answered, those by key and by a letter's own words with what was looked for."""
    with closing(open_desk(read_settings({"DOCGEN_DATA": str(site.data)}), warm=False)) as desk:
        sample = sampled(desk, random.Random(1))
    with closing(Caller(site.address)) as person, closing(Caller(site.address, site.token)) as system:
        person.sign_in(*site.people[0])
        looks = measure_looks(site.processes[0], person, system, sample, times=1, warm=0)
    assert looks.keys() == LOOKS.keys()
    assert all(look["p50"] > 0 and look["bytes"] > 0 for look in looks.values())
    assert looks["search, asset and step"]["bytes"] > 500


def test_a_seeded_office_is_a_whole_one(desk: Desk) -> None:
    """Copied letters have files, numbers, an audit chain and standings: a check of the archive finds nothing."""
    count = seed(desk, 40, years=2, files=True)
    while refresh(desk):
        pass
    keep_mirror(desk)
    report = check_archive(desk)
    assert count >= 40
    assert report.objects > 3 * count
    assert (report.findings(), report.events > count) == ([], True)
    with desk.catalogue.read() as tx:
        assert standings.standings_of(tx, [document.id for document in search_documents(tx, Filter(), count)])


def test_a_multiplied_office_answers_as_a_seeded_one(desk: Desk) -> None:
    """Copies have ids, numbers, codes, assets, words and standings of their own; no key dangles, no number is twice."""
    count = seed(desk, 20, years=1)
    while refresh(desk):
        pass
    with desk.catalogue.read() as tx:
        seeded = search_documents(tx, Filter(asset="BENCH-000000"), 200)
    multiply(desk.catalogue, 3)
    with desk.catalogue.read() as tx:
        copies = search_documents(tx, Filter(asset="BENCH-2-000000"), 200)
        assert [copy.step for copy in copies] == [letter.step for letter in seeded]
        assert {copy.id for copy in search_documents(tx, Filter(q=f"{seeded[0].title} 2"), 9)} >= {copies[0].id}
        assert len(standings.standings_of(tx, [copy.id for copy in copies])) == len(
            standings.standings_of(tx, [letter.id for letter in seeded])
        )
        entries = tx.execute(select(register_entries.c.number, register_entries.c.sequence)).all()
        assert len(entries) == len(set(entries)) >= 4 * count
        assert tx.exec_driver_sql("PRAGMA foreign_key_check").all() == []


@pytest.mark.office
def test_a_short_day_and_night_of_an_office_work(site: Site) -> None:
    """Every call is answered, the night's batch is made, and what the processes hold is sampled by role."""
    report = measure_days(site, DayPlan(seconds=4, rate=8, clients=4, batch=3, interval=0.5))
    figures = json.loads(json.dumps(report.as_json()))
    assert report.failed == 0, write_text(report)
    assert sum(times["answered"] for times in figures["day"].values()) > 10
    assert len(figures["batches"]["seconds"]) == 1
    assert {"service", "libreoffice", "helper"} <= figures["slopes"].keys()
    assert figures["processor_seconds"]["python"] > 0
    assert f"service: {report.slopes()['service']['MB'].amount:.0f} MB" in write_text(report)
