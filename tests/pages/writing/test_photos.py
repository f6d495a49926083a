"""Photos in the form: sent with it or by its script, shown, captioned, removed; nothing that was typed is lost."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import stream_encode_multipart

from docgen.desk import Desk
from docgen.desk.revisions.photos import keep_photo
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import documents, registers
from storage.catalogue.drafting import drafts
from storage.catalogue.searching.search import Filter, search_documents
from tests.support.callers.pages import Person, person, words
from tests.support.files.photos import PLACE, pictures, telephone_photo

pytestmark = pytest.mark.office
FORM = "/buat/penggunaan/2/laporan_instalasi"
FETCH = {"Origin": "http://localhost", "X-Requested-With": "fetch"}


@pytest.fixture
def report(desk: Desk) -> dict[str, Any]:
    """A report as its form sends it, without photos."""
    sent: dict[str, Any] = {"assets": "6310190000101", "date": "2026-11-24", "signer": "", "kunci": "kunci-1"}
    for name, value in desk.kinds["laporan_instalasi"].example.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for index, row in enumerate(value):
                sent |= {f"data.{name}[{index}].{key}": str(cell) for key, cell in row.items()}
        else:
            sent[f"data.{name}"] = "\n".join(value) if isinstance(value, list) else str(value)
    return sent


def files(*photos: bytes) -> list[tuple[io.BytesIO, str]]:
    """Files as a chooser sends them."""
    return [(io.BytesIO(data), f"IMG_{number}.jpg") for number, data in enumerate(photos, start=1)]


def kept(desk: Desk, *colours: str) -> list[str]:
    """Names of photos that are uploaded already."""
    return [keep_photo(desk, telephone_photo(80, 60, colour=colour), colour).file for colour in colours]


def test_photos_come_with_the_form_and_the_form_comes_back_with_them(
    operator: Person, desk: Desk, report: dict[str, Any]
) -> None:
    """Without JavaScript: the chosen files are kept, the form is shown again with a row for each, in their order,
    after those that were there, and with everything typed.
    """
    (before,) = kept(desk, "navy")
    operator.get(FORM)
    typed = report | {"data.hal": "x", "data.tempat": "Lobi <baru>", "data.foto[0].file": before,
                      "data.foto[0].caption": "Sudah & ada"}  # fmt: skip
    sent = files(telephone_photo(400, 300, colour="teal"), telephone_photo(300, 400, colour="olive"))
    answer = operator.post(FORM, typed | {"unggah.foto": sent, "aksi": "unggah"}, content_type="multipart/form-data")
    assert answer.status_code == 200
    teal, olive = (
        keep_photo(desk, telephone_photo(*size, colour=colour), "").file
        for size, colour in (((400, 300), "teal"), ((300, 400), "olive"))
    )
    places = [answer.text.index(f'name="data.foto[{index}].file" value="{name}"')
              for index, name in enumerate((before, teal, olive))]  # fmt: skip
    assert places == sorted(places)
    assert 'value="Sudah &amp; ada"' in answer.text
    assert "Lobi &lt;baru&gt;" in answer.text
    assert f'src="/unggahan/{olive}"' in answer.text


def test_a_damaged_file_is_named_and_the_others_are_kept(operator: Person, report: dict[str, Any]) -> None:
    """One bad file of two costs nothing but itself."""
    operator.get(FORM)
    sent = files(b"bukan foto", telephone_photo(40, 30))
    answer = operator.post(FORM, report | {"unggah.foto": sent, "aksi": "periksa"}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "IMG_1.jpg: bukan foto yang dapat dibaca" in words(answer)
    assert 'name="data.foto[0].file"' in answer.text
    assert 'name="data.foto[1].file"' not in answer.text


def test_no_more_photos_are_taken_than_the_field_holds(operator: Person, desk: Desk, report: dict[str, Any]) -> None:
    """The thirteenth is refused by name."""
    operator.get(FORM)
    (name,) = kept(desk, "navy")
    typed = report | {f"data.foto[{index}].file": name for index in range(11)}
    sent = files(telephone_photo(40, 30), telephone_photo(30, 40))
    answer = operator.post(FORM, typed | {"unggah.foto": sent, "aksi": "unggah"}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "paling banyak 12 foto. IMG_2.jpg tidak diambil" in words(answer)
    assert 'name="data.foto[11].file"' in answer.text


def test_a_photo_is_removed_by_its_button(operator: Person, desk: Desk, report: dict[str, Any]) -> None:
    """The second of three goes; the third takes its place with its caption. A number beyond the last does nothing."""
    names = kept(desk, "navy", "teal", "olive")
    operator.get(FORM)
    typed = report.copy()
    for index, name in enumerate(names):
        typed |= {f"data.foto[{index}].file": name, f"data.foto[{index}].caption": f"Foto ke-{index}"}
    answer = operator.post(FORM, typed | {"aksi": "foto-hapus:foto:1"})
    assert names[1] not in answer.text
    assert f'name="data.foto[1].file" value="{names[2]}"' in answer.text
    assert 'name="data.foto[1].caption" value="Foto ke-2"' in answer.text
    answer = operator.post(FORM, typed | {"aksi": "foto-hapus:foto:9"})
    assert all(name in answer.text for name in names)


def test_a_caption_too_long_is_said_beside_its_photo(operator: Person, desk: Desk, report: dict[str, Any]) -> None:
    """422 with the words beside the input, linked from the summary."""
    operator.get(FORM)
    typed = report | {"data.foto[0].file": kept(desk, "navy")[0], "data.foto[0].caption": "x" * 201}
    answer = operator.post(FORM, typed | {"aksi": "periksa"})
    assert answer.status_code == 422
    assert 'id="salah-data.foto[0].caption"' in answer.text
    assert 'href="#data.foto[0].caption"' in answer.text


def test_a_draft_keeps_photos_and_captions(operator: Person, desk: Desk, report: dict[str, Any]) -> None:
    """A form put aside comes back with its photos, those among them that came along with the last press."""
    names = kept(desk, "navy")
    operator.get(FORM)
    typed = report | {"data.foto[0].file": names[0], "data.foto[0].caption": "Rak 3", "aksi": "draf"}
    sent = files(telephone_photo(40, 30, colour="teal"))
    answer = operator.post(FORM, typed | {"unggah.foto": sent}, content_type="multipart/form-data")
    assert answer.status_code == 303
    page = operator.get(answer.location).text
    assert 'name="data.foto[0].caption" value="Rak 3"' in page
    assert 'name="data.foto[1].file"' in page
    with desk.catalogue.read() as tx:
        (draft,) = drafts.list_drafts(tx, "operator")
    assert [photo["caption"] for photo in draft.body["data"]["foto"]] == ["Rak 3", ""]


def test_a_form_with_photos_becomes_a_document_that_shows_them(
    operator: Person, desk: Desk, report: dict[str, Any]
) -> None:
    """Issued from the page: the PDF has each photo and its caption."""
    with desk.catalogue.write() as tx:
        registers.put_emblem(tx, None)
    operator.get(FORM)
    typed = report.copy()
    for index, name in enumerate(kept(desk, "navy", "teal")):
        typed |= {f"data.foto[{index}].file": name, f"data.foto[{index}].caption": f"Rak {index}"}
    answer = operator.post(FORM, typed | {"aksi": "terbitkan"})
    assert answer.status_code == 303, words(answer)
    with desk.catalogue.read() as tx:
        (made,) = search_documents(tx, Filter())
        pdf = desk.store.get(documents.get_revision(tx, made.id, 1).pdf.key)
    assert len(pictures(pdf)) == 2
    assert "Foto 2. Rak 1" in " ".join(" ".join(page_text(pdf)).split())


def test_a_photo_needs_no_caption_where_photos_may_be_left_out(
    operator: Person, desk: Desk, report: dict[str, Any]
) -> None:
    """Its number is printed alone, and the preview shows no example in its place."""
    operator.get(FORM)
    typed = report | {"data.foto[0].file": kept(desk, "navy")[0], "data.foto[0].caption": ""}
    answer = operator.post("/buat/pratinjau?bentuk=pdf", typed | {
        "kind": "laporan_instalasi", "procedure": "penggunaan", "step": "2"})  # fmt: skip
    assert answer.status_code == 200
    assert answer.headers.get("X-Docgen-Kurang", "") == ""
    assert any("Foto 1" in page and "Foto 1." not in page for page in page_text(answer.data))


def test_the_script_uploads_one_photo_at_a_time(operator: Person) -> None:
    """201 with the name; the photo is shown to signed-in people only, is kept by no browser, and tells no place."""
    operator.get(FORM)
    form = {"csrf_token": operator.token}
    sent = form | {"file": files(telephone_photo(200, 100))[0]}
    answer = operator.client.post("/unggahan", data=sent, headers=FETCH)
    assert answer.status_code == 201
    name = answer.get_json()["file"]
    shown = operator.get(f"/unggahan/{name}")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert shown.headers["Cache-Control"] == "no-store"
    assert PLACE not in shown.data
    wrong = operator.client.post("/unggahan", data=form | {"file": files(b"x")[0]}, headers=FETCH)
    assert wrong.status_code == 422
    assert "IMG_1.jpg" in wrong.get_json()["error"]
    assert operator.client.post("/unggahan", data=form, headers=FETCH).status_code == 422
    assert operator.get(f"/unggahan/{7:064x}.jpg").status_code == 404


def test_who_may_not_upload_is_turned_away(app: Flask, desk: Desk, operator: Person, visitor: Person) -> None:
    """Without a token of the form, signed out, or as a reader: nothing is kept, nothing shown to strangers."""
    (name,) = kept(desk, "navy")
    before = list(desk.store.keys("_uploads/"))
    photo = telephone_photo(50, 50, colour="red")
    stranger = operator.client.post("/unggahan", data={"file": files(photo)[0]}, headers=FETCH)
    assert stranger.status_code == 401
    reader = person(desk, "pejabat", app)
    refused = reader.client.post("/unggahan", data={"csrf_token": reader.token, "file": files(photo)[0]}, headers=FETCH)
    assert refused.status_code == 403
    assert visitor.get(f"/unggahan/{name}").location == f"/masuk?next=/unggahan/{name}"
    assert list(desk.store.keys("_uploads/")) == before


def test_a_dozen_photos_straight_from_a_camera_fit_one_form(
    operator: Person, visitor: Person, report: dict[str, Any]
) -> None:
    """A form of 40 MB, more than any other request may have, is read; a stranger's is not."""
    operator.get(FORM)
    noise = telephone_photo(60, 40) + bytes(14 * 1024 * 1024)  # a camera's file: much behind a small picture
    sent = report | {"csrf_token": operator.token, "aksi": "unggah"}
    fields = [*sent.items(), *(("unggah.foto", FileStorage(*one)) for one in files(noise, noise, noise))]
    stream, length, boundary = stream_encode_multipart(MultiDict(fields), use_tempfile=False)
    form = f"multipart/form-data; boundary={boundary}"
    answer = operator.client.post(FORM, input_stream=stream, content_length=length, content_type=form)
    assert answer.status_code == 200
    assert 'name="data.foto[2].file"' in answer.text
    body = bytes(33 * 1024 * 1024)
    assert visitor.client.post(FORM, data=body, content_type="multipart/form-data; boundary=x").status_code == 413
