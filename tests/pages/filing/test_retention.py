"""The retention page: lists, what is refused, what is destroyed, and what the pages of a destroyed document say."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from storage.catalogue.numbering import numbers
from storage.records import RegisterEntry
from tests.support.callers.pages import PASSWORD, Person, application, words
from tests.support.office.closed_dossiers import closed_dossier, in_years

pytestmark = pytest.mark.office


def test_nothing_due_is_said(admin: Person, operator: Person) -> None:
    """An empty list says what would stand there, the table in force can be read; a clerk is not let in."""
    said = words(admin.get("/retensi"))
    assert "Belum ada berkas yang habis masa simpannya" in said
    assert "000.2.4" in said
    assert "Retensi" in words(admin.get("/kantor"))
    assert "Retensi" not in words(operator.get("/kantor"))
    assert operator.get("/retensi").status_code == 403
    assert operator.post("/retensi/musnahkan", {"dossier": "x"}).status_code == 403


def test_a_due_dossier_is_destroyed_by_the_page(desk: Desk) -> None:
    """Each thing that lacks is told at its field; then the document's page, PDF and API say that it is destroyed."""
    [first, _] = closed_dossier(desk)
    create_user(desk, "kepala", "admin", "Kepala Subbagian", PASSWORD)
    admin = Person(application(in_years(desk, 6))).sign_in("kepala")
    assert first.dossier in admin.get("/retensi").get_data(as_text=True)
    whole = {
        "dossier": first.dossier,
        "official": "kepala-dinas",
        "approval": "B/000.5/7/2031",
        "reason": "Habis masa simpannya",
        "sure": "1",
    }
    for field, told in (
        ("dossier", "Pilih berkas"),
        ("official", "Pilih pejabat yang menjabat"),
        ("approval", "Tulis nomor dan tanggal"),
        ("reason", "Tulis alasan"),
        ("sure", "Centang"),
    ):
        refused = admin.post("/retensi/musnahkan", {key: value for key, value in whole.items() if key != field})
        assert refused.status_code == 422
        assert told in words(refused)
    assert admin.post("/retensi/musnahkan", whole).status_code == 303
    assert "Belum ada berkas yang habis masa simpannya" in words(admin.get("/retensi"))
    page = admin.get(f"/d/{first.id}")
    assert page.status_code == 200
    assert "Naskah ini sudah dimusnahkan" in words(page)
    assert "B/000.5/7/2031" in words(page)
    gone = admin.get(f"/d/{first.id}/pdf")
    assert gone.status_code == 404
    assert "Dimusnahkan" in words(gone)
    assert "sudah dimusnahkan" in words(admin.get(f"/verifikasi/{first.code}"))
    for place in (f"/berkas/{first.dossier}", "/arsip", "/agenda", "/riwayat"):
        assert admin.get(place).status_code == 200, place
    again = admin.post("/retensi/musnahkan", whole)
    assert again.status_code == 409
    assert "sudah kosong" in words(again)


def test_a_number_lost_with_the_catalogue_is_listed(desk: Desk, admin: Person) -> None:
    """The buku agenda shows it without a link: no document is left of it."""
    with desk.catalogue.write() as tx:
        sequence = numbers.take_sequence(tx, "DiskominfoSP2", desk.today().year)
        entry = RegisterEntry(
            unit="DiskominfoSP2",
            year=desk.today().year,
            sequence=sequence,
            number=str(sequence),
            status="void",
            document="",
            date=dt.date(desk.today().year, 1, 2),
            title="Hilang bersama katalog",
            reason="Hilang bersama katalog",
        )
        numbers.add_entry(tx, entry)
    assert "Hilang bersama katalog" in words(admin.get("/agenda"))
