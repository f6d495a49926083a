"""Search the archive: by words and filters, by asset, by asset and step. Other systems link to these addresses."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, make_response, render_template, request, send_file
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from docgen.desk.access.secret_readings import note_reading
from docgen.desk.dossiers.standing import refresh
from docgen.desk.inbox.inbox import roles_of
from docgen.desk.revisions.document_history import states_of
from docgen.errors import NotFound
from docgen.spreadsheets.search_results import results_xlsx
from storage import media_types
from storage.catalogue import registers
from storage.catalogue.fulltext import words_of
from storage.catalogue.searching.search import (
    MOST_COUNTED,
    PLAIN,
    Filter,
    count_documents,
    documents_of_number,
    search_documents,
)
from storage.catalogue.searching.similar_words import corrected_search
from storage.errors import RecordMissing
from storage.records import Asset, Document, Official
from web.desk import get_desk
from web.pages.reading.permalinks import asked_form, documents_as, vary
from web.pages.shell.access import limits, may, me, permalink
from web.pages.shell.filters import DECIDED, FILTERED, STATUSES, day, kind_title, procedure_title
from web.pages.shell.one_box import beginnings
from web.pages.shell.passages import Sought, passage
from wording import say

blueprint = Blueprint("archive", __name__, url_prefix="/arsip")

PAGE = 30
MOST_PAGES = 40  # before this one, whose last documents an address holds
MOST_OF_ASSET = 1000
MOST_IN_SHEET = 10_000  # rows: a spreadsheet of more is no longer read by people
FILTERS = ("aset", "prosedur", "langkah", "jenis", "tahun", "status", "pejabat", "dari", "sampai")
_STEP = re.compile(r"(?P<nibar>.+)/(?P<procedure>[a-z][a-z0-9_-]*)/(?P<step>[0-9]{1,3})")


@blueprint.get("")
@may("read")
def search() -> ResponseReturnValue:
    """Search the archive."""
    args = request.args
    desk = get_desk()
    refresh(desk)
    criteria = _filter_of_query()
    with desk.catalogue.read() as tx:
        matches = search_documents(tx, criteria, limit=PAGE + 1)
        count = count_documents(tx, criteria)
        of_number = documents_of_number(tx, criteria) if criteria.q and not criteria.cursor else []
        assets = registers.search_assets(tx, criteria.q, limit=4) if criteria.q and not criteria.cursor else []
        begun = beginnings(tx, criteria.q) if criteria.q and not criteria.cursor else []
        is_missed = criteria.q and not criteria.cursor and not matches and not of_number
        suggestion = corrected_search(tx, criteria) if is_missed else ""
        officials = registers.list_officials(tx)
        first = {document.id for document in of_number}
        shown = [*of_number, *(document for document in matches[:PAGE] if document.id not in first)]
        words = words_of(tx, [document.id for document in shown]) if criteria.q else {}
    asked = {name: value for name, value in args.to_dict().items() if value and name not in ("sesudah", "lewat")}
    return render_template(
        "archive/search.html",
        wanted=criteria,
        found=shown,
        sought=Sought(criteria.q),
        passages=_passages(shown, words, criteria.q),
        count=max(count, len(shown)),
        most_counted=MOST_COUNTED,
        assets=assets,
        begun=begun,
        suggestion=suggestion,
        suggested={**asked, "q": suggestion},
        **_pages(asked, matches),
        sheet=asked,
        chips=_chips(asked, officials),
        procedures=desk.sop.places,
        kinds=desk.kinds,
        statuses=FILTERED,
        officials=officials,
        years=range(desk.today().year, desk.today().year - 8, -1),
        narrowed=any(name in asked for name in FILTERS),
    )


def _passages(found: list[Document], words: dict[str, tuple[str, str]], search: str) -> dict[str, Markup | None]:
    """Return a passage of each document, by id, whose title and number do not hold all that is searched for."""
    sought = Sought(search)
    return {
        document.id: passage(words.get(document.id, ()), sought)
        for document in found
        if not sought.is_all_in(f"{document.title} {document.number}")
    }


def _pages(asked: dict[str, str], matches: list[Document]) -> dict[str, Any]:
    """Return the number of the page from 1, and what the addresses of the page before and the next one ask for.

    `lewat` holds the last documents of the pages before: with them each page is found again.
    """
    args = request.args
    cursors = [*filter(None, args.get("lewat", "").split(".")), *filter(None, [args.get("sesudah", "")])][-MOST_PAGES:]
    before = {**asked, "sesudah": cursors[-2] if len(cursors) > 1 else "", "lewat": ".".join(cursors[:-2])}
    after = {**asked, "sesudah": matches[PAGE - 1].id, "lewat": ".".join(cursors)} if len(matches) > PAGE else None
    return {"page": len(cursors) + 1, "before": before if cursors else None, "more": after}


def _chips(asked: dict[str, str], officials: list[Official]) -> list[tuple[str, dict[str, str]]]:
    """Return each filter that narrows, in words, with what the address without it asks for."""
    names = {official.id: official.name for official in officials}
    words: dict[str, Callable[[str], str]] = {
        "prosedur": procedure_title,
        "langkah": lambda value: say("Langkah {step}", step=value),
        "jenis": kind_title,
        "tahun": str,
        "status": lambda value: FILTERED.get(value, value),
        "aset": lambda value: say("Aset {asset}", asset=value),
        "pejabat": lambda value: names.get(value, value),
        "dari": lambda _: say("Dari {date}", date=_shown_day("dari")),
        "sampai": lambda _: say("Sampai {date}", date=_shown_day("sampai")),
    }
    return [
        (words[name](value), {other: kept for other, kept in asked.items() if other != name})
        for name, value in asked.items()
        if name in words
    ]


@blueprint.get("/hasil.xlsx")
@may("export")
def sheet() -> ResponseReturnValue:
    """Send the results of a search as a spreadsheet: the newest MOST_IN_SHEET."""
    desk = get_desk()
    refresh(desk)
    matches: list[Document] = []
    criteria = replace(_filter_of_query(), cursor="")
    with desk.catalogue.read() as tx:
        while len(matches) < MOST_IN_SHEET:
            page = search_documents(tx, criteria, limit=1000)
            matches += page
            if len(page) < 1000:
                break
            criteria = replace(criteria, cursor=page[-1].id)
        matches = matches[:MOST_IN_SHEET]
        states = states_of(desk, tx, matches)
    note_reading(desk, [document.id for document in matches], me().name)
    words = STATUSES | DECIDED
    data = results_xlsx(
        matches,
        kind=kind_title,
        procedure=procedure_title,
        state=lambda document: words[states[document.id]],
        link=lambda document: desk.links.document(document.id),
    )
    return send_file(io.BytesIO(data), media_types.XLSX, True, f"Arsip {desk.today().isoformat()}.xlsx")


def _filter_of_query() -> Filter:
    """Return the filter that the address asks for."""
    args = request.args
    return Filter(
        q=args.get("q", "").strip()[:200],
        asset=args.get("aset", "").strip(),
        procedure=args.get("prosedur", ""),
        step=args.get("langkah", type=_small),
        kind=args.get("jenis", ""),
        year=args.get("tahun", type=_small),
        **_standing(args.get("status", "")),
        signer=args.get("pejabat", ""),
        since=_day("dari"),
        until=_day("sampai"),
        cursor=args.get("sesudah", ""),
        within=limits(),
    )


def _standing(state: str) -> dict[str, Any]:
    """Return the fields of a Filter for a state by its name; with `putusan=saya` only what the reader is to decide."""
    if state == "awaiting" and request.args.get("putusan") == "saya":
        desk = get_desk()
        with desk.catalogue.read() as tx:
            return {"standing": state, "roles": tuple(roles_of(desk, tx, me().user.officials))}
    return {"standing": state} if state == PLAIN or state in DECIDED else {"status": state}


@blueprint.get("/<nibar:rest>", merge_slashes=False)
@permalink
def asset(rest: str) -> ResponseReturnValue:
    """`/arsip/{nibar}` and `/arsip/{nibar}/{procedure}/{step}`; a registered asset of the whole name comes first.

    For a program: the documents there as JSON, or the PDF of the newest in force.
    """
    form = asked_form()
    return vary(make_response(_show_address(rest))) if form == "page" else documents_as(form, _lying_at(rest))


@may("read")
def _show_address(rest: str) -> ResponseReturnValue:
    record = _asset(rest)
    match = None if record else _STEP.fullmatch(rest)
    if match is None:
        return _of_asset(record.nibar if record else rest, record)
    record = _asset(match["nibar"])
    return _of_step(record.nibar if record else match["nibar"], match["procedure"], int(match["step"]))


def _lying_at(rest: str) -> Filter:
    match = None if _asset(rest) else _STEP.fullmatch(rest)
    if match is None:
        return Filter(asset=rest)
    return Filter(asset=match["nibar"], procedure=match["procedure"], step=int(match["step"]))


def _of_asset(nibar: str, record: Asset | None) -> str:
    """Show the documents about one asset, by procedure and step. Raises NotFound."""
    with get_desk().catalogue.read() as tx:
        matches = search_documents(tx, Filter(asset=nibar, within=limits()), limit=MOST_OF_ASSET)
    if record is None and not matches:
        raise NotFound(
            say(
                "Aset {nibar} tidak ada dalam daftar aset dan tidak punya naskah. Periksa NIBAR-nya.", nibar=repr(nibar)
            )
        )
    groups: dict[str, dict[int, list[Document]]] = {}
    for document in matches:
        groups.setdefault(document.procedure, {}).setdefault(document.step, []).append(document)
    order = [procedure.slug for procedure in get_desk().sop.places]
    slugs = sorted(groups, key=lambda slug: (order.index(slug) if slug in order else len(order), slug))
    return render_template(
        "archive/asset.html",
        nibar=nibar,
        asset=record,
        groups=[(slug, sorted(groups[slug].items())) for slug in slugs],
        count=len(matches),
        ready=sum(document.revision > 0 for document in matches),
        years=sorted({document.year for document in matches}, reverse=True),
    )


def _of_step(nibar: str, procedure: str, number: int) -> str:
    """Show the documents at one step of an asset; an empty step is a page too, for links made before the document."""
    desk = get_desk()
    record = _asset(nibar)
    with desk.catalogue.read() as tx:
        matches = search_documents(
            tx, Filter(asset=nibar, procedure=procedure, step=number, within=limits()), limit=200
        )
    try:
        step = desk.sop.procedure(procedure).step(number)
    except NotFound:
        step = None  # the SOP was revised since
    if not matches and (record is None or step is None):
        raise NotFound(
            say(
                "Tidak ada naskah aset {nibar} pada prosedur {procedure} langkah {step}.",
                nibar=repr(nibar),
                procedure=repr(procedure),
                step=number,
            )
        )
    kinds = [desk.kinds[slug] for slug in step.outputs if slug in desk.kinds] if step else []
    return render_template(
        "archive/step.html",
        nibar=nibar,
        asset=record,
        procedure=procedure,
        number=number,
        step=step,
        found=matches,
        kinds=kinds,
    )


def _small(text: str) -> int:
    """Return a step or year from an address; one too large for a database's integers fits none, as it should."""
    return max(-1, min(int(text), 9999))


def _day(name: str) -> dt.date | None:
    """Return the date of this name in the address; None for none, or for what is none."""
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _shown_day(name: str) -> str:
    date = _day(name)
    return day(date) if date else request.args[name]


def _asset(nibar: str) -> Asset | None:
    try:
        with get_desk().catalogue.read() as tx:
            return registers.get_asset(tx, nibar)
    except RecordMissing:
        return None
