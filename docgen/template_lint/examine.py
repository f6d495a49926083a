"""Examine a Word template: every fault at once, in the order of the text. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable

from docgen.forms.field_sheet import FieldSheet
from docgen.render.shared.definitions import NO_PARTS, SharedParts
from docgen.template_lint.case import Case
from docgen.template_lint.finding import WHOLE_FILE, Finding, too_heavy
from docgen.template_lint.opened import Refused, open_docx
from docgen.template_lint.rules import blocks, formal, look, markup, names, package, tags
from docgen.template_lint.rules import shared as shared_parts
from storage.records import Office

RULES: tuple[Callable[[Case], Iterable[Finding]], ...] = (
    package.foreign_contents,
    package.embedded_documents,
    tags.unfinished_tags,
    tags.odd_braces,
    tags.curved_quotes,
    tags.unreadable_tags,
    blocks.unpaired_statements,
    blocks.crowded_statements,
    blocks.loops_around_paragraphs,
    names.wrong_names,
    names.refused_statements,
    shared_parts.wrong_shared_parts,
    names.near_names,
    markup.tracked_changes,
    markup.comments_left,
    markup.hidden_text,
    markup.changing_fields,
    markup.protection,
    look.missing_fonts,
    look.paper_and_margins,
    look.footers_in_band,
    look.unused_styles,
    formal.missing_number,
    formal.missing_signature,
    formal.required_fields,
)
MOST_OF_A_RULE = 100  # findings: whoever mends these sees the others


def examine(
    docx: bytes,
    sheet: FieldSheet | None = None,
    office: Office | None = None,
    fonts: Collection[str] | None = None,
    shared: SharedParts = NO_PARTS,
) -> list[Finding]:
    """Return the faults of a template that is to be filled by `sheet`, for letters of `office`.

    Without a sheet any name may become a field. `fonts` are the families that this machine has, in lower case; None:
    not known. `shared` are the parts that it may name, whose tags are looked at as if they stood in it. A file that
    cannot be opened has one finding, whose rule is one of `REFUSALS`.
    """
    try:
        case = Case(open_docx(docx), sheet, office, fonts, shared)
        findings = [finding for rule in RULES for finding in rule(case)]
        if not any(finding.severity == "error" for finding in findings):
            findings += filter(None, [formal.cannot_be_filled(case)])
    except Refused as refused:
        return [refused.finding]
    except (RecursionError, SyntaxError):  # tags within each other that neither Jinja nor Python can follow
        return [too_heavy()]
    return _bounded(sorted(findings, key=lambda finding: _order(case, finding)))


def missing_fonts(docx: bytes, fonts: Collection[str]) -> list[str]:
    """Return the families that a template is set in and that a machine with these, in lower case, has no like of.

    A file that cannot be opened has none.
    """
    try:
        return [family for _, _, family in look.missing_families(Case(open_docx(docx), None, None, fonts, NO_PARTS))]
    except Refused:
        return []


def _order(case: Case, finding: Finding) -> tuple[bool, int, int, int]:
    """Return what sorts a finding: those of the whole file first, then by their places, the body's first."""
    place = finding.place
    parts = [case.opened.body, *case.opened.labels]
    at = parts.index(place.part) if place.part in parts else len(parts)
    return place != WHOLE_FILE, at, place.paragraph, place.start


def _bounded(findings: list[Finding]) -> list[Finding]:
    counts: Counter[str] = Counter()
    bounded = []
    for finding in findings:
        counts[finding.rule] += 1
        if counts[finding.rule] <= MOST_OF_A_RULE:
            bounded.append(finding)
    return bounded
