"""Take a Word file as the draft of a new kind, or of a new version of one, with a form that is proposed for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from docgen.desk.desk import Desk
from docgen.desk.kinds.keep import add_draft
from docgen.desk.kinds.readable import examined, readable_template
from docgen.desk.kinds.versions import kind_as_written
from docgen.desk.rights import Caller, require
from docgen.errors import Conflict, FieldError, InvalidSubmission
from docgen.foreign.tagging import propose_sheet
from docgen.forms.field_sheet import FieldSheet
from docgen.kinds.example import completed_example
from docgen.kinds.kind import Kind
from docgen.template_lint.finding import Finding
from storage.catalogue import kind_versions
from storage.records import KindVersion
from wording import say

LONGEST_SLUG = 60
SLUG = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class Upload:
    """A draft, and what the lint finds in it."""

    version: KindVersion
    findings: Sequence[Finding]


def upload(desk: Desk, caller: Caller, source: bytes, name: str, *, title: str = "", slug: str = "") -> Upload:
    """Keep a Word file as a draft. `name` is that of the file, by which the kind is called when no `title` is given.

    With the `slug` of a kind that exists it becomes a new version of that; its form goes on, and fields that only the
    new file names are added. Raises InvalidSubmission (the file cannot be opened, a wrong slug), Conflict (another kind
    is called so), FileTooLarge, Forbidden, StorageError, ReaderBusy.
    """
    require(caller, "edit_templates")
    readable_template(desk, source)
    title = " ".join((title or _readable(name)).split())[:200]
    if slug and not SLUG.fullmatch(slug):
        message = "Nama singkat hanya huruf kecil, angka, dan garis bawah, diawali huruf: surat_undangan."
        raise InvalidSubmission([FieldError("slug", message)])
    before = _newest(desk, slug) if slug else None
    if not slug:
        slug = slug_of(title)
        if _newest(desk, slug) is not None:
            raise Conflict(
                say(
                    "Jenis naskah {slug} sudah ada. Kirim slug={slug} untuk membuat versi barunya, atau pilih judul "
                    "lain.",
                    slug=slug,
                )
            )
    sheet, example = propose_sheet(source, title, shared=desk.shared)
    if before is not None:
        sheet = _extended(before.sheet, sheet)
        example = completed_example(sheet, {**example, **before.example})
    version = add_draft(desk, caller, slug, source, sheet, example)
    return Upload(version, examined(desk, source, sheet))


def slug_of(title: str) -> str:
    """Return a slug for a title: `Surat Undangan` is `surat_undangan`. Raises InvalidSubmission for one without any
    letter of the Latin alphabet.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_0123456789")[:LONGEST_SLUG].rstrip("_")
    if not slug:
        raise InvalidSubmission([FieldError("title", "Tulis judul jenis naskah ini dengan huruf Latin.")])
    return slug


def _newest(desk: Desk, slug: str) -> Kind | None:
    """Return the newest version of a kind that was not withdrawn, else the kind in force; None for a new kind."""
    with desk.catalogue.read() as tx:
        versions = [item for item in kind_versions.list_versions(tx, slug) if item.state != "withdrawn"]
    return kind_as_written(desk, versions[-1]) if versions else desk.kinds.get(slug)


def _extended(sheet: FieldSheet, proposed: FieldSheet) -> FieldSheet:
    """Return a form with the fields that only the new file names behind its own."""
    names = {field.name for field in sheet.fields}
    return sheet.model_copy(
        update={"fields": [*sheet.fields, *(field for field in proposed.fields if field.name not in names)]}
    )


def _readable(name: str) -> str:
    """Return what a file is called, without its ending: `surat-undangan.docx` is `Surat undangan`."""
    stem = re.sub(r"[\s_-]+", " ", PurePosixPath(name.replace("\\", "/")).stem).strip()
    return stem[:1].upper() + stem[1:] or "Surat"
