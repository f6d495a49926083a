"""The page of a draft: who sees it, what it shows of its way, and what each may do with it."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from docgen.desk import Desk
from docgen.desk.drafts.write import change_draft
from storage.catalogue.drafting import drafts
from storage.records import Draft
from tests.support.callers.hands import Hands
from tests.support.callers.pages import Person, words
from tests.support.office.drafts import SECTION, at_signature, changed, say_on, states, submitted

pytestmark = pytest.mark.office


def decide(
    person: Person, draft: Draft, official: str, decision: str, note: str = "", version: int = 0
) -> TestResponse:
    """Let somebody decide on the draft's page."""
    person.get(f"/konsep/{draft.id}")
    form = {"official": official, "decision": decision, "note": note, "versi": version or draft.version}
    return person.post(f"/konsep/{draft.id}/putusan", form)


def test_a_draft_shows_whose_turn_it_is_and_is_there_for_its_hands_only(desk: Desk, people: Hands) -> None:
    """Author and officials of its way read it with its track; who is not on it is told that it is not there."""
    draft = submitted(desk)
    page = words(people("siti").get(f"/konsep/{draft.id}"))
    assert "Diperiksa" in page
    assert "Menunggu paraf Siti Norhayati, S.Kom." in page
    assert "gilirannya sekarang" in page
    assert "Atas nama Siti Norhayati, S.Kom." in page
    assert people("siti").get(f"/konsep/{draft.id}/halaman/1.png").mimetype == "image/png"
    others = words(people("fauzi").get(f"/konsep/{draft.id}"))
    assert "Atas nama" not in others
    assert "Ingatkan" in words(people("sari").get(f"/konsep/{draft.id}"))
    for path in ("", "/halaman/1.png", "/teks"):
        assert people("orang").get(f"/konsep/{draft.id}{path}").status_code == 404


def test_a_reason_that_lacks_is_said_beside_it_and_whose_turn_it_is_not_is_refused(desk: Desk, people: Hands) -> None:
    """To send back needs a reason; not his turn: 403; not his draft: 404; an initial leads the draft on."""
    draft = submitted(desk)
    refused = decide(people("siti"), draft, "kepala-seksi", "perbaiki")
    assert refused.status_code == 422
    assert 'aria-describedby="salah-note"' in refused.text
    assert decide(people("fauzi"), draft, "kepala-bidang", "paraf").status_code == 403
    assert decide(people("orang"), draft, "kepala-seksi", "paraf").status_code == 404
    assert decide(people("siti"), draft, "kepala-seksi", "paraf").location == f"/konsep/{draft.id}"
    assert "Urungkan" in words(people("siti").get(f"/konsep/{draft.id}"))
    assert states(desk, draft)[0] == ("kepala-seksi", "paraf")
    undone = people("siti").post(f"/konsep/{draft.id}/urung", {"official": "kepala-seksi"})
    assert undone.status_code == 303
    assert states(desk, draft)[0] == ("kepala-seksi", "waiting")


def test_a_decision_on_an_older_text_is_held_back_and_what_was_written_stays(desk: Desk, people: Hands) -> None:
    """412: the page shows what changed since the version that was read, with the reason still in its field."""
    draft = submitted(desk)
    people("siti").get(f"/konsep/{draft.id}")
    change_draft(desk, SECTION, draft.id, changed(desk, "Perbaikan atap gudang"), draft.version)
    late = decide(people("siti"), draft, "kepala-seksi", "perbaiki", "Biaya belum ada", draft.version)
    assert late.status_code == 412
    assert "Biaya belum ada</textarea>" in late.text
    assert "Perubahan sejak versi 1" in words(late)
    assert "<ins>" in late.text
    assert states(desk, draft)[0] == ("kepala-seksi", "waiting")


def test_what_changed_since_it_was_read_is_marked_by_field(desk: Desk, people: Hands) -> None:
    """Whoever read version 1 sees the words that version 2 changed, by field; once read, nothing."""
    draft = submitted(desk)
    people("fauzi").get(f"/konsep/{draft.id}")
    change_draft(desk, SECTION, draft.id, changed(desk, "Perbaikan atap gudang"), draft.version)
    page = people("fauzi").get(f"/konsep/{draft.id}")
    assert "Perubahan sejak versi 1" in words(page)
    assert "Hal" in words(page).partition("Perubahan sejak versi 1")[2]
    assert "Perubahan sejak" not in words(people("fauzi").get(f"/konsep/{draft.id}"))
    assert "Perubahan sejak versi 1" in words(people("fauzi").get(f"/konsep/{draft.id}?sejak=1"))


def test_an_official_corrects_the_text_in_the_form_and_two_texts_stay(desk: Desk, people: Hands) -> None:
    """The form opens on the draft for whose turn it is; saving makes a version with his name; who is late keeps his."""
    draft = submitted(desk)
    siti = people("siti")
    form = siti.get(f"/konsep/{draft.id}/teks")
    assert "Simpan perbaikan" in words(form)
    assert people("fauzi").get(f"/konsep/{draft.id}/teks").status_code == 403
    data = {
        f"data.{name}": "\n".join(value) if isinstance(value, list) else value
        for name, value in desk.kinds["nota_dinas"].example.items()
    }
    sent = {**data, "assets": draft.body["assets"], "signer": "kepala-dinas", "date": draft.body.get("date", "")}
    sent |= {"versi": draft.version, "aksi": "betulkan", "data.hal": "Perbaikan atap gudang"}
    assert siti.post(f"/konsep/{draft.id}/teks", sent).location == f"/konsep/{draft.id}"
    late = siti.post(f"/konsep/{draft.id}/teks", sent | {"data.hal": "Perbaikan lantai"})
    assert late.status_code == 412
    assert 'value="Perbaikan lantai"' in late.text
    page = words(siti.get(f"/konsep/{draft.id}"))
    assert "Siti" in page.partition("Versi 2")[2]
    assert "datang terlambat, tetap disimpan" in page


def test_remarks_are_answered_and_settled(desk: Desk, people: Hands) -> None:
    """A remark stands beside its field, is answered by the author and marked as done; an empty one is refused."""
    draft = submitted(desk)
    siti, sari = people("siti"), people("sari")
    siti.get(f"/konsep/{draft.id}")
    empty = siti.post(f"/konsep/{draft.id}/catatan", {"text": " ", "field": "data.hal"})
    assert (empty.status_code, "salah-text-" in empty.text) == (422, True)
    made = siti.post(f"/konsep/{draft.id}/catatan", {"text": "Sebut tahunnya.", "field": "data.hal", "page": "1"})
    remark = made.location.rpartition("#catatan-")[2]
    page = words(sari.get(f"/konsep/{draft.id}"))
    assert "Sebut tahunnya." in page
    assert "Halaman 1, Hal" in page
    sari.post(f"/konsep/{draft.id}/catatan", {"text": "Sudah.", "answers": remark})
    sari.post(f"/konsep/{draft.id}/catatan/{remark}/selesai")
    assert "Selesai, Sari" in words(siti.get(f"/konsep/{draft.id}"))


def test_its_author_withdraws_reminds_hands_over_and_names_readers(desk: Desk, people: Hands) -> None:
    """Each act is on the page; a reason that lacks is said beside it; a second reminder on a day is refused."""
    draft = submitted(desk)
    sari, at = people("sari"), f"/konsep/{draft.id}"
    sari.get(at)
    people("orang")
    assert sari.post(f"{at}/pembaca", {"pembaca_tambah": "orang"}).status_code == 303
    assert people("orang").get(at).status_code == 200
    assert sari.post(f"{at}/ingatkan").status_code == 303
    assert sari.post(f"{at}/ingatkan").status_code == 409
    assert sari.post(f"{at}/alihkan", {"official": "kepala-seksi", "to": "pengelola-aset"}).status_code == 303
    assert states(desk, draft)[:2] == [("kepala-seksi", "passed"), ("pengelola-aset", "waiting")]
    assert 'aria-describedby="salah-reason"' in sari.post(f"{at}/tarik", {"reason": " "}).text
    assert sari.post(f"{at}/tarik", {"reason": "Biaya berubah"}).status_code == 303
    page = words(sari.get(at))
    assert "Ditarik Sari." in page
    assert "Ubah dan ajukan" in page


def test_the_signer_signs_on_the_page_and_comes_to_the_letter(desk: Desk, people: Hands) -> None:
    """Signed on paper, the draft is a letter with a number, to which its page and its form lead from then on."""
    draft = at_signature(desk)
    head = people("husain")
    assert "Tanda tangani di kertas" in words(head.get(f"/konsep/{draft.id}"))
    form = {"official": "kepala-dinas", "method": "paper", "versi": draft.version}
    assert people("siti").get(f"/konsep/{draft.id}").status_code == 404
    signed = head.post(f"/konsep/{draft.id}/tanda-tangan", form)
    with desk.catalogue.read() as tx:
        document = drafts.find_draft(tx, draft.id).document
    assert signed.location == f"/d/{document}"
    assert "Buka naskahnya" in words(head.get(f"/konsep/{draft.id}"))
    opened = people("sari").get(f"/buat/pemeliharaan/2/nota_dinas?draf={draft.id}")
    assert opened.location == f"/d/{document}"


def test_a_returned_draft_opens_in_its_form_with_the_reason(desk: Desk, people: Hands) -> None:
    """The author reads on the form who sent it back and why; so does the draft's page, and it leads to the form."""
    draft = submitted(desk)
    say_on(desk, draft, SECTION, "kepala-seksi", "perbaiki", "Biaya belum ada")
    sari = people("sari")
    assert "Siti Norhayati, S.Kom.: “Biaya belum ada”" in words(sari.get(f"/konsep/{draft.id}"))
    form = words(sari.get(f"/buat/pemeliharaan/2/nota_dinas?draf={draft.id}"))
    assert "Siti Norhayati, S.Kom.: “Biaya belum ada”" in form


def test_a_refused_draft_s_text_begins_a_new_one(desk: Desk, people: Hands) -> None:
    """Nothing typed is lost with a refusal: the page leads to a form that is filled in and belongs to no draft yet."""
    draft = submitted(desk)
    say_on(desk, draft, SECTION, "kepala-seksi", "tolak", "Di luar kewenangan kami")
    sari = people("sari")
    page = sari.get(f"/konsep/{draft.id}")
    assert "Ditolak Siti Norhayati, S.Kom." in words(page)
    assert "Buat draf baru dari ini" in words(page)
    form = sari.get(f"/buat/pemeliharaan/2/nota_dinas?draf={draft.id}").text
    assert str(draft.body["data"]["hal"]) in form
    assert '<input type="hidden" name="draf" value="">' in form
