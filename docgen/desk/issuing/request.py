"""What was asked for, checked against the SOP, the kinds and the registers, before anything is numbered or kept."""

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
from docgen.desk.revisions.photos import missing_photos
from docgen.desk.revisions.pipeline import Snapshot
from docgen.errors import FieldError, InvalidSubmission, NotFound
from docgen.forms import Facts, derive, to_json, validate
from docgen.kinds.kind import Kind
from docgen.sop import Procedure, Step, sop_view
from docgen.sop.actors import find_signer, valid_on
from storage.catalogue.limits import NO_LIMITS, Limits
from storage.catalogue.registers import find_assets, get_office, list_officials
from storage.records import Asset, Office, Official, Submission


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
    date: Annotated[dt.date | None, Field(description="Date of the document; today when left out")] = None
    replaces: Annotated[
        str | None,
        Field(
            description="Id of an issued document of the same kind and step in whose place this one comes, in its "
            "dossier. Left out, nothing is replaced"
        ),
    ] = None
    data: Annotated[dict[str, Any], Field(description="Values of the kind's fields, see GET /kinds/{kind}")] = {}


@dataclass(frozen=True)
class Prepared:
    """A request that can be carried out: everything found, every value valid.

    `target` is where it goes, as decided when its fields were filled; `within` limits what its caller may know of.
    """

    kind: Kind
    procedure: Procedure
    step: Step
    submission: Submission
    values: dict[str, Any]
    title: str
    snapshot: Snapshot
    target: Target
    within: Limits = NO_LIMITS


Place = tuple[str, int, str, tuple[str, ...]]  # procedure, step, kind, and the assets in order


@dataclass(frozen=True)
class Registers:
    """What the registers hold, read once for any number of requests.

    `assets` are those that were asked for and found. `facts` and `recaps` are kept here as requests need them: what is
    known of one document is known of the next on the same assets, and of the same period. `full` are places where no
    open dossier is to be continued: there none is looked for again.
    """

    office: Office
    officials: Mapping[str, Official]
    assets: Mapping[str, Asset]
    today: dt.date
    facts: dict[tuple[Any, ...], Facts] = field(default_factory=dict)
    recaps: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    full: set[Place] = field(default_factory=set)


def read_registers(desk: Desk, tx: Connection, nibars: Iterable[str]) -> Registers:
    """What requests on these assets need of the registers. Raises RecordMissing before `docgen init`."""
    officials = {official.id: official for official in list_officials(tx)}
    assets = find_assets(tx, list(dict.fromkeys(nibar.strip() for nibar in nibars)))
    return Registers(get_office(tx), officials, assets, desk.today_in(tx))


def prepare(desk: Desk, request: DocumentRequest, within: Limits = NO_LIMITS) -> Prepared:
    """Check a request whole; dossiers and documents outside of `within` look absent.

    Raises InvalidSubmission with every error found, each beside its field.
    """
    with desk.catalogue.read() as tx:
        return prepare_in(desk, tx, request, read_registers(desk, tx, request.assets), within)


def check_place(desk: Desk, request: DocumentRequest) -> list[FieldError]:
    """What is wrong with the kind, the procedure or the step of a request, whatever else it says."""
    errors: list[FieldError] = []
    _place(desk, request, errors)
    return errors


def prepare_in(
    desk: Desk, tx: Connection, request: DocumentRequest, registers: Registers, within: Limits = NO_LIMITS
) -> Prepared:
    """As `prepare`, with registers that were read in the same transaction and hold the request's assets."""
    errors: list[FieldError] = []
    kind, procedure, step = _place(desk, request, errors)
    today, officials = registers.today, registers.officials
    date = request.date or today
    if not 2000 <= date.year <= today.year + 1:
        errors.append(
            FieldError("date", f"Tanggal {date.isoformat()} di luar jangkauan. Tulis tanggal naskah yang benar.")
        )
    assets = _assets(registers, request, kind, errors)
    target = _target(desk, tx, request, registers, [asset.nibar for asset in assets], within, errors)
    role = _signer_role(kind, step)
    signer = _signer(desk, request, role, officials, date, errors)
    superior = None
    if kind and step and kind.on_behalf and step.on_behalf_of and signer and signer.role == step.signer_role:
        superior = find_signer(officials.values(), step.on_behalf_of, date)
    values: dict[str, Any] = {}
    if kind is not None:
        try:
            known = _known(desk, tx, request, kind, procedure, step, registers, date, target, within)
            values = validate(kind.sheet, request.data, officials=officials, date=date, known=known)
            errors += missing_photos(desk, kind, values)
            errors += unprintable_values(kind, values)
        except InvalidSubmission as invalid:
            errors += invalid.errors
    derived: dict[str, Any] = {}
    if kind is not None and not errors:
        try:
            derived = _derived(desk, tx, kind, values, registers, request.procedure)
        except InvalidSubmission as invalid:
            errors += invalid.errors
    if kind is not None and not errors:
        people = [one for one in (signer, superior, *_named_officials(kind, values, officials).values()) if one]
        errors += unprintable_registers(registers.office, people, assets, request.assets)
    if errors or kind is None or procedure is None or step is None or signer is None:
        raise InvalidSubmission(errors)
    submission = Submission(
        kind=kind.slug,
        procedure=procedure.slug,
        step=step.number,
        assets=[asset.nibar for asset in assets],
        dossier=target.dossier_id,
        signer=signer.id,
        date=date,
        data=to_json(values),
        replaces=target.replaced.id if target.replaced else "",
    )
    named = _named_officials(kind, values, officials)
    snapshot = Snapshot(registers.office, signer, assets, named, on_behalf_of=superior, derived=derived)
    title = kind.document_title(values)
    return Prepared(kind, procedure, step, submission, values, title, snapshot, target, within)


def classification(kind: Kind, procedure: Procedure) -> str:
    """The archive code (Permendagri 83/2022): the kind's own for this procedure, else the procedure's."""
    return kind.classification_for(procedure.slug) or procedure.classification


def _place(
    desk: Desk, request: DocumentRequest, errors: list[FieldError]
) -> tuple[Kind | None, Procedure | None, Step | None]:
    kind = _kind(desk, request, errors)
    procedure, step = _step(desk, request, errors)
    if kind and step and not kind.usable_at(request.procedure, request.step):
        errors.append(FieldError("step", f"{kind.title} tidak dipakai pada langkah {step.number} prosedur ini."))
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


def _assets(registers: Registers, request: DocumentRequest, kind: Kind | None, errors: list[FieldError]) -> list[Asset]:
    nibars = [nibar.strip() for nibar in request.assets]
    if kind is not None and kind.needs_assets == "required" and not nibars:
        errors.append(FieldError("assets", f"Pilih paling sedikit satu aset untuk {kind.title}."))
    if kind is not None and kind.needs_assets == "none" and nibars:
        errors.append(FieldError("assets", f"{kind.title} tidak memuat aset; kosongkan pilihan aset."))
    for index, nibar in enumerate(nibars):  # say which, each at its own place
        if nibar not in registers.assets:
            message = f"Aset {nibar!r} tidak ada dalam daftar aset. Daftarkan dulu aset itu, atau periksa NIBAR-nya."
            errors.append(FieldError(f"assets[{index}]", message))
    found = [registers.assets[nibar] for nibar in nibars if nibar in registers.assets]
    return list({asset.nibar: asset for asset in found}.values())  # one asked for by an old code and the present one


def _target(
    desk: Desk,
    tx: Connection,
    request: DocumentRequest,
    registers: Registers,
    assets: list[str],
    within: Limits,
    errors: list[FieldError],
) -> Target:
    """Where the letter goes: as asked, else into the dossier that it continues."""
    procedure, step, kind = request.procedure, request.step, request.kind
    if request.dossier or request.replaces:
        named = NamedTarget(request.dossier or "", request.replaces or "")
        target, wrong = find_named(tx, named, procedure=procedure, step=step, kind=kind, within=within)
        errors += wrong
        return target
    place = (procedure, step, kind, tuple(sorted(assets)))
    if errors or place in registers.full:
        return Target()
    found = find_continued(desk, tx, procedure=procedure, step=step, kind=kind, assets=assets)
    if found is None:
        registers.full.add(place)
    return Target(found)


def _known(
    desk: Desk,
    tx: Connection,
    request: DocumentRequest,
    kind: Kind,
    procedure: Procedure | None,
    step: Step | None,
    registers: Registers,
    date: dt.date,
    target: Target,
    within: Limits,
) -> dict[str, Any]:
    """What stands in for fields that were left out."""
    if procedure is None or step is None:
        return {}
    nibars = [nibar.strip() for nibar in request.assets]
    assets = list(dict.fromkeys(registers.assets[one].nibar if one in registers.assets else one for one in nibars))
    key = (kind.slug, procedure.slug, step.number, date, target.dossier_id, tuple(assets))
    if key not in registers.facts:
        registers.facts[key] = facts_of(
            desk, tx, kind, procedure, step, date=date, assets=assets, dossier=target.dossier_id, within=within
        )
    return derive(kind.sheet, registers.facts[key], registers.officials, request.data)


def _signer_role(kind: Kind | None, step: Step | None) -> str:
    if kind is not None and kind.signer != "step":
        return kind.signer
    return step.signer_role if step is not None else ""


def _signer(
    desk: Desk,
    request: DocumentRequest,
    role: str,
    officials: Mapping[str, Official],
    date: dt.date,
    errors: list[FieldError],
) -> Official | None:
    if request.signer:
        signer = officials.get(request.signer)
        if signer is None:
            errors.append(FieldError("signer", f"Pejabat {request.signer!r} tidak ada dalam daftar pejabat."))
        elif not valid_on(signer, date):
            errors.append(
                FieldError("signer", f"{signer.name} tidak menjabat pada {date.isoformat()}. Pilih pejabat lain.")
            )
        return signer
    signer = find_signer(officials.values(), role, date)
    if signer is None and role:
        label = desk.sop.role_label(role)
        errors.append(
            FieldError("signer", f"Tidak ada {label} yang menjabat pada {date.isoformat()}. Isi Daftar Pejabat.")
        )
    return signer


def _derived(
    desk: Desk, tx: Connection, kind: Kind, values: dict[str, Any], registers: Registers, procedure: str
) -> dict[str, Any]:
    """What the kind needs from the office's own data, as it is now. Raises InvalidSubmission."""
    derived: dict[str, Any] = {}
    if "recap" in kind.needs:
        key = (values["periode_awal"], values["periode_akhir"], procedure)
        if key not in registers.recaps:
            registers.recaps[key] = make_recap(desk, tx, values, registers.office, procedure)
        derived["recap"] = registers.recaps[key]
    if "sop" in kind.needs:
        derived["sop"] = sop_view(desk.sop)
    return derived


def _named_officials(kind: Kind, values: dict[str, Any], officials: Mapping[str, Official]) -> dict[str, Official]:
    """The officials that the values of official fields name; only these are kept with the document."""
    named = {str(values[field.name]) for field in kind.fields if field.type == "official" and values.get(field.name)}
    return {id: officials[id] for id in sorted(named) if id in officials}
