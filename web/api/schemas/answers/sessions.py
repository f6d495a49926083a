"""What the API answers about sessions of people."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from storage.records import SignInMethod
from web.api.schemas.answers.base import Strict


class Session(Strict):
    """A browser in which an account is signed in. `id` names it here and opens nothing."""

    id: Annotated[str, Field(examples=["9f86d081884c7d65"])]
    user: Annotated[str, Field(examples=["siti.aminah"])]
    method: Annotated[SignInMethod, Field(description="How its user signed in")]
    origin: Annotated[str, Field(description="Address it was begun from", examples=["10.1.2.3"])]
    browser: Annotated[str, Field(description="What the browser calls itself")]
    created_at: dt.datetime
    seen_at: Annotated[dt.datetime, Field(description="Last use, noted at most every five minutes")]
    current: Annotated[bool, Field(description="Whether it is the session that asks")]


class EndedSessions(Strict):
    """How many sessions were ended."""

    ended: Annotated[int, Field(ge=0, examples=[2])]
