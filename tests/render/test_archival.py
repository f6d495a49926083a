"""What a PDF/A says about itself: the moment of making is the given one, wherever LibreOffice wrote its own."""

from __future__ import annotations

import datetime as dt
import io
import re
import time

import pytest
from pypdf import PdfReader

from docgen.libreoffice import Converter
from docgen.render.archival import merged_xmp
from tests.render.letters import kind, letter

MOMENT = dt.datetime(2026, 11, 27, 8, 30, tzinfo=dt.UTC)


@pytest.mark.office
def test_no_other_moment_stays_in_the_metadata(converter: Converter) -> None:
    """Made twice, with a second between, a file has the same metadata: every date in it is the given moment."""
    docx = letter(kind("nota_dinas"))
    first = metadata(converter.convert(docx))
    second = first
    while second == first:
        time.sleep(0.2)
        second = metadata(converter.convert(docx))
    merged = [merged_xmp(xmp, "Bundel", archival=True, created=MOMENT)[0] for xmp in (first, second)]
    assert merged[0] == merged[1]
    assert set(re.findall(rb"20\d\d-\d\d-\d\dT[^<]*", merged[0])) == {b"2026-11-27T08:30:00+00:00"}


def test_the_date_of_a_newer_libreoffice_is_set() -> None:
    """From some version on LibreOffice writes dc:date as well."""
    xmp = b"<dc:date>\n <rdf:Seq>\n <rdf:li>2026-11-27T03:58:40Z</rdf:li></rdf:Seq></dc:date><dc:title/>"
    merged, _ = merged_xmp(xmp, "Bundel", archival=True, created=MOMENT)
    assert b"<rdf:li>2026-11-27T08:30:00+00:00</rdf:li>" in merged


def metadata(pdf: bytes) -> bytes:
    """The XMP of a file."""
    data: bytes = PdfReader(io.BytesIO(pdf)).root_object["/Metadata"].get_object().get_data()
    return data
