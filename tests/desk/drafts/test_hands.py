"""What goes with a draft from hand to hand: handing over, reminding, remarks, readings; deleting and bringing back."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from docgen.desk import Desk
from docgen.desk.drafts.access import open_draft
from docgen.desk.drafts.drafts import list_drafts
from docgen.desk.drafts.hand_over import hand_over, remind
from docgen.desk.drafts.lists import find_drafts
from docgen.desk.drafts.remarks import CommentRequest, comment, note_seen, resolve
from docgen.desk.drafts.removal import delete_draft, restore_draft
from docgen.desk.drafts.show import show_draft
from docgen.desk.drafts.submit import submit
from docgen.desk.drafts.write import change_draft
from docgen.desk.rights import Caller
from docgen.errors import Conflict, Forbidden, InvalidSubmission, NotFound
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import registers
from storage.catalogue.drafting import draft_hands
from storage.errors import RecordMissing
from tests.support.callers.roles import caller
from tests.support.office.decisions import add_acting_official
from tests.support.office.drafts import (
    CLERK,
    DIVISION,
    HEAD,
    SECTION,
    STRANGER,
    at_signature,
    begun,
    changed,
    say_on,
    signed,
    states,
    submitted,
)

pytestmark = pytest.mark.office


def in_days(desk: Desk, days: int) -> Desk:
    """The same office some days later."""
    now = desk.now() + dt.timedelta(days=days)
    return dataclasses.replace(desk, now=lambda: now)


def waiting(desk: Desk, who: Caller) -> list[str]:
    """The drafts whose turn is on somebody."""
    with desk.catalogue.read() as tx:
        return [seen.draft.id for seen in find_drafts(desk, tx, who, waiting=True)]


def test_a_turn_is_handed_over_to_who_is_in_office(desk: Desk) -> None:
    """Its official or the author gives it on; the entry that was passed stays in sight, and the deputy decides."""
    tomorrow = desk.today() + dt.timedelta(days=1)
    later = add_acting_official(desk, "kepala_seksi", valid_from=tomorrow)
    draft = submitted(desk)
    with pytest.raises(Forbidden):
        hand_over(desk, DIVISION, draft.id, "kepala-seksi", "pengelola-aset")
    for to in (later.id, "kepala-bidang", "tidak-ada"):
        with pytest.raises(InvalidSubmission):
            hand_over(desk, SECTION, draft.id, "kepala-seksi", to)
    hand_over(desk, SECTION, draft.id, "kepala-seksi", "pengelola-aset")
    assert states(desk, draft)[:2] == [("kepala-seksi", "passed"), ("pengelola-aset", "waiting")]
    with pytest.raises(Forbidden):
        say_on(desk, draft, SECTION, "kepala-seksi")
    assert say_on(desk, draft, caller("rizky", "pengelola-aset"), "pengelola-aset").state == "review"
    with pytest.raises(Conflict):
        hand_over(desk, CLERK, draft.id, "kepala-seksi", "kepala-dinas")


def test_the_signature_is_handed_over_with_its_name(desk: Desk) -> None:
    """Who got the signature signs, and the letter bears his name."""
    draft = at_signature(desk)
    hand_over(desk, HEAD, draft.id, "kepala-dinas", "kepala-bidang")
    document = signed(desk, draft, DIVISION, "kepala-bidang")
    assert document.signer == "kepala-bidang"


def test_an_author_turns_no_signature_to_whom_he_likes(desk: Desk) -> None:
    """Only its official gives a signature to somebody of another post; the author may name who stands in for him."""
    draft = at_signature(desk)
    with pytest.raises(Forbidden):
        hand_over(desk, CLERK, draft.id, "kepala-dinas", "kepala-bidang")
    deputy = add_acting_official(desk, "kepala_dinas")
    hand_over(desk, CLERK, draft.id, "kepala-dinas", deputy.id)
    assert states(desk, draft)[-1] == (deputy.id, "waiting")


def test_each_is_reminded_once_a_day(desk: Desk) -> None:
    """The author reminds whose turn it is; a second time only on the next day."""
    draft = submitted(desk)
    with pytest.raises(Forbidden):
        remind(desk, SECTION, draft.id)
    assert [entry.official for entry in remind(desk, CLERK, draft.id)] == ["kepala-seksi"]
    with pytest.raises(Conflict):
        remind(desk, CLERK, draft.id)
    assert [entry.official for entry in remind(in_days(desk, 1), CLERK, draft.id)] == ["kepala-seksi"]
    say_on(desk, draft, SECTION, "kepala-seksi", "tolak", "Tidak perlu")
    with pytest.raises(Conflict):
        remind(desk, CLERK, draft.id)


def test_it_waits_for_whose_turn_it_is_and_nobody_else(desk: Desk) -> None:
    """The list of what waits for somebody holds a draft from his turn on until he decided."""
    draft = submitted(desk)
    assert (waiting(desk, SECTION), waiting(desk, DIVISION), waiting(desk, STRANGER)) == ([draft.id], [], [])
    say_on(desk, draft, SECTION, "kepala-seksi")
    assert (waiting(desk, SECTION), waiting(desk, DIVISION)) == ([], [draft.id])


def test_remarks_are_made_answered_and_settled(desk: Desk) -> None:
    """Whoever sees a draft remarks on a place of it; an answer stands at the same place; a stranger remarks nothing."""
    draft = submitted(desk)
    remark = comment(desk, SECTION, draft.id, CommentRequest(text="Biayanya?", field="data.isi", page=1, x=0.5, y=0.25))
    answer = comment(desk, CLERK, draft.id, CommentRequest(text="Menyusul", answers=remark.id))
    assert (answer.field, answer.page, answer.x, answer.y) == ("data.isi", 1, 0.5, 0.25)
    assert (remark.version, remark.by) == (1, "siti")
    assert resolve(desk, CLERK, draft.id, remark.id).resolved_by == "sari"
    assert resolve(desk, CLERK, draft.id, remark.id, open_again=True).resolved_at is None
    for text, error in (("  ", InvalidSubmission), ("Halo", RecordMissing)):
        with pytest.raises(error):
            comment(desk, SECTION if not text.strip() else STRANGER, draft.id, CommentRequest(text=text))
    with pytest.raises(RecordMissing):
        resolve(desk, CLERK, begun(desk).id, remark.id)
    with desk.catalogue.read() as tx:
        assert [one.id for one in draft_hands.list_comments(tx, draft.id)] == [remark.id, answer.id]


def test_who_only_reads_a_draft_says_nothing_about_it(desk: Desk) -> None:
    """A pengawas whom the author named as its reader sees it, and neither remarks on it nor settles a remark."""
    draft, inspector = submitted(desk, readers=["admin"]), caller("admin", role="pengawas")
    remark = comment(desk, CLERK, draft.id, CommentRequest(text="Biayanya?"))
    with desk.catalogue.read() as tx:
        assert open_draft(desk, tx, inspector, draft.id).draft.id == draft.id
    with pytest.raises(Forbidden, match="issue"):
        comment(desk, inspector, draft.id, CommentRequest(text="Halo"))
    with pytest.raises(Forbidden, match="issue"):
        resolve(desk, inspector, draft.id, remark.id)


def test_everybody_learns_what_changed_since_he_saw_it(desk: Desk) -> None:
    """The first time there is nothing to compare; then the version he saw last, until he saw the newest."""
    draft = submitted(desk)
    assert note_seen(desk, DIVISION, draft.id) is None
    change_draft(desk, SECTION, draft.id, changed(desk, "Yang lain"), draft.version)
    before = note_seen(desk, DIVISION, draft.id)
    assert before is not None
    assert (before.version, before.by) == (1, "sari")
    again = note_seen(desk, DIVISION, draft.id)
    assert again is not None
    assert again.version == 2


def test_a_deleted_draft_comes_back_within_thirty_days(desk: Desk) -> None:
    """It is in no list and nobody else's; after thirty days it is gone; what is in hands or issued is not deleted."""
    draft, other = begun(desk), begun(desk)
    delete_draft(desk, CLERK, draft.id)
    with desk.catalogue.read() as tx:
        assert [one.id for one in list_drafts(tx, CLERK.name, 10)] == [other.id]
        assert [one.draft.id for one in find_drafts(desk, tx, CLERK, removed=True)] == [draft.id]
    with pytest.raises(Conflict):
        submit(desk, CLERK, draft.id)
    assert restore_draft(in_days(desk, 29), CLERK, draft.id).removed_at is None
    delete_draft(desk, CLERK, draft.id)
    with pytest.raises(RecordMissing):
        restore_draft(in_days(desk, 31), CLERK, draft.id)
    in_hands = submitted(desk)
    with pytest.raises(Conflict):
        delete_draft(desk, CLERK, in_hands.id)
    say_on(desk, in_hands, SECTION, "kepala-seksi", "perbaiki", "Lengkapi")
    delete_draft(desk, CLERK, in_hands.id)
    with desk.catalogue.read() as tx, pytest.raises(RecordMissing):
        open_draft(desk, tx, SECTION, in_hands.id)
    issued = at_signature(desk)
    signed(desk, issued)
    with pytest.raises(Conflict):
        delete_draft(desk, CLERK, issued.id)


def test_each_on_the_route_sees_the_letter_as_it_will_be(desk: Desk) -> None:
    """With its text of any version, DRAF across it, and no number; who may not see the draft sees no letter."""
    draft = submitted(desk)
    change_draft(desk, SECTION, draft.id, changed(desk, "Perbaikan menara"), draft.version)
    now = " ".join(page_text(show_draft(desk, HEAD, draft.id).pdf))
    before = " ".join(page_text(show_draft(desk, HEAD, draft.id, 1).pdf))
    assert "Perbaikan menara" in now
    assert "Perbaikan menara" not in before
    assert "DRAF" in now
    with desk.catalogue.read() as tx:
        unit = registers.get_office(tx).unit_code
    assert f"/1/{unit}" not in now
    with pytest.raises(NotFound):
        show_draft(desk, HEAD, draft.id, 7)
    with pytest.raises(RecordMissing):
        show_draft(desk, STRANGER, draft.id)
