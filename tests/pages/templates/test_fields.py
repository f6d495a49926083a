"""The form of a draft is edited: its fields, their order, what is wrong in them, and who was first."""

from __future__ import annotations

from typing import get_args

import pytest

from docgen.desk import Desk
from docgen.forms.exchangeable_types import exchangeable_types
from docgen.forms.field_sheet import FieldType
from tests.support.callers.pages import ORIGIN, Person, words
from tests.support.callers.templates import draft_at, mark, uploaded
from tests.support.files.office_letters import untagged_letter

pytestmark = pytest.mark.office


@pytest.fixture
def draft(admin: Person, desk: Desk) -> str:
    """The address of a draft with the fields hal and tempat."""
    address = uploaded(admin, untagged_letter())
    mark(desk, admin, address, "Undangan rapat persiapan arsip digital", "isian:text", "Hal")
    mark(desk, admin, address, "Aula Kantor Bupati", "isian:text", "Tempat")
    return address


def form_of(desk: Desk, address: str, **typed: str) -> dict[str, object]:
    """The form as its page sends it, with what somebody typed: `hal_label` is the label of hal."""
    draft = draft_at(desk, address)
    form: dict[str, object] = {"semula": draft.sha256, "title": "Undangan", "title_field": "hal", "aksi": "simpan"}
    form["urutan"] = [field["name"] for field in draft.sheet["fields"]]
    for field in draft.sheet["fields"]:
        path = f"isian.{field['name']}"
        form |= {f"{path}.label": field["label"], f"{path}.type": "text", f"{path}.required": "ya"}
        form[f"{path}.example"] = str(draft.example[field["name"]])
    return form | {f"isian.{name.replace('__', '.')}": value for name, value in typed.items()}


def test_fields_are_edited_moved_and_keep_what_the_page_does_not_show(admin: Person, desk: Desk, draft: str) -> None:
    """Label, hint, type with choices and example are saved; a button moves a field; its longest text stays."""
    longest = draft_at(desk, draft).sheet["fields"][0]["max_length"]
    admin.get(f"{draft}/isian")
    typed = {"tempat__type": "choice", "tempat__choices": "Aula Kantor Bupati\r\nRuang rapat", "hal__help": "Singkat."}
    answer = admin.post(f"{draft}/isian", form_of(desk, draft, **typed, tempat__default="Ruang rapat"))
    assert answer.status_code == 303
    hal, tempat = draft_at(desk, draft).sheet["fields"]
    assert (hal["help"], hal["max_length"]) == ("Singkat.", longest)
    assert (tempat["type"], tempat["choices"]) == ("choice", ["Aula Kantor Bupati", "Ruang rapat"])
    assert tempat["default"] == "Ruang rapat"
    moved = form_of(desk, draft, **typed, hal__label="Perihal") | {"aksi": "turun:hal"}
    assert admin.post(f"{draft}/isian", moved).status_code == 303
    assert [field["label"] for field in draft_at(desk, draft).sheet["fields"]] == ["Tempat", "Perihal"]


def test_what_is_wrong_stands_beside_its_input_and_stays_typed(admin: Person, desk: Desk, draft: str) -> None:
    """No label, no choices, a default that is none of them: 422 with each beside its input; the draft is as it was."""
    before = draft_at(desk, draft)
    admin.get(f"{draft}/isian")
    for field, typed in (
        ("isian.hal.label", {"hal__label": " ", "hal__help": "Yang diketik"}),
        ("isian.tempat.choices", {"tempat__type": "choice", "hal__help": "Yang diketik"}),
        ("isian.tempat.default", {"tempat__type": "integer", "tempat__default": "dua", "hal__help": "Yang diketik"}),
        ("isian.hal.max_length", {"hal__max_length": "banyak", "hal__help": "Yang diketik"}),
        ("title_field", {"hal__type": "date", "tempat__type": "date", "hal__help": "Yang diketik"}),
    ):
        answer = admin.post(f"{draft}/isian", form_of(desk, draft, **typed))
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert f'href="#{field}"' in page or field == "title_field"
        assert 'value="Yang diketik"' in page
    assert draft_at(desk, draft) == before


def test_a_script_hears_the_same_in_short_and_who_was_first_stays(admin: Person, desk: Desk, draft: str) -> None:
    """Saved: the new SHA-256; wrong: errors by input; changed by somebody else meanwhile: 409, nothing written over."""
    admin.get(f"{draft}/isian")
    headers = {**ORIGIN, "X-Requested-With": "fetch"}

    def post(form: dict[str, object]) -> tuple[int, dict[str, object]]:
        answer = admin.client.post(f"{draft}/isian", data={"csrf_token": admin.token, **form}, headers=headers)
        return answer.status_code, answer.get_json()

    old = form_of(desk, draft)
    assert post(form_of(desk, draft, hal__help="Satu")) == (200, {"sha256": draft_at(desk, draft).sha256})
    code, wrong = post(form_of(desk, draft, hal__label=""))
    assert code == 422
    assert "isian.hal.label" in str(wrong["errors"])
    assert post(old)[0] == 409
    picture = admin.client.post(f"{draft}/isian/pratinjau", data={"csrf_token": admin.token}, headers=headers)
    assert (picture.mimetype, picture.headers["X-Docgen-Jumlah"]) == ("image/png", "1")


def test_every_type_of_field_has_a_name_and_may_stay(admin: Person, desk: Desk, draft: str) -> None:
    """A field offers its own type and those whose tags are written alike; none is shown by its code."""
    assert all(kind in exchangeable_types(kind) for kind in get_args(FieldType))
    page = words(admin.get(f"{draft}/isian"))
    assert "Teks Tanggal Bilangan Jumlah rupiah Pilihan" in page
