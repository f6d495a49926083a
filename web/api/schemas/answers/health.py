"""What the API answers about the service itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from web.api.schemas.answers.base import Strict


class Health(Strict):
    """The service runs."""

    status: Literal["ok"]


class Probe(Strict):
    """How a call arrived: from which neighbour, caller, scheme and host, and by which headers of a proxy."""

    neighbour: str
    caller: str
    scheme: str
    host: str
    headers: list[str]
    believed: Annotated[bool, Field(description="Whether that neighbour's headers are believed")]
    now: Annotated[float, Field(description="The service's clock, in seconds since 1970")]
    proof: Annotated[str, Field(description="That whoever answers knows the service's secret key")]


class Readiness(Strict):
    """Whether the service can issue now; each part "ok" or what is wrong with it.

    `degraded`: it can, but the archive's mirror of the catalogue lags, another catalogue writes it, Redis is
    away, or mails wait.
    """

    status: Literal["ok", "degraded", "failed"]
    catalogue: str
    store: str
    converter: str
    disk: str
    clock: str = "ok"
    mirror: str
    redis: Annotated[str, Field(description='"ok", "tidak dipakai" without DOCGEN_REDIS_URL, or what is wrong')] = "ok"
    mail: Annotated[str, Field(description='"ok", "tidak dipakai" without DOCGEN_SMTP_URL, or that mails wait')] = "ok"
    sandbox: str = "ok"
    templates: Annotated[str, Field(description='"ok", or which are switched off; why is in the log')] = "ok"
