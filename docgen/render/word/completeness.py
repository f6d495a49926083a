"""Check that a PDF shows all text of its Word file. LibreOffice leaves out what its layout finds no room for.

Known are: the rows below a repeated heading that stays behind at the foot of a page and may not be broken (version 7.4;
`docgen.render.word.template` keeps such headings with the row below); what does not fit a row or frame of a fixed
height; what lies beyond the edge of the page. So the texts are compared, letters and digits only: how words are spaced,
hyphenated or composed of signs is the layout's matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from docgen.errors import PdfError
from docgen.render.pdf.pdfium import printed_text
from docgen.render.word.package import WordParts
from docgen.render.word.text import Container, Paragraph, printed_paragraphs
from wording import say

TEXTS_NAMED = 3  # texts named in a message
WORDS = 8  # of each
_SHORT = 4  # letters: fewer stand anywhere by chance
_AHEAD = 40  # times its length: farther on, a short text would be taken for another like it

_ADVICE: dict[Container, str] = {
    "row": "Tinggi baris tabelnya tetap. Perpendek isiannya, atau ubah tinggi baris dalam templat menjadi 'At least'.",
    "frame": "Kotak atau bingkai teksnya penuh. Perpendek isiannya, atau perbesar kotaknya dalam templat.",
    "table": "Tambah atau kurangi satu baris isian sebelum tabel, lalu coba lagi.",
    "": "Periksa letak dan lebar teks itu dalam templat: mungkin keluar dari halaman, atau "
    "hurufnya tidak ada dalam fon.",
}
_NO_LETTER = re.compile(r"[\W_]+")
# Scripts whose letters a PDF keeps in the order or form in which they are drawn: from right to left, or joined.
_REORDERED = re.compile("[\u0590-\u109f\u1780-\u17ff\u1900-\u1aff\ufb1d-\ufdff\ufe70-\ufeff]")


def require_complete(docx: bytes, pdf: bytes) -> list[str]:
    """Return the text of each page; raise PdfError, naming the missing words, if the PDF lacks text of the Word file it
    was made from.

    Compared are the body, its text boxes and notes; heads and feet differ from page to page. Raises TemplateError when
    `docx` is no Word file.
    """
    pages = printed_text(pdf)
    missing = _missing_text(docx, "".join(page.printed for page in pages))
    if not missing:
        return [page.text for page in pages]
    names = ", ".join(f"'{text}'" for _, text in missing[:TEXTS_NAMED])
    more = say(" (dan {count} alinea lagi)", count=len(missing) - TEXTS_NAMED) if len(missing) > TEXTS_NAMED else ""
    raise PdfError(
        say(
            "Sebagian isi naskah ini hilang dalam PDF: {names}{more}. {advice}",
            names=names,
            more=more,
            advice=_ADVICE[missing[0][0]],
        )
    )


def _missing_text(docx: bytes, printed: str) -> list[tuple[Container, str]]:
    """Return for each paragraph of a Word file with text that is not printed its container, and its first missing
    words.
    """
    paragraphs = printed_paragraphs(WordParts(docx))
    shown = _letters(printed)
    unmatched, not_found = _match_in_order(paragraphs, shown)
    if not not_found:
        return []
    return _missing_words(not_found, unmatched)


def _letters(text: str) -> str:
    """Return the letters and digits of a text, normalised and case-folded."""
    if text.isascii():
        return _NO_LETTER.sub("", text).casefold()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return _NO_LETTER.sub("", plain)


def _match_in_order(paragraphs: Sequence[Paragraph], shown: str) -> tuple[str, list[tuple[Paragraph, str]]]:
    """Match the texts with the PDF's letters in order; return the unmatched letters, and the texts that are not
    there.
    """
    at, passed, not_found = 0, [], []
    for paragraph in paragraphs:
        for piece in paragraph.pieces:
            letters = _letters(piece)
            ahead = len(letters) * _AHEAD if len(letters) >= _SHORT else 0
            start = shown.find(letters, at, at + len(letters) + ahead)
            if start < 0:
                not_found.append((paragraph, piece))
                continue
            passed.append(shown[at:start])
            at = start + len(letters)
    return "\0".join([*filter(None, passed), shown[at:]]), not_found


def _missing_words(not_found: Sequence[tuple[Paragraph, str]], unmatched: str) -> list[tuple[Container, str]]:
    """Return the texts that are nowhere in `unmatched`, longest first so that short ones match only what is left.

    Then the others are looked for word by word: their lines stand apart, on two pages or beside a drawing.
    """
    scattered = []
    for paragraph, piece in sorted(not_found, key=lambda entry: -len(entry[1])):
        letters = _letters(piece)
        if len(letters) < _SHORT or letters not in unmatched:
            scattered.append((paragraph, piece))
        else:
            unmatched = unmatched.replace(letters, "\0", 1)
    missing: list[tuple[Container, str]] = []
    for paragraph, piece in scattered:
        if _REORDERED.search(piece) and Counter(_letters(piece)) <= Counter(unmatched):
            continue
        words = piece.split()
        first_missing = next((at for at, word in enumerate(words) if not _is_found(_letters(word), unmatched)), None)
        if first_missing is not None:
            rest = words[first_missing:]
            missing.append((paragraph.container, " ".join(rest[:WORDS]) + " …" * (len(rest) > WORDS)))
    return missing


def _is_found(word: str, unmatched: str) -> bool:
    """Return whether a word is there, in one piece or broken in two at the end of a line."""
    return word in unmatched or any(word[:at] in unmatched and word[at:] in unmatched for at in range(2, len(word) - 1))
