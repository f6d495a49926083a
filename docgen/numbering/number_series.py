"""Which series a kind's numbers are of: one of its own, as the office says, or the main one."""

from __future__ import annotations

from collections.abc import Sequence

from docgen.errors import NotFound
from storage.records import MAIN_SERIES, NumberSeries, Office
from wording import say

MAIN_TITLE = "Buku agenda"


def list_series(office: Office) -> Sequence[NumberSeries]:
    """Return the series of an office, the main one first; its `kinds` are not listed."""
    return [NumberSeries(name=MAIN_SERIES, title=MAIN_TITLE, pattern=office.number_pattern), *office.series]


def series_of(office: Office, kind: str) -> NumberSeries:
    """Return the series that the numbers of a kind (its slug) are of."""
    main, *others = list_series(office)
    return next((series for series in others if kind in series.kinds), main)


def get_series(office: Office, name: str) -> NumberSeries:
    """Return a series by its name. Raises NotFound, which names those there are."""
    series_by_name = {series.name: series for series in list_series(office)}
    if name not in series_by_name:
        known = ", ".join(series_by_name)
        raise NotFound(say("Seri nomor {name} tidak ada. Yang ada: {known}.", name=repr(name), known=known))
    return series_by_name[name]
