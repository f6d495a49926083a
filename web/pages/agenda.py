"""The register (buku agenda): every number of a year, with what became of it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from docgen.errors import NotFound
from storage.catalogue import documents, numbers, registers
from web.desk import get_desk
from web.pages.access import may

blueprint = Blueprint("agenda", __name__)


@blueprint.get("/agenda")
@may("read")
def show() -> ResponseReturnValue:
    """The register of a year, to read and to print."""
    desk = get_desk()
    this_year = desk.today().year
    year = request.args.get("tahun", this_year, type=int)
    if not 1900 <= year <= 2200:
        raise NotFound(f"Tahun {year} di luar jangkauan.")
    with desk.catalogue.read() as tx:
        unit = registers.get_office(tx).unit_code
        entries = numbers.list_entries(tx, unit, year)
        pending = {line.document: line.error for line in documents.list_pending(tx)}
    counts = {status: sum(entry.status == status for entry in entries) for status in ("issued", "reserved", "void")}
    return render_template(
        "agenda.html",
        year=year,
        this_year=this_year,
        unit=unit,
        entries=entries,
        pending=pending,
        counts=counts,
        printed=desk.now(),
    )
