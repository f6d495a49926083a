"""Check a request against the SOP, the kinds and the registers, before anything is numbered or kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.recap import make_recap
from docgen.desk.issuing.dossier_choice import NamedTarget, Target, find_continued, find_named
from docgen.desk.issuing.missing_glyphs import unprintable_registers, unprintable_values
from docgen.desk.issuing.prefill import facts_of
from docgen.desk.issuing.request_checks import (
    check_date,
    check_division,
    choose_assets,
    choose_signer,
    choose_superiors,
    clean_values,
    named_officials,
    named_superiors,
    recipients_of,
    signer_role,
)
from docgen.desk.revisions.photos import missing_photos
from docgen.desk.revisions.pipeline import Snapshot
from docgen.desk.security_class import ClassChoice, choose_class
from docgen.errors import FieldError, InvalidSubmission, NotFound
from docgen.forms import Facts, to_json
from docgen.indonesian import local_date
from docgen.kinds.kind import Kind
from docgen.number_systems import find_system, usual_system
from docgen.sop import Procedure, Step, sop_view
from storage.catalogue.registers import find_assets, get_letterhead, list_officials
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.records import Asset, Office, Official, SecurityClass, Signing, Submission
from wording import say


class NumberingRequest(BaseModel):
    """Which system numbers a letter."""

    model_config = ConfigDict(extra="forbid")

    by: Annotated[
        str,
        Field(
            min_length=1,
            max_length=300,
            description="`kantor` for a number of the office's own, or one of the office's other systems. Such a "
            "letter takes no number of the office's: it waits as `awaiting_number` until its number is told",
            examples=["SRIKANDI"],
        ),
    ]


class DocumentRequest(BaseModel):
    """The body of `POST /documents` and of the form: which document, on what, with which field values."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[str, Field(description="Kind, one of GET /kinds", examples=["nota_dinas"])]
    procedure: Annotated[str, Field(description="Slug of the procedure", examples=["pemeliharaan"])]
    step: Annotated[int, Field(ge=1, le=999, description="Number of the step, from 1", examples=[2])]
    assets: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=120)]],
        Field(max_length=2000, description="NIBAR of each asset; the first is the one it is kept under"),
    ] = []
    dossier: Annotated[
        str | None,
        Field(
            description="Id of the dossier, or `new` for one of its own. Left out, the letter continues the open "
            "dossier on exactly these assets where only one fits, and opens one of its own otherwise; the answer "
            "tells which"
        ),
    ] = None
    signer: Annotated[str | None, Field(description="Id of the official; the step's own when left out")] = None
    on_behalf_of: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=60)]] | None,
        Field(
            max_length=2,
            description="Ids of the officials in whose name the signer signs: his superior (a.n.), then the one "
            "between the two (u.b.). Left out, as the SOP says; an empty list: in his own name",
        ),
    ] = None
    date: Annotated[dt.date | None, Field(description="Date of the document; today when left out")] = None
    replaces: Annotated[
        str | None,
        Field(
            description="Id of an issued document of the same kind and step in whose place this one comes, in its "
            "dossier. Left out, nothing is replaced"
        ),
    ] = None
    security: Annotated[
        SecurityClass | None,
        Field(
            description="Security class: B (biasa), T (terbatas), R (rahasia), SR (sangat rahasia). Left out, that of "
            "the letter it replaces, else the kind's own, else the office's. It stays as it is once the letter is "
            "issued"
        ),
    ] = None
    numbering: Annotated[
        NumberingRequest | None,
        Field(
            description="Who numbers the letter. Left out, as the office says for the kind: as a rule the office itself"
        ),
    ] = None
    signing: Annotated[
        Signing,
        Field(
            description="`bsre`: it waits for its signer's electronic signature (`POST /documents/{id}/sign`); left "
            "out, it is signed by hand"
        ),
    ] = ""
    data: Annotated[dict[str, Any], Field(description="Values of the kind's fields, see GET /kinds/{kind}")] = {}

    @property
    def names_target(self) -> bool:
        """Whether it says itself where the letter goes: into which dossier, or in which letter's place."""
        return bool(self.dossier or self.replaces)


@dataclass(frozen=True)
class Prepared:
    """A request that can be carried out: kind, step and signer are there, and every value is valid.

    `target` is where the letter goes, as decided when its fields were filled; `within` limits what its caller may see.
    """

    kind: Kind
    procedure: Procedure
    step: Step
    submission: Submission
    values: dict[str, Any]
    title: str
    snapshot: Snapshot
    target: Target
    security: ClassChoice
    emblem: bytes | None = field(default=None, repr=False)  # of the letterhead, as PNG
    within: Limits = NO_LIMITS


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


def prepare(desk: Desk, request: DocumentRequest, within: Limits = NO_LIMITS) -> Prepared:
    """Check a request and return it prepared; dossiers and documents outside of `within` look absent.

    Raises InvalidSubmission with every error found, each beside its field.
    """
    with desk.catalogue.read() as tx:
        return prepare_in(desk, tx, request, read_registers(desk, tx, request.assets), within)


def check_place(desk: Desk, request: DocumentRequest) -> list[FieldError]:
    """Return the errors of a request's kind, procedure and step alone."""
    errors: list[FieldError] = []
    _place(desk, request, errors)
    return errors


def prepare_in(
    desk: Desk, tx: Connection, request: DocumentRequest, registers: Registers, within: Limits = NO_LIMITS
) -> Prepared:
    """Do as `prepare`, with registers that were read in the same transaction and hold the request's assets."""
    evidence = _read_evidence(desk, tx, request, registers, within)
    kind, procedure, step, date = evidence.kind, evidence.procedure, evidence.step, evidence.date
    officials, target = registers.officials, evidence.target
    role = signer_role(kind, step)
    signer, signer_errors = choose_signer(request.signer, role, officials, date, desk.sop.role_label)
    errors = [*evidence.errors, *signer_errors, *check_division(signer, within.divisions)]
    numbering, numbering_errors = _numbering(request, registers.office)
    errors += numbering_errors
    if kind is None:
        raise InvalidSubmission(errors)
    superiors = choose_superiors(kind, step, signer, officials, date)
    if request.on_behalf_of is not None:
        superiors, superior_errors = named_superiors(request.on_behalf_of, signer, officials, date)
        errors += superior_errors
    values, value_errors = clean_values(kind, request.data, evidence.facts, officials, date)
    errors += value_errors
    if not value_errors:
        errors += [*missing_photos(desk, kind, values), *unprintable_values(kind, values)]
    derived: dict[str, Any] = {}
    if not errors:
        derived, errors = _derived(desk, tx, kind, values, registers, request.procedure)
    named = named_officials(kind, values, officials)
    if not errors:
        people = [official for official in (signer, *superiors, *named.values()) if official]
        errors = unprintable_registers(registers.office, people, evidence.assets, request.assets)
    if errors or procedure is None or step is None or signer is None:
        raise InvalidSubmission(errors)
    security = choose_class(request.security, target.replaced, kind, registers.office)
    submission = Submission(
        kind=kind.slug,
        procedure=procedure.slug,
        step=step.number,
        assets=[asset.nibar for asset in evidence.assets],
        dossier=target.dossier_id,
        signer=signer.id,
        date=date,
        data=to_json(values),
        replaces=target.replaced.id if target.replaced else "",
        security=security.security,
        numbering=numbering,
        signing=request.signing,
    )
    snapshot = Snapshot(
        registers.office.model_copy(update={"security_code": security.security}),
        signer,
        evidence.assets,
        named,
        on_behalf_of=superiors[0] if superiors else None,
        by_way_of=superiors[1] if len(superiors) > 1 else None,
        derived=derived,
        paper=kind.paper_in(registers.office),
        recipients=recipients_of(kind, values, officials, date),
    )
    title = kind.document_title(values)
    emblem = registers.emblem
    return Prepared(kind, procedure, step, submission, values, title, snapshot, target, security, emblem, within)


def classification(kind: Kind, procedure: Procedure) -> str:
    """Return the archive code (Permendagri 83/2022): the kind's own for this procedure, else the procedure's."""
    return kind.classification_for(procedure.slug) or procedure.classification


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


def _read_evidence(
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
    place = (procedure, step, kind, tuple(sorted(assets)))
    if errors or place in registers.places_without_open_dossier:
        return Target()
    continued = find_continued(desk, tx, procedure=procedure, step=step, kind=kind, assets=assets, within=within)
    if continued.dossier is None:
        registers.places_without_open_dossier.add(place)
    return continued


def _numbering(request: DocumentRequest, office: Office) -> tuple[str, list[FieldError]]:
    """Return the system that numbers a letter, "" for the office itself, and the errors."""
    if request.numbering is None:
        return usual_system(office, request.kind), []
    try:
        return find_system(office, request.numbering.by), []
    except InvalidSubmission as invalid:
        return "", list(invalid.errors)


def _derived(
    desk: Desk, tx: Connection, kind: Kind, values: dict[str, Any], registers: Registers, procedure: str
) -> tuple[dict[str, Any], list[FieldError]]:
    """Return what the kind needs of the office's data as they are now (a recap, the SOP), and the errors."""
    derived: dict[str, Any] = {}
    if "recap" in kind.needs:
        key = (values["periode_awal"], values["periode_akhir"], procedure)
        if key not in registers.recaps:
            try:
                registers.recaps[key] = make_recap(desk, tx, values, registers.office, procedure)
            except InvalidSubmission as invalid:
                return {}, list(invalid.errors)
        derived["recap"] = registers.recaps[key]
    if "sop" in kind.needs:
        derived["sop"] = sop_view(desk.sop)
    return derived, []
