"""The register (buku agenda): every number of a year with its use, and numbers given by hand."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from docgen.desk.issuing.addressees import addressees_of
from docgen.desk.registers import lines
from docgen.desk.registers import manual_numbers as manual
from docgen.desk.registers.books import Book, counts_of, find_book, lines_of, list_books
from docgen.desk.revisions.document_history import states_of
from docgen.errors import Conflict, FieldError, InvalidSubmission, NotFound
from docgen.numbering.number_series import get_series, list_series
from docgen.spreadsheets.write import plain_xlsx
from storage import media_types
from storage.catalogue import documents, journal, registers
from storage.catalogue.visibility.limits import visible_documents
from storage.records import MAIN_SERIES, Document, RegisterEntry
from web.desk import get_desk
from web.pages.shell.access import limits, may, me
from web.pages.shell.downloads import safe_name
from web.pages.shell.filters import DECIDED, MANUAL, STATUSES
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("agenda", __name__, url_prefix="/agenda")

PAGE = 100  # numbers at once of a long register
MOST_AT_ONCE = 200  # numbers of a year that are shown whole
LAST = 2**31 - 1
COLUMNS = (
    *(("Urut", 8), ("Tanggal", 13), ("Nomor", 44), ("Hal", 64), ("Tujuan", 40), ("Penanda tangan", 30)),
    *(("Keadaan", 20), ("Keterangan", 44), ("Tautan", 44)),
)


@blueprint.get("")
@may("read")
def show() -> ResponseReturnValue:
    """Show the register of a year, to read and to print."""
    return _page()


@blueprint.get("/agenda.xlsx")
@may("export")
def sheet() -> ResponseReturnValue:
    """Send the register of a year as a spreadsheet, from number 1."""
    desk = get_desk()
    year = _year()
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
        book = _chosen(list_books(tx, office))
        entries = lines_of(tx, office, year, book, limits())
        documents_by_id = _documents(tx, entries)
        status_by_document = states_of(desk, tx, list(documents_by_id.values()))
        addressees = addressees_of(desk, tx, documents_by_id.values())
        signers = _signers(tx, documents_by_id)
    rows = [
        (
            "" if book.by else f"{entry.sequence}{getattr(entry, 'suffix', '')}",
            entry.date,
            entry.number,
            entry.title,
            addressees.get(entry.document, ""),
            signers.get(entry.document, ""),
            state(entry, status_by_document),
            entry.reason,
            desk.links.document(entry.document) if entry.document else "",
        )
        for entry in entries
    ]
    data = plain_xlsx(f"Agenda {year}", COLUMNS, rows)
    name = "Buku agenda" if book.is_main else safe_name(f"Buku agenda {book.title}")
    return send_file(io.BytesIO(data), media_types.XLSX, True, f"{name} {year}.xlsx")


@blueprint.get("/nomor")
@may("issue")
def by_hand() -> ResponseReturnValue:
    """Show numbers given by hand: keep a block, record what its numbers were used for, insert one."""
    return _by_hand()


@blueprint.post("/cadangan")
@may("issue")
def reserve() -> ResponseReturnValue:
    """Keep a block of numbers."""
    try:
        count = request.form.get("count", 0, type=int)
        series = request.form.get("seri", MAIN_SERIES)
        block = manual.reserve_block(get_desk(), count, request.form.get("reason", ""), me().name, series_name=series)
    except InvalidSubmission as invalid:
        return _by_hand("cadangan", invalid.errors), 422
    flash(
        say(
            "{count} nomor dicadangkan, urut {first} sampai {last}.",
            count=len(block),
            first=block[0].sequence,
            last=block[-1].sequence,
        ),
        "success",
    )
    return redirect(url_for(".by_hand"), 303)


@blueprint.post("/sisipan")
@may("issue")
def insert() -> ResponseReturnValue:
    """Put a number in between."""
    form = request.form
    try:
        entry = manual.insert_number(
            get_desk(),
            title=form.get("title", ""),
            date=_date(form.get("date", "")),
            classification=form.get("classification", ""),
            reason=form.get("reason", ""),
            by=me().name,
            series_name=form.get("seri", MAIN_SERIES),
        )
    except InvalidSubmission as invalid:
        return _by_hand("sisipan", invalid.errors), 422
    flash(say("Nomor {number} disisipkan.", number=entry.number), "success")
    return redirect(url_for(".show", tahun=entry.year, seri=_unless_main(entry.series)), 303)


@blueprint.route("/<int:year>/<int:sequence>", methods=["GET", "POST"], defaults={"suffix": ""})
@blueprint.route("/<int:year>/<int:sequence>/<suffix>", methods=["GET", "POST"])
@may("issue")
def entry(year: int, sequence: int, suffix: str) -> ResponseReturnValue:
    """Change one number given by hand: record its use, or make it void. Raises Conflict."""
    desk = get_desk()
    series = request.args.get("seri", MAIN_SERIES)
    with desk.catalogue.read() as tx:
        unit = registers.get_office(tx).unit_code
        line = lines.get_entry(tx, unit, year, sequence, suffix, series)
    if line.document:
        raise Conflict(
            say("Nomor {number} dipakai naskah. Ubah atau batalkan di halaman naskah itu.", number=line.number)
        )
    if request.method == "GET":
        return _entry(line, suffix, [])
    form = request.form
    try:
        if form.get("aksi") == "batal":
            line = manual.void_number(desk, year, sequence, suffix, form.get("reason", ""), me().name, series=series)
            flash(say("Nomor {number} dibatalkan.", number=line.number), "success")
        else:
            line = manual.use_number(
                desk,
                year,
                sequence,
                title=form.get("title", ""),
                date=_date(form.get("date", "")),
                classification=form.get("classification", ""),
                by=me().name,
                series=series,
            )
            flash(say("Nomor {number} dicatat.", number=line.number), "success")
    except InvalidSubmission as invalid:
        return _entry(line, suffix, invalid.errors), 422
    return redirect(url_for(".by_hand"), 303)


def state(entry: RegisterEntry, status_by_document: Mapping[str, str]) -> str:
    """Return what became of a number, in words; a number given by hand says so."""
    if entry.document or entry.status == "void" or isinstance(entry, lines.VeiledEntry):
        return (STATUSES | DECIDED)[status_by_document.get(entry.document, entry.status)]
    if getattr(entry, "suffix", ""):
        return MANUAL["inserted"]
    return MANUAL["kept" if entry.status == "reserved" else "used"]


def _page() -> str:
    desk = get_desk()
    year = _year()
    sought = request.args.get("cari", "").strip()[:200]
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
        unit, books = office.unit_code, list_books(tx, office)
        book = _chosen(books)
        counts = counts_of(tx, office, year, book)
        shows_all = bool(book.by) or bool(sought) or "semua" in request.args or sum(counts.values()) <= MOST_AT_ONCE
        before = max(1, min(request.args.get("sebelum", LAST, type=int), LAST))
        entries = (
            lines_of(tx, office, year, book, limits())
            if shows_all
            else lines.page_of(tx, unit, year, before=before, limit=PAGE, within=limits(), series=book.series)
        )
        pending = {line.document: line for line in journal.list_pending(tx)}
        documents_by_id = _documents(tx, entries)
        signers = _signers(tx, documents_by_id)
        addressees = addressees_of(desk, tx, documents_by_id.values())
        if sought:
            people = {id: f"{signers[id]} {addressees.get(id, '')}" for id in documents_by_id}
            entries = [entry for entry in entries if _holds(entry, people.get(entry.document, ""), sought)]
            documents_by_id = _documents(tx, entries)
        status_by_document = states_of(desk, tx, list(documents_by_id.values()))
        replaced_by = [document.replaced_by for document in documents_by_id.values() if document.replaced_by]
        visible = visible_documents(tx, replaced_by, limits())
        successors = documents.get_documents(tx, list(visible))
    return render_template(
        "agenda.html",
        year=year,
        this_year=desk.today().year,
        unit=unit,
        book=book,
        shown_as=f"{year}" if book.is_main else f"{book.title} {year}",
        books=books,
        named=None if book.is_main else book.series or book.by,
        entries=entries,
        state=lambda entry: state(entry, status_by_document),
        is_veiled=lambda entry: isinstance(entry, lines.VeiledEntry),
        standing=status_by_document,
        documents=documents_by_id,
        signers=signers,
        addressees=addressees,
        successors=successors,
        pending=pending,
        counts=counts,
        count=sum(counts.values()),
        sought=sought,
        shows_all=shows_all,
        older=entries[0].sequence if entries and not shows_all and entries[0].sequence > 1 else 0,
        printed=desk.now(),
    )


def _documents(tx: Connection, entries: Sequence[RegisterEntry]) -> dict[str, Document]:
    """Return the documents of numbers by id."""
    return documents.get_documents(tx, [entry.document for entry in entries if entry.document])


def _signers(tx: Connection, documents_by_id: Mapping[str, Document]) -> dict[str, str]:
    """Return the names of the documents' signers, by document id."""
    officials = {official.id: official.name for official in registers.list_officials(tx)}
    return {id: officials.get(document.signer, "") for id, document in documents_by_id.items()}


def _holds(entry: RegisterEntry, people: str, sought: str) -> bool:
    """Return whether a number is the sequence sought, or its line holds every word of it."""
    if sought.isdecimal():
        return str(entry.sequence) == sought.lstrip("0")
    line = f"{entry.number} {entry.title} {entry.reason} {people}".casefold()
    return all(word in line for word in sought.casefold().split())


def _by_hand(form_name: str = "", errors: list[FieldError] | None = None) -> str:
    desk = get_desk()
    today = desk.today()
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
        kept_numbers = lines.reserved_numbers(tx, office.unit_code, today.year - 1)
    return render_template(
        "agenda_by_hand.html",
        kept=kept_numbers,
        series=[(series.name, series.title) for series in list_series(office)],
        named=request.args.get("seri", MAIN_SERIES),
        unless_main=_unless_main,
        place=form_name,
        typed=request.form if form_name else {},
        errors=errors or [],
        wrong={error.field: error.message for error in errors or []},
        today=today,
        largest=manual.LARGEST_BLOCK,
    )


def _entry(line: RegisterEntry, suffix: str, errors: list[FieldError]) -> str:
    return render_template(
        "agenda_entry.html",
        line=line,
        series=_series_title(line.series),
        suffix=suffix,
        state=state(line, {}),
        typed=request.form,
        errors=errors,
        wrong={error.field: error.message for error in errors},
        today=get_desk().today(),
    )


def _chosen(books: Sequence[Book]) -> Book:
    """Return the register that the address names: a series by its name, or a system. Raises NotFound."""
    name = request.args.get("seri", "")
    is_system = name in [book.by for book in books if book.by]
    return find_book(books, by=name) if is_system else find_book(books, name)


def _unless_main(series: str) -> str | None:
    """Return the name of a series as addresses have it: the main one has none."""
    return None if series == MAIN_SERIES else series


def _series_title(name: str) -> str:
    """Return what people call a series; "" of the main one."""
    with get_desk().catalogue.read() as tx:
        office = registers.get_office(tx)
    return "" if name == MAIN_SERIES else get_series(office, name).title


def _year() -> int:
    year = request.args.get("tahun", get_desk().today().year, type=int)
    if not 1900 <= year <= 2200:
        raise NotFound(say("Tahun {year} di luar jangkauan.", year=year))
    return year


def _date(text: str) -> Any:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None
