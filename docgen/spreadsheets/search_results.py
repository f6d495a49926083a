"""Write the results of a search as a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from docgen.spreadsheets.write import plain_xlsx
from storage.records import Document

COLUMNS = (
    *(("Nomor", 42), ("Tanggal", 13), ("Jenis", 30), ("Hal", 60), ("Prosedur", 34), ("Langkah", 9)),
    *(("Keadaan", 20), ("NIBAR", 24), ("Dibuat oleh", 18), ("Tautan", 44)),
)
Named = Callable[[str], str]
Described = Callable[[Document], str]


def results_xlsx(
    documents: Iterable[Document], *, kind: Named, procedure: Named, state: Described, link: Described
) -> bytes:
    """Return a spreadsheet with a row for each document."""
    rows = (
        (
            *(one.number, one.date, kind(one.kind), one.title, procedure(one.procedure), one.step),
            *(state(one), ", ".join(one.assets), one.created_by, link(one)),
        )
        for one in documents
    )
    return plain_xlsx("Naskah", COLUMNS, rows)
