"""The page of how electronic signatures look: size, footer and pictures, with a picture of it."""

from __future__ import annotations

import io
from importlib import resources

import pytest
from PIL import Image

from docgen.desk import Desk
from storage.catalogue import audit, registers
from tests.support.callers.pages import Person, words

pytestmark = pytest.mark.office

PAGE = "/kantor/tanda-tangan-elektronik"
LOOK = {"shown": "true", "width": "50", "height": "15", "footer": "Ditandatangani lewat BSrE."}
EMBLEM = (resources.files("docgen.demo") / "emblem.png").read_bytes()


def test_the_look_is_changed_and_recorded(admin: Person, operator: Person, desk: Desk) -> None:
    """Size and footer are the office's, in the log; who does not administer sees them and changes nothing."""
    admin.get(PAGE)
    assert admin.post(PAGE, LOOK).status_code == 303
    with desk.catalogue.read() as tx:
        look, event = registers.get_office(tx).signature, audit.last_event(tx)
    assert (look.shown, look.width, look.height, look.footer) == (True, 50, 15, LOOK["footer"])
    assert event is not None
    assert (event.action, list(event.after)) == ("office.changed", ["signature"])
    assert LOOK["footer"] in operator.get(PAGE).get_data(as_text=True)
    assert operator.post(PAGE, LOOK).status_code == 403


def test_what_is_wrong_is_named_and_stays(admin: Person) -> None:
    """A picture that is too wide is refused at its field, and what was typed is there still."""
    admin.get(PAGE)
    answer = admin.post(PAGE, LOOK | {"width": "500"})
    assert answer.status_code == 422
    assert "Lebar (mm)" in words(answer)
    assert LOOK["footer"] in answer.get_data(as_text=True)


def test_the_sample_is_in_the_size_that_is_typed(admin: Person) -> None:
    """The picture on the page is that of a signature, as wide as asked; nonsense gives the usual size."""

    def size(query: str) -> tuple[int, int]:
        answer = admin.get(f"{PAGE}/contoh{query}")
        assert answer.mimetype == "image/png"
        return Image.open(io.BytesIO(answer.data)).size

    assert size("?width=100&height=40") == (1181, 472)
    assert size("?width=x&height=9999") == size("") == (709, 213)


@pytest.mark.parametrize("which", ["picture", "logo"])
def test_pictures_come_and_go(admin: Person, desk: Desk, which: str) -> None:
    """An uploaded picture is shown and used, one that is none is refused, and a removed one is gone."""
    before = admin.get(f"{PAGE}/contoh").data
    admin.get(PAGE)
    upload = {which: (io.BytesIO(EMBLEM), "a.png")}
    assert admin.post(f"{PAGE}/gambar/{which}", upload).status_code == 303
    assert Image.open(io.BytesIO(admin.get(f"{PAGE}/gambar/{which}").data)).format == "PNG"
    assert admin.get(f"{PAGE}/contoh").data != before
    broken = admin.post(f"{PAGE}/gambar/{which}", {which: (io.BytesIO(b"GIF89a"), "a.gif")})
    assert broken.status_code == 422
    assert "bukan gambar PNG atau JPEG" in words(broken)
    assert admin.post(f"{PAGE}/gambar/{which}", {"hapus": "1"}).status_code == 303
    assert admin.get(f"{PAGE}/gambar/{which}").status_code == 404
    assert admin.post(f"{PAGE}/gambar/lain", {"hapus": "1"}).status_code == 404
    with desk.catalogue.read() as tx:
        event = audit.last_event(tx)
    assert event is not None
    assert (event.action, event.subject) == ("office.signature_image_changed", which)
