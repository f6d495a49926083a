"""A letter shows the office of its signer: another office has its own letterhead or none, and gives its own number."""

from __future__ import annotations

from typing import Any

from docgen.forms import has_our_emblem
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import KASI, OFFICE, USER, context

REPORT = delivered_kinds()["laporan_instalasi"]
VISITOR = USER.model_copy(update={"unit": "UPTD Puskesmas Batulicin"})
HOUSED = VISITOR.model_copy(update={"unit_address": "Jalan Raya Batulicin No. 1", "unit_place": "Simpang Empat"})


def tags(signer: Any) -> dict[str, Any]:
    """The tags of a report this person signs."""
    return context(REPORT, signer=signer)


def test_an_own_signer_signs_under_our_letterhead_and_number() -> None:
    """Nothing changes for the people of the office."""
    seen = tags(KASI)
    assert (seen["kantor"]["kop"], seen["kantor"]["alamat"]) == (True, OFFICE.address)
    assert seen["nomor"].startswith("B/000.1.9.1/83/")
    assert has_our_emblem(OFFICE, KASI)


def test_a_letter_of_an_unknown_letterhead_has_none() -> None:
    """Neither our name nor our address stands on it; number and place are left for that office to write."""
    seen = tags(VISITOR)
    assert not seen["kantor"]["kop"]
    assert not any(seen["kantor"][name] for name in ("pemerintah", "nama_baris", "alamat", "kontak"))
    assert set(seen["nomor"]) == set(seen["kantor"]["tempat"]) == {"."}
    assert not has_our_emblem(OFFICE, VISITOR)


def test_a_letter_of_another_office_has_its_own_letterhead() -> None:
    """Its name and address, its place, nothing of ours but the government both belong to, and that one's emblem."""
    seen = tags(HOUSED)["kantor"]
    assert (seen["kop"], seen["pemerintah"]) == (True, OFFICE.government)
    assert " ".join(seen["nama_baris"]) == "UPTD Puskesmas Batulicin"
    assert (seen["alamat"], seen["kontak"], seen["tempat"]) == ("Jalan Raya Batulicin No. 1", "", "Simpang Empat")
    assert has_our_emblem(OFFICE, HOUSED)
    province = HOUSED.model_copy(update={"unit_government": "Pemerintah Provinsi Kalimantan Selatan"})
    assert tags(province)["kantor"]["pemerintah"] == "Pemerintah Provinsi Kalimantan Selatan"
    assert not has_our_emblem(OFFICE, province)
