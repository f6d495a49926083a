"""A letter is signed through BSrE, or stays as it was, or waits and says why; an answer is never just believed."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from docgen.desk import Desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.archive.restore import rebuild
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.endorse import turn_of
from docgen.desk.decisions.invite_signature import SignatureInvitation, invite
from docgen.desk.decisions.sign import sign
from docgen.desk.decisions.void import void
from docgen.desk.inbox.inbox import inbox
from docgen.desk.office_seal import OfficeSeal
from docgen.desk.revisions.attachment_report import signed_file_report
from docgen.desk.revisions.authenticity import proven_revisions
from docgen.desk.revisions.document_history import level_of, signatures_of
from docgen.desk.signing.outcomes import SignatureAwaited
from docgen.desk.signing.request import DocumentSignatureRequest
from docgen.errors import BsreRefused, BsreUnavailable, Conflict, DocgenError, Forbidden, NotAccepted
from storage.catalogue import documents, journal, registers
from storage.catalogue.searching.search import Filter, search_documents
from storage.catalogue.signatures import awaited, kept_aside
from storage.records import Document
from tests.servers import bsre_moods as moods
from tests.servers.bsre import BsreServer
from tests.support.callers.roles import caller
from tests.support.files.bsre_signing import sign_as_bsre
from tests.support.files.sealed import pdfsig
from tests.support.office.decisions import relocation_plan
from tests.support.office.electronic import (
    NIKS,
    PASSPHRASE,
    as_official,
    bsre,
    electronic,
    register,
    sign_by_bsre,
    signer_of,
)
from tests.support.office.restoring import with_catalogue
from tests.support.office.sealing import current, scanned

__all__ = ["bsre"]  # a fixture

pytestmark = pytest.mark.office


@pytest.fixture
def office(desk: Desk, bsre: BsreServer, tmp_path: Path) -> Desk:
    """An office that signs through it."""
    return electronic(desk, bsre, tmp_path)


def letter_of(desk: Desk, bsre: BsreServer) -> Document:
    """A letter whose signer is known to BSrE."""
    document = relocation_plan(desk)
    register(desk, bsre, signer_of(desk, document), NIKS[0])
    return document


def test_a_letter_is_signed_by_its_signer(office: Desk, bsre: BsreServer) -> None:
    """The signed file is the new PDF byte for byte, what was sent is kept beside it, and both are proven ours."""
    document = letter_of(office, bsre)
    signer = signer_of(office, document)
    signed = sign_by_bsre(office, document, signer)
    with office.catalogue.read() as tx:
        revisions = documents.list_revisions(tx, document.id)
        assert awaited.find(tx, [document.id]) == {}
        assert kept_aside.list_newest(tx, 9) == []
    newest = revisions[-1]
    pdf = office.store.get(newest.pdf.key)
    [attachment] = newest.attachments
    sent = office.store.get(attachment.originals[0].file.key)
    assert (signed.revision, newest.change) == (2, "signed")
    assert pdf.startswith(sent)
    assert bsre.calls[-1].files == [sent]
    assert bsre.count(PASSPHRASE) == 1
    assert signed_file_report(attachment).official == signer.id
    assert [signature.signer for signature in signatures_of(revisions, "Asia/Makassar")] == [signer.name]
    assert level_of(revisions) == "certified"
    assert proven_revisions(office, revisions) == revisions
    assert len(PdfFileReader(io.BytesIO(pdf)).embedded_signatures) == 1


def refusal_of(office: Desk, document: Document, passphrase: str = PASSPHRASE) -> DocgenError:
    """Why a letter is not signed."""
    with pytest.raises(DocgenError) as caught:
        sign_by_bsre(office, document, signer_of(office, document), passphrase)
    return caught.value


def is_as_before(office: Desk, document: Document) -> bool:
    """Whether a letter has the revision that it was issued with, waits for nobody and has no line in the journal."""
    with office.catalogue.read() as tx:
        waits = awaited.find(tx, [document.id]) or kept_aside.list_newest(tx, 9)
        pending = journal.list_pending(tx)
        return not waits and not pending and documents.get_document(tx, document.id) == document


@pytest.mark.parametrize(
    ("mood", "sort"),
    [
        ("wrong-passphrase", BsreRefused),
        ("unknown-user", BsreRefused),
        ("refused", BsreRefused),
        ("busy", BsreUnavailable),
        ("unauthorised", BsreUnavailable),
    ],
)
def test_what_bsre_refuses_leaves_the_letter_as_it_was(
    office: Desk, bsre: BsreServer, mood: str, sort: type[DocgenError]
) -> None:
    """A definite refusal changes nothing, and the same letter is signed by the next try."""
    document = letter_of(office, bsre)
    bsre.next_moods.append(mood)
    assert isinstance(refusal_of(office, document), sort)
    assert is_as_before(office, document)
    assert bsre.count(PASSPHRASE) == 1
    assert sign_by_bsre(office, document, signer_of(office, document)).revision == 2


@pytest.mark.parametrize("mood", ["ill", "html", "cut", "hung-up", "no-file", "fewer"])
def test_a_letter_whose_signature_was_not_answered_waits_for_it(office: Desk, bsre: BsreServer, mood: str) -> None:
    """Nobody knows whether it was signed: it waits, says why, is not asked for again by itself, and is signed later."""
    document = letter_of(office, bsre)
    bsre.next_moods.append(mood)
    error = refusal_of(office, document)
    assert isinstance(error, SignatureAwaited)
    assert document.number in str(error)
    with office.catalogue.read() as tx:
        row = awaited.find(tx, [document.id])[document.id]
        assert documents.get_document(tx, document.id) == document
    assert row.official == signer_of(office, document).id
    assert row.reason in str(error)
    assert bsre.count(PASSPHRASE) == 1
    assert sign_by_bsre(office, document, signer_of(office, document)).revision == 2
    with office.catalogue.read() as tx:
        assert awaited.find(tx, [document.id]) == {}


@pytest.mark.parametrize(
    ("mood", "words"),
    [
        ("other-bytes", "bukan naskah yang dikirim"),
        ("other-person", "Orang Lain"),
        ("untrusted", "tidak dapat dipercaya"),
        ("broken", "tidak utuh"),
        ("unsigned", "tidak ditandatangani"),
    ],
)
def test_an_answer_that_is_not_the_signed_letter_is_kept_aside(
    office: Desk, bsre: BsreServer, mood: str, words: str
) -> None:
    """The letter keeps its PDF and waits; the refused file lies byte for byte where the administrator finds it."""
    document = letter_of(office, bsre)
    bsre.next_moods.append(mood)
    error = refusal_of(office, document)
    assert isinstance(error, NotAccepted)
    assert words in str(error)
    with office.catalogue.read() as tx:
        [row] = kept_aside.list_newest(tx, 9)
        assert awaited.find(tx, [document.id])[document.id].reason == row.reason
        assert documents.get_document(tx, document.id) == document
    assert (row.document, row.by, row.seen_at) == (document.id, "pejabat", None)
    assert office.store.get(row.file.key)[:5] == b"%PDF-"
    assert check_archive(office).findings() == []
    assert sign_by_bsre(office, document, signer_of(office, document)).revision == 2


@pytest.mark.parametrize("status", ["NOT_REGISTERED", "EXPIRED", "SUSPEND", "REVOKE", "NEW"])
def test_who_may_not_sign_is_told_before_the_passphrase_is_sent(office: Desk, bsre: BsreServer, status: str) -> None:
    """BSrE's status is asked first; the passphrase goes nowhere."""
    document = letter_of(office, bsre)
    bsre.people[0].status = status
    error = refusal_of(office, document)
    assert isinstance(error, BsreRefused)
    assert bsre.count(PASSPHRASE) == 0
    assert is_as_before(office, document)


def test_an_office_without_trust_asks_for_no_passphrase(office: Desk, bsre: BsreServer) -> None:
    """What could not be judged is not asked for: the administrator sets DOCGEN_TRUST first."""
    document = letter_of(office, bsre)
    error = refusal_of(dataclasses.replace(office, signing=OfficeSeal()), document)
    assert "DOCGEN_TRUST" in str(error)
    assert bsre.calls == []


def test_another_official_is_told_whose_signature_it_is(office: Desk, bsre: BsreServer) -> None:
    """Who neither signs the letter nor decides on it next is refused before anything is asked."""
    document = letter_of(office, bsre)
    signer = signer_of(office, document)
    with office.catalogue.read() as tx:
        decides = turn_of(office, tx, document)
        others = {signer.id} | ({official.id for official in decides.officials} if decides else set())
        other = next(official for official in registers.list_officials(tx) if official.id not in others)
    with pytest.raises(Forbidden):
        sign_by_bsre(office, document, other)
    assert bsre.calls == []


def test_a_letter_that_changes_in_between_keeps_its_change(office: Desk, bsre: BsreServer) -> None:
    """Voided while BSrE was asked: the signed file is kept aside, and the letter stays void."""
    document = letter_of(office, bsre)
    moods.MOODS["voided-meanwhile"] = lambda call: (void(office, document.id, "salah", "sari"), moods.good(call))[1]
    try:
        bsre.next_moods.append("voided-meanwhile")
        error = refusal_of(office, document)
    finally:
        del moods.MOODS["voided-meanwhile"]
    assert isinstance(error, NotAccepted)
    with office.catalogue.read() as tx:
        assert documents.get_document(tx, document.id).status == "void"
        assert awaited.find(tx, [document.id]) == {}
        assert len(kept_aside.list_newest(tx, 9)) == 1


def test_three_officials_sign_one_pdf_after_another(office: Desk, bsre: BsreServer, tmp_path: Path) -> None:
    """The signer, then who decides: each signature is a revision and the decision itself, and all stay intact."""
    document = relocation_plan(office)
    signer = signer_of(office, document)
    register(office, bsre, signer, NIKS[0])
    document = sign_by_bsre(office, document, signer)
    for nik in NIKS[1:]:
        with office.catalogue.read() as tx:
            turn = turn_of(office, tx, document)
        assert turn is not None
        register(office, bsre, turn.officials[0], nik)
        document = sign_by_bsre(office, document, turn.officials[0])
    with office.catalogue.read() as tx:
        revisions = documents.list_revisions(tx, document.id)
    decisions = [revision.endorsement.decision for revision in revisions if revision.endorsement is not None]
    assert [revision.change for revision in revisions] == ["issued", "signed", "endorsed", "endorsed"]
    assert decisions == ["setuju", "setuju"]
    assert proven_revisions(office, revisions) == revisions
    pdf = office.store.get(revisions[-1].pdf.key)
    reports = office.signing.reports(pdf)
    assert [report.signer for report in reports] == [person.name for person in bsre.people]
    assert all(report.intact and report.covers_whole and report.trusted for report in reports)
    assert len(signatures_of(revisions, "Asia/Makassar")) == 3
    assert pdfsig(pdf, tmp_path).count("Signature is Valid.") == 3


def test_a_letter_issued_for_an_electronic_signature_waits_for_it(office: Desk, bsre: BsreServer) -> None:
    """`signing: bsre` puts it on the signer's list and into the search for such letters, until it is signed."""
    document = relocation_plan(office, signing="bsre")
    signer = signer_of(office, document)
    register(office, bsre, signer, NIKS[0])
    assert awaiting(office, "any") == awaiting(office, signer.id) == [document.id]
    assert awaiting(office, "orang-lain") == []
    items = [item for item in inbox(office, as_official(signer)).items if item.what == "sign"]
    assert [item.document.id for item in items if item.document] == [document.id]
    sign_by_bsre(office, document, signer)
    assert awaiting(office, "any") == []
    assert [item for item in inbox(office, as_official(signer)).items if item.what == "sign"] == []


def test_a_wait_is_asked_for_and_ended_on_paper(office: Desk) -> None:
    """Who asks puts the letter on the list once; its signer says that he signed by hand, and nobody else may."""
    document = relocation_plan(office)
    signer = signer_of(office, document)
    for _ in range(2):
        invite(office, document.id, SignatureInvitation(), "sari")
    assert awaiting(office, signer.id) == [document.id]
    paper = DocumentSignatureRequest(official=signer.id, method="paper")
    with pytest.raises(Forbidden):
        sign(office, caller("lain", "orang-lain"), document.id, paper)
    assert sign(office, as_official(signer), document.id, paper) == document
    assert awaiting(office, "any") == []
    with pytest.raises(Conflict):
        sign(office, as_official(signer), document.id, paper)


@pytest.mark.parametrize("ending", ["void", "scan"])
def test_a_wait_ends_with_what_makes_it_pointless(office: Desk, ending: str) -> None:
    """A letter that is void, or whose paper was signed and scanned, waits no longer."""
    document = relocation_plan(office, signing="bsre")
    if ending == "void":
        void(office, document.id, "salah", "sari")
    else:
        attach(office, document.id, scanned(current(office, document)[1]), "pindai.jpg", "sari")
    with office.catalogue.read() as tx:
        assert awaited.find(tx, [document.id]) == {}


@pytest.mark.parametrize("is_trusted", [False, True])
def test_a_signature_from_elsewhere_counts_when_it_is_trusted(office: Desk, bsre: BsreServer, is_trusted: bool) -> None:
    """A signed copy ends the wait and is the official's; one with his name in a certificate that nobody trusts does
    neither, and he signs all the same.
    """
    document = letter_of(office, bsre)
    official = signer_of(office, document)
    invite(office, document.id, SignatureInvitation(), "sari")
    authority = bsre.authority if is_trusted else bsre.other_authority
    holder = authority.signer(official.name, NIKS[0])
    copy = sign_as_bsre(current(office, document)[1], holder, authority, {})
    document = attach(office, document.id, copy, "dari-luar.pdf", "sari")
    assert awaiting(office, official.id) == ([] if is_trusted else [document.id])
    if is_trusted:
        with pytest.raises(Conflict):
            sign_by_bsre(office, document, official)
        assert bsre.count(PASSPHRASE) == 0
    else:
        sign_by_bsre(office, document, official)
        assert awaiting(office, official.id) == []


def awaiting(office: Desk, official: str) -> list[str]:
    """The letters that a search finds for this official's electronic signature."""
    with office.catalogue.read() as tx:
        return [document.id for document in search_documents(tx, Filter(awaiting_signature=official))]


def test_a_catalogue_rebuilt_from_the_archive_keeps_the_verdict(office: Desk, bsre: BsreServer, tmp_path: Path) -> None:
    """From the objects alone the letter is signed by the same official, certified, and its PDF proven ours."""
    document = letter_of(office, bsre)
    sign_by_bsre(office, document, signer_of(office, document))
    second = with_catalogue(office, f"sqlite:///{tmp_path / 'lain.sqlite3'}")
    rebuild(second, replace=False, standing="adopt")
    with second.catalogue.read() as tx:
        revisions = documents.list_revisions(tx, document.id)
    assert [revision.change for revision in revisions] == ["issued", "signed"]
    assert level_of(revisions) == "certified"
    assert proven_revisions(second, revisions) == revisions
    second.catalogue.close()
