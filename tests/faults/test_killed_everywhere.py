"""kill -9 at every step of every use-case: the next start finishes what was decided, and nothing else is there.

A step is a write to the object store or a commit, before and after it. On servers every third step is tried, and every
one with DOCGEN_TEST_FAULTS=1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.seal import seal
from docgen.desk.decisions.void import void
from docgen.desk.dossiers.dossiers import close
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.signature_jobs.result import SignatureResult
from docgen.libreoffice import Converter
from storage.catalogue import documents, dossiers, idempotency, kind_versions, registers
from storage.catalogue.drafting import draft_hands, drafts
from storage.catalogue.jobs import list_jobs
from storage.catalogue.signatures import awaited
from storage.records import Document
from tests.faults.office import FaultyOffice, faulty_office
from tests.servers.minio import S3Server
from tests.support.files.pdfs import pdf
from tests.support.machine.long_run import LONG
from tests.support.office.drafts import at_signature
from tests.support.office.electronic import NIKS, PASSPHRASE, register, signer_of
from tests.support.office.own_kinds import SLUG, heading_of

pytestmark = pytest.mark.office

MOST_STEPS = 300


@pytest.fixture
def embedded(tmp_path: Path, converter: Converter) -> Iterator[FaultyOffice]:
    """An office on a folder and SQLite: one for each case, because its whole archive is checked after each kill."""
    with faulty_office(tmp_path, converter, {}) as office:
        yield office


@pytest.fixture
def on_servers(
    tmp_path: Path, converter: Converter, postgres_url: str, s3_url: str, minio: S3Server
) -> Iterator[FaultyOffice]:
    """An office on MinIO and PostgreSQL."""
    env = {
        "DOCGEN_DATABASE_URL": postgres_url,
        "DOCGEN_STORE_URL": s3_url,
        "DOCGEN_S3_ACCESS_KEY": minio.access_key,
        "DOCGEN_S3_SECRET_KEY": minio.secret_key,
    }
    with faulty_office(tmp_path, converter, env) as office:
        yield office


@dataclass(frozen=True)
class Case:
    """A use-case: what it is asked with, whether its effect is there, and after which commit it must be.

    `prepare` makes what it works on and returns its arguments; `done` tells from these whether it was done.
    """

    name: str
    prepare: Callable[[FaultyOffice], dict[str, Any]]
    done: Callable[[FaultyOffice, dict[str, Any]], bool]
    years: int = 0
    commits: int = 1  # with which it is decided


def letter(office: FaultyOffice, kind: str = "nota_dinas", procedure: str = "pemeliharaan", step: int = 2) -> Document:
    """A letter that was issued."""
    desk = office.desk
    body = {"kind": kind, "procedure": procedure, "step": step, "data": desk.kinds[kind].example}
    assets = office.nibars() if desk.kinds[kind].needs_assets != "none" else []
    return issue(desk, DocumentRequest.model_validate({**body, "assets": assets}), "sari")


def _sealed(office: FaultyOffice) -> Document:
    return seal(office.desk, letter(office).id, "sari")


def now(office: FaultyOffice, id: str) -> Document:
    with office.desk.catalogue.read() as tx:
        return documents.get_document(tx, id)


def revised(change: str, *earlier: str) -> Callable[[FaultyOffice, dict[str, Any]], bool]:
    """Whether the document has one revision by this change. Asserts that it has no more than one."""

    def done(office: FaultyOffice, arguments: dict[str, Any]) -> bool:
        with office.desk.catalogue.read() as tx:
            made = [one.change for one in documents.list_revisions(tx, arguments["document"])]
        assert made in (["issued", *earlier], ["issued", *earlier, change])
        return made[-1] == change

    return done


def _to_issue(office: FaultyOffice) -> dict[str, Any]:
    example = office.desk.kinds["nota_dinas"].example
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": office.nibars(), "data": example}
    return {"body": body, "key": f"kunci-{office.last_number()}"}


def _is_issued(office: FaultyOffice, arguments: dict[str, Any]) -> bool:
    with office.desk.catalogue.read() as tx:
        return idempotency.find(tx, "sistem", arguments["key"], arguments["key"]) is not None


def _to_batch(office: FaultyOffice) -> dict[str, Any]:
    example = office.desk.kinds["nota_dinas"].example
    rows = [{"assets": office.nibars(1), "data": {**example, "hal": f"Perbaikan {row}"}} for row in range(3)]
    batch = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "rows": rows}
    return {"batch": batch, "key": str(office.last_number())}


def _is_batched(office: FaultyOffice, arguments: dict[str, Any]) -> bool:
    more = office.last_number() - int(arguments["key"])
    assert more in (0, 3)
    return more == 3


def _to_destroy(office: FaultyOffice) -> dict[str, Any]:
    document = letter(office)
    attach(office.desk, document.id, pdf("tanda tangan"), "salinan.pdf", "sari")
    void(office.desk, document.id, "Salah tujuan", "sari")
    close(office.desk, document.dossier, "sari", "Selesai")
    return {"dossier": document.dossier}


def _is_destroyed(office: FaultyOffice, arguments: dict[str, Any]) -> bool:
    with office.desk.catalogue.read() as tx:
        [document] = dossiers.dossier_documents(tx, arguments["dossier"])
        left = documents.list_revisions(tx, document.id)
    gone = document.status == "destroyed"
    assert (left == []) == gone
    folder = {key.rpartition("/")[2] for key in list(office.desk.store.keys()) if f"/{document.id}/" in key}
    assert (folder == {"musnah.json"}) == gone
    return gone


def _to_sign(office: FaultyOffice) -> dict[str, Any]:
    return {"draft": at_signature(office.desk).id}


def _draft_to_sign_electronically(office: FaultyOffice) -> dict[str, Any]:
    draft = _to_sign(office)
    if not office.bsre.people:
        with office.desk.catalogue.read() as tx:
            head = registers.get_official(tx, "kepala-dinas")
        register(office.desk, office.bsre, head, NIKS[0])
    return draft


def _to_sign_electronically(office: FaultyOffice) -> dict[str, Any]:
    document = letter(office)
    signer = signer_of(office.desk, document)
    if not office.bsre.people:
        register(office.desk, office.bsre, signer, NIKS[0])
    return {"document": document.id, "official": signer.id, "calls": office.bsre.count(PASSPHRASE)}


def _is_signed_or_waits(office: FaultyOffice, arguments: dict[str, Any]) -> bool:
    """Whether the letter is signed. Asserts that it waits if not, where BSrE was asked, and that it was asked once."""
    done = revised("signed")(office, arguments)
    calls = office.bsre.count(PASSPHRASE) - arguments["calls"]
    with office.desk.catalogue.read() as tx:
        waits = arguments["document"] in awaited.find(tx, [arguments["document"]])
    assert calls in (0, 1)
    assert waits >= (calls == 1 and not done)
    assert not (waits and done)
    return done


def has_signed(*changes: str) -> Callable[[FaultyOffice, dict[str, Any]], bool]:
    """Whether a draft became a document by these changes. Asserts that it is signed whole or not at all."""

    def done(office: FaultyOffice, arguments: dict[str, Any]) -> bool:
        with office.desk.catalogue.read() as tx:
            draft = drafts.find_draft(tx, arguments["draft"])
            entries = draft_hands.get_route(tx, draft.id)
            assert [one.state for one in entries] == (["signed"] if draft.document else ["waiting"])
            assert draft.state == ("issued" if draft.document else "signing")
            if not draft.document:
                return False
            assert [one.change for one in documents.list_revisions(tx, draft.document)] == list(changes)
            marks = documents.get_contents(tx, draft.document)[0].route
        assert [one.official for one in marks] == ["kepala-dinas"]
        return True

    return done


def _is_closed(office: FaultyOffice, arguments: dict[str, Any]) -> bool:
    with office.desk.catalogue.read() as tx:
        return dossiers.get_dossier(tx, arguments["dossier"]).closed_at is not None


def _to_publish(office: FaultyOffice) -> dict[str, Any]:
    with office.desk.catalogue.read() as tx:
        count = len(kind_versions.list_versions(tx, SLUG))
        return {"heading": f"NOTA {count}", "publications": len(kind_versions.list_publications(tx, SLUG))}


def _is_published(office: FaultyOffice, arguments: dict[str, Any]) -> bool:
    """Whether the version is in force. Asserts that a letter has the heading of what is in force, whatever happened."""
    office.desk.kind_register.refresh()
    with office.desk.catalogue.read() as tx:
        more = len(kind_versions.list_publications(tx, SLUG)) - arguments["publications"]
    assert more in (0, 1)
    is_headed = heading_of(office.desk, letter(office)) == arguments["heading"]
    assert is_headed == (more == 1)
    return is_headed


CASES = [
    Case("issue", _to_issue, _is_issued),
    Case(
        "endorse",
        lambda office: {"document": letter(office, "rencana_kebutuhan", "perencanaan", 1).id},
        revised("endorsed"),
    ),
    Case("void", lambda office: {"document": letter(office).id}, revised("voided")),
    Case("attach", lambda office: {"document": letter(office).id}, revised("attached")),
    Case("seal", lambda office: {"document": letter(office).id}, revised("sealed")),
    Case("renew", lambda office: {"document": _sealed(office).id}, revised("renewed", "sealed")),
    Case("sign", _to_sign, has_signed("issued")),
    Case("sign electronically", _to_sign_electronically, _is_signed_or_waits, commits=2),
    # The first commit holds the number, which nobody sees in the register.
    Case("sign draft electronically", _draft_to_sign_electronically, has_signed("issued", "signed"), commits=2),
    Case("sign with seal", _to_sign, has_signed("issued", "sealed")),
    Case("close", lambda office: {"dossier": letter(office).dossier}, _is_closed),
    Case("batch", _to_batch, _is_batched),
    Case("destroy", _to_destroy, _is_destroyed, years=8),
    Case("publish", _to_publish, _is_published, commits=3),  # after the draft is kept, and tried
]
ON_SERVERS = [case for case in CASES if case.name in ("issue", "endorse", "batch", "sign", "sign draft electronically")]


def kill_at_every_step(office: FaultyOffice, case: Case, every: int = 1) -> list[str]:
    """Do it again and again, killed `every` steps later each time, until it comes to its end; returns its steps."""
    for step in range(1, MOST_STEPS, every):
        arguments = case.prepare(office)
        ended = office.run(case.name, step, **arguments)
        again = office.run("start again", years=case.years)
        assert again.code == 0
        office.check()
        assert case.done(office, arguments) == (ended.commits >= case.commits), ended.steps
        if not ended.killed:
            assert ended.code == 0
            return ended.steps
    raise AssertionError(f"{case.name} does not end")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_killed_at_every_step(embedded: FaultyOffice, case: Case) -> None:
    """What was decided is done once after the next start, what was not has left no trace; on folder and SQLite."""
    steps = kill_at_every_step(embedded, case)
    assert "committed" in steps


@pytest.mark.s3
@pytest.mark.postgres
@pytest.mark.parametrize("case", ON_SERVERS, ids=lambda case: case.name)
def test_killed_at_every_step_on_servers(on_servers: FaultyOffice, case: Case) -> None:
    """The same on MinIO and PostgreSQL."""
    kill_at_every_step(on_servers, case, 1 if LONG else 3)


def test_a_job_that_signs_many_is_killed_at_every_third_step(embedded: FaultyOffice) -> None:
    """Each letter is signed, waits, or is as it was; none is numbered twice or lost, and the job says how it stands."""
    for step in range(1, MOST_STEPS, 3):
        letters = [_draft_to_sign_electronically(embedded)["draft"], _letter_of_head(embedded).id]
        killed = embedded.run("sign many", step, letters=letters).killed
        assert embedded.run("start again").code == 0
        embedded.check()
        with embedded.desk.catalogue.read() as tx:
            newest = list_jobs(tx, "signature", 1)
            ids = [drafts.find_draft(tx, letters[0]).document, letters[1]]
            changes = {id: [revision.change for revision in documents.list_revisions(tx, id)] for id in ids if id}
            waiting = awaited.find(tx, list(changes))
        assert all(changes_of_letter in (["issued"], ["issued", "signed"]) for changes_of_letter in changes.values())
        assert all(changes_of_letter[-1] == "issued" for id, changes_of_letter in changes.items() if id in waiting)
        statuses = [line.status for job in newest for line in SignatureResult.model_validate(job.result).letters]
        if statuses and step > 1 and newest[0].request["documents"] == letters:
            signed = [changes.get(id, ["issued"])[-1] == "signed" for id in ids]
            assert [status == "signed" for status in statuses] == signed
        if not killed:
            assert statuses == ["signed", "signed"]
            return
    raise AssertionError("the job does not end")


def _letter_of_head(office: FaultyOffice) -> Document:
    """An issued letter that the head signs."""
    desk = office.desk
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": office.nibars()}
    more = {"data": desk.kinds["nota_dinas"].example, "signer": "kepala-dinas"}
    return issue(desk, DocumentRequest.model_validate(body | more), "sari")
