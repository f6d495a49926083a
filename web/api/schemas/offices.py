"""What the API answers about the offices of an installation: figures, and nothing that an office holds."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from docgen.offices.addresses import LONGEST_SLUG
from web.api.schemas.answers import Href, Strict


class OfficeRequest(BaseModel):
    """A new office: what it is called, and where it is reached."""

    model_config = ConfigDict(extra="forbid")

    slug: Annotated[str, Field(min_length=1, max_length=LONGEST_SLUG, examples=["kominfo"])]
    host: Annotated[
        str,
        Field(
            max_length=253,
            description="Host name; empty: below the installation's address",
            examples=["kominfo.naskah.example"],
        ),
    ] = ""


class MaintenanceRun(Strict):
    """When a backup or a check ended, and whether well."""

    ended_at: dt.datetime
    is_ok: bool


class OfficeFigures(Strict):
    """How much an office has and how far behind it is."""

    letters_month: int
    letters_year: int
    open_dossiers: int
    late_dossiers: int
    waiting_drafts: int
    unfinished_letters: Annotated[int, Field(description="Letters with a number that are still being made")]
    last_backup: MaintenanceRun | None
    last_verify: MaintenanceRun | None


class HostedOffice(Strict):
    """An office of this installation. `figures` is null while its database cannot be reached."""

    slug: str
    name: str
    url: Href
    created_at: dt.datetime
    retired_at: dt.datetime | None
    figures: OfficeFigures | None
    free_bytes: Annotated[int | None, Field(description="Free bytes of the fullest disk that it writes to here")]


class HostedOffices(Strict):
    """The offices of this installation, by slug."""

    items: list[HostedOffice]


class NewOffice(Strict):
    """A new office; its first administrator chooses a password at `password_link`, which is told this once."""

    slug: str
    url: Href
    account: str
    password_link: Href
    expires_at: dt.datetime
