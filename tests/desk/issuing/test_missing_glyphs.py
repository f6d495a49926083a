"""A sign that no font has is told beside its field before a number is taken, and never printed as a box."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.preview import preview
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.registers.edit import change_asset, change_official
from docgen.errors import InvalidSubmission
from docgen.forms import fitting_example
from docgen.libreoffice.glyphs import unprintable
from storage.catalogue import registers
from storage.catalogue.numbering import numbers

pytestmark = pytest.mark.office  # the fonts are those of LibreOffice


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Ruang 한국 lantai 2", "한"),
        ("Merah Putih \U0001f1ee\U0001f1e9.", "\U0001f1ee\U0001f1e9"),
        ("Keluarga \U0001f468\u200d\U0001f469\u200d\U0001f467!", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("\U0001f469\U0001f3fd\u200d\U0001f4bb", "\U0001f469\U0001f3fd\u200d\U0001f4bb"),
        ("Setuju \U0001f44d\U0001f3fd", "\U0001f44d\U0001f3fd"),
        ("\uf0b7 butir dari Word", "\uf0b7"),
        ("Senang \U0001f600 ☎ ✓ → Ω ≤ ½ ① é e\u0301", ""),
        ("kata\u2060 dan\u200b\u00a0spasi \u2013 “kutip”…\tbaris\n", ""),
        ("\u2764\ufe0f", ""),
    ],
)
def test_what_prints_as_a_box_is_known(text: str, sign: str) -> None:
    """Signs of no font, flags, joined and tinted emoji; what has no shape, and emoji of Symbola, are fine."""
    assert unprintable(text) == sign


def request(desk: Desk, **data: Any) -> DocumentRequest:
    """A Nota Dinas with the kind's example and this over it."""
    values = (
        fitting_example(desk.kinds["nota_dinas"].sheet, desk.kinds["nota_dinas"].example, officials=officials(desk))
        | data
    )
    return DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, data=values)


def officials(desk: Desk) -> dict[str, Any]:
    """The officials by id."""
    with desk.catalogue.read() as tx:
        return {one.id: one for one in registers.list_officials(tx)}


def last_number(desk: Desk) -> int:
    """The last number that was given out this year."""
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
        return numbers.last_sequence(tx, office.unit_code, desk.today_in(tx).year)


def test_a_letter_with_such_a_sign_is_refused_by_preview_and_issue(desk: Desk) -> None:
    """Each field with its sign; no number is taken. Values of the registers that reach the letter are told as well."""
    before = last_number(desk)
    asked = request(desk, hal="Perbaikan 한", isi="Ada \U0001f1ee\U0001f1e9.")
    for attempt in (lambda: preview(desk, asked), lambda: issue(desk, asked, by="siti")):
        with pytest.raises(InvalidSubmission) as refused:
            attempt()
        assert [error.field for error in refused.value.errors] == ["data.hal", "data.isi"]
        assert "tanda “한” (U+D55C) tidak dapat dicetak" in refused.value.errors[0].message
    with desk.catalogue.read() as tx:
        asset = registers.search_assets(tx, limit=1)[0]
    change_asset(desk, asset.model_copy(update={"name": "Router ᮘ"}), by="siti")
    with pytest.raises(InvalidSubmission) as refused:
        issue(desk, request(desk).model_copy(update={"assets": [asset.nibar]}), by="siti")
    assert [error.field for error in refused.value.errors] == ["assets[0]"]
    signer = next(one for one in officials(desk).values() if one.role == "kepala_seksi")
    change_official(desk, signer.model_copy(update={"name": "Siti 한"}), by="siti")
    with pytest.raises(InvalidSubmission) as refused:
        issue(desk, request(desk).model_copy(update={"signer": signer.id}), by="siti")
    assert [error.field for error in refused.value.errors] == ["signer"]
    assert last_number(desk) == before
