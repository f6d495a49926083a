"""What is asked of a signature: who signs, how, and the secret that only he knows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from docgen.bsre import Secret
from docgen.errors import FieldError, InvalidSubmission
from storage.records import Decision

Method = Literal["paper", "seal", "bsre"]
LONGEST_SECRET = 200


class SecretFields(BaseModel):
    """The passphrase that an official signs with at BSrE, or a one-time code instead of it.

    What is sent in these two fields is not here: it left the request before, as a `docgen.bsre.Secret`.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    passphrase: Annotated[
        SecretStr | None,
        Field(max_length=LONGEST_SECRET, description="The official's passphrase at BSrE; kept nowhere"),
    ] = None
    totp: Annotated[
        SecretStr | None, Field(max_length=LONGEST_SECRET, description="A one-time code of BSrE instead of it")
    ] = None


class SignatureRequest(SecretFields):
    """Who signs, and how; with `bsre` his passphrase, or a one-time code."""

    official: Annotated[
        str, Field(min_length=1, max_length=60, description="Id of the official who signs", examples=["kepala-dinas"])
    ]
    method: Annotated[
        Method,
        Field(
            description="paper: the printed letter is signed by hand; seal: the office's electronic seal is put on; "
            "bsre: the official's electronic signature"
        ),
    ]


class DocumentSignatureRequest(SignatureRequest):
    """The body of `POST /documents/{id}/sign`. Where the SOP asks the official for a decision, the signature is it."""

    decision: Annotated[
        Decision | None,
        Field(description="setuju or terima, as the step asks; left out: what it asks. Others are no signatures"),
    ] = None
    note: Annotated[str, Field(max_length=1000, description="Shown with the decision")] = ""


def require_secret(secret: Secret | None) -> Secret:
    """Return the passphrase or code that an electronic signature needs. Raises InvalidSubmission without one."""
    if secret is None or secret.is_empty:
        raise InvalidSubmission([FieldError("passphrase", "Isi passphrase BSrE penanda tangan.")])
    return secret
