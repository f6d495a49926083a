"""Seals and signed copies: what is put on a document or filed with it, byte by byte, and what is refused."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pypdfium2
import pytest

from docgen.desk import Desk
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.seal import seal
from docgen.desk.decisions.void import void
from docgen.desk.desk import utc_now
from docgen.desk.office_seal import OfficeSeal
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.revisions.stamps import copy_of
from docgen.desk.service.document_recovery import recover
from docgen.desk.verification import verify
from docgen.errors import Conflict, InvalidSubmission, SignatureError
from docgen.render.pdf.pdfium import page_text
from docgen.signer import load_seal
from storage.catalogue import journal
from storage.records import Document
from tests.servers.timestamp import timestamp_server
from tests.support.files.certificates import PASSWORD, YEAR, Authority, now
from tests.support.files.pdfs import BROKEN, pdf
from tests.support.files.sealed import pdfsig, sealed_once, with_text_change
from tests.support.office.decisions import decide, issue_example, relocation_plan
from tests.support.office.sealing import authority, current, office, scanned, with_seal

__all__ = ["authority", "office"]  # fixtures

pytestmark = pytest.mark.office


def copied(desk: Desk, document: Document) -> str:
    """The words of a copy to give away."""
    text = "\n".join(page_text(copy_of(desk, current(desk, document)[0])))
    assert "SALINAN" in text
    return text


def test_two_approvals_behind_a_seal_leave_it_intact(office: Desk, tmp_path: Path) -> None:
    """Sealed, then approved twice: three signatures, each PDF the beginning of the next, intact to both programs."""
    document = relocation_plan(office)
    _, issued = current(office, document)
    sealed = seal(office, document.id, "sari")
    assert (sealed.status, sealed.revision) == ("issued", 2)
    _, first = current(office, document)
    decide(office, document, "kepala-bidang", "setuju", "Di luar jam layanan.")
    decide(office, document, "kepala-dinas", "setuju")
    revision, last = current(office, document)
    assert revision.number == 4
    assert first.startswith(issued)
    assert last.startswith(first)
    reports = office.signing.reports(last)
    assert [(one.intact, one.covers_whole, one.trusted) for one in reports] == [(True, True, True)] * 3
    said = pdfsig(last, tmp_path)
    assert said.count("Signature is Valid") == 3
    shown = pypdfium2.PdfDocument(last)
    shown.init_forms()
    assert len(shown) == revision.pdf.pages
    shown.close()


def test_a_changed_byte_is_told_as_changed(office: Desk) -> None:
    """The sealed file is genuine on the verification page; with one byte changed it is not."""
    document = seal(office, relocation_plan(office).id, "sari")
    _, data = current(office, document)
    assert verify(office, document.code, data=data).verdict == "genuine"
    changed = bytearray(data)
    changed[len(data) // 2] ^= 1
    assert verify(office, document.code, data=bytes(changed)).verdict == "changed"
    assert verify(office, document.code).level == "sealed"


def test_an_office_without_a_seal_says_so(desk: Desk) -> None:
    """Nothing is journaled, and the message names the setting."""
    document = relocation_plan(desk)
    with pytest.raises(Conflict, match="DOCGEN_SEAL_FILE"):
        seal(desk, document.id, "sari")
    assert current(desk, document)[0].number == 1


def test_an_expired_certificate_is_said_before_sealing(desk: Desk, authority: Authority, tmp_path: Path) -> None:
    """The document stays as it was, and can still be decided on."""
    old = authority.issue("Segel Lama", now() - 2 * YEAR, now() - YEAR)
    file = tmp_path / "lama.p12"
    file.write_bytes(authority.pkcs12(old))
    expired = dataclasses.replace(desk, signing=OfficeSeal(file, PASSWORD))
    document = relocation_plan(expired)
    with pytest.raises(SignatureError):
        seal(expired, document.id, "sari")
    assert current(expired, document)[0].number == 1
    assert decide(expired, document, "kepala-bidang", "setuju").revision == 2


def test_a_silent_timestamp_server_leaves_the_document_as_it_was(
    desk: Desk, authority: Authority, tmp_path: Path
) -> None:
    """Said at once, nothing promised; with a server that answers, the same document is sealed with its time."""
    dead = with_seal(desk, authority, tmp_path, timestamp_url="http://127.0.0.1:9/", level="B-T")
    document = relocation_plan(dead)
    with pytest.raises(SignatureError, match="tempel waktu"):
        seal(dead, document.id, "sari")
    assert current(dead, document)[0].number == 1
    with desk.catalogue.read() as tx:
        assert journal.get_pending(tx, document.id) is None
    with timestamp_server(authority.clock) as url:
        alive = with_seal(desk, authority, tmp_path, timestamp_url=url, level="B-T")
        seal(alive, document.id, "sari")
        (report,) = alive.signing.reports(current(alive, document)[1])
    assert report.timestamped


def test_a_decision_waits_for_the_timestamp_server(desk: Desk, authority: Authority, tmp_path: Path) -> None:
    """A decision on a sealed document is kept when the server is away, and signed when it is back."""
    with timestamp_server(authority.clock) as url:
        alive = with_seal(desk, authority, tmp_path, timestamp_url=url, level="B-T")
        document = seal(alive, relocation_plan(alive).id, "sari")
        dead = with_seal(desk, authority, tmp_path, timestamp_url="http://127.0.0.1:9/", level="B-T")
        with pytest.raises(DocumentPending, match="sudah tercatat"):
            decide(dead, document, "kepala-bidang", "setuju")
        later = dataclasses.replace(alive, now=lambda: utc_now() + dt.timedelta(minutes=5))
        assert recover(later) == 1
        revision, data = current(alive, document)
    assert (revision.number, revision.change) == (3, "endorsed")
    assert len(alive.signing.reports(data)) == 2


def test_a_copy_signed_elsewhere_is_kept_byte_for_byte(office: Desk, authority: Authority) -> None:
    """Known by its bytes, judged, made the document's PDF as it came; the page calls it certified."""
    document = relocation_plan(office)
    _, data = current(office, document)
    elsewhere = load_seal(authority.pkcs12(authority.issue("Ahmad Fauzi", now() - YEAR, now() + YEAR)), PASSWORD)
    signed = sealed_once(data, elsewhere)
    filed = attach(office, document.id, signed, "BSrE.pdf", "sari")
    revision, kept = current(office, filed)
    assert kept == signed
    assert (revision.change, revision.attachments[0].sort) == ("attached", "signed")
    [report] = revision.attachments[0].report["signatures"]
    assert (report["signer"], report["intact"], report["trusted"], report["bsre"]) == ("Ahmad Fauzi", True, True, True)
    assert verify(office, document.code).level == "certified"
    assert "diterbitkan oleh Balai Besar Sertifikasi Elektronik" in " ".join(copied(office, filed).split())
    with pytest.raises(Conflict, match="sudah dilampirkan"):
        attach(office, document.id, signed, "BSrE.pdf", "sari")


def test_a_copy_signed_without_trust_is_reported_so(desk: Desk, authority: Authority) -> None:
    """A signature whose authority nobody here knows is intact and not trusted; the copy is kept."""
    document = relocation_plan(desk)
    signed = sealed_once(current(desk, document)[1], load_seal(authority.pkcs12(authority.office), PASSWORD))
    attach(desk, document.id, signed, "lain.pdf", "sari")
    [report] = current(desk, document)[0].attachments[0].report["signatures"]
    assert (report["intact"], report["trusted"]) == (True, False)
    assert "Balai Besar" not in copied(desk, document)
    assert verify(desk, document.code).level != "certified"


def test_a_signed_copy_that_was_changed_is_refused(office: Desk, authority: Authority) -> None:
    """Other words behind the signature: refused with the signer's name, and nothing is filed."""
    document = relocation_plan(office)
    signed = sealed_once(current(office, document)[1], load_seal(authority.pkcs12(authority.office), PASSWORD))
    with pytest.raises(InvalidSubmission) as caught:
        attach(office, document.id, with_text_change(signed), "ubah.pdf", "sari")
    assert "Sekretariat Daerah" in caught.value.errors[0].message
    assert current(office, document)[0].number == 1


def test_a_signed_copy_of_another_document_is_refused(office: Desk, authority: Authority) -> None:
    """What is not known by its bytes, code or QR is not filed with the document."""
    one, other = relocation_plan(office), issue_example(office, "nota_dinas", "pemeliharaan", 2)
    signed = sealed_once(current(office, other)[1], load_seal(authority.pkcs12(authority.office), PASSWORD))
    with pytest.raises(InvalidSubmission) as caught:
        attach(office, one.id, signed, "salah.pdf", "sari")
    assert one.number in caught.value.errors[0].message


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_scan_lies_beside_the_pdf(desk: Desk, form: str) -> None:
    """A scanned page is filed as a PDF of its own; the document's PDF stays, and the record names the page."""
    document = relocation_plan(desk)
    before, data = current(desk, document)
    filed = attach(desk, document.id, scanned(data, form), f"pindai.{form.lower()}", "sari")
    revision, kept = current(desk, filed)
    assert kept == data
    assert revision.pdf == before.pdf
    [attachment] = revision.attachments
    assert (attachment.sort, attachment.report["matched"], attachment.report["pages"]) == ("scan", "qr", [1])
    assert page_text(desk.store.get(attachment.file.key)) != []
    assert attachment.file.key.startswith(revision.pdf.key.rpartition("/")[0].rpartition("/")[0])


def test_a_scan_of_another_document_is_refused(desk: Desk) -> None:
    """Its QR tells whose page it is."""
    one, other = relocation_plan(desk), issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    with pytest.raises(InvalidSubmission) as caught:
        attach(desk, one.id, scanned(current(desk, other)[1]), "salah.jpg", "sari")
    assert other.code in caught.value.errors[0].message


@pytest.mark.parametrize("data", [*BROKEN.values(), b"MZ\x90 program", b"<html>"], ids=[*BROKEN, "program", "page"])
def test_hostile_files_are_refused_and_nothing_else_happens(desk: Desk, data: bytes) -> None:
    """Damaged, locked, or no document at all: a clear refusal; the document can be decided on as before."""
    document = relocation_plan(desk)
    with pytest.raises(InvalidSubmission) as caught:
        attach(desk, document.id, data, "aneh.pdf", "sari")
    assert "aneh.pdf" in caught.value.errors[0].message
    assert decide(desk, document, "kepala-bidang", "setuju").revision == 2


def test_nothing_is_filed_with_a_void_document(desk: Desk) -> None:
    """409 with the reason."""
    document = relocation_plan(desk)
    void(desk, document.id, "Salah.", "sari")
    with pytest.raises(Conflict, match="dibatalkan"):
        attach(desk, document.id, pdf(), "x.pdf", "sari")
