"""The form submits its draft: the way to the signature is shown, changed in sight, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.drafts.planning import set_drafting
from docgen.render.pdf.pdfium import page_text
from storage.catalogue.drafting import draft_hands, drafts
from storage.records import Draft
from tests.support.callers.pages import Person, words

pytestmark = pytest.mark.office
FORM = "/buat/pemeliharaan/2/nota_dinas"
KEY = "01J00000000000000000000000"


def only_draft(desk: Desk) -> Draft:
    """The one draft there is."""
    with desk.catalogue.read() as tx:
        return drafts.find_draft(tx, KEY.lower())


def way(desk: Desk) -> list[tuple[int, str, str]]:
    """The entries of that draft's route: turn, official, part."""
    with desk.catalogue.read() as tx:
        return [(one.turn, one.official, one.part) for one in draft_hands.get_route(tx, KEY.lower())]


@pytest.fixture
def sent(form: dict[str, Any]) -> dict[str, Any]:
    """The form of a letter that the Kepala Dinas signs, with a key of its own."""
    return form | {"kunci": KEY, "signer": "kepala-dinas"}


def test_the_check_shows_the_office_s_way_and_submits_it(desk: Desk, operator: Person, sent: dict[str, Any]) -> None:
    """Who initials is filled in with names and posts; submitted, it is in their hands, once, and takes no number."""
    operator.get(FORM)
    asked = operator.post(FORM, sent | {"aksi": "ajukan"})
    page = words(asked)
    assert "Ajukan draf ini?" in page
    assert 'name="jalur" value="kepala-seksi" checked' in asked.text
    assert "Nomor yang akan diberikan" not in page
    confirmed = sent | {"aksi": "serahkan", "jalur_tampil": "1", "jalur": ["kepala-seksi", "kepala-bidang"]}
    confirmed |= {"urutan.kepala-seksi": "1", "urutan.kepala-bidang": "2"}
    answer = operator.post(FORM, confirmed)
    assert answer.location == f"/konsep/{KEY.lower()}"
    assert operator.post(FORM, confirmed).location == answer.location  # a double click
    assert only_draft(desk).state == "review"
    assert way(desk) == [(1, "kepala-seksi", "paraf"), (2, "kepala-bidang", "paraf"), (3, "kepala-dinas", "sign")]
    opened = operator.get(f"{FORM}?draf={KEY.lower()}")
    assert opened.location == answer.location


def test_officials_are_added_left_out_and_asked_together(desk: Desk, operator: Person, sent: dict[str, Any]) -> None:
    """The same number asks together, an unticked one is left out, the chosen one joins behind."""
    operator.get(FORM)
    chosen = sent | {"aksi": "ajukan", "jalur_tampil": "1", "jalur": ["kepala-seksi", "kepala-bidang"]}
    chosen |= {"urutan.kepala-seksi": "1", "urutan.kepala-bidang": "1", "jalur_tambah": "pengelola-aset"}
    again = operator.post(FORM, chosen)
    assert 'name="jalur" value="pengelola-aset" checked' in again.text
    operator.post(FORM, chosen | {"aksi": "serahkan"})
    assert [(turn, official) for turn, official, part in way(desk) if part == "paraf"] == [
        (1, "kepala-seksi"),
        (1, "kepala-bidang"),
        (2, "pengelola-aset"),
    ]


def test_without_initials_it_waits_for_the_signature(desk: Desk, operator: Person, sent: dict[str, Any]) -> None:
    """A way without anybody leads to the signer at once."""
    operator.get(FORM)
    operator.post(FORM, sent | {"aksi": "serahkan", "jalur_tampil": "1"})
    assert (only_draft(desk).state, [part for _, _, part in way(desk)]) == ("signing", ["sign"])


def test_what_is_wrong_stands_beside_its_field_and_the_text_stays(
    desk: Desk, operator: Person, sent: dict[str, Any]
) -> None:
    """A field that lacks is marked in the form; an official who is unknown, in the list of who initials; 422 both."""
    operator.get(FORM)
    lacking = operator.post(FORM, sent | {"aksi": "ajukan", "data.hal": ""})
    assert (lacking.status_code, 'id="salah-data.hal"' in lacking.text) == (422, True)
    unknown = sent | {"aksi": "serahkan", "jalur_tampil": "1", "jalur": "siapa", "data.hal": "Pagar"}
    refused = operator.post(FORM, unknown)
    assert refused.status_code == 422
    assert 'id="salah-jalur-siapa"' in refused.text
    assert 'value="Pagar"' in refused.text
    assert only_draft(desk).state == "writing"


def test_a_kind_numbered_at_its_signature_is_submitted_first(
    desk: Desk, operator: Person, sent: dict[str, Any]
) -> None:
    """Its form's first button submits; number and date are left to the signature, in the preview and for the check."""
    set_drafting(desk, None, {"nota_dinas": "signature"}, "admin")
    page = words(operator.get(FORM))
    assert "Saat ditandatangani" in operator.get(FORM).text
    assert "Terbitkan…" not in page
    asked = words(operator.post(FORM, sent | {"aksi": "ajukan", "date": ""}))
    assert "Nomor dan tanggalnya diberikan saat ditandatangani." in asked
    place = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2}
    shown = operator.post("/buat/pratinjau?bentuk=pdf", sent | place)
    assert "DiskominfoSP2" not in page_text(shown.data)[0]
