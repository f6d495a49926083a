"""A person's decision counts at once, is stamped when it can be taken back no more, and sends back with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from docgen.desk import Desk
from docgen.desk.decisions.endorse import EndorsementRequest
from docgen.desk.decisions.held import UNDO, decide, undo
from docgen.desk.decisions.void import void
from docgen.desk.inbox.inbox import list_to_decide
from docgen.desk.service.document_recovery import carry_out_held, recover
from docgen.errors import Conflict, Forbidden, InvalidSubmission
from docgen.mail import MailServer
from storage.catalogue import audit, documents
from storage.records import Document
from tests.support.callers.roles import caller
from tests.support.office.decisions import relocation_plan
from tests.support.office.notices import add_person, later, whats_of

pytestmark = pytest.mark.office

HEAD = caller("kabid", "kepala-bidang")


def _decide(desk: Desk, document: Document, decision: str = "setuju", note: str = "") -> Document:
    request = EndorsementRequest.model_validate({"official": "kepala-bidang", "decision": decision, "note": note})
    return decide(desk, document.id, request, HEAD.name, HEAD.officials)


def _waiting(desk: Desk) -> list[str]:
    return [item.document.id for item in list_to_decide(desk, HEAD) if item.document]


def _endorsed(desk: Desk, document: Document) -> Sequence[str]:
    with desk.catalogue.read() as tx:
        return [one.decision for one in documents.endorsements_of(tx, [document.id]).get(document.id, [])]


def test_a_decision_counts_at_once_and_is_stamped_when_its_time_is_over(desk: Desk) -> None:
    """It waits for nobody any more, nothing else is done with the letter meanwhile; then it is stamped and told."""
    desk = replace(desk, mail=MailServer.of("smtp://127.0.0.1:9", "Naskah <naskah@dinas.example>"))
    add_person(desk, "sari")
    document = relocation_plan(desk)
    assert _waiting(desk) == [document.id]
    _decide(desk, document)
    assert _waiting(desk) == []
    with pytest.raises(Conflict):
        void(desk, document.id, "Salah alamat.", "sari")
    assert (carry_out_held(desk), recover(desk)) == (0, 0)
    assert (_endorsed(desk, document), whats_of(desk, "sari")) == ([], [])
    after = later(desk, seconds=UNDO.total_seconds() + 1)
    assert carry_out_held(after) == 1
    assert carry_out_held(after) == 0
    assert (_endorsed(desk, document), whats_of(desk, "sari")) == (["setuju"], ["approved"])


def test_after_a_kill_another_process_stamps_it(desk: Desk) -> None:
    """What was promised lies in the journal alone: recovery finishes it as it finishes every promise."""
    document = relocation_plan(desk)
    _decide(desk, document, "tolak", "Anggaran tidak tersedia")
    assert recover(later(desk, minutes=1)) == 1
    assert _endorsed(desk, document) == ["tolak"]


def test_a_decision_is_taken_back_in_time_by_who_made_it_or_never(desk: Desk) -> None:
    """The letter waits as before, nobody hears of it, the log tells both; too late or by another it stands."""
    desk = replace(desk, mail=MailServer.of("smtp://127.0.0.1:9", "Naskah <naskah@dinas.example>"))
    add_person(desk, "sari")
    document = relocation_plan(desk)
    _decide(desk, document, "perbaiki", "Lampiran kurang")
    with pytest.raises(Forbidden):
        undo(desk, document.id, "orang lain")
    undo(desk, document.id, HEAD.name)
    assert _waiting(desk) == [document.id]
    assert carry_out_held(later(desk, minutes=1)) == 0
    assert whats_of(desk, "sari") == []
    with pytest.raises(Conflict):
        undo(desk, document.id, HEAD.name)
    _decide(desk, document)
    with pytest.raises(Conflict):
        undo(later(desk, seconds=UNDO.total_seconds() + 1), document.id, HEAD.name)
    with desk.catalogue.read() as tx:
        actions = [event.action for event in audit.list_events(tx, subject=document.id)]
    assert sorted(actions) == ["document.decision_undone", "document.endorsed", "document.endorsed", "document.issued"]


def test_to_send_back_and_to_refuse_need_a_reason(desk: Desk) -> None:
    """Without one nothing is decided, and the error stands at the note."""
    document = relocation_plan(desk)
    for decision in ("perbaiki", "tolak"):
        with pytest.raises(InvalidSubmission) as refused:
            _decide(desk, document, decision, "  ")
        assert [error.field for error in refused.value.errors] == ["note"]
    assert _waiting(desk) == [document.id]
