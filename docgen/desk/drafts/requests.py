"""What is asked of drafts, and the letter that a saved form asks for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.signing.request import SignatureRequest
from docgen.errors import InvalidSubmission
from docgen.messages import field_errors

MOST_ON_ROUTE = 24
MOST_READERS = 50
LONGEST_NOTE = 1000
LABELS = {
    "assets": "Aset",
    "signer": "Penanda tangan",
    "on_behalf_of": "Menandatangani",
    "date": "Tanggal naskah",
    "dossier": "Berkas",
    "replaces": "Naskah yang diganti",
    "security": "Sifat keamanan",
    "numbering": "Nomor dari",
}
_EMPTY: tuple[object, ...] = ("", None, [])
Id = Annotated[str, Field(min_length=1, max_length=60)]


class DraftRequest(DocumentRequest):
    """The body of `POST /drafts`: a letter, and who initials it before it is signed."""

    route: Annotated[
        list[Id] | None,
        Field(
            max_length=MOST_ON_ROUTE,
            description="Ids of the officials who initial it, one after the other, before the signer; the office's own "
            "route when left out",
        ),
    ] = None
    readers: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=300)]] | None,
        Field(max_length=MOST_READERS, description="Names of accounts that may read it, beside those on its route"),
    ] = None

    def body(self) -> dict[str, Any]:
        """Return the letter alone, as a form saves it."""
        return self.model_dump(mode="json", exclude={"route", "readers"}, exclude_none=True)


class DecisionRequest(BaseModel):
    """The body of `POST /drafts/{id}/decisions`: who decides what on a draft, and why."""

    model_config = ConfigDict(extra="forbid")

    official: Annotated[Id, Field(description="Id of the official who decides", examples=["kepala-bidang"])]
    decision: Annotated[
        Literal["paraf", "perbaiki", "tolak"],
        Field(description="paraf initials it, perbaiki sends it back to its author, tolak ends it", examples=["paraf"]),
    ]
    note: Annotated[
        str, Field(max_length=LONGEST_NOTE, description="The reason; must be given with perbaiki and tolak")
    ] = ""


class SignRequest(SignatureRequest):
    """The body of `POST /drafts/{id}/sign`: who signs, and how."""


def request_of(body: dict[str, Any]) -> DocumentRequest:
    """Return the request that a saved form makes. Raises InvalidSubmission."""
    filled = {key: value for key, value in body.items() if value != "" or key in ("kind", "procedure")}
    filled.pop("dossier_chosen", None)
    try:
        return DocumentRequest.model_validate(filled)
    except ValidationError as error:
        raise InvalidSubmission(field_errors(error, LABELS)) from error


def same_text(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether two saved forms ask for the same letter."""
    return _plain(one) == _plain(other)


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != "dossier_chosen" and value not in _EMPTY}
