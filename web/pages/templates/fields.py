"""The fields of a version's form, edited beside the letter that its example makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.kinds.edit import put_fields, sheet_of
from docgen.desk.kinds.trial import preview
from docgen.desk.revisions.pipeline import Produced
from docgen.errors import Conflict, ConverterError, FieldError, InvalidSubmission, bounded_errors
from docgen.forms.exchangeable_types import exchangeable_types
from docgen.forms.field_sheet import FieldType
from storage.errors import RecordConflict
from web.desk import get_desk
from web.pages.shell.access import may, me, wants_json
from web.pages.shell.live_page import refuse_live_page, send_live_page
from web.pages.shell.message_translation import flash, translate
from web.pages.templates.sheet_form import Sheet, input_of, moved, read_sheet_form, wrong_values
from web.pages.templates.views import VersionView, view_version
from web.short_memory import short_memory

blueprint = Blueprint("template_fields", __name__, url_prefix="/templat/<slug>/<int:version>/isian")

FRESH = 60.0  # seconds: long enough to turn the pages, short enough for a changed register


@blueprint.route("", methods=["GET", "POST"])
@may("edit_templates")
def edit(slug: str, version: int) -> ResponseReturnValue:
    """Show the form's fields and save them; a script saves while somebody types.

    What is wrong stands beside its input and nothing is saved then: 422; 409 when somebody else saved meanwhile.
    """
    desk = get_desk()
    record, view = view_version(desk, slug, version)
    saved_sheet = sheet_of(record).model_dump(mode="json")
    if request.method == "GET":
        return _page(view, saved_sheet, record.example)
    sheet, example = read_sheet_form(request.form, saved_sheet, record.example)
    action = request.form.get("aksi", "")
    sheet = moved(sheet, action)
    errors = wrong_values(sheet)
    conflict = ""
    if not errors:
        try:
            saved = put_fields(
                desk, me().caller, slug, version, sheet, example=example, was=request.form.get("semula", "")
            )
        except InvalidSubmission as invalid:
            errors = [FieldError(input_of(error.field, sheet), error.message) for error in invalid.errors]
        except (Conflict, RecordConflict) as changed:
            conflict = str(changed)
    if wants_json():
        if conflict:
            return jsonify(error=translate(conflict)), 409
        if errors:
            return refuse_live_page(bounded_errors(errors), 422)
        return jsonify(sha256=saved.sha256)
    if conflict or errors:
        return _page(view, sheet, example, errors, conflict), 409 if conflict else 422
    flash("Isian disimpan.", "success")
    onward = "template_trial.show" if action == "lanjut" else ".edit"
    return redirect(url_for(onward, slug=slug, version=version), 303)


@blueprint.post("/pratinjau")
@may("edit_templates")
def picture(slug: str, version: int) -> ResponseReturnValue:
    """Send a page of the letter that the saved form makes of its example, as PNG."""
    desk, caller = get_desk(), me().caller
    sha256 = view_version(desk, slug, version)[1].sha256
    try:
        letter: Produced = short_memory("template_previews", FRESH).get(
            sha256, lambda: preview(desk, caller, slug, version)
        )
    except InvalidSubmission as invalid:
        return refuse_live_page(invalid.errors, 422)
    except ConverterError as error:
        return refuse_live_page([FieldError("", str(error))], 503)
    return send_live_page(letter.pdf, letter.pages)


def _page(
    view: VersionView,
    sheet: Sheet,
    example: Mapping[str, Any],
    errors: Sequence[FieldError] = (),
    conflict: str = "",
) -> str:
    return render_template(
        "kinds/fields.html",
        view=view,
        sheet=sheet,
        example=example,
        errors=list(errors),
        wrong={error.field: error.message for error in bounded_errors(list(errors))},
        conflict=conflict,
        types=_types,
    )


def _types(field: Mapping[str, Any]) -> Sequence[FieldType]:
    return exchangeable_types(field.get("type", "text"))
