"""Reading a document: pages, search within, revisions compared, corrected; phrases, search of words, XLSX, charts."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from docgen.desk import Desk
from docgen.desk.service.indexing import index_some
from docgen.errors import ConverterUnavailable, TooManyAtOnce
from storage.catalogue import documents, fulltext
from storage.catalogue.searching.search import Filter, search_documents
from storage.records import Document
from tests.support.callers.pages import Person, words
from web.errors import http_error
from web.pages.writing import compose

pytestmark = pytest.mark.office
FORM = "/buat/pemeliharaan/2/nota_dinas"


def issue(operator: Person, desk: Desk, form: dict[str, Any], **more: str) -> Document:
    """A document issued through the form; the newest there is."""
    operator.get(FORM)
    answer = operator.post(FORM, form | more | {"aksi": "terbitkan"})
    assert answer.status_code == 303, words(answer)
    with desk.catalogue.read() as tx:
        return search_documents(tx, Filter(), limit=1)[0]


def test_a_file_that_is_lost_keeps_no_other_from_being_read(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """The first letter's PDF is gone from the archive: the second is found by its words all the same."""
    lost, made = (
        issue(operator, desk, form),
        issue(operator, desk, form | {"data.isi": "Kipas berdebu tebal.", "kunci": "kunci-2"}),
    )
    with desk.catalogue.read() as tx:
        desk.store.remove(documents.get_revision(tx, lost.id, 1).pdf.key)
    assert _read_anew(desk, lost, made) == 2
    assert made.number in words(operator.get("/arsip?q=berdebu"))


def _read_anew(desk: Desk, *letters: Document) -> int:
    """Let the service read the files of letters, as those of an archive that was rebuilt; return how many it read."""
    with desk.catalogue.write() as tx:
        for letter in letters:
            fulltext.mark_stale(tx, letter.id)
    return index_some(desk)


def test_the_words_of_a_new_letter_are_those_of_its_file(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """A letter is issued with all words that its file would be read for, and waits for nobody to read it."""
    letter = issue(operator, desk, form | {"data.isi": "Kipas pendingin berdebu tebal.\n" * 40})
    assert index_some(desk) == 0
    with desk.catalogue.read() as tx:
        words_at_once = fulltext.words_of(tx, [letter.id])
    assert _read_anew(desk, letter) == 1
    with desk.catalogue.read() as tx:
        assert fulltext.words_of(tx, [letter.id]) == words_at_once
    assert "halaman 2 dari 2" in words_at_once[letter.id][0]


def test_words_of_the_letter_itself_are_found(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """A word of the body finds the letter, with and without filters; another does not."""
    made = issue(operator, desk, form | {"data.isi": "Kipas pendingin berdebu tebal.", "data.hal": "=SUM(A1)"})
    for asked in ("berdebu", "kipas berd", made.number, "berdebu&jenis=nota_dinas&tahun=2026&langkah=2"):
        assert made.number in words(operator.get(f"/arsip?q={asked}")), asked
    for asked in ("berdebi", "berdebu&jenis=telaahan", "berdebu&status=void"):
        assert made.number not in words(operator.get(f"/arsip?q={asked}")), asked
    assert operator.get('/arsip?q="*%20AND%20(').status_code == 200


def test_results_are_a_spreadsheet_that_runs_nothing(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """A title that begins with = is a text in the sheet; every match has its row."""
    made = issue(operator, desk, form | {"data.hal": "=SUM(A1)"})
    answer = operator.get("/arsip/hasil.xlsx?jenis=nota_dinas")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == [made.number]
    assert (rows[0][3].value, rows[0][3].data_type) == ("=SUM(A1)", "s")


def test_a_correction_takes_the_place_of_its_document(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """The form of a correction holds the old words; once issued, the old one is superseded, and both are compared."""
    old = issue(operator, desk, form | {"data.hal": "Hal yang keliru"})
    page = operator.get(f"{FORM}?mengganti={old.id}")
    assert 'value="Hal yang keliru"' in page.text
    more = {"replaces": old.id, "dossier": old.dossier, "kunci": "kunci-2", "data.hal": "Hal yang benar"}
    new = issue(operator, desk, form | more)
    with desk.catalogue.read() as tx:
        before = documents.get_document(tx, old.id)
    assert (before.status, before.replaced_by) == ("superseded", new.id)
    compared = operator.get(f"/d/{new.id}/banding?naskah={old.id}&dari=1")
    assert "dihapus: keliru" in words(compared)
    assert "ditambah: benar" in words(compared)
    again = operator.post(FORM, form | more | {"kunci": "kunci-3", "aksi": "terbitkan"})
    assert again.status_code == 422
    assert "sudah diganti" in words(again)


def test_a_voided_letter_is_made_again_with_the_same_words(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """Its page leads to a form with what was written, in its dossier; the new letter takes the place of none."""
    old = issue(operator, desk, form | {"data.hal": "Hal yang tetap"})
    operator.get(f"/d/{old.id}")
    operator.post(f"/d/{old.id}/batalkan", {"reason": "Salah tanggal."})
    page = operator.get(f"/d/{old.id}")
    assert "Buat penggantinya" in words(page)
    assert f'href="{FORM}?ulang={old.id}"' in page.text
    again = operator.get(f"{FORM}?ulang={old.id}").text
    assert 'value="Hal yang tetap"' in again
    assert f'value="{old.dossier}" selected' in again
    assert f'name="replaces" value="{old.id}"' not in again


def test_reading_with_search_zoom_and_older_revisions(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """Words are counted by page and marked; an older revision is read, and its differences told."""
    made = issue(operator, desk, form | {"data.isi": "Kipas pendingin berdebu. Kipas diganti."})
    found = operator.get(f"/d/{made.id}/baca?cari=kipas&besar=besar")
    assert "ditemukan 2 kali" in words(found)
    assert found.text.count("<rect") >= 2
    operator.get(f"/d/{made.id}")
    operator.post(f"/d/{made.id}/batalkan", {"reason": "Salah alamat."})
    assert operator.get(f"/d/{made.id}/baca?revisi=1").status_code == 200
    compared = words(operator.get(f"/d/{made.id}/banding"))
    assert "dibatalkan" in compared
    assert operator.get(f"/d/{made.id}/halaman/1.png?revisi=1&lebar=240").mimetype == "image/png"
    assert operator.get(f"/d/{made.id}/qr.svg").data.startswith(b"<?xml")
    shown = words(operator.get(f"/d/{made.id}"))
    assert "Bandingkan dengan revisi 1" in shown
    assert operator.get(f"/d/{made.id}/baca?revisi=9").status_code == 404


def test_the_overview_draws_and_tells_the_same(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """Charts have their numbers as tables; a year without documents says so."""
    issue(operator, desk, form)
    shown = operator.get("/ringkasan")
    assert '<svg class="chart"' in shown.text
    assert "Perbaikan dan Pemeliharaan Aset Sistem Elektronik 0 0 0 0 0 0 0 0 0 0 1 0 1" in words(shown)
    assert "Belum ada naskah terbit pada 2020." in words(operator.get("/ringkasan?tahun=2020"))
    assert operator.get("/ringkasan?tahun=99999999").status_code == 200


def test_like_a_chosen_letter_but_for_what_was_its_own(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """Empty fields take the words of the letter that was chosen; dates, assets and what was typed stay."""
    chosen = issue(operator, desk, form | {"data.tembusan": "Arsip Daerah", "data.isi": "Kata yang ditiru."})
    issue(operator, desk, form | {"data.isi": "Yang lain.", "kunci": "lain"})
    empty = {"date": "2026-11-30", "data.isi": "", "data.tembusan": "", "data.kepada": "Sekretaris", "kunci": "k"}
    page = operator.post(FORM, empty | {"aksi": "seperti", "seperti": chosen.id})
    assert "Kata yang ditiru." in page.text
    assert "Arsip Daerah" in page.text
    assert 'value="Sekretaris"' in page.text
    assert 'value="2026-11-30"' in page.text
    assert 'name="assets" value="6310190000101" checked' not in page.text


def test_a_letter_begins_another_like_itself(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """Each letter leads to a form with its words and subject, in a dossier of its own; one of another kind is none."""
    made = issue(operator, desk, form | {"data.hal": "Perbaikan kipas", "data.isi": "Kipas mati."})
    assert f"{FORM}?seperti={made.id}" in operator.get(f"/d/{made.id}").text
    page = operator.get(f"{FORM}?seperti={made.id}").text
    assert 'value="Perbaikan kipas"' in page
    assert "Kipas mati." in page
    assert '<option value="new" selected>' in page
    assert operator.get(f"/buat/pemeliharaan/1/telaahan?seperti={made.id}").status_code == 404


def test_letters_to_copy_are_searched_own_last_first(
    operator: Person, admin: Person, desk: Desk, form: dict[str, Any]
) -> None:
    """The form offers the person's own last letter before a colleague's newer one, and finds any by its words."""
    own = issue(operator, desk, form | {"data.hal": "Kipas pusat data", "kunci": "a"})
    colleague = admin
    newer = issue(colleague, desk, form | {"data.hal": "Kabel kantor camat", "kunci": "b"})
    where = "/buat/seperti.json?kind=nota_dinas&procedure=pemeliharaan&step=2"
    assert [letter["id"] for letter in operator.get(where).get_json()] == [own.id, newer.id]
    assert [letter["id"] for letter in colleague.get(where).get_json()] == [newer.id, own.id]
    assert [letter["number"] for letter in colleague.get(f"{where}&q=camat").get_json()] == [newer.number]
    assert operator.get(where.replace("nota_dinas", "telaahan")).get_json() == []


def test_standard_sentences_are_kept_used_and_taken_away(admin: Person, desk: Desk, form: dict[str, Any]) -> None:
    """A sentence saved by the office is offered by the form and inserted without JavaScript, too."""
    admin.get("/kalimat")
    assert admin.post("/kalimat", {"title": "", "text": "x"}).status_code == 422
    saved = admin.post("/kalimat", {"title": "Penutup", "kind": "nota_dinas", "text": "Demikian <disampaikan>."})
    assert saved.status_code == 303
    page = admin.get(FORM)
    id = page.text.partition('data-text="Demikian')[0].rpartition('value="')[2].partition('"')[0]
    answer = admin.post(FORM, form | {"aksi": "kalimat:isi", "kalimat.isi": id, "data.isi": "Awal."})
    assert "Awal.\n\nDemikian &lt;disampaikan&gt;." in answer.text
    assert "data-text" not in admin.get("/buat/pemeliharaan/1/telaahan").text
    assert admin.post(f"/kalimat/{id}/hapus").status_code == 303
    assert admin.post(f"/kalimat/{id}/hapus").status_code == 404


@pytest.mark.parametrize("away", [TooManyAtOnce("Sedang penuh."), ConverterUnavailable("LibreOffice tidak menjawab.")])
def test_a_letter_that_cannot_be_issued_now_keeps_its_form(
    operator: Person, form: dict[str, Any], away: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be issued now is answered as everywhere, with when to send it again, and with the form as typed."""
    operator.get(FORM)

    def issue(*_args: Any) -> None:
        raise away

    monkeypatch.setattr(compose, "issue", issue)
    answer = operator.post(FORM, form | {"data.hal": "Tetap di sini", "aksi": "terbitkan"})
    wanted = http_error(away)
    assert wanted is not None
    assert (answer.status_code, answer.headers["Retry-After"]) == (wanted.status, str(wanted.retry_after))
    assert 'value="Tetap di sini"' in answer.text
    assert str(away) in words(answer)


def test_places_of_fields_are_told(operator: Person, form: dict[str, Any]) -> None:
    """Each field that is printed has boxes within the page; what the form leaves empty is shown by its example."""
    operator.get(FORM)
    place = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": "2"}
    found = operator.post("/buat/letak", form | place).get_json()["places"]
    named = {one["field"] for one in found}
    assert {"data.hal", "data.isi", "date"} <= named
    assert all(0 <= one["left"] <= 1 and 0 <= one["top"] <= 1 and one["width"] > 0 for one in found)
