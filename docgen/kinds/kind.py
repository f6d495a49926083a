"""A kind of document: a Word template, a field sheet and an example.

A kind that is delivered or installed is a folder with `template.docx`, `fields.yaml` and `example.json`;
`docgen.installed.kinds` loads and checks all of them. One that the office makes by itself has no folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from docgen.errors import TemplateError
from docgen.forms import json_schema
from docgen.forms.field_sheet import FieldSheet, SheetField
from docgen.forms.read_sheet import read_sheet
from docgen.render.shared.definitions import NO_PARTS, SharedParts
from docgen.render.shared.insert import with_shared_parts
from docgen.render.word.template import WordTemplate, open_template
from storage.records import Office, Official, Paper
from storage.text import json_text
from wording import say

TEMPLATE = "template.docx"
SHEET = "fields.yaml"
EXAMPLE = "example.json"


@dataclass(frozen=True)
class Kind:
    """A kind of document, loaded and checked. `example` is the `data` of a submission that validates.

    `origin` tells people where it comes from: its folder, or which version of the office's own it is. `version` is 0
    for a kind that is delivered or installed; one that `is_delivered` comes with docgen. `shared` are the parts that
    its template may name.
    """

    slug: str
    origin: str
    sheet: FieldSheet
    example: dict[str, Any]
    source: bytes = field(repr=False)
    version: int = 0
    is_delivered: bool = False
    shared: SharedParts = field(default=NO_PARTS, repr=False)

    @cached_property
    def template(self) -> WordTemplate:
        """Return the Word template, compiled when it is first needed from the bytes that were loaded."""
        return open_template(self.whole, f"{self.origin}/{TEMPLATE}")

    @cached_property
    def whole(self) -> bytes:
        """Return the Word template with its shared parts in place."""
        return with_shared_parts(self.source, self.shared, f"{self.origin}/{TEMPLATE}")

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the Word template with its shared parts: letters of the same one look the same."""
        return hashlib.sha256(self.whole).hexdigest()

    @cached_property
    def template_sha256(self) -> str:
        """Return the SHA-256 of the Word template as its author wrote it."""
        return hashlib.sha256(self.source).hexdigest()

    @cached_property
    def sha256(self) -> str:
        """Return the SHA-256 of what makes this version: template (without shared parts), field sheet and example."""
        return version_digest(self.template_sha256, sheet_data(self.sheet), self.example)

    @property
    def title(self) -> str:
        """Return its name, e.g. "Nota Dinas"."""
        return self.sheet.title

    def paper_in(self, office: Office) -> Paper:
        """Return the paper of a letter: what the office gives this kind, else the kind's own, else the office's."""
        return office.paper_by_kind.get(self.slug) or self.sheet.paper or office.paper

    @property
    def description(self) -> str:
        """Return what it is for, in a sentence."""
        return self.sheet.description

    @property
    def fields(self) -> Sequence[SheetField]:
        """Return the fields of its form, in order."""
        return self.sheet.fields

    @property
    def needs_assets(self) -> str:
        """Return none, optional or required."""
        return self.sheet.needs_assets

    @property
    def needs(self) -> Sequence[str]:
        """Return what is derived for it when a document is prepared, e.g. recap; its snapshot holds it."""
        return self.sheet.needs

    @property
    def signer(self) -> str:
        """Return the role that signs, or "step" for the role that signs at the step."""
        return self.sheet.signer

    @property
    def on_behalf(self) -> bool:
        """Return whether it is signed a.n. (atas nama) where the SOP names a superior at the step."""
        return self.sheet.on_behalf

    def classification_for(self, procedure: str) -> str:
        """Return the archive code this kind has in a procedure, or "" when it has the procedure's own."""
        return self.sheet.classification.get(procedure, "")

    def usable_at(self, procedure: str, step: int) -> bool:
        """Return whether it may be made at a step."""
        return not self.sheet.steps or step in self.sheet.steps.get(procedure, ())

    def suggested_at(self, procedure: str, step: int) -> bool:
        """Return whether it is what a step usually needs."""
        return step in self.sheet.suggested.get(procedure, ())

    def document_title(self, values: Mapping[str, Any]) -> str:
        """Return the title in the register of a document with these values: its title field on one line."""
        title = " ".join(str(values.get(self.sheet.title_field) or "").split())
        return title[:1].upper() + title[1:] if title else self.title

    def json_schema(self, officials: Mapping[str, Official] | None = None) -> dict[str, Any]:
        """Return the JSON Schema 2020-12 of a submission's `data`; with `officials`, the ids that exist are listed."""
        return json_schema(self.sheet, officials)


def sheet_data(sheet: FieldSheet) -> dict[str, Any]:
    """Return a field sheet as plain data, as `fields.yaml` has it: without what is as usual."""
    return sheet.model_dump(mode="json", exclude_defaults=True)


def version_digest(template_sha256: str, sheet: Mapping[str, Any], example: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a version of a kind, whose sheet is as `sheet_data` gives it."""
    return hashlib.sha256(json_text([template_sha256, sheet, example], sort_keys=True).encode()).hexdigest()


def read_kind(folder: Path, shared: SharedParts, *, is_delivered: bool = False) -> Kind:
    """Read the three files of a kind, whose template may name the `shared` parts.

    Raises TemplateError when one is missing or cannot be read.
    """
    for name in (TEMPLATE, SHEET, EXAMPLE):
        if not (folder / name).is_file():
            raise TemplateError(
                say(
                    "{folder}: berkas {file} tidak ada. Sebuah jenis naskah terdiri atas {template}, {sheet} "
                    "dan {example}.",
                    folder=folder,
                    file=name,
                    template=TEMPLATE,
                    sheet=SHEET,
                    example=EXAMPLE,
                )
            )
    return Kind(
        slug=folder.name,
        origin=str(folder),
        sheet=read_sheet(folder / SHEET),
        example=_read_example(folder / EXAMPLE),
        source=(folder / TEMPLATE).read_bytes(),
        is_delivered=is_delivered,
        shared=shared,
    )


def _read_example(path: Path) -> dict[str, Any]:
    try:
        example = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TemplateError(say("{path}: bukan JSON yang benar ({error}).", path=path, error=error)) from error
    if not isinstance(example, dict):
        raise TemplateError(say("{path}: harus berupa objek, yaitu isi 'data' sebuah naskah.", path=path))
    return example
