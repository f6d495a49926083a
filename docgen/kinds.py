"""The kinds of documents: each a folder with `template.docx`, `fields.yaml` and `example.json`.

Adding a kind is adding a folder. Everything about it is checked when it is loaded, by filling the template, so that
a misspelled tag is found before the first letter and not in it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree

from docgen.errors import InvalidSubmission, TemplateError
from docgen.forms import build_context, json_schema, validate
from docgen.render.docx import WordTemplate, open_template, render_docx
from docgen.render.tags import check_tags
from docgen.sheet import FieldSheet, SheetField, nearest, read_sheet
from storage.records import Asset, Office, Official

TEMPLATE = "template.docx"
SHEET = "fields.yaml"
EXAMPLE = "example.json"

_OFFICIAL = Official(
    id="contoh", name="Contoh", nip="198305112007011005", rank="Penata", grade="III/c", post="Kepala", role="kepala_seksi"
)
_OFFICE = Office(
    government="Pemerintah", name="Dinas", short_name="D", unit_code="D", address="Jalan", phone="1", email="a@b.id",
    website="b.id", place="Batulicin",
)  # fmt: skip
_ASSET = Asset(nibar="1", kode_barang="1", kode_register="1", name="Barang", brand="M", serial="S", year=2024, value=1)
_DATE = dt.date(2026, 11, 23)


@dataclass(frozen=True)
class Kind:
    """A kind of document, loaded and checked. `example` is the `data` of a submission that validates."""

    slug: str
    folder: Path
    sheet: FieldSheet
    template: WordTemplate
    example: dict[str, Any]

    @property
    def title(self) -> str:
        """Its name, e.g. "Nota Dinas"."""
        return self.sheet.title

    @property
    def description(self) -> str:
        """What it is for, in a sentence."""
        return self.sheet.description

    @property
    def fields(self) -> Sequence[SheetField]:
        """What its form asks for, in order."""
        return self.sheet.fields

    @property
    def needs_assets(self) -> str:
        """none, optional or required."""
        return self.sheet.needs_assets

    @property
    def signer(self) -> str:
        """The role that signs, or "step" for the one that signs at the step."""
        return self.sheet.signer

    def classification_for(self, procedure: str) -> str:
        """The archive code this kind has in a procedure, or "" when it follows the procedure's."""
        return self.sheet.classification.get(procedure, "")

    def usable_at(self, procedure: str, step: int) -> bool:
        """Whether it may be made at a step."""
        return not self.sheet.steps or step in self.sheet.steps.get(procedure, ())

    def suggested_at(self, procedure: str, step: int) -> bool:
        """Whether it is what a step usually needs."""
        return step in self.sheet.suggested.get(procedure, ())

    def document_title(self, values: Mapping[str, Any]) -> str:
        """What a document with these values is called in the register: its title field on one line."""
        title = " ".join(str(values.get(self.sheet.title_field) or "").split())
        return title[:1].upper() + title[1:] if title else self.title

    def json_schema(self, officials: Mapping[str, Official] | None = None) -> dict[str, Any]:
        """JSON Schema 2020-12 of a submission's `data`; with `officials`, the ids that exist are listed."""
        return json_schema(self.sheet, officials)

    @cached_property
    def field_names(self) -> frozenset[str]:
        """The names of its fields."""
        return frozenset(field.name for field in self.fields)


def load_kinds(folders: Sequence[Path]) -> Mapping[str, Kind]:
    """Load the kinds in `folders`, by slug (the folder's name) in alphabetical order.

    A kind in a later folder takes the place of one with the same name; folders that begin with `_` or `.` are no
    kinds. Raises TemplateError for the first kind that is wrong, naming the file, the key or tag, and the nearest name.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise TemplateError(f"{folder}: folder templat tidak ada. Periksa DOCGEN_TEMPLATES.")
        for entry in folder.iterdir():
            if entry.is_dir() and entry.name[0] not in "._":
                found[entry.name] = entry
    return {slug: load_kind(found[slug]) for slug in sorted(found)}


def load_kind(folder: Path) -> Kind:
    """Load and check one kind. Raises TemplateError."""
    for name in (TEMPLATE, SHEET, EXAMPLE):
        if not (folder / name).is_file():
            raise TemplateError(f"{folder}: berkas {name} tidak ada. Sebuah jenis naskah memerlukan {TEMPLATE}, {SHEET}, "
                                f"dan {EXAMPLE}.")  # fmt: skip
    sheet = read_sheet(folder / SHEET)
    path = folder / TEMPLATE
    kind = Kind(folder.name, folder, sheet, open_template(path.read_bytes(), str(path)), _read_example(folder / EXAMPLE))
    _check_names(kind)
    _check_defaults(kind)
    _check_example(kind)
    _check_template(kind)
    return kind


def _read_example(path: Path) -> dict[str, Any]:
    try:
        example = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise TemplateError(f"{path}: bukan JSON yang benar ({error}).") from error
    if not isinstance(example, dict):
        raise TemplateError(f"{path}: harus berupa objek, yaitu isi 'data' sebuah naskah.")
    return example


def _check_names(kind: Kind) -> None:
    """A field may not hide what the context holds for every kind."""
    taken = set(_context(kind, {}, full=True)) - {name for field in kind.fields for name in _names(field)}
    reserved = set(_context(_without_fields(kind), {}, full=True)) | {"loop"}
    names = [name for field in kind.fields for name in _names(field)]
    for name in names:
        if name in reserved or names.count(name) > 1:
            raise TemplateError(
                f"{kind.folder / SHEET}: nama isian {name!r} sudah dipakai untuk hal lain "
                f"({', '.join(sorted(taken | reserved))}). Pilih nama lain."
            )


def _check_defaults(kind: Kind) -> None:
    """Every default must itself be a valid value."""
    for field in kind.fields:
        if field.default is None:
            continue
        only = kind.sheet.model_copy(update={"fields": [field.model_copy(update={"default_role": None})]})
        try:
            validate(Kind(kind.slug, kind.folder, only, kind.template, {}), {field.name: field.default}, officials={})
        except InvalidSubmission as invalid:
            message = invalid.errors[0].message
            raise TemplateError(f"{kind.folder / SHEET}: default isian {field.name!r}: {message}") from invalid


def _check_example(kind: Kind) -> None:
    named = {kind.example.get(field.name) for field in kind.fields if field.type == "official"}
    officials = {id: _OFFICIAL for id in named if isinstance(id, str)}
    try:
        values = validate(kind, kind.example, officials=officials)
    except InvalidSubmission as invalid:
        problems = "; ".join(f"{error.field}: {error.message}" for error in invalid.errors)
        raise TemplateError(f"{kind.folder / EXAMPLE}: {problems}") from invalid
    _fill(kind, build_context(kind, values, **_given(officials, full=True)))


def _check_template(kind: Kind) -> None:
    """Compare the tags with the context, then fill the template twice: with everything, and with as little as may be."""
    full = _context(kind, _sample_values(kind), full=True)
    report = check_tags(kind.template, full)
    if report.problems:
        raise TemplateError(f"{kind.template.name}: {'; '.join(report.problems)}")
    for field in kind.fields:
        if field.required and not report.used.intersection(_names(field)):
            raise TemplateError(
                f"{kind.template.name}: isian {field.name!r} wajib diisi tetapi tidak dipakai. Tulis "
                f"{{{{ {field.name} }}}} dalam templat, atau hapus isian itu dari {SHEET}."
            )
    _fill(kind, full)
    required = {name: value for name, value in _sample_values(kind).items() if _field(kind, name).required}
    _fill(kind, _context(kind, required, full=kind.needs_assets == "required"))


def _fill(kind: Kind, context: dict[str, Any]) -> None:
    """Fill the template and see that what comes out is well-formed."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(render_docx(kind.template, context))) as package:
        for part in kind.template.parts:
            try:
                etree.fromstring(package.read(part.name))
            except etree.XMLSyntaxError as error:
                raise TemplateError(
                    f"{kind.template.name}: {part.label}: hasilnya rusak ({error}). Tanda 'for', 'if' dan 'end…' yang "
                    "memuat paragraf atau baris tabel ditulis {%p … %} atau {%tr … %}, sendirian di paragraf atau baris."
                ) from error


def _context(kind: Kind, values: Mapping[str, Any], *, full: bool) -> dict[str, Any]:
    return build_context(kind, values, **_given({"contoh": _OFFICIAL}, full=full))


def _given(officials: Mapping[str, Official], *, full: bool) -> dict[str, Any]:
    """What the office and the registers give: everything, or as little as there may be."""
    return {
        "office": _OFFICE if full else Office(government="P", name="D", unit_code="D", place="B"),
        "signer": _OFFICIAL if full else Official(id="contoh", name="C", post="K", role="kepala_seksi"),
        "assets": [_ASSET, _ASSET] if full else [],
        "number": "1",
        "date": _DATE,
        "officials": officials,
        "emblem": b"" if full else None,
        "on_behalf_of": _OFFICIAL if full else None,
    }


_SAMPLES: dict[str, Any] = {
    "text": "x",
    "paragraphs": "x\n\nx",
    "date": _DATE,
    "integer": 1,
    "money": 1,
    "boolean": True,
    "list": ["x", "x"],
    "official": "contoh",
}


def _sample_values(kind: Kind) -> dict[str, Any]:
    values = {}
    for field in kind.fields:
        if field.type == "choice":
            values[field.name] = field.choices[0]
        elif field.type == "table":
            values[field.name] = [{column.name: _SAMPLES[column.type] for column in field.columns}] * 2
        else:
            values[field.name] = _SAMPLES[field.type]
    return values


def _field(kind: Kind, name: str) -> SheetField:
    return next(field for field in kind.fields if field.name == name)


def _names(field: SheetField) -> list[str]:
    """The names a field has in a template."""
    return [field.name] + [f"{field.name}_terbilang"] * (field.type in ("integer", "money"))


def _without_fields(kind: Kind) -> Kind:
    return Kind(kind.slug, kind.folder, kind.sheet.model_copy(update={"fields": []}), kind.template, {})


__all__ = ["Kind", "load_kind", "load_kinds", "nearest"]
