"""Requests for letters of the demo office, and what its register and archive hold afterwards."""

from __future__ import annotations

from typing import Any

from docgen.desk import Desk
from docgen.desk.issuing.request import DocumentRequest
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import documents, registers
from storage.catalogue.numbering import numbers
from storage.records import Document, RegisterEntry

KINDS = {"nota_dinas": ("pemeliharaan", 2), "berita_acara_serah_terima": ("penggunaan", 1)}


def request(desk: Desk, kind: str = "nota_dinas", **changes: Any) -> DocumentRequest:
    """The kind's own example for the first demo asset."""
    procedure, step = KINDS[kind]
    with desk.catalogue.read() as tx:
        [asset] = registers.search_assets(tx, limit=1)
    values = {
        "kind": kind,
        "procedure": procedure,
        "step": step,
        "assets": [asset.nibar],
        "data": desk.kinds[kind].example,
    }
    return DocumentRequest.model_validate(values | changes)


def register(desk: Desk) -> list[RegisterEntry]:
    """This year's register."""
    with desk.catalogue.read() as tx:
        unit = registers.get_office(tx).unit_code
        return numbers.list_entries(tx, unit, desk.today().year)


def archived_text(desk: Desk, document: Document) -> str:
    """All text of the archived PDF."""
    with desk.catalogue.read() as tx:
        key = documents.get_revision(tx, document.id, document.revision).pdf.key
    return "\n".join(page_text(desk.store.get(key)))
