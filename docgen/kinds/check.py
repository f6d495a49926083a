"""Check that a kind's field sheet, template and example fit each other, by filling the template."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from lxml import etree

from docgen.errors import InvalidSubmission, TemplateError
from docgen.forms import validate
from docgen.forms.annexes import ASSETS
from docgen.forms.field_sheet import PREVIOUS, WORDS, FieldSheet, SheetField
from docgen.kinds.kind import EXAMPLE, SHEET, Kind
from docgen.kinds.samples import EMBLEM, OFFICIAL, PHOTO_FILE, full_context, sample_contexts, sample_photo
from docgen.messages import nearest
from docgen.render.word.fill import render_docx
from docgen.render.word.package import WordParts, read_xml
from docgen.render.word.tag_check import check_tags
from docgen.render.word.template import WordTemplate
from storage.records import Official
from wording import joined, say


def check_kind(kind: Kind) -> None:
    """Raise TemplateError for the first thing that does not fit."""
    sheet, example = f"{kind.origin}/{SHEET}", f"{kind.origin}/{EXAMPLE}"
    _check_names(kind, sheet)
    _check_defaults(kind, sheet)
    _check_tags(kind, sheet)
    _check_example(kind, example)
    for context in sample_contexts(kind.sheet):
        require_filled(kind.template, context)


def check_sources(kind: Kind, kinds: Mapping[str, Kind], switched_off: Collection[str] = ()) -> None:
    """Raise TemplateError for the first `default_from` that names an unknown kind or field, or a field of another type.

    Sources in kinds that are switched off are not checked.
    """
    for field in kind.fields:
        for source in field.default_from:
            name = source.partition("." if "." in source else ":")[0]
            if name in WORDS or name == PREVIOUS or name in switched_off:
                continue
            prefix = say(
                "{sheet}: isian {field}: 'default_from' {source}: ",
                sheet=f"{kind.origin}/{SHEET}",
                field=repr(field.name),
                source=repr(source),
            )
            if name not in kinds:
                raise TemplateError(
                    say(
                        "{where}jenis naskah {kind} tidak ada.{hint}",
                        where=prefix,
                        kind=repr(name),
                        hint=nearest(name, list(kinds)),
                    )
                )
            if "." in source:
                _check_source_field(kinds[name], source.partition(".")[2], field, prefix)


def _check_source_field(kind: Kind, name: str, field: SheetField, prefix: str) -> None:
    types = {other.name: other.type for other in kind.fields}
    if name not in types:
        raise TemplateError(
            say(
                "{where}{kind} tidak mempunyai isian {field}.{hint}",
                where=prefix,
                kind=kind.title,
                field=repr(name),
                hint=nearest(name, list(types)),
            )
        )
    texts = ("text", "paragraphs", "rich_text", "choice")
    if types[name] != field.type and not (types[name] in texts and field.type in texts[:3]):
        raise TemplateError(
            say(
                "{where}isian itu type: {other}, sedangkan isian ini type: {type}.",
                where=prefix,
                other=types[name],
                type=field.type,
            )
        )


def _check_names(kind: Kind, sheet: str) -> None:
    """Raise TemplateError when a field hides what the context holds for every kind, or another field's companion."""
    used_names = ["loop", *full_context(kind.sheet.model_copy(update={"fields": []}))]
    for field in kind.fields:
        for name in _names(field):
            if name in used_names:
                raise TemplateError(
                    say(
                        "{sheet}: nama isian {name} sudah dipakai. Pilih nama lain untuk {field}.",
                        sheet=sheet,
                        name=repr(name),
                        field=repr(field.name),
                    )
                )
            used_names.append(name)


def _check_defaults(kind: Kind, sheet: str) -> None:
    """Raise TemplateError unless every default is a valid value."""
    for field in kind.fields:
        if field.default is None:
            continue
        sheet_of_field = kind.sheet.model_copy(update={"fields": [field]})
        try:
            validate(sheet_of_field, {field.name: field.default}, officials={})
        except InvalidSubmission as invalid:
            raise TemplateError(
                say(
                    "{sheet}: default {field}: {message}",
                    sheet=sheet,
                    field=repr(field.name),
                    message=invalid.errors[0].message,
                )
            ) from invalid


def _check_tags(kind: Kind, sheet: str) -> None:
    """Raise TemplateError unless every tag is known, and every required field is printed."""
    report = check_tags(kind.template, full_context(kind.sheet))
    if report.problems:
        raise TemplateError(say("{name}: {problems}", name=kind.template.name, problems=joined(report.problems, "; ")))
    _check_annexes(kind, report.used, sheet)
    for field in unprinted_fields(kind.sheet, report.used):
        raise TemplateError(
            say(
                "{template}: isian {field} wajib diisi tetapi tidak dipakai. Tulis {{{{ {tag} }}}} dalam "
                "templat, atau hapus isian itu dari {sheet}.",
                template=kind.template.name,
                field=repr(field.name),
                tag=field.name,
                sheet=SHEET,
            )
        )


def unprinted_fields(sheet: FieldSheet, used: Collection[str]) -> list[SheetField]:
    """Return the required fields that none of the names printed or asked for in a template stands for.

    What counts the empty rows of a table is printed with the table.
    """
    used = {*used, *(field.spare_rows for field in sheet.fields if field.name in used)}
    return [field for field in sheet.fields if field.required and not set(used).intersection(_names(field))]


def missing_annexes(sheet: FieldSheet, used: Collection[str]) -> list[str]:
    """Return the tags that a template lacks because the sheet gives `annex_above` to their lists."""
    lists = [field.name for field in sheet.fields if field.annex_above]
    tags = [f"{name}_terlampir" for name in ([ASSETS, *lists] if sheet.annex_above else lists)]
    return [tag for tag in tags if tag not in used]


def _check_annexes(kind: Kind, used: Collection[str], sheet: str) -> None:
    """Raise TemplateError for a list that has `annex_above`, and a template without an annex for it."""
    for tag in missing_annexes(kind.sheet, used):
        raise TemplateError(
            say(
                "{template}: {sheet} memberi annex_above, tetapi templat ini tidak memuat lampirannya. Tulis "
                "{{%p if {tag} %}} di sekitar lampiran itu, atau hapus annex_above.",
                template=kind.template.name,
                sheet=SHEET,
                tag=tag,
            )
        )


def _check_example(kind: Kind, path: str) -> None:
    """Raise TemplateError unless the example validates (with its officials) and fills the template, without fields that
    the procedure fixes.
    """
    fixed = [field.name for field in kind.fields if field.held_by_procedure and field.name in kind.example]
    if fixed:
        raise TemplateError(
            say("{path}: {field} ditentukan oleh prosedurnya; hapus dari contoh ini.", path=path, field=repr(fixed[0]))
        )
    ids = [kind.example.get(field.name) for field in kind.fields if field.type == "official"]
    officials: Mapping[str, Official] = {id: OFFICIAL for id in ids if isinstance(id, str)}
    try:
        values = validate(kind.sheet, kind.example, officials=officials)
    except InvalidSubmission as invalid:
        problems = joined(
            (say("{field}: {message}", field=error.field, message=error.message) for error in invalid.errors), "; "
        )
        raise TemplateError(say("{path}: {problems}", path=path, problems=problems)) from invalid
    require_filled(kind.template, full_context(kind.sheet, values=values, officials=officials))


def require_filled(template: WordTemplate, context: Mapping[str, Any]) -> None:
    """Raise TemplateError unless the filled template is well-formed."""
    emblem = EMBLEM if context["lambang"] else None
    docx = render_docx(template, context, emblem=emblem, photos={PHOTO_FILE: sample_photo()})
    parts = WordParts(docx)
    for part in template.parts:
        try:
            read_xml(parts[part.name])
        except etree.XMLSyntaxError as error:
            raise TemplateError(
                say(
                    "{name}: {part}: hasilnya rusak ({error}). Tanda 'for', 'if' dan 'end…' yang memuat "
                    "paragraf atau baris tabel ditulis {{%p … %}} atau {{%tr … %}}, sendirian di tempatnya.",
                    name=template.name,
                    part=part.label,
                    error=error,
                )
            ) from error


def _names(field: SheetField) -> list[str]:
    """Return the names a field has in a template."""
    if field.type == "photos":
        return [field.name, f"{field.name}_baris", *_annex_names(field.name)]
    if field.type == "date":
        return [field.name, f"{field.name}_hari"]
    numbers = [field.name] if field.type in ("integer", "money") else [f"{field.name}_{name}" for name in field.totals]
    names = [field.name, *(name for name in numbers if name != field.name), *(f"{name}_terbilang" for name in numbers)]
    return names + (_annex_names(field.name) if field.type == "table" else [])


def _annex_names(name: str) -> list[str]:
    return [f"{name}_{ending}" for ending in ("terlampir", "lampiran", "banyaknya")]
