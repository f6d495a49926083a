"""Uploaded photos: kept once under their SHA-256, found again, and asked for before anything is numbered."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.prepare import prepare
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.photos import KeptPhoto, keep_photo, photos_of, read_photo
from docgen.errors import DataFileError, InvalidSubmission, NotFound
from docgen.kinds.kind import Kind
from storage.catalogue import documents
from storage.catalogue.numbering import numbers
from tests.support.files.photos import PLACE, telephone_photo
from tests.support.office.small_office import picture

pytestmark = pytest.mark.office
UNKNOWN = f"{7:064x}.jpg"


def request(kind: Kind, *photos: str) -> DocumentRequest:
    """A report with these photos."""
    foto = [{"file": file, "caption": f"Keterangan {number}"} for number, file in enumerate(photos, start=1)]
    return DocumentRequest(
        kind=kind.slug,
        procedure="pemeliharaan",
        step=5,
        assets=["6310190000101"],
        data={**kind.example, "foto": foto},
    )


@pytest.fixture
def report(desk: Desk) -> Kind:
    """A kind that has photos."""
    return desk.kinds["laporan_pemeliharaan"]


def test_a_photo_is_kept_once_under_its_sha256(desk: Desk) -> None:
    """The same photo sent twice, under whatever name, is one object, and is read back as it was kept."""
    sent = telephone_photo(2000, 1500, orientation=6)
    kept = keep_photo(desk, sent, "a.jpg")
    assert keep_photo(desk, sent, "b.jpg") == kept
    assert list(desk.store.keys("_uploads/")) == [f"_uploads/{kept.file}"]
    data = read_photo(desk, kept.file)
    assert kept == KeptPhoto(f"{hashlib.sha256(data).hexdigest()}.jpg", 1200, 1600, len(data))
    assert PLACE not in data


def test_what_is_no_photo_is_not_kept(desk: Desk) -> None:
    """A text with the name of a photo leaves nothing in the store."""
    with pytest.raises(DataFileError, match=r"catatan\.jpg"):
        keep_photo(desk, b"bukan foto", "catatan.jpg")
    assert list(desk.store.keys("_uploads/")) == []


@pytest.mark.parametrize("name", [UNKNOWN, "", "x.jpg", "../secret.key", f"{7:064X}.jpg", f"{7:064x}.jpg\n"])
def test_a_photo_that_is_not_there_is_not_found(desk: Desk, name: str) -> None:
    """An unknown name and a name that is none are the same to the caller."""
    with pytest.raises(NotFound, match="Unggah dulu"):
        read_photo(desk, name)


def test_a_document_needs_its_photos_uploaded_first(desk: Desk, report: Kind) -> None:
    """The error stands beside the photo that is not there, and no number is used."""
    kept = keep_photo(desk, picture(40, 30), "a.png")
    with pytest.raises(InvalidSubmission) as caught:
        issue(desk, request(report, kept.file, UNKNOWN), "operator")
    assert [error.field for error in caught.value.errors] == ["data.foto[1].file"]
    assert "Unggah dulu fotonya" in caught.value.errors[0].message
    with desk.catalogue.read() as tx:
        assert numbers.last_sequence(tx, "DiskominfoSP2", 2026) == 0


def test_photos_stay_in_the_submission_and_are_fetched_once_each(desk: Desk, report: Kind) -> None:
    """The submission that is kept names the photos in their order; a photo shown twice is read once."""
    first, second = (keep_photo(desk, picture(side, 30), "a.png").file for side in (40, 50))
    prepared = prepare(desk, request(report, second, first, second))
    assert prepared.submission.data["foto"] == [
        {"file": second, "caption": "Keterangan 1"},
        {"file": first, "caption": "Keterangan 2"},
        {"file": second, "caption": "Keterangan 3"},
    ]
    photos = photos_of(desk, report, prepared.values)
    assert list(photos) == [second, first]
    assert photos[first] == read_photo(desk, first)


def test_an_issued_document_keeps_the_names_of_its_photos(desk: Desk, report: Kind) -> None:
    """What is archived tells which photos the document shows: it can be made again from them."""
    kept = keep_photo(desk, picture(40, 30), "a.png")
    made = issue(desk, request(report, kept.file), "operator")
    with desk.catalogue.read() as tx:
        contents: Any = documents.get_contents(tx, made.id)
    assert contents[0].data["foto"] == [{"file": kept.file, "caption": "Keterangan 1"}]
