"""Nobody gives himself power: the officials are the administrator's, and not even he writes his own office."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from docgen.desk.access.accounts import change_user, create_user
from docgen.errors import Forbidden
from storage.catalogue import registers
from storage.catalogue.tables import audit
from storage.records import Official
from tests.rights.conftest import House
from tests.support.callers.pages import PASSWORD, words

pytestmark = pytest.mark.office

CHIEF = {"name": "Saya Sendiri", "post": "Kepala Dinas", "role": "kepala_dinas"}
FILE = b"id,name,post,role\npengelola-aset-2,Saya Sendiri,Kepala Dinas,kepala_dinas\nbaru,B,Kepala Dinas,kepala_dinas\n"


def people(house: House) -> list[object]:
    """Everybody in the register."""
    with house.desk.catalogue.read() as tx:
        return list(registers.list_officials(tx))


def removals(house: House) -> list[str]:
    """The officials that the log says were removed."""
    with house.desk.catalogue.read() as tx:
        removed = select(audit.c.subject).where(audit.c.action == "official.removed")
        return list(tx.execute(removed.order_by(audit.c.sequence)).scalars())


def test_who_writes_does_not_write_himself_into_office(house: House) -> None:
    """A token that acts as the Pengelola Aset may not decide as Kepala Bidang, and cannot become one: it neither
    changes, adds, removes nor imports officials, and neither does a clerk on the pages."""
    before = people(house)
    system = house.system("write", ("pengelola-aset-2",))
    for answer in (
        system.put("/officials/pengelola-aset-2", CHIEF),
        system.post("/officials", {"id": "saya", **CHIEF}),
        system("DELETE", "/officials/kepala-dinas"),
        system.post("/officials/import", data=FILE, content_type="text/csv"),
    ):
        assert answer.status_code == 403
    clerk = house.person("sari", "operator", "pengelola-aset-2")
    page = clerk.get("/pejabat")
    assert "/pejabat/baru" not in page.text
    assert "/pejabat/ubah" not in page.text
    for path, form in (
        ("/pejabat/ubah?id=pengelola-aset-2", CHIEF),
        ("/pejabat/baru", CHIEF),
        ("/pejabat/hapus", {"id": "kepala-dinas"}),
        ("/pejabat/impor", {"berkas": (io.BytesIO(FILE), "p.csv")}),
    ):
        assert clerk.post(path, form).status_code == 403
    assert people(house) == before


@pytest.mark.parametrize("official", ["kepala-bidang", "kepala-dinas"])
def test_an_administrator_does_not_change_the_official_he_acts_as(house: House, official: str) -> None:
    """Name, NIP, role and everything else that is printed of him: by page, API or file. Others he may change."""
    before = people(house)
    chief = house.person(f"kepala.{official}", "admin", official)
    chief.get("/pejabat")
    refused = chief.post(f"/pejabat/ubah?id={official}", CHIEF)
    assert (refused.status_code, "yang Anda wakili" in words(refused)) == (403, True)
    assert chief.post("/pejabat/hapus", {"id": official}).status_code == 403
    system = house.system("admin", (official,))
    assert system.put(f"/officials/{official}", CHIEF).status_code == 403
    assert system("DELETE", f"/officials/{official}").status_code == 403
    row = f"id,name,post,role\n{official},Saya Sendiri,Kepala Dinas,kepala_dinas\n".encode()
    told = system.post("/officials/import", data=row, content_type="text/csv").get_json()
    assert (told["added"], told["changed"], told["errors"][0]["line"]) == (0, 0, 2)
    sent = chief.post("/pejabat/impor", {"berkas": (io.BytesIO(row), "p.csv")})
    assert (sent.status_code, "yang Anda wakili" in words(sent)) == (422, True)
    assert people(house) == before
    with house.desk.catalogue.read() as tx:
        same = registers.get_official(tx, "pengelola-aset-2").model_dump(mode="json")
    assert system.put("/officials/pengelola-aset-2", same).status_code == 200


SPELLINGS = ("kepala-dinas%20", "%20kepala-dinas", "kepala%E2%80%8B-dinas", "kepala%E2%80%91dinas")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_of_an_official_is_the_same_one(house: House, spelling: str) -> None:
    """Who acts as the Kepala Dinas does not remove him by a code that only looks the same, and the log tells nothing;
    another administrator removes, by such a code, the one whom it means, and the log names him."""
    before, log = people(house), removals(house)
    assert house.system("admin", ("kepala-dinas",))("DELETE", f"/officials/{spelling}").status_code == 403
    assert (people(house), removals(house)) == (before, log)
    added = {"id": "kepala-gudang", "name": "Budi", "post": "Kepala Gudang", "role": "kepala_seksi"}
    chief = house.system("admin")
    assert chief.post("/officials", added).status_code == 201
    other = spelling.replace("dinas", "gudang")
    assert chief("DELETE", f"/officials/{other}").status_code == 204
    assert (people(house), removals(house)) == (before, [*log, "kepala-gudang"])


def test_nobody_adds_the_official_he_acts_as(house: House) -> None:
    """An official who was removed comes back by another administrator, not by one who still acts as him."""
    with house.desk.catalogue.write() as tx:
        registers.add_official(tx, Official.model_validate({"id": "sementara", **CHIEF}))
    system, chief = house.system("admin", ("sementara",)), house.system("admin")
    assert chief("DELETE", "/officials/sementara").status_code == 204
    assert system.post("/officials", {"id": "sementara", **CHIEF}).status_code == 403
    assert chief.post("/officials", {"id": "sementara", **CHIEF}).status_code == 201
    assert chief("DELETE", "/officials/sementara").status_code == 204


def test_an_administrator_does_not_appoint_himself(house: House) -> None:
    """Whom an account decides as is said by another administrator."""
    chief = house.person("kepala", "admin")
    chief.get("/pengguna")
    refused = chief.post("/pengguna/pejabat", {"name": "kepala", "officials": ["kepala-dinas"]})
    assert (refused.status_code, "administrator lain" in words(refused)) == (403, True)
    create_user(house.desk, "budi", "operator", "Budi", PASSWORD)
    assert chief.post("/pengguna/pejabat", {"name": "budi", "officials": ["kepala-dinas"]}).status_code == 303
    with pytest.raises(Forbidden):
        change_user(house.desk, "budi", "budi", officials=["*"])


def test_writing_is_not_administering(house: House) -> None:
    """A token that writes changes neither the office nor its officials; one that administers does."""
    writer, chief = house.system("write"), house.system("admin")
    office = chief.get("/office").get_json()
    assert writer.put("/office", office).status_code == 403
    assert chief.put("/office", office).status_code == 200
