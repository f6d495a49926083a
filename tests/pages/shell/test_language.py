"""Indonesian first, English second: every text of a page has its English, and the reader's choice holds."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files
from io import BytesIO

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.settings import read_settings
from storage.catalogue import jobs
from storage.records import Job
from tests.pages import sentences
from tests.support.callers.pages import ORIGIN, PASSWORD, Person, words
from web import language
from web.pages.shell import message_translation as catalogue
from web.pages.shell.error_pages import PAGES
from web.pages.shell.filters import ACCOUNT_ROLES, LABELS, LISTED
from wording import Message, joined, say

CATALOGUES = files("web") / "translations/en/LC_MESSAGES"


def english() -> dict[str, str]:
    """The catalogue, by Indonesian text."""
    source = (CATALOGUES / "messages.po").read_bytes()
    return {str(one.id): str(one.string) for one in read_po(BytesIO(source), locale="en") if one.id}


def test_every_text_of_a_page_has_its_english(app: Flask) -> None:
    """No template says what the catalogue lacks, the catalogue holds nothing that no page says, values are kept."""
    assert app.jinja_loader is not None
    names = [name for name in app.jinja_loader.list_templates() if name.endswith(".html")]
    asked = language.messages(app.jinja_env, names) | {
        word for words_ in (*LABELS, *LISTED) for word in words_.values()
    }
    known = english()
    assert sorted(asked - set(known)) == []
    assert sorted(set(known) - asked) == []
    assert [one for one, english in known.items() if not english] == []
    values = re.compile(r"\{\d\}")
    assert [
        one for one, english in known.items() if sorted(values.findall(one)) != sorted(values.findall(english))
    ] == []


@pytest.mark.parametrize("name", sorted(one.name for one in CATALOGUES.iterdir() if one.name.endswith(".po")))
def test_no_text_stands_twice_in_a_catalogue(name: str) -> None:
    """Of two English texts for one, the reader of the catalogue would take the last in silence."""
    texts = re.findall(r'^msgid ((?:".*"\n)+)', (CATALOGUES / name).read_text("utf-8"), re.MULTILINE)
    assert [text for text, times in Counter(texts).items() if times > 1] == []


def test_pages_call_the_service_by_one_name(app: Flask, visitor: Person) -> None:
    """It is the setting's, on the public pages, too; what else says docgen is a command to type."""
    app.extensions["settings"] = read_settings({"DOCGEN_PRODUCT": "Surat Kita"})
    page = words(visitor.get("/verifikasi"))
    assert "Surat Kita" in page
    assert "docgen" not in page
    others = [key for key in english() if "docgen" in key and not re.match("docgen [a-z]+ [a-z]+", key)]
    assert others == []


def test_every_hint_of_a_delivered_kind_has_its_english(desk: Desk) -> None:
    """No hint of a form lacks its English, and the catalogue holds none that no form shows."""
    fields = [field for kind in desk.kinds.values() for field in kind.sheet.fields]
    fields += [column for field in fields for column in getattr(field, "columns", None) or []]
    shown = {text for field in fields for text in (field.help, getattr(field, "derived_from", "")) if text}
    assert sorted(shown - set(catalogue.hints())) == []
    assert sorted(set(catalogue.hints()) - shown) == []
    assert all(catalogue.hints().values())


@pytest.mark.office
def test_an_english_form_has_english_hints(operator: Person) -> None:
    """No sentence is half in one language and half in the other."""
    operator.post("/bahasa", {"bahasa": "en"})
    shown = words(operator.get("/buat/pemeliharaan/2/nota_dinas"))
    assert "Write the recipient's post, not a person's name. If empty: the post of the Kepala Bidang" in shown
    assert "Tulis jabatan" not in shown


def test_every_sentence_of_the_code_has_its_english() -> None:
    """No message, error or flash lacks its English; the catalogue holds nothing that nobody says; values are kept."""
    required = sentences.sentences() | {title for title, _ in PAGES.values()} | set(ACCOUNT_ROLES)
    known = catalogue.sentences()
    assert (
        sorted(template for template in required - set(known) if re.search("[A-Za-z]{3}", _without_slots(template)))
        == []
    )
    assert sorted(set(known) - required - sentences.phrases()) == []
    assert [template for template, translated in known.items() if not translated] == []
    assert [
        template
        for template, translated in known.items()
        if sorted(set(sentences.slots(template))) != sorted(set(sentences.slots(translated)))
    ] == []


def test_every_message_is_given_the_values_of_its_template() -> None:
    """A literal template names each value that `say` is given, and no other; no f-string is said instead."""
    assert sentences.wrong_values() == []
    assert sentences.f_strings() == []


def test_flashes_are_translated_when_they_are_flashed() -> None:
    """Pages flash by the function that translates; Flask's own would keep the text of a message without its values."""
    own = sentences.ROOT / "web/pages/shell/message_translation.py"
    with_flash = re.compile(r"^from flask import .*\bflash\b|\bflask\.flash\b", re.MULTILINE)
    assert [file for file in (sentences.ROOT / "web").rglob("*.py") if with_flash.search(file.read_text())] == [own]


def test_a_stored_sentence_is_english_in_the_english_view(admin: Person, desk: Desk) -> None:
    """Why a job ended is shown in the reader's language; what an earlier version stored stays Indonesian."""
    by = {"created_at": desk.now(), "created_by": "admin", "status": "cancelled"}
    with desk.catalogue.write() as tx:
        jobs.add_job(tx, Job(id="J1", kind="scan", request={}, error=say("Dibatalkan oleh {name}.", name="sari"), **by))
        jobs.add_job(tx, Job(id="J2", kind="scan", request={}, error="Dibatalkan oleh sari.", **by))
    assert "Dibatalkan oleh sari." in words(admin.get("/pindaian/J1"))
    admin.post("/bahasa", {"bahasa": "en", "next": "/"})
    assert "Cancelled by sari." in words(admin.get("/pindaian/J1"))
    assert "Dibatalkan oleh sari." in words(admin.get("/pindaian/J2"))


def test_every_text_of_a_script_has_its_english() -> None:
    """Scripts speak by `say` alone, and all of it has its English."""
    said, beside = sentences.of_scripts()
    assert sorted(beside) == []
    assert said == set(catalogue.scripts())
    _check_values(catalogue.scripts())


def test_what_the_code_says_is_english_in_the_english_view(admin: Person) -> None:
    """Flashes, errors beside a field, error pages and answers to scripts; in Indonesian not a letter differs."""
    for tongue, flash, wrong, missing, answer in (
        ("id", "Kalimat baku “Penutup” disimpan.", "Hal wajib diisi.", "Tahun 2500 di luar jangkauan.", "Jenis naskah"),
        ("en", "The standard sentence “Penutup” was saved.", "Hal must be filled in.", "The year 2500 is out", "This"),
    ):
        admin.post("/bahasa", {"bahasa": tongue, "next": "/"})
        admin.get("/kalimat")
        admin.post("/kalimat", {"title": "Penutup", "text": "Demikian.", "kind": ""})
        assert flash in words(admin.get("/kalimat"))
        admin.get("/buat/pemeliharaan/2/nota_dinas")
        assert wrong in words(admin.post("/buat/pemeliharaan/2/nota_dinas", {"data.isi": "Ada."}))
        assert missing in words(admin.get("/agenda?tahun=2500"))
        form = {"csrf_token": admin.token, "kind": "tidak-ada"}
        asked = admin.client.post("/buat/pratinjau", data=form, headers={**ORIGIN, "X-Requested-With": "fetch"})
        assert asked.get_json()["error"].startswith(answer)
        assert ("kata-skrip" in admin.get("/").text) == (tongue == "en")


def test_a_role_is_english_on_pages_and_in_refusals(admin: Person, desk: Desk, app: Flask) -> None:
    """A role of accounts is one person's, also where the list of officials has the same word."""
    create_user(desk, "kadis", "pejabat", "Kepala Dinas", PASSWORD)
    official = Person(app).sign_in("kadis")
    for person in (admin, official):
        person.post("/bahasa", {"bahasa": "en", "next": "/"})
    assert "Official: reads, initials" in words(admin.get("/pengguna"))
    assert "has the role Official; this takes the permission" in words(official.get("/buat/pemeliharaan/2/nota_dinas"))


def test_a_message_is_translated_with_what_it_holds(app: Flask) -> None:
    """Messages, dates and known words among the values are English, too; other values, and what is unknown, stay."""
    busy = "Mesin pembuat PDF sedang penuh. Tunggu sebentar, lalu coba lagi."
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert catalogue.translate(say("Masih terhalang: {reason}", reason=ValueError(busy))) == (
            "Still held up: The PDF engine is busy. Wait a moment, then try again."
        )
        assert catalogue.translate(say("Akun {name} {state}.", name="siti", state="dinonaktifkan")) == (
            "Account siti was disabled."
        )
        sentences_of_a_row = joined([say("{label} wajib diisi.", label="Hal"), "Lebih dari 200 naskah."])
        assert catalogue.translate(sentences_of_a_row) == "Hal must be filled in. Lebih dari 200 naskah."
        assert catalogue.translate(say("Berkas “{title}” ditutup.", title="Draf {x}")) == (
            "The dossier “Draf {x}” was closed."
        )
        assert catalogue.translate(Message("Dulu 3.", "Berkas “{title}” ditutup.", {"count": "3"})) == "Dulu 3."
        late = say("Langkah {step} paling lambat {moment}.", step=3, moment="1 Mei 2026 pukul 08.30 WITA")
        assert catalogue.translate(late) == "Step 3 is due 1 May 2026, 08:30 WITA."
        assert catalogue.translate(None) == ""
    with app.test_request_context():
        assert catalogue.translate(say("Akun {name} {state}.", name="siti", state="dinonaktifkan")) == (
            "Akun siti dinonaktifkan."
        )


def _without_slots(template: str) -> str:
    return re.sub(r"\{\w+\}", "", template)


def _check_values(known: dict[str, str]) -> None:
    assert [one for one, english_ in known.items() if not english_] == []
    values = re.compile(r"\{\d\}")
    assert [one for one, text in known.items() if sorted(values.findall(one)) != sorted(values.findall(text))] == []


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
    assert "{{ gettext_with_values('Periksa') }} <a>" in language.translatable("<li>Periksa <a>ini</a></li>")
    source = '<p class="Besar" title="Halaman {{ n }}">Ada {{ a|length }} dari {{ b }} baris <b>{{ c }}</b></p>'
    made = language.translatable(source, found)
    assert found == {"Halaman {1}", "Ada {1} dari {2} baris"}
    assert "gettext_with_values('Ada {1} dari {2} baris', (a|length), (b))" in made
    assert language.translatable('{% if x == "Besar" %}{{ y }}{% endif %}').count("_(") == 0
