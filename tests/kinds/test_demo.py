"""The demo office: every record is valid, and there is something to try each procedure with."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import get_args

import pytest
from PIL import Image

from docgen.demo import Demo, load_demo
from docgen.indonesian import PPPK_GRADES, check_nip, format_nip, rank_of_grade
from docgen.numbering.number_pattern import check_pattern, format_number
from docgen.sop import load_sop
from docgen.sop.actors import find_signer
from storage.records import Condition, Sort

TODAY = dt.date(2026, 11, 24)


@pytest.fixture(scope="module")
def demo() -> Demo:
    return load_demo()


def test_the_office_is_this_dinas(demo: Demo) -> None:
    """The letterhead and the unit of the SOP's number, in a time zone of WITA, with a pattern that can be used."""
    assert demo.office.government == "PEMERINTAH KABUPATEN TANAH BUMBU"
    assert demo.office.name == "DINAS KOMUNIKASI, INFORMATIKA, STATISTIK DAN PERSANDIAN"
    assert (demo.office.place, demo.office.time_zone) == ("Batulicin", "Asia/Makassar")
    assert check_pattern(demo.office.number_pattern) == []
    number = format_number(demo.office, sequence=83, classification="000.1.9.1", date=TODAY)
    assert number == "B/000.1.9.1/83/DiskominfoSP2/XI/2026"


def test_addresses_are_plainly_invented(demo: Demo) -> None:
    """Mail and web addresses end in .example, which belongs to nobody (RFC 2606)."""
    assert demo.office.email.endswith(".example")
    assert demo.office.website.endswith(".example")
    assert "Contoh" in demo.office.address


def test_every_nip_has_the_right_structure(demo: Demo) -> None:
    """No NIP of an official gives a warning, and no two are the same."""
    for official in demo.officials:
        assert check_nip(official.nip) == [], official.name
    nips = [official.nip for official in demo.officials]
    assert len(set(nips)) == len(nips)


def test_ranks_belong_to_grades(demo: Demo) -> None:
    """Each pangkat is that of the golongan; a PPPK has a golongan alone."""
    for official in demo.officials:
        assert official.rank == (rank_of_grade(official.grade) or ""), official.name
    assert [one.id for one in demo.officials if one.grade in PPPK_GRADES] == ["pengelola-aset-2"]


def test_the_head_is_the_one_of_the_sop(demo: Demo) -> None:
    """The Kepala Dinas has the name and NIP of the SOP's cover sheet."""
    head = find_signer(demo.officials, "kepala_dinas", TODAY)
    endorser = load_sop().cover.endorser
    assert head is not None
    assert endorser is not None
    assert (head.name, format_nip(head.nip)) == (endorser.name, endorser.nip)


def test_somebody_holds_each_role(demo: Demo) -> None:
    """On any day of 2026 each role of the SOP has a signer, and there are several pengguna aset."""
    for role in load_sop().roles:
        for month in range(1, 13):
            assert find_signer(demo.officials, role, dt.date(2026, month, 10)) is not None, (role, month)
    assert sum(official.role == "pengguna_aset" for official in demo.officials) >= 2
    ids = [official.id for official in demo.officials]
    assert len(set(ids)) == len(ids)


def test_acting_officials_sign_in_their_time(demo: Demo) -> None:
    """The Plh. signs while she is appointed, the Plt. did so before the post was filled; both for a limited time."""
    acting = [official for official in demo.officials if official.capacity != "definitif"]
    assert sorted(official.capacity for official in acting) == ["plh", "plt"]
    for official in acting:
        assert official.valid_from is not None
        assert official.valid_to is not None
        assert find_signer(demo.officials, official.role, official.valid_from) == official
        after = find_signer(demo.officials, official.role, official.valid_to + dt.timedelta(days=1))
        assert after is not None
        assert after.capacity == "definitif"


def test_assets_are_many_and_of_every_sort(demo: Demo) -> None:
    """At least 24, each with its own NIBAR, of every sort and condition."""
    assert len(demo.assets) >= 24
    assert len({asset.nibar for asset in demo.assets}) == len(demo.assets)
    assert {asset.sort for asset in demo.assets} == set(get_args(Sort))
    assert {asset.condition for asset in demo.assets} == set(get_args(Condition))
    assert all(asset.brand and asset.location and asset.year for asset in demo.assets)


def test_codes_have_the_seven_levels_of_the_national_list(demo: Demo) -> None:
    """Hardware is 1.3.2 with a serial number, software 1.5.3; data sets are not recorded as BMD and have no code."""
    begin = {"hardware": r"1\.3\.2\.", "software": r"1\.5\.3\."}
    for asset in demo.assets:
        if asset.sort == "data":
            assert asset.kode_barang == ""
            continue
        assert re.fullmatch(begin[asset.sort] + r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{3}", asset.kode_barang), asset
        assert asset.value
        assert bool(asset.serial) == (asset.sort == "hardware")
    registers = [(asset.kode_barang, asset.kode_register) for asset in demo.assets if asset.kode_barang]
    assert len(set(registers)) == len(registers)


def test_nibar_follow_a_pattern_but_for_two(demo: Demo) -> None:
    """13 digits with regency, year and serial; two old ones with slashes, dots and spaces, as real offices have."""
    odd = [asset.nibar for asset in demo.assets if not re.fullmatch(r"6310[0-9]{9}", asset.nibar)]
    assert len(odd) == 2
    assert set("/. ") <= set("".join(odd))
    for asset in demo.assets:
        if asset.nibar not in odd:
            assert asset.year == 2000 + int(asset.nibar[4:6])


def test_the_emblem_prints_well(demo: Demo) -> None:
    """A grey PNG without transparency, 600 pixels high and small."""
    with Image.open(io.BytesIO(demo.emblem)) as image:
        assert (image.format, image.height) == ("PNG", 600)
        assert "transparency" not in image.info
        red, green, blue = image.convert("RGB").getextrema()
    assert red == green == blue
    assert len(demo.emblem) < 20_000
