"""Series that many offices have, to begin with, and how the next number of a series would look."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection

from sqlalchemy import Connection

from docgen.numbering.number_pattern import format_number
from storage.catalogue.numbering import numbers
from storage.records import MAIN_SERIES, NumberSeries, Office

# Offered to an office, by name. Nota dinas are numbered apart from letters that leave the office; what sets rules is
# numbered "NOMOR … TAHUN …" (Permendagri 1/2023, annex).
OFFERED = (
    NumberSeries(
        name="nota-dinas",
        title="Nota Dinas",
        pattern="ND/{klasifikasi}/{urut}/{unit}/{bulan}/{tahun}",
        kinds=["nota_dinas"],
    ),
    NumberSeries(name="surat-edaran", title="Surat Edaran", pattern="{urut} TAHUN {tahun}", kinds=["surat_edaran"]),
    NumberSeries(name="keputusan", title="Keputusan", pattern="{urut} TAHUN {tahun}", kinds=["keputusan"]),
)
CLASSIFICATION = "000.1.9.1"  # of the example


def next_number(tx: Connection, office: Office, series: NumberSeries, today: dt.date) -> str:
    """Return the number that the next letter of a series gets today, with an example of a classification.

    Raises ValueError for a pattern that cannot be used.
    """
    sequence = numbers.last_sequence(tx, office.unit_code, today.year, series.name) + 1
    return format_number(office, sequence=sequence, classification=CLASSIFICATION, date=today, pattern=series.pattern)


def new_name(title: str, taken: Collection[str]) -> str:
    """Return a name for a new series made from its title; a number behind it tells it from those `taken`."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:50] or "seri"
    name, number = plain, 1
    while name in taken or name == MAIN_SERIES:
        number += 1
        name = f"{plain}-{number}"
    return name
