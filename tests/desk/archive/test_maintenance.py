"""Runs of backup and check are noted with how they ended."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from docgen.desk import Desk
from docgen.desk.archive.maintenance import noted_run
from storage.catalogue import maintenance
from storage.catalogue.tables import maintenance_runs
from storage.errors import StoreUnavailable
from storage.records import MaintenanceRun

START = dt.datetime(2026, 11, 28, 1, 0, tzinfo=dt.UTC)


def test_the_newest_run_is_told_by_kind_and_by_how_it_ended(desk: Desk) -> None:
    """A check that failed after one that was sound is the newest; the sound one is still told when asked for."""
    with noted_run(desk, "verify") as outcome:
        outcome.summary = {"objects": 3}
    with noted_run(desk, "verify") as outcome:
        outcome.is_ok, outcome.summary = False, {"objects": 3, "missing": 1}
    with desk.catalogue.read() as tx:
        newest, sound = maintenance.last_run(tx, "verify"), maintenance.last_run(tx, "verify", is_ok=True)
        assert maintenance.last_run(tx, "backup") is None
    assert newest is not None
    assert sound is not None
    assert (newest.is_ok, newest.summary) == (False, {"objects": 3, "missing": 1})
    assert (sound.is_ok, sound.summary) == (True, {"objects": 3})
    assert newest.started_at <= newest.ended_at


def test_a_run_that_raises_is_noted_as_failed_without_a_path(desk: Desk) -> None:
    """Its error goes on to the caller; one that a person interrupts is no run at all."""
    with pytest.raises(OSError, match="No space"), noted_run(desk, "backup"):
        raise OSError(28, "No space left on device", "/srv/rahasia/cadangan.gz")
    with pytest.raises(KeyboardInterrupt), noted_run(desk, "backup"):
        raise KeyboardInterrupt
    with desk.catalogue.read() as tx:
        run = maintenance.last_run(tx, "backup")
    assert run is not None
    assert (run.is_ok, run.summary) == (False, {"error": "OSError: No space left on device"})


def test_a_note_that_cannot_be_written_fails_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The backup is there, whatever becomes of its note."""

    def away(*_: object) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(maintenance, "add_run", away)
    with noted_run(desk, "backup"):
        pass
    with desk.catalogue.read() as tx:
        assert maintenance.last_run(tx, "backup") is None


def test_old_runs_are_forgotten(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each kind the newest stay, so that a nightly timer fills no table."""
    monkeypatch.setattr(maintenance, "MOST", 3)
    runs = [MaintenanceRun(id=str(day), kind="backup", started_at=START, ended_at=START + dt.timedelta(day),
                           is_ok=True, summary={}) for day in range(5)]  # fmt: skip
    with desk.catalogue.write() as tx:
        maintenance.add_run(tx, runs[0].model_copy(update={"id": "v", "kind": "verify"}))
        for run in runs:
            maintenance.add_run(tx, run)
    with desk.catalogue.read() as tx:
        left = tx.execute(select(maintenance_runs.c.id).order_by(maintenance_runs.c.id)).scalars().all()
    assert left == ["2", "3", "4", "v"]
