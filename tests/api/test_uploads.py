"""Photos over HTTP: uploaded, named in a document, and printed in it without a trace of where they were taken."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from werkzeug.test import TestResponse

from docgen.desk import Desk
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import registers
from tests.support.callers.api import Caller, path_of
from tests.support.files.photos import CAMERA, PLACE, pictures, telephone_photo

pytestmark = pytest.mark.office
STEPS = {
    "laporan_pengadaan": ("perencanaan", 6),
    "laporan_pemindahtempatan": ("pemindahtempatan", 5),
    "laporan_instalasi": ("penggunaan", 2),
    "laporan_pemeliharaan": ("pemeliharaan", 5),
    "laporan_penghapusan": ("penghapusan", 5),
    "berita_acara_penghapusan": ("penghapusan", 5),
    "identifikasi_penghapusan": ("penghapusan", 1),
}
# Landscape, portrait, one that lies on its side as telephones keep them, a square, a panorama.
SHAPES = [(2000, 1500, 1), (1500, 2000, 1), (2000, 1500, 6), (900, 900, 1), (3000, 900, 3)]


@pytest.fixture(autouse=True)
def without_emblem(desk: Desk) -> None:
    """No emblem: every picture in a PDF is a photo."""
    with desk.catalogue.write() as tx:
        registers.put_emblem(tx, None)


def upload(api: Caller, data: bytes, name: str = "IMG_01.jpg") -> TestResponse:
    """Send a photo as a form with a file does."""
    return api.post("/uploads", data={"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def body(desk: Desk, slug: str, photos: list[dict[str, str]]) -> dict[str, Any]:
    """A document of this kind with photos."""
    procedure, step = STEPS[slug]
    return {
        "kind": slug,
        "procedure": procedure,
        "step": step,
        "assets": ["6310190000101"],
        "data": {**desk.kinds[slug].example, "foto": photos},
    }


def test_an_upload_answers_the_name_a_document_uses(api: Caller, desk: Desk) -> None:
    """201 with name, size in pixels and bytes; the same photo again is the same answer; the photo is in the store."""
    first = upload(api, telephone_photo(2000, 1500, orientation=6))
    again = upload(api, telephone_photo(2000, 1500, orientation=6), "lain.jpg")
    assert (first.status_code, again.status_code) == (201, 201)
    kept = first.get_json()
    assert again.get_json() == kept
    data = desk.store.get(f"_uploads/{kept['file']}")
    assert kept == {
        "file": f"{hashlib.sha256(data).hexdigest()}.jpg",
        "width": 1200,
        "height": 1600,
        "size": len(data),
    }


def test_what_cannot_be_used_is_refused_with_a_problem(api: Caller, reader: Caller) -> None:
    """No photo 422, no file 422, no form 415, too large 413, a token that only reads 403: each with its reason."""
    wrong = upload(api, b"bukan foto", "catatan.jpg")
    assert wrong.status_code == 422
    assert wrong.get_json()["errors"][0]["field"] == "file"
    assert "catatan.jpg" in wrong.get_json()["detail"]
    nothing = api.post("/uploads", data={"lain": "x"}, content_type="multipart/form-data")
    assert (nothing.status_code, nothing.get_json()["type"]) == (422, "urn:docgen:problem:unreadable-file")
    assert api.post("/uploads", data=b"\xff\xd8", content_type="image/jpeg").status_code == 415
    assert api.post("/uploads", {"file": "x"}).status_code == 415
    large = api.post("/uploads", data=bytes(33 * 1024 * 1024), content_type="multipart/form-data; boundary=x")
    assert (large.status_code, large.mimetype) == (413, "application/problem+json")
    assert upload(reader, telephone_photo(40, 30)).status_code == 403


def test_a_photo_that_was_not_uploaded_uses_no_number(api: Caller, desk: Desk) -> None:
    """422 beside the photo; the register stays empty."""
    answer = api.post("/documents", body(desk, "laporan_instalasi", [{"file": f"{7:064x}.jpg", "caption": "x"}]))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == ["data.foto[0].file"]
    assert "Unggah dulu fotonya" in answer.get_json()["errors"][0]["message"]
    assert api.get("/register").get_json()["items"] == []


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_report_shows_its_photos_with_captions_and_no_trace(api: Caller, desk: Desk, count: int) -> None:
    """Each photo once and in its shape in the PDF, its caption below it, in order; PDF and Word file hold nothing of
    the photos' EXIF, GPS or XMP; the annex is the last page or pages.
    """
    colours = ("teal", "navy", "olive", "purple", "gray")
    photos = []
    for number, ((width, height, orientation), colour) in enumerate(zip(SHAPES, colours, strict=True), start=1):
        sent = telephone_photo(width, height, orientation=orientation, colour=colour)
        photos.append({"file": upload(api, sent).get_json()["file"], "caption": f"Rak {number} & kabel, Batulicin"})
    answer = api.post("/documents", body(desk, "laporan_pemeliharaan", photos[:count]))
    assert answer.status_code == 201, answer.get_json()
    pdf = api.get(path_of(answer.get_json()["pdf"]["href"])).data
    docx = api.get(path_of(answer.get_json()["docx"]["href"])).data
    shapes = sorted(round(width / height, 1) for width, height in pictures(pdf).values())
    assert shapes == sorted([1.3, 0.8, 0.8, 1.0, 3.3][:count])
    text = [" ".join(page.split()) for page in page_text(pdf)]
    annex = next(index for index, page in enumerate(text) if page.startswith("Lampiran Laporan"))
    said = " ".join(text[annex:])
    places = [said.index(f"Foto {number}. Rak {number} & kabel, Batulicin") for number in range(1, count + 1)]
    assert places == sorted(places)
    assert f"Foto {count + 1}." not in said
    for trace in (PLACE, CAMERA, b"Exif\0", b'xmpmeta xmlns:x="adobe:ns:meta/">P'):
        assert trace not in pdf
        assert trace not in docx


@pytest.mark.parametrize("slug", [slug for slug in STEPS if slug != "laporan_pemeliharaan"])
def test_every_kind_with_photos_is_issued_with_and_without(api: Caller, desk: Desk, slug: str) -> None:
    """The example as it is has no annex; with two photos it has one, with both."""
    plain = body(desk, slug, [])
    del plain["data"]["foto"]
    without = api.post("/documents", plain)
    assert without.status_code == 201, without.get_json()
    pdf = api.get(path_of(without.get_json()["pdf"]["href"])).data
    assert not any(page.startswith("Lampiran Laporan") for page in page_text(pdf))
    photos = [
        {"file": upload(api, telephone_photo(400, 300, colour=colour)).get_json()["file"], "caption": f"Warna {colour}"}
        for colour in ("teal", "navy")
    ]
    made = api.post("/documents", body(desk, slug, photos))
    assert made.status_code == 201, made.get_json()
    pdf = api.get(path_of(made.get_json()["pdf"]["href"])).data
    assert len(pictures(pdf)) == 2
    assert "Foto 2. Warna navy" in " ".join(" ".join(page_text(pdf)).split())


def test_the_schema_of_a_kind_tells_how_photos_are_sent(api: Caller) -> None:
    """GET /kinds/{kind} describes the field, so that another system can fill it in."""
    schema = api.get("/kinds/laporan_instalasi").get_json()["schema"]["properties"]["foto"]
    assert schema["maxItems"] == 12
    assert schema["items"]["required"] == ["file"]
