"""The PDFs of many filled letters of one kind, from one call of LibreOffice."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from docgen.desk.desk import Desk
from docgen.errors import ConversionFailed, NotComposable, PdfError
from docgen.kinds.kind import Kind
from docgen.render.many.one_file import convert_in_one_file
from docgen.render.word.completeness import require_complete

log = logging.getLogger(__name__)

DEADLINE = 30.0  # seconds for LibreOffice, and so much more for each letter
DEADLINE_EACH = 0.3


class ConvertedLetter(NamedTuple):
    """The Word file of a letter, its PDF, and the text of each page of that."""

    docx: bytes
    pdf: bytes
    pages: list[str]


def convert_together(desk: Desk, kind: Kind, docxs: Iterable[bytes]) -> list[ConvertedLetter]:
    """Return the letters in order, with nothing of them lost.

    Raises NotComposable, ConverterError and PdfError: the letters may be converted one by one then. NotComposable and
    PdfError are remembered in `desk.refusals`, with the version of LibreOffice, and raised again for an hour before
    any of `docxs` is filled; a failed conversion is one letter's fault and only logged.
    """
    if reason := desk.refusals.reason(kind.slug, desk.now()):
        raise PdfError(reason)
    docxs = list(docxs)
    pdfs = _convert(desk, kind.slug, docxs)
    return [ConvertedLetter(docx, pdf, require_complete(docx, pdf)) for docx, pdf in zip(docxs, pdfs, strict=True)]


def _convert(desk: Desk, kind: str, docxs: Sequence[bytes]) -> list[bytes]:
    deadline = DEADLINE + DEADLINE_EACH * len(docxs)
    try:
        return convert_in_one_file(docxs, partial(desk.converter.convert, deadline=deadline))
    except (NotComposable, PdfError) as refusal:
        desk.refusals.remember(kind, str(refusal), desk.now())
        raise
    except ConversionFailed as failure:
        log.warning("%d letters of the kind %s are made one by one: %s", len(docxs), kind, failure)
        raise
