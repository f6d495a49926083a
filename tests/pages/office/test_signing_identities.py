"""The page of an official's identity at BSrE: masked, set after a proof, checked as a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from storage.catalogue import registers
from storage.records import Official
from tests.servers.bsre import BsreServer
from tests.servers.bsre import Person as Signer
from tests.support.callers.pages import PASSWORD, Person, application, words
from tests.support.office.electronic import bsre, electronic

__all__ = ["bsre"]  # a fixture

pytestmark = pytest.mark.office

NIK = "3671014510850003"
MASKED = "3671••••••••0003"


def official(desk: Desk) -> Official:
    """An official of the demo office."""
    with desk.catalogue.read() as tx:
        return registers.list_officials(tx)[0]


def address(desk: Desk) -> str:
    """The page of the official."""
    return f"/pejabat/identitas?id={official(desk).id}"


@pytest.fixture
def connected(desk: Desk, bsre: BsreServer, tmp_path: Path) -> Flask:
    """The application of an office that signs through BSrE."""
    return application(electronic(desk, bsre, tmp_path))


def test_it_is_set_and_removed_and_never_shown_whole(admin: Person, desk: Desk) -> None:
    """The value is on no page after it was entered; the log has it masked."""
    id = official(desk).id
    assert "Belum diisi" in words(admin.get(address(desk)))
    assert admin.post("/pejabat/identitas/simpan", {"id": id, "identity": NIK}).status_code == 303
    shown = admin.get(address(desk)).get_data(as_text=True)
    assert MASKED in shown
    for path in (address(desk), f"/pejabat/ubah?id={id}", "/pejabat", "/riwayat"):
        assert NIK not in admin.get(path).get_data(as_text=True)
    assert MASKED in words(admin.get("/riwayat"))
    assert admin.post("/pejabat/identitas/hapus", {"id": id}).status_code == 303
    assert "Belum diisi" in words(admin.get(address(desk)))


def test_what_is_wrong_stays_typed(admin: Person, desk: Desk) -> None:
    """A NIK that is none comes back with a sentence, as it was typed."""
    answer = admin.post("/pejabat/identitas/simpan", {"id": official(desk).id, "identity": "3671014510850000"})
    assert answer.status_code == 422
    assert "tidak mungkin 0000" in words(answer)
    assert "3671014510850000" in answer.get_data(as_text=True)


def test_bsre_says_whether_he_may_sign(connected: Flask, desk: Desk, bsre: BsreServer, admin: Person) -> None:
    """The check shows BSrE's answer as a sentence, before any passphrase: that he may sign, or why not."""
    id = official(desk).id
    admin.post("/pejabat/identitas/simpan", {"id": id, "identity": NIK})
    create_user(desk, "lain", "admin", "Lain", PASSWORD)
    person = Person(connected).sign_in("lain")
    person.get(address(desk))
    assert "BSrE tidak mengenal" in words(person.post("/pejabat/identitas/periksa", {"id": id}))
    bsre.people.append(Signer(official(desk).name, NIK, "sandi"))
    assert "notice-success" in person.post("/pejabat/identitas/periksa", {"id": id}).get_data(as_text=True)
    bsre.people[0] = Signer(official(desk).name, NIK, "sandi", status="EXPIRED")
    assert "notice-warning" in person.post("/pejabat/identitas/periksa", {"id": id}).get_data(as_text=True)


def test_an_official_sees_his_own_alone(connected: Flask, desk: Desk, admin: Person) -> None:
    """He has the page of his own without a form to change it; another's is closed, and setting it is for others."""
    with desk.catalogue.read() as tx:
        mine, other = registers.list_officials(tx)[:2]
    admin.post("/pejabat/identitas/simpan", {"id": mine.id, "identity": NIK})
    create_user(desk, "pejabat", "pejabat", "Pejabat", PASSWORD, officials=[mine.id])
    person = Person(connected).sign_in("pejabat")
    shown = person.get(f"/pejabat/identitas?id={mine.id}").get_data(as_text=True)
    assert MASKED in shown
    assert 'name="identity"' not in shown
    assert person.get(f"/pejabat/identitas?id={other.id}").status_code == 403
    assert person.post("/pejabat/identitas/periksa", {"id": other.id}).status_code == 403
    assert person.post("/pejabat/identitas/simpan", {"id": mine.id, "identity": "a@example.go.id"}).status_code == 403
