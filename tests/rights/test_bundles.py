"""Bundles of readers: each steers his own, and begins a bounded number of them."""

from __future__ import annotations

import pytest

from docgen.desk.access.tokens import create_token
from docgen.desk.background import quota
from docgen.desk.rights import require_for_job
from docgen.errors import Forbidden
from storage.records import Job
from tests.rights.conftest import House
from tests.support.callers.api import Caller
from tests.support.callers.pages import Person, words
from tests.support.callers.roles import caller

pytestmark = pytest.mark.office


def begin(house: House, person: Person) -> str:
    """Begin a bundle, which stays queued; returns its page, or the one that says why not."""
    person.get("/bundel")
    return str(person.post("/bundel", {"documents": [house.mine.id]}).headers["Location"])


def test_a_reader_steers_his_own_bundle_alone(house: House) -> None:
    """He stops and resumes what he began; what another began he may look at. An administrator steers every one."""
    dina, tono = house.person("dina", "pejabat"), house.person("tono", "pejabat")
    page = begin(house, dina)
    assert "Batalkan" in words(dina.get(page))
    assert "Batalkan" not in words(tono.get(page))
    refused = tono.post(f"{page}/batal")
    assert (refused.status_code, "Pekerjaan ini diminta dina" in words(refused)) == (403, True)
    assert dina.post(f"{page}/batal").status_code == 303
    assert "Buat lagi" not in words(tono.get(page))
    assert tono.post(f"{page}/lanjut").status_code == 403
    assert dina.post(f"{page}/lanjut").status_code == 303
    chief = house.person("juru", "admin")
    chief.get(page)
    assert chief.post(f"{page}/batal").status_code == 303


def test_a_reader_begins_no_more_bundles_than_he_may(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While as many as he may have are being made, and when he began as many as he may in a day, he is told so and
    none is begun, nor one that he stopped made after all; who issues begins more."""
    rudi = house.person("rudi", "pejabat")
    pages = [begin(house, rudi) for _ in range(quota.MOST_UNFINISHED)]
    assert begin(house, rudi) == "/bundel"
    assert "masih dibuat" in words(rudi.get("/bundel"))
    for page in pages:
        rudi.get(page)
        assert rudi.post(f"{page}/batal").status_code == 303
    others = [begin(house, rudi) for _ in range(quota.MOST_UNFINISHED)]
    again = rudi.post(f"{pages[0]}/lanjut")
    assert (again.status_code, "masih dibuat" in words(again)) == (409, True)
    assert "Buat lagi" in words(rudi.get(pages[0]))
    assert rudi.post(f"{others[0]}/batal").status_code == 303
    assert rudi.post(f"{pages[0]}/lanjut").status_code == 303
    for page in (others[1], pages[0]):
        assert rudi.post(f"{page}/batal").status_code == 303
    monkeypatch.setattr(quota, "MOST_A_DAY", quota.MOST_UNFINISHED)
    assert begin(house, rudi) == "/bundel"
    assert "dalam 24 jam ini" in words(rudi.get("/bundel"))
    clerk = house.person("juru", "operator")
    for _ in range(quota.MOST_UNFINISHED + 1):
        page = begin(house, clerk)
        assert page != "/bundel"
        clerk.post(f"{page}/batal")


def test_a_system_steers_what_it_may_begin(house: House) -> None:
    """A token that files stops and resumes its own bundle; who only exports begins and stops none."""
    system = house.system("read", permissions=["read", "export", "file"])
    job = system.post("/bundles", json={"documents": [house.mine.id]}).get_json()["id"]
    assert system.post(f"/jobs/{job}/cancel").get_json()["status"] == "cancelled"
    assert system.post(f"/jobs/{job}/resume").status_code == 202
    exporter = house.system("read", permissions=["read", "export"])
    for answer, missing in ((exporter.post(f"/jobs/{job}/cancel"), "issue"), (exporter.post("/bundles"), "file")):
        assert (answer.status_code, answer.get_json()["missing"]) == (403, missing)
    batch = Job(id="0" * 26, kind="batch", status="failed", request={}, created_at=house.desk.now(), created_by="dina")
    with pytest.raises(Forbidden, match="issue"):
        require_for_job(caller("dina", role="pejabat"), batch)
    assert system.post(f"/jobs/{job}/cancel").status_code == 200


def test_a_token_is_not_the_person_of_its_name(house: House) -> None:
    """A token called like a person stops nothing that the person began, nor the person what the token did."""
    person = house.person("tono.sama", "operator")
    namesake = Caller(house.app, create_token(house.desk, "tono.sama", "write", []))
    page = begin(house, person)
    of_token = namesake.post("/bundles", {"documents": [house.mine.id]}).get_json()["id"]
    assert namesake.post(f"/jobs/{page.rpartition('/')[2]}/cancel").status_code == 403
    assert person.post(f"/bundel/{of_token}/batal").status_code == 403
    assert namesake.post(f"/jobs/{of_token}/cancel").status_code == 200
