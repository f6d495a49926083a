"""Read who initials a letter before it is signed: the delivered rules from `routes.yaml`, or the office's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from storage.records import Role

DELIVERED = Path(__file__).with_name("routes.yaml")
MOST_TURNS = 12


def _together(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class RouteRule(BaseModel):
    """Who initials the letters this rule is for, in order; what it leaves open fits every letter.

    `kind` is the slug of a kind, `signer` the role that signs, `unit` the code of the unit. `turns` are the roles that
    are asked one turn after the other, those of one turn together.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    kind: Annotated[str, Field(alias="naskah", max_length=64)] = ""
    signer: Annotated[Role | None, Field(alias="penandatangan")] = None
    unit: Annotated[str, Field(max_length=300)] = ""
    turns: Annotated[
        tuple[Annotated[tuple[Role, ...], BeforeValidator(_together)], ...], Field(alias="paraf", max_length=MOST_TURNS)
    ] = ()

    def fits(self, kind: str, signer: str, unit: str) -> bool:
        """Return whether this rule is for letters of this kind, signed by this role, of this unit."""
        return self.kind in ("", kind) and self.signer in (None, signer) and self.unit in ("", unit)


RULES = TypeAdapter(tuple[RouteRule, ...])


@lru_cache(maxsize=1)
def delivered_rules() -> tuple[RouteRule, ...]:
    """Return the rules that docgen comes with."""
    return RULES.validate_python(yaml.safe_load(DELIVERED.read_text(encoding="utf-8")))


def turns_for(rules: Sequence[RouteRule], kind: str, signer: str, unit: str) -> Sequence[Sequence[str]]:
    """Return the roles that initial such a letter by the first rule that fits, turn by turn; () when none fits."""
    return next((rule.turns for rule in rules if rule.fits(kind, signer, unit)), ())
