"""A draft in the demo office, and the people whose hands it goes through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docgen.bsre import Secret
from docgen.desk import Desk
from docgen.desk.drafts.access import open_draft
from docgen.desk.drafts.decide import decide
from docgen.desk.drafts.requests import DecisionRequest, DraftRequest, SignRequest
from docgen.desk.drafts.sign import sign
from docgen.desk.drafts.submit import submit
from docgen.desk.drafts.write import create_draft
from docgen.desk.rights import Caller
from storage.records import Document, Draft, RouteEntry
from tests.support.callers.roles import caller
from tests.support.office.decisions import ASSET

CLERK = caller("sari")
SECTION = caller("siti", "kepala-seksi")
DIVISION = caller("fauzi", "kepala-bidang")
HEAD = caller("husain", "kepala-dinas")
STRANGER = caller("orang lain", role="operator")


def draft_request(desk: Desk, **more: Any) -> DraftRequest:
    """A Nota Dinas that the Kepala Dinas signs, so that Kepala Seksi and Kepala Bidang initial it."""
    body = {
        "kind": "nota_dinas",
        "procedure": "pemeliharaan",
        "step": 2,
        "assets": [ASSET],
        "signer": "kepala-dinas",
        "data": desk.kinds["nota_dinas"].example,
    }
    return DraftRequest.model_validate(body | more)


def changed(desk: Desk, hal: str, **more: Any) -> DraftRequest:
    """The same letter about something else."""
    return draft_request(desk, data={**desk.kinds["nota_dinas"].example, "hal": hal}, **more)


def begun(desk: Desk, **more: Any) -> Draft:
    """A draft that the clerk has begun."""
    return create_draft(desk, CLERK, draft_request(desk, **more))


def submitted(desk: Desk, **more: Any) -> Draft:
    """A draft that the clerk has submitted."""
    return submit(desk, CLERK, begun(desk, **more).id)


def at_signature(desk: Desk, **more: Any) -> Draft:
    """A draft that waits for the signature of the Kepala Dinas only."""
    return submitted(desk, route=[], **more)


def say_on(desk: Desk, draft: Draft, who: Caller, official: str, decision: str = "paraf", note: str = "") -> Draft:
    """Let somebody decide on a draft."""
    asked = DecisionRequest.model_validate({"official": official, "decision": decision, "note": note})
    return decide(desk, who, draft.id, asked)


def signed(
    desk: Desk, draft: Draft, who: Caller = HEAD, official: str = "kepala-dinas", passphrase: str = "", **more: Any
) -> Document:
    """Let somebody sign a draft on paper, or as told by a method, through BSrE with a passphrase."""
    request = SignRequest.model_validate({"official": official, "method": "paper"} | more)
    return sign(desk, who, draft.id, request, secret=Secret.passphrase(passphrase) if passphrase else None)


def route(desk: Desk, draft: Draft, who: Caller = CLERK) -> Sequence[RouteEntry]:
    """The route of a draft as somebody sees it."""
    with desk.catalogue.read() as tx:
        return open_draft(desk, tx, who, draft.id).route


def states(desk: Desk, draft: Draft) -> list[tuple[str, str]]:
    """Each official of a draft's route with the state of his entry."""
    return [(entry.official, entry.state) for entry in route(desk, draft)]
