"""Whether a PDF shows all that its Word file says. LibreOffice may leave out what its layout finds no room for.

Known of version 7.4: the rows below a repeated heading that stays behind at the foot of a page and may not be broken;
`docgen.render.template` keeps such headings with the row below. What else there may be is found here: text that was
laid out has an element in the PDF's structure, text that was left out has none.
"""

from __future__ import annotations

import re

from docgen.errors import PdfError
from docgen.render.wordparts import BODY, WordParts

_TEXT = re.compile(rb"<w:t(?: [^>]*)?>[^<]*[^<\s]")
_ROLE = re.compile(rb"\s*/S/([^\s/<>]+)")
_SHOWN = re.compile(rb"/K\s*\[")
_NOT_PARAGRAPHS = frozenset(b"Document Table TR TD TH Span Link Figure L LI Lbl".split())


def require_complete(docx: bytes, pdf: bytes) -> None:
    """Raise PdfError when the tagged PDF that LibreOffice made of this Word file shows fewer paragraphs than it has.

    Only paragraphs of the body that hold text count; heads and feet are not part of a PDF's structure. Raises
    TemplateError when `docx` is no Word file.
    """
    said = sum(1 for one in WordParts(docx)[BODY].split(b"</w:p>") if _TEXT.search(one))
    shown = sum(map(_is_shown, pdf.split(b"<</Type/StructElem")[1:]))
    if shown < said:
        raise PdfError(
            f"LibreOffice tidak memuat seluruh isi naskah ini: {said - shown} dari {said} alinea hilang dalam PDF-nya. "
            "Tambah atau kurangi satu baris isian sebelum tabel, lalu coba lagi."
        )


def _is_shown(element: bytes) -> bool:
    """Whether an element of the structure (and what follows it in the file) is a paragraph with something to read."""
    role = _ROLE.match(element)
    return bool(role and role[1] not in _NOT_PARAGRAPHS and _SHOWN.search(element, 0, max(0, element.find(b"endobj"))))
