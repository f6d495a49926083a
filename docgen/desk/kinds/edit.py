"""Work on a draft: begin one from any version, change its fields, withdraw it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.kinds.keep import add_draft, change_draft
from docgen.desk.kinds.versions import content_of, find_version, read_version, require_editable, require_same
from docgen.desk.rights import Caller, require
from docgen.desk.stored_kinds import origin
from docgen.desk.stored_kinds import sheet_of as sheet_of_data
from docgen.errors import InvalidSubmission
from docgen.forms.field_sheet import FieldSheet
from docgen.kinds.example import completed_example, unfitting
from docgen.messages import field_errors
from storage.catalogue import kind_versions
from storage.records import KindVersion


def begin_draft(desk: Desk, caller: Caller, slug: str, number: int) -> KindVersion:
    """Begin a draft that says what a version says, 0 being the kind that is delivered or installed.

    Raises NotFound, Forbidden, StorageError.
    """
    require(caller, "edit_templates")
    content = content_of(desk, slug, number)
    return add_draft(desk, caller, slug, content.source, content.sheet, content.example)


def put_fields(
    desk: Desk,
    caller: Caller,
    slug: str,
    number: int,
    sheet: Mapping[str, Any],
    *,
    example: Mapping[str, Any] | None = None,
    was: str = "",
) -> KindVersion:
    """Change the field sheet of a draft, given as `fields.yaml` has it: its keys replace those of the sheet.

    What the example lacks is filled in; a value of it that no longer fits is replaced, and refused where the caller
    sends an `example`. `was` is the SHA-256 that the caller read, "" for any.
    Raises InvalidSubmission, NotFound, Forbidden, Conflict, RecordConflict (somebody else changed it), StorageError.
    """
    require(caller, "edit_templates")
    version = read_version(desk, slug, number)
    require_same(version, was)
    try:
        changed = FieldSheet.model_validate({**version.sheet, **sheet})
    except ValidationError as error:
        raise InvalidSubmission(field_errors(error)) from error
    errors = [] if example is None else unfitting(changed, example)
    if errors:
        raise InvalidSubmission(errors)
    filled = completed_example(changed, version.example if example is None else example)
    return change_draft(desk, caller, version, sheet=changed, example=filled)


def withdraw(desk: Desk, caller: Caller, slug: str, number: int) -> KindVersion:
    """Withdraw a draft, which stays to be seen; again, nothing happens. Raises NotFound, Forbidden, Conflict."""
    require(caller, "edit_templates")
    with desk.catalogue.write() as tx:
        version = find_version(tx, slug, number)
        if version.state == "withdrawn":
            return version
        require_editable(tx, version)
        withdrawn = version.model_copy(update={"state": "withdrawn"})
        kind_versions.replace_version(tx, withdrawn, was=version.sha256)
        audit.record(desk, tx, caller.name, Action.KIND_WITHDRAWN, slug, after={"version": number})
        return withdrawn


def sheet_of(version: KindVersion) -> FieldSheet:
    """Return the field sheet of a version. Raises TemplateError when it is no longer understood."""
    return sheet_of_data(version.sheet, origin(version.slug, version.version))
