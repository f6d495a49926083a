"""The PDFs of many filled letters of one kind, from one call of LibreOffice."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from docgen.desk.desk import Desk
from docgen.errors import ConversionFailed, NotComposable, PdfError
from docgen.render.many.compose import compose_letters
from docgen.render.many.split import split_letters

log = logging.getLogger(__name__)

DEADLINE = 30.0  # seconds for LibreOffice, and so much more for each letter
DEADLINE_EACH = 0.3

_PRODUCER = re.compile(rb"<pdf:Producer>([^<]*)</pdf:Producer>")


def convert_together(desk: Desk, kind: str, docxs: Sequence[bytes], titles: Sequence[str] | None = None) -> list[bytes]:
    """Return the PDF of each letter, in order. Raises NotComposable, ConverterError and PdfError.

    One by one they may be made then. NotComposable and PdfError are remembered in `desk.refusals`, with the version of
    LibreOffice; a failed conversion is one letter's fault and only logged.
    """
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
