"""Check a request against the SOP, the kinds and the registers, before anything is numbered or kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.recap import make_recap
from docgen.desk.issuing.dossier_choice import Target
from docgen.desk.issuing.evidence import Registers, read_evidence, read_registers
from docgen.desk.issuing.missing_glyphs import unprintable_registers, unprintable_values
from docgen.desk.issuing.outside_sop import check_year, choose_code, dossier_of_year
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.issuing.request_checks import (
    check_division,
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
from docgen.errors import FieldError, InvalidSubmission
from docgen.forms import to_json
from docgen.kinds.kind import Kind
from docgen.numbering.number_systems import find_system, usual_system
from docgen.sop import OUTSIDE, Procedure, Step, sop_view
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.records import Office, Submission


@dataclass(frozen=True)
class Prepared:
    """A request that can be carried out: kind, step and signer are there, and every value is valid.

    `target` is where the letter goes, as decided when its fields were filled; `within` limits what its caller may see.
    `classification` is its archive code, which its number has.
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
    classification: str
    emblem: bytes | None = field(default=None, repr=False)  # of the letterhead, as PNG
    within: Limits = NO_LIMITS


def prepare(desk: Desk, request: DocumentRequest, within: Limits = NO_LIMITS) -> Prepared:
    """Check a request and return it prepared; dossiers and documents outside of `within` look absent.

    Raises InvalidSubmission with every error found, each beside its field.
    """
    with desk.catalogue.read() as tx:
        return prepare_in(desk, tx, request, read_registers(desk, tx, request.assets), within)


def prepare_in(
    desk: Desk, tx: Connection, request: DocumentRequest, registers: Registers, within: Limits = NO_LIMITS
) -> Prepared:
    """Do as `prepare`, with registers that were read in the same transaction and hold the request's assets."""
    evidence = read_evidence(desk, tx, request, registers, within)
    kind, procedure, step, date = evidence.kind, evidence.procedure, evidence.step, evidence.date
    officials, target = registers.officials, evidence.target
    role = signer_role(kind, step)
    signer, signer_errors = choose_signer(request.signer, role, officials, date, desk.sop.role_label)
    errors = [*evidence.errors, *signer_errors, *check_division(signer, within.divisions)]
    numbering, numbering_errors = _numbering(request, registers.office)
    errors += numbering_errors
    if kind is None or procedure is None:
        raise InvalidSubmission(errors)
    code, code_errors = choose_code(request, kind, procedure, target)
    errors += code_errors
    if procedure is OUTSIDE:
        errors += check_year(target, date)
        target = target if request.names_target else dossier_of_year(tx, code, date)
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
    if errors or step is None or signer is None:
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
        classification=code if procedure is OUTSIDE else "",
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
        kind_version=kind.sha256,
        kind_number=kind.version,
    )
    title = kind.document_title(values)
    emblem = registers.emblem
    return Prepared(kind, procedure, step, submission, values, title, snapshot, target, security, code, emblem, within)


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
