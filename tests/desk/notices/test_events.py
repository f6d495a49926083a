"""Whose decision is next is told that it waits, and who wrote a letter is told what was decided."""

from __future__ import annotations

import pytest

from docgen.desk import Desk
from docgen.desk.decisions.endorse import EndorsementRequest, endorse
from docgen.desk.decisions.void import void
from docgen.desk.notices.mails import send_due_mails
from docgen.desk.rights import EVERYONE
from docgen.links import DECIDE_DOCUMENT
from storage.catalogue.tables import documents
from storage.records import Decision, Document
from tests.servers.smtp import Mailbox
from tests.support.office.decisions import add_acting_official, approval_sheet, issue_example, relocation_plan
from tests.support.office.notices import add_person, later, notices_of, whats_of

pytestmark = pytest.mark.office


def _decide(office: Desk, document: Document, official: str, decision: Decision, by: str) -> Document:
    request = EndorsementRequest(official=official, decision=decision)
    return endorse(office, document.id, request, by, [EVERYONE])


def test_a_letter_goes_from_hand_to_hand(office: Desk, mailbox: Mailbox) -> None:
    """Issued it waits for the Kepala Bidang; approved by him it waits for the Kepala Dinas; the author hears both."""
    add_person(office, "sari")
    add_person(office, "kabid", "pejabat", ["kepala-bidang"])
    add_person(office, "kadis", "pejabat", ["kepala-dinas"])
    add_person(office, "orang-lain", "pejabat", ["kepala-seksi"])
    document = relocation_plan(office)
    assert (whats_of(office, "kabid"), whats_of(office, "kadis"), whats_of(office, "sari")) == (["waits"], [], [])
    document = _decide(office, document, "kepala-bidang", "setuju", "kabid")
    assert (whats_of(office, "kabid"), whats_of(office, "kadis")) == ([], ["waits"])  # decided before he was told
    document = _decide(office, document, "kepala-dinas", "perbaiki", "kadis")
    assert whats_of(office, "sari") == ["approved", "returned"]
    assert whats_of(office, "orang-lain") == []
    assert send_due_mails(office) == 1
    text = mailbox.mails[0].get_content().replace("\r\n", "\n")
    assert "Perlu diperbaiki: Rencana Pemindahtempatan" in text
    assert f"{office.public_url}/d/{document.id}" in text
    assert "Berkas: " in text
    assert document.title not in text
    assert document.number not in text


def test_a_link_leads_to_the_decision(office: Desk) -> None:
    """What waits for me leads to the page where I read and decide it."""
    add_person(office, "kabid", "pejabat", ["kepala-bidang"])
    document = relocation_plan(office)
    [notice] = notices_of(office, "kabid")
    assert notice.path == f"{DECIDE_DOCUMENT}{document.id}"


def test_who_acts_for_an_official_is_told_too(office: Desk) -> None:
    """The Plh. and the holder both hear; when one has decided, the other is told no more that it waits."""
    acting = add_acting_official(office, "kepala_bidang")
    add_person(office, "kabid", "pejabat", ["kepala-bidang"])
    add_person(office, "plh", "pejabat", [acting.id])
    document = relocation_plan(office)
    assert (whats_of(office, "kabid"), whats_of(office, "plh")) == (["waits"], ["waits"])
    _decide(office, document, acting.id, "setuju", "plh")
    assert (whats_of(office, "kabid"), whats_of(office, "plh")) == ([], [])


def test_nobody_is_told_what_he_did_himself(office: Desk) -> None:
    """Who writes and decides for everybody hears nothing of it."""
    add_person(office, "sari", "admin", [EVERYONE])
    document = relocation_plan(office)
    _decide(office, document, "kepala-bidang", "tolak", "sari")
    assert whats_of(office, "sari") == []


def test_a_letter_that_refuses_another_is_told_to_its_author(office: Desk) -> None:
    """A Lembar Persetujuan that reads Ditolak, written by a colleague, comes back to the author as refused."""
    add_person(office, "rina")
    letter = issue_example(office, "nota_dinas", "pemeliharaan", 2)
    with office.catalogue.write() as tx:
        tx.execute(documents.update().where(documents.c.id == letter.id).values(created_by="rina"))
    approval_sheet(office, letter.dossier, "Ditolak")
    assert whats_of(office, "rina") == ["refused"]


def test_voided_it_waits_no_more(office: Desk) -> None:
    """A letter that is voided before its decision waits for nobody, and its author hears of it."""
    add_person(office, "sari")
    add_person(office, "kabid", "pejabat", ["kepala-bidang"])
    document = relocation_plan(office)
    void(office, document.id, "Salah aset.", "admin")
    assert (whats_of(office, "kabid"), whats_of(office, "sari")) == ([], ["voided"])


def test_of_a_secret_letter_only_kind_state_and_link_are_said(office: Desk, mailbox: Mailbox) -> None:
    """A letter of class R names neither title nor dossier, even when it became secret after it was told."""
    add_person(office, "kabid", "pejabat", ["kepala-bidang"])
    document = relocation_plan(office)
    with office.catalogue.write() as tx:
        dossier_title = tx.exec_driver_sql("SELECT title FROM dossiers").scalar()
        tx.execute(documents.update().where(documents.c.id == document.id).values(security="R"))
    send_due_mails(later(office, minutes=1))
    [mail] = mailbox.mails
    text = str(mail["Subject"]) + mail.get_content()
    assert dossier_title
    assert dossier_title not in text
    assert document.title not in text
    assert "Berkas" not in text
    assert f"{DECIDE_DOCUMENT}{document.id}" in text
