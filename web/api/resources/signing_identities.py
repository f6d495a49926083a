"""By what BSrE knows an official: NIK or mail address, in answers masked."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from docgen.desk.signing.identities import check_identity, remove_identity, set_identity, shown_identity
from docgen.errors import NotFound
from storage.records.signatures import SigningIdentity
from web.api.http.auth import asker, caller
from web.api.http.calls import Answer, call
from web.api.schemas import answers
from web.desk import get_desk


class IdentityRequest(BaseModel):
    """The NIK or the mail address under which BSrE knows an official."""

    model_config = ConfigDict(extra="forbid")

    identity: Annotated[str, Field(max_length=300, examples=["3671014510850003"])]


@call("GET", "/officials/<key:id>/signing-identity", "By what BSrE knows an official", tag="Registers", action="read",
      returns={200: answers.SigningIdentityAnswer})  # fmt: skip
def get_signing_identity(id: str) -> answers.SigningIdentityAnswer:
    """The masked NIK or mail address. 403 unless the caller administers or decides as this official; 404 where nothing
    is entered."""
    record = shown_identity(get_desk(), asker(), id)
    if record is None:
        raise NotFound("Pejabat ini tidak punya NIK atau e-mail untuk BSrE di docgen.")
    return _shown(record)


@call("PUT", "/officials/<key:id>/signing-identity", "Set by what BSrE knows an official", tag="Registers",
      action="administer", body=IdentityRequest, returns={200: answers.SigningIdentityAnswer})  # fmt: skip
def put_signing_identity(id: str, body: IdentityRequest) -> answers.SigningIdentityAnswer:
    """Set a NIK or a mail address, which is stored encrypted. 403 for an official that the token decides as."""
    return _shown(set_identity(get_desk(), id, body.identity, by=caller().name, officials_allowed=caller().officials))


@call("DELETE", "/officials/<key:id>/signing-identity", "Remove by what BSrE knows an official", tag="Registers",
      action="administer", returns={204: None})  # fmt: skip
def delete_signing_identity(id: str) -> Answer:
    """Remove the NIK or mail address: the official cannot sign through BSrE any more."""
    remove_identity(get_desk(), id, by=caller().name, officials_allowed=caller().officials)
    return Answer(None, 204)


@call("POST", "/officials/<key:id>/signing-identity", "Ask BSrE about an official", tag="Registers",
      action="administer", instead="endorse", returns={200: answers.SignerStatusAnswer},
      problems=(409, 502, 503))  # fmt: skip
def post_signing_identity_check(id: str) -> answers.SignerStatusAnswer:
    """Whether BSrE lets the official sign now, and what he has to do where it does not. 403 unless the caller
    administers or decides as this official."""
    status = check_identity(get_desk(), asker(), id)
    return answers.SignerStatusAnswer(code=status.code, may_sign=status.may_sign, message=status.message)


def _shown(record: SigningIdentity) -> answers.SigningIdentityAnswer:
    shown = record.model_dump(include={"official", "sort", "masked", "at", "by"})
    return answers.SigningIdentityAnswer.model_validate(shown)
