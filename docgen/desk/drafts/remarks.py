"""Say something about a place of a draft, answer it, settle it; and note which version a person saw last."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from ulid import ULID

from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.drafts import events
from docgen.desk.drafts.access import open_draft
from docgen.desk.rights import Caller, require
from docgen.errors import Conflict, FieldError, InvalidSubmission
from storage.catalogue.drafting import draft_hands
from storage.records import DraftComment, DraftVersion
from storage.text import clean_text


class CommentRequest(BaseModel):
    """A remark on a draft: beside a field, at a place of a page, as an answer to another, or on all of it."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(max_length=2000)]
    field: Annotated[str, Field(max_length=300)] = ""
    page: Annotated[int, Field(ge=0, le=9999)] = 0
    x: Annotated[float, Field(ge=0, le=1)] = 0.0
    y: Annotated[float, Field(ge=0, le=1)] = 0.0
    answers: Annotated[str, Field(max_length=26)] = ""


def comment(desk: Desk, caller: Caller, id: str, request: CommentRequest) -> DraftComment:
    """Add a remark on a draft as it is now and return it; an answer stands at the place of what it answers.

    Raises InvalidSubmission (it says nothing), Conflict (issued, or refused), RecordMissing, Forbidden (one who only
    reads).
    """
    text = clean_text(request.text).strip()
    if not text:
        raise InvalidSubmission([FieldError("text", "Tulis catatannya.")])
    with desk.catalogue.write() as tx:
        seen = open_draft(desk, tx, caller, id, hold=True, in_signature=True)
        require(caller, "issue", "endorse")
        if seen.draft.state == "issued":
            raise Conflict("Draf ini sudah terbit; catatan tidak dapat ditambahkan lagi.")
        place = draft_hands.get_comment(tx, id, request.answers) if request.answers else request
        remark = DraftComment(
            id=str(ULID()).lower(),
            draft=id,
            version=seen.draft.version,
            by=caller.name,
            at=desk.now(),
            text=text,
            field=place.field,
            page=place.page,
            x=place.x,
            y=place.y,
            answers=request.answers,
        )
        draft_hands.add_comment(tx, remark)
        if seen.draft.submitted_at is not None:
            told = {"comment": remark.id, "field": remark.field}
            events.record(desk, tx, caller.name, Action.DRAFT_COMMENTED, seen.draft, **told)
    return remark


def resolve(desk: Desk, caller: Caller, id: str, comment: str, *, open_again: bool = False) -> DraftComment:
    """Mark a remark as settled, or as open again, and return it. Raises RecordMissing, Forbidden as `comment`."""
    with desk.catalogue.write() as tx:
        seen = open_draft(desk, tx, caller, id, hold=True, in_signature=True)
        require(caller, "issue", "endorse")
        draft_hands.get_comment(tx, id, comment)
        draft_hands.resolve_comment(tx, comment, None if open_again else desk.now(), "" if open_again else caller.name)
        if seen.draft.submitted_at is not None and not open_again:
            events.record(desk, tx, caller.name, Action.DRAFT_COMMENT_RESOLVED, seen.draft, comment=comment)
        return draft_hands.get_comment(tx, id, comment)


def note_seen(desk: Desk, caller: Caller, id: str) -> DraftVersion | None:
    """Note that a person sees a draft as it is now; returns the version he saw before, None when there is none kept.

    Raises RecordMissing.
    """
    with desk.catalogue.write() as tx:
        draft = open_draft(desk, tx, caller, id).draft
        before = draft_hands.get_reading(tx, id, caller.name)
        if before != draft.version:
            draft_hands.put_reading(tx, id, caller.name, draft.version)
        return draft_hands.get_version(tx, id, before) if before else None
