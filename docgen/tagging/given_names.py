"""Names that every template may use: what a letter is filled with by itself, whatever its form asks for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from docgen.forms.field_sheet import FieldSheet, Need, SheetField
from docgen.kinds.samples import full_context
from docgen.render.shared.calls import SENTENCE
from docgen.render.word.tags.tag_vocabulary import FUNCTIONS

NEEDS: Mapping[str, Need] = {"rekap": "recap", "sop": "sop"}  # what is derived for a letter, by its name


@cache
def given_names() -> frozenset[str]:
    """Return the names that a template may use without any field."""
    field = SheetField(name="x", label="x", required=True)
    sheet = FieldSheet(title="x", title_field="x", fields=[field])
    context = full_context(sheet.model_copy(update={"fields": [], "needs": []}), {})
    return frozenset((*context, *NEEDS, *FUNCTIONS, SENTENCE, "loop"))
