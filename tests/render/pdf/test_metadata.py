"""What a PDF/A says about itself: the moment of making is the given one, wherever LibreOffice wrote its own."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from pypdf import PdfReader

from docgen.libreoffice import Converter
from docgen.render.pdf.metadata import merged_xmp
from tests.support.office.letters import kind, letter

MOMENT = dt.datetime(2026, 11, 27, 8, 30, tzinfo=dt.UTC)


@pytest.mark.office
def test_no_other_moment_stays_in_the_metadata(converter: Converter) -> None:
    """Every date in the metadata of what LibreOffice has just written becomes the given moment."""
    pdf = converter.convert(letter(kind("nota_dinas")))
    xmp = PdfReader(io.BytesIO(pdf)).root_object["/Metadata"].get_object().get_data()
    merged, _ = merged_xmp(xmp, "Bundel", archival=True, created=MOMENT)
    assert set(re.findall(rb"20\d\d-\d\d-\d\dT[^<]*", merged)) == {b"2026-11-27T08:30:00+00:00"}


def test_the_date_of_a_newer_libreoffice_is_set() -> None:
    """From some version on LibreOffice writes dc:date as well."""
    xmp = b"<dc:date>\n <rdf:Seq>\n <rdf:li>2026-11-27T03:58:40Z</rdf:li></rdf:Seq></dc:date><dc:title/>"
    merged, _ = merged_xmp(xmp, "Bundel", archival=True, created=MOMENT)
    assert b"<rdf:li>2026-11-27T08:30:00+00:00</rdf:li>" in merged
