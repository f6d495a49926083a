"""The field *Berkas* of the form: which dossier, which letter is replaced; always in sight, and as it was chosen."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.dossiers.dossiers import close
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from storage.catalogue import documents
from storage.catalogue.searching.search import Filter, search_documents
from storage.records import Document
from tests.support.callers.pages import Person, words
from tests.support.office.decisions import decide

pytestmark = pytest.mark.office
FORM, ORDER = "/buat/pemeliharaan/2/nota_dinas", "/buat/pemeliharaan/4/surat_penugasan"
ASSET, OTHER = "6310190000101", "6310180000066"


def letter(desk: Desk, assets: list[str], **more: Any) -> Document:
    """A Nota Dinas of the maintenance procedure."""
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": assets}
    body |= {"data": desk.kinds["nota_dinas"].example, **more}
    return issue(desk, DocumentRequest.model_validate(body), "sari")


def returned(desk: Desk, assets: list[str]) -> Document:
    """A Nota Dinas that was refused."""
    return decide(desk, letter(desk, assets), "kepala-bidang", "tolak")


def newest(desk: Desk) -> Document:
    """What was issued last."""
    with desk.catalogue.read() as tx:
        return search_documents(tx, Filter(), limit=1)[0]


def now(desk: Desk, document: Document) -> Document:
    """The document as it is by now."""
    with desk.catalogue.read() as tx:
        return documents.get_document(tx, document.id)


def shown(page: str) -> dict[str, str]:
    """What a browser would send of the field as the page shows it."""
    sent = dict(re.findall(r'<input type="hidden" name="(berkas_\w+)" value="([^"]*)">', page))
    for name in ("dossier", "replaces"):
        select = re.search(rf'<select[^>]* name="{name}".*?</select>', page, re.DOTALL)
        if select:
            chosen = re.search(r'<option value="([^"]*)"[^>]* selected', select[0])
            sent[name] = chosen[1] if chosen else re.findall(r'<option value="([^"]*)"', select[0])[0]
    return sent


@pytest.mark.parametrize("assets", [[], [ASSET]])
def test_a_new_letter_leaves_what_was_refused_alone(
    operator: Person, desk: Desk, form: dict[str, Any], assets: list[str]
) -> None:
    """Begun at *Buat naskah*, it opens a dossier of its own and says so; the refused letter is offered, not taken."""
    refused = returned(desk, assets)
    typed = {**form, "assets": assets, "data.hal": "Pemeliharaan AC"}
    operator.get(FORM)
    page = operator.post(FORM, {**typed, "aksi": "cari-aset"})
    field = shown(page.text)
    assert (field["dossier"], field["replaces"]) == ("new", "")
    assert f'<option value="{refused.dossier}"' in page.text
    assert f"{refused.number}; dikembalikan" in words(page)
    asked = operator.post(FORM, {**typed, **field, "aksi": "periksa"})
    assert "Membuka berkas baru." in words(asked)
    assert "Menggantikan naskah B/" not in words(asked)
    operator.post(FORM, {**typed, **shown(asked.text), "aksi": "terbitkan"})
    made = newest(desk)
    assert made.title == "Pemeliharaan AC"
    assert made.dossier != refused.dossier
    assert now(desk, refused).status == "issued"


def test_a_replacement_is_begun_from_the_letter_or_its_step_and_named(
    operator: Person, desk: Desk, form: dict[str, Any]
) -> None:
    """Both buttons open the same form, which names dossier and letter, as the dialog does; issued, the letter is
    superseded."""
    refused = returned(desk, [ASSET])
    addresses = set()
    for page in (f"/d/{refused.id}", f"/berkas/{refused.dossier}"):
        found = re.findall(rf'href="({FORM}\?[^"]*mengganti={refused.id}[^"]*)"', operator.get(page).text)
        assert found
        addresses.update(one.replace("&amp;", "&") for one in found)
    for address in addresses:
        page = operator.get(address)
        field = shown(page.text)
        assert (field["dossier"], field["replaces"]) == (refused.dossier, refused.id)
        assert f"Memperbaiki naskah {refused.number}" in words(page)
    asked = operator.post(FORM, {**form, **field, "aksi": "periksa"})
    assert "Masuk ke berkas Server Rack" in words(asked)
    assert f"Menggantikan naskah {refused.number} yang dikembalikan." in words(asked)
    assert shown(asked.text) == field
    operator.post(FORM, {**form, **shown(asked.text), "aksi": "terbitkan"})
    assert now(desk, refused).replaced_by == newest(desk).id
    again = operator.post(FORM, {**form, **field, "kunci": "kunci-2", "aksi": "terbitkan"})
    assert again.status_code == 422
    assert newest(desk).number in words(again)


def test_the_choice_stays_on_the_error_page_in_a_draft_and_after_a_reload(
    operator: Person, desk: Desk, form: dict[str, Any]
) -> None:
    """The chosen one of two dossiers, and the letter to replace, come back however the form is left."""
    first, second = returned(desk, [ASSET]), letter(desk, [ASSET])
    operator.get(FORM)
    begun = shown(operator.post(FORM, {**form, "aksi": "cari-aset"}).text)
    chosen = {**begun, "dossier": first.dossier, "replaces": first.id}
    wrong = operator.post(FORM, {**form, **chosen, "data.hal": "", "aksi": "periksa"})
    assert wrong.status_code == 422
    for page in (wrong, operator.get(operator.post(FORM, {**form, **chosen, "aksi": "draf"}).location)):
        field = shown(page.text)
        assert (field["dossier"], field["replaces"]) == (first.dossier, first.id)
        assert f'<option value="{second.dossier}"' in page.text
    elsewhere = operator.post(FORM, {**form, **field, "assets": OTHER, "aksi": "cari-aset"})
    assert shown(elsewhere.text)["dossier"] == first.dossier  # chosen, so it stays, in sight


def test_the_field_follows_the_assets_until_somebody_chooses(
    operator: Person, desk: Desk, form: dict[str, Any]
) -> None:
    """The dossier that the letter continues by itself is shown as such; of other assets it is told anew, and *Dasar*
    with it; a form that was offered others is asked once more before it counts."""
    one, other = letter(desk, [ASSET]), letter(desk, [OTHER])
    page = operator.get(f"{ORDER}?aset={ASSET}")
    field = shown(page.text)
    assert field["dossier"] == one.dossier
    assert one.number in page.text.partition('id="data.dasar"')[2][:400]
    typed = {"assets": OTHER, "kunci": "k", "date": form["date"]}
    again = operator.post(ORDER, {**typed, **field, "aksi": "cari-aset"})
    assert shown(again.text)["dossier"] == other.dossier
    told = operator.post("/buat/diketahui", {**typed, **field, **place(4, "surat_penugasan")}).get_json()
    assert other.number in told["dasar"]
    assert one.number not in told["dasar"]
    new = operator.post("/buat/diketahui", {**typed, **field, "dossier": "new", **place(4, "surat_penugasan")})
    assert "Nota Dinas" not in new.get_json()["dasar"]
    piece = operator.post("/buat/berkas", {**typed, **field, **place(4, "surat_penugasan")})
    assert shown(piece.text)["dossier"] == other.dossier
    late = operator.post(FORM, {**form, **field, "dossier": "new", "assets": OTHER, "aksi": "terbitkan"})
    assert late.status_code == 200
    assert "Terbitkan naskah ini?" in words(late)
    assert newest(desk).id == other.id


def place(step: int, kind: str) -> dict[str, str]:
    """What a script sends of the form's place."""
    return {"kind": kind, "procedure": "pemeliharaan", "step": str(step)}


def test_a_dossier_that_was_closed_meanwhile_is_said_at_the_field(
    operator: Person, desk: Desk, form: dict[str, Any]
) -> None:
    """The form comes back with all that was typed, the closed dossier in sight; no number is taken."""
    first = letter(desk, [ASSET])
    field = shown(operator.get(f"{ORDER}?berkas={first.dossier}").text)
    close(desk, first.dossier, "sari", "Dihentikan")
    typed = {**form, **field, "data.hal": "Tetap ada"}
    answer = operator.post(FORM, {**typed, "aksi": "terbitkan"})
    assert answer.status_code == 422
    assert 'id="salah-dossier"' in answer.text
    assert "; sudah ditutup" in words(answer)
    assert 'value="Tetap ada"' in answer.text
    assert newest(desk).id == first.id


def test_a_second_letter_of_a_kind_is_told_of(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """Put into a dossier that holds such a letter, the form and its dialog say that this one stays."""
    first = letter(desk, [ASSET])
    field = shown(operator.get(f"{FORM}?berkas={first.dossier}").text)
    asked = operator.post(FORM, {**form, **field, "aksi": "periksa"})
    assert words(asked).count(f"sudah memuat Nota Dinas {first.number} pada langkah ini") == 2


def test_a_proposal_that_somebody_took_is_asked_once_more(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """Another letter of the kind came into the proposed dossier first: the dialog says what holds now. Sent twice, a
    letter that took the proposal is one."""
    begun = telaahan(desk, [ASSET])
    field = shown(operator.get(f"{FORM}?aset={ASSET}").text)
    assert field["dossier"] == field["berkas_usul"] == begun.dossier
    assert letter(desk, [ASSET]).dossier == begun.dossier
    late = operator.post(FORM, {**form, **field, "aksi": "terbitkan"})
    assert late.status_code == 200
    assert "Berkasnya berubah sejak Anda periksa." in words(late)
    assert "Membuka berkas baru." in words(late)
    other = telaahan(desk, [OTHER])
    field = shown(operator.get(f"{FORM}?aset={OTHER}").text)
    sent = {**form, **field, "assets": OTHER, "aksi": "terbitkan"}
    addresses = {operator.post(FORM, sent).location for _ in range(2)}
    assert addresses == {f"/d/{newest(desk).id}"}
    assert newest(desk).dossier == other.dossier


def telaahan(desk: Desk, assets: list[str]) -> Document:
    """A Telaahan Staf, with which maintenance begins."""
    return letter(desk, assets, kind="telaahan", step=1, data=desk.kinds["telaahan"].example)


def test_a_batch_names_the_dossiers_it_goes_into(operator: Person, desk: Desk) -> None:
    """Before it counts: how many go into open dossiers and which; all may be asked to open their own."""
    first = telaahan(desk, [ASSET])
    sheet = f"aset;kepada;hal;isi\n{ASSET};Kepala Bidang;Perbaikan;Rusak.\n".encode()
    operator.get("/massal")
    file = {"naskah": "pemeliharaan/2/nota_dinas", "berkas": (io.BytesIO(sheet), "isian.csv")}
    page = operator.post("/massal/periksa", file, content_type="multipart/form-data")
    assert page.status_code == 200, words(page)
    assert "1 naskah masuk ke berkas yang masih terbuka, 0 membuka berkas baru." in words(page)
    assert f'href="/berkas/{first.dossier}"' in page.text
    assert 'name="berkas_baru"' in page.text
