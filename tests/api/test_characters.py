"""What comes through the door is cleaned, and two codes that look the same are one asset."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.desk import Desk
from storage.catalogue import registers
from storage.catalogue.tables import assets
from storage.records import Asset
from tests.support.callers.api import Caller

NIBAR = "6310180000066"
WIDE = "".join(chr(ord(digit) + 0xFEE0) for digit in NIBAR)


@pytest.mark.parametrize(
    "spelling", [f"{NIBAR}\u200b", f"\ufeff{NIBAR}", "63101\u202e80000066", f"{NIBAR}\u2028", WIDE, f"\u00a0{NIBAR} "]
)
def test_no_asset_is_registered_beside_its_likeness(api: Caller, spelling: str) -> None:
    """Another spelling of a code is the same asset: it conflicts when added, and is found when asked for."""
    assert api("POST", "/assets", json={"nibar": spelling, "name": "Router"}).status_code == 409
    found = api("GET", f"/documents?asset={spelling}")
    assert (found.status_code, found.get_json()["items"]) == (200, [])


def test_composed_and_decomposed_letters_are_one_code(api: Caller) -> None:
    """NFC and NFD of a code name one asset."""
    assert api("POST", "/assets", json={"nibar": "caf\u00e9-1", "name": "Mesin"}).status_code == 201
    assert api("POST", "/assets", json={"nibar": "cafe\u0301-1", "name": "Mesin"}).status_code == 409


def test_a_letter_holds_what_was_seen(api: Caller, letter: dict[str, Any]) -> None:
    """Separators and unseen signs in a letter's fields are gone from what is archived; its asset is the one meant."""
    data = {**letter["data"], "hal": "Uji\u2028coba \u202eterbalik\u202c\u200b"}
    sent = {**letter, "assets": [f"{NIBAR}\u200b", NIBAR], "data": data}
    made = api("POST", "/documents", json=sent).get_json()
    assert made["assets"] == [NIBAR]
    found = api("GET", f"/documents/{made['id']}").get_json()
    assert found["title"] == "Uji coba terbalik"
    void = api("POST", f"/documents/{made['id']}/void", json={"reason": "Salah\u2029tujuan\u2066"}).get_json()
    assert api("GET", f"/documents/{void['id']}").get_json()["status_reason"] == "Salah tujuan"


def test_an_asset_of_an_older_docgen_is_found_by_what_it_is(desk: Desk, api: Caller) -> None:
    """A code with an unseen sign that is in the register stays: read, changed and found by it, beside the clean one."""
    dirty = f"{NIBAR}\u200b"
    with desk.catalogue.write() as tx:
        registers.add_asset(tx, Asset(nibar="sementara", name="Lama"))
        tx.execute(assets.update().where(assets.c.nibar == "sementara").values(nibar=dirty))
    read = api("GET", f"/assets/{dirty}").get_json()
    assert (read["nibar"], read["name"]) == (dirty, "Lama")
    assert api("PUT", f"/assets/{dirty}", json={**read, "name": "Lama sekali"}).get_json()["nibar"] == dirty
    assert api("GET", f"/assets/{NIBAR}").get_json()["name"] != "Lama sekali"
    renamed = api("POST", f"/assets/{dirty}/rename", json={"nibar": "6310180000066-B"})
    assert renamed.get_json()["nibar"] == "6310180000066-B"
    assert api("GET", f"/assets/{dirty}").get_json()["name"] == "Lama sekali"
