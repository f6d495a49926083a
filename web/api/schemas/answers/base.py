"""What every answer is made of: addresses, hashes, cursors, and a base that holds what is declared, no more."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Href = Annotated[str, Field(json_schema_extra={"format": "uri"}, description="Absolute address; it does not change")]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="In hex; also the strong ETag of the file")]
Next = Annotated[str | None, Field(description="Pass it as `cursor` for the following page; null on the last one")]


class Strict(BaseModel):
    """Base: an answer holds what is declared, no more."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
