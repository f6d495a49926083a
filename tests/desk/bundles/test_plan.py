"""What stands where in a bundle, before any file is read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from docgen.desk.bundles.plan import pieces_of
from docgen.desk.bundles.request import BundleRequest


@pytest.mark.parametrize(
    ("documents", "order"),
    [
        ([2], [1, (2), 2, 3, 4]),
        ([2, 3], [1, (2), 2, (3), 3, 4]),
        ([3, 2], [1, (3), 3, (2), 2, 4]),  # a letter made again after a later one, in the order of dates
        ([4], [1, 2, 3, (4), 4]),
    ],
)
def test_a_sheet_for_what_lacks_stands_at_its_step(documents: list[int], order: list[int]) -> None:
    """Behind the letters of its step in whatever order they are, so that each step has one separator."""
    items: Any = [SimpleNamespace(document=SimpleNamespace(procedure="p", step=step)) for step in documents]
    steps: Any = [SimpleNamespace(step=SimpleNamespace(number=step), lacks=("nota_dinas",)) for step in range(1, 5)]
    request = BundleRequest(dossier="b", separators=True)
    pieces = pieces_of(request, items, steps, {})
    assert [piece.place[1] for piece in pieces if piece.sort != "separator"] == order
    assert [piece.place[1] for piece in pieces if piece.sort == "separator"] == list(dict.fromkeys(order))
