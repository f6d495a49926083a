"""One rule for every use-case: what may be done with a document that is unfinished, ended or in work."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from docgen.desk import Desk, open_desk
from docgen.desk.decisions.attach import attach, attach_scan
from docgen.desk.decisions.endorse import turn_of
from docgen.desk.decisions.seal import seal
from docgen.desk.decisions.void import void
from docgen.desk.disposal.destroy import destroy
from docgen.desk.dossiers.document_state import archived_revision, require, why_not
from docgen.desk.dossiers.dossiers import close
from docgen.desk.office_seal import OfficeSeal
from docgen.desk.revisions.attachment_report import ScanReport
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.revisions.srikandi import srikandi_docx
from docgen.desk.setup import initialise
from docgen.errors import Conflict, ConversionFailed, ConverterUnavailable, DocgenError, InvalidSubmission, NotFound
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import documents, journal
from storage.catalogue.visibility.limits import Limits
from storage.errors import RecordMissing, StoreUnavailable
from storage.records import Document
from tests.support.files.certificates import PASSWORD, Authority
from tests.support.files.pdfs import pdf
from tests.support.office.closed_dossiers import approved, in_years
from tests.support.office.decisions import decide, issue_example
from tests.support.office.demo_office import data_folder

pytestmark = pytest.mark.office

OTHER = "6310180000066"
ENDED = "Bila masih diperlukan, buat naskah baru."


class Failing:
    """A LibreOffice, or a store, that answers everything with the same error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def convert(self, *_: object, **__: object) -> bytes:
        """Fail."""
        raise self._error

    put = get = convert


@pytest.fixture(scope="module")
def seal_file(tmp_path_factory: pytest.TempPathFactory) -> OfficeSeal:
    """The seal of an office."""
    file = tmp_path_factory.mktemp("segel") / "segel.p12"
    authority = Authority("Balai Besar Sertifikasi Elektronik")
    file.write_bytes(authority.pkcs12(authority.office))
    return OfficeSeal(file, PASSWORD)


@pytest.fixture
def office(desk: Desk, seal_file: OfficeSeal) -> Desk:
    """An office with a seal."""
    return dataclasses.replace(desk, signing=seal_file)


def letter(desk: Desk, **more: object) -> Document:
    """A letter of the maintenance procedure."""
    return issue_example(desk, "nota_dinas", "pemeliharaan", 2, **more)


def not_made(desk: Desk, error: Exception, **more: object) -> Document:
    """A letter that has its number and no PDF, because LibreOffice answers with this error."""
    with pytest.raises(DocumentPending) as caught:
        letter(dataclasses.replace(desk, converter=Failing(error)), **more)  # type: ignore[arg-type]
    return caught.value.document


def without_store(desk: Desk) -> Desk:
    """The desk while the archive is away."""
    return dataclasses.replace(desk, store=Failing(StoreUnavailable("Arsip mati.")))  # type: ignore[arg-type]


def now(desk: Desk, document: Document) -> Document:
    """The document as it is by now."""
    with desk.catalogue.read() as tx:
        return documents.get_document(tx, document.id)


def being_made(desk: Desk) -> tuple[Document, str]:
    """Return a letter that waits for LibreOffice."""
    return not_made(
        desk, ConverterUnavailable("LibreOffice mati.")
    ), "masih dibuat. Tunggu sampai selesai, lalu coba lagi."


def failed(desk: Desk) -> tuple[Document, str]:
    """Return a letter that LibreOffice refuses for good: waiting does not help."""
    told = "gagal dibuat. Perbaiki isiannya atau batalkan nomornya di halaman naskah itu."
    return not_made(desk, ConversionFailed("LibreOffice menolak naskah ini.")), told


def voided(desk: Desk) -> tuple[Document, str]:
    """Return a void letter."""
    return void(desk, letter(desk).id, "Salah tujuan.", "sari"), f"sudah dibatalkan (Salah tujuan). {ENDED}"


def to_be_voided(desk: Desk) -> tuple[Document, str]:
    """Return a letter that somebody voided while the archive is away."""
    document = letter(desk)
    with pytest.raises(DocumentPending):
        void(without_store(desk), document.id, "Salah tujuan", "sari")
    return now(desk, document), f"sudah dibatalkan (Salah tujuan). {ENDED}"


def replaced(desk: Desk) -> tuple[Document, str]:
    """Return a letter in whose place another came."""
    document = letter(desk)
    successor = letter(desk, replaces=document.id)
    return now(desk, document), f"sudah diganti naskah {successor.number}. Pakai naskah itu."


def being_replaced(desk: Desk) -> tuple[Document, str]:
    """Return a letter whose successor has its number."""
    document = letter(desk)
    successor = not_made(desk, ConversionFailed("Ditolak."), replaces=document.id)
    return now(desk, document), f"sedang diganti naskah {successor.number}. Pakai naskah itu."


def destroyed(desk: Desk) -> tuple[Document, str]:
    """Return a letter whose time was over."""
    document = letter(desk)
    close(desk, document.dossier, "sari", "Selesai")
    destroy(in_years(desk, 6), approved(document.dossier), "admin")
    return now(desk, document), f"sudah dimusnahkan. {ENDED}"


def in_work(desk: Desk) -> tuple[Document, str]:
    """Return a letter to which a scan is promised while the archive is away."""
    document = letter(desk)
    with desk.catalogue.read() as tx:
        data = desk.store.get(archived_revision(tx, document.id)[1].pdf.key)
    away = dataclasses.replace(desk, store=_PutsUploads(desk.store))  # type: ignore[arg-type]
    with pytest.raises(DocumentPending):
        attach_scan(away, document.id, data, "pindaian.pdf", "sari", ScanReport())
    return now(desk, document), "sedang dikerjakan. Tunggu sebentar, lalu coba lagi."


class _PutsUploads:
    """A store that takes what is uploaded, and then goes away."""

    def __init__(self, store: object) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def get(self, _: str) -> bytes:
        """Fail."""
        raise StoreUnavailable("Arsip mati.")


ACTS: dict[str, Callable[[Desk, Document], object]] = {
    "endorse": lambda desk, one: decide(desk, one, "kepala-bidang", "setuju"),
    "seal": lambda desk, one: seal(desk, one.id, "sari"),
    "void": lambda desk, one: void(desk, one.id, "Tidak jadi", "sari"),
    "attach": lambda desk, one: attach(desk, one.id, pdf("tanda tangan"), "salinan.pdf", "sari"),
    "file a scan": lambda desk, one: attach_scan(
        desk, one.id, pdf("tanda tangan"), "pindaian.pdf", "sari", ScanReport()
    ),
    "replace": lambda desk, one: letter(desk, replaces=one.id),
    "export to SRIKANDI": lambda desk, one: srikandi_docx(desk, one.id),
}
EVERY = frozenset(ACTS)
CASES = [
    (being_made, EVERY - {"void"}),
    (failed, EVERY - {"void"}),
    (voided, EVERY),
    (to_be_voided, EVERY),
    (replaced, EVERY),
    (being_replaced, EVERY),
    (destroyed, EVERY),
    (in_work, EVERY - {"export to SRIKANDI"}),
]


@pytest.mark.parametrize(("prepared", "refused"), CASES, ids=[one.__name__ for one, _ in CASES])
def test_one_reason_has_one_sentence(
    office: Desk, prepared: Callable[[Desk], tuple[Document, str]], refused: frozenset[str]
) -> None:
    """Whatever somebody wants to do with a document, its state forbids it with the same words, which name the document
    and the next step. A number that nobody is at work on may be given up, and what is in work still be exported."""
    document, told = prepared(office)
    assert _said(office, document, EVERY) == dict.fromkeys(refused, f"Naskah {document.number} {told}")


def _said(desk: Desk, document: Document, acts: frozenset[str]) -> dict[str, str]:
    """What each act answers that is refused; those that are not refused come last, since they change the document."""
    answers = {}
    for name in sorted(acts, key=lambda one: (one == "void", one)):
        try:
            ACTS[name](desk, document)
        except Conflict as conflict:
            answers[name] = str(conflict)
        except InvalidSubmission as invalid:
            [error] = [one for one in invalid.errors if one.field == "replaces"]
            answers[name] = error.message
    return answers


def test_what_is_in_force_and_idle_may_be_used(desk: Desk) -> None:
    """Nothing is said against a letter that was issued, and nothing against a void one that need not be in force."""
    document = letter(desk)
    with desk.catalogue.read() as tx:
        assert why_not(tx, document) == ""
    gone = void(desk, document.id, "Salah", "sari")
    with desk.catalogue.read() as tx:
        require(tx, gone, in_force=False)
        with pytest.raises(Conflict, match=re.escape(gone.number)):
            require(tx, gone, idle=False)


def test_a_successor_outside_of_the_limits_is_not_named(desk: Desk) -> None:
    """Who may not know of the letter that took the place of another learns that there is one, and not which."""
    document = letter(desk)
    successor = issue_example(desk, "nota_dinas", "pemeliharaan", 2, assets=[OTHER], replaces=document.id)
    within = Limits(assets=(document.assets[0],))
    with pytest.raises(Conflict) as refused:
        void(desk, document.id, "Tidak jadi", "sari", within)
    assert str(refused.value) == f"Naskah {document.number} diganti naskah lain. Pakai naskah penggantinya."
    with pytest.raises(Conflict, match=re.escape(successor.number)):
        void(desk, document.id, "Tidak jadi", "sari")


@pytest.mark.parametrize(("prepared", "error"), [(being_made, Conflict), (failed, Conflict), (destroyed, NotFound)])
def test_files_that_are_not_there_say_why(
    desk: Desk, prepared: Callable[[Desk], tuple[Document, str]], error: type[DocgenError]
) -> None:
    """Who opens the PDF of a letter that is not made yet, or not there any more, is told so."""
    document, _ = prepared(desk)
    with desk.catalogue.read() as tx, pytest.raises(error, match=re.escape(document.number)):
        archived_revision(tx, document.id)


def test_a_number_that_was_given_up_has_no_files(desk: Desk) -> None:
    """The PDF of a number that was voided before its letter was made is not found, with the reason; nor is a strange
    revision."""
    given_up = void(desk, failed(desk)[0].id, "Salah isian", "sari")
    document = letter(desk)
    with desk.catalogue.read() as tx:
        with pytest.raises(NotFound, match="Salah isian"):
            archived_revision(tx, given_up.id)
        with pytest.raises(RecordMissing):
            archived_revision(tx, document.id, 7)
        assert archived_revision(tx, document.id)[1].number == 1


@pytest.mark.postgres
def test_who_only_reads_waits_for_nobody(tmp_path: Path, converter: Converter, postgres_url: str) -> None:
    """While another transaction holds the journal line of a letter, reading its state answers at once."""
    env = {"DOCGEN_DATA": str(data_folder(tmp_path)), "DOCGEN_DATABASE_URL": postgres_url}
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    document, _ = being_made(desk)
    with desk.catalogue.write() as writer, desk.catalogue.read() as reader:
        assert journal.hold_pending(writer, document.id) is not None
        reader.execute(text("SET LOCAL lock_timeout = '500ms'"))
        with pytest.raises(Conflict, match="masih dibuat"):
            archived_revision(reader, document.id)
        assert "masih dibuat" in why_not(reader, document)
        assert turn_of(desk, reader, document) is None
    desk.catalogue.close()


def test_the_state_in_a_dossier_with_many_letters_in_work_is_read_in_few_statements(desk: Desk) -> None:
    """Whether a letter is in force reads the journal twice, however many letters of its dossier are in work."""
    document = letter(desk, dossier="new")
    away = ConverterUnavailable("LibreOffice mati.")
    journal_reads = []
    for _ in range(2):
        not_made(desk, away, dossier=document.dossier)
        statements: list[str] = []

        def note(*details: Any, statements: list[str] = statements) -> None:
            statements.append(str(details[2]))

        event.listen(desk.catalogue.engine, "before_cursor_execute", note)
        with desk.catalogue.read() as tx:
            require(tx, document, idle=False)
        event.remove(desk.catalogue.engine, "before_cursor_execute", note)
        journal_reads.append(len([statement for statement in statements if "FROM journal" in statement]))
    assert journal_reads == [2, 2]
