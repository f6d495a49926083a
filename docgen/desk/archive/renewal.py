"""Renew the signatures of letters, so that they can be proven when their certificates have ended (PAdES B-LTA).

A renewal is a revision of its own, promised and carried out as every change is. One letter that cannot be renewed
stays as it was, and stops no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.revisions.journal import carry_out, promise
from docgen.desk.revisions.signature_proof import inspect_proof, signature_proof
from docgen.errors import Conflict, DocgenError, SignatureError, TimestampUnavailable
from docgen.indonesian import local_date
from docgen.signer import has_signatures
from storage.catalogue import documents
from storage.catalogue.signatures import proofs as signature_proofs
from storage.catalogue.signatures.proofs import SignatureProof
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.errors import RecordMissing, StorageError, StoreUnavailable
from storage.progress import Progress, no_progress
from storage.records import Document, Task
from wording import say

WITHIN = dt.timedelta(days=365)
PAUSE = dt.timedelta(days=30)  # from a renewal that failed to the next that nobody asks for
RENEWED = "Keabsahan tanda tangan diperpanjang"

Outcome = Literal["renewed", "due", "failed"]

_NOT_SET = (
    "Perpanjangan memerlukan server stempel waktu dan CA yang dipercaya. Administrator mengisi DOCGEN_TIMESTAMP_URL "
    "dan DOCGEN_TRUST."
)
_UNSIGNED = "PDF naskah {number} tidak bertanda tangan elektronik, jadi tidak ada yang diperpanjang."


@dataclass(frozen=True)
class RenewalResult:
    """What became of a letter; `level` and `until` are those it has now, `message` says why it failed."""

    document: str
    number: str
    outcome: Outcome
    level: str
    until: dt.datetime | None
    message: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain data, for programs."""
        until = self.until.isoformat() if self.until else None
        return {**vars(self), "until": until, "message": str(self.message)}

    def line(self, zone: str) -> str:
        """Return a line for whoever runs it, with the day as it is in the office's time zone."""
        until = f" sampai {local_date(self.until, zone).isoformat()}" if self.until else ""
        words = {"renewed": "diperpanjang", "due": "perlu diperpanjang", "failed": "gagal"}[self.outcome]
        return f"{words} {self.number} ({self.level}{until})" + (f": {self.message}" if self.message else "")


@dataclass
class RenewalReport:
    """The letters that needed a renewal, in the order in which their proof ends; `is_cut` where not all were tried."""

    results: list[RenewalResult] = field(default_factory=list)
    is_cut: bool = False

    def count(self, outcome: Outcome) -> int:
        """Return how many letters ended so."""
        return sum(result.outcome == outcome for result in self.results)

    def summary(self) -> str:
        """Return the last line for whoever runs it."""
        counts = f"{self.count('renewed')} naskah diperpanjang, {self.count('failed')} gagal"
        due = f", {self.count('due')} perlu diperpanjang" if self.count("due") else ""
        return f"{counts}{due}." + (" Sisanya belum dicoba; ulangi nanti." if self.is_cut else "")


def require_renewals(desk: Desk, *, dry_run: bool = False) -> None:
    """Raise Conflict unless signatures can be renewed here, ArchiveReadOnly in a drill; a dry run writes nothing."""
    if not desk.signing.can_renew:
        raise Conflict(_NOT_SET)
    if not dry_run:
        desk.require_archive()


def renew_letter(desk: Desk, id: str, by: str, within: Limits = NO_LIMITS) -> Document:
    """Renew the signatures of a letter's PDF and return the letter with its new revision.

    What cannot be renewed stays as it was. `within` limits which other documents an error may name.

    Raises Conflict (not set up, unsigned, not in force, in work), SignatureError, DocumentPending, RecordMissing,
    StorageError.
    """
    require_renewals(desk)
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        require(tx, document, within=within)
        revision = documents.get_revision(tx, id, document.revision)
    if not has_signatures(desk.store.get(revision.pdf.key)):
        raise Conflict(say(_UNSIGNED, number=document.number))
    with desk.catalogue.write() as tx:
        document = documents.hold_document(tx, id)
        require(tx, document, within=within, hold=True)
        task = Task(change="renewed", at=desk.now(), by=by, reason=RENEWED)
        claimed_line = promise(desk, tx, id, task, *documents.get_contents(tx, id))
        audit.record(desk, tx, by, Action.DOCUMENT_RENEWED, id, after={"number": document.number})
    try:
        document = carry_out(desk, claimed_line)
    except SignatureError as error:
        with desk.catalogue.write() as tx:
            signature_proofs.note_problem(tx, id, str(error), desk.now())
        raise
    inspect_proof(desk, document)
    return document


def renew_document(desk: Desk, id: str, by: str, *, dry_run: bool = False) -> RenewalReport:
    """Renew one letter, whether it needs it or not, and report on it. Raises Conflict, RecordMissing, StorageError."""
    require_renewals(desk, dry_run=dry_run)
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
    proof = signature_proof(desk, document)
    try:
        return RenewalReport([_renew(desk, proof, by, dry_run=dry_run)])
    except TimestampUnavailable as error:
        return RenewalReport([_result(desk, proof, "failed", str(error))])


def renew_letters(
    desk: Desk,
    by: str,
    *,
    within: dt.timedelta = WITHIN,
    by_itself: bool = False,
    dry_run: bool = False,
    progress: Progress = no_progress,
    is_stopping: Callable[[], bool] = lambda: False,
) -> RenewalReport:
    """Renew every letter in force that was never renewed or whose proof ends within a time.

    `by_itself`, as nobody asks for it at night: only what ends, and not again soon what could not be renewed. `dry_run`
    changes nothing; `is_stopping` is asked before each letter. A timestamp server that does not answer ends the run.

    Raises Conflict (not set up), StoreUnavailable.
    """
    require_renewals(desk, dry_run=dry_run)
    _look(desk, again=not by_itself, is_stopping=is_stopping)
    now, report = desk.now(), RenewalReport()
    with desk.catalogue.read() as tx:
        proofs = signature_proofs.ending(tx, now + within, below_lta=not by_itself)
    due = [proof for proof in proofs if _is_due(proof, now, by_itself=by_itself)]
    for index, proof in enumerate(due):
        progress(index, len(due))
        if is_stopping():
            report.is_cut = True
            return report
        try:
            report.results.append(_renew(desk, proof, by, dry_run=dry_run))
        except TimestampUnavailable as error:
            report.results.append(_result(desk, proof, "failed", str(error)))
            report.is_cut = index + 1 < len(due)
            break
    progress(len(due), len(due))
    return report


def _renew(desk: Desk, proof: SignatureProof, by: str, *, dry_run: bool) -> RenewalResult:
    if proof.problem and not proof.level:
        return _result(desk, proof, "failed", proof.problem)
    if dry_run:
        return _result(desk, proof, "due")
    try:
        document = renew_letter(desk, proof.document, by)
        return _result(desk, signature_proof(desk, document), "renewed")
    except (StoreUnavailable, TimestampUnavailable):
        raise
    except (DocgenError, StorageError) as error:
        return _result(desk, proof, "failed", str(error))


def _result(desk: Desk, proof: SignatureProof, outcome: Outcome, message: str = "") -> RenewalResult:
    with desk.catalogue.read() as tx:
        number = documents.get_document(tx, proof.document).number
    return RenewalResult(proof.document, number, outcome, proof.level, proof.until, message)


def _is_due(proof: SignatureProof, now: dt.datetime, *, by_itself: bool) -> bool:
    """Return whether a letter whose proof ends soon, or that was never renewed, is to be renewed now.

    Where a timestamp server's certificate itself ends soon, a renewal waits until half of the time is over that the
    last one gained; otherwise every run would add one.
    """
    if by_itself and proof.tried_at is not None and now < proof.tried_at + PAUSE:
        return False
    if proof.level != "B-LTA" and not by_itself:
        return True
    if proof.until is None or proof.stamped_at is None or proof.until <= proof.stamped_at:
        return False
    return proof.until - now <= (proof.until - proof.stamped_at) / 2


def _look(desk: Desk, *, again: bool, is_stopping: Callable[[], bool]) -> None:
    """Inspect the signed letters that nobody looked at since they changed; `again` those without a valid signature."""
    after = ""
    while not is_stopping():
        with desk.catalogue.read() as tx:
            ids: Sequence[str] = signature_proofs.unknown(tx, after, again=again)
        if not ids:
            return
        for id in ids:
            try:
                with desk.catalogue.read() as tx:
                    document = documents.get_document(tx, id)
                inspect_proof(desk, document)
            except StoreUnavailable:
                raise
            except (StorageError, RecordMissing):  # its key is away, say: it is looked at the next time
                continue
        after = ids[-1]
