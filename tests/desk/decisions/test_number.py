"""A letter that another system numbers takes no number of ours, waits, and is filled in when its number is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.number import NumberRequest, give_number
from docgen.desk.decisions.void import void
from docgen.errors import Conflict, InvalidSubmission
from docgen.render.pdf.pdfium import page_text
from docgen.signer import load_seal
from storage.catalogue import documents
from storage.catalogue.numbering import foreign_numbers, numbers
from storage.catalogue.searching.search import Filter, search_documents
from storage.records import Document
from tests.support.files.certificates import PASSWORD, Authority
from tests.support.files.srikandi import signed_by_srikandi
from tests.support.office.decisions import decide, relocation_plan, text
from tests.support.office.sealing import authority, current, office

__all__ = ["authority", "office"]  # fixtures

pytestmark = pytest.mark.office

NUMBER = "000.2.3.2/117/SETDA/2026"


def waiting(desk: Desk) -> Document:
    """A letter whose number SRIKANDI gives."""
    return relocation_plan(desk, numbering={"by": "srikandi"})


def today(desk: Desk) -> dt.date:
    """Today in the office."""
    with desk.catalogue.read() as tx:
        return desk.today_in(tx)


def test_a_letter_numbered_elsewhere_takes_no_number_and_says_that_it_has_none(desk: Desk) -> None:
    """The register stays as it is; the PDF leaves the number's place open and says so at its foot."""
    document = waiting(desk)
    assert (document.status, document.numbering, document.series) == ("awaiting_number", "SRIKANDI", "")
    words = text(desk, document)
    assert "BELUM BERNOMOR" in words
    assert "………" in words
    with desk.catalogue.read() as tx:
        assert numbers.last_sequence(tx, document.unit, document.year) == 0
        assert numbers.list_entries(tx, document.unit, document.year) == []
        docx = desk.store.get(documents.get_revision(tx, document.id, 1).docx.key)
    twin = "".join(page_text(desk.converter.convert(docx)))
    assert "${nomor_naskah}" in twin
    assert document.code in twin.replace("-", "")
    with pytest.raises(Conflict):
        decide(desk, document, "kepala-bidang", "setuju")


def test_the_number_that_is_told_is_printed_and_finds_the_letter(desk: Desk) -> None:
    """Filled in again with number and date; told once more, nothing changes; another one needs a reason."""
    document = waiting(desk)
    date = today(desk) - dt.timedelta(days=3)
    numbered = give_number(desk, document.id, NumberRequest(number=f" {NUMBER} ", date=date), "sari")
    assert (numbered.status, numbered.number, numbered.date, numbered.revision) == ("issued", NUMBER, date, 2)
    assert NUMBER in text(desk, numbered)
    assert "BELUM BERNOMOR" not in text(desk, numbered)
    again = give_number(desk, document.id, NumberRequest(number=NUMBER.lower(), date=date), "sari")
    assert again.revision == 2
    with pytest.raises(Conflict):
        give_number(desk, document.id, NumberRequest(number="9/X", date=date), "sari")
    corrected = give_number(desk, document.id, NumberRequest(number="118/X", date=date, reason="Salah ketik"), "sari")
    assert (corrected.number, corrected.revision) == ("118/X", 3)
    with desk.catalogue.read() as tx:
        assert [number.number for number in foreign_numbers.of_document(tx, document.id)] == ["118/X"]
        assert [match.id for match in search_documents(tx, Filter(q="118/X"))] == [document.id]
    void(desk, document.id, "Batal dikirim", "sari")
    with desk.catalogue.read() as tx:
        assert [number.status for number in foreign_numbers.of_document(tx, document.id)] == ["void"]


def test_a_number_is_given_once_in_its_system(desk: Desk) -> None:
    """Another letter does not get it, however it is typed; a letter of ours may have one beside its own."""
    first, second, ours = waiting(desk), waiting(desk), relocation_plan(desk)
    give_number(desk, first.id, NumberRequest(number=NUMBER, date=today(desk)), "sari")
    with pytest.raises(Conflict):
        give_number(desk, second.id, NumberRequest(number=NUMBER.replace("/", " / "), date=today(desk)), "sari")
    both = give_number(desk, ours.id, NumberRequest(number="77/SETDA", date=today(desk)), "sari")
    assert both.number == ours.number
    with desk.catalogue.read() as tx:
        assert [match.id for match in search_documents(tx, Filter(q="77/SETDA"))] == [ours.id]


@pytest.mark.parametrize(
    ("number", "days", "field"),
    [("\x07 \u200b", 0, "number"), ("1/X", 1, "date"), ("x" * 301, 0, "number")],
    ids=["nothing", "tomorrow", "long"],
)
def test_what_is_no_number_or_no_date_is_refused(desk: Desk, number: str, days: int, field: str) -> None:
    """With the field it concerns, and the letter waits as before."""
    document = waiting(desk)
    request = NumberRequest.model_construct(number=number, date=today(desk) + dt.timedelta(days), by=None, reason="")
    with pytest.raises(InvalidSubmission) as refused:
        give_number(desk, document.id, request, "sari")
    assert [error.field for error in refused.value.errors] == [field]


def test_a_system_that_the_office_does_not_know_is_refused_with_those_it_knows(desk: Desk) -> None:
    """Nothing is kept of the letter."""
    with pytest.raises(InvalidSubmission) as refused:
        relocation_plan(desk, numbering={"by": "E-Office"})
    assert refused.value.errors[0].field == "numbering.by"
    assert "kantor, SRIKANDI" in refused.value.errors[0].message


def test_the_signed_file_that_comes_back_brings_number_and_date(office: Desk, authority: Authority) -> None:
    """It is the letter's PDF, byte for byte, and its own words say what the letter's number is."""
    document = waiting(office)
    docx = office.store.get(current(office, document)[0].docx.key)
    seal = load_seal(authority.pkcs12(authority.office), PASSWORD)
    signed = signed_by_srikandi(office.converter, docx, NUMBER, "2 November 2026", seal)
    filed = attach(office, document.id, signed, "naskah.pdf", "sari")
    assert (filed.status, filed.number, filed.date) == ("issued", NUMBER, dt.date(2026, 11, 2))
    assert current(office, filed)[1] == signed
    with office.catalogue.read() as tx:
        assert [number.source for number in foreign_numbers.of_document(tx, document.id)] == ["read"]


def test_a_signed_file_that_is_not_trusted_lies_beside_and_its_number_is_only_proposed(
    office: Desk, authority: Authority, tmp_path: Path
) -> None:
    """The letter waits on; the report tells what stands on the file."""
    document = waiting(office)
    docx = office.store.get(current(office, document)[0].docx.key)
    stranger = Authority("Bukan Balai Sertifikasi")
    seal = load_seal(stranger.pkcs12(stranger.office), PASSWORD)
    signed = signed_by_srikandi(office.converter, docx, NUMBER, "2 November 2026", seal)
    filed = attach(office, document.id, signed, "naskah.pdf", "sari")
    assert filed.status == "awaiting_number"
    report = current(office, filed)[0].attachments[0].report
    assert (report["takes_place"], report["number"], report["date"]) == (False, NUMBER, "2026-11-02")
