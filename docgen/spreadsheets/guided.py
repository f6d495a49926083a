"""Write an empty spreadsheet that guides who fills it in: lists to choose from, and a hint at each cell."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docgen.spreadsheets.filled import without_moment
from docgen.spreadsheets.grid import cell_name
from docgen.spreadsheets.text_cell import put_text

LAST_LINE = 5200  # lists and hints go down to here
_REQUIRED, _OPTIONAL = "9C2F1F", "1F4E79"  # colours of a heading


@dataclass(frozen=True)
class GuidedColumn:
    """A column: its heading, the hint at its cells, its width in letters, and the `choices` of its list, if any."""

    heading: str
    hint: str
    width: int = 18
    choices: Sequence[str] = ()
    number: bool = False
    required: bool = False


def guided_xlsx(name: str, columns: Sequence[GuidedColumn]) -> bytes:
    """Return a book of one sheet called `name` as XLSX: the headings, and room below them."""
    from openpyxl import Workbook  # costs 0.1 s of start-up that most starts need not pay
    from openpyxl.styles import Font, PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet: Any = book.active
    sheet.title = name
    sheet.freeze_panes = "A2"
    for at, column in enumerate(columns, start=1):
        letter, heading = cell_name(at - 1), sheet.cell(1, at)
        put_text(heading, column.heading)
        heading.font = Font(bold=True, color="FFFFFF")
        heading.fill = PatternFill("solid", fgColor=_REQUIRED if column.required else _OPTIONAL)
        look = sheet.column_dimensions[letter]
        look.width, look.number_format = column.width, "0" if column.number else "@"  # text: a code keeps its zeros
        rule = DataValidation()
        if column.choices:
            rule = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', showErrorMessage=True)
            rule.errorTitle, rule.error = "Isian tidak cocok", "Pilih dari daftar pada sel ini."
        rule.allow_blank = rule.showInputMessage = True
        rule.promptTitle, rule.prompt = column.heading[:32], column.hint[:255]
        rule.add(f"{letter}2:{letter}{LAST_LINE}")
        sheet.add_data_validation(rule)
    target = io.BytesIO()
    book.save(target)
    return without_moment(target.getvalue())
