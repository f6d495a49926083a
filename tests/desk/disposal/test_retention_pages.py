"""The lists of the retention page, which SQL finds by what dossiers hold and when they were closed."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from docgen.desk import Desk
from docgen.desk.disposal.retention import STATES, count_retention, retention, retention_page, standing_of
from docgen.retention import State
from storage.catalogue import documents, dossiers
from storage.catalogue.registers import get_office
from storage.records import OUTSIDE_SOP, Document, Dossier

pytestmark = pytest.mark.office

YEARS = (0, 1, 2, 3, 4, 5, 7, 10)
DAYS = (-1, 0, 1)
KINDS = (("nota_dinas",), ("persetujuan", "nota_dinas"), ("laporan_pengadaan",), ("hasil_evaluasi", "notula"), ())


def _fill(desk: Desk) -> list[Dossier]:
    """Add dossiers of every procedure, of one that the SOP lacks, and outside of it, closed on the days that matter."""
    found = []
    slugs = [procedure.slug for procedure in desk.sop.procedures]
    with desk.catalogue.write() as tx:
        zone, today = ZoneInfo(get_office(tx).time_zone), desk.today_in(tx)
        for procedure in (*slugs, "dahulu", OUTSIDE_SOP):
            for kinds in KINDS:
                for years in YEARS:
                    for days in DAYS:
                        number = len(found)
                        closed_on = today.replace(day=1, year=today.year - years) + dt.timedelta(days=days)
                        dossier = Dossier(
                            id=f"{number:026d}",
                            procedure=procedure,
                            assets=[],
                            title="Berkas",
                            opened_at=desk.now(),
                            closed_at=dt.datetime.combine(closed_on, dt.time(23, 30), zone),
                            classification="000.1.5" if procedure == OUTSIDE_SOP else "",
                            year=2026 if procedure == OUTSIDE_SOP else 0,
                        )
                        dossiers.add_dossier(tx, dossier)
                        found.append(dossier)
                        for nth, kind in enumerate(kinds):
                            documents.put_document(tx, _document(desk, dossier, kind, f"{number:025d}{nth}"), {})
    return found


def _document(desk: Desk, dossier: Dossier, kind: str, id: str) -> Document:
    return Document(
        id=id, number=id, unit="X", year=2026, sequence=int(id), status="issued", kind=kind, step=1, assets=[],
        procedure=dossier.procedure, dossier=dossier.id, title="Perihal", date=dt.date(2026, 1, 2), code=id, revision=1,
        signer="kepala-dinas", created_at=desk.now(), created_by="sari",
    )  # fmt: skip


def test_every_list_has_the_dossiers_that_stand_so_in_the_table(desk: Desk) -> None:
    """On the days before, at and after each limit, of every procedure and mix of kinds; empty dossiers are in none."""
    closed = _fill(desk)
    with desk.catalogue.read() as tx:
        standings = {dossier.id: standing_of(desk, tx, dossier) for dossier in closed}
    expected: dict[State, list[str]] = {state: [] for state in STATES}
    for dossier in sorted(closed, key=lambda dossier: (dossier.closed_at, dossier.id)):
        if standings[dossier.id].documents:
            expected[standings[dossier.id].standing.state].append(dossier.id)
    assert sum(map(bool, expected.values())) == len(STATES) - 1  # all but open ones
    for state in STATES:
        listed, after = [], ""
        while True:
            page = retention_page(desk, [state], after=after, limit=7)
            listed += [entry.dossier.id for entry in page.entries]
            if not page.next:
                break
            after = page.next
        assert listed == expected[state]
        assert count_retention(desk, [state]) == len(listed)
    assert len(retention(desk, tuple(STATES))) == sum(map(len, expected.values()))
