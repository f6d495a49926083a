"""Series of numbers: an office gives kinds one of their own, with a pattern and a first number, and loses none."""

from __future__ import annotations

import re
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.registers.lines import register_of
from docgen.desk.registers.manual_numbers import insert_number, reserve_block, use_number
from storage.catalogue import registers
from storage.catalogue.numbering import numbers
from storage.records import Document, Office
from tests.support.callers.pages import Person, words

pytestmark = pytest.mark.office
PAGE = "/kantor/penomoran"
CODE = "000.1.9.1"
NOTES = {
    "seri.0.title": "Nota Dinas",
    "seri.0.pattern": "ND/{urut}/{unit}/{tahun}",
    "jenis.nota_dinas": "0",
    "number_pattern": "{klasifikasi}/{urut}/{unit}/{tahun}",
}


def office_of(desk: Desk) -> Office:
    """The office as it is now."""
    with desk.catalogue.read() as tx:
        return registers.get_office(tx)


def issued(desk: Desk, kind: str = "nota_dinas", **more: Any) -> Document:
    """A letter of a kind at a step of maintenance."""
    example = desk.kinds[kind].example
    return issue(desk, DocumentRequest(kind=kind, procedure="pemeliharaan", step=2, data=example, **more), "siti")


def test_a_kind_gets_a_series_of_its_own(admin: Person, desk: Desk) -> None:
    """Its numbers begin at 1 and follow its pattern; the main series goes on; the page tells what moving means."""
    first = issued(desk)
    assert (first.series, first.sequence) == ("utama", 1)
    assert "Seri lain" in words(admin.get(PAGE))
    assert admin.post(PAGE, NOTES).status_code == 303
    shown = words(admin.get(PAGE))
    assert "Nota Dinas pindah dari Buku agenda ke Nota Dinas: nomor berikutnya ND/1/" in shown
    year = desk.today().year
    second, third = issued(desk), issued(desk)
    assert [second.number, third.number] == [f"ND/1/DiskominfoSP2/{year}", f"ND/2/DiskominfoSP2/{year}"]
    assert (second.series, third.sequence) == ("nota-dinas", 2)
    with desk.catalogue.read() as tx:
        assert numbers.last_sequence(tx, "DiskominfoSP2", year) == 1
        assert numbers.gaps(tx) == []
        line = register_of(tx, "DiskominfoSP2", year, series="nota-dinas")[0]
    assert (line.number, line.pattern, line.document) == (second.number, "ND/{urut}/{unit}/{tahun}", second.id)
    assert "mengubah data kantor" in words(admin.get("/riwayat"))


def test_a_series_with_numbers_stays(admin: Person, desk: Desk) -> None:
    """It can be renamed, be patterned anew and lose its kinds; its code and its numbers stay. One without can go."""
    admin.get(PAGE)
    admin.post(PAGE, NOTES | {"seri.1.title": "Keputusan", "seri.1.pattern": "{urut} TAHUN {tahun}"})
    number = issued(desk).number
    named = NOTES | {"seri.0.name": "nota-dinas", "seri.1.name": "keputusan", "seri.1.title": "Keputusan"}
    named |= {"seri.1.pattern": "{urut} TAHUN {tahun}"}
    assert admin.post(PAGE, named | {"seri.1.hapus": "on"}).status_code == 303
    assert [series.name for series in office_of(desk).series] == ["nota-dinas"]
    refused = admin.post(PAGE, named | {"seri.0.hapus": "on", "jenis.nota_dinas": ""})
    assert refused.status_code == 422
    assert "sudah memberi nomor" in words(refused)
    moved = {"seri.0.name": "nota-dinas", "seri.0.title": "Nota Dinas Internal", "seri.0.pattern": "{urut}/ND"}
    assert admin.post(PAGE, moved | {"jenis.nota_dinas": ""}).status_code == 303
    assert issued(desk).series == "utama"
    with desk.catalogue.read() as tx:
        assert [line.number for line in register_of(tx, "DiskominfoSP2", desk.today().year, series="nota-dinas")] == [
            number
        ]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"seri.0.pattern": "ND/{tahun}"}, "Pola nomor harus memuat {urut}"),
        ({"seri.0.title": ""}, "Nama seri"),
        ({"seri.1.title": "nota dinas", "seri.1.pattern": "{urut}"}, "sudah dipakai"),
        ({"seri.0.title": "Buku agenda"}, "sudah dipakai"),
        ({"number_pattern": "{tahun}"}, "Pola nomor harus memuat {urut}"),
    ],
)
def test_a_wrong_series_is_refused_and_nothing_typed_is_lost(
    admin: Person, desk: Desk, form: dict[str, str], sentence: str
) -> None:
    """What is wrong is said, what was typed stays, and the office is as it was."""
    admin.get(PAGE)
    answer = admin.post(PAGE, NOTES | form)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert (NOTES | form)["seri.0.pattern"] in answer.text
    assert re.search(r'<option value="0" selected>', answer.text)
    assert office_of(desk).series == []


def test_an_example_is_shown_before_it_is_saved(admin: Person, desk: Desk) -> None:
    """An offered series comes into the page with its kinds; the next number is told while a pattern is typed."""
    admin.get(PAGE)
    answer = admin.post(PAGE, {"contoh": "nota-dinas"})
    assert answer.status_code == 200
    assert 'value="ND/{klasifikasi}/{urut}/{unit}/{bulan}/{tahun}"' in answer.text
    assert '<option value="0" selected>Nota Dinas' in answer.text
    assert office_of(desk).series == []
    year = desk.today().year
    assert admin.get(f"{PAGE}/contoh?pola={{urut}} TAHUN {{tahun}}&seri=baru").text == f"1 TAHUN {year}"
    wrong = admin.get(f"{PAGE}/contoh?pola={{tahun}}")
    assert (wrong.status_code, "{urut}" in wrong.text) == (422, True)


def test_a_series_goes_on_from_the_paper_register(admin: Person, desk: Desk) -> None:
    """Numbers given before are lines that say so; the next letter has the number after them; it is done once."""
    admin.get(PAGE)
    admin.post(PAGE, NOTES)
    assert admin.post(f"{PAGE}/mulai", {"seri": "nota-dinas", "first": "1"}).status_code == 422
    assert admin.post(f"{PAGE}/mulai", {"seri": "nota-dinas", "first": "58"}).status_code == 303
    assert admin.post(f"{PAGE}/mulai", {"seri": "nota-dinas", "first": "60"}).status_code == 409
    assert issued(desk).sequence == 58
    with desk.catalogue.read() as tx:
        lines = register_of(tx, "DiskominfoSP2", desk.today().year, series="nota-dinas")
        assert numbers.gaps(tx) == []
    assert [line.sequence for line in lines] == list(range(1, 59))
    assert {line.title for line in lines[:57]} == {"Diberikan sebelum memakai layanan ini; lihat buku agenda kertas"}
    assert "mengatur nomor pertama seri" in words(admin.get("/riwayat"))


def test_a_new_pattern_leaves_old_numbers_as_they_are(admin: Person, desk: Desk) -> None:
    """A block that was kept, and a number put in between, follow the pattern of their time."""
    admin.get(PAGE)
    admin.post(PAGE, NOTES)
    letter = issued(desk)
    reserved = reserve_block(desk, 1, "listrik padam", "siti", series_name="nota-dinas")[0]
    admin.post(PAGE, NOTES | {"seri.0.name": "nota-dinas", "seri.0.pattern": "{urut:03} TAHUN {tahun}"})
    today = desk.today()
    entry = {"title": "Undangan", "date": today, "classification": CODE, "by": "siti"}
    used = use_number(desk, today.year, 2, **entry, series="nota-dinas")
    assert (reserved.number, used.number) == (f"ND/2/DiskominfoSP2/{today.year}",) * 2
    between = insert_number(desk, **entry, reason="Tertinggal", series_name="nota-dinas")
    assert between.number == f"ND/2a/DiskominfoSP2/{today.year}"
    assert issued(desk).number == f"003 TAHUN {today.year}"
    with desk.catalogue.read() as tx:
        assert register_of(tx, "DiskominfoSP2", today.year, series="nota-dinas")[0].number == letter.number
