"""Photos of a form: names and captions, their mistakes, and what templates and schema see."""

from __future__ import annotations

import jsonschema
import pytest

from docgen.forms import to_json
from docgen.forms.photos import photo_context
from tests.support.office.every_field import KIND, PHOTO, accept, refuse


def test_photos_are_names_with_captions_in_their_order() -> None:
    """A caption is one line without space around it; the same photo may be shown twice; JSON keeps them as they are."""
    names = [f"{number:064x}.jpg" for number in (7, 3, 7)]
    photos = accept(foto=[{"file": name, "caption": " Rak\n 3 "} for name in names])["foto"]
    assert photos == [{"file": name, "caption": "Rak 3"} for name in names]
    assert to_json({"foto": photos}) == {"foto": photos}


@pytest.mark.parametrize(
    ("photo", "path", "message"),
    [
        ({"file": PHOTO}, ".caption", "Foto 2: Keterangan wajib diisi"),
        ({"file": PHOTO, "caption": " "}, ".caption", "Foto 2: Keterangan wajib diisi"),
        ({"file": PHOTO, "caption": "x" * 201}, ".caption", "paling banyak 200"),
        ({"file": PHOTO, "caption": "a\0"}, ".caption", "posisi 2"),
        ({"file": PHOTO, "caption": 3}, ".caption", "harus berupa teks"),
        ({"file": PHOTO, "caption": "a", "captoin": "a"}, ".captoin", "Maksudnya 'caption'?"),
        ({"caption": "a"}, ".file", "Foto 2: tulis nama berkas"),
        ({"file": PHOTO.upper(), "caption": "a"}, ".file", "Foto 2: tulis nama berkas"),
        ({"file": PHOTO + "\n", "caption": "a"}, ".file", "Foto 2: tulis nama berkas"),
        ({"file": "../secret.key", "caption": "a"}, ".file", "Foto 2: tulis nama berkas"),
        ({"file": [PHOTO], "caption": "a"}, ".file", "Foto 2: tulis nama berkas"),
        (PHOTO, "", "Foto 2 harus berupa file dan caption"),
    ],
)
def test_a_mistake_in_a_photo_stands_beside_it(photo: object, path: str, message: str) -> None:
    """Each of a photo's two parts has its own message, with the photo's number as it is printed."""
    errors = refuse(foto=[{"file": PHOTO, "caption": "a"}, photo])
    assert list(errors) == [f"data.foto[1]{path}"]
    assert message in errors[f"data.foto[1]{path}"]


def test_photos_have_an_end_and_may_be_none() -> None:
    """As many as the sheet says; nothing at all in each way a form or system may say it."""
    photo = {"file": PHOTO, "caption": "a"}
    assert len(accept(foto=[photo] * 3)["foto"]) == 3
    assert "memuat 4 foto, paling banyak 3" in refuse(foto=[photo] * 4)["data.foto"]
    assert "harus berupa daftar" in refuse(foto={"file": PHOTO})["data.foto"]
    assert [accept(foto=nothing)["foto"] for nothing in (None, "", " ", [])] == [[]] * 4


def test_the_schema_of_photos_tells_names_and_captions() -> None:
    """Another system learns what to send: at most so many, a name as an upload answers it, a caption."""
    schema = KIND.json_schema()["properties"]["foto"]
    assert schema["maxItems"] == 3
    check = jsonschema.Draft202012Validator(schema)
    assert check.is_valid([{"file": PHOTO, "caption": "Rak 3"}])
    for wrong in (
        {"file": PHOTO},
        {"file": "a.jpg", "caption": "a"},
        {"file": PHOTO, "caption": " "},
        {"caption": "a"},
    ):
        assert not check.is_valid([wrong])
    assert schema["items"]["properties"]["caption"]["examples"] == ["Rak 3"]


def test_templates_see_photos_one_by_one_and_two_a_row() -> None:
    """The last of an odd number stands alone in its row."""
    shown = photo_context(KIND.fields[-1], [{"file": f"{number}.jpg", "caption": f"k{number}"} for number in (1, 2, 3)])
    one, two, three = ({"no": str(n), "berkas": f"{n}.jpg", "keterangan": f"k{n}"} for n in (1, 2, 3))
    assert shown == {
        "foto": [one, two, three],
        "foto_baris": [{"kiri": one, "kanan": two}, {"kiri": three, "kanan": False}],
    }
    assert photo_context(KIND.fields[-1], []) == {"foto": [], "foto_baris": []}
