"""A Word file or a `.naskah` file comes in, is checked, and becomes a draft."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.kinds.kind_file import import_kind
from docgen.desk.kinds.upload import upload
from docgen.desk.kinds.versions import template_of
from docgen.errors import Conflict, DataFileError, FileTooLarge, InvalidSubmission
from docgen.foreign.tagging import find_template_tags
from docgen.uploads import LARGEST_FILE
from storage.records import KindVersion
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from wording import joined, say

blueprint = Blueprint("template_uploading", __name__, url_prefix="/templat")

NOTHING = "Pilih berkasnya dahulu."
FILE = "berkas"  # the form's field


@blueprint.route("/unggah-surat", methods=["GET", "POST"])
@may("edit_templates")
def word() -> ResponseReturnValue:
    """Take a Word file as the draft of a new kind."""
    if request.method == "GET":
        return _page()
    title = request.form.get("title", "").strip()[:200]
    name, source = sent_file()
    if not source:
        return _page({FILE: NOTHING}, title), 422
    try:
        draft = upload(get_desk(), me().caller, source, name, title=title).version
    except InvalidSubmission as invalid:
        return _page(_wrong(invalid), title), 422
    except Conflict:
        taken = "Jenis naskah dengan nama itu sudah ada. Beri nama lain, atau buka jenisnya lalu unggah versi barunya."
        return _page({"title": taken}, title), 409
    except FileTooLarge as large:
        return _page({FILE: str(large)}, title), 413
    return to_draft(draft)


@blueprint.route("/impor-naskah", methods=["GET", "POST"])
@may("edit_templates")
def naskah() -> ResponseReturnValue:
    """Take a kind that another office exported as a draft."""
    if request.method == "GET":
        return _page(imports=True)
    _, source = sent_file()
    if not source:
        return _page({FILE: NOTHING}, imports=True), 422
    try:
        draft = import_kind(get_desk(), me().caller, source).version
    except InvalidSubmission as invalid:
        return _page(_wrong(invalid), imports=True), 422
    except DataFileError as damaged:
        return _page({FILE: str(damaged)}, imports=True), 422
    except FileTooLarge as large:
        return _page({FILE: str(large)}, imports=True), 413
    return to_draft(draft)


def sent_file() -> tuple[str, bytes]:
    """Return name and bytes of the file that the form holds; no bytes when there is none."""
    file = request.files.get(FILE)
    return (file.filename or "", file.read()) if file is not None else ("", b"")


def _wrong(invalid: InvalidSubmission) -> dict[str, str]:
    """Return the errors by the form's field: what is not of the title is of the file."""
    of_title = [error.message for error in invalid.errors if error.field in ("title", "slug")]
    of_file = [error.message for error in invalid.errors if error.field not in ("title", "slug")]
    return {name: joined(messages) for name, messages in (("title", of_title), (FILE, of_file)) if messages}


def to_draft(draft: KindVersion) -> ResponseReturnValue:
    """Go on with a new draft: a letter without any tag is marked first, else the findings are read."""
    flash(say("Draf versi {version} disimpan. Belum ada yang berlaku.", version=draft.version), "success")
    has_tags = find_template_tags(template_of(get_desk(), draft))
    endpoint = "template_version.show" if has_tags else "template_marking.show"
    return redirect(url_for(endpoint, slug=draft.slug, version=draft.version), 303)


def _page(wrong: dict[str, str] | None = None, title: str = "", *, imports: bool = False) -> str:
    return render_template(
        "kinds/upload.html", wrong=wrong or {}, title=title, imports=imports, largest_file=LARGEST_FILE
    )
