"""Submit a draft to those who initial and sign it, and withdraw it from them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.drafts import events
from docgen.desk.drafts.access import OpenDraft, open_draft, require_author, require_version
from docgen.desk.drafts.planning import default_route, number_at
from docgen.desk.drafts.requests import request_of, same_text
from docgen.desk.drafts.route import (
    begin_again,
    in_order,
    keep_decisions,
    may_act,
    state_of,
    turns_of,
    with_signer,
)
from docgen.desk.issuing.prepare import Prepared, prepare
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.rights import Caller
from docgen.errors import ChangedMeanwhile, Conflict, FieldError, InvalidSubmission
from storage.catalogue import registers
from storage.catalogue.drafting import draft_hands, drafts
from storage.records import Draft, RouteEntry
from storage.text import tidy
from wording import say

IN_HANDS = "Draf ini sedang diperiksa. Tunggu keputusannya, atau tarik dahulu drafnya."
REFUSED = "Draf ini sudah ditolak. Buat draf baru."
ISSUED = "Draf ini sudah terbit sebagai naskah. Buat draf baru."


def submit(desk: Desk, caller: Caller, id: str, base_version: int | None = None) -> Draft:
    """Hand a draft to the officials of its route and return it; nothing is numbered.

    A draft that came back begins its route again for whoever returned it, and for all who initialled another text.
    Raises InvalidSubmission (every error of the letter, each beside its field), Forbidden (not its author's),
    Conflict (in hands already, or over), ChangedMeanwhile, RecordMissing.
    """
    with desk.catalogue.read() as tx:
        seen = open_draft(desk, tx, caller, id)
        require_author(seen.draft, caller)
        require_version(seen.draft, base_version)
        require_writable(seen)
        request = letter_of(desk, tx, seen.draft)
    prepared = prepare(desk, request, caller.within)
    with desk.catalogue.write() as tx:
        seen = _still(desk, tx, caller, seen)
        route = _route(desk, tx, caller, seen, prepared)
        _check_present(seen, route)
        now = desk.now()
        draft = drafts.change_draft(
            tx, id, state=state_of(route), title=prepared.title, submitted_at=now, updated_at=now, reason=""
        )
        draft_hands.put_route(tx, id, route)
        draft_hands.put_version(tx, draft, caller.name, now)
        events.record(desk, tx, caller.name, Action.DRAFT_SUBMITTED, draft)
        events.tell(desk, tx, "draft.submitted", draft, route)
    return draft


def planned_turns(desk: Desk, caller: Caller, form: Draft, signer: str) -> list[list[str]]:
    """Return the ids of those who would initial a form, saved or not, turn by turn, if its author submitted it now.

    `signer` is the official who would sign it.
    """
    with desk.catalogue.read() as tx:
        officials = {one.id: one for one in registers.list_officials(tx)}
        seen = OpenDraft(form, draft_hands.get_route(tx, form.id), officials, desk.today_in(tx))
        return turns_of(with_signer(form.id, _chosen_or_usual(desk, tx, caller, seen, signer), signer))


def withdraw(desk: Desk, caller: Caller, id: str, reason: str, base_version: int | None = None) -> Draft:
    """Take a draft back from those who have it in hand, and return it; its author may change and submit it again.

    Raises InvalidSubmission (no reason), Forbidden (not its author's), Conflict (in nobody's hands, or signed),
    ChangedMeanwhile, RecordMissing.
    """
    reason = tidy(reason)
    with desk.catalogue.write() as tx:
        seen = open_draft(desk, tx, caller, id, hold=True)
        require_author(seen.draft, caller)
        require_version(seen.draft, base_version)
        if seen.draft.state not in ("review", "signing", "returned"):
            raise Conflict("Draf ini tidak sedang diperiksa, jadi tidak perlu ditarik.")
        if not reason:
            raise InvalidSubmission([FieldError("reason", "Tulis alasan penarikan.")])
        draft = drafts.change_draft(tx, id, state="withdrawn", reason=reason, updated_at=desk.now())
        events.record(desk, tx, caller.name, Action.DRAFT_WITHDRAWN, draft, reason=reason)
        events.tell(desk, tx, "draft.withdrawn", draft, seen.route)
    return draft


def letter_of(desk: Desk, tx: Connection, draft: Draft) -> DocumentRequest:
    """Return the letter that a draft asks for; its date is left open where it is set when signed.

    Raises InvalidSubmission.
    """
    request = request_of(draft.body)
    if number_at(desk, tx, request.kind) == "signature":
        return request.model_copy(update={"date": None})
    return request


def require_writable(seen: OpenDraft) -> None:
    """Raise Conflict unless a draft's author may write on: it is in nobody's hands, and neither refused nor issued."""
    draft = seen.draft
    if draft.removed_at is not None:
        raise Conflict("Draf ini sudah dihapus. Pulihkan dahulu drafnya.")
    if draft.state in ("review", "signing"):
        raise Conflict(IN_HANDS)
    refused = any(entry.state == "tolak" for entry in seen.route)
    if draft.state == "issued" or refused:
        raise Conflict(REFUSED if refused else ISSUED)


def _still(desk: Desk, tx: Connection, caller: Caller, seen: OpenDraft) -> OpenDraft:
    """Return the draft as it is now, locked. Raises ChangedMeanwhile when it is not the one that was checked."""
    now = open_draft(desk, tx, caller, seen.draft.id, hold=True)
    if (now.draft.version, now.draft.state) != (seen.draft.version, seen.draft.state):
        raise ChangedMeanwhile("Draf ini berubah saat diajukan. Muat ulang, lalu ajukan sekali lagi.")
    return now


def _route(desk: Desk, tx: Connection, caller: Caller, seen: OpenDraft, prepared: Prepared) -> list[RouteEntry]:
    draft, signer = seen.draft, prepared.submission.signer
    route = _chosen_or_usual(desk, tx, caller, seen, signer)
    if draft.submitted_at is not None:
        route = begin_again(route, lambda entry: _is_text_of(tx, draft, entry.version))
    return in_order(with_signer(draft.id, route, signer))


def _chosen_or_usual(desk: Desk, tx: Connection, caller: Caller, seen: OpenDraft, signer: str) -> list[RouteEntry]:
    route = list(seen.route)
    if {entry.official for entry in route if entry.part == "sign"} & {signer, ""}:
        return route
    # nobody chose this route, or it was planned for another signer
    return keep_decisions(default_route(desk, tx, seen.draft, seen.officials, caller.officials), route)


def _is_text_of(tx: Connection, draft: Draft, version: int) -> bool:
    """Return whether a draft says what it said at this version."""
    before = draft_hands.get_version(tx, draft.id, version)
    return before is not None and same_text(before.body, draft.body)


def _check_present(seen: OpenDraft, route: Sequence[RouteEntry]) -> None:
    """Raise InvalidSubmission where nobody can decide today, so that no draft waits for someone who is gone."""
    errors = []
    for index, entry in enumerate(one for one in route if one.part == "paraf" and one.state != "passed"):
        holder = seen.officials.get(entry.official)
        if entry.state == "waiting" and not any(
            may_act(one, holder, entry.official, seen.today) for one in seen.officials.values()
        ):
            name = holder.name if holder else entry.official
            message = say("{name} tidak menjabat hari ini. Ganti dengan pejabat lain dalam jalur.", name=name)
            errors.append(FieldError(f"route[{index}]", message))
    if errors:
        raise InvalidSubmission(errors)
