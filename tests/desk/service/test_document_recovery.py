"""Interrupted work is finished by whoever is quickest, and by nobody else."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.issuing.issue import IdempotencyKey, issue, reserve
from docgen.desk.issuing.issue_many import make_many
from docgen.desk.issuing.prepare import prepare
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions import journal as desk_journal
from docgen.desk.revisions.journal import DocumentPending, claim_line, finish_document, is_due
from docgen.desk.service.document_recovery import Recoverer, recover
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.processes.names import process_name
from docgen.settings import read_settings
from storage.catalogue import documents, journal, registers
from storage.catalogue.numbering import numbers
from storage.catalogue.searching.search import Filter, search_documents
from tests.support.callers.api import make_app
from tests.support.office.demo_office import data_folder

pytestmark = pytest.mark.office

LATER = dt.timedelta(minutes=3)  # when the lease of whoever took the number has run out


@dataclass
class Counting:
    """A converter that counts, and that waits for `go` where one is given."""

    converter: Converter
    files: list[bytes] = field(default_factory=list)
    began: threading.Event = field(default_factory=threading.Event)
    go: threading.Event | None = None

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        """As `Converter.convert`."""
        self.files.append(docx)
        self.began.set()
        assert self.go is None or self.go.wait(30)
        return self.converter.convert(docx, deadline=deadline, group=group)

    def check(self) -> None:
        """As `Converter.check`."""
        self.converter.check()

    def close(self) -> None:
        """The converter goes on: it is the tests'."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest, tmp_path: Path, converter: Converter) -> Iterator[Desk]:
    """The demo office on either database, with a converter that counts."""
    postgres = request.param == "postgres"
    url = {"DOCGEN_DATABASE_URL": request.getfixturevalue("postgres_url")} if postgres else {}
    desk = open_desk(read_settings({"DOCGEN_DATA": str(data_folder(tmp_path)), **url}), Counting(converter))
    initialise(desk, demo=True)
    yield desk
    desk.catalogue.close()


def asked(desk: Desk) -> DocumentRequest:
    """A letter on the first asset."""
    with desk.catalogue.read() as tx:
        [asset] = registers.search_assets(tx, limit=1)
    data = desk.kinds["nota_dinas"].example
    return DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, assets=[asset.nibar], data=data)


def take_numbers(desk: Desk, count: int, idempotency_key: IdempotencyKey | None = None) -> list[str]:
    """Take numbers as a process does that is killed right after; returns the ids."""
    ids = []
    for _ in range(count):
        prepared = prepare(desk, asked(desk))
        with desk.catalogue.write() as tx:
            ids.append(reserve(desk, tx, prepared, "sari", idempotency_key).document.id)
    return ids


def test_two_recoverers_make_each_letter_once(office: Desk) -> None:
    """Two services that find the same six interrupted letters at once make each of them once, with its number."""
    assert isinstance(office.converter, Counting)
    take_numbers(office, 6)
    later = replace(office, now=lambda: office.now() + LATER)
    with ThreadPoolExecutor(2) as services:
        finished = sum(services.map(recover, [later, later]))
    with office.catalogue.read() as tx:
        assert journal.list_pending(tx) == []
        unit = registers.get_office(tx).unit_code
        entries = numbers.list_entries(tx, unit, office.today().year)
        revisions = [documents.list_revisions(tx, entry.document) for entry in entries]
    assert (finished, len(office.converter.files)) == (6, 6)
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert [len(made) for made in revisions] == [1] * 6


def test_what_somebody_is_at_work_on_is_nobody_elses(office: Desk) -> None:
    """A line is claimed while nobody works on it, and not again until its lease runs out or it failed."""
    [id] = take_numbers(office, 1)
    later = replace(office, now=lambda: office.now() + LATER)
    assert claim_line(office, id, is_due) is None  # whoever took the number is at work on it
    held = claim_line(later, id, is_due)
    assert held is not None
    assert (held.document.id, held.pending.owner) == (id, process_name())
    assert claim_line(later, id, is_due) is None
    assert recover(later) == 0


def test_the_line_of_a_dead_process_is_taken_at_once(office: Desk) -> None:
    """A process of this machine that is gone keeps nobody waiting for its lease, even one with the same number, as
    process 1 of a container has."""
    [id] = take_numbers(office, 1)
    dead = process_name().rpartition("-")[0] + "-1"
    with office.catalogue.write() as tx:
        journal.claim(tx, id, dead, office.now() + LATER, lambda _line: True)
    assert recover(office) == 1


def test_who_asks_again_waits_for_who_is_at_work(desk: Desk) -> None:
    """The same request sent again while its letter is in the making waits for it, and is answered with it."""
    counting = Counting(desk.converter, go=threading.Event())
    slow = replace(desk, converter=counting)
    request, idempotency_key = asked(desk), IdempotencyKey("sari", "k", "0" * 64)
    with ThreadPoolExecutor(2) as callers:
        first = callers.submit(issue, slow, request, "sari", idempotency_key)
        assert counting.began.wait(30)
        second = callers.submit(issue, slow, request, "sari", idempotency_key)
        assert counting.go is not None
        counting.go.set()
        assert first.result().id == second.result().id
    assert len(counting.files) == 1


def test_who_asks_is_told_that_somebody_is_at_work(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for a letter that another process does not finish soon is told so, and that nothing is lost."""
    [id] = take_numbers(desk, 1)
    monkeypatch.setattr(desk_journal, "PATIENCE", 0.2)
    with pytest.raises(DocumentPending, match="sedang dikerjakan"):
        finish_document(desk, id)


def test_a_batch_leaves_alone_what_another_machine_makes(desk: Desk) -> None:
    """Letters of a batch that a living process elsewhere works on are left to it; the others are made."""
    theirs, ours = take_numbers(desk, 2)
    with desk.catalogue.write() as tx:
        journal.claim(tx, theirs, "other-host:1:0-1", desk.now() + LATER, lambda _line: True)
    made = make_many(desk, [theirs, ours])
    assert [one.status for one in made] == ["reserved", "issued"]


def test_a_batch_keeps_nobody_from_what_is_promised_of_its_letters(desk: Desk) -> None:
    """A letter of a batch that goes on is issued already, and its voiding waits: whoever does it finds it free."""
    one = issue(desk, asked(desk), "sari")
    with desk.catalogue.write() as tx:
        voiding = journal.Task(change="voided", at=desk.now(), by="sari", reason="Salah isi")
        desk_journal.promise(desk, tx, one.id, voiding, *documents.get_contents(tx, one.id))
        journal.note_failure(tx, one.id, "arsip sedang tidak dapat dihubungi", desk.now())
        before = journal.list_pending(tx)
    assert [document.id for document in make_many(desk, [one.id])] == [one.id]
    with desk.catalogue.read() as tx:
        assert journal.list_pending(tx) == before


def test_who_lost_the_lease_spoils_nothing(desk: Desk) -> None:
    """A process that comes late finds the letter made and voided by another, and neither doubles nor revives it."""
    counting = Counting(desk.converter, go=threading.Event())
    slow, later = replace(desk, converter=counting), replace(desk, now=lambda: desk.now() + LATER)
    with ThreadPoolExecutor(1) as caller:
        late = caller.submit(issue, slow, asked(desk), "sari")
        assert counting.began.wait(30)
        assert recover(later) == 1
        with desk.catalogue.read() as tx:
            [one] = search_documents(tx, Filter())
        held = desk_journal.promise
        with desk.catalogue.write() as tx:
            task = documents.list_revisions(tx, one.id)[0]
            voiding = desk_journal.Task(change="voided", at=desk.now(), by="sari", reason=task.reason)
            held(desk, tx, one.id, voiding, *documents.get_contents(tx, one.id))
        assert counting.go is not None
        counting.go.set()
        assert late.result().id == one.id
    with desk.catalogue.read() as tx:
        assert [line.task.change for line in journal.list_pending(tx)] == ["voided"]
        assert len(documents.list_revisions(tx, one.id)) == 1


def test_a_clock_that_went_back_is_told(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """While it is earlier than when the last letter was numbered, readiness is degraded and the log says why, once;
    letters are issued all the same.
    """
    issue(desk, asked(desk), "sari")
    yesterday = replace(desk, now=lambda: desk.now() - dt.timedelta(days=1))
    app = make_app(yesterday)
    for told in (app.test_client().get("/readyz"), app.test_client().get("/readyz")):
        assert (told.status_code, told.get_json()["status"]) == (200, "degraded")
        assert "Jam layanan mundur" in told.get_json()["clock"]
    recoverer = Recoverer(yesterday)
    recoverer.work()
    recoverer.work()
    told_by = [record.name for record in caplog.records if "padahal naskah terakhir bernomor" in record.getMessage()]
    assert sorted(told_by) == ["docgen.readiness", "docgen.recovery"]
    assert issue(yesterday, asked(desk), "sari").sequence == 2
    assert make_app(desk).test_client().get("/readyz").get_json()["clock"] == "ok"
