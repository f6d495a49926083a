"""What templates print: each type of field, assets, officials, the letterhead."""

from __future__ import annotations

import pytest

from docgen.forms import build_context, official_context
from docgen.forms.context import office_context
from storage.records import Asset, Office
from tests.support.office.every_field import KIND, accept
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import DATE, KABID, KASI, OFFICE, OFFICIALS, USER, as_typed, assets, context


def test_context_prints_each_type_as_letters_do() -> None:
    """Dates long, money as Rupiah with its words, paragraphs apart, an official with rank and NIP, rows numbered."""
    values = accept(
        isi="satu\n\ndua\ntiga", biaya=5_000_000, selesaikah=True, saksi=USER.id,
        barang=[{"nama": "Kabel", "jumlah": 3, "harga": 1500}], lampiran="",
    )  # fmt: skip
    seen = as_typed(
        build_context(
            KIND.sheet,
            values,
            office=OFFICE,
            signer=KASI,
            assets=assets(2),
            number="83",
            date=DATE,
            officials=OFFICIALS,
            emblem=b"x",
        )
    )
    assert seen["mulai"] == "23 November 2026"
    assert seen["selesai"] == ""
    assert seen["lampiran"] == "-"
    assert (seen["biaya"], seen["biaya_terbilang"]) == ("Rp5.000.000,00", "lima juta rupiah")
    assert (seen["rangkap"], seen["rangkap_terbilang"]) == ("2", "dua")
    assert seen["isi"] == ["satu", "dua\ntiga"]
    assert seen["selesaikah"] is True
    assert seen["saksi"]["pangkat"] == "Golongan IX"
    assert seen["barang"] == [{"no": "1", "nama": "Kabel", "jumlah": "3", "harga": "Rp1.500,00", "tanggal": "-"}]
    assert (seen["hari"], seen["tanggal"], seen["tanggal_angka"]) == ("Senin", "23 November 2026", "23-11-2026")
    assert seen["tanggal_terbilang"] == "dua puluh tiga bulan November tahun dua ribu dua puluh enam"
    assert (seen["nomor"], seen["lambang"], seen["jumlah_aset"]) == ("83", True, "2 (dua) unit")
    assert (seen["total_nilai"], seen["total_nilai_terbilang"]) == (
        "Rp3.750.000,00",
        "tiga juta tujuh ratus lima puluh ribu rupiah",
    )


def test_an_asset_is_printed_with_words_for_its_codes() -> None:
    """Conditions in words, a dash for what is unknown, no total while one value is unknown."""
    kind = delivered_kinds()["nota_dinas"]
    one = assets(1)[0]
    bare = Asset(nibar="N-2", name="Server", condition="RB")
    seen = as_typed(context(kind, assets=[one, bare]))
    assert seen["aset"][0]["kondisi"] == "Kurang Baik"
    assert seen["aset"][0]["nilai"] == "Rp1.250.000,00"
    assert seen["aset"][1] == {
        "no": "2", "nibar": "N-2", "kode_barang": "-", "register": "-", "nama": "Server", "merk": "-", "seri": "-",
        "tahun": "-", "jumlah": "1 (satu) unit", "nilai": "-", "kondisi": "Rusak Berat", "kondisi_kode": "RB",
        "lokasi": "-", "jenis": "Perangkat keras",
    }  # fmt: skip
    assert seen["total_nilai"] == ""


def test_an_official_is_printed_with_capacity_and_rank() -> None:
    """Plt. stands before the post; pangkat with golongan; a.n. names the superior."""
    assert as_typed(official_context(KABID))["jabatan"] == "Plt. Kepala Bidang Infrastruktur"
    seen = as_typed(official_context(KASI, KABID))
    assert seen["pangkat"] == "Penata (III/c)"
    assert seen["nip"] == "19870612 201101 1 003"
    assert seen["atas_nama"] == "a.n. Plt. Kepala Bidang Infrastruktur"
    assert official_context(KASI)["atas_nama"] == ""


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (OFFICE.name, ["Dinas Komunikasi, Informatika,", "Statistik dan Persandian"]),
        ("Dinas Kesehatan", ["Dinas Kesehatan"]),
        ("Dinas " + "x" * 60, ["Dinas", "x" * 60]),
    ],
)
def test_the_letterhead_breaks_a_long_name_evenly(name: str, lines: list[str]) -> None:
    """As few lines as fit, of about the same length."""
    office = Office(government="P", name=name, unit_code="U", place="Batulicin")
    kind = delivered_kinds()["nota_dinas"]
    assert context(kind, office=office)["kantor"]["nama_baris"] == lines


def test_a_letterhead_has_three_lines_of_name_and_no_lone_postcode() -> None:
    """The longer the name, the smaller: never four lines; `dan` begins a line, the postcode stays with its place."""
    name = (
        "Dinas Pekerjaan Umum, Penataan Ruang, Perumahan Rakyat, Kawasan Permukiman, Pertanahan, Lingkungan Hidup "
        "dan Kehutanan Kabupaten Tanah Bumbu"
    )
    address = "Jalan Contoh Nomor 1, Kompleks Perkantoran Gunung Tinggi, Kelurahan Gunung Tinggi, Batulicin 72271"
    seen = office_context(OFFICE.model_copy(update={"name": name, "address": address}))
    assert len(seen["nama_baris"]) == 3
    assert seen["nama_ukuran"] < office_context(OFFICE)["nama_ukuran"] == 16
    assert " ".join(seen["nama_baris"]) == name
    assert not any(line.endswith(" dan") for line in seen["nama_baris"])
    assert seen["alamat_baris"][-1].endswith("Batulicin\u00a072271")
    assert min(map(len, seen["alamat_baris"])) > 30
