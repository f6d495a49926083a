"""Numbers of other systems outlive the catalogue, and whatever interrupts their entry."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from docgen.desk import Desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.archive.restore import rebuild
from docgen.desk.decisions.number import NumberRequest, give_number
from docgen.desk.decisions.void import void
from docgen.desk.mirror import keep_mirror
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.service.document_recovery import recover
from docgen.errors import Conflict
from storage.catalogue import documents
from storage.errors import StoreUnavailable
from storage.rebuild import catch_up
from storage.records import Document
from tests.support.office.decisions import issue_example, relocation_plan
from tests.support.office.restoring import office, rows_of, second_url, with_catalogue

__all__ = ["office", "second_url"]  # fixtures

pytestmark = pytest.mark.office

LAST_YEAR = dt.date(dt.datetime.now(dt.UTC).year - 1, 12, 30)


def waiting(desk: Desk, **more: object) -> Document:
    """A letter whose number SRIKANDI gives."""
    return relocation_plan(desk, numbering={"by": "SRIKANDI"}, dossier="new", **more)


def number(desk: Desk, document: Document, text: str, reason: str = "") -> None:
    """Enter a number of last year, so that the letter's year changes with it."""
    give_number(desk, document.id, NumberRequest(number=text, date=LAST_YEAR, reason=reason), "sari")


def work(desk: Desk) -> None:
    """One letter waits, one is numbered and corrected, one void; one has two numbers; one belongs to no asset."""
    waiting(desk)
    corrected, ended, ours = waiting(desk), waiting(desk), relocation_plan(desk, dossier="new")
    number(desk, corrected, "1/SETDA")
    number(desk, corrected, "2/SETDA", "Salah ketik")
    number(desk, ended, "3/SETDA")
    void(desk, ended.id, "Batal dikirim", "sari")
    number(desk, ours, "4/SETDA")
    collective = issue_example(desk, "rencana_kebutuhan", "perencanaan", 1, numbering={"by": "SRIKANDI"})
    number(desk, collective, "5/SETDA")


@pytest.mark.parametrize("mirrored", [True, False], ids=["mirror", "records"])
def test_the_catalogue_is_rebuilt_with_the_numbers_of_other_systems(
    office: Desk, second_url: str, mirrored: bool
) -> None:
    """From the mirror, and from the records of the letters alone: letters and numbers are the same."""
    work(office)
    if mirrored:
        keep_mirror(office)
    before = rows_of(office.catalogue)
    new = with_catalogue(office, second_url)
    if mirrored:
        rebuild(new, replace=False, standing="adopt")
    else:
        with new.catalogue.write() as tx:
            catch_up(tx, new.store)
    after = rows_of(new.catalogue)
    for name in ("documents", "revisions", "foreign_numbers", "register_entries", "archived_files"):
        assert after[name] == before[name], name
    assert check_archive(new).findings() == []
    new.catalogue.close()


class Away:
    """A store that cannot be written to, and reads as it did."""

    def __init__(self, store: object) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        if name.startswith("put"):
            raise StoreUnavailable("Arsip mati.")
        return getattr(self._store, name)


def test_a_number_that_was_decided_counts_and_is_printed_when_the_store_is_back(desk: Desk) -> None:
    """Nobody else gets it meanwhile; recovery makes the revision with the same number and date."""
    document, other = waiting(desk), waiting(desk)
    broken = dataclasses.replace(desk, store=Away(desk.store))  # type: ignore[arg-type]
    with pytest.raises(DocumentPending):
        number(broken, document, "7/SETDA")
    with pytest.raises(Conflict):
        number(desk, other, "7/SETDA")
    later = dataclasses.replace(desk, now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5))
    assert recover(later) == 1
    with desk.catalogue.read() as tx:
        finished = documents.get_document(tx, document.id)
    assert (finished.status, finished.number, finished.date) == ("issued", "7/SETDA", LAST_YEAR)
