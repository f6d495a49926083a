"""Every kind of letter in every variant keeps the rules of a page, and is PDF/A-2b and PDF/UA-1."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from docgen.libreoffice import Converter
from docgen.render.pdf.paper import MM
from docgen.render.pdf.pdfium import page_size, text_within
from docgen.render.stamps.footnote import prepare_for_signature
from docgen.render.stamps.free_space import SIGNED, stamp_bookmarks
from docgen.render.stamps.signature_place import signature_place
from storage.records import BSRE_FOOTER, SignatureLook
from tests.support.gallery.exempt import EXEMPT, must_keep
from tests.support.gallery.letters import Letter, cases, make
from tests.support.gallery.rules import RULES
from tests.support.office.kinds import delivered_kinds

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def letters(converter: Converter) -> list[Letter]:
    """The gallery's letters."""
    return list(make(converter, cases()))


def test_letters_keep_the_rules_of_a_page(letters: list[Letter]) -> None:
    """No letter of any kind and variant breaks a rule, but those that are exempt from one with a reason."""
    wrong = {}
    for letter in letters:
        kind, variant = letter.case.kind.slug, letter.case.variant.name
        broken = {rule: said for rule, said in letter.findings.items() if must_keep(rule, kind, variant)}
        if broken:
            wrong[letter.case.name] = broken
    assert wrong == {}


def test_each_letter_has_a_room_for_its_signature(letters: list[Letter]) -> None:
    """Above the signer's name there is a free room, on the page of the signature, for a picture of the usual size."""
    look = SignatureLook()
    for letter in letters:
        signer, pdf = letter.case.snapshot.signer, letter.pdf
        if not pdf or "sop" in letter.case.kind.needs:
            continue
        place = signature_place(pdf, signer.name, signer.nip, look.width * MM, look.height * MM)
        assert place is not None, letter.case.name
        assert place.height > 0.9 * look.height * MM, letter.case.name
        assert stamp_bookmarks(pdf)[SIGNED][0] + 1 == place.page, letter.case.name
        below = page_size(pdf, place.page)[1] - place.top - place.height
        beneath = text_within(pdf, place.page, (place.left - 2, below - 20, place.left + place.width, below))
        assert signer.name.split()[0] in beneath, letter.case.name


def test_what_is_sent_to_be_signed_is_archival(
    letters: list[Letter], tmp_path: Path, verapdf: Callable[..., dict[str, list[str]]]
) -> None:
    """With the office's footer and logo on every page a letter stays PDF/A-2b and PDF/UA-1."""
    emblem = (resources.files("docgen.demo") / "emblem.png").read_bytes()
    for letter in letters:
        if letter.case.variant.name == "example" and letter.case.kind.slug in ("nota_dinas", "laporan_pemeliharaan"):
            prepared = prepare_for_signature(letter.pdf, BSRE_FOOTER, emblem)
            (tmp_path / f"{letter.case.kind.slug}.pdf").write_bytes(prepared)
    assert verapdf(tmp_path, "2b", "ua1") == {"nota_dinas.pdf": [], "laporan_pemeliharaan.pdf": []}


def test_exceptions_are_of_rules_and_kinds_that_there_are() -> None:
    """No exception outlives its rule or kind."""
    assert {one.rule for one in EXEMPT} <= {rule.name for rule in RULES}
    assert {one.kind for one in EXEMPT} <= delivered_kinds().keys()


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
