"""Submitting, initialling, sending back, refusing: what each makes of a draft, and who may."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from docgen.desk import Desk
from docgen.desk.drafts.access import open_draft
from docgen.desk.drafts.decide import undo
from docgen.desk.drafts.planning import set_drafting
from docgen.desk.drafts.submit import submit, withdraw
from docgen.desk.drafts.write import change_draft, create_draft, set_people
from docgen.desk.registers.edit import change_official
from docgen.errors import ChangedMeanwhile, Conflict, Forbidden, InvalidSubmission
from storage.catalogue import audit, registers
from storage.catalogue.drafting import draft_hands
from storage.catalogue.numbering import numbers
from storage.errors import RecordMissing
from tests.support.callers.roles import caller
from tests.support.office.decisions import add_acting_official
from tests.support.office.drafts import (
    CLERK,
    DIVISION,
    HEAD,
    SECTION,
    STRANGER,
    begun,
    changed,
    draft_request,
    route,
    say_on,
    states,
    submitted,
)

pytestmark = pytest.mark.office

LATER = dt.timedelta(seconds=11)


def after(desk: Desk, pause: dt.timedelta) -> Desk:
    """The same office a while later."""
    now = desk.now()
    return dataclasses.replace(desk, now=lambda: now + pause)


def test_a_submitted_draft_goes_by_the_offices_route_and_takes_no_number(desk: Desk) -> None:
    """Kepala Seksi, then Kepala Bidang, then the Kepala Dinas, each when the one before has; nothing is numbered."""
    draft = submitted(desk)
    assert (draft.state, draft.title) == ("review", desk.kinds["nota_dinas"].example["hal"])
    assert states(desk, draft) == [
        ("kepala-seksi", "waiting"),
        ("kepala-bidang", "waiting"),
        ("kepala-dinas", "waiting"),
    ]
    assert say_on(desk, draft, SECTION, "kepala-seksi").state == "review"
    assert say_on(desk, draft, DIVISION, "kepala-bidang").state == "signing"
    with desk.catalogue.read() as tx:
        unit = registers.get_office(tx).unit_code
        assert numbers.last_sequence(tx, unit, desk.today().year) == 0
        actions = [event.action for event in audit.list_events(tx, subject=draft.id)]
        assert audit.check_chain(tx) == []
    assert actions == ["draft.decided", "draft.decided", "draft.submitted"]


def test_what_a_letter_lacks_is_told_when_it_is_submitted(desk: Desk) -> None:
    """A draft may lack anything; submitted, every error stands beside its field, and it stays with its author."""
    draft = begun(desk, data={})
    with pytest.raises(InvalidSubmission) as refused:
        submit(desk, CLERK, draft.id)
    assert "data.hal" in {error.field for error in refused.value.errors}
    with desk.catalogue.read() as tx:
        assert open_draft(desk, tx, CLERK, draft.id).draft.state == "writing"


def test_nobody_but_author_readers_and_those_on_the_route_sees_a_draft(desk: Desk) -> None:
    """Before it is submitted its author alone does; strangers are told that it is not there, administrators too."""
    draft = begun(desk)
    admin = caller("admin", role="admin")
    with desk.catalogue.read() as tx:
        for who in (SECTION, STRANGER, admin):
            with pytest.raises(RecordMissing):
                open_draft(desk, tx, who, draft.id)
    set_people(desk, CLERK, draft.id, readers=["admin"])
    submit(desk, CLERK, draft.id)
    with desk.catalogue.read() as tx:
        for who in (CLERK, SECTION, HEAD, admin):
            assert open_draft(desk, tx, who, draft.id).draft.id == draft.id
        with pytest.raises(RecordMissing):
            open_draft(desk, tx, STRANGER, draft.id)


def test_a_secret_draft_is_for_its_route_and_its_readers(desk: Desk) -> None:
    """A reader whom its author named sees it, and the officials of its route do; nobody else, as with every draft."""
    draft = submitted(desk, readers=["admin"])
    with desk.catalogue.write() as tx:
        registers.put_office(tx, registers.get_office(tx).model_copy(update={"security_code": "R"}))
    named = dataclasses.replace(caller("budi", role="pejabat"), name="admin")
    with desk.catalogue.read() as tx:
        assert open_draft(desk, tx, SECTION, draft.id).draft.id == draft.id
        assert open_draft(desk, tx, named, draft.id).draft.id == draft.id
        with pytest.raises(RecordMissing):
            open_draft(desk, tx, STRANGER, draft.id)


def test_only_whose_turn_it_is_decides_and_in_his_own_name(desk: Desk) -> None:
    """Another's turn, another's name, and a draft in nobody's hands are refused, each with its reason."""
    draft = submitted(desk)
    with pytest.raises(Forbidden, match="Siti Norhayati"):
        say_on(desk, draft, DIVISION, "kepala-bidang")
    with pytest.raises(Forbidden):
        say_on(desk, draft, DIVISION, "kepala-seksi")
    with pytest.raises(InvalidSubmission) as unknown:
        say_on(desk, draft, caller("semua", "*"), "tidak-ada")
    assert unknown.value.errors[0].field == "official"
    returned = say_on(desk, draft, SECTION, "kepala-seksi", "perbaiki", "Biaya belum ada")
    assert returned.state == "returned"
    with pytest.raises(Conflict):
        say_on(desk, draft, SECTION, "kepala-seksi")


def test_a_return_and_a_refusal_need_a_reason(desk: Desk) -> None:
    """Without one the decision is refused beside `note`; a refused draft ends with the reason, for good."""
    draft = submitted(desk)
    for decision in ("perbaiki", "tolak"):
        with pytest.raises(InvalidSubmission) as refused:
            say_on(desk, draft, SECTION, "kepala-seksi", decision, "  ")
        assert [error.field for error in refused.value.errors] == ["note"]
    over = say_on(desk, draft, SECTION, "kepala-seksi", "tolak", "Tidak ada anggaran")
    assert (over.state, over.reason) == ("withdrawn", "Tidak ada anggaran")
    with pytest.raises(Conflict):
        submit(desk, CLERK, draft.id)


def test_the_signer_initials_nothing_but_may_send_back(desk: Desk) -> None:
    """`paraf` of the signer is an error beside the decision; his return begins the route again for a changed text."""
    draft = submitted(desk)
    say_on(desk, draft, SECTION, "kepala-seksi")
    say_on(desk, draft, DIVISION, "kepala-bidang")
    with pytest.raises(InvalidSubmission) as refused:
        say_on(desk, draft, HEAD, "kepala-dinas")
    assert refused.value.errors[0].field == "decision"
    say_on(desk, draft, HEAD, "kepala-dinas", "perbaiki", "Perjelas halnya")
    change_draft(desk, CLERK, draft.id, changed(desk, "Perbaikan router"), draft.version)
    assert submit(desk, CLERK, draft.id).state == "review"
    assert [state for _, state in states(desk, draft)] == ["waiting"] * 3


def test_initials_stay_when_the_author_changes_nothing(desk: Desk) -> None:
    """Submitted again as it was, only who returned it is asked again; the initials keep the version they were given."""
    draft = submitted(desk)
    say_on(desk, draft, SECTION, "kepala-seksi")
    say_on(desk, draft, DIVISION, "kepala-bidang", "perbaiki", "Mengapa?")
    submit(desk, CLERK, draft.id)
    assert states(desk, draft)[:2] == [("kepala-seksi", "paraf"), ("kepala-bidang", "waiting")]
    assert route(desk, draft)[0].version == draft.version


def test_a_superior_corrects_under_his_own_name_and_keeps_the_initials_below(desk: Desk) -> None:
    """His version has his name, the initials below stay with theirs, and what he writes is checked whole."""
    draft = submitted(desk)
    say_on(desk, draft, SECTION, "kepala-seksi")
    with pytest.raises(Forbidden):
        change_draft(desk, SECTION, draft.id, changed(desk, "Bukan gilirannya"), draft.version)
    with pytest.raises(InvalidSubmission):
        change_draft(desk, DIVISION, draft.id, changed(desk, ""), draft.version)
    with pytest.raises(InvalidSubmission) as fixed:
        change_draft(desk, DIVISION, draft.id, changed(desk, "x", signer="kepala-bidang"), draft.version)
    assert fixed.value.errors[0].field == "signer"
    corrected = change_draft(desk, DIVISION, draft.id, changed(desk, "Perbaikan router utama"), draft.version)
    assert (corrected.version, corrected.title, corrected.state) == (
        draft.version + 1,
        "Perbaikan router utama",
        "review",
    )
    assert states(desk, draft)[0] == ("kepala-seksi", "paraf")
    with desk.catalogue.read() as tx:
        assert [(one.version, one.by) for one in draft_hands.list_versions(tx, draft.id)] == [(1, "sari"), (2, "fauzi")]
    with pytest.raises(Conflict):
        change_draft(desk, CLERK, draft.id, changed(desk, "Saya juga"), corrected.version)


def test_who_comes_too_late_overwrites_nothing_and_both_texts_stay(desk: Desk) -> None:
    """The second of two writers who changed one version is refused; his text lies beside the one that counts."""
    draft = submitted(desk)
    change_draft(desk, SECTION, draft.id, changed(desk, "Yang pertama"), draft.version)
    with pytest.raises(ChangedMeanwhile):
        change_draft(desk, SECTION, draft.id, changed(desk, "Yang kedua"), draft.version)
    with pytest.raises(ChangedMeanwhile):
        withdraw(desk, CLERK, draft.id, "Salah", draft.version)
    with desk.catalogue.read() as tx:
        texts = [(one.version, one.late, one.body["data"]["hal"]) for one in draft_hands.list_versions(tx, draft.id)]
    assert texts[1:] == [(2, 0, "Yang pertama"), (2, 1, "Yang kedua")]


def test_a_decision_is_taken_back_at_once_or_never(desk: Desk) -> None:
    """Within ten seconds and while nobody acted after it, by who took it; then it stands."""
    draft = submitted(desk)
    say_on(desk, draft, SECTION, "kepala-seksi", "tolak", "Salah tekan")
    assert undo(desk, SECTION, draft.id, "kepala-seksi").state == "review"
    assert states(desk, draft)[0] == ("kepala-seksi", "waiting")
    say_on(desk, draft, SECTION, "kepala-seksi")
    with pytest.raises(Forbidden):
        undo(desk, caller("lain", "kepala-seksi"), draft.id, "kepala-seksi")
    with pytest.raises(Conflict):
        undo(after(desk, LATER), SECTION, draft.id, "kepala-seksi")
    say_on(desk, draft, DIVISION, "kepala-bidang")
    with pytest.raises(Conflict):
        undo(desk, SECTION, draft.id, "kepala-seksi")
    assert undo(desk, DIVISION, draft.id, "kepala-bidang").state == "review"


def test_the_author_takes_a_draft_back_and_submits_it_again(desk: Desk) -> None:
    """With a reason; a withdrawn draft is nobody's turn, and goes on from the initials it had when nothing changed."""
    draft = submitted(desk)
    say_on(desk, draft, SECTION, "kepala-seksi")
    with pytest.raises(InvalidSubmission):
        withdraw(desk, CLERK, draft.id, " ")
    assert withdraw(desk, CLERK, draft.id, "Menunggu biaya").state == "withdrawn"
    with pytest.raises(Conflict):
        say_on(desk, draft, DIVISION, "kepala-bidang")
    assert submit(desk, CLERK, draft.id).state == "review"
    assert states(desk, draft)[0] == ("kepala-seksi", "paraf")


def test_the_acting_head_of_a_division_decides_in_his_time(desk: Desk) -> None:
    """Who is Plh. today decides in the holder's place, and the route tells both; before his time he sees nothing."""
    tomorrow = desk.today() + dt.timedelta(days=1)
    plh = add_acting_official(desk, "kepala_bidang", valid_from=tomorrow, valid_to=tomorrow)
    acting = caller("rahma", plh.id)
    draft = submitted(desk)
    say_on(desk, draft, SECTION, "kepala-seksi")
    with pytest.raises(RecordMissing):
        say_on(desk, draft, acting, plh.id)
    in_office = plh.model_copy(update={"valid_from": desk.today()})
    change_official(desk, in_office, by="admin", officials_allowed=())
    assert say_on(desk, draft, acting, plh.id).state == "signing"
    [_, division, _] = route(desk, draft)
    assert (division.official, division.acting, division.by) == ("kepala-bidang", plh.id, "rahma")


def test_the_holder_is_back_when_the_time_of_his_deputy_is_over(desk: Desk) -> None:
    """A draft that was put before the Plh. is decided by the holder of the post when the Plh. is none any more."""
    plh = add_acting_official(desk, "kepala_bidang", valid_from=desk.today(), valid_to=desk.today())
    draft = submitted(desk)
    assert states(desk, draft)[1] == (plh.id, "waiting")  # who acts in the post comes first
    say_on(desk, draft, SECTION, "kepala-seksi")
    over = plh.model_copy(update={"valid_from": None, "valid_to": desk.today() - dt.timedelta(days=1)})
    change_official(desk, over, by="admin", officials_allowed=())
    assert say_on(desk, draft, DIVISION, "kepala-bidang").state == "signing"


def test_the_author_chooses_the_route_and_the_office_its_own(desk: Desk) -> None:
    """A chosen route is as it was chosen; an office without one has its drafts signed at once."""
    unknown = draft_request(desk, route=["kepala-bidang", "tidak-ada", "kepala-bidang"])
    with pytest.raises(InvalidSubmission) as refused:
        create_draft(desk, CLERK, unknown)
    assert [error.field for error in refused.value.errors] == ["route[1]", "route[2]"]
    draft = submitted(desk, route=["pengelola-aset", "kepala-dinas"])
    assert [id for id, _ in states(desk, draft)] == ["pengelola-aset", "kepala-dinas"]  # the signer initials nothing
    set_drafting(desk, [], {}, "admin")
    assert submitted(desk).state == "signing"
    set_drafting(desk, [{"kind": "nota_dinas", "turns": [["kepala_bidang", "kepala_seksi"]]}], {}, "admin")
    together = submitted(desk)
    assert say_on(desk, together, DIVISION, "kepala-bidang").state == "review"
    assert say_on(desk, together, SECTION, "kepala-seksi").state == "signing"
    with pytest.raises(InvalidSubmission):
        set_drafting(desk, [{"kind": "tidak_ada"}], {"tidak_ada": "signature"}, "admin")


def test_another_signer_is_another_default_route(desk: Desk) -> None:
    """A returned draft that the Kepala Dinas is to sign now goes by the Kepala Bidang, too; a chosen route stays."""
    draft = submitted(desk, signer="kepala-bidang")
    assert [id for id, _ in states(desk, draft)] == ["kepala-seksi", "kepala-bidang"]
    say_on(desk, draft, SECTION, "kepala-seksi")
    say_on(desk, draft, DIVISION, "kepala-bidang", "perbaiki", "Ini wewenang Kepala Dinas")
    change_draft(desk, CLERK, draft.id, draft_request(desk), draft.version)
    submit(desk, CLERK, draft.id)
    assert states(desk, draft) == [
        ("kepala-seksi", "waiting"),
        ("kepala-bidang", "waiting"),
        ("kepala-dinas", "waiting"),
    ]
    own = submitted(desk, signer="kepala-bidang", route=["pengelola-aset"])
    withdraw(desk, CLERK, own.id, "Penanda tangan lain")
    change_draft(desk, CLERK, own.id, draft_request(desk, route=["pengelola-aset-2"]), own.version)
    submit(desk, CLERK, own.id)
    assert [id for id, _ in states(desk, own)] == ["pengelola-aset-2", "kepala-dinas"]


def test_a_draft_waits_for_nobody_who_is_gone(desk: Desk) -> None:
    """An official whose time is over, and in whose post nobody is, cannot be put before the signature."""
    draft = begun(desk, route=["plt-kepala-seksi"])
    with desk.catalogue.write() as tx:
        registers.remove_official(tx, "kepala-seksi")
    with pytest.raises(InvalidSubmission) as refused:
        submit(desk, CLERK, draft.id)
    assert refused.value.errors[0].field == "route[0]"
