"""Putuskan: what waits is listed, read and decided one by one or together; what is wrong is told in its place."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.decisions.endorse import EndorsementRequest, endorse
from docgen.desk.decisions.held import UNDO
from docgen.desk.inbox.inbox import list_to_decide
from storage.records import Document
from tests.support.callers.pages import PASSWORD, Person, words
from tests.support.callers.roles import caller
from tests.support.office.decisions import relocation_plan
from tests.support.office.drafts import SECTION, say_on, states, submitted
from tests.support.office.notices import later

pytestmark = pytest.mark.office

OFFICIAL = "kepala-bidang"
YES = {"official": OFFICIAL, "decision": "setuju"}


@pytest.fixture
def head(desk: Desk, app: Flask) -> Person:
    """The head of a division, signed in."""
    create_user(desk, "kabid", "pejabat", "Ahmad Fauzi", PASSWORD, officials=[OFFICIAL])
    return Person(app).sign_in("kabid")


def _waiting(desk: Desk) -> list[str]:
    items = list_to_decide(desk, caller("kabid", OFFICIAL))
    return [item.document.id if item.document else item.draft.id for item in items if item.document or item.draft]


def _endorse(desk: Desk, document: Document) -> None:
    endorse(desk, document.id, EndorsementRequest.model_validate(YES), "lain", [OFFICIAL])


def test_letters_are_decided_one_after_the_other_and_taken_back(desk: Desk, head: Person) -> None:
    """The oldest first; a decision leads to the next with the way back, which leads to the letter again."""
    first, second, third = (relocation_plan(desk) for _ in range(3))
    assert _waiting(desk) == [first.id, second.id, third.id]
    page = head.get(f"/putuskan/naskah/{second.id}")
    assert "2 dari 3" in words(page)
    assert re.findall(r'href="/putuskan/naskah/(\w+)" data-(\w+)', page.text) == [
        (first.id, "before"),
        (third.id, "after"),
    ]
    assert f"/d/{second.id}/halaman/1.png?lebar=480" in page.text
    answer = head.post(f"/putuskan/naskah/{second.id}", YES)
    assert answer.location == f"/putuskan/naskah/{third.id}?baru=naskah:{second.id}"
    following = head.get(answer.location)
    assert "Disetujui: " in words(following)
    assert "2 dari 2" in words(following)
    assert head.post("/putuskan/urungkan", {"baru": f"naskah:{second.id}"}).location == f"/putuskan/naskah/{second.id}"
    assert "Keputusan diurungkan." in words(head.get(f"/putuskan/naskah/{second.id}"))
    assert _waiting(desk) == [first.id, second.id, third.id]
    answer = head.post(f"/putuskan/naskah/{third.id}", {**YES, "decision": "tolak", "alasan-tolak": "Belum mendesak"})
    assert answer.location == f"/putuskan/naskah/{first.id}?baru=naskah:{third.id}"  # after the last comes the first


def test_a_reason_is_asked_for_beside_its_field(desk: Desk, head: Person) -> None:
    """What was typed stays; no official, no decision and a decision that there is not are told above the letter."""
    document = relocation_plan(desk)
    for address, note, asked in (
        (f"/putuskan/naskah/{document.id}", "note-perbaiki", "salah-note-perbaiki"),
        (f"/d/{document.id}/putusan", "note", "salah-putusan"),
    ):
        refused = head.post(address, {"official": OFFICIAL, "decision": "perbaiki", note: " "})
        assert refused.status_code == 422
        assert re.search(rf'id="{asked}">.*Tulis alasannya', refused.text, re.DOTALL)
        assert re.search(rf'<textarea[^>]*id="{note}"[^>]*aria-describedby="{asked}"', refused.text)
    address = f"/putuskan/naskah/{document.id}"
    long = head.post(address, {"official": OFFICIAL, "decision": "tolak", "note-tolak": "x" * 1001})
    assert (long.status_code, "x" * 1001 in long.text) == (422, True)
    assert head.post(address, {"official": OFFICIAL}).status_code == 422
    assert "Pilih keputusannya dahulu." in words(head.post(address, {"official": OFFICIAL, "decision": "entah"}))
    assert "tidak mengenal keputusan" in words(head.post(address, {"official": OFFICIAL, "decision": "terima"}))
    assert _waiting(desk) == [document.id]


def test_who_may_not_or_comes_too_late_is_told_so(desk: Desk, head: Person, operator: Person) -> None:
    """Not there 404, not his turn or not his official 403, decided meanwhile 409; the page says what waits instead."""
    document = relocation_plan(desk)
    assert head.get("/putuskan/naskah/entah").status_code == 404
    assert head.get("/putuskan/konsep/entah").status_code == 404
    assert head.post("/putuskan/konsep/entah", YES).status_code == 404
    assert "tidak menunggu keputusan Anda" in words(operator.get(f"/putuskan/naskah/{document.id}"))
    assert operator.post(f"/putuskan/naskah/{document.id}", YES).status_code == 403
    assert head.post(f"/putuskan/naskah/{document.id}", {**YES, "official": "kepala-dinas"}).status_code == 403
    _endorse(desk, document)
    late = head.post(f"/putuskan/naskah/{document.id}", YES)
    assert late.status_code in (403, 409)
    assert "tidak menunggu keputusan Anda" in words(late)
    assert "tidak dapat diurungkan lagi" in words(
        head.get(head.post("/putuskan/urungkan", {"baru": f"naskah:{document.id}"}).location)
    )
    assert head.get("/putuskan").status_code == 200


def test_a_draft_is_read_initialled_and_taken_back(desk: Desk, head: Person, operator: Person) -> None:
    """It is shown as it will be; who has an older text before him is told 412; the signer's page is linked."""
    draft = submitted(desk)
    assert operator.get(f"/putuskan/konsep/{draft.id}").status_code == 404
    say_on(desk, draft, SECTION, "kepala-seksi")
    page = head.get(f"/putuskan/konsep/{draft.id}")
    assert "belum bernomor" in words(page)
    picture = re.search(r'src="(/konsep/[^"]+)"', page.text)
    assert picture is not None
    assert head.get(picture[1].replace("&amp;", "&")).data.startswith(b"\x89PNG")
    assert operator.get(picture[1].replace("&amp;", "&")).status_code == 404
    initials = {"official": OFFICIAL, "decision": "paraf", "version": str(draft.version)}
    assert head.post(f"/putuskan/konsep/{draft.id}", initials | {"version": "77"}).status_code == 412
    answer = head.post(f"/putuskan/konsep/{draft.id}", initials)
    assert answer.location == f"/putuskan?baru=konsep:{draft.id}"
    assert "Diparaf: " in words(head.get(answer.location))
    assert head.post("/putuskan/urungkan", {"baru": f"konsep:{draft.id}"}).location == f"/putuskan/konsep/{draft.id}"
    assert states(desk, draft)[1] == (OFFICIAL, "waiting")


def test_the_signer_is_led_to_where_he_signs(desk: Desk, app: Flask) -> None:
    """Signing is done on the draft's own page; sending back is done here."""
    create_user(desk, "kadis", "pejabat", "Husain", PASSWORD, officials=["kepala-dinas"])
    draft = submitted(desk, route=[])
    page = Person(app).sign_in("kadis").get(f"/putuskan/konsep/{draft.id}")
    assert re.search(rf'href="/konsep/{draft.id}">.*Tanda tangani', page.text)
    assert 'value="paraf"' not in page.text
    assert 'value="perbaiki"' in page.text


def test_several_are_named_then_decided_each_for_itself(desk: Desk, head: Person) -> None:
    """One that was decided meanwhile stops no other; all that were decided are taken back together."""
    letters = [relocation_plan(desk) for _ in range(3)]
    listed = head.get("/putuskan")
    assert [f'value="naskah:{letter.id}"' in listed.text for letter in letters] == [True] * 3
    keys = [f"naskah:{letter.id}" for letter in letters]
    named = head.get("/putuskan/pilihan", query_string={"pilih": [*keys, "naskah:entah", "salah"]})
    assert "3 naskah diputus sekaligus" in words(named)
    assert "1 dari yang dipilih tidak menunggu" in words(named)
    assert all(letter.number in words(named) for letter in letters)
    _endorse(desk, letters[1])
    form = {"pilih": keys} | {f"official-{key}": OFFICIAL for key in keys}
    answer = head.post("/putuskan/pilihan", form)
    result = words(head.get(answer.location))
    assert "2 keputusan tercatat" in result
    assert f"{letters[1].number}: Naskah ini tidak menunggu keputusan Anda lagi." in result
    assert _waiting(desk) == []
    assert head.post("/putuskan/urungkan", {"baru": [keys[0], keys[2]]}).location == "/putuskan"
    assert _waiting(desk) == [letters[0].id, letters[2].id]
    assert head.get("/putuskan/pilihan").location == "/putuskan"


def test_what_can_be_taken_back_no_more_is_not_offered(desk: Desk, head: Person) -> None:
    """Ten seconds after it the same address offers nothing, and an old form is told that it is too late."""
    document = relocation_plan(desk)
    address = head.post(f"/putuskan/naskah/{document.id}", YES).location
    assert "Urungkan" in words(head.get(address))
    head.app.extensions["desk"] = later(desk, seconds=UNDO.total_seconds() + 1)
    assert "Urungkan" not in words(head.get(address))
    answer = head.post("/putuskan/urungkan", {"baru": f"naskah:{document.id}"})
    assert "tidak dapat diurungkan lagi" in words(head.get(answer.location))


def test_meja_saya_leads_there(desk: Desk, head: Person) -> None:
    """Each thing to decide has its button, a draft as well."""
    document = relocation_plan(desk)
    draft = submitted(desk)
    say_on(desk, draft, SECTION, "kepala-seksi")
    page = head.get("/").text
    assert f'href="/putuskan/naskah/{document.id}"' in page
    assert f'href="/putuskan/konsep/{draft.id}"' in page
