"""Drafts: a form has one, its page knows its own saves again, and an issued letter has none."""

from __future__ import annotations

from typing import Any

import pytest
from ulid import ULID

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.drafts.submit import submit
from storage.catalogue.drafting import drafts
from storage.records import Draft
from tests.support.callers.pages import PASSWORD, Person, words
from tests.support.callers.roles import caller

pytestmark = pytest.mark.office
FORM = "/buat/pemeliharaan/2/nota_dinas"
SAVE = "/buat/draf"
PLACE = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": "2"}


def drafts_of(desk: Desk, user: str = "operator") -> list[Draft]:
    """Every draft of a user."""
    with desk.catalogue.read() as tx:
        return drafts.list_drafts(tx, user)


def test_drafts_are_kept_for_their_owner_alone(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """A saved draft comes back as typed; another person can neither see nor overwrite it."""
    operator.get(FORM)
    saved = operator.post(FORM, form | {"data.hal": "Setengah jadi", "aksi": "draf"})
    assert saved.status_code == 303
    assert 'value="Setengah jadi"' in operator.get(saved.location).text
    assert "Setengah jadi" in words(operator.get("/"))
    id = saved.location.partition("draf=")[2]
    create_user(desk, "budi", "operator", "Budi", PASSWORD)
    other = Person(operator.app).sign_in("budi")
    assert other.get(saved.location).status_code == 404
    other.get(FORM)
    answer = other.post("/buat/draf", {"draf": id, "kind": "nota_dinas", "procedure": "pemeliharaan", "step": "2"})
    assert answer.get_json()["id"] != id
    assert [(draft.id, draft.body["data"]["hal"]) for draft in drafts_of(desk)] == [(id, "Setengah jadi")]


def test_a_draft_that_changed_elsewhere_is_not_written_over(operator: Person, form: dict[str, Any]) -> None:
    """Saving over a newer version answers 409 with both choices; keeping one's own writes it."""
    operator.get(FORM)
    saved = operator.post(FORM, form | {"data.hal": "Satu", "aksi": "draf"})
    id = saved.location.partition("draf=")[2]
    mine = form | {"draf": id, "versi": "1"}
    assert operator.post(FORM, mine | {"data.hal": "Dua", "aksi": "draf"}).status_code == 303
    late = operator.post(FORM, mine | {"data.hal": "Tiga", "aksi": "draf"})
    assert late.status_code == 409
    assert "Simpan milik saya" in words(late)
    assert 'value="Dua"' in operator.get(saved.location).text
    assert operator.post(f"{FORM}?aksi=draf", mine | {"data.hal": "Tiga", "paksa": "1"}).status_code == 303
    assert 'value="Tiga"' in operator.get(saved.location).text


def test_a_page_does_not_conflict_with_itself(operator: Person, form: dict[str, Any]) -> None:
    """What this page itself sent before, unaware that it arrived, is written over; other words are not."""
    operator.get(FORM)
    id = operator.post(FORM, form | {"data.hal": "Satu", "aksi": "draf"}).location.partition("draf=")[2]
    place = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": "2"}
    mine = form | place | {"draf": id, "versi": "1"}
    assert operator.post("/buat/draf", mine | {"data.hal": "Dua", "simpan": "b"}).get_json()["version"] == 2
    for other in ("", "a c", "bb"):
        assert operator.post("/buat/draf", mine | {"data.hal": "Tiga", "semula": other}).status_code == 409
    answer = operator.post("/buat/draf", mine | {"data.hal": "Tiga", "simpan": "c", "semula": "a b c"})
    assert (answer.status_code, answer.get_json()["version"]) == (200, 3)
    late = operator.post("/buat/draf", mine | {"data.hal": "Dua setengah", "simpan": "a"})
    assert (late.status_code, late.get_json()["version"]) == (200, 3)  # the save that knew of it was quicker
    forced = mine | {"data.hal": "Dua setengah", "simpan": "a", "paksa": "1"}
    assert operator.post("/buat/draf", forced).get_json()["version"] == 3
    unnamed = mine | {"versi": "3", "data.hal": "Empat"}
    assert operator.post("/buat/draf", unnamed).get_json()["version"] == 4
    assert operator.post("/buat/draf", mine | {"data.hal": "Lima", "semula": "a b c"}).status_code == 409


@pytest.fixture
def fresh(form: dict[str, Any]) -> dict[str, Any]:
    """A new form as its page saves it: with a key of its own, and no draft yet."""
    return form | PLACE | {"kunci": str(ULID()), "draf": "", "versi": ""}


def test_a_first_save_that_is_sent_again_finds_its_draft(operator: Person, desk: Desk, fresh: dict[str, Any]) -> None:
    """However often a new form's first save is sent, and in whatever order it arrives, the form has one draft, with
    the last words.
    """
    operator.get(FORM)
    second = operator.post(SAVE, fresh | {"data.hal": "Dua", "simpan": "b", "semula": "a"}).get_json()
    late = operator.post(SAVE, fresh | {"data.hal": "Satu", "simpan": "a"}).get_json()
    third = operator.post(SAVE, fresh | {"data.hal": "Tiga", "simpan": "c", "semula": "a b"}).get_json()
    assert (late, third) == (second, {"id": second["id"], "version": 2})
    other_tab = operator.post(SAVE, fresh | {"data.hal": "Lain", "simpan": "d"})
    assert (other_tab.status_code, other_tab.get_json()["id"]) == (409, second["id"])
    (draft,) = drafts_of(desk)
    assert (draft.id, draft.body["data"]["hal"]) == (fresh["kunci"].lower(), "Tiga")


def test_a_button_pressed_twice_keeps_one_draft(operator: Person, desk: Desk, fresh: dict[str, Any]) -> None:
    """Without scripts, too: a form kept twice is one draft, and a changed one is asked about with a way there."""
    operator.get(FORM)
    kept = [operator.post(FORM, fresh | {"aksi": "draf"}) for _ in range(2)]
    assert kept[0].location == kept[1].location
    asked = operator.post(FORM, fresh | {"aksi": "draf", "data.hal": "Lain"})
    assert asked.status_code == 409
    assert f'href="{kept[0].location}"' in asked.text
    assert len(drafts_of(desk)) == 1


@pytest.mark.parametrize("draf", ["", "of the form"])
def test_a_save_that_arrives_after_the_letter_brings_no_draft_back(
    operator: Person, desk: Desk, fresh: dict[str, Any], draf: str
) -> None:
    """The first save of a form, or one of its draft, that was under way while the letter was issued saves nothing."""
    operator.get(FORM)
    saved = operator.post(SAVE, fresh | {"simpan": "a"}).get_json()
    sent = fresh | ({"draf": saved["id"], "versi": "1"} if draf else {"semula": "a"})
    assert operator.post(FORM, sent | {"aksi": "terbitkan"}).status_code == 303
    assert drafts_of(desk) == []
    late = operator.post(SAVE, sent | {"data.hal": "Terlambat", "simpan": "b"})
    assert (late.status_code, late.get_json()["issued"]) == (409, True)
    assert drafts_of(desk) == []


def test_a_continued_draft_stays_away_once_issued(operator: Person, desk: Desk, fresh: dict[str, Any]) -> None:
    """A draft opened again is issued by another key: a save of that page that arrives late saves nothing, either."""
    operator.get(FORM)
    saved = operator.post(SAVE, fresh).get_json()
    again = fresh | {"kunci": str(ULID()), "draf": saved["id"], "versi": "1"}
    assert operator.post(FORM, again | {"aksi": "terbitkan"}).status_code == 303
    assert operator.post(SAVE, again | {"data.hal": "Terlambat", "simpan": "b"}).status_code == 409
    assert drafts_of(desk) == []


def test_who_types_on_in_an_issued_form_begins_another_draft(
    operator: Person, desk: Desk, fresh: dict[str, Any]
) -> None:
    """The page of an issued form, shown again by the browser, keeps new words in a draft of their own."""
    operator.get(FORM)
    operator.post(FORM, fresh | {"aksi": "terbitkan"})
    anew = operator.post(SAVE, fresh | {"data.hal": "Surat kedua", "baru": "1"})
    assert anew.status_code == 200
    assert anew.get_json()["id"] != fresh["kunci"].lower()
    assert operator.post(FORM, fresh | {"data.hal": "Surat ketiga", "aksi": "draf"}).status_code == 303
    assert {draft.body["data"]["hal"] for draft in drafts_of(desk)} == {"Surat kedua", "Surat ketiga"}


def test_the_key_of_a_form_opens_nobody_elses_draft(operator: Person, desk: Desk, fresh: dict[str, Any]) -> None:
    """Who sends another person's key, even by force, changes nothing of the draft it names."""
    operator.get(FORM)
    operator.post(SAVE, fresh | {"data.hal": "Milik operator"})
    create_user(desk, "budi", "operator", "Budi", PASSWORD)
    other = Person(operator.app).sign_in("budi")
    other.get(FORM)
    for more in ({}, {"paksa": "1"}, {"draf": fresh["kunci"].lower(), "versi": "1"}):
        assert other.post(SAVE, fresh | {"data.hal": "Milik budi"} | more).status_code == 409
    assert [draft.body["data"]["hal"] for draft in drafts_of(desk)] == ["Milik operator"]
    assert drafts_of(desk, "budi") == []


def test_a_draft_in_hands_is_not_changed_by_its_form(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """While officials have it, a form that is still open is told so, by itself or its button, and keeps its text."""
    operator.get(FORM)
    saved = operator.post(FORM, form | {"data.hal": "Sudah diajukan", "aksi": "draf"})
    id = saved.location.partition("draf=")[2]
    author = caller("operator")
    submit(desk, author, id)
    late = form | PLACE | {"draf": id, "versi": "1", "data.hal": "Masih diketik"}
    answer = operator.post(SAVE, late)
    assert answer.status_code == 409
    assert "sedang diperiksa" in answer.get_json()["error"]
    page = operator.post(FORM, late | {"aksi": "draf"})
    assert page.status_code == 409
    assert "sedang diperiksa" in words(page)
    assert 'value="Masih diketik"' in page.text
