"""Read the usual reasons for which a letter is sent back or refused: data, in `reasons.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

DELIVERED = Path(__file__).with_name("reasons.yaml")
_REASONS = TypeAdapter(dict[str, tuple[str, ...]])


@lru_cache(maxsize=1)
def usual_reasons() -> Mapping[str, tuple[str, ...]]:
    """Return the reasons by decision, in the order in which they are offered."""
    return _REASONS.validate_python(yaml.safe_load(DELIVERED.read_text(encoding="utf-8")))


def written_reason(ticked: Sequence[str], text: str) -> str:
    """Return the reason: what was ticked, where no script wrote it into the text, and the text."""
    return "; ".join(part for part in [*ticked, text.strip()] if part)
