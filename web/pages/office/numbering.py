"""The series of an office's numbers: their patterns, which kinds they number, and with which number they begin."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.registers.checks import check_office
from docgen.desk.registers.edit import change_office
from docgen.desk.registers.first_number import LARGEST_FIRST, begin_series
from docgen.desk.registers.series_checks import moved_kinds, series_warnings
from docgen.desk.registers.series_example import OFFERED, new_name, next_number
from docgen.errors import Conflict, FieldError, InvalidSubmission
from docgen.messages import field_errors
from docgen.numbering.number_pattern import PARTS, check_pattern
from docgen.numbering.number_series import list_series, series_of
from storage.catalogue import registers
from storage.catalogue.numbering import numbers
from storage.records import MAIN_SERIES, NumberSeries, Office
from storage.text import DOOR
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash, translate
from wording import say

blueprint = Blueprint("numbering", __name__, url_prefix="/kantor/penomoran")

MOST_SERIES = 50
NEW = "baru"  # what a series that is not saved yet is called meanwhile
LABELS = {"title": "Nama seri", "pattern": "Pola nomor", "name": "Kode seri"}


@dataclass
class SeriesLine:
    """A series as the page shows it; without a `name` it is new. `next` is its next number, or ""."""

    name: str
    title: str
    pattern: str
    next: str = ""
    has_numbers: bool = False
    begun: bool = False
    is_removed: bool = False
    kinds: list[str] = field(default_factory=list)


@blueprint.route("", methods=["GET", "POST"])
@may("read", post="administer")
def edit() -> ResponseReturnValue:
    """Show and change the series, and which kinds they number."""
    if request.method == "POST":
        return _save()
    office = _office()
    return _page([_line(series) for series in office.series], {}, [], main=office.number_pattern)


@blueprint.get("/contoh")
@may("read")
def example() -> ResponseReturnValue:
    """Return the next number of a series in a typed pattern, as text, or 422 and what is wrong with it."""
    pattern = request.args.get("pola", "").strip()[:300]
    name = request.args.get("seri", MAIN_SERIES)[:60]
    problems = check_pattern(pattern)
    text = translate(problems[0]) if problems else _next(_office(), name, pattern)
    return text, 422 if problems else 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.post("/mulai")
@may("administer")
def begin() -> ResponseReturnValue:
    """Let a series go on with a number, because those before it were given on paper."""
    name = request.form.get("seri", MAIN_SERIES)
    first = request.form.get("first", 0, type=int)
    try:
        count = begin_series(get_desk(), name, first, me().name)
    except (Conflict, InvalidSubmission) as error:
        office = _office()
        message = error.errors[0].message if isinstance(error, InvalidSubmission) else str(error)
        errors = [FieldError(f"first.{name}", message)]
        lines = [_line(series) for series in office.series]
        return _page(lines, {}, errors, main=office.number_pattern), 422 if isinstance(
            error, InvalidSubmission
        ) else 409
    flash(
        say(
            "{count} nomor tercatat sebagai diberikan sebelum memakai layanan ini; nomor berikutnya {first}.",
            count=count,
            first=first,
        ),
        "success",
    )
    return redirect(url_for(".edit"), 303)


def _save() -> ResponseReturnValue:
    lines, chosen = _typed_lines()
    form, before = request.form, _office()
    main = form.get("number_pattern", before.number_pattern).strip()
    if offered := next((series for series in OFFERED if series.name == form.get("contoh")), None):
        kinds = [kind for kind in offered.kinds if kind in get_desk().kinds]
        lines.append(SeriesLine("", offered.title, offered.pattern))
        return _page(lines, chosen | {kind: str(len(lines) - 1) for kind in kinds}, [], main=main)
    errors: list[FieldError] = []
    try:
        values = {"number_pattern": main, "series": _series(lines, chosen, before), **_typed_systems(before)}
        office = Office.model_validate({**before.model_dump(), **values}, context=DOOR)
    except ValidationError as invalid:
        errors = field_errors(invalid, LABELS)
    else:
        errors = check_office(office)
    if not errors:
        try:
            change_office(get_desk(), office, by=me().name)
        except InvalidSubmission as invalid:
            errors = invalid.errors
    if errors:
        return _page(lines, chosen, [_on_page(error, lines) for error in errors], main=main), 422
    flash("Penomoran disimpan; berlaku untuk naskah berikutnya.", "success")
    titles = {slug: kind.title for slug, kind in get_desk().kinds.items()}
    next_numbers = {series.name: _next(office, series.name, series.pattern) for series in list_series(office)}
    for sentence in [*moved_kinds(office, before, titles, next_numbers), *series_warnings(office)]:
        flash(sentence, "info")
    return redirect(url_for(".edit"), 303)


def _typed_lines() -> tuple[list[SeriesLine], dict[str, str]]:
    """Return the series as typed, without empty new ones, and by kind the place of its series in the list, or ""."""
    form = request.form
    lines: list[SeriesLine] = []
    places: dict[str, str] = {}
    for index in range(MOST_SERIES):
        name, title, pattern = (form.get(f"seri.{index}.{part}", "").strip() for part in ("name", "title", "pattern"))
        line = SeriesLine(name, title, pattern, is_removed=f"seri.{index}.hapus" in form)
        if line.name or line.title or line.pattern:
            places[str(index)] = str(len(lines))
            lines.append(line)
    sent = {slug: form[f"jenis.{slug}"] for slug in get_desk().kinds if f"jenis.{slug}" in form}
    return lines, {slug: places.get(place, "") for slug, place in sent.items()}


def _typed_systems(before: Office) -> dict[str, object]:
    """Return the other systems that give numbers, and which of them numbers a kind; {} where none is sent."""
    form = request.form
    if "number_systems" not in form:
        return {}
    systems = [name for line in form["number_systems"].splitlines() if (name := " ".join(line.split()))]
    shown = {slug for slug in get_desk().kinds if f"sistem.{slug}" in form}
    kinds = {slug: system for slug, system in before.numbering_by_kind.items() if slug not in shown}
    kinds |= {slug: form[f"sistem.{slug}"] for slug in sorted(shown) if form[f"sistem.{slug}"]}
    return {
        "number_systems": systems,
        "numbering_by_kind": {slug: system for slug, system in kinds.items() if system in systems},
    }


def _series(lines: Sequence[SeriesLine], chosen: Mapping[str, str], before: Office) -> list[dict[str, object]]:
    """Return the series as records; a kind that the page did not show stays where it is."""
    taken = {series.name for series in before.series}
    shown = get_desk().kinds
    records: list[dict[str, object]] = []
    for index, line in enumerate(lines):
        if line.is_removed:
            continue
        unseen = [kind for series in before.series if series.name == line.name for kind in series.kinds]
        kinds = [kind for kind in unseen if kind not in shown]
        kinds += [slug for slug, place in chosen.items() if place == str(index)]
        name = line.name or new_name(line.title, taken)
        taken.add(name)
        records.append({"name": name, "title": line.title, "pattern": line.pattern, "kinds": kinds})
    return records


def _on_page(error: FieldError, lines: Sequence[SeriesLine]) -> FieldError:
    """Return an error at its field of the page: series that are removed stand in the page and not in the office."""
    place = re.match(r"series\[(\d+)\]\.(\w+)", error.field)
    if place is None:
        return error
    places = [index for index, line in enumerate(lines) if not line.is_removed]
    return FieldError(f"seri.{places[int(place[1])]}.{place[2]}", error.message)


def _line(series: NumberSeries) -> SeriesLine:
    return SeriesLine(series.name, series.title, series.pattern, kinds=series.kinds)


def _office() -> Office:
    with get_desk().catalogue.read() as tx:
        return registers.get_office(tx)


def _next(office: Office, name: str, pattern: str) -> str:
    series = NumberSeries(name=name or NEW, title=NEW, pattern=pattern)
    desk = get_desk()
    with desk.catalogue.read() as tx:
        return next_number(tx, office, series, desk.today())


def _page(lines: list[SeriesLine], chosen: Mapping[str, str], errors: list[FieldError], *, main: str) -> str:
    desk, office = get_desk(), _office()
    kinds = sorted((kind for kind in desk.kinds.values() if kind.sheet.numbered), key=lambda kind: kind.title)
    numbers_of = [SeriesLine(MAIN_SERIES, "", main), *lines, SeriesLine("", "", "")]
    with desk.catalogue.read() as tx:
        for line in numbers_of:
            line.has_numbers = numbers.has_numbers(tx, line.name)
            line.begun = numbers.last_sequence(tx, office.unit_code, desk.today().year, line.name) > 0
            if line.pattern and not check_pattern(line.pattern):
                series = NumberSeries(name=line.name or NEW, title=NEW, pattern=line.pattern)
                line.next = next_number(tx, office, series, desk.today())
    place_by_name = {line.name: str(index) for index, line in enumerate(lines) if line.name}
    places = {kind.slug: place_by_name.get(series_of(office, kind.slug).name, "") for kind in kinds} | dict(chosen)
    return render_template(
        "registers/numbering.html",
        main=numbers_of[0],
        lines=numbers_of[1:],
        places=places,
        kinds_by_title=kinds,
        unnumbered=sorted(kind.title for kind in desk.kinds.values() if not kind.sheet.numbered),
        office_systems=_typed_systems(office).get("number_systems", office.number_systems),
        system_by_kind=_typed_systems(office).get("numbering_by_kind", office.numbering_by_kind),
        offered=[series for series in OFFERED if series.name not in place_by_name],
        warnings=series_warnings(office),
        parts=PARTS,
        labels=LABELS,
        largest=LARGEST_FIRST,
        year=desk.today().year,
        errors=errors,
        wrong={error.field: error.message for error in errors},
    )
