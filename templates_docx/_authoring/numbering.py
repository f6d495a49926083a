"""Word's own numbering: a paragraph names its list, and the part numbering.xml says how the list counts.

An item put in between is counted by Word and LibreOffice, and all behind it follow. Each list has a definition of its
own, so it begins at one wherever it stands; `docgen.render.word.loops` does the same for lists within loops.
"""

from __future__ import annotations

import re

from templates_docx._authoring.markup import twips

# The levels below one another, each as it is written (usual in official letters: 1. a. 1) a)); a heading's come first.
LEVELS = ("1.", "a.", "1)", "a)")
HEADING_LEVELS = {"A.": ("A.", "1.", "a.", "1)", "a)"), "I.": ("I.", "A.", "1.", "a.", "1)"), "1.": LEVELS}
HANGING = 0.75  # cm: from the number to its text, and from one level to the next
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "I": "upperRoman"}
_REFERENCE = re.compile(r'(<w:numId w:val=)"#([^"]*)"')


def list_of(name: str, form: str = "1.", *, indent: float = HANGING, hanging: float = HANGING) -> str:
    """Return a reference to the list `name` of this template, whose first level is written as `form`.

    The text of the first level stands `indent` cm from the margin, its number `hanging` cm before it. All paragraphs
    with the same reference are one list.
    """
    return f"#{name}|{form}|{indent}|{hanging}|"


def headings_of(name: str, form: str) -> str:
    """Return a reference to a list of headings, whose levels all begin at the margin."""
    return f"#{name}|{form}|{HANGING}|{HANGING}|h"


def with_numbers(body: str) -> tuple[str, str]:
    """Return the body with numbers instead of references, and the definitions they name; "" where there is no list."""
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        return f'{match[1]}"{numbers.setdefault(match[2], len(numbers) + 1)}"'

    body = _REFERENCE.sub(number, body)
    definitions = "".join(_definition(at, reference) for reference, at in numbers.items())
    uses = "".join(f'<w:num w:numId="{at}"><w:abstractNumId w:val="{at}"/></w:num>' for at in numbers.values())
    return body, definitions + uses


def _definition(number: int, reference: str) -> str:
    _, form, indent, hanging, headings = reference.split("|")
    levels = HEADING_LEVELS[form] if headings else LEVELS[LEVELS.index(form) :]
    lines = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{_FORMATS[level[0]]}"/>'
        f'<w:lvlText w:val="%{at + 1}{level[1:]}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{twips(float(indent) + (0 if headings else at * HANGING))}" '
        f'w:hanging="{twips(float(hanging))}"/></w:pPr></w:lvl>'
        for at, level in enumerate(levels)
    )
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="{number:08X}"/>'
        f'<w:multiLevelType w:val="multilevel"/>{lines}</w:abstractNum>'
    )
