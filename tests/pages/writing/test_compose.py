"""The form: mistakes cost nothing, what was typed stays, and one click too many gives one document."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import pytest
from PIL import Image

from docgen.desk import Desk
from docgen.errors import ConverterUnavailable
from storage.catalogue.numbering import numbers
from storage.catalogue.searching.search import Filter, search_documents
from storage.records import Document
from tests.support.callers.pages import Person, application, person, words

pytestmark = pytest.mark.office
FORM = "/buat/pemeliharaan/2/nota_dinas"


def made(desk: Desk) -> list[Document]:
    """Everything numbered so far, newest first."""
    with desk.catalogue.read() as tx:
        return search_documents(tx, Filter())


class Away:
    """A LibreOffice that does not start."""

    def convert(self, *_: object, **__: object) -> bytes:
        """Fail as a missing LibreOffice does."""
        raise ConverterUnavailable("LibreOffice tidak dapat dijalankan.")


def test_errors_stand_beside_their_fields_and_everything_typed_stays(
    operator: Person, desk: Desk, form: dict[str, Any]
) -> None:
    """A form with mistakes comes back whole, names each, and uses no number."""
    operator.get(FORM)
    typed = form | {"data.hal": "", "data.isi": "Isi <yang> & panjang", "assets": ["6310190000101", "tak-ada"]}
    for action in ("periksa", "terbitkan"):
        answer = operator.post(FORM, typed | {"aksi": action})
        assert answer.status_code == 422
        assert 'id="salah-data.hal"' in answer.text
        assert 'href="#data.hal"' in answer.text
        assert "Isi &lt;yang&gt; &amp; panjang" in answer.text
        assert "tak-ada" in words(answer)
        assert 'value="6310190000101" checked' in answer.text
    assert made(desk) == []
    with desk.catalogue.read() as tx:
        assert numbers.last_sequence(tx, "DiskominfoSP2", 2026) == 0


def test_an_impossible_date_is_named(operator: Person, form: dict[str, Any]) -> None:
    """A date that is no date is said beside the date."""
    operator.get(FORM)
    answer = operator.post(FORM, form | {"date": "31-02-2026", "aksi": "periksa"})
    assert answer.status_code == 422
    assert "Tanggal naskah harus tanggal" in words(answer)


def test_asking_first_then_issuing_once(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """The first press names the expected number and takes none; pressing yes twice gives one document."""
    operator.get(FORM)
    asked = operator.post(FORM, form | {"aksi": "periksa"})
    assert asked.status_code == 200
    assert "Nomor yang akan diberikan B/000.1.9.1/1/DiskominfoSP2/XI/2026" in words(asked)
    assert made(desk) == []
    first = operator.post(FORM, form | {"aksi": "terbitkan"})
    second = operator.post(FORM, form | {"aksi": "terbitkan"})
    (document,) = made(desk)
    assert first.location == second.location == f"/d/{document.id}"
    assert document.created_by == "operator"


def test_words_left_in_the_asset_box_are_an_error(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """Nothing is issued while the box looks for an asset that nobody chose; words that led to a chosen one are no
    error, because without JavaScript they stay."""
    operator.get(FORM)
    for action in ("periksa", "terbitkan"):
        left = operator.post(FORM, form | {"assets": [], "cari_aset": "router", "aksi": action})
        assert left.status_code == 422
        assert "“router” belum memilih aset." in words(left)
        assert 'href="#cari_aset"' in left.text
    assert made(desk) == []
    asked = operator.post(FORM, form | {"cari_aset": "server rack", "aksi": "periksa"})
    assert asked.status_code == 200


def test_the_check_tells_what_would_be_issued_and_what_is_odd(operator: Person, form: dict[str, Any]) -> None:
    """Asset, addressee, signer and date stand in the dialog; a letter without assets and of tomorrow is noted."""
    operator.get(FORM)
    sound = words(operator.post(FORM, form | {"aksi": "periksa"}))
    for fact in ("6310190000101", form["data.kepada"], "Penanda tangan", "Selasa, 24 November 2026"):
        assert fact in sound.partition("Terbitkan naskah ini?")[2]
    odd = words(operator.post(FORM, form | {"assets": [], "date": "2027-02-01", "aksi": "periksa"}))
    assert "Tanpa aset: naskah tidak akan ditemukan" in odd
    assert "Tanggal naskah 1 Februari 2027 belum tiba." in odd


def test_a_report_on_one_asset_begins_with_it(operator: Person) -> None:
    """The obligatory table of a report names the only asset in its first row; of two assets none is chosen for it."""
    form = "/buat/pemeliharaan/5/laporan_pemeliharaan"
    cell = 'name="data.pekerjaan[0].barang"'
    one = operator.get(f"{form}?aset=6310180000066").text
    assert "Router Puskesmas Batulicin</textarea>" in one.partition(cell)[2][:600]
    two = operator.get(f"{form}?aset=6310180000066&aset=6310190000101").text
    assert "Router Puskesmas Batulicin</textarea>" not in two.partition(cell)[2][:600]


def test_going_back_and_issuing_something_else_asks_again(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """The same form with other words is a second document only after one more press."""
    operator.get(FORM)
    operator.post(FORM, form | {"aksi": "terbitkan"})
    changed = operator.post(FORM, form | {"data.hal": "Hal yang lain", "aksi": "terbitkan"})
    assert changed.status_code == 409
    assert "sudah terbit" in words(changed)
    assert "Hal yang lain" in changed.text
    assert len(made(desk)) == 1


def test_without_libreoffice_the_document_waits_with_its_number(desk: Desk, form: dict[str, Any]) -> None:
    """When no PDF can be made, the page says the number is kept and what to do; one press finishes it later."""
    app = application(dataclasses.replace(desk, converter=Away()))  # type: ignore[arg-type]
    clerk = person(desk, "operator", app)
    clerk.get(FORM)
    answer = clerk.post(FORM, form | {"aksi": "terbitkan"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "Nomor sudah dipesan, PDF menyusul" in words(answer)
    assert "LibreOffice tidak dapat dijalankan." in words(answer)
    (document,) = made(desk)
    assert "LibreOffice tidak dapat dijalankan." in words(clerk.get("/"))
    assert clerk.get(f"/d/{document.id}/pdf").status_code == 409
    assert "Masih terhalang" in words(clerk.post(f"/d/{document.id}/selesaikan", follow_redirects=True))
    app.extensions["desk"] = desk
    assert "sudah selesai dan terarsip" in words(clerk.post(f"/d/{document.id}/selesaikan", follow_redirects=True))
    assert made(desk)[0].number == document.number


def test_the_preview_takes_no_number_and_names_what_is_lacking(
    operator: Person, desk: Desk, form: dict[str, Any]
) -> None:
    """The picture of a form half filled shows examples for the rest and says which; nothing is kept."""
    place = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": "2", "lebar": "600"}
    operator.get(FORM)
    answer = operator.post("/buat/pratinjau", form | place | {"data.hal": ""})
    assert answer.status_code == 200
    assert answer.headers["X-Docgen-Kurang"] == "Hal"
    assert Image.open(io.BytesIO(answer.data)).width == 600
    wrong = operator.post("/buat/pratinjau", form | place | {"data.sifat": "Gawat"})
    assert wrong.status_code == 422
    assert wrong.get_json()["errors"][0]["field"] == "data.sifat"
    assert operator.post("/buat/pratinjau?bentuk=pdf", form | place).data.startswith(b"%PDF")
    assert made(desk) == []


def test_assets_are_found_without_javascript_too(operator: Person, form: dict[str, Any]) -> None:
    """The search inside the form is a plain button for a browser without scripts; what is ticked stays."""
    operator.get(FORM)
    answer = operator.post(FORM, form | {"aksi": "cari-aset", "cari_aset": "laptop"})
    assert answer.status_code == 200
    assert "Laptop Pengelola Pusat Data" in words(answer)
    assert 'value="6310190000101" checked' in answer.text
    assert [one["name"] for one in operator.get("/buat/aset.json?q=router+puskesmas").get_json()] == [
        "Router Puskesmas Batulicin"
    ]


def test_a_reader_reads_and_does_nothing_else(desk: Desk, form: dict[str, Any]) -> None:
    """A reader sees the archive; forms, registers' changes and accounts answer 403, and nothing happens."""
    reader = person(desk, "pejabat")
    assert reader.get("/arsip").status_code == 200
    for path in (FORM, "/aset/baru", "/pejabat/baru", "/pengguna"):
        assert reader.get(path).status_code == 403
    assert reader.post(FORM, form | {"aksi": "terbitkan"}).status_code == 403
    assert reader.post("/kantor", {"name": "Diubah"}).status_code == 403
    assert made(desk) == []


def test_an_unknown_kind_step_or_procedure_is_a_clear_404(operator: Person) -> None:
    """Wrong addresses name what is wrong."""
    for path in ("/buat/pemeliharan", "/buat/pemeliharaan/99/nota_dinas", "/buat/pemeliharaan/2/nota_dina"):
        answer = operator.get(path)
        assert answer.status_code == 404
        assert "Halaman tidak ditemukan" in words(answer)
