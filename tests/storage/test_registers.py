"""Office, officials, assets and the numbers of the buku agenda, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.catalogue import Catalogue, registers
from storage.catalogue.numbering import numbers
from storage.errors import RecordConflict, RecordMissing
from storage.records import (
    Asset,
    Office,
    Official,
    RegisterEntry,
)
from tests.support.office.documents import make_document


def test_office_and_emblem_are_kept_apart(catalogue: Catalogue) -> None:
    """Changing the office's data leaves its emblem as it is; before init the office is missing with a hint."""
    with catalogue.read() as tx, pytest.raises(RecordMissing, match="docgen init"):
        registers.get_office(tx)
    with catalogue.write() as tx:
        registers.put_office(tx, Office(government="G", name="N", unit_code="U", place="P"))
        registers.put_emblem(tx, b"\x89PNG")
        registers.put_office(tx, Office(government="G", name="Baru", unit_code="U", place="P"))
    with catalogue.read() as tx:
        assert registers.get_office(tx).name == "Baru"
        assert registers.get_emblem(tx) == b"\x89PNG"


def test_officials_keep_every_field_and_conflict_by_id(catalogue: Catalogue) -> None:
    """An official comes back as written; the same id twice is a conflict; a missing one is named."""
    official = Official(
        id="plt", name="Rina", nip="198305112007011005", rank="Penata", grade="III/c", post="Kepala Seksi",
        role="kepala_seksi", capacity="plt", valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2026, 12, 31),
    )  # fmt: skip
    with catalogue.write() as tx:
        registers.add_official(tx, official)
        assert registers.get_official(tx, "plt") == official
        registers.put_official(tx, official.model_copy(update={"name": "Rini"}))
        assert [one.name for one in registers.list_officials(tx)] == ["Rini"]
        with pytest.raises(RecordConflict, match="plt"):
            registers.add_official(tx, official)
        with pytest.raises(RecordMissing, match="nobody"):
            registers.put_official(tx, official.model_copy(update={"id": "nobody"}))
        registers.remove_official(tx, "plt")
        assert registers.list_officials(tx) == []


def test_an_official_who_signed_cannot_be_removed(catalogue: Catalogue) -> None:
    """Who signed a document stays in the register."""
    with catalogue.write() as tx:
        registers.add_official(tx, Official(id="kasi", name="A", post="Kasi", role="kepala_seksi"))
    make_document(catalogue, 1)
    with catalogue.write() as tx, pytest.raises(RecordConflict, match="menandatangani"):
        registers.remove_official(tx, "kasi")


def test_assets_are_found_by_any_word(catalogue: Catalogue) -> None:
    """Search takes every word, in any case, over name, brand, serial and NIBAR; % and _ are taken
    literally.
    """
    assets = [
        Asset(nibar="A/1", name="Server Rack", brand="Dell R740", serial="SN_100%", value=10**15, year=2021),
        Asset(nibar="A/2", name="Switch", brand="Cisco", serial="SN1000"),
    ]
    with catalogue.write() as tx:
        assert registers.put_assets(tx, assets) == (2, 0)
        assert registers.put_assets(tx, assets[:1]) == (0, 1)
        assert registers.search_assets(tx, "r740 SERVER") == assets[:1]
        assert [asset.nibar for asset in registers.search_assets(tx, "sn_1")] == ["A/1"]
        assert [asset.nibar for asset in registers.search_assets(tx, "100%")] == ["A/1"]
        assert [asset.nibar for asset in registers.search_assets(tx, after="A/1")] == ["A/2"]
        assert registers.count_assets(tx) == 2


def test_assets_come_in_the_order_asked_for(catalogue: Catalogue) -> None:
    """Thousands of assets are fetched in the caller's order, and the missing one is named."""
    many = [Asset(nibar=f"N{number:04}", name="x") for number in range(1200)]
    with catalogue.write() as tx:
        registers.put_assets(tx, many)
        wanted = [asset.nibar for asset in reversed(many)]
        assert [asset.nibar for asset in registers.get_assets(tx, wanted)] == wanted
        with pytest.raises(RecordMissing, match="N9999"):
            registers.get_assets(tx, ["N0001", "N9999"])


def test_an_asset_with_documents_cannot_be_removed(catalogue: Catalogue) -> None:
    """An asset that documents are about stays; one without can go."""
    with catalogue.write() as tx:
        registers.put_assets(tx, [Asset(nibar="A/1", name="x"), Asset(nibar="A/2", name="y")])
    make_document(catalogue, 1)
    with catalogue.write() as tx:
        registers.remove_asset(tx, "A/2")
        with pytest.raises(RecordConflict, match="A/1"):
            registers.remove_asset(tx, "A/1")


def test_racing_threads_take_gapless_numbers(catalogue: Catalogue) -> None:
    """Eight threads taking 200 numbers get 1..200, each once."""

    def take(_: int) -> int:
        with catalogue.write() as tx:
            return numbers.take_sequence(tx, "U", 2026)

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(200)))
    assert sorted(taken) == list(range(1, 201))


def test_a_rolled_back_number_is_given_again(catalogue: Catalogue) -> None:
    """A transaction that fails leaves no gap; years and units count apart."""

    def fail_after_taking() -> None:
        with catalogue.write() as tx:
            assert numbers.take_sequence(tx, "U", 2026) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_taking()
    with catalogue.write() as tx:
        assert numbers.take_sequence(tx, "U", 2026) == 1
        assert numbers.take_sequence(tx, "U", 2027) == 1
        assert numbers.take_sequence(tx, "V", 2026) == 1
        assert numbers.take_sequence(tx, "U", 2026) == 2
        assert numbers.last_sequence(tx, "U", 2026) == 2
        assert numbers.last_sequence(tx, "W", 2026) == 0


def test_register_lists_what_each_number_became(catalogue: Catalogue) -> None:
    """Every number stays listed in sequence with its status and reason."""
    with catalogue.write() as tx:
        for sequence in (2, 1):
            entry = RegisterEntry(
                unit="U", year=2026, sequence=sequence, number=f"{sequence}/U", status="reserved",
                document=f"d{sequence}", date=dt.date(2026, 1, 2), title="Hal",
            )  # fmt: skip
            numbers.add_entry(tx, entry)
        numbers.set_entry_status(tx, "d1", "void", "salah alamat")
        listed = [(one.sequence, one.status, one.reason) for one in numbers.list_entries(tx, "U", 2026)]
    assert listed == [(1, "void", "salah alamat"), (2, "reserved", "")]
