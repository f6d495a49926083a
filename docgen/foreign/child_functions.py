"""List the functions that a child may call: pure functions of `docgen.render`, `signer` and `spreadsheets`, by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from docgen import signer
from docgen.errors import TemplateError
from docgen.render import emblem
from docgen.render.bundles import binder
from docgen.render.many import concatenate
from docgen.render.pdf import pdfium, text_search, to_pdfa
from docgen.render.pdf.flattening import flatten
from docgen.render.scans import read
from docgen.render.shared import insert
from docgen.render.shared.definitions import SharedParts
from docgen.render.stamps import decision, footnote, signature_picture, signature_place, watermark
from docgen.render.word import prepare_photo, without_markup
from docgen.spreadsheets import Grid, filled
from docgen.spreadsheets.read import read_grid
from docgen.tagging import find, mark, mark_lists, page_places, paragraphs
from docgen.tagging.model import Suggestion
from docgen.template_lint.finding import Finding


def packed_grid(name: str, data: bytes, sheet: str, known: Mapping[str, str], mark: str) -> tuple[Grid, bytes]:
    """Return what `read_grid` reads: the sheet without its rows, and the rows as JSON."""
    grid = read_grid(name, data, sheet=sheet, known=known, mark=mark)
    return replace(grid, rows=()), json.dumps(list(grid.rows)).encode()


def check_kind_parts(
    slug: str, origin: str, sheet: dict[str, Any], example: dict[str, Any], source: bytes, shared: SharedParts
) -> None:
    """Check a kind that is given as its parts. Raises TemplateError."""
    # most children need none of these
    from docgen.forms.field_sheet import FieldSheet
    from docgen.kinds import check
    from docgen.kinds.kind import Kind

    check.check_kind(Kind(slug, origin, FieldSheet.model_validate(sheet), example, source, shared=shared))


def examine_template(
    docx: bytes,
    sheet: dict[str, Any] | None,
    office: dict[str, Any] | None,
    fonts: list[str] | None,
    shared: SharedParts,
) -> list[Finding]:
    """Return the faults of a Word template; sheet and office are given as JSON."""
    from docgen.forms.field_sheet import FieldSheet
    from docgen.template_lint.examine import examine
    from storage.records import Office

    return examine(
        docx,
        FieldSheet.model_validate(sheet) if sheet is not None else None,
        Office.model_validate_json(json.dumps(office)) if office is not None else None,
        fonts,
        shared,
    )


def missing_fonts(docx: bytes, fonts: list[str]) -> list[str]:
    """Return the families of a Word template that a machine with these has no like of."""
    from docgen.template_lint import examine

    return examine.missing_fonts(docx, fonts)


def unpack_kind(data: bytes) -> list[Any]:
    """Return what the file of a kind holds: manifest, template, sheet and example."""
    from docgen.kinds import kind_file

    content = kind_file.unpack_kind(data)
    return [content.manifest.model_dump(mode="json"), content.source, content.sheet, content.example]


def propose_form(docx: bytes, title: str, words: dict[str, str], shared: SharedParts) -> list[dict[str, Any]]:
    """Return the form for the tags of a Word file with its shared parts, and an example that fills it, as JSON."""
    from docgen.tagging.propose import propose_sheet

    with suppress(TemplateError):  # the lint says why
        docx = insert.with_shared_parts(docx, shared, title)
    sheet, example = propose_sheet(docx, title, words)
    return [sheet.model_dump(mode="json"), example]


def with_comments(docx: bytes, findings: list[Finding]) -> bytes:
    """Return a Word template with a comment at each fault."""
    from docgen.template_lint import comments

    return comments.with_comments(docx, findings)


def suggest_places(docx: bytes) -> list[Suggestion]:
    """Return the words of a Word file that look like data."""
    from docgen.tagging import suggest

    return suggest.suggest_places(docx)


def check_template(data: bytes, name: str, shared: SharedParts) -> None:
    """Raise TemplateError unless the Word template can be opened with its shared parts."""
    insert.open_whole(data, shared, name)


def check_seal_file(pkcs12: bytes, password: str) -> None:
    """Raise SignatureError unless the certificate of a seal can be opened."""
    signer.load_seal(pkcs12, password)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        pdfium.page_count,
        pdfium.page_text,
        pdfium.grey_png,
        pdfium.page_png,
        text_search.find_text_boxes,
        text_search.find_occurrences,
        text_search.span_boxes,
        flatten.flatten_pdf,
        flatten.has_xfa,
        to_pdfa.convert_to_pdfa,
        binder.require_bindable,
        decision.place_stamp,
        footnote.footnote,
        footnote.prepare_for_signature,
        signature_place.signature_place,
        signature_picture.signature_picture,
        concatenate.join_pdfs,
        watermark.watermark,
        emblem.prepare_emblem,
        prepare_photo.prepare_photo,
        read.read_scans,
        read.assemble_scans,
        read.scan_page_png,
        filled.filled_sheet,
        packed_grid,
        check_kind_parts,
        check_seal_file,
        check_template,
        propose_form,
        unpack_kind,
        suggest_places,
        find.find_template_tags,
        paragraphs.list_paragraphs,
        without_markup.without_markup,
        mark.mark_words,
        mark_lists.mark_rows,
        mark_lists.mark_paragraph,
        page_places.boxes_of,
        insert.require_insertable,
        examine_template,
        missing_fonts,
        with_comments,
        signer.inspect_signatures,
        signer.changes_beyond_signatures,
        signer.require_renewable,
        signer.require_sealable,
    )
}
