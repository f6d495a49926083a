"""Ringkasan: charts and tables of a year."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from docgen.desk.dossiers.overview import StepTime, months_of, step_times
from web.desk import get_desk
from web.language import gettext
from web.pages.reading.charts import COLOURS, Measured, Series, against_norm, stacked
from web.pages.shell.access import limits, may
from web.pages.shell.filters import MONTHS, procedure_title
from web.pages.shell.message_translation import translate
from wording import say

blueprint = Blueprint("overview", __name__, url_prefix="/ringkasan")


@blueprint.get("")
@may("read")
def show() -> ResponseReturnValue:
    """Show the charts of a year."""
    desk = get_desk()
    today = desk.today()
    year = min(max(request.args.get("tahun", today.year, type=int), 2000), today.year + 1)
    with desk.catalogue.read() as tx:
        months = months_of(tx, year, limits())
        times = step_times(desk, tx, year, limits())
    order = [item.slug for item in desk.sop.procedures]
    slugs = sorted(months, key=lambda slug: (order.index(slug) if slug in order else len(order), slug))
    series = [Series(procedure_title(slug), months[slug]) for slug in slugs]
    per_day = desk.sop.minutes_per_day
    letters = {item.slug: item.letter for item in desk.sop.procedures}
    bars = [
        Measured(
            f"{letters.get(item.procedure, '')}{item.step} {procedure_title(item.procedure)}",
            item.minutes,
            item.norm,
            translate(_measured(item, per_day)),
        )
        for item in times
    ]
    months_said = [gettext(month) for month in MONTHS.values()]
    by_month = say("Naskah terbit per bulan tahun {year}", year=year)
    by_step = say("Lama langkah terhadap norma tahun {year}", year=year)
    return render_template(
        "overview.html",
        year=year,
        years=range(today.year, today.year - 8, -1),
        months=months_said,
        series=series,
        colours=COLOURS,
        # drawn by web.pages.reading.charts, which escapes every word
        by_month=Markup(stacked(translate(by_month), months_said, series)),  # noqa: S704
        by_step=Markup(against_norm(translate(by_step), bars)),  # noqa: S704
        times=[(item, translate(span(item.minutes, per_day)), translate(span(item.norm, per_day))) for item in times],
    )


def _measured(time: StepTime, per_day: int) -> str:
    took, norm = span(time.minutes, per_day), span(time.norm, per_day)
    return say(
        "{took} (norma {norm}, {count} kali, {late} terlambat)", took=took, norm=norm, count=time.count, late=time.late
    )


def span(minutes: float, per_day: int) -> str:
    """Return minutes of working time in words: `45 menit`, `3,5 jam`, `2 hari`."""
    if minutes < 60:
        return say("{minutes} menit", minutes=round(minutes))
    value = minutes / 60 if minutes < per_day else minutes / per_day
    number = f"{value:.1f}".rstrip("0").rstrip(".").replace(".", ",")
    return say("{number} jam", number=number) if minutes < per_day else say("{number} hari", number=number)
