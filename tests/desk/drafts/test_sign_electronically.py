"""A draft is signed through BSrE with the number it then has, or is as it was, or its letter waits and says why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docgen.bsre import Secret
from docgen.desk import Desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.drafts.sign_electronically import sign_electronically
from docgen.desk.mirror import keep_mirror
from docgen.desk.signing.outcomes import SignatureAwaited, SignedFileRefused
from docgen.desk.verification import verify_file
from docgen.errors import BsreError, BsreRefused, BsreUnavailable, Conflict, Forbidden, InvalidSubmission
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import audit, documents, journal, registers
from storage.catalogue.drafting import drafts
from storage.catalogue.numbering import number_holds, numbers
from storage.catalogue.signatures import awaited, kept_aside
from storage.records import Document, Draft, RegisterEntry
from tests.servers.bsre import BsreServer
from tests.support.callers.roles import caller
from tests.support.office.drafts import HEAD, at_signature, signed, submitted
from tests.support.office.electronic import PASSPHRASE, bsre, electronic, with_head

__all__ = ["bsre"]  # a fixture

pytestmark = pytest.mark.office


@pytest.fixture
def office(desk: Desk, bsre: BsreServer, tmp_path: Path) -> Desk:
    """An office that signs through it, whose head BSrE knows."""
    return with_head(desk, bsre, tmp_path)


def by_bsre(desk: Desk, draft: Draft, passphrase: str = PASSPHRASE) -> Document:
    """Sign a draft through BSrE as the head."""
    return signed(desk, draft, method="bsre", passphrase=passphrase)


def register_of(desk: Desk) -> list[RegisterEntry]:
    with desk.catalogue.read() as tx:
        assert numbers.gaps(tx) == []
        return numbers.list_entries(tx, registers.get_office(tx).unit_code, desk.today().year)


def is_untouched(desk: Desk, draft: Draft) -> bool:
    """Whether a draft is as it was, nothing is numbered, held or waits, and the archive holds nothing of it."""
    with desk.catalogue.read() as tx:
        now, last = drafts.find_draft(tx, draft.id), numbers.last_sequence(tx, "DiskominfoSP2", desk.today().year)
        quiet = (number_holds.list_holds(tx), journal.list_pending(tx), register_of(desk), last) == ([], [], [], 0)
    return now == draft and quiet and not list(desk.store.keys())


def test_a_signed_draft_is_a_letter_with_a_signature(office: Desk, bsre: BsreServer) -> None:
    """Its first revision is what was sent, its second is BSrE's file byte for byte, which bears the letter's number."""
    draft = at_signature(office)
    document = by_bsre(office, draft)
    assert (document.status, document.sequence, document.revision, document.signer) == ("issued", 1, 2, "kepala-dinas")
    with office.catalogue.read() as tx:
        first, second = documents.list_revisions(tx, document.id)
        issued = drafts.find_draft(tx, draft.id)
        assert (issued.state, issued.document) == ("issued", document.id)
        assert awaited.find(tx, [document.id]) == {}
        actions = [event.action for event in audit.list_events(tx, subject=document.id)]
    assert (first.change, second.change) == ("issued", "signed")
    sent = bsre.calls[-1].files[0]
    assert office.store.get(first.pdf.key) == sent
    pdf = office.store.get(second.pdf.key)
    assert pdf.startswith(sent)
    [report] = office.signing.reports(pdf)
    assert (report.intact, report.covers_whole, report.trusted) == (True, True, True)
    assert document.number in " ".join(page_text(pdf))
    assert "document.signed" in actions
    facts = verify_file(office, pdf).facts
    assert facts is not None
    assert facts.number == document.number
    assert [entry.number for entry in register_of(office)] == [document.number]
    keep_mirror(office)
    report = check_archive(office)
    assert (report.findings(), report.sound) == ([], True)


def test_the_passphrase_is_sent_once(office: Desk, bsre: BsreServer) -> None:
    """A letter is one call; the same signature again is the same letter, and asks nobody."""
    draft = at_signature(office)
    document = by_bsre(office, draft)
    assert by_bsre(office, draft) == document
    assert bsre.count(PASSPHRASE) == 1


@pytest.mark.parametrize(
    ("mood", "passphrase", "error"),
    [
        ("good", "salah", BsreRefused),
        ("unknown-user", PASSPHRASE, BsreRefused),
        ("busy", PASSPHRASE, BsreUnavailable),
        ("unauthorised", PASSPHRASE, BsreUnavailable),
    ],
)
def test_refused_nothing_is_changed(
    office: Desk, bsre: BsreServer, mood: str, passphrase: str, error: type[BsreError]
) -> None:
    """Draft, register and archive are as before, the reason is BSrE's, and the next try gets the first number."""
    draft = at_signature(office)
    bsre.mood = mood
    with pytest.raises(error):
        by_bsre(office, draft, passphrase)
    assert is_untouched(office, draft)
    bsre.mood = "good"
    assert by_bsre(office, draft).sequence == 1


def test_who_may_not_sign_is_told_before_he_is_asked(office: Desk, bsre: BsreServer) -> None:
    """An expired certificate, no identity, no passphrase, another's turn: no number is held, no passphrase sent."""
    draft = at_signature(office)
    bsre.people[0].status = "EXPIRED"
    with pytest.raises(BsreRefused):
        by_bsre(office, draft)
    bsre.people[0].status = "ISSUE"
    with pytest.raises(InvalidSubmission):
        by_bsre(office, draft, "")
    with pytest.raises(Forbidden):
        by_bsre(office, submitted(office))
    with pytest.raises(Conflict):
        signed(office, at_signature(office, signer="kepala-bidang"), caller("f", "kepala-bidang"), "kepala-bidang",
               method="bsre", passphrase=PASSPHRASE)  # fmt: skip
    assert is_untouched(office, draft)
    assert bsre.count(PASSPHRASE) == 0


@pytest.mark.parametrize("mood", ["ill", "html", "late-signed", "cut", "no-file"])
def test_unanswered_the_letter_is_issued_and_waits(
    desk: Desk, office: Desk, bsre: BsreServer, tmp_path: Path, mood: str
) -> None:
    """BSrE may have signed it with its number: the letter has it, as it was sent, and waits for the signature."""
    office = electronic(desk, bsre, tmp_path, sign_timeout=1.0)
    draft = at_signature(office)
    bsre.mood = mood
    with pytest.raises(SignatureAwaited) as caught:
        by_bsre(office, draft)
    bsre.release()
    document = caught.value.document
    assert (document.status, document.sequence, document.revision) == ("issued", 1, 1)
    with office.catalogue.read() as tx:
        row = awaited.find(tx, [document.id])[document.id]
        revision = documents.get_revision(tx, document.id, 1)
        assert number_holds.list_holds(tx) == []
    assert (row.official, row.by) == ("kepala-dinas", HEAD.name)
    assert row.reason
    assert office.store.get(revision.pdf.key) == bsre.calls[-1].files[0]
    with pytest.raises(Conflict, match="menunggu tanda tangan"):
        by_bsre(office, draft)
    assert bsre.count(PASSPHRASE) == 1


@pytest.mark.parametrize("mood", ["other-bytes", "other-person", "untrusted", "broken", "unsigned"])
def test_what_is_not_to_be_believed_is_kept_aside(office: Desk, bsre: BsreServer, mood: str) -> None:
    """A signature with its number may be about: the letter is issued without it, waits, and the file is kept."""
    draft = at_signature(office)
    bsre.mood = mood
    with pytest.raises(SignedFileRefused) as caught:
        by_bsre(office, draft)
    document = caught.value.document
    with office.catalogue.read() as tx:
        [row] = kept_aside.list_newest(tx, 9)
        assert list(awaited.find(tx, [document.id])) == [document.id]
        revision = documents.get_revision(tx, document.id, 1)
    assert (row.document, row.official, document.revision) == (document.id, "kepala-dinas", 1)
    assert office.store.get(row.file.key)
    assert office.store.get(revision.pdf.key) == bsre.calls[-1].files[0]


def test_a_letter_that_cannot_be_made_is_told_before_anything_is_sent(office: Desk, bsre: BsreServer) -> None:
    """Its data was right when it was submitted; now its step is gone from the kind: no number is held."""
    draft = at_signature(office)
    with office.catalogue.write() as tx:
        body = json.loads(json.dumps(draft.body)) | {"step": 99}
        drafts.change_draft(tx, draft.id, body=body)
    with pytest.raises(InvalidSubmission):
        by_bsre(office, draft)
    assert register_of(office) == []
    assert bsre.count(PASSPHRASE) == 0


def test_the_secret_is_wiped_whatever_happens(office: Desk, bsre: BsreServer) -> None:
    """Signed, refused, or not even begun: nothing of it is left in the object it came in."""
    drafts_to_sign = [at_signature(office), submitted(office)]
    for draft in drafts_to_sign:
        secret = Secret.passphrase(PASSPHRASE)
        try:
            sign_electronically(office, HEAD, draft.id, "kepala-dinas", secret)
        except Forbidden:
            assert draft == drafts_to_sign[1]
        assert secret.is_empty
