"""Forms: check submitted values against a field sheet, and make the context of a Word template from them."""

from docgen.forms.context import build_context, office_context, official_context
from docgen.forms.defaults import defaults, fitting_example
from docgen.forms.derive import Decided, Earlier, Facts, derive
from docgen.forms.schema import json_schema
from docgen.forms.signing_office import has_letterhead, has_our_emblem
from docgen.forms.validate import to_json, validate

__all__ = [
    "Decided",
    "Earlier",
    "Facts",
    "build_context",
    "defaults",
    "derive",
    "fitting_example",
    "has_letterhead",
    "has_our_emblem",
    "json_schema",
    "office_context",
    "official_context",
    "to_json",
    "validate",
]
