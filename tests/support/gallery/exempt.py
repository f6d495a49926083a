"""The letters of the gallery that need not keep a rule, with the reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exempt:
    """A letter that need not keep a rule, and why; without a variant all letters of the kind."""

    rule: str
    kind: str
    variant: str
    reason: str


EXEMPT = (
    Exempt("whole words", "disposisi", "long", "A number of 36 signs is wider than the half of a sheet it stands in."),
)


def must_keep(rule: str, kind: str, variant: str) -> bool:
    """Return whether a letter of the gallery must keep a rule."""
    return not any(one.rule == rule and one.kind == kind and one.variant in ("", variant) for one in EXEMPT)
