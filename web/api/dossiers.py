"""Dossiers step by step, and the register (buku agenda)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from docgen.desk import Desk
from docgen.errors import NotFound
from docgen.sop import Step
from storage.catalogue import documents, numbers
from storage.catalogue.registers import get_office
from storage.records import Document, Dossier
from web.api import models, views
from web.api.calls import call
from web.api.queries import DossierQuery, RegisterQuery
from web.desk import get_desk


@call("GET", "/dossiers", "List dossiers", tag="Dossiers", action="read", query=DossierQuery,
      returns={200: models.DossierPage})  # fmt: skip
def list_dossiers(query: DossierQuery) -> models.DossierPage:
    """Dossiers of a procedure or about an asset, newest first."""
    desk = get_desk()
    filters = query.model_dump(include={"procedure", "asset", "cursor"})
    with desk.catalogue.read() as tx:
        found = documents.list_dossiers(tx, **filters, limit=query.limit + 1)
    items = [models.FoundDossier.model_validate(views.found_dossier(desk, one)) for one in found[: query.limit]]
    return models.DossierPage(items=items, next=items[-1].id if len(found) > query.limit else None)


@call("GET", "/dossiers/<id>", "One dossier", tag="Dossiers", action="read", returns={200: models.Dossier})
def get_dossier(id: str) -> models.Dossier:
    """Every step of the procedure with its documents, and the kinds that are missing."""
    desk = get_desk()
    with desk.catalogue.read() as tx:
        dossier = documents.get_dossier(tx, id)
        made = _all_documents(tx, id)
        revisions = documents.current_revisions(tx, made)
    shown = [views.found_document(desk, one, revisions.get(one.id)) for one in made]
    steps = [_step(step, shown) for step in _steps(desk, dossier, made)]
    return models.Dossier.model_validate({**views.found_dossier(desk, dossier), "steps": steps})


@call("GET", "/register", "The register (buku agenda)", tag="Dossiers", action="read", query=RegisterQuery,
      returns={200: models.Register})  # fmt: skip
def get_register(query: RegisterQuery) -> models.Register:
    """Every number the unit gave out in a year, in sequence, without a gap."""
    desk = get_desk()
    year = query.year or desk.today().year
    with desk.catalogue.read() as tx:
        unit = get_office(tx).unit_code
        entries = numbers.list_entries(tx, unit, year)
    return models.Register(unit=unit, year=year, items=[models.Entry.of(entry) for entry in entries])


def _all_documents(tx: Connection, dossier: str) -> list[Document]:
    """The documents of a dossier, oldest first."""
    found: list[Document] = []
    while True:
        wanted = documents.Filter(dossier=dossier, cursor=found[-1].id if found else "")
        page = documents.search_documents(tx, wanted, limit=500)
        found += page
        if len(page) < 500:
            return found[::-1]


def _steps(desk: Desk, dossier: Dossier, made: Sequence[Document]) -> list[tuple[int, Step | None]]:
    """The procedure's steps, and those of documents made under an SOP that was revised since."""
    try:
        steps = {step.number: step for step in desk.sop.procedure(dossier.procedure).steps}
    except NotFound:
        steps = {}
    return [(number, steps.get(number)) for number in sorted({*steps, *(one.step for one in made)})]


def _step(step: tuple[int, Step | None], made: Sequence[models.FoundDocument]) -> models.DossierStep:
    number, known = step
    here = [one for one in made if one.step == number]
    outputs = list(known.outputs) if known else []
    in_force = {one.kind for one in here if one.status == "issued"}
    return models.DossierStep(
        number=number,
        activity=known.activity if known else "",
        outputs=outputs,
        documents=here,
        missing=[kind for kind in outputs if kind not in in_force],
    )
