"""The rules each page must keep, as data: a sentence, its source, and the check that finds what breaks it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.support.gallery import flow, line_ends, placement
from tests.support.gallery.reading import Paper, read_paper

Check = Callable[[Paper], Iterable[str]]


@dataclass(frozen=True)
class Rule:
    """A rule of a page: its name, a sentence, its source, and its check."""

    name: str
    sentence: str
    source: str
    check: Check | None = None  # none: found by `findings` with the Word file, or when the letter is made


RULES = (
    Rule("made", "The letter is made, and nothing of it is lost on the way to the PDF.", "the service's promise", None),
    Rule(
        "margins",
        "Text keeps 30 mm at the left, 20 mm at the right and top, 25 mm at the foot.",
        "Permendagri 1/2023 Ps. 34",
        placement.beyond_margins,
    ),
    Rule("paper edge", "Nothing is cut by the edge of the paper.", "printing", placement.clipped),
    Rule("overlap", "No text is printed over other text.", "typesetting", placement.text_on_text),
    Rule("stamps clear", "No text lies under a stamp or the verification band.", "legibility", placement.under_stamp),
    Rule("legible", "Nothing is smaller than 7 points.", "legibility of stamps", placement.too_small),
    Rule(
        "page numbers",
        "Pages from the second on have their number at the top in the middle; an annex counts for itself.",
        "Permendagri 1/2023, page numbers",
        placement.page_numbers,
    ),
    Rule(
        "annex head", "An annex's head stands in the right half.", "Permendagri 1/2023, annexes", placement.annex_heads
    ),
    Rule(
        "annexes",
        "Annexes stand in the order of their numbers.",
        "Permendagri 1/2023, annexes",
        placement.annex_order,
    ),
    Rule("letterhead", "The office's name takes three lines at most.", "Permendagri 1/2023, kop", placement.letterhead),
    Rule("lone lines", "No orphan and no widow line, in cells and list items either.", "typesetting", flow.lone_lines),
    Rule("headings", "A heading or an announcement is not the last on its page.", "typesetting", flow.headings_last),
    Rule("header rows", "A table that goes on repeats its header row.", "ISO 14289-1, tables", flow.header_rows),
    Rule("whole rows", "A row of data is not parted by a page.", "typesetting", flow.split_rows),
    Rule(
        "signature",
        "A signature is whole and has two lines of text above it on its page.",
        "Permendagri 1/2023, signatures",
        flow.signature_pages,
    ),
    Rule(
        "copies", "Copies stand whole, on the page of the signature.", "Permendagri 1/2023, tembusan", flow.copies_page
    ),
    Rule("hanging", "What follows a.n., u.b., Plt. and Plh. hangs behind it.", "Permendagri 1/2023", flow.hanging),
    Rule("whole words", "No word and no number is broken, but at a hyphen.", "PUEBI; typesetting"),
    Rule("kept together", "Dates, Nomor X, number and unit stay on a line.", "typesetting", line_ends.parted),
    Rule("NIP", "An NIP is printed in groups.", "BKN; Permendagri 1/2023", line_ends.ungrouped_nips),
    Rule(
        "no Rp0,00", 'In a table, nothing in rupiah is printed as "-".', "usage in tables", line_ends.nothing_in_rupiah
    ),
    Rule("list ends", 'Items end in ";", the last in ".".', "PUEBI, semicolons in lists", line_ends.list_ends),
    Rule("lone numbers", "A list of one item has no number.", "Permendagri 1/2023", line_ends.lone_numbers),
    Rule("titles", "The last line of a title is not a single word.", "typesetting", line_ends.lone_title_words),
)


OF_ANY_PAGE = ("paper edge", "overlap", "legible")  # rules that are not of letters alone


def findings(pdf: bytes, docx: bytes = b"") -> dict[str, list[str]]:
    """Return what is wrong with a letter, by the name of the rule; `docx` is the Word file it was made from.

    Without it, broken words are not found.
    """
    paper = read_paper(pdf)
    words = line_ends.words_of(word_text(docx) if docx else "")
    found = {rule.name: list(rule.check(paper)) for rule in RULES if rule.check}
    found["whole words"] = list(line_ends.broken_words(paper, words))
    return {name: said for name, said in found.items() if said}


def word_text(docx: bytes) -> str:
    """Return all text of a Word file; paragraphs, breaks and tabs are blanks."""
    with zipfile.ZipFile(io.BytesIO(docx)) as file:
        parts = [
            file.read(name).decode() for name in file.namelist() if re.match(r"word/(document|header|footer)", name)
        ]
    blank = re.sub(r"</w:p>|<w:(?:br|tab|cr)\b[^>]*>", " ", " ".join(parts))
    return html.unescape(re.sub(r"<[^>]+>", "", blank.replace("<w:noBreakHyphen/>", "-")))
