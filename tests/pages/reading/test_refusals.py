"""What pages say of a decision that lacks its paper, of a letter that was refused, and of the sheet that refused it."""

from __future__ import annotations

import pytest

from docgen.desk import Desk
from tests.support.callers.pages import Person, words
from tests.support.office.decisions import approval_sheet, decide, issue_example

pytestmark = pytest.mark.office


def test_dossier_and_letters_tell_whose_turn_it_is_and_who_refused(operator: Person, desk: Desk) -> None:
    """Decided: only the sheet is left. Refused by a sheet: its number, the step returned, the skipped one as such."""
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    address = f"/berkas/{note.dossier}"
    assert "Giliran Kepala Bidang: langkah 3" in words(operator.get(address))
    decide(desk, note, "kepala-bidang", "setuju")
    shown = words(operator.get(address))
    assert "Langkah 3: tinggal Lembar Persetujuan" in shown
    assert "Disetujui Kepala Bidang" in shown
    assert "Giliran" not in shown
    no = approval_sheet(desk, note.dossier, "Ditolak")
    told = f"oleh Lembar Persetujuan nomor {no.number}"
    shown = words(operator.get(address))
    assert "Giliran Kepala Seksi: langkah 2" in shown
    assert told in shown
    assert "Terlewat" in shown
    assert "Buat pengganti Nota Dinas" in shown
    letter = words(operator.get(f"/d/{note.id}"))
    assert f"Ditolak {told}" in letter
    assert "Buat penggantinya" in letter
    paper = words(operator.get(f"/d/{no.id}"))
    assert "Lembar ini menolak" in paper
    assert "tidak menjadi dasar" in paper
