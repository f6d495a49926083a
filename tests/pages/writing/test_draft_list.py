"""A person's drafts: all of them listed, searched, deleted and brought back."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from tests.support.callers.pages import PASSWORD, Person, words
from tests.support.office.drafts import submitted

pytestmark = pytest.mark.office
FORM = "/buat/pemeliharaan/2/nota_dinas"


def save(operator: Person, form: dict[str, Any], hal: str) -> str:
    """Save a form as a new draft; return the draft's id."""
    operator.get(FORM)
    answer = operator.post(FORM, form | {"data.hal": hal, "kunci": "", "aksi": "draf"})
    return str(answer.location.partition("draf=")[2])


def test_every_draft_is_listed_and_found_by_its_words(operator: Person, form: dict[str, Any]) -> None:
    """More drafts than the home page shows are all there, and the search finds one by its subject, text or asset."""
    for number in range(9):
        save(operator, form, f"Urusan ke-{number}")
    shown = words(operator.get("/buat/draf"))
    assert all(f"Urusan ke-{number}" in shown for number in range(9))
    assert "9 draf" in shown
    found = words(operator.get("/buat/draf?q=URUSAN+ke-4+nota"))
    assert ("Urusan ke-4" in found, "Urusan ke-5" in found, "1 dari 9 draf" in found) == (True, False, True)
    assert "9 dari 9 draf" in words(operator.get("/buat/draf?q=6310190000101"))
    assert "Tidak ada draf seperti itu." in words(operator.get("/buat/draf?q=gajah"))


def test_a_deleted_draft_comes_back_at_a_press(operator: Person, admin: Person, form: dict[str, Any]) -> None:
    """The page that follows the deletion offers to undo it, later the list does; another's draft is not there."""
    id = save(operator, form, "Pengadaan kabel")
    deleted = words(operator.post(f"/buat/draf/{id}/hapus", follow_redirects=True))
    assert "Draf Pengadaan kabel dihapus." in deleted
    assert "Urungkan" in deleted
    assert "1 draf dihapus; masih dapat dikembalikan selama 30 hari" in words(operator.get("/buat/draf"))
    assert operator.get(f"{FORM}?draf={id}").status_code == 404
    admin.get("/")
    assert admin.post(f"/buat/draf/{id}/kembalikan").status_code == 404
    assert "Pengadaan kabel" not in words(admin.get("/buat/draf"))
    assert "Draf dikembalikan." in words(operator.post(f"/buat/draf/{id}/kembalikan", follow_redirects=True))
    assert 'value="Pengadaan kabel"' in operator.get(f"{FORM}?draf={id}").text


def test_going_back_to_the_draft_of_an_issued_letter_leads_to_the_letter(
    operator: Person, form: dict[str, Any]
) -> None:
    """A form that was issued from its draft is not shown again: its address leads to the letter it became."""
    id = save(operator, form, "Terbit dari draf")
    page = operator.get(f"{FORM}?draf={id}").text
    key = page.partition('name="kunci" value="')[2].partition('"')[0]
    sent = form | {"data.hal": "Terbit dari draf", "kunci": key, "draf": id, "aksi": "terbitkan"}
    made = operator.post(FORM, sent).location
    assert operator.get(f"{FORM}?draf={id}").location == made
    assert "Terbit dari draf" not in words(operator.get("/buat/draf"))


def test_drafts_are_listed_by_state_and_those_of_others_apart(desk: Desk, operator: Person) -> None:
    """A state is chosen above the list; an official finds there what others wrote, and whose turn it is."""
    submitted(desk)
    create_user(desk, "fauzi", "pejabat", "Fauzi", PASSWORD, officials=["kepala-bidang"])
    fauzi = Person(operator.app).sign_in("fauzi")
    shown = words(fauzi.get("/buat/draf"))
    assert "Draf untuk saya" in shown
    assert "Menunggu paraf Siti Norhayati, S.Kom." in shown
    assert "Tidak ada draf seperti itu." in words(fauzi.get("/buat/draf?keadaan=signing"))
    assert "Belum ada draf." in words(operator.get("/buat/draf"))
    assert "Belum ada draf untuk Anda." in words(operator.get("/buat/draf?milik=lain"))
