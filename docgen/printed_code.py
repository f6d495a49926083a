"""The verification codes printed in a PDF that a stranger sent.

Strangers' files have a child of their own (`docgen.foreign`): whoever sends heavy ones waits for his like alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docgen.errors import PdfError
from docgen.foreign import TooHeavy, page_text
from docgen.links import VERIFICATION

MOST_PAGES = 20  # looked through: every page of a document bears its code
MOST_CODES = 5  # given back, so that a file is no way to try codes by the thousand

_PRINTED = re.compile(rf"(?:{VERIFICATION}|Kode )\s*([0-9A-Z]+(?:-[0-9A-Z]+)*)")
_TOO_MUCH = (
    "PDF ini terlalu berat untuk diperiksa, atau rusak. Ketik kode yang tercetak padanya, atau ambil lagi berkas "
    "aslinya."
)


def read_codes(pdf: bytes) -> list[str]:
    """Return what stands in the place of a code on the pages of `pdf`, in order, each once; see `printed_codes`.

    Raises PdfError: no PDF, damaged, locked, too heavy, or too many files at the same time.
    """
    try:
        return printed_codes(page_text(pdf, most=MOST_PAGES, lane="stranger"))
    except TooHeavy as error:
        raise PdfError(_TOO_MUCH) from error


def printed_codes(texts: Sequence[str]) -> list[str]:
    """Return the words after the band's address or `Kode`, without hyphens, each once; at most `MOST_CODES`."""
    words = (match[1].replace("-", "") for text in texts for match in _PRINTED.finditer(text))
    return list(dict.fromkeys(word for word in words if 8 < len(word) < 40))[:MOST_CODES]
