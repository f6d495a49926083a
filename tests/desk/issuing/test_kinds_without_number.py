"""A kind without a number of the office's: no number is taken, no register has a line, and it is filed all the same."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.archive.restore import rebuild
from docgen.desk.bundles.selection import order_of
from docgen.desk.decisions.void import void
from docgen.desk.issuing.held_number import hold_number, release_number, use_held_number
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.preflight import preflight
from docgen.desk.issuing.prepare import prepare
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.registers.books import lines_of, list_books
from docgen.foreign import page_text
from storage.catalogue import documents, registers
from storage.catalogue.numbering import numbers
from storage.catalogue.searching.search import Filter, search_documents
from storage.records import Document

pytestmark = pytest.mark.office


def requested(desk: Desk, **data: Any) -> DocumentRequest:
    """A disposition of a letter."""
    example = desk.kinds["disposisi"].example | data
    return DocumentRequest(kind="disposisi", procedure="perencanaan", step=4, data=example)


def lines(desk: Desk) -> list[str]:
    """The numbers of all registers."""
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
        year = desk.today().year
        return [line.number for book in list_books(tx, office) for line in lines_of(tx, office, year, book)]


def note(desk: Desk) -> Document:
    """A letter with a number."""
    example = desk.kinds["nota_dinas"].example
    return issue(desk, DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, data=example), "siti")


def test_it_carries_the_agenda_number_of_the_letter(desk: Desk) -> None:
    """The check tells it before; document, band and search know it by it; the office's numbers go on without a gap."""
    assert preflight(desk, requested(desk)).number == "agenda 412"
    document = issue(desk, requested(desk), "siti")
    assert (document.number, document.series, document.sequence, document.status) == ("agenda 412", "", 0, "issued")
    with desk.catalogue.read() as tx:
        pdf = documents.list_revisions(tx, document.id)[0].pdf
        assert [match.id for match in search_documents(tx, Filter(q="agenda 412"))] == [document.id]
        assert numbers.gaps(tx) == []
    words = page_text(desk.store.get(pdf.key))[0]
    assert "Nomor agenda 412" in " ".join(words.split())
    assert lines(desk) == []
    numbered = note(desk)
    assert numbered.sequence == 1
    with desk.catalogue.read() as tx:
        assert [match.id for match in search_documents(tx, Filter(series="utama"))] == [numbered.id]
        assert search_documents(tx, Filter(q="agenda 412", series="utama")) == []


def test_without_an_agenda_number_it_says_so(desk: Desk) -> None:
    """Two of them are told apart by their codes; the band says that there is no number."""
    first, second = (issue(desk, requested(desk, nomor_agenda=""), "siti") for _ in range(2))
    assert (first.number, second.number) == ("(tanpa nomor)", "(tanpa nomor)")
    with desk.catalogue.read() as tx:
        pdf = documents.list_revisions(tx, first.id)[0].pdf
    assert "Tanpa nomor" in page_text(desk.store.get(pdf.key))[0]


def test_it_is_made_void_and_found_again_without_a_line(desk: Desk) -> None:
    """Voiding writes no line into a register, and neither does a catalogue made anew from the archive."""
    document = issue(desk, requested(desk), "siti")
    voided = void(desk, document.id, "Salah surat", "siti")
    assert (voided.status, voided.number) == ("void", "agenda 412")
    assert lines(desk) == []
    rebuild(desk, replace=True)
    with desk.catalogue.read() as tx:
        assert documents.get_document(tx, document.id) == voided
        assert numbers.gaps(tx) == []
    assert lines(desk) == []


def test_a_draft_of_it_is_signed_without_holding_a_number(desk: Desk) -> None:
    """There is none to hold: the letter is made by what it carries, and the registers stay as they are."""
    prepared = prepare(desk, requested(desk))
    with desk.catalogue.write() as tx:
        held_number = hold_number(desk, tx, prepared, "0" * 26)
        assert use_held_number(tx, held_number) == held_number.number
    release_number(desk, held_number)
    assert (held_number.number.number, held_number.number.series, held_number.hold) == ("agenda 412", None, None)
    assert lines(desk) == []


def test_bundles_put_it_behind_what_is_numbered(desk: Desk) -> None:
    """Sorted by number, each series stays together, the main one first, and letters without a number come last."""
    unnumbered, numbered = issue(desk, requested(desk), "siti"), note(desk)
    other = numbered.model_copy(update={"series": "nota-dinas", "sequence": 1})
    ranked = sorted([unnumbered, other, numbered], key=lambda document: order_of(desk, "number", document, {}))
    assert ranked == [numbered, other, unnumbered]
