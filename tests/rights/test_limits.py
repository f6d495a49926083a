"""What a limited token is not told besides the documents outside: people's numbers, recaps, names of other letters."""

from __future__ import annotations

import pytest

from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from storage.catalogue import registers
from tests.rights.conftest import MINE, OTHER, House, letter

pytestmark = pytest.mark.office


def test_a_limited_token_is_told_no_nip(house: House) -> None:
    """It needs the ids of officials, to name them; their NIP tells their birthdays, and no search finds by it."""
    with house.desk.catalogue.read() as tx:
        official = registers.get_official(tx, "kepala-bidang")
    assert official.nip
    for limits in ({"assets": [MINE]}, {"procedures": ["pemeliharaan"]}):
        system = house.system("write", **limits)
        assert system.get("/officials/kepala-bidang").get_json()["nip"] == ""
        assert official.nip not in system.get("/officials").text
        assert system.get(f"/officials?q={official.nip}").get_json()["items"] == []
    whole = house.system("read")
    assert whole.get("/officials/kepala-bidang").get_json()["nip"] == official.nip
    assert len(whole.get(f"/officials?q={official.nip}").get_json()["items"]) == 1


@pytest.mark.parametrize("path", ["/documents", "/previews"])
def test_a_limited_token_makes_no_recap_of_the_office(house: House, path: str) -> None:
    """A report that lists every procedure's letters is made by a token of the whole office."""
    [kind] = [one for one in house.desk.kinds.values() if "recap" in one.needs][:1]
    procedure, step = next(
        (procedure.slug, step.number)
        for procedure in house.desk.sop.procedures
        for step in procedure.steps
        if kind.slug in step.outputs
    )
    body = {"kind": kind.slug, "procedure": procedure, "step": step, "assets": [], "data": dict(kind.example)}
    refused = house.system("write", procedures=[procedure]).post(path, body)
    assert (refused.status_code, "seluruh kantor" in refused.get_json()["detail"]) == (403, True)
    assert house.system("write").post("/previews", body).status_code == 200


def test_a_letter_names_no_successor_outside(house: House) -> None:
    """Who sees a letter that was replaced by one about another asset is not told which."""
    old = letter(house.desk)
    asked = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": [OTHER], "replaces": old.id}
    data = dict(house.desk.kinds["nota_dinas"].example)
    new = issue(house.desk, DocumentRequest.model_validate({**asked, "data": data}), "admin")
    system = house.system("read", assets=[MINE])
    told = system.get(f"/documents/{old.id}")
    assert (told.get_json()["status"], told.get_json()["replaced_by"]) == ("superseded", None)
    assert new.id not in told.text
    assert new.id not in system.get(f"/documents?asset={MINE}").text
    assert new.id not in system.get(f"/dossiers/{old.dossier}").text
    assert house.system("read").get(f"/documents/{old.id}").get_json()["replaced_by"] == new.id
