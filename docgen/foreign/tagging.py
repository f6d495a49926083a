"""Find tags in a Word file and write some into it, in a child process.

Each function raises TemplateError also for a file that takes too much time or memory, and ReaderBusy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from docgen.errors import PdfError, TemplateError
from docgen.foreign.reader import child_pool
from docgen.forms.field_sheet import FieldSheet
from docgen.render.pdf.text_search import TextBox
from docgen.render.shared.definitions import NO_PARTS, SharedParts
from docgen.tagging.model import Paragraph, Suggestion, TemplateTag
from docgen.template_lint.finding import Place

SECONDS = 10.0  # of processor time; a letter takes a tenth of one


def find_template_tags(docx: bytes) -> list[TemplateTag]:
    """Call `docgen.tagging.find.find_template_tags` in a child process."""
    return cast(list[TemplateTag], _call("find_template_tags", docx))


def propose_sheet(
    docx: bytes, title: str, words: Mapping[str, str] | None = None, shared: SharedParts = NO_PARTS
) -> tuple[FieldSheet, dict[str, Any]]:
    """Call `docgen.tagging.propose.propose_sheet` in a child process, for a file that may name `shared` parts."""
    sheet, example = _call("propose_form", docx, title, words or {}, shared)
    return FieldSheet.model_validate(sheet), example


def suggest_places(docx: bytes) -> list[Suggestion]:
    """Call `docgen.tagging.suggest.suggest_places` in a child process."""
    return cast(list[Suggestion], _call("suggest_places", docx))


def list_paragraphs(docx: bytes) -> list[Paragraph]:
    """Call `docgen.tagging.paragraphs.list_paragraphs` in a child process."""
    return cast(list[Paragraph], _call("list_paragraphs", docx))


def mark_words(docx: bytes, place: Place, name: str) -> bytes:
    """Call `docgen.tagging.mark.mark_words` in a child process."""
    return cast(bytes, _call("mark_words", docx, place, name))


def mark_rows(docx: bytes, place: Place, list_name: str, column_names: Sequence[str], *, count: int = 1) -> bytes:
    """Call `docgen.tagging.mark_lists.mark_rows` in a child process."""
    return cast(bytes, _call("mark_rows", docx, place, list_name, list(column_names), count=count))


def mark_paragraph(docx: bytes, place: Place, name: str, *, count: int = 1) -> bytes:
    """Call `docgen.tagging.mark_lists.mark_paragraph` in a child process."""
    return cast(bytes, _call("mark_paragraph", docx, place, name, count=count))


def boxes_of(pdf: bytes, docx: bytes, places: Sequence[Place]) -> list[list[TextBox]]:
    """Call `docgen.tagging.page_places.boxes_of` in a child process."""
    return cast(list[list[TextBox]], _call("boxes_of", pdf, docx, list(places)))


def without_markup(docx: bytes, name: str) -> bytes:
    """Call `docgen.render.word.without_markup.without_markup` in a child process."""
    return cast(bytes, _call("without_markup", docx, name))


def _call(function: str, *arguments: Any, **options: Any) -> Any:
    try:
        return child_pool().call(function, *arguments, lane="file", seconds=SECONDS, **options)
    except PdfError as error:
        raise TemplateError(
            "Surat ini terlalu berat untuk dibuka, atau rusak. Salin isinya ke dokumen Word baru, lalu unggah lagi."
        ) from error
