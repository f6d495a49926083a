"""What a sheet says it was made for, so that nobody has to say it again."""

from __future__ import annotations

from docgen.desk.batches.worksheet import SHEET
from docgen.desk.desk import Desk
from docgen.errors import DataFileError
from docgen.foreign import read_grid
from docgen.forms.spreadsheet.headings import TECHNICAL, place_of
from docgen.spreadsheets import LOOKED_AT
from storage.records import OUTSIDE_SOP
from wording import say


def sheet_place(desk: Desk, name: str, data: bytes) -> tuple[str, str, int]:
    """Return kind, procedure and step that a sheet was made for, or the only step that makes its kind.

    Raises DataFileError where a person has to choose, or when the file cannot be read.
    """
    grid = read_grid(name, data, sheet=SHEET, mark=TECHNICAL)
    marks = (cell for _, row in grid.rows[: 2 * LOOKED_AT] for cell in row if cell.startswith(TECHNICAL))
    slug, procedure, step = place_of(next(marks, ""))
    if slug not in desk.kinds:
        raise DataFileError(
            say("{name} tidak menyebut jenis naskahnya. Pilih jenis naskahnya di bawah, lalu periksa.", name=name)
        )
    places = [
        (slug, known.slug, made.number) for known in desk.sop.procedures for made in known.steps if slug in made.outputs
    ]
    kind = desk.kinds[slug]
    if kind.suggested_at(OUTSIDE_SOP, 0):
        places.append((slug, OUTSIDE_SOP, 0))
    is_outside = (procedure, step) == (OUTSIDE_SOP, 0) and kind.usable_at(procedure, step)
    if (slug, procedure, step) in places or is_outside:
        return slug, procedure, step
    if len(places) == 1:
        return places[0]
    raise DataFileError(
        say(
            "{name} untuk {kind}, yang dibuat pada beberapa langkah. Pilih langkahnya di bawah, lalu periksa.",
            name=name,
            kind=desk.kind_title(slug),
        )
    )
