"""The whole way of many letters through one file: compose, convert, split."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from docgen.errors import PdfError
from docgen.render.many.compose import compose_letters
from docgen.render.many.split import split_letters
from wording import joined

_PRODUCER = re.compile(rb"<pdf:Producer>([^<]*)</pdf:Producer>")


def convert_in_one_file(docxs: Sequence[bytes], convert: Callable[[bytes], bytes]) -> list[bytes]:
    """Return the PDF of each letter, in order, by one call of `convert`, which makes the PDF of a Word file.

    Raises NotComposable; PdfError, with the version of LibreOffice; TemplateError when one is no Word file; and what
    `convert` raises.
    """
    pdf = convert(compose_letters(docxs))
    try:
        return split_letters(pdf, docxs)
    except PdfError as refusal:
        producer = _PRODUCER.search(pdf)
        made_by = [f"({producer[1].decode(errors='replace')})"] if producer else []
        raise PdfError(joined([str(refusal), *made_by])) from refusal
