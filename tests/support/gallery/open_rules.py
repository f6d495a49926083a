"""Which rules not every letter of the gallery keeps yet, and the letters that need not keep one, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

# Rules that some letters break: their letters are not asked for them. Empty when all hold.
NOT_YET = frozenset({"annex head", "hanging", "headings", "kept together", "no Rp0,00"})


@dataclass(frozen=True)
class Exempt:
    """A letter that need not keep a rule, and why; without a variant all letters of the kind."""

    rule: str
    kind: str
    variant: str
    reason: str


EXEMPT = (
    Exempt("legible", "sop", "", "Words on the arrows of a flowchart are as small as their boxes leave room for."),
    Exempt("whole words", "disposisi", "long", "A number of 36 signs is wider than the half of a sheet it stands in."),
)


def must_keep(rule: str, kind: str, variant: str) -> bool:
    """Return whether a letter of the gallery must keep a rule."""
    exempt = any(one.rule == rule and one.kind == kind and one.variant in ("", variant) for one in EXEMPT)
    return rule not in NOT_YET and not exempt
