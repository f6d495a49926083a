"""Which documents of a dossier count: a letter that says no is the SOP's "tidak", as an endorsement is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docgen.sop.course import Course, DossierDocument
from storage.records import Decision
from tests.support.office.courses import SOP, decision, letter_of, states, steps

SHEETS = {"perencanaan": 4, "pemeliharaan": 3, "penghapusan": 3}  # where the SOP yields a Lembar Persetujuan
BEFORE = {
    "perencanaan": [("rencana_kebutuhan", 1)],
    "pemeliharaan": [("telaahan", 1), ("nota_dinas", 2)],
    "penghapusan": [("identifikasi_penghapusan", 1), ("telaahan", 2)],
}


def before(procedure: str) -> list[DossierDocument]:
    """What the procedure makes before its Lembar Persetujuan; the last of it is what that decides on."""
    approved = [decision(2, "setuju", 0.2), decision(3, "setuju", 0.3)] if procedure == "perencanaan" else []
    return [letter_of(kind, step, step / 10, *approved) for kind, step in BEFORE[procedure]]


def sheet(procedure: str, hours: float, verdict: Decision) -> DossierDocument:
    """A Lembar Persetujuan that says so."""
    return replace(letter_of("persetujuan", SHEETS[procedure], hours), verdict=verdict)


def course(procedure: str, *documents: DossierDocument) -> Course:
    """The documents read against the procedure."""
    return Course(SOP.procedure(procedure), documents)


@pytest.mark.parametrize("verdict", ["perbaiki", "tolak"])
@pytest.mark.parametrize("procedure", SHEETS)
def test_a_sheet_that_says_no_sends_the_dossier_back(procedure: str, verdict: Decision) -> None:
    """Along the Tidak branch: the step of the refused document is returned, the sheet's step is not done."""
    known = before(procedure)
    no = sheet(procedure, 1, verdict)
    refused = known[-1]
    back = SOP.procedure(procedure).step(SHEETS[procedure]).decision
    assert back is not None
    found = steps(procedure, *known, no)
    assert [one.state for one in found].count("done") == refused.step - 1
    assert found[back.tidak - 1].state == "returned"
    assert found[SHEETS[procedure] - 1].state == "pending"
    assert found[SHEETS[procedure] - 1].lacks == ("persetujuan",)
    assert not any(one.awaits for one in found)
    read = course(procedure, *known, no)
    assert read.refused.keys() == {refused.id}
    assert read.refused[refused.id].letter == no.id
    assert [one.id for one in read.counting] == [one.id for one in known[:-1]]
    assert read.next_due(refused) is None


@pytest.mark.parametrize("procedure", SHEETS)
def test_a_sheet_that_says_yes_is_the_decision(procedure: str) -> None:
    """The step is done and nothing waits for ever for a stamp beside it."""
    known = before(procedure)
    found = steps(procedure, *known, sheet(procedure, 1, "setuju"))
    assert [one.state for one in found[: SHEETS[procedure]]] == ["done"] * SHEETS[procedure]
    assert not any(one.awaits for one in found)
    assert course(procedure, *known, sheet(procedure, 1, "setuju")).next_due(known[-1]) is None


@pytest.mark.parametrize("procedure", SHEETS)
def test_a_stamp_alone_leaves_the_sheet_to_be_made(procedure: str) -> None:
    """Decided: whose turn it is tells so, and that the sheet lacks."""
    number = SHEETS[procedure]
    *rest, subject = before(procedure)
    asked = steps(procedure, *rest, subject)[number - 1]
    assert (asked.awaits, asked.decided) == ((subject.id,), None)
    stamped = replace(subject, endorsements=(*subject.endorsements, decision(number, "setuju", 1)))
    told = steps(procedure, *rest, stamped)[number - 1]
    assert (told.state, told.lacks, told.awaits) == ("current", ("persetujuan",), ())
    assert told.decided is not None
    assert told.decided.decision == "setuju"


def test_a_later_yes_of_the_same_step_repairs_a_no() -> None:
    """Without a new nota dinas: the last word of the step stands."""
    known = before("pemeliharaan")
    no, yes = sheet("pemeliharaan", 1, "tolak"), sheet("pemeliharaan", 2, "setuju")
    assert states("pemeliharaan", *known, no, yes)[:4] == ["done", "done", "done", "current"]
    assert no.id not in [one.id for one in course("pemeliharaan", *known, no, yes).counting]
    assert states("pemeliharaan", *known, yes, no)[:3] == ["done", "returned", "pending"]


def test_a_no_after_a_yes_takes_the_approval_back() -> None:
    """The earlier sheet and what followed from it fall."""
    known = before("pemeliharaan")
    yes, no = sheet("pemeliharaan", 1, "setuju"), sheet("pemeliharaan", 3, "perbaiki")
    order = letter_of("surat_penugasan", 4, 2)
    assert states("pemeliharaan", *known, yes, order, no)[:4] == ["done", "returned", "pending", "pending"]
    assert [one.id for one in course("pemeliharaan", *known, yes, order, no).counting] == [known[0].id]


def test_a_new_document_and_a_yes_on_it_go_on() -> None:
    """The refused one is superseded; the sheet that refused it is no basis and stays where it is."""
    first, refused = before("pemeliharaan")
    no = sheet("pemeliharaan", 1, "tolak")
    gone, again = replace(refused, in_force=False), letter_of("nota_dinas", 2, 2)
    assert states("pemeliharaan", first, gone, no, again)[:3] == ["done", "done", "current"]
    yes = sheet("pemeliharaan", 3, "setuju")
    assert states("pemeliharaan", first, gone, no, again, yes)[:4] == ["done", "done", "done", "current"]
    assert [one.id for one in course("pemeliharaan", first, gone, no, again, yes).counting] == [
        first.id,
        again.id,
        yes.id,
    ]


def test_a_new_document_beside_a_refused_one_takes_its_place() -> None:
    """Though the refused one was not superseded, its step is not returned for ever."""
    first, refused = before("pemeliharaan")
    no, again = sheet("pemeliharaan", 1, "tolak"), letter_of("nota_dinas", 2, 2)
    read = course("pemeliharaan", first, refused, no, again)
    assert states("pemeliharaan", first, refused, no, again)[:3] == ["done", "done", "current"]
    assert (refused.id in read.refused, list(read.unanswered)) == (True, [])


def test_a_yes_on_what_bears_a_no_counts_for_nothing() -> None:
    """A stamp stands until the document is made anew; a sheet cannot take it off."""
    first, subject = before("pemeliharaan")
    stamped = replace(subject, endorsements=(decision(3, "tolak", 1),))
    yes = sheet("pemeliharaan", 2, "setuju")
    assert states("pemeliharaan", first, stamped, yes)[:3] == ["done", "returned", "pending"]
    again = letter_of("nota_dinas", 2, 3)
    gone = replace(stamped, in_force=False)
    assert states("pemeliharaan", first, gone, yes, again)[:3] == ["done", "done", "current"]


def test_a_void_or_replaced_refusal_refuses_nothing() -> None:
    """A sheet that was voided or corrected says nothing any more."""
    known = before("pemeliharaan")
    no = replace(sheet("pemeliharaan", 1, "tolak"), in_force=False)
    assert states("pemeliharaan", *known, no)[:3] == ["done", "done", "current"]
    assert not course("pemeliharaan", *known, no).refused


def test_a_refusal_of_what_is_not_in_the_dossier_leads_back_too() -> None:
    """A dossier that begins with the refusal waits for what was refused to be made anew."""
    no = sheet("pemeliharaan", 1, "tolak")
    assert states("pemeliharaan", no)[:3] == ["missing", "returned", "pending"]
    assert states("pemeliharaan", no, letter_of("nota_dinas", 2, 2))[:3] == ["missing", "done", "current"]


@pytest.mark.parametrize("word", ["perbaiki", "tolak"])
def test_a_return_leads_to_the_step_returned_and_a_skipped_step_stays_missing(word: Decision) -> None:
    """A dossier begun at step 2: the return goes to step 2, not to the step that was never made."""
    refused = letter_of("nota_dinas", 2, 0, decision(3, word, 1))
    assert states("pemeliharaan", refused)[:3] == ["missing", "returned", "pending"]
    assert states("pemeliharaan", replace(refused, in_force=False), letter_of("nota_dinas", 2, 2))[:3] == [
        "missing",
        "done",
        "current",
    ]


def test_a_no_at_a_step_that_decides_nothing_sends_nothing_back() -> None:
    """A sheet made where the SOP asks for no decision is no basis, and that is all."""
    known = [letter_of("surat_penugasan", 4, 0), letter_of("laporan_pemeliharaan", 5, 1)]
    stray = replace(letter_of("persetujuan", 4, 2), verdict="tolak")
    assert states("pemeliharaan", *known, stray) == states("pemeliharaan", *known)
    assert [one.id for one in course("pemeliharaan", *known, stray).counting] == [one.id for one in known]


def test_all_who_receive_do_so_one_after_the_other() -> None:
    """F6: the Kabid, then the Kadis; done when both have."""
    plan = letter_of("rencana_aksi", 5, 0)
    kabid = decision(6, "terima", 1)
    kadis = decision(6, "terima", 2).model_copy(update={"actor": "kepala_dinas"})
    assert [(one.actor, one.awaits) for one in steps("evaluasi", plan)[5:]] == [("kepala_bidang", (plan.id,))]
    once = replace(plan, endorsements=(kabid,))
    assert [(one.actor, one.state) for one in steps("evaluasi", once)[5:]] == [("kepala_dinas", "current")]
    assert states("evaluasi", replace(plan, endorsements=(kabid, kadis)))[5] == "done"
