"""A number is taken only by a letter that can be made; what fails for good all the same is told, voided or mended."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.access.tokens import create_token
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.batch_request import BatchRequest
from docgen.desk.batches.check import check_rows
from docgen.desk.batches.job import run_batch_job, task_of
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.preview import preview
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.journal import DocumentFailed, DocumentPending
from docgen.desk.service.document_recovery import recover
from docgen.errors import ConversionFailed, ConversionTimedOut, ConverterHung, InvalidSubmission
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import documents, journal, registers
from storage.catalogue.numbering import numbers
from storage.records import Document, RegisterEntry
from tests.support.callers.api import Caller, make_app
from tests.support.callers.pages import PASSWORD, Person, person, words
from tests.support.files.word_by_hand import para, part, row, table
from tests.support.office.demo_office import demo_office
from tests.support.office.kinds import write_kind

pytestmark = pytest.mark.office

FIXED = '<w:trHeight w:val="600" w:hRule="exact"/>'
LONG = " ".join(f"kata{number}" for number in range(80)) + " Router sering mati"
BOX = para("{{ nomor }} {{ hal }}") + table(row(para("{{ isi }}"), look=FIXED)) + para("akhir")
COMMENTED = para("{{ hal }}", '<w:r><w:commentReference w:id="0"/></w:r>')
COMMENT = {"word/comments.xml": part("comments", f'<w:comment w:id="0" w:author="x">{para("x")}</w:comment>')}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[Desk]:
    """The demo office with templates of its own: a box that can be full, one with a comment, and wrong ones."""
    own = tmp_path_factory.mktemp("templat")
    write_kind(own, "kotak", BOX)
    write_kind(own, "berkomentar", COMMENTED, COMMENT)
    write_kind(own, "salah", para("{{ hall }}"))
    write_kind(own, "nota_dinas", para("{{ hall }}"))
    (own / "_bundel").mkdir()
    (own / "_bundel" / "template.docx").write_bytes(b"PK")
    with demo_office(tmp_path_factory.mktemp("kantor"), converter, own) as desk:
        yield desk


def request(kind: str, **data: Any) -> DocumentRequest:
    return DocumentRequest(kind=kind, procedure="pemeliharaan", step=2, data={"hal": "Uji"} | data)


def register(desk: Desk) -> list[RegisterEntry]:
    with desk.catalogue.read() as tx:
        return numbers.list_entries(tx, registers.get_office(tx).unit_code, desk.today().year)


class Counting:
    """A converter that counts, and fails when it is told to."""

    def __init__(self, converter: Converter, error: Exception | None = None) -> None:
        self.converter = converter
        self.error = error
        self.asked = 0

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.converter.convert(docx, deadline=deadline, group=group)

    def check(self) -> None:
        self.converter.check()

    def close(self) -> None:
        pass


def test_what_a_preview_refuses_takes_no_number(office: Desk) -> None:
    """Text that its row cuts off is refused with its words, by preview and issue alike, and no number is used."""
    before = len(register(office))
    for call in (preview, lambda desk, asked: issue(desk, asked, "sari")):
        with pytest.raises(InvalidSubmission) as caught:
            call(office, request("kotak", isi=LONG))
        assert "hilang dalam PDF: 'kata" in caught.value.errors[0].message
        assert "Tinggi baris" in caught.value.errors[0].message
    assert len(register(office)) == before


def test_a_letter_that_is_tried_is_converted_once(office: Desk) -> None:
    """What was converted with the number expected is what is archived; a letter with a comment is made without it."""
    converter = Counting(office.converter)
    document = issue(dataclasses.replace(office, converter=converter), request("kotak", isi="pendek"), "sari")
    assert converter.asked == 1
    with office.catalogue.read() as tx:
        key = documents.get_revision(tx, document.id, 1).pdf.key
    shown = page_text(office.store.get(key))[0]
    assert f"{document.number} Uji" in " ".join(shown.split())
    assert issue(office, request("berkomentar", hal="tanpa komentar"), "sari").status == "issued"


def test_a_number_taken_meanwhile_is_not_printed_twice(office: Desk) -> None:
    """When another letter gets the number that was expected, this one is made again with its own."""

    class Slow(Counting):
        def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
            pdf = super().convert(docx, deadline=deadline, group=group)
            if self.asked == 1:
                issue(office, request("berkomentar"), "budi")
            return pdf

    slow = Slow(office.converter)
    document = issue(dataclasses.replace(office, converter=slow), request("kotak", isi="x"), "sari")
    assert slow.asked == 2
    with office.catalogue.read() as tx:
        key = documents.get_revision(tx, document.id, 1).pdf.key
    assert document.number in page_text(office.store.get(key))[0]


def test_pasted_signs_without_width_make_a_letter(desk: Desk) -> None:
    """A delivered kind with a paragraph of U+200B or U+2060 alone is issued; so are other scripts and signs."""
    example = desk.kinds["nota_dinas"].example
    data = example | {"isi": "Alinea satu.\n\n\u200b\n\n\u2060\n\nAlinea dua \u0627\u0644 \u2713."}
    asked = DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, data=data)
    assert issue(desk, asked, "sari").status == "issued"


def failed(desk: Desk, error: Exception, kind: str = "telaahan") -> Document:
    """A letter of a delivered kind whose number was taken before LibreOffice failed on it."""
    asked = DocumentRequest(kind=kind, procedure="pemeliharaan", step=2, data=desk.kinds[kind].example)
    broken = dataclasses.replace(desk, converter=Counting(desk.converter, error))
    with pytest.raises(DocumentPending) as caught:
        issue(broken, asked, "sari")
    assert isinstance(caught.value, DocumentFailed) == (not isinstance(error, ConversionTimedOut | ConverterHung))
    return caught.value.document


def test_what_fails_for_good_is_told_and_voided_or_mended_at_one_press(office: Desk) -> None:
    """Page, register and API tell the reason; one press voids the number, one opens the form with what was typed."""
    app = make_app(office)
    api, clerk = Caller(app, create_token(office, "uji", "write", [])), person(office, "operator")
    kinds = ("surat_penugasan", "telaahan", "persetujuan")  # each with a line in the register
    first, second, third = (failed(office, ConversionFailed("LibreOffice berhenti tiga kali."), one) for one in kinds)
    record = api.get(f"/documents/{first.id}").json
    assert record["obstacle"] == {"reason": "LibreOffice berhenti tiga kali.", "final": True, "attempts": 1}
    assert recover(dataclasses.replace(office, now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=9))) == 0
    page = words(clerk.get(f"/d/{first.id}"))
    assert "tidak dapat dibuat" in page
    assert "LibreOffice berhenti tiga kali." in page
    assert "Gagal tetap:" in words(clerk.get("/agenda"))
    reason = "Tidak dapat dibuat: LibreOffice berhenti tiga kali."
    assert clerk.post(f"/d/{first.id}/batalkan", {"reason": reason}).status_code == 303
    answer = clerk.post(f"/d/{second.id}/perbaiki", {})
    form = clerk.get(answer.location).text
    assert office.kinds["telaahan"].example["hal"] in form
    assert clerk.post(f"/d/{second.id}/perbaiki", {}).status_code == 409
    assert api.post(f"/documents/{third.id}/void", {"reason": "Tidak jadi"}).status_code == 200
    ends = [(one.status, one.reason) for one in register(office) if one.document in (first.id, second.id, third.id)]
    assert ends == [("void", reason), ("void", reason), ("void", "Tidak jadi")]


def test_after_a_failure_the_next_of_its_kind_is_tried_first(desk: Desk) -> None:
    """A delivered kind of which a letter failed for good takes no further number for what fails the same way."""
    document = failed(desk, ConversionFailed("LibreOffice berhenti tiga kali."))
    broken = dataclasses.replace(desk, converter=Counting(desk.converter, ConversionFailed("Lagi.")))
    asked = DocumentRequest(kind="telaahan", procedure="pemeliharaan", step=2, data=desk.kinds["telaahan"].example)
    with pytest.raises(InvalidSubmission, match="belum benar"):
        issue(broken, asked, "sari")
    assert [one.document for one in register(desk)] == [document.id]
    assert recover(desk, given_up=True) == 1
    assert issue(desk, asked, "sari").sequence == 2


def test_a_letter_on_which_libreoffice_hangs_takes_no_number(office: Desk) -> None:
    """Where a letter is tried first, it is not numbered to be tried again and again; nor is its text called wrong."""
    before = register(office)
    hung = dataclasses.replace(office, converter=Counting(office.converter, ConverterHung("Macet.")))
    with pytest.raises(ConverterHung, match="Macet"):
        issue(hung, request("kotak", isi="x"), "sari")
    assert register(office) == before


@pytest.mark.parametrize("chance", [ConversionTimedOut("Tidak selesai."), ConverterHung("Macet.")])
def test_what_may_be_chance_is_tried_again_and_then_given_up(desk: Desk, chance: Exception) -> None:
    """A letter that passes the deadline, or hangs LibreOffice, is tried later and later, and given up in the end."""
    document = failed(desk, chance)
    now = dt.datetime.now(dt.UTC)
    tries = []
    for minutes in range(1, 60):
        later = dataclasses.replace(
            desk,
            now=lambda minutes=minutes: now + dt.timedelta(minutes=minutes),  # type: ignore[misc]
            converter=(counting := Counting(desk.converter, chance)),
        )
        recover(later)
        tries += [minutes] * counting.asked
    assert tries == [1, 2, 4, 8]
    with desk.catalogue.read() as tx:
        pending = journal.get_pending(tx, document.id)
    assert pending is not None
    assert pending.given_up


def test_rows_of_a_batch_that_cannot_be_made_are_told_and_take_no_number(office: Desk) -> None:
    """The check tells them beforehand; in the job the others get the numbers that follow each other."""
    rows = [{"data": {"hal": f"Naskah {at}", "isi": LONG if at == 1 else "pendek"}} for at in range(3)]
    batch = BatchRequest.model_validate({"kind": "kotak", "procedure": "pemeliharaan", "step": 2, "rows": rows})
    run = check_rows(office, batch)
    assert (run.rows, run.valid) == (3, 2)
    assert [(error.row, "hilang dalam PDF" in error.message) for error in run.errors] == [(2, True)]
    before = len(register(office))
    job = Jobs(office, {"batch": run_batch_job}).run("batch", task_of(batch), "sari")
    assert job.result is not None
    assert [line["state"] for line in job.result["lines"]] == ["issued", "refused", "issued"]
    assert "Tinggi baris" in job.result["lines"][1]["message"]
    assert [one.status for one in register(office)[before:]] == ["issued", "issued"]


def test_a_wrong_template_is_off_with_its_reason_and_the_service_works(office: Desk) -> None:
    """Wrong kinds are told by pages, API and readiness; the delivered kind that one replaces is not used instead."""
    app = make_app(office)
    api = Caller(app, create_token(office, "lain", "write", []))
    assert sorted(office.switched_off) == ["_bundel", "nota_dinas", "salah"]
    ready = app.test_client().get("/readyz")
    assert ready.status_code == 200
    assert ready.json["templates"] == "dimatikan: _bundel, nota_dinas, salah; sebabnya ada di catatan layanan"
    assert not [reason for reason in office.switched_off.values() if str(office.templates) in reason]
    refused = api.get("/kinds/nota_dinas")
    assert refused.status_code == 404
    assert "dimatikan" in refused.json["detail"]
    assert "Maksudnya 'hal'?" in refused.json["detail"]
    body = json.loads(request("nota_dinas").model_dump_json())
    answer = api.post("/documents", body)
    assert answer.status_code == 422
    assert "dimatikan" in answer.json["errors"][0]["message"]
    create_user(office, "kepala", "admin", "Kepala", PASSWORD)
    boss, clerk = Person(app).sign_in("kepala"), person(office, "pejabat")
    assert "dimatikan:" in words(boss.get("/buat"))
    assert "dimatikan:" not in words(clerk.get("/buat"))
    assert "templatnya dimatikan" in words(boss.get("/buat/pemeliharaan"))
