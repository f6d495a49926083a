"""The office's own data: letterhead, numbering, place, emblem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import get_args

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.registers.checks import OFFICE_LABELS, PAPER_LABELS, check_office
from docgen.desk.registers.edit import change_emblem, change_office
from docgen.desk.registers.office_hours import fixed_holidays, holidays_text, hours_text, read_holidays, read_hours
from docgen.errors import DataFileError, FieldError, InvalidSubmission, PdfError
from docgen.foreign import prepare_emblem
from docgen.messages import field_errors
from docgen.numbering.number_pattern import PARTS, check_pattern, format_number
from storage.catalogue import registers
from storage.catalogue.numbering import numbers
from storage.records import FormalProfile, Office, OrderLetter
from storage.text import DOOR
from web.desk import get_desk, get_settings
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash, translate
from wording import say

blueprint = Blueprint("office", __name__, url_prefix="/kantor")

ZONES = {
    "Asia/Makassar": "WITA (Kalimantan Selatan, Bali, Sulawesi)",
    "Asia/Jakarta": "WIB (Sumatra, Jawa, Kalimantan Barat dan Tengah)",
    "Asia/Jayapura": "WIT (Maluku, Papua)",
}


@blueprint.route("", methods=["GET", "POST"])
@may("read", post="administer")
def edit() -> ResponseReturnValue:
    """Show and change the office's data."""
    return _save() if request.method == "POST" else _page(_typed(_office()), [])


@blueprint.get("/contoh-nomor")
@may("read")
def example() -> ResponseReturnValue:
    """Return the next number in a pattern, as text, or 422 and what is wrong; the page asks while it is typed."""
    keys = ("number_pattern", "unit_code", "security_code")
    number, problem = number_example(_typed(_office()) | {key: request.args.get(key, "") for key in keys})
    return translate(problem) or number, 422 if problem else 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.post("/lambang")
@may("administer")
def upload_emblem() -> ResponseReturnValue:
    """Set the emblem from a picture, or remove it."""
    png = None
    if not request.form.get("hapus"):
        file = request.files.get("emblem")
        try:
            png = prepare_emblem(file.read() if file else b"")
        except (DataFileError, PdfError) as error:
            return _page(_typed(_office()), [FieldError("emblem", str(error))]), 422
    change_emblem(get_desk(), png, by=me().name)
    flash("Lambang disimpan; dipakai pada naskah berikutnya." if png else "Lambang dihapus dari kop.", "success")
    return redirect(url_for(".edit"), 303)


def _save() -> ResponseReturnValue:
    typed: dict[str, object] = {key: request.form.get(key, "").strip() for key in OFFICE_LABELS}
    typed |= _typed_profile(_office())
    if "second_factor_roles" in request.form:  # with an empty one before the boxes
        typed["second_factor_roles"] = list(filter(None, request.form.getlist("second_factor_roles")))
    else:
        typed["second_factor_roles"] = _office().second_factor_roles
    typed["divisions_limit"] = request.form.get("divisions_limit", _office().divisions_limit)
    typed["region_may_enter"] = request.form.get("region_may_enter", _office().region_may_enter)
    errors: list[FieldError] = []
    hours, holidays = read_hours(str(typed["work_hours"]), errors), read_holidays(str(typed["holidays"]), errors)
    if request.form.get("libur") and not [error for error in errors if error.field == "holidays"]:
        return _with_fixed_holidays(typed, holidays)
    try:
        values = {
            "work_hours": hours or _office().work_hours,
            "holidays": list(holidays),
            "holiday_names": {day: name for day, name in holidays.items() if name},
            "second_factor_roles": typed["second_factor_roles"],
        }
        office = Office.model_validate({**_office().model_dump(), **typed, **values}, context=DOOR)
    except ValidationError as error:
        errors += field_errors(error, OFFICE_LABELS)
    else:
        errors += check_office(office)
    if errors:
        return _page(typed, errors), 422
    try:
        change_office(get_desk(), office, by=me().name)
    except InvalidSubmission as wrong:  # a role that the table has lost meanwhile
        return _page(typed, wrong.errors), 422
    flash("Data kantor disimpan; berlaku untuk naskah berikutnya.", "success")
    return redirect(url_for(".edit"), 303)


def _typed_profile(office: Office) -> dict[str, object]:
    """Return the formal profile as it was sent; what the form did not show stays as it is in `office`."""
    kept = {name: getattr(office, name) for name in FormalProfile.model_fields}
    papers: dict[str, str] = {**office.paper_by_kind}
    for slug in get_desk().kinds:
        paper = request.form.get(f"paper_by_kind.{slug}")
        if paper:
            papers[slug] = paper
        elif paper is not None:
            papers.pop(slug, None)
    sent = {name: request.form[name].strip() for name in kept if name in request.form}
    return {**kept, **sent, "paper_by_kind": papers}


def _with_fixed_holidays(typed: dict[str, object], holidays: dict[dt.date, str]) -> str:
    """Return the page with the fixed holidays of a year in their box, for the administrator to look at and save."""
    year = request.form.get("libur", 0, type=int)
    added = fixed_holidays(year) if year in _years() else {}
    new = [day for day in added if day not in holidays]
    all_days = added | {day: name or added.get(day, "") for day, name in holidays.items()}
    message = say("{count} hari libur tahun {year} ditambahkan ke daftar, belum disimpan.", count=len(new), year=year)
    return _page(typed | {"holidays": holidays_text(list(all_days), all_days)}, [], added=message)


def _years() -> tuple[int, int]:
    """Return the years whose holidays are offered: this one and the next."""
    this_year = get_desk().today().year
    return this_year, this_year + 1


def _typed(office: Office) -> dict[str, object]:
    """Return the office as its form shows it."""
    holidays = holidays_text(office.holidays, office.holiday_names)
    return {**office.model_dump(), "work_hours": hours_text(office.work_hours), "holidays": holidays}


def number_example(typed: Mapping[str, object]) -> tuple[str, str]:
    """Return the next number as the typed settings would write it, or "" and what is wrong with them."""
    problems = check_pattern(str(typed["number_pattern"]))
    if problems:
        return "", problems[0]
    desk = get_desk()
    today = desk.today()
    pattern = {key: typed[key] for key in ("number_pattern", "unit_code", "security_code")}
    office = _office().model_copy(update=pattern)
    with desk.catalogue.read() as tx:
        sequence = numbers.last_sequence(tx, office.unit_code, today.year) + 1
    return format_number(office, sequence=sequence, classification="000.1.9.1", date=today), ""


def _own_papers() -> list[tuple[str, str, str]]:
    """Return the kinds that an office may give a paper: slug, title, and the paper of the kind itself or ""."""
    kinds = sorted(get_desk().kinds.values(), key=lambda kind: kind.title)
    return [(kind.slug, kind.title, kind.sheet.paper or "") for kind in kinds]


def _office() -> Office:
    with get_desk().catalogue.read() as tx:
        return registers.get_office(tx)


def _page(typed: Mapping[str, object], errors: list[FieldError], *, added: str = "") -> str:
    number, _ = number_example(typed)
    with get_desk().catalogue.read() as tx:
        has_emblem = registers.get_emblem(tx) is not None
    return render_template(
        "registers/office.html",
        typed=typed,
        errors=errors,
        wrong={error.field: error.message for error in errors},
        labels=OFFICE_LABELS,
        zones=ZONES,
        papers=PAPER_LABELS,
        roles=[(name, get_desk().roles.label(name)) for name in get_desk().roles.roles],
        orders=[(name, name) for name in get_args(OrderLetter)],
        own_papers=_own_papers(),
        parts=PARTS,
        example=number,
        added=added,
        years=[(year, fixed_holidays(year)) for year in _years()],
        has_emblem=has_emblem,
        in_region=bool(get_settings().office),
    )
