"""Letters before they have a number: written, submitted, initialled, sent back, and signed."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from docgen.desk.drafts import decide, lists, removal, sign, submit, write
from docgen.desk.drafts.access import OpenDraft, class_of_draft, open_draft
from docgen.desk.drafts.events import links_of
from docgen.desk.drafts.requests import DecisionRequest, DraftRequest, SignRequest
from docgen.desk.drafts.write import route_of
from storage.catalogue.drafting import draft_hands
from storage.records import Draft
from web.api.http import preconditions
from web.api.http.auth import asker, limits, may_make
from web.api.http.calls import Answer, call
from web.api.http.idempotency import HEADER, idempotency_of
from web.api.schemas import answers, views
from web.api.schemas.queries import DraftQuery
from web.desk import get_desk
from web.secret_fields import sent_secret

TAG = "Drafts"
_LOCATION = {"Location": "The draft", "ETag": "Its version"}
_ETAG = {"ETag": "Its version"}


class WithdrawRequest(BaseModel):
    """Why a draft is taken back from those who have it in hand."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=1000, examples=["Biaya berubah; diajukan lagi setelah dihitung."])


@call("POST", "/drafts", "Begin a draft", tag=TAG, office_wide=False, action="issue", body=DraftRequest,
      returns={201: answers.Draft}, problems=(409,), answer_headers=_LOCATION, headers=HEADER)  # fmt: skip
def post_draft(body: DraftRequest) -> Answer:
    """Keep a letter without a number. What it still lacks is told when it is submitted. `route` are those who initial
    it before the signer; left out, those of the office's own route for such a letter."""
    may_make(body)
    draft = write.create_draft(get_desk(), asker(), body, idempotency_of(body))
    return _answer(draft, 201, {"Location": links_of(get_desk(), draft)["self"]})


@call("GET", "/drafts", "Drafts", tag=TAG, office_wide=False, action="read", query=DraftQuery,
      returns={200: answers.DraftPage})  # fmt: skip
def list_drafts(query: DraftQuery) -> answers.DraftPage:
    """Drafts the caller wrote, may read, or is asked about as one of its officials, newest first."""
    desk = get_desk()
    with desk.catalogue.read() as tx:
        found = lists.find_drafts(
            desk,
            tx,
            asker(),
            state=query.state or "",
            mine=query.mine,
            cursor=query.cursor,
            limit=query.limit + 1,
        )
        items = [answers.Draft.model_validate(_values(tx, seen)) for seen in found[: query.limit]]
    return answers.DraftPage(items=items, next=items[-1].id if len(found) > query.limit else None)


@call("GET", "/drafts/<id>", "One draft", tag=TAG, office_wide=False, action="read",
      returns={200: answers.DraftRecord}, answer_headers=_ETAG)  # fmt: skip
def get_draft(id: str) -> Answer:
    """A draft with what is written in it. Its author, the readers he named and who acts as an official of its route see
    it; to everybody else it is not there (404)."""
    with get_desk().catalogue.read() as tx:
        seen = open_draft(get_desk(), tx, asker(), id)
        letter = {key: value for key, value in seen.draft.body.items() if key != "dossier_chosen"}
        values = _values(tx, seen) | {"letter": letter, "readers": draft_hands.get_readers(tx, id)}
    return Answer(answers.DraftRecord.model_validate(values), 200, preconditions.etag_of(seen.draft.version))


@call("PUT", "/drafts/<id>", "Change a draft", tag=TAG, office_wide=False, action="endorse", body=DraftRequest,
      returns={200: answers.Draft}, problems=(409, 412, 428), headers=preconditions.HEADER,
      answer_headers=_ETAG)  # fmt: skip
def put_draft(id: str, body: DraftRequest) -> Answer:
    """Set its text: its author's while it is in nobody's hands, else the official's whose turn it is. 428 without
    If-Match; 412 when somebody was quicker: then both texts are kept, and the one that came first counts."""
    version = preconditions.base_version(required=True)
    with get_desk().catalogue.read() as tx:
        open_draft(get_desk(), tx, asker(), id)
    may_make(body)
    return _answer(write.change_draft(get_desk(), asker(), id, body, version))


@call("DELETE", "/drafts/<id>", "Delete a draft", tag=TAG, office_wide=False, action="issue", returns={204: None},
      problems=(409, 412), headers=preconditions.HEADER)  # fmt: skip
def delete_draft(id: str) -> Answer:
    """Delete a draft that is in nobody's hands; its author can bring it back for 30 days."""
    removal.delete_draft(get_desk(), asker(), id, preconditions.base_version())
    return Answer(None, 204)


@call("POST", "/drafts/<id>/submit", "Submit a draft", tag=TAG, office_wide=False, action="issue",
      returns={200: answers.Draft}, problems=(409, 412, 422), headers=preconditions.HEADER,
      answer_headers=_ETAG)  # fmt: skip
def post_submit(id: str) -> Answer:
    """Hand it to the officials of its route; 422 when the letter lacks something. Nothing is numbered. One that came
    back is asked of those again who decided on another text."""
    return _answer(submit.submit(get_desk(), asker(), id, preconditions.base_version()))


@call("POST", "/drafts/<id>/withdraw", "Withdraw a draft", tag=TAG, office_wide=False, action="issue",
      body=WithdrawRequest, returns={200: answers.Draft}, problems=(409, 412), headers=preconditions.HEADER,
      answer_headers=_ETAG)  # fmt: skip
def post_withdraw(id: str, body: WithdrawRequest) -> Answer:
    """Take it back from those who have it in hand, until it is signed; its author may submit it again."""
    return _answer(submit.withdraw(get_desk(), asker(), id, body.reason, preconditions.base_version()))


@call("POST", "/drafts/<id>/decisions", "Decide on a draft", tag=TAG, office_wide=False, action="endorse",
      body=DecisionRequest, returns={200: answers.Draft}, problems=(409, 412), headers=preconditions.HEADER,
      answer_headers=_ETAG)  # fmt: skip
def post_decision(id: str, body: DecisionRequest) -> Answer:
    """Initial it, send it back or refuse it in the name of an official whose turn it is. 403 when it is another's turn
    or the token was not given the official; 422 beside `note` when the reason lacks."""
    return _answer(decide.decide(get_desk(), asker(), id, body, preconditions.base_version()))


@call("POST", "/drafts/<id>/sign", "Sign a draft", tag=TAG, office_wide=False, action="endorse", body=SignRequest,
      returns={201: answers.Document}, problems=(409, 412, 502), headers=preconditions.HEADER,
      answer_headers={"Location": "The document"})  # fmt: skip
def post_sign(id: str, body: SignRequest) -> Answer:
    """Make it a document: number, and for kinds that get it then the date, are taken now. The same call again answers
    the same document. 403 when it is not this official's to sign; 503 with `document` when it is numbered and finished
    later. With `bsre` the number is held until BSrE has signed: 422 when it refuses, and the draft is as before; 503 or
    502 with `document` when it did not answer, or not with this document: then that waits for its signature."""
    desk = get_desk()
    secret = sent_secret("passphrase") or sent_secret("totp")
    document = sign.sign(desk, asker(), id, body, preconditions.base_version(), secret)
    with desk.catalogue.read() as tx:
        answer = views.document(desk, tx, document, limits())
    return Answer(answer, 201, {"Location": views.document_address(desk, document.id)})


def _answer(draft: Draft, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    desk = get_desk()
    with desk.catalogue.read() as tx:
        values = _values(tx, open_draft(desk, tx, asker(), draft.id))
    return Answer(
        answers.Draft.model_validate(values), status, preconditions.etag_of(values["version"]) | (headers or {})
    )


def _values(tx: Connection, seen: OpenDraft) -> dict[str, Any]:
    desk, draft = get_desk(), seen.draft
    plain = {"id", "state", "version", "submitted_at", "updated_at", "reason"}
    entry = {"official", "part", "state", "turn", "at", "note"}
    return draft.model_dump(include=plain) | {
        "kind": str(draft.body.get("kind") or ""),
        "procedure": str(draft.body.get("procedure") or ""),
        "step": draft.body.get("step") or 0,
        "title": lists.title_of(desk, draft),
        "author": draft.user,
        "security": class_of_draft(desk, tx, draft),
        "route": [
            one.model_dump(include=entry) | {"acting": one.acting or None, "version": one.version or None}
            for one in route_of(desk, tx, seen, asker())
        ],
        "links": {"document": None, **links_of(desk, draft)},
    }
