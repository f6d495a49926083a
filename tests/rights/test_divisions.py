"""Divisions (bidang): where the office limits them, people see and do what is of their own, and what is theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from docgen.desk.access.accounts import change_user, get_user
from docgen.desk.issuing.issue import issue
from docgen.desk.registers.edit import change_office, change_official
from docgen.desk.rights import person
from docgen.errors import InvalidSubmission
from storage.catalogue import documents, registers
from storage.records import Document
from tests.rights.conftest import MINE, House, letter_request
from tests.support.callers.pages import Person, words

pytestmark = pytest.mark.office

OWN, OTHER = "Bidang Aset", "Bidang Statistik"


@pytest.fixture(scope="module")
def limited(house: House) -> Iterator[tuple[Person, Person, Document]]:
    """A clerk of each division, and a letter by the first one, while the office limits what they see."""
    own, other = house.person("juru.aset", "operator"), house.person("juru.statistik", "operator")
    change_user(house.desk, "juru.aset", "admin", divisions=[OWN])
    change_user(house.desk, "juru.statistik", "admin", divisions=[OTHER])
    set_limit(house, on=True)
    request = letter_request(house.desk, title="Pengadaan lemari arsip bidang")
    try:
        yield own, other, issue(house.desk, request, "juru.aset")
    finally:
        set_limit(house, on=False)


def set_limit(house: House, *, on: bool) -> None:
    """Have the office limit divisions, or not."""
    with house.desk.catalogue.read() as tx:
        office = registers.get_office(tx)
    change_office(house.desk, office.model_copy(update={"divisions_limit": on}), by="admin")


def test_a_letter_is_of_its_authors_division(house: House, limited: tuple[Person, Person, Document]) -> None:
    """It stands in the letter's row and in what was journaled, and the API tells it."""
    document = limited[2]
    assert document.division == OWN
    with house.desk.catalogue.read() as tx:
        assert documents.get_document(tx, document.id).division == OWN
        assert documents.get_contents(tx, document.id)[0].division == OWN
    assert house.system("read").get(f"/documents/{document.id}").get_json()["division"] == OWN


def test_another_division_never_meets_it(house: House, limited: tuple[Person, Person, Document]) -> None:
    """It is absent by address, search, dossier and page; its number stands in the register without a title."""
    own, other, document = limited
    here = f"/d/{document.id}"
    for path in (here, f"{here}/pdf", f"{here}/docx", f"{here}/halaman/1.png", f"/berkas/{document.dossier}"):
        assert (own.get(path).status_code, other.get(path).status_code) == (200, 404)
    for path in ("/arsip?q=lemari", "/berkas", f"/arsip/{MINE}", "/agenda", "/"):
        assert document.title not in words(other.get(path))
    assert document.title in words(own.get("/arsip?q=lemari"))
    assert document.number in words(other.get("/agenda"))
    assert "(naskah bidang lain)" in words(other.get("/agenda"))
    for path in (f"{here}/batalkan", f"{here}/bagikan", f"{here}/segel"):
        assert other.post(path, {"reason": "coba", "days": "3"}).status_code == 404


def test_who_has_no_division_or_is_on_its_way_sees_it(house: House, limited: tuple[Person, Person, Document]) -> None:
    """An account without divisions is not limited, and an official of another division opens what he signs."""
    document = limited[2]
    assert house.person("tanpa.bidang", "operator").get(f"/d/{document.id}").status_code == 200
    signer = house.person("penanda.bidang", "pejabat", document.signer)
    change_user(house.desk, "penanda.bidang", "admin", divisions=[OTHER])
    assert signer.get(f"/d/{document.id}").status_code == 200


def test_nobody_issues_for_another_division(house: House, limited: tuple[Person, Person, Document]) -> None:
    """A signer of another division is refused beside his field before anything is numbered, and in the check."""
    with house.desk.catalogue.read() as tx:
        signer = registers.get_official(tx, limited[2].signer)
    change_official(house.desk, signer.model_copy(update={"division": OTHER}), by="admin")
    own = person(house.desk.roles, get_user(house.desk, "juru.aset"), divisions_limit=True)
    try:
        with pytest.raises(InvalidSubmission) as refused:
            issue(house.desk, letter_request(house.desk), "juru.aset", within=own.within)
        assert [error.field for error in refused.value.errors] == ["signer"]
        assert f"bidang {OTHER}; akun Anda hanya untuk {OWN}" in refused.value.errors[0].message
    finally:
        change_official(house.desk, signer, by="admin")


def test_without_the_offices_limit_divisions_hide_nothing(
    house: House, limited: tuple[Person, Person, Document]
) -> None:
    """Divisions are then only a word on the letter."""
    _own, other, document = limited
    set_limit(house, on=False)
    try:
        assert other.get(f"/d/{document.id}").status_code == 200
    finally:
        set_limit(house, on=True)


def test_nobody_leaves_his_division_by_himself(house: House, limited: tuple[Person, Person, Document]) -> None:
    """An account does not change its own divisions, and the office's limit takes the right to administer."""
    other = limited[1]
    assert other.post("/pengguna/ubah?name=juru.statistik", {"divisions": ""}).status_code == 403
    assert other.post("/kantor", {"divisions_limit": "false"}).status_code == 403
    chief = house.person("kepala.bidang.lain", "admin")
    change_user(house.desk, "kepala.bidang.lain", "admin", divisions=[OTHER])
    chief.post("/pengguna/ubah?name=kepala.bidang.lain", {"full_name": "Kepala", "divisions": ""})
    assert chief.get(f"/d/{limited[2].id}").status_code == 404
