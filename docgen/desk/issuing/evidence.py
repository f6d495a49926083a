"""Read what a request is checked against: the registers, and what SOP and kinds say of its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.issuing.dossier_choice import NamedTarget, Target, find_continued, find_named
from docgen.desk.issuing.prefill import facts_of
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.issuing.request_checks import check_date, choose_assets
from docgen.errors import FieldError, NotFound
from docgen.forms import Facts
from docgen.indonesian import local_date
from docgen.kinds.kind import Kind
from docgen.sop import Procedure, Step
from storage.catalogue.registers import find_assets, get_letterhead, list_officials
from storage.catalogue.visibility.limits import Limits
from storage.records import OUTSIDE_SOP, Asset, Office, Official
from wording import say

Place = tuple[str, int, str, tuple[str, ...]]  # procedure, step, kind, and the assets in order


@dataclass(frozen=True)
class Registers:
    """The registers, read once for any number of requests.

    `assets` are the requested ones that exist. `facts`, `recaps` and `places_without_open_dossier` are caches that
    requests fill: facts and recaps serve the next request on the same assets and of the same period, and where no open
    dossier can be continued none is looked for again.
    """

    office: Office
    officials: Mapping[str, Official]
    assets: Mapping[str, Asset]
    today: dt.date
    emblem: bytes | None = field(default=None, repr=False)
    facts: dict[tuple[Any, ...], Facts] = field(default_factory=dict)
    recaps: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    places_without_open_dossier: set[Place] = field(default_factory=set)


@dataclass(frozen=True)
class Evidence:
    """What a request is checked against, read before its fields are.

    A kind, procedure or step that does not exist is None. `errors` hold that and everything wrong with date, assets
    and target. `facts` fill in fields that were left out.
    """

    kind: Kind | None
    procedure: Procedure | None
    step: Step | None
    date: dt.date
    assets: list[Asset]
    target: Target
    facts: Facts | None
    errors: list[FieldError]


def read_registers(desk: Desk, tx: Connection, nibars: Iterable[str]) -> Registers:
    """Return what requests on these assets need of the registers. Raises RecordMissing before `docgen init`."""
    officials = {official.id: official for official in list_officials(tx)}
    assets = find_assets(tx, list(dict.fromkeys(nibar.strip() for nibar in nibars)))
    office, emblem = get_letterhead(tx)
    return Registers(office, officials, assets, local_date(desk.now(), office.time_zone), emblem)


def check_place(desk: Desk, request: DocumentRequest) -> list[FieldError]:
    """Return the errors of a request's kind, procedure and step alone."""
    errors: list[FieldError] = []
    _place(desk, request, errors)
    return errors


def read_evidence(
    desk: Desk, tx: Connection, request: DocumentRequest, registers: Registers, within: Limits
) -> Evidence:
    """Read what a request needs of SOP, kinds and catalogue."""
    errors: list[FieldError] = []
    kind, procedure, step = _place(desk, request, errors)
    date = request.date or registers.today
    errors += check_date(date, registers.today)
    nibars = [nibar.strip() for nibar in request.assets]
    assets, asset_errors = choose_assets(kind, nibars, registers.assets)
    errors += asset_errors
    target = _target(desk, tx, request, registers, [asset.nibar for asset in assets], within, errors)
    facts = None
    if kind is not None and procedure is not None and step is not None:
        known_assets = registers.assets
        current_nibars = list(
            dict.fromkeys(known_assets[nibar].nibar if nibar in known_assets else nibar for nibar in nibars)
        )
        dossier = target.dossier_id
        key = (kind.slug, procedure.slug, step.number, date, dossier, tuple(current_nibars))
        if key not in registers.facts:
            registers.facts[key] = facts_of(
                desk,
                tx,
                kind,
                procedure,
                step,
                date=date,
                office=registers.office,
                assets=known_assets,
                nibars=nibars,
                dossier=dossier,
                within=within,
            )
        facts = registers.facts[key]
    return Evidence(kind, procedure, step, date, assets, target, facts, errors)


def _target(
    desk: Desk,
    tx: Connection,
    request: DocumentRequest,
    registers: Registers,
    assets: list[str],
    within: Limits,
    errors: list[FieldError],
) -> Target:
    """Return where the letter goes: where the request says, else into the dossier that it continues."""
    procedure, step, kind = request.procedure, request.step, request.kind
    if request.names_target:
        named = NamedTarget(request.dossier or "", request.replaces or "")
        target, target_errors = find_named(tx, named, procedure=procedure, step=step, kind=kind, within=within)
        errors += target_errors
        return target
    if procedure == OUTSIDE_SOP:  # its classification says where it goes
        return Target()
    place = (procedure, step, kind, tuple(sorted(assets)))
    if errors or place in registers.places_without_open_dossier:
        return Target()
    continued = find_continued(desk, tx, procedure=procedure, step=step, kind=kind, assets=assets, within=within)
    if continued.dossier is None:
        registers.places_without_open_dossier.add(place)
    return continued


def _place(
    desk: Desk, request: DocumentRequest, errors: list[FieldError]
) -> tuple[Kind | None, Procedure | None, Step | None]:
    kind = _kind(desk, request, errors)
    procedure, step = _step(desk, request, errors)
    if kind and step and not kind.usable_at(request.procedure, request.step):
        errors.append(
            FieldError(
                "step",
                say("{title} tidak dipakai pada langkah {number} prosedur ini.", title=kind.title, number=step.number),
            )
        )
    return kind, procedure, step


def _kind(desk: Desk, request: DocumentRequest, errors: list[FieldError]) -> Kind | None:
    kind = desk.kinds.get(request.kind)
    if kind is None:
        errors.append(FieldError("kind", desk.missing_kind(request.kind)))
    return kind


def _step(desk: Desk, request: DocumentRequest, errors: list[FieldError]) -> tuple[Procedure | None, Step | None]:
    try:
        procedure = desk.sop.procedure(request.procedure)
    except NotFound as error:
        errors.append(FieldError("procedure", str(error)))
        return None, None
    try:
        return procedure, procedure.step(request.step)
    except NotFound as error:
        errors.append(FieldError("step", str(error)))
        return procedure, None
