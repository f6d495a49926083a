"""Dossiers step by step, and the register (buku agenda)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from docgen.desk.dossiers.dossiers import close, reopen, view_dossier
from docgen.desk.registers.books import counts_of, find_book, last_of, lines_of, list_books
from storage.catalogue import dossiers
from storage.catalogue.registers import get_office
from web.api.http.auth import caller, limits, see_dossier
from web.api.http.calls import call
from web.api.schemas import answers, views
from web.api.schemas.queries import DossierQuery, RegisterQuery, RegistersQuery
from web.desk import get_desk


class CloseRequest(BaseModel):
    """Why a dossier is closed although something lacks; not needed when every step is done."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field("", max_length=1000, examples=["Pengadaan dibatalkan; anggaran dialihkan."])


@call("GET", "/dossiers", "List dossiers", tag="Dossiers", office_wide=False, action="read", query=DossierQuery,
      returns={200: answers.DossierPage})  # fmt: skip
def list_dossiers(query: DossierQuery) -> answers.DossierPage:
    """Dossiers of a procedure or about an asset, newest first."""
    desk = get_desk()
    filters = query.model_dump(include={"procedure", "asset", "cursor"})
    with desk.catalogue.read() as tx:
        matches = dossiers.list_dossiers(tx, **filters, limit=query.limit + 1, within=limits())
    items = [
        answers.FoundDossier.model_validate(views.found_dossier(desk, dossier)) for dossier in matches[: query.limit]
    ]
    return answers.DossierPage(items=items, next=items[-1].id if len(matches) > query.limit else None)


@call(
    "GET",
    "/dossiers/<id>",
    "One dossier",
    tag="Dossiers",
    office_wide=False,
    action="read",
    returns={200: answers.Dossier},
)
def get_dossier(id: str) -> answers.Dossier:
    """Every step of the procedure with its state, its documents, the kinds that are missing and what is overdue. A
    limited token sees the dossiers of its assets, and in them the documents within its limits."""
    see_dossier(id)
    return _dossier_answer(id)


@call(
    "POST",
    "/dossiers/<id>/close",
    "Close a dossier",
    tag="Dossiers",
    office_wide=False,
    action="file",
    body=CloseRequest,
    returns={200: answers.Dossier},
    problems=(409,),
)
def post_close(id: str, body: CloseRequest) -> answers.Dossier:
    """422 while steps are not done and no reason is given; 409 when it is closed, or a letter of it is being made; 403
    when it holds what lies outside of the token's limits."""
    see_dossier(id)
    close(get_desk(), id, caller().name, body.reason, limits())
    return _dossier_answer(id)


@call("POST", "/dossiers/<id>/reopen", "Open a closed dossier again", tag="Dossiers", office_wide=False, action="file",
      returns={200: answers.Dossier}, problems=(409,))  # fmt: skip
def post_reopen(id: str) -> answers.Dossier:
    """409 when it is open; 403 when it holds what lies outside of the token's limits."""
    see_dossier(id)
    reopen(get_desk(), id, caller().name, limits())
    return _dossier_answer(id)


def _dossier_answer(id: str) -> answers.Dossier:
    """Return a dossier with the documents that the caller may know of."""
    desk = get_desk()
    with desk.catalogue.read() as tx:
        return views.dossier(desk, tx, view_dossier(desk, tx, id, limits()), limits())


@call("GET", "/registers", "The registers", tag="Dossiers", action="read", query=RegistersQuery,
      returns={200: list[answers.RegisterSummary]})  # fmt: skip
def list_registers(query: RegistersQuery) -> list[answers.RegisterSummary]:
    """The office's series, each gapless, and the systems that give it numbers, with what they gave in a year."""
    desk = get_desk()
    year = query.year or desk.today().year
    with desk.catalogue.read() as tx:
        office = get_office(tx)
        kinds = {series.name: series.kinds for series in office.series}
        return [
            answers.RegisterSummary(
                series=book.series,
                title=book.title,
                by=book.by,
                pattern=book.pattern,
                kinds=kinds.get(book.series, []),
                year=year,
                last=last_of(tx, office, year, book),
                counts=answers.NumberCounts.model_validate(counts_of(tx, office, year, book)),
            )
            for book in list_books(tx, office)
        ]


@call("GET", "/register", "The register (buku agenda)", tag="Dossiers", action="read", query=RegisterQuery,
      returns={200: answers.Register}, problems=(404,))  # fmt: skip
def get_register(query: RegisterQuery) -> answers.Register:
    """Every number the unit gave out in a year, series by series, each in sequence, without a gap, and the numbers that
    other systems gave its letters; `series` or `by` narrow to one register. Numbers kept for letters written by hand
    are among them; what was put in between for an earlier day (12a) follows its number. What a secret letter is about
    is not told to callers that may not read it."""
    desk = get_desk()
    year = query.year or desk.today().year
    with desk.catalogue.read() as tx:
        office = get_office(tx)
        books = list_books(tx, office)
        if query.series or query.by:
            books = [find_book(books, query.series, query.by)]
        items = [
            answers.Entry.of(entry, book.by) for book in books for entry in lines_of(tx, office, year, book, limits())
        ]
    return answers.Register(unit=office.unit_code, year=year, items=items)
