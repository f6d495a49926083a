"""The security class of a letter: chosen, or as its kind or the office has it; printed, numbered and kept with it."""

from __future__ import annotations

import dataclasses

import pypdfium2
import pytest

from docgen.desk import Desk
from docgen.desk.batches.check import check_rows, read_batch
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.preflight import preflight
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.revision_store import read_record
from docgen.desk.security_class import choose_class
from docgen.desk.verification import verify
from docgen.foreign import page_text
from docgen.forms.field_sheet import FieldSheet
from storage.catalogue import documents, registers
from storage.catalogue.visibility import classes
from storage.records import SecurityClass
from tests.support.office.batches import letter_request

pytestmark = pytest.mark.office


def test_a_class_comes_from_the_request_then_what_is_replaced_then_the_kind_then_the_office(desk: Desk) -> None:
    """The first of these that says one decides, with its reason."""
    kind = desk.kinds["nota_dinas"]
    sheet = FieldSheet.model_validate(kind.sheet.model_dump(mode="json", exclude_none=True) | {"security": "T"})
    of_kind = dataclasses.replace(kind, sheet=sheet)
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx).model_copy(update={"security_code": "R"})
    replaced = issue(desk, letter_request(desk).model_copy(update={"security": "SR"}), "sari")
    asked: list[tuple[SecurityClass, tuple[object, ...]]] = [
        ("B", ("B", replaced, of_kind)),
        ("SR", (None, replaced, of_kind)),
        ("T", (None, None, of_kind)),
        ("R", (None, None, kind)),
        ("R", (None, None, None)),
    ]
    choices = [choose_class(*given, office) for _, given in asked]  # type: ignore[arg-type]
    assert [choice.security for choice in choices] == [security for security, _ in asked]
    assert len({str(choice.reason) for choice in choices}) == 4


@pytest.mark.parametrize("security", ["B", "T", "R", "SR"])
def test_number_print_record_and_rows_follow_the_class(desk: Desk, security: SecurityClass) -> None:
    """The number begins with the class; T, R and SR stand at the top left of the page, R and SR in red; the record, the
    document and the check before issuing tell it."""
    request = letter_request(desk).model_copy(update={"security": security})
    checked = preflight(desk, request)
    document = issue(desk, request, "sari")
    assert (checked.security.security, checked.number) == (security, document.number)
    assert document.number.startswith(f"{security}/")
    record = read_record(desk.store, document, 1)
    assert record is not None
    assert record["snapshot"]["office"]["security_code"] == record["document"]["security"] == security
    assert record["submission"]["security"] == security
    with desk.catalogue.read() as tx:
        assert documents.get_document(tx, document.id).security == security
        assert classes.classes_of(tx, [document.id]) == {document.id: security}
        pdf = desk.store.get(documents.get_revision(tx, document.id, 1).pdf.key)
    with pypdfium2.PdfDocument(pdf) as pages:
        top = pages[0].get_height()
        mark = pages[0].get_textpage().get_text_bounded(80, top - 35, 200, top).strip()
        corner = pages[0].render(scale=2).to_pil().convert("RGB").crop((160, 0, 400, 70))
    red = sum(r > 150 and g < 90 and b < 90 for r, g, b in corner.get_flattened_data())
    assert (mark, red > 20) == ("" if security == "B" else security, security in ("R", "SR"))


def test_a_letter_keeps_the_class_of_the_one_it_replaces(desk: Desk) -> None:
    """Unless its request says another: correcting a secret letter does not open it."""
    first = issue(desk, letter_request(desk).model_copy(update={"security": "R"}), "sari")
    again = {"replaces": first.id, "dossier": first.dossier}
    second = issue(desk, letter_request(desk).model_copy(update=again), "sari")
    assert second.security == "R"
    third = issue(
        desk, letter_request(desk).model_copy(update=again | {"replaces": second.id, "security": "B"}), "sari"
    )
    assert third.security == "B"


def test_an_open_letter_does_not_tell_which_secret_one_took_its_place(desk: Desk) -> None:
    """Its state, its stamp and its public page say that it was replaced, and not by which number."""
    first = issue(desk, letter_request(desk), "sari")
    again = {"replaces": first.id, "dossier": first.dossier, "security": "R"}
    second = issue(desk, letter_request(desk).model_copy(update=again), "sari")
    with desk.catalogue.read() as tx:
        replaced = documents.get_document(tx, first.id)
        stamped = desk.store.get(documents.get_revision(tx, first.id, replaced.revision).pdf.key)
    assert (replaced.status, replaced.status_reason) == ("superseded", "Diganti naskah lain")
    assert second.number not in " ".join(page_text(stamped))
    found = verify(desk, first.code)
    assert (found.verdict, found.successor) == ("superseded", None)


def test_a_row_of_a_sheet_has_its_class(desk: Desk) -> None:
    """The column says it for a letter; an unknown class is told beside its cell, with the four there are."""
    sheet = b"Hal;Isi;Penutup;Sifat keamanan\nSatu;a;b;r\nDua;a;b;\nTiga;a;b;rahasia\n"
    read = read_batch(desk, "nota_dinas", "pemeliharaan", 2, "isi.csv", sheet)
    assert [row.security for row in read.request.rows] == ["R", None, None]
    run = check_rows(desk, read.request.model_copy(update={"security": "T"}), read)
    assert [read.request.model_copy(update={"security": "T"}).letter(row).security for row in (0, 1)] == ["R", "T"]
    assert [(error.cell, "B, T, R, SR" in str(error.message)) for error in run.errors] == [("D4", True)]
    assert run.first_number.startswith("R/")


def test_recipients_are_those_named_by_post_or_name(desk: Desk) -> None:
    """Whom a letter is for, and who gets a copy: by post or by name, however it is spaced; nobody else."""
    with desk.catalogue.read() as tx:
        head, user = registers.get_official(tx, "kepala-bidang"), registers.get_official(tx, "pengguna-statistik")
    request = letter_request(desk)
    values = {**request.data, "kepada": f" {head.post.upper()} ", "tembusan": [user.name]}
    document = issue(desk, request.model_copy(update={"data": values}), "sari")
    with desk.catalogue.read() as tx:
        assert documents.get_contents(tx, document.id)[1]["recipients"] == [head.id, user.id]


def test_a_wrong_class_is_refused_with_the_four() -> None:
    """By the request's own shape, before anything is read."""
    with pytest.raises(ValueError, match="'B', 'T', 'R' or 'SR'"):
        DocumentRequest.model_validate({"kind": "x", "procedure": "x", "step": 1, "security": "X"})
