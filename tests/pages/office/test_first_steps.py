"""Langkah awal: an administrator of a new office is led from step to step, can leave, come back, and put it aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from docgen.demo import load_demo
from docgen.desk import Desk, open_desk
from docgen.desk.access.accounts import create_user, reset_password
from docgen.desk.access.first_password import FIRST_USER, keep_first_password
from docgen.desk.audit_actions import Action
from docgen.desk.first_steps import NAMES, first_steps
from docgen.desk.registers.edit import change_emblem, change_office
from docgen.desk.setup import EMPTY_OFFICE, initialise
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import audit, maintenance, registers
from storage.records import MaintenanceRun
from tests.support.callers.pages import PASSWORD, Person, application, person, words

PAGE = "/langkah-awal"
HOME_CARD = "Langkah awal kantor ini"


@pytest.fixture
def empty(tmp_path: Path, converter: Converter) -> Iterator[Desk]:
    """An office as `docgen serve` begins it without `--demo`."""
    settings = read_settings({"DOCGEN_DATA": str(tmp_path / "data"), "DOCGEN_PUBLIC_URL": "https://naskah.example"})
    desk = open_desk(settings, converter)
    initialise(desk, demo=False)
    yield desk
    desk.catalogue.close()


@pytest.fixture
def site(empty: Desk) -> Flask:
    """The application over the empty office."""
    return application(empty)


@pytest.fixture
def head(empty: Desk, site: Flask) -> Person:
    """The first administrator, signed in."""
    create_user(empty, "kepala", "admin", "Kepala Subbagian", PASSWORD)
    return Person(site).sign_in("kepala")


def note_backup(desk: Desk, *, is_ok: bool) -> None:
    """Note a backup that ended just now."""
    run = MaintenanceRun(id="run", kind="backup", started_at=desk.now(), ended_at=desk.now(), is_ok=is_ok, summary={})
    with desk.catalogue.write() as tx:
        maintenance.add_run(tx, run)


def states(page: str) -> dict[str, str]:
    """What the page says of each step."""
    rows = re.findall(r'<li class="step [^"]*" id="(\w+)".*?<span class="step-state">([^<]*)<', page, re.DOTALL)
    return dict(rows)


def test_an_empty_office_begins_with_its_first_steps(head: Person) -> None:
    """Home leads to the page; each step says why and where, the first open one is next, nothing is done but what is."""
    assert HOME_CARD in words(head.get("/"))
    page = head.get(PAGE).get_data(as_text=True)
    assert list(states(page)) == list(NAMES)
    assert states(page)["password"] == "Berikutnya"
    assert {name for name, state in states(page).items() if state == "Selesai"} == {"accounts"}
    for link in ("/sandi", "/kantor", "/pejabat", "/aset", "/pengguna", "/buat"):
        assert f'href="{link}"' in page
        assert head.get(link).status_code == 200


def test_steps_are_done_by_doing_them(empty: Desk, head: Person) -> None:
    """Data of the office, emblem, register of officials, backup: the page sees each by itself."""
    office = EMPTY_OFFICE.model_copy(
        update={"name": "DINAS CONTOH", "unit_code": "DC", "address": "Jalan Contoh 1", "holidays": [empty.today()]}
    )
    change_office(empty, office, by="kepala")
    change_emblem(empty, load_demo().emblem, by="kepala")
    note_backup(empty, is_ok=True)
    state_by_step = states(head.get(PAGE).get_data(as_text=True))
    assert {name for name, state in state_by_step.items() if state == "Selesai"} == {
        "accounts", "office", "emblem", "numbering", "holidays", "backup",
    }  # fmt: skip


def test_a_backup_that_failed_is_none(empty: Desk, head: Person) -> None:
    """Only a run that ended well counts."""
    note_backup(empty, is_ok=False)
    assert states(head.get(PAGE).get_data(as_text=True))["backup"] == "Belum"


def test_the_address_is_right_when_one_came_by_it(empty: Desk) -> None:
    """The printed address counts as checked for whoever came by it; another, or one of this machine alone, does not."""

    def is_done(desk: Desk, came_by: str) -> bool:
        return next(step.is_done for step in first_steps(desk, came_by).steps if step.name == "address")

    assert is_done(empty, "https://naskah.example")
    assert not is_done(empty, "http://naskah.example")
    assert not is_done(empty, "https://naskah.example:8443")


def test_an_address_of_this_machine_alone_is_not_done(head: Person, empty: Desk) -> None:
    """The page shows both addresses and names the setting."""
    page = words(head.get(PAGE))
    assert f"Tercetak: {empty.public_url} Anda membuka: http://localhost" in page
    assert "DOCGEN_PUBLIC_URL" in page


def test_a_step_can_be_said_to_be_done_and_opened_again(empty: Desk, head: Person) -> None:
    """What nothing shows, a person says; it is in the log, and can be taken back."""
    head.get(PAGE)
    assert head.post(PAGE, {"langkah": "mail", "aksi": "selesai"}).status_code == 303
    assert states(head.get(PAGE).get_data(as_text=True))["mail"] == "Dinyatakan selesai"
    head.post(PAGE, {"langkah": "mail", "aksi": "selesai"})
    with empty.catalogue.read() as tx:
        assert [event.subject for event in audit.events_of(tx, [Action.FIRST_STEP_DONE])] == ["mail"]
    head.post(PAGE, {"langkah": "mail", "aksi": "buka"})
    assert states(head.get(PAGE).get_data(as_text=True))["mail"] == "Belum"
    for name in ("surga", "password"):
        assert head.post(PAGE, {"langkah": name, "aksi": "selesai"}).status_code == 404


def test_the_list_goes_when_it_is_put_aside_and_comes_back(head: Person) -> None:
    """Home no longer reminds; the page stays in the menu, and has home remind again."""
    head.get(PAGE)
    head.post(PAGE, {"langkah": "daftar", "aksi": "selesai"})
    home = head.get("/")
    assert HOME_CARD not in words(home)
    assert f'href="{PAGE}"' in home.get_data(as_text=True)
    assert "tidak lagi mengingatkan" in words(head.get(PAGE))
    head.post(PAGE, {"langkah": "daftar", "aksi": "buka"})
    assert HOME_CARD in words(head.get("/"))


def test_the_list_goes_when_everything_is_done(empty: Desk, head: Person) -> None:
    """With the last step home is the office's again, and the page says so."""
    (empty.data / "kata-sandi-awal.txt").unlink()
    head.get(PAGE)
    for name in NAMES[1:]:
        head.post(PAGE, {"langkah": name, "aksi": "selesai"})
    assert HOME_CARD not in words(head.get("/"))
    assert "Semua langkah selesai" in words(head.get(PAGE))


def test_only_administrators_see_it(empty: Desk, site: Flask) -> None:
    """A clerk has no such page, card or menu."""
    clerk = person(empty, "operator", site)
    assert PAGE not in clerk.get("/").get_data(as_text=True)
    assert clerk.get(PAGE).status_code == 403
    assert clerk.post(PAGE, {"langkah": "mail", "aksi": "selesai"}).status_code == 403


def test_the_first_password_counts_as_changed_once_it_is(empty: Desk, site: Flask) -> None:
    """The password that was made at the first start is open until it is changed."""
    first_password = reset_password(empty, FIRST_USER)
    admin = Person(site)
    admin.get("/masuk")
    assert admin.post("/masuk", {"name": FIRST_USER, "password": first_password}).status_code == 303
    assert states(admin.get(PAGE).get_data(as_text=True))["password"] == "Selesai"
    keep_first_password(empty, first_password)
    assert states(admin.get(PAGE).get_data(as_text=True))["password"] == "Berikutnya"
    new = "sapi-hitam-di-sawah"
    admin.get("/sandi")
    assert admin.post("/sandi", {"old": first_password, "new": new, "again": new}).status_code == 303
    assert states(admin.get(PAGE).get_data(as_text=True))["password"] == "Selesai"


def test_a_first_letter_ends_the_steps(desk: Desk) -> None:
    """The demo office has officials, assets and emblem; its register is empty until a letter is issued."""
    by_name = {step.name: step.is_done for step in first_steps(desk, "").steps}
    assert {"office", "emblem", "officials", "assets"} <= {name for name, is_done in by_name.items() if is_done}
    assert not by_name["letter"]
    with desk.catalogue.read() as tx:
        assert registers.count_assets(tx) > 0
