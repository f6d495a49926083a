"""Whether a PDF shows all that its Word file says. LibreOffice leaves out what its layout finds no room for.

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
from docgen.render.word.text import Paragraph, Place, printed_paragraphs

TOLD = 3  # texts named in a message
WORDS = 8  # of each
_SHORT = 4  # letters: fewer stand anywhere by chance
_AHEAD = 40  # times its length: farther on, a short text would be taken for another like it

_ADVICE: dict[Place, str] = {
    "row": "Tinggi baris tabelnya tetap. Perpendek isiannya, atau ubah tinggi baris dalam templat menjadi 'At least'.",
    "frame": "Kotak atau bingkai teksnya penuh. Perpendek isiannya, atau perbesar kotaknya dalam templat.",
    "table": "Tambah atau kurangi satu baris isian sebelum tabel, lalu coba lagi.",
    "": "Periksa letak dan lebar teks itu dalam templat: mungkin keluar dari halaman, atau "
    "hurufnya tidak ada dalam fon.",
}
_NO_LETTER = re.compile(r"[\W_]+")
# Scripts whose letters a PDF keeps in the order or form in which they are drawn: from right to left, or joined.
_REORDERED = re.compile("[\u0590-\u109f\u1780-\u17ff\u1900-\u1aff\ufb1d-\ufdff\ufe70-\ufeff]")


def require_complete(docx: bytes, pdf: bytes) -> None:
    """Raise PdfError, naming the missing words, when the PDF lacks text of the Word file it was made of.

    Compared are the body, its text boxes and notes; heads and feet differ from page to page. Raises TemplateError when
    `docx` is no Word file.
    """
    lost = missing_text(docx, pdf)
    if not lost:
        return
    named = ", ".join(f"'{text}'" for _, text in lost[:TOLD])
    more = f" (dan {len(lost) - TOLD} alinea lagi)" if len(lost) > TOLD else ""
    raise PdfError(f"Sebagian isi naskah ini hilang dalam PDF: {named}{more}. {_ADVICE[lost[0][0]]}")


def missing_text(docx: bytes, pdf: bytes) -> list[tuple[Place, str]]:
    """Return what is missing: for each paragraph where it stands, and its first missing words."""
    paragraphs = printed_paragraphs(WordParts(docx))
    shown = _letters("".join(printed_text(pdf)))
    left, unread = _read_through(paragraphs, shown)
    if not unread:
        return []
    return _look_for(unread, left)


def _letters(text: str) -> str:
    """Return the letters and digits of a text in one form and case."""
    if text.isascii():
        return _NO_LETTER.sub("", text).casefold()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return _NO_LETTER.sub("", plain)


def _read_through(paragraphs: Sequence[Paragraph], shown: str) -> tuple[str, list[tuple[Paragraph, str]]]:
    """Find the texts one after the other; what was passed over on the pages, and what was not found there."""
    at, passed, unread = 0, [], []
    for paragraph in paragraphs:
        for piece in paragraph.pieces:
            letters = _letters(piece)
            ahead = len(letters) * _AHEAD if len(letters) >= _SHORT else 0
            start = shown.find(letters, at, at + len(letters) + ahead)
            if start < 0:
                unread.append((paragraph, piece))
                continue
            passed.append(shown[at:start])
            at = start + len(letters)
    return "\0".join([*filter(None, passed), shown[at:]]), unread


def _look_for(unread: Sequence[tuple[Paragraph, str]], left: str) -> list[tuple[Place, str]]:
    """Return what is nowhere in `left`: first whole texts are taken out of it, long ones before short ones.

    Then the others are looked for word by word: their lines stand apart, on two pages or beside a drawing.
    """
    apart = []
    for paragraph, piece in sorted(unread, key=lambda one: -len(one[1])):
        letters = _letters(piece)
        if len(letters) < _SHORT or letters not in left:
            apart.append((paragraph, piece))
        else:
            left = left.replace(letters, "\0", 1)
    lost = []
    for paragraph, piece in apart:
        if _REORDERED.search(piece) and Counter(_letters(piece)) <= Counter(left):
            continue
        words = piece.split()
        missing = next((at for at, word in enumerate(words) if not _stands_in(_letters(word), left)), None)
        if missing is not None:
            rest = words[missing:]
            lost.append((paragraph.place, " ".join(rest[:WORDS]) + " …" * (len(rest) > WORDS)))
    return lost


def _stands_in(word: str, left: str) -> bool:
    """Return whether a word is there, in one piece or in the two into which the end of a line broke it."""
    return word in left or any(word[:at] in left and word[at:] in left for at in range(2, len(word) - 1))
