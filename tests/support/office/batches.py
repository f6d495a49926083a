"""Batches of the demo office, and what they leave in its register."""

from __future__ import annotations

from typing import Any

from docgen.desk import Desk
from docgen.desk.batches.batch_request import BatchRequest
from docgen.desk.issuing.request import DocumentRequest
from storage.catalogue import registers
from storage.catalogue.numbering import numbers

HANDOVER = ("berita_acara_serah_terima", "penggunaan", 1)


def place_of(desk: Desk, slug: str) -> tuple[str, int]:
    """Return a procedure and step at which this kind is made."""
    sheet = desk.kinds[slug].sheet
    return next(((name, steps[0]) for name, steps in (sheet.steps or sheet.suggested).items()), ("evaluasi", 1))


def batch_of_letters(desk: Desk, *rows: dict[str, Any], **more: Any) -> BatchRequest:
    """Return a batch of Notas Dinas with the kind's example; each of `rows` over it."""
    example = desk.kinds["nota_dinas"].example
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2}
    return BatchRequest.model_validate(
        body | {"rows": [{**row, "data": example | row.get("data", {})} for row in rows]} | more
    )


def register_counts(desk: Desk) -> tuple[int, int]:
    """Return the last number given out this year, and how many are in the register."""
    with desk.catalogue.read() as tx:
        unit, year = registers.get_office(tx).unit_code, desk.today().year
        return numbers.last_sequence(tx, unit, year), len(numbers.list_entries(tx, unit, year))


def letter_request(desk: Desk) -> DocumentRequest:
    """Return a request for a Nota Dinas about two assets."""
    with desk.catalogue.read() as tx:
        nibars = [asset.nibar for asset in registers.search_assets(tx, limit=2)]
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": nibars}
    return DocumentRequest.model_validate({**body, "data": desk.kinds["nota_dinas"].example})
