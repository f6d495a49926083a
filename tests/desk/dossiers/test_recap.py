"""The report on the procedures: its recap is the archive's, as it was when the report was numbered."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.decisions.void import void
from docgen.desk.dossiers import recap as recaps
from docgen.desk.dossiers.recap import late_steps
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.prepare import prepare
from docgen.desk.issuing.preview import preview
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.service.document_recovery import recover
from docgen.errors import InvalidSubmission
from docgen.indonesian import rupiah
from docgen.render.pdf.pdfium import page_text
from docgen.worktime import WorkTime
from storage.catalogue import documents, registers
from storage.errors import StoreUnavailable
from storage.records import Asset, Document
from tests.support.office.decisions import decide

pytestmark = pytest.mark.office

PERIOD = {"periode_awal": "2026-07-01", "periode_akhir": "2026-09-30"}
ASSETS = [
    Asset(nibar="R/1", name="Router Rekap", value=12_500_000),
    Asset(nibar="R/2", name="Switch Rekap", value=4_000_000),
    Asset(nibar="R/3", name="Data Rekap"),
]


@pytest.fixture
def office(desk: Desk) -> Desk:
    """The demo office with three assets of known value, one of none."""
    with desk.catalogue.write() as tx:
        registers.put_assets(tx, ASSETS)
    return desk


def made(desk: Desk, day: str, step: int = 2, nibar: str = "R/1", procedure: str = "pemeliharaan") -> Document:
    """A Nota Dinas issued on this day."""
    body = {"kind": "nota_dinas", "procedure": procedure, "step": step, "assets": [nibar], "date": day}
    data = desk.kinds["nota_dinas"].example
    return issue(desk, DocumentRequest.model_validate(body | {"data": data}), "sari")


def report(**changes: str) -> DocumentRequest:
    """The report of the period, dated after it."""
    body = {"kind": "laporan_pengelolaan_aset", "procedure": "evaluasi", "step": 1, "date": "2026-10-05"}
    return DocumentRequest.model_validate(body | {"data": PERIOD | changes})


def text_of(desk: Desk, document: Document) -> str:
    """The archived PDF's text with all white space left out, for numbers break over lines."""
    with desk.catalogue.read() as tx:
        key = documents.get_revision(tx, document.id, document.revision).pdf.key
    return squeezed(desk.store.get(key))


def squeezed(pdf: bytes) -> str:
    return "".join("".join(page_text(pdf)).split())


def recap_of(desk: Desk, request: DocumentRequest) -> dict[str, Any]:
    """The recap the report would be issued with."""
    found: dict[str, Any] = prepare(desk, request).snapshot.derived["recap"]
    return found


def test_a_report_counts_the_archive_of_its_period(office: Desk) -> None:
    """Counts, distinct assets, values and every number of the period are in the PDF; void, earlier, later and the
    evaluation's own documents are not."""
    first = made(office, "2026-07-01")
    second = made(office, "2026-07-02", step=4)
    other = made(office, "2026-09-30", nibar="R/2", procedure="penghapusan", step=2)
    bare = made(office, "2026-08-12", nibar="R/3")
    earlier = made(office, "2026-06-30", nibar="R/2")
    later = made(office, "2026-10-01", nibar="R/2")
    gone = made(office, "2026-08-03", nibar="R/2")
    void(office, gone.id, "Salah aset", "sari")
    evaluation = made(office, "2026-08-04", procedure="evaluasi", step=2)
    shown = squeezed(preview(office, report()).pdf)
    text = text_of(office, issue(office, report(), "sari"))
    for document in (first, second, other, bare):
        assert document.number in text
        assert document.number in shown
    for document in (earlier, later, gone, evaluation):
        assert document.number not in text
        assert document.number not in shown
    assert "diterbitkan4naskahmengenai3asetdengannilaiperolehanRp16.500.000,00" in text
    assert "Berkasyangdibuka3,berkasyangditutup0" in text
    assert "1asetbelummemilikinilai" in text
    recap = recap_of(office, report())
    rows = {one["letter"]: one for one in recap["procedures"]}
    assert list(rows) == ["A", "B", "C", "D", "E"]
    assert [rows["D"][name] for name in ("count", "assets", "value", "unvalued", "opened")] == [3, 2, 12_500_000, 1, 2]
    assert [rows["E"][name] for name in ("count", "assets", "value", "opened")] == [1, 1, 4_000_000, 1]
    assert rupiah(12_500_000) in text
    assert rows["A"] == rows["A"] | {"count": 0, "assets": 0, "value": 0, "opened": 0, "late": 0, "documents": []}


def test_a_report_finished_later_tells_the_archive_of_its_number(office: Desk) -> None:
    """Interrupted after its number was taken, the report shows what was there then, though the archive went on."""
    before = made(office, "2026-07-01")
    broken = dataclasses.replace(office, store=Away())
    with pytest.raises(DocumentPending) as caught:
        issue(broken, report(), "sari")
    after = made(office, "2026-07-02", nibar="R/2")
    with office.catalogue.write() as tx:
        registers.put_asset(tx, ASSETS[0].model_copy(update={"value": 1}))
    assert recover(dataclasses.replace(office, now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5))) == 1
    with office.catalogue.read() as tx:
        finished = documents.get_document(tx, caught.value.document.id)
    text = text_of(office, finished)
    assert before.number in text
    assert after.number not in text
    assert "Rp12.500.000,00" in text
    [key] = [key for key in list(office.store.keys()) if finished.id in key and key.endswith("record.json")]
    [row] = [
        one for one in json.loads(office.store.get(key))["snapshot"]["derived"]["recap"]["procedures"] if one["count"]
    ]
    assert [line["number"] for line in row["documents"]] == [before.number]


class Away:
    """A store that is away."""

    def __getattr__(self, name: str) -> Any:
        def refuse(*args: object) -> None:
            raise StoreUnavailable("Arsip mati.")

        return refuse


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [("2026-09-30", "2026-07-01", "mendahului"), ("2025-01-01", "2026-06-30", "satu tahun")],
)
def test_a_period_that_cannot_be_is_refused_at_its_field(office: Desk, start: str, end: str, said: str) -> None:
    """An end before the beginning, and more than a year, are told beside the end; nothing is numbered."""
    with pytest.raises(InvalidSubmission) as caught:
        issue(office, report(periode_awal=start, periode_akhir=end), "sari")
    [error] = caught.value.errors
    assert error.field == "data.periode_akhir"
    assert said in error.message


def test_a_refused_letter_is_reported_as_refused(office: Desk) -> None:
    """It was issued and stays counted, but nobody reads it as work that was approved."""
    refused, other = made(office, "2026-08-03"), made(office, "2026-08-04", nibar="R/2")
    decide(office, refused, "kepala-bidang", "tolak")
    [part] = [one for one in recap_of(office, report())["procedures"] if one["count"]]
    assert {one["number"]: one["title"] for one in part["documents"]} == {
        refused.number: f"{refused.title} (ditolak)",
        other.number: other.title,
    }


def test_a_step_beyond_its_norm_is_late(office: Desk) -> None:
    """Steps 3 and 4 of maintenance have half a day and one day, so two working days after step 2: on Thursday after a
    Tuesday not late, on Friday late; another dossier's documents and other documents of the step change nothing."""
    in_time = [made(office, "2026-07-07"), made(office, "2026-07-09", step=4)]
    late = [made(office, "2026-07-07", nibar="R/2"), made(office, "2026-07-10", step=4, nibar="R/2")]
    procedure = office.sop.procedure("pemeliharaan")
    with office.catalogue.read() as tx:
        time = WorkTime.of(registers.get_office(tx))
    assert late_steps(procedure, [*in_time, *late], time) == {late[1].id}
    more = late[1].model_copy(update={"id": "lagi", "date": dt.date(2026, 8, 3), "sequence": 99})
    assert late_steps(procedure, [*in_time, *late, more], time) == {late[1].id}
    [row] = [one for one in recap_of(office, report())["procedures"] if one["letter"] == "D"]
    assert [line["number"] for line in row["documents"] if line["late"]] == [late[1].number]
    assert row["late"] == 1


def test_a_late_step_is_found_after_a_document_of_an_earlier_period(office: Desk) -> None:
    """What came before the period is not listed, opens no dossier in it, and still makes the next step late."""
    made(office, "2026-06-01")
    made(office, "2026-07-01", step=4)
    [row] = [one for one in recap_of(office, report())["procedures"] if one["letter"] == "D"]
    assert [row[name] for name in ("count", "opened", "late")] == [1, 0, 1]


def test_a_holiday_makes_no_step_late(office: Desk) -> None:
    """The report reckons as a dossier's page does: on a day on which the office is closed no norm runs out."""
    documents_ = [made(office, "2026-07-07"), made(office, "2026-07-10", step=4)]
    procedure = office.sop.procedure("pemeliharaan")
    with office.catalogue.read() as tx:
        settings = registers.get_office(tx)
    closed = settings.model_copy(update={"holidays": [dt.date(2026, 7, 8)]})
    assert late_steps(procedure, documents_, WorkTime.of(settings)) == {documents_[1].id}
    assert late_steps(procedure, documents_, WorkTime.of(closed)) == set()


def test_too_many_documents_are_counted_and_not_listed(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond what a PDF can list in time the report keeps its figures and says where the list is."""
    document = made(office, "2026-07-01")
    monkeypatch.setattr(recaps, "MOST_LISTED", 0)
    text = squeezed(preview(office, report()).pdf)
    assert "diterbitkan1naskah" in text
    assert document.number not in text
    assert "bukuagenda" in text
