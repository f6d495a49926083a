"""Send a kind to another office as one file, and take one in as a draft, after the lint saw it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version as installed_version

from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.kinds.keep import add_draft
from docgen.desk.kinds.readable import readable_template
from docgen.desk.kinds.upload import SLUG, Upload
from docgen.desk.kinds.versions import content_of, history, read_version
from docgen.desk.rights import Caller, require
from docgen.desk.stored_kinds import sheet_of
from docgen.errors import DataFileError, FieldError, FileTooLarge, InvalidSubmission, NotFound, TemplateError
from docgen.foreign.kind_file import unpack_kind
from docgen.installed.parts import read_shared_parts
from docgen.kinds.example import completed_example
from docgen.kinds.kind import Kind
from docgen.kinds.kind_file import pack_kind
from docgen.render.shared.insert import with_shared_parts
from docgen.uploads import LARGEST_FILE, MB
from storage.catalogue.kind_versions import DELIVERED
from storage.catalogue.registers import get_office
from templates_docx import FOLDER
from wording import say

ENDING = "naskah"


def export_kind(desk: Desk, caller: Caller, slug: str, number: int | None = None) -> bytes:
    """Return a version of a kind as one file, by default the one in force, else the newest.

    What shared parts of this office's own say goes with it.
    Raises NotFound, Forbidden, StorageError.
    """
    require(caller, "read")
    past = history(desk, caller, slug)
    if number is None:
        number = past.number_in_force
    if number is None:
        if not past.versions:
            raise NotFound(desk.missing_kind(slug))
        number = past.versions[-1].version
    with desk.catalogue.read() as tx:
        office = get_office(tx).name
    kind = _self_contained(desk, content_of(desk, slug, number))
    return pack_kind(kind, office=office, docgen=installed_version("docgen"))


def _self_contained(desk: Desk, kind: Kind) -> Kind:
    """Return a kind whose template needs no shared part of this office's own: where it names one, that is put in place.

    Parts that come with docgen are there in every office. A draft that does not pass its check goes as it is.
    """
    try:
        checked = (
            kind if kind.version == DELIVERED else desk.stored_kinds.load(read_version(desk, kind.slug, kind.version))
        )
    except TemplateError:
        return kind
    with suppress(TemplateError):
        if with_shared_parts(kind.source, read_shared_parts([FOLDER]), kind.origin) == checked.whole:
            return kind
    return replace(kind, source=checked.whole)


def import_kind(desk: Desk, caller: Caller, data: bytes, *, slug: str = "") -> Upload:
    """Take a file in as a draft: of a new kind, or as a new version of the kind that is called so here.

    Raises FileTooLarge, DataFileError (it is damaged), InvalidSubmission (its template cannot be opened), Forbidden,
    StorageError, ReaderBusy.
    """
    require(caller, "edit_templates")
    if len(data) > LARGEST_FILE:
        raise FileTooLarge(say("Berkas ini lebih besar dari {megabytes} MB.", megabytes=LARGEST_FILE // MB))
    if slug and not SLUG.fullmatch(slug):
        message = "Nama singkat hanya huruf kecil, angka, dan garis bawah, diawali huruf: surat_undangan."
        raise InvalidSubmission([FieldError("slug", message)])
    content = unpack_kind(data)
    manifest = content.manifest
    try:
        sheet = sheet_of(content.sheet, manifest.slug)
    except TemplateError as error:
        raise DataFileError(str(error)) from error
    findings = readable_template(desk, content.source, sheet)
    note = f"{manifest.office}, versi {manifest.version}"
    example = completed_example(sheet, content.example)
    draft = add_draft(
        desk,
        caller,
        slug or manifest.slug,
        content.source,
        sheet,
        example,
        action=Action.KIND_IMPORTED,
        note=note,
    )
    return Upload(draft, findings)
