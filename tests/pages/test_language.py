"""Indonesian first, English second: every text of a page has its English, and the reader's choice holds."""

from __future__ import annotations

import re
from importlib.resources import files
from io import BytesIO

from babel.messages.pofile import read_po
from flask import Flask

from docgen.desk import Desk
from tests.pages.conftest import Person, words
from web import language
from web.pages.words import SAID


def english() -> dict[str, str]:
    """The catalogue, by Indonesian text."""
    source = (files("web") / "translations/en/LC_MESSAGES/messages.po").read_bytes()
    return {str(one.id): str(one.string) for one in read_po(BytesIO(source), locale="en") if one.id}


def test_every_text_of_a_page_has_its_english(app: Flask) -> None:
    """No template says what the catalogue lacks, the catalogue holds nothing that no page says, values are kept."""
    assert app.jinja_loader is not None
    names = [name for name in app.jinja_loader.list_templates() if name.endswith(".html")]
    asked = language.messages(app.jinja_env, names) | {word for words_ in SAID for word in words_.values()}
    known = english()
    assert sorted(asked - set(known)) == []
    assert sorted(set(known) - asked) == []
    assert [one for one, told in known.items() if not told] == []
    values = re.compile(r"\{\d\}")
    assert [one for one, told in known.items() if sorted(values.findall(one)) != sorted(values.findall(told))] == []


def test_the_browser_says_which_language(visitor: Person) -> None:
    """A browser that asks for English is answered in English; one that asks for another gets Indonesian."""
    assert 'lang="id"' in visitor.get("/masuk").text
    answer = visitor.get("/masuk", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert 'lang="en"' in answer.text
    assert "User name" in words(answer)
    assert "Nama pengguna" in words(visitor.get("/masuk", headers={"Accept-Language": "nl"}))
    assert "Nama pengguna" in words(visitor.get("/masuk", headers={"Accept-Language": "id,en;q=0.8"}))


def test_the_choice_is_kept(admin: Person, desk: Desk) -> None:
    """The switch at the foot of a page holds from then on; dates follow it, a strange language changes nothing."""
    admin.get("/arsip")
    answer = admin.post("/bahasa", {"bahasa": "en", "next": "/arsip?q=a"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/arsip?q=a")
    assert "Search documents" in words(admin.get("/arsip"))
    assert f"{desk.today():%B}" in words(admin.get("/"))
    for path in ("/", "/buat", "/buat/pemeliharaan", "/buat/pemeliharaan/2/nota_dinas", "/agenda", "/agenda/nomor",
                 "/aset", "/pejabat", "/kantor", "/berkas", "/ringkasan", "/kalimat", "/verifikasi", "/pengguna",
                 "/retensi", "/riwayat", "/pindaian", "/massal", "/bundel", "/token", "/webhook"):  # fmt: skip
        assert admin.get(path).status_code == 200, path
    admin.post("/bahasa", {"bahasa": "xx", "next": "//jahat.example"})
    assert "Search documents" in words(admin.get("/arsip"))
    admin.post("/bahasa", {"bahasa": "id", "next": "/"})
    assert "Cari naskah" in words(admin.get("/arsip"))


def test_text_around_values_and_spoken_attributes_are_messages() -> None:
    """Runs between tags keep their values in order; attributes that are read aloud count, others do not."""
    found: set[str] = set()
    assert "{{ ucap('Periksa') }} <a>" in language.translatable("<li>Periksa <a>ini</a></li>")
    source = '<p class="Besar" title="Halaman {{ n }}">Ada {{ a|length }} dari {{ b }} baris <b>{{ c }}</b></p>'
    made = language.translatable(source, found)
    assert found == {"Halaman {1}", "Ada {1} dari {2} baris"}
    assert "ucap('Ada {1} dari {2} baris', (a|length), (b))" in made
    assert language.translatable('{% if x == "Besar" %}{{ y }}{% endif %}').count("_(") == 0
