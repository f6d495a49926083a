"""Destroy the documents of dossiers whose retention is over, when an official approved it; each leaves a tombstone.

Order: decide and journal it as tombstones (one transaction) → Berita Acara → a musnah.json where each document was →
remove its objects → strike its revisions. Killed anywhere, `finish_destructions` goes on from the tombstones.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from contextlib import suppress

from pydantic import BaseModel, Field
from sqlalchemy import Connection
from ulid import ULID

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.disposal.retention import STATES, standing_of
from docgen.desk.dossiers.document_state import require
from docgen.desk.revisions.revision_store import link_keys, record_key, tombstone_of
from docgen.desk.secrecy import any_encrypted_in
from docgen.errors import Conflict, FieldError, InvalidSubmission
from docgen.forms.defaults import post
from docgen.indonesian import format_nip, local_date, long_date, weekday
from docgen.render.destruction_act import Act, Destroyed, destruction_pdf
from docgen.sop.actors import valid_on
from storage import media_types
from storage.catalogue import documents, registers, tombstones
from storage.catalogue.dossiers import dossier_documents, get_dossier, hold_dossier
from storage.catalogue.drafting import drafts
from storage.catalogue.signatures import kept_aside
from storage.errors import ObjectExists, RecordMissing, SecrecyUnavailable
from storage.keys import UPLOADS, act_key, upload_key
from storage.records import Document, Official, Revision, StoredFile, Tombstone
from storage.text import json_text, tidy
from wording import say

log = logging.getLogger("docgen.recovery")

FORMAT = "docgen-tombstone/1"
_PHOTO = re.compile(r"\b[0-9a-f]{64}\.(?:jpg|png|pdf)\b")


class DestructionRequest(BaseModel):
    """Which dossiers are destroyed, which official approved it in which letter, and why."""

    dossiers: list[str] = Field(min_length=1, max_length=500)
    official: str
    approval: str
    reason: str


def destroy(desk: Desk, request: DestructionRequest, by: str) -> str:
    """Destroy the documents of dossiers whose retention is over; return the id of the act.

    Raises InvalidSubmission (no official, approval or reason), Conflict (a dossier is not due, or a document is being
    worked on), RecordMissing, StoreUnavailable (decided; it is finished later).
    """
    desk.require_archive()
    approval, reason = tidy(request.approval), tidy(request.reason)
    errors = []
    if not approval:
        errors.append(FieldError("approval", "Tulis nomor dan tanggal surat persetujuan pemusnahan."))
    if not reason:
        errors.append(FieldError("reason", "Tulis alasan pemusnahan; alasan itu tercetak pada Berita Acara."))
    act = str(ULID()).lower()
    with desk.catalogue.write() as tx:
        official = _official(desk, tx, request.official, errors)
        if errors or official is None:
            raise InvalidSubmission(errors)
        status_reason = f"Dimusnahkan {long_date(desk.today_in(tx))}"
        for id in dict.fromkeys(request.dossiers):
            _decide(desk, tx, id, act, official, (approval[:300], reason), by, status_reason)
    finish_destruction(desk, act)
    return act


def finish_destructions(desk: Desk) -> int:
    """Finish every act that was interrupted; return how many. Raises StoreUnavailable."""
    with desk.catalogue.read() as tx:
        acts = tombstones.unfinished_acts(tx)
    count = 0
    for act in acts:
        try:
            finish_destruction(desk, act)
            count += 1
        except SecrecyUnavailable as error:  # which says nothing of other work
            log.warning("Act %s is finished later: %s", act, error)
    return count


def finish_destruction(desk: Desk, act: str) -> None:
    """Write the Berita Acara, leave the tombstones, remove the objects. Raises StoreUnavailable."""
    with desk.catalogue.read() as tx:
        stones = tombstones.list_act(tx, act)
        documents_by_id = {stone.document: documents.get_document(tx, stone.document) for stone in stones}
        pdf = destruction_pdf(_act(tx, stones, documents_by_id))
        secret = any_encrypted_in(tx, list(documents_by_id))
    _put(desk, act_key(act), pdf, media_types.PDF, secret=secret)
    for stone in stones:
        if not stone.done:
            _remove_content(desk, stone, documents_by_id[stone.document], list(documents_by_id))


def _official(desk: Desk, tx: Connection, id: str, errors: list[FieldError]) -> Official | None:
    today = desk.today_in(tx)
    with suppress(RecordMissing):
        official = registers.get_official(tx, id)
        if valid_on(official, today):
            return official
    errors.append(FieldError("official", "Pilih pejabat yang menjabat hari ini dan menyetujui pemusnahan."))
    return None


def _decide(
    desk: Desk,
    tx: Connection,
    id: str,
    act: str,
    official: Official,
    grounds: tuple[str, str],
    by: str,
    status_reason: str,
) -> None:
    dossier = hold_dossier(tx, id)
    entry = standing_of(desk, tx, dossier)
    if entry.standing.state != "usul_musnah" or not entry.documents:
        state = STATES[entry.standing.state] if entry.documents else "sudah kosong"
        raise Conflict(say("Berkas “{title}” tidak dapat dimusnahkan: {state}.", title=dossier.title, state=state))
    approval, reason = grounds
    for document in dossier_documents(tx, id):
        if document.status == "destroyed":
            continue
        require(tx, document, in_force=False, hold=True)
        stone = Tombstone(
            document=document.id,
            act=act,
            at=desk.now(),
            by=by,
            official=official,
            approval=approval,
            reason=reason,
            status=document.status,
            files=_files(documents.list_revisions(tx, document.id)),
        )
        tombstones.add_tombstone(
            tx, stone, f"{status_reason} dengan persetujuan {official.name} ({approval}): {reason}"
        )
    after = {"official": official.name, "approval": approval, "reason": reason, "count": entry.documents}
    audit.record(desk, tx, by, Action.DOSSIER_DESTROYED, id, after=after)


def _files(revisions: Sequence[Revision]) -> list[StoredFile]:
    """Return the files of revisions, each key once."""
    return list({file.key: file for revision in revisions for file in revision.files}.values())


def _act(tx: Connection, stones: Sequence[Tombstone], documents_by_id: dict[str, Document]) -> Act:
    office, first = registers.get_office(tx), stones[0]
    date = local_date(first.at, office.time_zone)
    lines = [
        Destroyed(
            number=documents_by_id[stone.document].number,
            date=long_date(documents_by_id[stone.document].date),
            title=documents_by_id[stone.document].title,
            files=len(stone.files),
            sha256=next((file.sha256 for file in reversed(stone.files) if file.content_type == media_types.PDF), ""),
        )
        for stone in stones
    ]
    return Act(
        office=(office.government, office.name),
        title="Berita Acara Pemusnahan Arsip",
        day=f"{weekday(date)}, {long_date(date)}",
        place=office.place,
        approval=first.approval,
        reason=first.reason.rstrip("."),
        official=first.official.name,
        post=post(first.official),
        nip=format_nip(first.official.nip) if first.official.nip else "",
        documents=lines,
    )


def _remove_content(desk: Desk, stone: Tombstone, document: Document, act: Sequence[str]) -> None:
    """Write the tombstone, remove the objects, and last strike the revisions from the catalogue.

    `act` are the documents of the same act: an upload that a document outside of it uses stays.
    """
    with desk.catalogue.read() as tx:
        dossier = get_dossier(tx, document.dossier)
        revisions = documents.list_revisions(tx, document.id)
        files = _files(revisions)
        sums = {file.sha256 for file in files}
        if revisions:
            submission, _ = documents.get_contents(tx, document.id)
            sums |= {name[:64] for name in _PHOTO.findall(submission.model_dump_json())}
        sums |= {row.file.sha256 for row in kept_aside.of_document(tx, document.id)}
        secret = any_encrypted_in(tx, [document.id])
        unshared = [sha256 for sha256 in sums if not tombstones.is_used_elsewhere(tx, sha256, act)]
    body = {
        "format": FORMAT,
        "document": document.model_copy(update={"revision": 0}).model_dump(mode="json"),
        "tombstone": stone.model_dump(mode="json"),
        "dossier": dossier.model_dump(mode="json"),
    }
    key = tombstone_of(desk.store, document)
    data = json_text(body, indent=1, sort_keys=True).encode()
    _put(desk, key, data, media_types.JSON, secret=secret)
    for file in files:
        if not file.key.startswith(UPLOADS):  # those that no other document uses are removed below
            desk.store.remove(file.key)
    for revision in revisions:
        desk.store.remove(record_key(desk.store, document, revision.number))
    for link in link_keys(desk.store, document):
        desk.store.remove(link)
    for sha256 in unshared:
        for ending in ("jpg", "png", "pdf", "docx"):
            desk.store.remove(upload_key(f"{sha256}.{ending}"))
    with desk.catalogue.write() as tx:
        tombstones.finish_destruction(tx, document.id)
        drafts.forget_document(tx, document.id)


def _put(desk: Desk, key: str, data: bytes, content_type: str, *, secret: bool) -> None:
    with suppress(ObjectExists):  # of an attempt that was interrupted
        desk.store.put(key, data, content_type, secret=secret)
