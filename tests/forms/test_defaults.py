"""What stands in a field before anybody types: holders of posts, examples, and words that fit any office."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import pytest

from docgen.errors import InvalidSubmission
from docgen.forms import defaults, fitting_example, validate
from docgen.forms.field_sheet import FieldSheet
from docgen.kinds.kind import Kind
from docgen.render.word.fill import render_docx
from storage.records import Official
from tests.support.office.every_field import KIND, LEAST, SHEET, TEMPLATE
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import DATE, KABID, KASI, OFFICE, OFFICIALS, context


def test_a_default_post_is_its_holders_on_the_date() -> None:
    """An acting head comes first while he acts; without a date or anybody in the role the sheet's words stand."""
    former = KABID.model_copy(update={"id": "lama", "post": "Kepala Lama", "valid_to": dt.date(2025, 12, 31)})
    register: dict[str, Official] = {
        "lama": former,
        KABID.id: KABID.model_copy(update={"valid_from": dt.date(2026, 1, 1)}),
    }
    assert defaults(KIND.sheet, officials=register, date=dt.date(2025, 6, 1))["kepada"] == "Plt. Kepala Lama"
    assert defaults(KIND.sheet, officials=register, date=DATE)["kepada"] == "Plt. Kepala Bidang Infrastruktur"
    assert defaults(KIND.sheet, officials=register)["kepada"] == "Kepala Bidang"
    assert defaults(KIND.sheet, officials={}) == {
        "kepada": "Kepala Bidang",
        "lampiran": "-",
        "rangkap": 2,
        "sifat": "Biasa",
    }


def test_a_default_official_is_the_holder_on_the_date() -> None:
    """The form begins with who holds the role, and a submission that leaves the field out gets the same."""
    saksi = {"name": "saksi", "label": "Saksi", "type": "official", "required": True, "default_role": "kepala_bidang"}
    sheet = FieldSheet.model_validate(SHEET | {"fields": [SHEET["fields"][0], saksi]})
    kind = Kind("rencana", Path(), sheet, {}, TEMPLATE)
    assert defaults(kind.sheet, officials=OFFICIALS, date=DATE) == {"saksi": KABID.id}
    assert validate(kind.sheet, {"hal": "x"}, officials=OFFICIALS, date=DATE)["saksi"] == KABID.id
    with pytest.raises(InvalidSubmission) as caught:
        validate(kind.sheet, {"hal": "x"}, officials={}, date=DATE)
    assert [error.field for error in caught.value.errors] == ["data.saksi"]


def test_the_example_names_officials_of_this_office() -> None:
    """An official of the example who is not in the register gives way to one who is; nobody is invented."""
    kind = Kind("segala", Path(), FieldSheet.model_validate(SHEET), {**LEAST, "saksi": "orang-lain"}, TEMPLATE)
    assert fitting_example(kind.sheet, kind.example, officials=OFFICIALS)["saksi"] in OFFICIALS
    validate(kind.sheet, fitting_example(kind.sheet, kind.example, officials=OFFICIALS), officials=OFFICIALS)
    assert "saksi" not in fitting_example(kind.sheet, kind.example, officials={})
    assert kind.example["saksi"] == "orang-lain"


@pytest.mark.parametrize(
    ("slug", "field", "label", "foreign"),
    [
        ("berita_acara_serah_terima", "alamat_penerima", "Alamat", OFFICE.address),
        ("persetujuan", "pengusul", "Diajukan oleh", KASI.post),
    ],
)
def test_nobody_is_given_an_address_or_post_that_was_not_told(slug: str, field: str, label: str, foreign: str) -> None:
    """Left out, its line is not printed: neither the office's own nor another person's stands there."""
    kind = delivered_kinds()[slug]
    counts = []
    for value in ("Jalan Lain 7", ""):
        docx = render_docx(kind.template, context(kind, {field: value}))
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            text = re.sub(r"<[^>]+>", "|", package.read("word/document.xml").decode())
        assert ("Jalan Lain 7" in text) is bool(value)
        counts.append((text.count(f"|{label}|"), text.count(foreign)))
    assert counts[1] == (counts[0][0] - 1, counts[0][1])


def test_no_default_names_a_place_of_one_office() -> None:
    """What stands in for a field left out fits any office: none of the delivered kinds' defaults names a regency."""
    for kind in delivered_kinds().values():
        for one in kind.fields:
            assert "Tanah Bumbu" not in str(one.default), (kind.slug, one.name)
