"""Forms: what is sent is checked against a field sheet, and turned into what a template sees."""

from docgen.forms.context import build_context, office_context, official_context
from docgen.forms.defaults import defaults, example
from docgen.forms.schema import json_schema
from docgen.forms.validate import to_json, validate

__all__ = [
    "build_context",
    "defaults",
    "example",
    "json_schema",
    "office_context",
    "official_context",
    "to_json",
    "validate",
]
