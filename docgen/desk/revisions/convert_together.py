"""The PDFs of many filled letters of one kind, from one call of LibreOffice."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from docgen.desk.desk import Desk
from docgen.errors import ConversionFailed, NotComposable, PdfError
from docgen.kinds.kind import Kind
from docgen.render.many.compose import compose_letters
from docgen.render.many.split import split_letters
from docgen.render.word.completeness import require_complete

log = logging.getLogger(__name__)

DEADLINE = 30.0  # seconds for LibreOffice, and so much more for each letter
DEADLINE_EACH = 0.3

_PRODUCER = re.compile(rb"<pdf:Producer>([^<]*)</pdf:Producer>")


class ConvertedLetter(NamedTuple):
    """The Word file of a letter, its PDF, and the text of each page of that."""

    docx: bytes
    pdf: bytes
    pages: list[str]


def convert_together(
    desk: Desk, kind: Kind, docxs: Iterable[bytes], titles: Sequence[str] | None = None
) -> list[ConvertedLetter]:
    """Return the letters in order, with nothing of them lost.

    Raises NotComposable, ConverterError and PdfError: the letters may be converted one by one then. NotComposable and
    PdfError are remembered in `desk.refusals`, with the version of LibreOffice, and raised again for an hour before
    any of `docxs` is filled; a failed conversion is one letter's fault and only logged.
    """
    desk.refusals.require_none(kind.slug, desk.now())
    docxs = list(docxs)
    pdfs = _convert(desk, kind.slug, docxs, titles)
    return [ConvertedLetter(docx, pdf, require_complete(docx, pdf)) for docx, pdf in zip(docxs, pdfs, strict=True)]


def _convert(desk: Desk, kind: str, docxs: Sequence[bytes], titles: Sequence[str] | None) -> list[bytes]:
    pdf = b""
    try:
        pdf = desk.converter.convert(compose_letters(docxs), deadline=DEADLINE + DEADLINE_EACH * len(docxs))
        return split_letters(pdf, len(docxs), titles=titles)
    except (NotComposable, PdfError) as refusal:
        producer = _PRODUCER.search(pdf)
        made_by = f" ({producer[1].decode(errors='replace')})" if producer else ""
        desk.refusals.remember(kind, f"{refusal}{made_by}", desk.now())
        raise
    except ConversionFailed as failure:
        log.warning("%d letters of the kind %s are made one by one: %s", len(docxs), kind, failure)
        raise
