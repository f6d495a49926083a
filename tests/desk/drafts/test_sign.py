"""Signing: a draft becomes a document with a number, once, whoever signs and however often."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.drafts.drafts import Save, save_draft
from docgen.desk.drafts.planning import set_drafting
from docgen.desk.drafts.requests import SignRequest
from docgen.desk.drafts.sign import sign
from docgen.desk.drafts.write import change_draft
from docgen.desk.mirror import keep_mirror
from docgen.desk.registers.edit import change_official
from docgen.errors import ChangedMeanwhile, Conflict, Forbidden, SignatureError
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import Catalogue, audit, documents, registers
from storage.catalogue.drafting import draft_hands, drafts
from storage.catalogue.numbering import numbers
from storage.rebuild import catch_up
from storage.records import Submission
from tests.support.callers.roles import caller
from tests.support.files.certificates import Authority
from tests.support.office.decisions import add_acting_official
from tests.support.office.drafts import (
    CLERK,
    DIVISION,
    HEAD,
    SECTION,
    at_signature,
    changed,
    say_on,
    signed,
    submitted,
)
from tests.support.office.sealing import authority, current, office, with_seal

__all__ = ["authority", "office"]  # fixtures

pytestmark = pytest.mark.office


def test_a_signed_draft_is_a_document_that_tells_who_initialled_it(desk: Desk) -> None:
    """It has its number and its author, the draft leads to it, and record.json tells the route with names and posts."""
    draft = submitted(desk)
    say_on(desk, draft, SECTION, "kepala-seksi")
    with pytest.raises(Forbidden):
        signed(desk, draft)  # initials lack
    say_on(desk, draft, DIVISION, "kepala-bidang")
    document = signed(desk, draft)
    assert (document.status, document.sequence, document.signer) == ("issued", 1, "kepala-dinas")
    assert document.created_by == "sari"
    with desk.catalogue.read() as tx:
        kept = drafts.find_draft(tx, draft.id)
        assert (kept.state, kept.document) == ("issued", document.id)
        revision = documents.get_revision(tx, document.id, 1)
        actions = [event.action for event in audit.list_events(tx, subject=draft.id)]
        assert drafts.find_draft_of(tx, document.id) == kept
    assert actions[0] == "draft.signed"
    record = json.loads(desk.store.get(f"{revision.pdf.key.rpartition('/')[0]}/record.json"))
    route = Submission.model_validate(record["submission"]).route
    assert [(one.official, one.part, one.version) for one in route] == [
        ("kepala-seksi", "paraf", 1),
        ("kepala-bidang", "paraf", 1),
        ("kepala-dinas", "sign", 1),
    ]
    assert route[1].name == "Ahmad Fauzi Rahman, S.Kom., M.T."
    assert route[1].post.startswith("Kepala Bidang")


def test_the_same_signature_again_is_the_same_document(desk: Desk) -> None:
    """A call that is sent twice numbers one letter; somebody else cannot sign what is signed."""
    draft = at_signature(desk)
    document = signed(desk, draft)
    assert signed(desk, draft) == document
    with pytest.raises(Forbidden):
        signed(desk, draft, caller("semua", "*"), "kepala-bidang")
    with desk.catalogue.read() as tx:
        unit = registers.get_office(tx).unit_code
        assert numbers.last_sequence(tx, unit, desk.today().year) == 1


def test_two_who_sign_at_once_give_one_letter(desk: Desk) -> None:
    """Two accounts of the same official press the button together: one number, one document, told to both."""
    draft = at_signature(desk)
    people = [HEAD, caller("sekretaris pribadi", "kepala-dinas")]
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda who: signed(desk, draft, who), people))
    assert made[0].id == made[1].id
    with desk.catalogue.read() as tx:
        assert len(numbers.list_entries(tx, registers.get_office(tx).unit_code, desk.today().year)) == 1


def test_nobody_signs_a_text_that_he_has_not_seen(desk: Desk) -> None:
    """With the version he read: a text that was corrected meanwhile is not signed."""
    draft = at_signature(desk)
    change_draft(desk, HEAD, draft.id, changed(desk, "Diperbaiki sendiri"), draft.version)
    with pytest.raises(ChangedMeanwhile):
        sign(desk, HEAD, draft.id, SignRequest(official="kepala-dinas", method="paper"), draft.version)
    assert signed(desk, draft).title == "Diperbaiki sendiri"


def test_the_date_is_that_of_the_signature_where_the_office_wants_it(desk: Desk) -> None:
    """A kind numbered at signature bears the day of the signature; any other the date its author wrote."""
    day = desk.today() - dt.timedelta(days=3)
    assert signed(desk, at_signature(desk, date=day.isoformat())).date == day
    set_drafting(desk, None, {"nota_dinas": "signature"}, "admin")
    assert signed(desk, at_signature(desk, date=day.isoformat())).date == desk.today()


def test_who_stands_in_signs_under_his_own_name(desk: Desk) -> None:
    """A Plh. who was appointed after the draft was submitted signs it: his name and Plh. stand on the letter."""
    draft = at_signature(desk)
    tomorrow = desk.today() + dt.timedelta(days=1)
    plh = add_acting_official(desk, "kepala_dinas", id="plh-kepala-dinas-2", valid_from=tomorrow, valid_to=tomorrow)
    change_official(desk, plh.model_copy(update={"valid_from": desk.today()}), by="admin", officials_allowed=())
    document = signed(desk, draft, caller("rahma", plh.id), plh.id)
    assert document.signer == plh.id
    with desk.catalogue.read() as tx:
        revision = documents.get_revision(tx, document.id, 1)
        assert documents.get_contents(tx, document.id)[0].route[-1].official == plh.id
    words = " ".join(" ".join(page_text(desk.store.get(revision.pdf.key))).split())
    assert "Rahmawati Noor" in words
    assert "Plh." in words


def test_no_seal_no_number(desk: Desk) -> None:
    """An office without a seal signs on paper: asked for the seal, it says so before a number is taken."""
    draft = at_signature(desk)
    with pytest.raises(Conflict):
        signed(desk, draft, method="seal")
    with desk.catalogue.read() as tx:
        assert drafts.find_draft(tx, draft.id).state == "signing"
        assert numbers.last_sequence(tx, registers.get_office(tx).unit_code, desk.today().year) == 0


def test_a_save_under_way_brings_no_issued_draft_back(desk: Desk) -> None:
    """A form that still saves finds its draft in hands, then issued: nothing changes the text that was signed."""
    draft = at_signature(desk)
    with pytest.raises(Conflict):
        save_draft(desk, CLERK.name, {"kind": "nota_dinas"}, Save(draft=draft.id, base_version=draft.version))
    signed(desk, draft)
    assert save_draft(desk, CLERK.name, {"kind": "nota_dinas"}, Save(draft=draft.id, base_version=1)) is None
    anew = save_draft(desk, CLERK.name, {"kind": "nota_dinas"}, Save(draft=draft.id, base_version=1, anew=True))
    assert anew is not None
    assert (anew.id == draft.id, anew.state) == (False, "writing")


def test_the_archive_alone_tells_who_initialled_a_letter(desk: Desk, tmp_path: Path) -> None:
    """A catalogue that is rebuilt from the store knows the route of a letter, and the office's own rules for routes."""
    set_drafting(desk, [{"signer": "kepala_dinas", "turns": ["kepala_bidang"]}], {"nota_dinas": "signature"}, "admin")
    draft = submitted(desk)
    say_on(desk, draft, DIVISION, "kepala-bidang")
    document = signed(desk, draft)
    keep_mirror(desk)
    rebuilt = Catalogue(f"sqlite:///{tmp_path / 'rebuilt.sqlite'}")
    rebuilt.upgrade()
    with rebuilt.write() as tx:
        catch_up(tx, desk.store)
        route = documents.get_contents(tx, document.id)[0].route
        own = draft_hands.get_drafting(tx)
    rebuilt.close()
    assert [(one.official, one.part) for one in route] == [("kepala-bidang", "paraf"), ("kepala-dinas", "sign")]
    assert own.number_at == {"nota_dinas": "signature"}
    assert own.routes is not None
    assert own.routes[0]["turns"] == [["kepala_bidang"]]


def test_a_sealed_signature_is_one_letter_with_its_seal(office: Desk) -> None:
    """Asked for with the seal, the letter is issued and sealed at once; the same call again makes nothing more."""
    draft = at_signature(office)
    document = signed(office, draft, method="seal")
    assert (document.status, document.revision) == ("issued", 2)
    assert [report.intact for report in office.signing.reports(current(office, document)[1])] == [True]
    assert signed(office, draft, method="seal").revision == 2


def test_a_letter_whose_seal_fails_is_issued_without_it_and_says_so(
    desk: Desk, authority: Authority, tmp_path: Path
) -> None:
    """The timestamp server is away: the number stays with the letter, which is no more than unsealed."""
    office = with_seal(desk, authority, tmp_path, timestamp_url="http://127.0.0.1:9/", level="B-T")
    draft = at_signature(office)
    with pytest.raises(SignatureError):
        signed(office, draft, method="seal")
    document = signed(office, draft)
    assert (document.status, document.revision, document.sequence) == ("issued", 1, 1)
    with office.catalogue.read() as tx:
        actions = [event.action for event in audit.list_events(tx, subject=document.id)]
    assert actions[0] == "document.seal_failed"
