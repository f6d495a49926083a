"""Procedures with their steps, kinds with their fields, the office's own data, and who may what in it."""

from __future__ import annotations

from docgen.desk.issuing.outside_sop import usual_code
from docgen.desk.registers.checks import check_kinds, check_office
from docgen.desk.registers.edit import change_office
from docgen.errors import InvalidSubmission, NotFound
from docgen.forms import fitting_example
from docgen.kinds.kind import Kind
from docgen.sop import OUTSIDE, Procedure, Step
from docgen.sop.classification import classifications
from storage.catalogue import registers
from storage.records import Office, Official
from web.api.http.auth import caller
from web.api.http.calls import call
from web.api.schemas import answers
from web.desk import get_desk

# Fields of the office that callers of earlier versions do not name.
BESIDE_FORM = {"series", "number_systems", "numbering_by_kind", "signature", "region_may_enter"}


@call("GET", "/procedures", "The SOP's procedures and steps", tag="SOP", office_wide=False, action="read",
      returns={200: list[answers.Procedure]})  # fmt: skip
def list_procedures() -> list[answers.Procedure]:
    """All procedures in the order of the SOP."""
    return [_procedure(procedure) for procedure in get_desk().sop.procedures]


@call("GET", "/classifications", "The archive codes to choose from", tag="SOP", office_wide=False, action="read",
      returns={200: list[answers.ArchiveCode]})  # fmt: skip
def list_classifications() -> list[answers.ArchiveCode]:
    """What letters outside the SOP are filed under, in the order of the codes; any other code of the office's may be
    sent, too."""
    return [answers.ArchiveCode(code=code, title=title) for code, title in classifications().items()]


@call(
    "GET",
    "/kinds",
    "The kinds of documents",
    tag="SOP",
    office_wide=False,
    action="read",
    returns={200: list[answers.Kind]},
)
def list_kinds() -> list[answers.Kind]:
    """All kinds that can be issued, by slug."""
    officials = _officials()
    return [_kind(kind, officials) for kind in get_desk().kinds.values()]


@call(
    "GET",
    "/kinds/<kind>",
    "One kind of document",
    tag="SOP",
    office_wide=False,
    action="read",
    returns={200: answers.Kind},
)
def get_kind(kind: str) -> answers.Kind:
    """Its fields as JSON Schema 2020-12 and an example that validates. Fields that name an official list the ids."""
    installed = get_desk().kinds.get(kind)
    if installed is None:
        raise NotFound(get_desk().missing_kind(kind))
    return _kind(installed, _officials())


@call(
    "GET",
    "/office",
    "The office",
    tag="Registers",
    office_wide=False,
    action="read",
    returns={200: Office},
    problems=(404,),
)
def get_office() -> Office:
    """Letterhead, numbering, place, and the formal profile of its letters."""
    return _office()


@call("PUT", "/office", "Change the office", tag="Registers", action="administer", body=Office, returns={200: Office})
def put_office(body: Office) -> Office:
    """Documents issued from now on carry the new data; those in the archive stay as they are. Series of numbers, number
    systems, the look of signatures, and whether administrators of the region may enter stay as they are where the body
    does not name them."""
    unnamed = BESIDE_FORM - body.model_fields_set
    body = body.model_copy(update={name: getattr(_office(), name) for name in unnamed})
    errors = check_office(body) + check_kinds(body, _office(), get_desk().kinds)
    if errors:
        raise InvalidSubmission(errors)
    change_office(get_desk(), body, by=caller().name)
    return body


@call("GET", "/permissions", "Who may what", tag="Registers", office_wide=False, action="read",
      returns={200: answers.Permissions})  # fmt: skip
def get_permissions() -> answers.Permissions:
    """Every permission in words, the roles of accounts and the scopes of tokens with what each may do."""
    return answers.Permissions.model_validate(get_desk().roles.as_data())


def _office() -> Office:
    with get_desk().catalogue.read() as tx:
        return registers.get_office(tx)


def _procedure(procedure: Procedure) -> answers.Procedure:
    return answers.Procedure(
        slug=procedure.slug,
        title=procedure.title,
        steps=[_step(step) for step in procedure.steps],
        letter=procedure.letter,
        scope=list(procedure.scope),
        printed_title=procedure.printed_title,
        collective=procedure.collective,
        classification=procedure.classification,
        notes=list(procedure.notes),
    )


def _step(step: Step) -> answers.Step:
    return answers.Step(
        number=step.number,
        activity=step.activity,
        actors=list(step.actors),
        requires=list(step.requirements),
        time_norm_minutes=step.time_norm_minutes,
        outputs=list(step.outputs),
        endorsement=step.endorsement,
        decision=step.decision,
        results=list(step.output_texts),
        time=step.time_text,
        signer=step.signer_role if step.outputs else None,
        on_behalf_of=step.on_behalf_of,
        by_way_of=step.by_way_of,
        endorsers=list(step.endorser_roles),
        endorses=step.endorses,
        receivers=list(step.endorser_roles) if step.endorsement == "terima" else [],
        decided_by=[slug for slug in step.outputs if _decides(slug)],
        printed=answers.PrintedStep(**step.as_printed.model_dump()) if step.as_printed else None,
        notes=list(step.notes),
    )


def _decides(slug: str) -> bool:
    kind = get_desk().kinds.get(slug)
    return kind is not None and kind.sheet.decision is not None


def _kind(kind: Kind, officials: dict[str, Official]) -> answers.Kind:
    return answers.Kind(
        slug=kind.slug,
        title=kind.title,
        description=kind.description,
        data_schema=kind.json_schema(officials),
        example=fitting_example(kind.sheet, kind.example, officials=officials),
        needs_assets=kind.sheet.needs_assets,
        signer=kind.signer,
        steps=kind.sheet.steps,
        suggested=kind.sheet.suggested,
        classification=usual_code(kind, OUTSIDE),
    )


def _officials() -> dict[str, Official]:
    with get_desk().catalogue.read() as tx:
        return {official.id: official for official in registers.list_officials(tx)}
