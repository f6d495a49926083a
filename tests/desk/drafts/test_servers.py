"""Drafts on PostgreSQL: those who act at the same moment take turns on the draft's row."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.drafts.write import change_draft
from docgen.desk.setup import initialise
from docgen.errors import ChangedMeanwhile, Conflict, Forbidden
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import registers
from storage.catalogue.drafting import draft_hands
from storage.catalogue.numbering import numbers
from storage.records import Draft
from tests.support.callers.roles import caller
from tests.support.office.drafts import HEAD, SECTION, at_signature, changed, say_on, signed, states, submitted

pytestmark = [pytest.mark.office, pytest.mark.postgres]


def test_those_who_act_at_once_take_turns(tmp_path: Path, converter: Converter, postgres_url: str) -> None:
    """Eight who sign get one letter; of eight who correct one version one counts; of two who decide the first does."""
    desk = open_desk(read_settings({"DOCGEN_DATA": str(tmp_path), "DOCGEN_DATABASE_URL": postgres_url}), converter)
    initialise(desk, demo=True)
    _sign_at_once(desk)
    draft = submitted(desk)
    _correct_at_once(desk, draft)
    _decide_at_once(desk, draft)
    desk.catalogue.close()


def _sign_at_once(desk: Desk) -> None:
    draft = at_signature(desk)
    people = [HEAD, *(caller(f"ajudan {index}", "kepala-dinas") for index in range(7))]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda who: signed(desk, draft, who), people))
    assert len({document.id for document in made}) == 1
    with desk.catalogue.read() as tx:
        unit = registers.get_office(tx).unit_code
        assert [entry.sequence for entry in numbers.list_entries(tx, unit, desk.today().year)] == [1]


def _correct_at_once(desk: Desk, draft: Draft) -> None:
    def correct(index: int) -> bool:
        try:
            change_draft(desk, SECTION, draft.id, changed(desk, f"Perbaikan {index}"), draft.version)
        except ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(correct, range(8))) == 1
    with desk.catalogue.read() as tx:
        versions = [(one.version, one.late) for one in draft_hands.list_versions(tx, draft.id)]
    assert versions == [(1, 0), (2, 0), *((2, late) for late in range(1, 8))]


def _decide_at_once(desk: Desk, draft: Draft) -> None:
    def decide(decision: str) -> bool:
        try:
            say_on(desk, draft, SECTION, "kepala-seksi", decision, "Alasannya")
        except (Conflict, Forbidden):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, ("paraf", "perbaiki"))) == [False, True]
    assert states(desk, draft)[0][1] in ("paraf", "perbaiki")
