"""Write a tag into a draft's Word file where a person marked words, and let its form follow the tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docgen.desk.desk import Desk
from docgen.desk.kinds.following_form import following_form
from docgen.desk.kinds.keep import change_draft
from docgen.desk.kinds.readable import readable_template
from docgen.desk.kinds.versions import read_version, require_same, template_of
from docgen.desk.rights import Caller, require
from docgen.errors import NotFound
from docgen.foreign.tagging import mark_paragraph, mark_rows, mark_words
from docgen.forms.field_sheet import SheetField
from docgen.tagging.model import Marking
from docgen.template_lint.finding import Place
from storage.errors import ObjectMissing
from storage.keys import template_key
from storage.records import KindVersion


@dataclass(frozen=True)
class Mark:
    """What is marked, and the tag that is written there; `field` is that of a tag which a form asks for.

    For `marking` "rows", `columns` are the names of the row's cells; `count` rows or paragraphs become one.
    """

    place: Place
    name: str
    field: SheetField | None = None
    marking: Marking = "words"
    columns: Sequence[str] = ()
    count: int = 1


def mark_place(desk: Desk, caller: Caller, slug: str, number: int, mark: Mark, *, was: str) -> KindVersion:
    """Return the draft with the tag in its Word file, and with a field for it whose example the words are.

    Raises TemplateError (it cannot be marked there), NotFound, Forbidden, Conflict, RecordConflict, StorageError.
    """
    version = _draft(desk, caller, slug, number, was)
    source = template_of(desk, version)
    return _with_file(desk, caller, version, _marked(source, mark), mark.field)


def put_back(desk: Desk, caller: Caller, slug: str, number: int, template_sha256: str, *, was: str) -> KindVersion:
    """Return the draft with a Word file that it had before; the fields whose tags that file lacks go.

    Raises NotFound, Forbidden, Conflict, RecordConflict, StorageError.
    """
    version = _draft(desk, caller, slug, number, was)
    try:
        source = desk.store.get(template_key(template_sha256))
    except ObjectMissing as error:
        raise NotFound("Berkas Word yang sebelumnya tidak ada lagi.") from error
    return _with_file(desk, caller, version, source)


def replace_file(desk: Desk, caller: Caller, slug: str, number: int, source: bytes, *, was: str) -> KindVersion:
    """Return the draft with another Word file, and with a field for each tag that only this one has.

    Raises InvalidSubmission (it cannot be opened), FileTooLarge, NotFound, Forbidden, Conflict, RecordConflict,
    StorageError.
    """
    version = _draft(desk, caller, slug, number, was)
    readable_template(desk, source)
    return _with_file(desk, caller, version, source)


def _draft(desk: Desk, caller: Caller, slug: str, number: int, was: str) -> KindVersion:
    require(caller, "edit_templates")
    version = read_version(desk, slug, number)
    require_same(version, was)
    return version


def _with_file(
    desk: Desk, caller: Caller, version: KindVersion, source: bytes, new_field: SheetField | None = None
) -> KindVersion:
    sheet, example = following_form(version, template_of(desk, version), source, desk.shared, new_field=new_field)
    return change_draft(desk, caller, version, source=source, sheet=sheet, example=example)


def _marked(source: bytes, mark: Mark) -> bytes:
    if mark.marking == "rows":
        return mark_rows(source, mark.place, mark.name, mark.columns, count=mark.count)
    if mark.marking == "paragraphs":
        return mark_paragraph(source, mark.place, mark.name, count=mark.count)
    return mark_words(source, mark.place, mark.name)
