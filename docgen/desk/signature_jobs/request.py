"""Begin a job that signs many letters with one passphrase, which stays in the memory of this process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection

from docgen.bsre import Secret
from docgen.desk.background.jobs import Jobs
from docgen.desk.desk import Desk
from docgen.desk.drafts.access import open_draft
from docgen.desk.rights import EVERYONE, Caller, may, require
from docgen.desk.signing.ask import require_ready
from docgen.desk.signing.identities import require_identity
from docgen.desk.signing.request import SecretFields, require_secret
from docgen.errors import FieldError, InvalidSubmission
from storage.catalogue import documents, registers
from storage.errors import RecordMissing
from storage.records import Job, Official
from wording import say

KIND = "signature"
MOST_LETTERS = 200
Id = Annotated[str, Field(min_length=1, max_length=60)]


class SignaturesRequest(SecretFields):
    """The body of `POST /signatures`: which letters an official signs with one passphrase."""

    documents: Annotated[
        list[Id],
        Field(min_length=1, max_length=MOST_LETTERS, description="Ids of issued documents, and of drafts in his turn"),
    ]
    official: Annotated[Id, Field(description="Id of the official who signs", examples=["kepala-dinas"])]

    def to_json(self) -> dict[str, object]:
        """Return what the job keeps: no secret is in it."""
        return self.model_dump(mode="json", include={"documents", "official"})


@dataclass(frozen=True)
class SigningOrder:
    """Who signs, as the one process knows it that was asked: with his passphrase or one-time code."""

    caller: Caller
    secret: Secret = field(repr=False)

    def wipe(self) -> None:
        """Overwrite the secret."""
        self.secret.wipe()


def begin_signatures(desk: Desk, jobs: Jobs, caller: Caller, request: SignaturesRequest, secret: Secret | None) -> Job:
    """Begin to sign letters, and return the job. The secret is wiped when it is over, or here where it is not begun.

    Raises InvalidSubmission (no secret, no such letter or official, an official that is not the caller's), Forbidden
    (no permission), Conflict (BSrE is not set up, or does not know the official), StoreUnavailable.
    """
    secret = require_secret(secret)
    try:
        require(caller, "endorse")
        require_ready(desk)
        with desk.catalogue.read() as tx:
            official, errors = _official(tx, caller, request.official)
            errors += _unknown(desk, tx, caller, request.documents)
            if errors or official is None:
                raise InvalidSubmission(errors)
            require_identity(desk, tx, official)
        order = SigningOrder(caller, secret)
        return jobs.begin(
            KIND,
            request.to_json(),
            caller.name,
            lambda job: desk.job_memory.put(job.id, order),
            token=caller.token,
        )
    except BaseException:
        secret.wipe()
        raise


def _official(tx: Connection, caller: Caller, id: str) -> tuple[Official | None, list[FieldError]]:
    try:
        official = registers.get_official(tx, id)
    except RecordMissing as error:
        return None, [FieldError("official", str(error))]
    if EVERYONE in caller.officials or official.id in caller.officials:
        return official, []
    message = say("Anda tidak berwenang menandatangani atas nama {name}.", name=official.name)
    return None, [FieldError("official", message)]


def _unknown(desk: Desk, tx: Connection, caller: Caller, ids: list[str]) -> list[FieldError]:
    """Return an error for each id that is neither a draft nor a document that the caller may know of."""
    known = documents.get_documents(tx, ids)
    errors = []
    for index, id in enumerate(ids):
        if id in known and may(caller, "read", tx, id):
            continue
        try:
            open_draft(desk, tx, caller, id)
        except RecordMissing:
            errors.append(FieldError(f"documents[{index}]", say("Naskah {id} tidak ada.", id=repr(id))))
    return errors
