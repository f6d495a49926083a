"""Every kind of letter in every variant keeps the rules of a page, and is PDF/A-2b and PDF/UA-1."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from docgen.libreoffice import Converter
from tests.support.gallery.letters import Letter, cases, make
from tests.support.gallery.open_rules import EXEMPT, NOT_YET, must_keep
from tests.support.gallery.rules import RULES
from tests.support.office.kinds import delivered_kinds

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def letters(converter: Converter) -> list[Letter]:
    """The gallery's letters."""
    return list(make(converter, cases()))


def test_letters_keep_the_rules_of_a_page(letters: list[Letter]) -> None:
    """No letter of any kind and variant breaks a rule that holds; those that do not hold yet are named as data."""
    wrong = {}
    for letter in letters:
        kind, variant = letter.case.kind.slug, letter.case.variant.name
        broken = {rule: said for rule, said in letter.findings.items() if must_keep(rule, kind, variant)}
        if broken:
            wrong[letter.case.name] = broken
    assert wrong == {}


def test_open_rules_are_rules() -> None:
    """What does not hold yet names rules that there are."""
    names = {rule.name for rule in RULES}
    assert names >= NOT_YET | {one.rule for one in EXEMPT}


def test_letters_are_archival_and_accessible(
    letters: list[Letter], tmp_path: Path, verapdf: Callable[..., dict[str, list[str]]]
) -> None:
    """veraPDF finds nothing against any of them as PDF/A-2b and PDF/UA-1."""
    for letter in letters:
        if letter.pdf and letter.case.variant.name not in ("acting", "f4"):  # built of the same parts as the example
            (tmp_path / f"{letter.case.name}.pdf").write_bytes(letter.pdf)
    found = verapdf(tmp_path, "2b", "ua1")
    assert len(found) >= 4 * len(delivered_kinds()) - 3  # but for the SOP, which is not made in each variant
    assert {name: said for name, said in found.items() if said} == {}
