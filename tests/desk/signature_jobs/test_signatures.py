"""Many letters are signed with one passphrase in one call, each filed alone; what is not signed is as it was."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from docgen.bsre import Secret
from docgen.desk import Desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.background.jobs import Jobs
from docgen.desk.issuing.held_number import HOLD
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.job_memory import JobMemory
from docgen.desk.mirror import keep_mirror
from docgen.desk.rights import Caller
from docgen.desk.service.job_functions import WORKERS
from docgen.desk.signature_jobs import run
from docgen.desk.signature_jobs.in_hand import take_in_hand
from docgen.desk.signature_jobs.request import SignaturesRequest, SigningOrder, begin_signatures
from docgen.desk.signature_jobs.result import SignatureLine, SignatureResult
from docgen.desk.signing.identities import require_identity
from docgen.errors import Conflict, Forbidden, InvalidSubmission
from docgen.processes.names import process_name
from storage.catalogue import documents, registers
from storage.catalogue.drafting import drafts
from storage.catalogue.jobs import update_job
from storage.catalogue.numbering import number_holds, numbers
from storage.catalogue.signatures import awaited
from storage.catalogue.tables import jobs as jobs_table
from storage.records import Document, Draft, Job
from tests.servers.bsre import BsreServer
from tests.support.callers.roles import caller
from tests.support.office.decisions import ASSET
from tests.support.office.drafts import HEAD, at_signature, submitted
from tests.support.office.electronic import PASSPHRASE, bsre, with_head
from tests.support.office.jobs import FAST, ended, state, wait

__all__ = ["bsre"]  # a fixture

pytestmark = pytest.mark.office


@pytest.fixture
def office(desk: Desk, bsre: BsreServer, tmp_path: Path) -> Desk:
    """An office that signs through it, whose head BSrE knows."""
    return with_head(desk, bsre, tmp_path)


def letter(desk: Desk) -> Document:
    """An issued letter of the head's."""
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": [ASSET], "signer": "kepala-dinas"}
    return issue(desk, DocumentRequest.model_validate(body | {"data": desk.kinds["nota_dinas"].example}), "sari")


def signed(
    desk: Desk, ids: list[str], passphrase: str = PASSPHRASE, who: Caller = HEAD, official: str = "kepala-dinas"
) -> Job:
    """Begin to sign these letters, and return the job when it is over."""
    request = SignaturesRequest(documents=ids, official=official)
    secret, jobs = Secret.passphrase(passphrase) if passphrase else None, Jobs(desk, WORKERS, FAST)
    job = begin_signatures(desk, jobs, who, request, secret)
    wait(desk, job.id, ended)
    jobs.stop()
    return state(desk, job.id)


def sign(desk: Desk, ids: list[str], passphrase: str = PASSPHRASE) -> list[SignatureLine]:
    """Sign these letters and return what became of each."""
    return lines(signed(desk, ids, passphrase))


def lines(job: Job) -> list[SignatureLine]:
    assert job.status == "done", job.error
    return SignatureResult.model_validate(job.result).letters


def signing_calls(bsre: BsreServer) -> list[int]:
    """How many files each signing call had."""
    return [len(call.files) for call in bsre.calls if call.files]


def check(desk: Desk) -> list[int]:
    """Return the sequences in the register; nothing is held, and the archive is sound."""
    with desk.catalogue.read() as tx:
        assert [hold for hold in number_holds.list_holds(tx) if hold.owner] == []
        entries = numbers.list_entries(tx, registers.get_office(tx).unit_code, desk.today().year)
    keep_mirror(desk)
    report = check_archive(desk)
    assert (report.findings(), report.sound) == ([], True)
    return [entry.sequence for entry in entries]


def test_drafts_and_letters_are_signed_in_one_call(office: Desk, bsre: BsreServer) -> None:
    """Five letters, one passphrase, one call; each file bears the number of its line, what is not his is told."""
    letters, waiting = [letter(office) for _ in range(2)], [at_signature(office) for _ in range(3)]
    foreign = submitted(office)
    ids = [waiting[0].id, letters[0].id, foreign.id, waiting[1].id, letters[1].id, waiting[2].id]
    result = sign(office, [*ids, ids[0]])
    assert [line.id for line in result] == ids
    assert [line.status for line in result] == ["signed", "signed", "refused", "signed", "signed", "signed"]
    assert "gilirannya pada" in result[2].message
    assert (signing_calls(bsre), bsre.count(PASSPHRASE)) == ([5], 1)
    for line in result:
        if line.status == "signed":
            with office.catalogue.read() as tx:
                document = documents.get_document(tx, line.document)
                revision = documents.get_revision(tx, document.id, document.revision)
            assert (line.number, document.number, revision.change) == (document.number, document.number, "signed")
            assert [report.intact for report in office.signing.reports(office.store.get(revision.pdf.key))] == [True]
    assert check(office) == [1, 2, 3, 4, 5]


def test_the_passphrase_is_forgotten_when_the_job_is_over(office: Desk, bsre: BsreServer) -> None:
    """The job knows it never, the process only until the end."""
    done = signed(office, [letter(office).id])
    assert office.job_memory.get(done.id) is None
    assert PASSPHRASE not in done.model_dump_json()
    assert set(done.request) == {"documents", "official"}


def test_a_wrong_passphrase_changes_nothing(office: Desk, bsre: BsreServer) -> None:
    """The job is done, every letter is refused with BSrE's reason, drafts have no number, and it was sent once."""
    document, draft = letter(office), at_signature(office)
    result = sign(office, [document.id, draft.id], "sandi keliru")
    assert [line.status for line in result] == ["refused", "refused"]
    assert all("salah" in line.message.casefold() for line in result)
    assert (result[0].number, result[1].number) == (document.number, "")
    assert bsre.count("sandi keliru") == 1
    with office.catalogue.read() as tx:
        assert awaited.find(tx, [document.id]) == {}
        assert drafts.find_draft(tx, draft.id) == draft
    assert check(office) == [1]


def test_unanswered_all_wait_and_the_next_try_signs_them(office: Desk, bsre: BsreServer) -> None:
    """A draft is a letter with its number then; tried again by the id of the draft, the letter is signed."""
    ids = [letter(office).id, at_signature(office).id]
    bsre.mood = "ill"
    assert [line.status for line in sign(office, ids)] == ["awaiting", "awaiting"]
    bsre.mood = "good"
    result = sign(office, ids)
    assert [line.status for line in result] == ["signed", "signed"]
    assert result[1].document != ids[1]
    assert check(office) == [1, 2]


def test_one_file_that_is_not_to_be_believed_stops_no_other(office: Desk, bsre: BsreServer) -> None:
    """Of two files the same other one comes back for each: both wait and are kept aside."""
    bsre.mood = "other-bytes"
    result = sign(office, [letter(office).id, at_signature(office).id])
    assert [line.status for line in result] == ["awaiting", "awaiting"]
    assert all("administrator" in line.message for line in result)


def test_who_may_not_sign_is_told_and_nothing_is_sent(office: Desk, bsre: BsreServer) -> None:
    """An expired certificate: no number is held, no passphrase goes out."""
    bsre.people[0].status = "EXPIRED"
    [line] = sign(office, [at_signature(office).id])
    assert line.status == "refused"
    assert bsre.count(PASSPHRASE) == 0
    assert check(office) == []


def test_large_files_go_in_several_calls(office: Desk, bsre: BsreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call takes so many bytes; after one that was refused nothing more is sent."""
    ids = [letter(office).id for _ in range(3)]
    monkeypatch.setattr(run, "CHUNK", 1)
    bsre.next_moods += ["good", "refused"]
    assert [line.status for line in sign(office, ids)] == ["signed", "refused", "refused"]
    assert signing_calls(bsre) == [1, 1]
    assert [line.status for line in sign(office, ids)] == ["refused", "signed", "signed"]


def test_the_older_api_takes_one_file_a_call(office: Desk, bsre: BsreServer) -> None:
    """The passphrase goes with each; what came before one without an answer is signed, what follows is as it was."""
    bsre.v2 = False
    ids = [letter(office).id, at_signature(office).id, at_signature(office).id]
    bsre.next_moods += ["good", "ill"]
    assert [line.status for line in sign(office, ids)] == ["signed", "awaiting", "refused"]
    assert signing_calls(bsre) == [1, 1]
    assert [line.status for line in sign(office, ids[1:])] == ["signed", "signed"]
    assert check(office) == [1, 2, 3]


def test_what_there_is_not_for_the_caller_is_refused_before_anything(office: Desk, bsre: BsreServer) -> None:
    """Unknown letters and officials, another's official, no permission, no passphrase, no identity: no job."""
    document = letter(office)
    for ids, who, official in (
        ([document.id, "tidak-ada"], HEAD, "kepala-dinas"),
        ([document.id], HEAD, "tidak-ada"),
        ([document.id], HEAD, "kepala-bidang"),
    ):
        with pytest.raises(InvalidSubmission):
            signed(office, ids, who=who, official=official)
    with pytest.raises(InvalidSubmission):
        signed(office, [document.id], passphrase="")
    with pytest.raises(Forbidden):
        signed(office, [document.id], who=caller("auditor", "kepala-dinas", role="pengawas"))
    with pytest.raises(Conflict):
        signed(office, [document.id], who=caller("f", "kepala-bidang"), official="kepala-bidang")
    with office.catalogue.read() as tx:
        assert tx.execute(jobs_table.select()).all() == []


def test_cancelled_before_the_call_nothing_is_sent(office: Desk, bsre: BsreServer) -> None:
    """Cancelled while letters are made, none has a number, and the passphrase did not go out."""
    ids = [at_signature(office).id for _ in range(2)]
    reached, cancelled = threading.Event(), threading.Event()
    convert = office.converter.convert

    class Slow:
        def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
            reached.set()
            assert cancelled.wait(30)
            return convert(docx, deadline=deadline)

    slow = replace(office, converter=Slow())  # type: ignore[arg-type]
    jobs = Jobs(slow, WORKERS, FAST)
    request = SignaturesRequest(documents=ids, official="kepala-dinas")
    job = begin_signatures(slow, jobs, HEAD, request, Secret.passphrase(PASSPHRASE))
    assert reached.wait(30)
    jobs.cancel(job.id, HEAD)
    cancelled.set()
    jobs.stop()
    assert state(office, job.id).status == "cancelled"
    assert office.job_memory.get(job.id) is None
    assert bsre.count(PASSPHRASE) == 0
    assert check(office) == []


def test_a_number_that_another_letter_got_meanwhile_is_not_signed_with(office: Desk, bsre: BsreServer) -> None:
    """Where making the letters takes longer than a number is held, what lost its number is told so and is not sent."""
    draft = at_signature(office)
    request = SignaturesRequest(documents=[draft.id], official="kepala-dinas")
    job = Jobs(office, WORKERS).submit("signature", request.to_json(), HEAD.name)
    office.job_memory.put(job.id, SigningOrder(HEAD, Secret.passphrase(PASSPHRASE)))
    moment = office.now() + 2 * HOLD
    late = replace(office, now=lambda: moment)

    def issue_when_made(*_: int | None) -> None:
        with office.catalogue.read() as tx:
            is_made = bool(number_holds.list_holds(tx))
        if is_made:
            letter(late)

    [line] = SignatureResult.model_validate(run.run_signature_job(office, job, issue_when_made)).letters
    assert (line.status, "sudah dipakai naskah lain" in line.message) == ("refused", True)
    assert bsre.count(PASSPHRASE) == 0
    assert check(office) == [1]


def test_a_letter_keeps_its_number_while_it_is_sent(office: Desk) -> None:
    """Confirmed at the end of its time, its number is held for as long again."""
    draft = at_signature(office)
    with office.catalogue.read() as tx:
        identity = require_identity(office, tx, registers.get_official(tx, "kepala-dinas"))
    moment = office.now() + 2 * HOLD
    late = replace(office, now=lambda: moment)
    in_hand = take_in_hand(office, HEAD, draft.id, "kepala-dinas", identity)
    replace(in_hand, desk=late).confirm()  # type: ignore[type-var]
    assert letter(late).sequence == 2
    in_hand.give_up()
    assert letter(late).sequence == 1


def test_another_process_only_says_how_the_letters_stand(office: Desk, bsre: BsreServer) -> None:
    """The process that had the passphrase is dead: the job ends, a letter that was signed before is told as signed."""
    done, left = letter(office), at_signature(office)
    assert sign(office, [done.id])[0].status == "signed"
    dead = process_name().rpartition("-")[0] + "-1:abcd"
    request = SignaturesRequest(documents=[done.id, left.id], official="kepala-dinas")
    restarted = replace(office, job_memory=JobMemory())
    job = Jobs(office, WORKERS).submit("signature", request.to_json(), HEAD.name)
    with office.catalogue.write() as tx:
        update_job(tx, job.id, status="running", owner=dead, next_at=office.now() + dt.timedelta(seconds=30))
    assert Jobs(restarted, WORKERS, FAST).run_queued(job.id)
    result = lines(state(office, job.id))
    assert [line.status for line in result] == ["signed", "refused"]
    assert "Tandatangani lagi" in result[1].message


def test_the_passphrase_has_a_time(office: Desk, bsre: BsreServer) -> None:
    """Wiped before it was sent, it is sent no more, and all is as it was."""
    draft: Draft = at_signature(office)
    brief = replace(office, job_memory=JobMemory(longest=0.0))
    [line] = sign(brief, [draft.id])
    assert line.status == "refused"
    assert bsre.count(PASSPHRASE) == 0
    assert check(office) == []
