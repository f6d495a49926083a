"""Letters outside the SOP: one dossier for each classification and year, found, kept and filed like all others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.bundles.file_list import list_files
from docgen.desk.disposal.retention import standing_of
from docgen.desk.dossiers.dossiers import close, view_dossier
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.setup import initialise
from docgen.errors import InvalidSubmission
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import dossiers
from storage.catalogue.searching.search import Filter, search_documents
from storage.catalogue.visibility.limits import Limits
from storage.keys import parse_key
from storage.records import Document
from tests.support.office.demo_office import data_folder

pytestmark = pytest.mark.office

ASSET = "6310190000101"
BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BACKENDS)
def office(request: pytest.FixtureRequest, tmp_path: Path, converter: Converter) -> Iterator[Desk]:
    """The demo office on either database."""
    env = {"DOCGEN_DATA": str(data_folder(tmp_path))}
    if request.param == "postgresql":
        env["DOCGEN_DATABASE_URL"] = request.getfixturevalue("postgres_url")
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    yield desk
    desk.catalogue.close()


def letter(desk: Desk, kind: str = "nota_dinas", **more: Any) -> DocumentRequest:
    """The kind's example outside the SOP."""
    body = {"kind": kind, "procedure": "umum", "data": desk.kinds[kind].example}
    return DocumentRequest.model_validate(body | more)


def errors_of(desk: Desk, request: DocumentRequest) -> dict[str, str]:
    """What is wrong with a request, by field."""
    with pytest.raises(InvalidSubmission) as caught:
        issue(desk, request, "sari")
    return {error.field: error.message for error in caught.value.errors}


def keys_of(desk: Desk, document: Document) -> list[str]:
    keys = desk.store.keys()
    return sorted(key for key in keys if f"/{document.id}/" in key)


def test_it_lies_in_the_folder_of_its_year_by_kind_and_at_each_of_its_assets(office: Desk) -> None:
    """The keys are `umum-{year}/{kind}/00/…`, and a link.json at each asset names that folder."""
    document = issue(office, letter(office, assets=[ASSET]), "sari")
    folder = f"umum-{document.date.year}/nota_dinas/00/{document.id}/001"
    link = f"{ASSET}/nota_dinas/00/{document.id}/link.json"
    assert keys_of(office, document) == [
        link,
        f"{folder}/nota_dinas.docx",
        f"{folder}/nota_dinas.pdf",
        f"{folder}/record.json",
    ]
    assert parse_key(f"{folder}/record.json").year == document.date.year
    assert f'"folder": "umum-{document.date.year}"'.encode() in office.store.get(link)
    report = check_archive(office)
    assert (report.missing, report.changed, report.unknown) == ([], [], [])


def test_letters_of_a_classification_and_year_share_an_open_dossier(office: Desk) -> None:
    """The next letter joins it whatever kind it is; another code, another year and a closed dossier open another."""
    first = issue(office, letter(office, classification="000.1.5"), "sari")
    second = issue(office, letter(office, "surat_penugasan", classification="000.1.5"), "budi")
    other = issue(office, letter(office, classification="000.1.2.3"), "sari")
    earlier = issue(office, letter(office, classification="000.1.5", date=dt.date(first.date.year - 1, 12, 30)), "sari")
    assert second.dossier == first.dossier
    assert len({first.dossier, other.dossier, earlier.dossier}) == 3
    assert "000.1.5" in first.number
    close(office, first.dossier, "sari")
    third = issue(office, letter(office, classification="000.1.5"), "sari")
    assert third.dossier not in {first.dossier, earlier.dossier}
    with office.catalogue.read() as tx:
        titles = [dossiers.get_dossier(tx, id).title for id in (first.dossier, third.dossier)]
    year = first.date.year
    subject = "000.1.5 Rapat: undangan, notula, risalah"
    assert titles == [f"{subject} {year}", f"{subject} {year} ke-2"]


def test_letters_that_come_at_once_share_one_dossier(office: Desk) -> None:
    """None of several first letters of a year opens a second dossier beside it."""
    with ThreadPoolExecutor(4) as clerks:
        documents = list(clerks.map(lambda _: issue(office, letter(office), "sari"), range(4)))
    assert len({document.dossier for document in documents}) == 1
    assert sorted(document.sequence for document in documents) == [1, 2, 3, 4]


def test_the_classification_is_checked_and_of_no_step_of_the_sop(office: Desk) -> None:
    """A code that is none, one beside a dossier of another, and one at a step of the SOP are refused at their field."""
    document = issue(office, letter(office, classification="000.1.5"), "sari")
    assert set(errors_of(office, letter(office, classification="rapat"))) == {"classification"}
    mixed = letter(office, classification="000.2.4", dossier=document.dossier)
    assert set(errors_of(office, mixed)) == {"classification"}
    late = letter(office, dossier=document.dossier, date=dt.date(document.date.year - 1, 12, 1))
    assert set(errors_of(office, late)) == {"dossier"}
    at_step = DocumentRequest.model_validate(
        letter(office).model_dump() | {"procedure": "pemeliharaan", "step": 2, "classification": "000.1.5"}
    )
    assert set(errors_of(office, at_step)) == {"classification"}
    named = issue(office, letter(office, dossier=document.dossier), "sari")
    assert named.dossier == document.dossier


def test_a_step_belongs_to_the_sop_alone(office: Desk) -> None:
    """A letter outside it has no step, and one of a procedure has one."""
    assert set(errors_of(office, letter(office, step=1))) == {"step"}
    assert set(errors_of(office, letter(office, procedure="pemeliharaan"))) == {"step"}


def test_nothing_is_due_in_its_dossier_which_is_filed_by_its_own_classification(office: Desk) -> None:
    """No step waits or is late; filing list and retention go by the code that was chosen."""
    document = issue(office, letter(office, classification="800.1.11.1"), "sari")
    closed = close(office, document.dossier, "sari")
    assert (closed.steps, closed.lacking, closed.dossier.close_reason) == ([], [], "")
    [line] = list_files(office, document.date.year)
    assert (line.code, line.number) == ("800.1.11.1", f"800.1.11.1/001/{document.date.year}")
    with office.catalogue.read() as tx:
        standing = standing_of(office, tx, view_dossier(office, tx, document.dossier).dossier)
    assert standing.standing.rule.code == "800.1.11.1"


def test_limits_of_a_token_hold(office: Desk) -> None:
    """A token of one procedure finds no letter outside the SOP, and one of `umum` finds no other."""
    document = issue(office, letter(office), "sari")
    with office.catalogue.read() as tx:
        ids = [
            [one.id for one in search_documents(tx, Filter(within=Limits(procedures=(slug,))))]
            for slug in ("umum", "pemeliharaan")
        ]
    assert ids == [[document.id], []]
