"""Begin a draft as another system does, and change its text: its author, or the official who has it in hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.drafts import events
from docgen.desk.drafts.access import (
    CHANGED,
    OpenDraft,
    acting_officials,
    is_author,
    open_draft,
    require_author,
    require_version,
)
from docgen.desk.drafts.planning import check_route, default_route, number_at
from docgen.desk.drafts.requests import DraftRequest, same_text
from docgen.desk.drafts.route import chosen, in_order, keep_decisions, whose_turn, with_signer
from docgen.desk.drafts.submit import require_writable
from docgen.desk.drafts.uploads import encrypt_uploads
from docgen.desk.issuing.evidence import check_place
from docgen.desk.issuing.issue import IdempotencyKey
from docgen.desk.issuing.prepare import prepare
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.rights import Caller
from docgen.errors import ChangedMeanwhile, FieldError, Forbidden, InvalidSubmission
from storage.catalogue import registers
from storage.catalogue.access import accounts
from storage.catalogue.drafting import draft_hands, drafts
from storage.records import Draft, RouteEntry
from wording import say

# What only the author chooses.
FIXED = ("kind", "procedure", "step", "signer", "on_behalf_of", "security", "numbering", "classification")


def create_draft(
    desk: Desk, caller: Caller, request: DraftRequest, idempotency_key: IdempotencyKey | None = None
) -> Draft:
    """Begin a draft and return it; its letter may still lack what is asked for when it is submitted.

    Raises InvalidSubmission (no such kind, procedure or step there; unknown officials or readers), RecordConflict (the
    idempotency key was used for something else).
    """
    errors = check_place(desk, request)
    with desk.catalogue.write() as tx:
        known = idempotency_key.find(tx, desk.now()) if idempotency_key else None
        if known is not None:
            return drafts.find_draft(tx, known)
        errors += _check_people(tx, request.route, request.readers)
        if errors:
            raise InvalidSubmission(errors)
        draft = Draft(
            id=str(ULID()).lower(),
            user=caller.name,
            token=caller.token,
            body=request.body(),
            updated_at=desk.now(),
        )
        drafts.put_draft(tx, draft)
        _put_people(tx, draft, _one_by_one(request), request.readers, ())
        if idempotency_key is not None:
            idempotency_key.add(tx, draft.id, desk.now())
    encrypt_uploads(desk, draft)
    return draft


def change_draft(desk: Desk, caller: Caller, id: str, request: DraftRequest, base_version: int | None) -> Draft:
    """Set the text of a draft and return it: its author while it is in nobody's hands, else whoever's turn it is.

    `base_version` is the version that the caller changed, None to overwrite any. A text that comes when somebody was
    quicker is kept beside the version that counts. What an official corrects is checked whole, and leaves the initials
    below him. Raises ChangedMeanwhile, Forbidden (not his turn), Conflict (signed, refused or deleted),
    InvalidSubmission, RecordMissing.
    """
    with desk.catalogue.read() as tx:
        seen = open_draft(desk, tx, caller, id)
        require_pen(seen, caller)
        is_correction = seen.draft.state in ("review", "signing")
        errors = check_place(desk, request) + _check_people(tx, request.route, request.readers)
        when = number_at(desk, tx, request.kind)
    if errors:
        raise InvalidSubmission(errors)
    title = ""
    if is_correction:
        letter = DocumentRequest.model_validate(request.body() | ({"date": None} if when == "signature" else {}))
        _check_correction(seen.draft, request)
        title = prepare(desk, letter, caller.within).title
    with desk.catalogue.write() as tx:
        seen = open_draft(desk, tx, caller, id, hold=True)
        late = base_version is not None and seen.draft.version != base_version
        if late:
            draft_hands.add_late_version(tx, id, seen.draft.version, caller.name, desk.now(), request.body())
        else:
            require_pen(seen, caller)
            draft = _write(desk, tx, caller, seen, request.body(), title)
            if not is_correction:
                _put_people(tx, draft, _one_by_one(request), request.readers, seen.route)
    if late:
        raise ChangedMeanwhile(CHANGED)
    encrypt_uploads(desk, draft)
    return draft


def _write(desk: Desk, tx: Connection, caller: Caller, seen: OpenDraft, body: dict[str, Any], title: str) -> Draft:
    if same_text(body, seen.draft.body):
        return seen.draft
    now, before = desk.now(), seen.draft
    values = {"body": body, "version": before.version + 1, "updated_at": now, "save_id": ""}
    draft = drafts.change_draft(tx, before.id, **values, **({"title": title} if title else {}))
    if draft.submitted_at is not None:
        draft_hands.put_version(tx, draft, caller.name, now)
        events.record(desk, tx, caller.name, Action.DRAFT_CORRECTED, draft)
    return draft


def set_people(
    desk: Desk,
    caller: Caller,
    id: str,
    *,
    route: Sequence[Sequence[str]] | None = None,
    readers: Sequence[str] | None = None,
    base_version: int | None = None,
) -> Draft:
    """Choose the officials who initial a draft before its signer, turn by turn, and who else may read it.

    None leaves them as they are.

    Returns the draft. Raises InvalidSubmission, Forbidden (not its author's), Conflict (in hands, or over),
    ChangedMeanwhile, RecordMissing.
    """
    with desk.catalogue.write() as tx:
        seen = open_draft(desk, tx, caller, id, hold=True)
        require_author(seen.draft, caller)
        require_version(seen.draft, base_version)
        if route is not None:
            require_writable(seen)
        errors = _check_people(tx, None if route is None else [id for turn in route for id in turn], readers)
        if errors:
            raise InvalidSubmission(errors)
        _put_people(tx, seen.draft, route, readers, seen.route)
        return seen.draft


def route_of(desk: Desk, tx: Connection, seen: OpenDraft, caller: Caller) -> Sequence[RouteEntry]:
    """Return the route of a draft, as stored, or as it would be if its author submitted it now."""
    if seen.draft.submitted_at is not None:
        return seen.route
    planned = default_route(desk, tx, seen.draft, seen.officials, caller.officials)
    signer = next((entry.official for entry in planned if entry.part == "sign"), "")
    if not seen.route:
        return planned
    own = [entry for entry in seen.route if entry.official]
    return in_order(with_signer(seen.draft.id, own, signer)) if signer else own


def require_pen(seen: OpenDraft, caller: Caller) -> None:
    """Raise Forbidden or Conflict unless the text of a draft is this caller's to change now."""
    if seen.draft.state in ("review", "signing"):
        acting = acting_officials(caller, seen.officials, seen.today)
        if acting is not None and not acting & {entry.official for entry in whose_turn(seen.route)}:
            if is_author(seen.draft, caller):
                require_writable(seen)
            raise Forbidden("Teks draf ini hanya dapat diperbaiki pejabat yang mendapat giliran.")
        return
    require_author(seen.draft, caller)
    require_writable(seen)


def _check_correction(draft: Draft, request: DraftRequest) -> None:
    body = request.body()
    errors = [
        FieldError(name, "Hanya penulis draf yang dapat menggantinya; kembalikan drafnya dengan alasan.")
        for name in FIXED
        if _given(body, name) != _given(draft.body, name)
    ]
    if errors:
        raise InvalidSubmission(errors)


def _given(body: Mapping[str, Any], name: str) -> Any:
    """Return a value of a letter; "" where nothing was said, while an empty list says something."""
    value = body.get(name)
    return "" if value is None else value


def _check_people(tx: Connection, route: Sequence[str] | None, readers: Sequence[str] | None) -> list[FieldError]:
    """Return what is wrong with the officials and readers that an author names."""
    officials = {one.id: one for one in registers.list_officials(tx)} if route else {}
    errors = check_route(officials, route or ())
    known = {user.name for user in accounts.list_users(tx)} if readers else set()
    for index, name in enumerate(readers or ()):
        if name not in known:
            errors.append(FieldError(f"readers[{index}]", say("Akun {name} tidak ada.", name=repr(name))))
    return errors


def _one_by_one(request: DraftRequest) -> list[list[str]] | None:
    return None if request.route is None else [[id] for id in request.route]


def _put_people(
    tx: Connection,
    draft: Draft,
    route: Sequence[Sequence[str]] | None,
    readers: Sequence[str] | None,
    before: Sequence[RouteEntry],
) -> None:
    if route is not None:
        entries = keep_decisions(chosen(draft.id, route), before)
        draft_hands.put_route(
            tx, draft.id, with_signer(draft.id, entries, "")
        )  # who signs is known when it is submitted
    if readers is not None:
        draft_hands.put_readers(tx, draft.id, readers)
