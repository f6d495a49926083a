"""Photos of a form: names and captions, their mistakes, and what templates and schema see."""

from __future__ import annotations

import jsonschema
import pytest

from docgen.errors import FieldError
from docgen.forms import to_json
from docgen.forms.photos import clean_photos, photo_context, photo_schema
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


def test_a_caption_is_obligatory_only_where_photos_are() -> None:
    """Photos that may be left out may stand without words; of obligatory ones each says what it shows."""
    silent = [{"file": PHOTO}, {"file": PHOTO, "caption": " "}]
    assert accept(foto=silent)["foto"] == [{"file": PHOTO, "caption": ""}] * 2
    field = KIND.fields[-1].model_copy(update={"required": True})
    errors: list[FieldError] = []
    clean_photos(field, silent, "foto", errors)
    assert [error.field for error in errors] == ["foto[0].caption", "foto[1].caption"]
    assert "Foto 1: Keterangan wajib diisi" in errors[0].message
    assert photo_schema(field, {})["items"]["required"] == ["file", "caption"]


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
    assert check.is_valid([{"file": PHOTO}])
    for wrong in ({"file": "a.jpg", "caption": "a"}, {"file": PHOTO, "caption": "x" * 201}, {"caption": "a"}):
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
