"""The office's seal at BSrE: each code is asked for with the one before, and only the office's seal is believed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from docgen.bsre import Secret
from docgen.desk import Desk
from docgen.desk.decisions.seal import seal
from docgen.desk.decisions.sign import sign
from docgen.desk.revisions.authenticity import proven_revisions
from docgen.desk.revisions.document_history import level_of
from docgen.desk.signing.office_seal_bsre import (
    activate,
    enter_code,
    remove_subscriber,
    revoke,
    seals_through_bsre,
    set_subscriber,
    shown_subscriber,
)
from docgen.desk.signing.request import DocumentSignatureRequest
from docgen.errors import BsreError, BsreRefused, BsreUnanswered, Conflict, InvalidSubmission, NotAccepted
from storage.catalogue import documents, journal
from storage.catalogue.signatures import kept_aside
from storage.catalogue.tables import audit, changes, signing_identities
from storage.records import Document
from tests.servers.bsre import FIRST_TOTP, SUBSCRIBER, BsreServer
from tests.support.office.decisions import relocation_plan
from tests.support.office.electronic import NIKS, as_official, bsre, electronic, register, sign_by_bsre, signer_of

__all__ = ["bsre"]  # a fixture

pytestmark = pytest.mark.office


@pytest.fixture
def office(desk: Desk, bsre: BsreServer, tmp_path: Path) -> Desk:
    """An office whose seal at BSrE is activated."""
    office = electronic(desk, bsre, tmp_path)
    set_subscriber(office, SUBSCRIBER, by="kepala")
    activate(office, by="kepala")
    enter_code(office, Secret.totp(FIRST_TOTP), by="kepala")
    return office


def is_unsealed(office: Desk, document: Document) -> bool:
    """Whether a letter has the revision that it was issued with, and no line in the journal."""
    with office.catalogue.read() as tx:
        return not journal.list_pending(tx) and documents.get_document(tx, document.id) == document


def test_a_letter_is_sealed_and_the_next_with_the_next_code(office: Desk, bsre: BsreServer) -> None:
    """The sealed file is the new PDF byte for byte; each call has a code of its own, renewed by the one before."""
    first, second = relocation_plan(office), relocation_plan(office)
    sealed = seal(office, first.id, "sari")
    sent = bsre.calls[-1].files[0]
    seal(office, second.id, "sari")
    with office.catalogue.read() as tx:
        revisions = documents.list_revisions(tx, first.id)
    pdf = office.store.get(revisions[-1].pdf.key)
    assert (sealed.revision, revisions[-1].change) == (2, "sealed")
    assert sent == office.store.get(revisions[0].pdf.key)
    assert pdf.startswith(sent)
    assert level_of(revisions) == "sealed"
    assert proven_revisions(office, revisions) == revisions
    codes = [call.values["totp"] for call in bsre.calls if call.path == "/api/v2/seal/pdf"]
    assert codes == [f"{int(FIRST_TOTP) + 2:06}", f"{int(FIRST_TOTP) + 3:06}"]
    with pytest.raises(Conflict, match="sudah disegel"):
        seal(office, first.id, "sari")


def test_a_signed_letter_is_sealed_behind_its_signature(office: Desk, bsre: BsreServer) -> None:
    """The official's signature stays intact, and the office's seal comes after it, by the way of `sign` too."""
    document = relocation_plan(office)
    signer = signer_of(office, document)
    register(office, bsre, signer, NIKS[0])
    sign_by_bsre(office, document, signer)
    request = DocumentSignatureRequest(official=signer.id, method="seal")
    assert sign(office, as_official(signer), document.id, request).revision == 3
    with office.catalogue.read() as tx:
        pdf = office.store.get(documents.list_revisions(tx, document.id)[-1].pdf.key)
    reports = office.signing.reports(pdf)
    assert [report.signer for report in reports] == [signer.name, bsre.seal_name]
    assert all(report.intact and report.trusted and report.covers_whole for report in reports)


def test_the_code_of_the_caller_goes_before_the_kept_one(office: Desk, bsre: BsreServer) -> None:
    """A code that somebody was sent is renewed in place of the kept one, and the chain goes on from it."""
    bsre.seal_totp = "700000"
    document, other = relocation_plan(office), relocation_plan(office)
    signer = signer_of(office, document)
    request = DocumentSignatureRequest(official=signer.id, method="seal")
    sign(office, as_official(signer), document.id, request, secret=Secret.totp("700000"))
    seal(office, other.id, "sari")
    assert bsre.seal_totp == "700002"


def test_a_lost_code_says_to_activate_again(office: Desk, bsre: BsreServer) -> None:
    """A kept code that BSrE takes no more is forgotten; a new activation, and the letter is sealed."""
    bsre.seal_totp = "555555"
    document = relocation_plan(office)
    for _ in range(2):
        with pytest.raises(Conflict, match="meminta aktivasi"):
            seal(office, document.id, "sari")
    record = shown_subscriber(office)
    assert record is not None
    assert record.totp == ""
    with pytest.raises(BsreRefused):
        enter_code(office, Secret.totp("111111"), by="kepala")
    enter_code(office, Secret.totp("555555"), by="kepala")
    assert seal(office, document.id, "sari").revision == 2


@pytest.mark.parametrize("mood", ["refused", "busy", "hung-up", "ill"])
def test_where_bsre_does_not_seal_the_letter_is_as_before(office: Desk, bsre: BsreServer, mood: str) -> None:
    """Refused, too busy or not answered: nothing changed, and the next try has a code."""
    document = relocation_plan(office)
    bsre.next_moods += [mood]
    with pytest.raises(BsreError) as caught:
        seal(office, document.id, "sari")
    if isinstance(caught.value, BsreUnanswered):
        assert "belum disegel" in str(caught.value)
    assert is_unsealed(office, document)
    assert seal(office, document.id, "sari").revision == 2


@pytest.mark.parametrize("mood", ["other-bytes", "untrusted", "broken", "unsigned", "other-person"])
def test_what_is_not_our_letter_with_our_seal_is_kept_aside(office: Desk, bsre: BsreServer, mood: str) -> None:
    """Another file, another owner, an unknown CA: an administrator finds the file, and the letter is as it was."""
    document = relocation_plan(office)
    bsre.mood = mood
    with pytest.raises(NotAccepted):
        seal(office, document.id, "sari")
    assert is_unsealed(office, document)
    with office.catalogue.read() as tx:
        [row] = kept_aside.list_newest(tx, 9)
    assert (row.document, row.official) == (document.id, "")


def test_an_officials_signature_is_no_seal(office: Desk, bsre: BsreServer) -> None:
    """A trusted certificate that names an official of the office is refused as its seal."""
    document = relocation_plan(office)
    bsre.seal_name = signer_of(office, document).name
    with pytest.raises(NotAccepted, match="Segel itu milik"):
        seal(office, document.id, "sari")
    assert is_unsealed(office, document)


def test_neither_id_nor_code_lies_in_clear(office: Desk, bsre: BsreServer) -> None:
    """Tables, journal of changes and log hold the id masked and no code, whatever was done with them."""
    seal(office, relocation_plan(office).id, "sari")
    with office.catalogue.read() as tx:
        text = "\n".join(
            str(tuple(row)) for table in (signing_identities, audit, changes) for row in tx.execute(select(table))
        )
    assert "••••0001" in text
    for value in (SUBSCRIBER, FIRST_TOTP, bsre.seal_totp):
        assert value not in text


def test_it_is_revoked_and_removed(office: Desk, bsre: BsreServer) -> None:
    """Revoked, the seal is activated again before it is used; without an id it is not offered."""
    document = relocation_plan(office)
    revoke(office, by="kepala")
    assert bsre.paths()[-1] == "/api/v2/seal/revoke/activation"
    with pytest.raises(Conflict, match="meminta aktivasi"):
        seal(office, document.id, "sari")
    remove_subscriber(office, by="kepala")
    assert not seals_through_bsre(office)
    with pytest.raises(Conflict, match="belum memasang segel"):
        seal(office, document.id, "sari")
    with pytest.raises(InvalidSubmission):
        set_subscriber(office, " ", by="kepala")
