"""Broken and hostile templates: each fault is named at its words, and nothing else is."""

from __future__ import annotations

import re

import pytest

from docgen.installed.checks import examine_template
from docgen.template_lint.examine import examine
from docgen.template_lint.finding import REFUSALS, SEVERITIES
from templates_docx import FOLDER
from tests.support.files.templates import SHEET, template
from tests.support.hostile.templates import FAULTS, REFUSED
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import OFFICE

_WITH_TESTS_OF_THEIR_OWN = {"too_heavy", "missing_annex", "near_name", "wrong_shared_part"}
FONTS = {"liberation sans", "liberation serif"}


def test_a_letter_without_a_fault_has_no_finding() -> None:
    """So what the others find is their own fault."""
    assert examine(template("Isi surat."), SHEET, OFFICE, FONTS) == []


@pytest.mark.parametrize("slug", sorted(entry.parent.name for entry in FOLDER.glob("*/fields.yaml")))
def test_the_delivered_templates_have_no_fault(slug: str) -> None:
    """Neither an error nor a warning is told of them, with their field sheet and before one is known."""
    kind = delivered_kinds()[slug]
    for sheet in (kind.sheet, None):
        findings = examine(kind.source, sheet, OFFICE, FONTS, kind.shared)
        assert [finding for finding in findings if finding.severity != "hint"] == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_at_its_words(name: str) -> None:
    """The finding of the rule stands at the very words, and no other rule is broken."""
    fault = FAULTS[name]
    findings = examine(fault.make(), SHEET, OFFICE, FONTS)
    assert {finding.rule for finding in findings} == {fault.rule}
    assert findings[0].words == fault.words
    assert findings[0].severity == SEVERITIES[fault.rule]
    assert findings[0].message
    assert findings[0].suggestion


@pytest.mark.parametrize("name", ["nomer", "tangal", "penandatangna", "kepala_kantor", "nomor2"])
def test_a_slip_of_the_pen_is_told_before_there_is_a_form(name: str) -> None:
    """A field whose name is one letter off what is filled in by itself is probably that; another name is a field."""
    findings = examine(template(f"Isi {{{{ {name} }}}}"), None, OFFICE, FONTS)
    is_slip = name in ("nomer", "tangal", "penandatangna")
    assert [(finding.rule, finding.words) for finding in findings] == [("near_name", f"{{{{ {name} }}}}")] * is_slip


def test_a_long_list_without_an_annex_is_told() -> None:
    """The form moves it to an annex; the template must have a place for it."""
    sheet = SHEET.model_copy(
        update={"fields": [*SHEET.fields[:3], SHEET.fields[3].model_copy(update={"annex_above": 5})]}
    )
    findings = examine(template("{{ barang[0].nama }}"), sheet, OFFICE, FONTS)
    assert [(finding.rule, finding.words) for finding in findings] == [("missing_annex", "barang_terlampir")]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_template_is_refused(name: str) -> None:
    """There is one finding, which keeps the file from being taken."""
    fault = REFUSED[name]
    assert [finding.rule for finding in examine_template(fault.make(), SHEET, OFFICE)] == [fault.rule]
    assert fault.rule in REFUSALS


def test_the_corpus_breaks_every_rule() -> None:
    """At least sixty templates, and no rule of the lint's is without one."""
    assert len(FAULTS) + len(REFUSED) >= 60
    rules = {fault.rule for fault in (*FAULTS.values(), *REFUSED.values())}
    assert sorted(set(SEVERITIES) - rules - _WITH_TESTS_OF_THEIR_OWN) == []


def test_the_guide_lists_every_rule() -> None:
    """`docs/templates.md` says of each rule how severe it is, in the order of the code."""
    guide = (FOLDER.parent / "docs" / "templates.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (error|warning|hint) \|", guide, re.MULTILINE)
    assert rows == list(SEVERITIES.items())
