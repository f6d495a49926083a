"""A version is tried and published, now or from a day on, compared, rolled back and sent to another office."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from docx import Document
from flask import Flask

from docgen.desk import Desk
from tests.support.callers.pages import Person, person, words
from tests.support.callers.templates import draft_at, mark, send_file, uploaded
from tests.support.files.office_letters import untagged_letter

pytestmark = pytest.mark.office

HAL = "Undangan rapat persiapan arsip digital"


@pytest.fixture
def tried(admin: Person, desk: Desk) -> str:
    """The address of a draft with a field that was tried."""
    address = uploaded(admin, untagged_letter())
    mark(desk, admin, address, HAL, "isian:text", "Hal")
    assert admin.post(f"{address}/coba").status_code == 303
    return address


def publish(desk: Desk, person: Person, address: str, **form: str) -> None:
    """Publish a version at once, or as `form` says."""
    sha256 = draft_at(desk, address).sha256
    answer = person.post(f"{address}/coba/terbit", {"kapan": "sekarang", **form, "yakin": "ya", "semula": sha256})
    assert answer.status_code == 303


def test_a_trial_shows_four_letters_and_publishing_says_first_what_changes(
    admin: Person, desk: Desk, tried: str
) -> None:
    """The four letters are pictures; the first press says what changes and changes nothing, the second does."""
    page = words(admin.get(f"{tried}/coba"))
    for title in ("Contoh isian", "Isian paling sedikit", "60 baris", "Kata dan nama panjang"):
        assert title in page
    picture = admin.get(f"{tried}/coba/example/1.png")
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert admin.get(f"{tried}/coba/example/99.png").status_code == 404
    assert admin.get(f"{tried}/coba/apa/1.png").status_code == 404
    question = admin.post(f"{tried}/coba/terbit", {"kapan": "sekarang"})
    assert "Sejak sekarang semua Undangan rapat baru memakai versi 1." in words(question)
    assert "undangan_rapat" not in desk.kinds
    publish(desk, admin, tried)
    assert desk.kinds["undangan_rapat"].version == 1
    assert "Berlaku: versi 1" in words(admin.get("/templat/undangan_rapat"))


def test_a_draft_with_errors_is_not_published(admin: Person, desk: Desk) -> None:
    """Its trial answers 422 with what is wrong, no letter is made, and there is no way to publish it."""
    address = uploaded(admin, untagged_letter())  # its field is printed nowhere
    answer = admin.post(f"{address}/coba")
    assert answer.status_code == 422
    assert "tidak tercetak" in words(answer)
    assert "Terbitkan…" not in words(admin.get(f"{address}/coba"))
    assert draft_at(desk, address).state == "draft"


def test_a_plan_begins_on_its_day_and_can_be_cancelled_before(admin: Person, desk: Desk, tried: str) -> None:
    """The day is said, a day that is over or none is refused, and the plan stands on the kind's page until then."""
    day = (desk.today() + dt.timedelta(days=3)).isoformat()
    for wrong, message in (("2020-01-01", "sudah lewat"), ("", "Pilih tanggal mulai berlakunya.")):
        answer = admin.post(f"{tried}/coba/terbit", {"kapan": "tanggal", "sejak": wrong})
        assert answer.status_code == 422
        assert message in words(answer)
    publish(desk, admin, tried, kapan="tanggal", sejak=day)
    assert "undangan_rapat" not in desk.kinds
    page = words(admin.get("/templat/undangan_rapat"))
    assert "semua Undangan rapat baru memakai versi 1. Direncanakan kepala." in page
    assert "versi 1 mulai" in words(admin.get("/templat")).lower()
    admin.post("/templat/undangan_rapat/batal", {"id": "1"})
    assert "Direncanakan" not in words(admin.get("/templat/undangan_rapat"))


def test_versions_are_compared_and_an_earlier_one_is_used_again(admin: Person, desk: Desk, tried: str) -> None:
    """A second version says another word; both pages stand side by side with it marked; the first is put back."""
    publish(desk, admin, tried)
    document = Document(io.BytesIO(admin.get(f"{tried}/docx").data))
    document.paragraphs[0].add_run(" SELATAN")
    changed = io.BytesIO()
    document.save(changed)
    admin.get("/templat/undangan_rapat")
    answer = send_file(admin, "/templat/undangan_rapat/berkas", changed.getvalue(), "lain.docx")
    second = str(answer.headers["Location"])
    assert admin.post(f"{second}/coba").status_code == 303
    publish(desk, admin, second)
    assert desk.kinds["undangan_rapat"].version == 2
    compared = admin.get("/templat/undangan_rapat/banding?dari=1&ke=2")
    assert "ditambah: SELATAN" in words(compared)
    assert compared.get_data(as_text=True).count("changed-new") == 1
    assert "changed-gone" not in compared.get_data(as_text=True)
    for side in ("lama", "baru"):
        assert admin.get(f"/templat/undangan_rapat/banding/1/2/{side}/1.png").mimetype == "image/png"
    admin.post("/templat/undangan_rapat/pakai-lagi", {"version": "1"})
    assert desk.kinds["undangan_rapat"].version == 1
    assert admin.get(f"{tried}/isian").status_code == 200
    assert "sudah diterbitkan dan tidak berubah lagi" in words(admin.get(f"{tried}/tandai"))


def test_a_kind_goes_to_another_office_as_one_file(admin: Person, desk: Desk, tried: str) -> None:
    """What is exported comes in as a draft that is in force nowhere; another file is refused in a sentence."""
    publish(desk, admin, tried)
    sent = admin.get("/templat/undangan_rapat/ekspor")
    assert sent.headers["Content-Disposition"].endswith('.naskah"') or ".naskah" in sent.headers["Content-Disposition"]
    admin.get("/templat/impor-naskah")
    answer = send_file(admin, "/templat/impor-naskah", sent.data, "undangan.naskah")
    assert answer.status_code == 303
    assert draft_at(desk, str(answer.headers["Location"])).state == "draft"
    admin.get("/templat/impor-naskah")
    refused = send_file(admin, "/templat/impor-naskah", b"PK bukan", "undangan.naskah")
    assert refused.status_code == 422
    assert 'id="salah-berkas"' in refused.get_data(as_text=True)


def test_the_file_comes_back_with_comments_and_is_replaced(admin: Person, desk: Desk) -> None:
    """The findings lead to the page and back; the commented file goes in again as the same draft."""
    address = uploaded(admin, untagged_letter())
    page = admin.get(address).get_data(as_text=True)
    assert 'id="temuan-1"' in page
    commented = admin.get(f"{address}/docx?komentar=1")
    assert b"comments.xml" in commented.data
    answer = send_file(admin, f"{address}/berkas", commented.data, "surat.docx", semula=draft_at(desk, address).sha256)
    assert answer.status_code == 303
    assert draft_at(desk, address).version == 1
    assert admin.get(f"{address}/halaman/1.png").mimetype == "image/png"
    assert admin.get(f"{address}/halaman/9.png").status_code == 404
    admin.get(address)
    admin.post(f"{address}/tarik")
    assert draft_at(desk, address).state == "withdrawn"


def test_only_who_may_edit_templates_sees_them(app: Flask, desk: Desk, admin: Person) -> None:
    """A clerk has no menu and no page of them; an administrator finds a kind by its words."""
    clerk = person(desk, "operator", app)
    assert "Templat" not in words(clerk.get("/aset"))
    for path in ("/templat", "/templat/unggah-surat", "/templat/nota_dinas"):
        assert clerk.get(path).status_code == 403
    assert "Templat" in words(admin.get("/aset"))
    found = words(admin.get("/templat?cari=nota+dinas"))
    assert "Nota Dinas" in found
    assert "Telaahan" not in found
    assert "Tidak ada jenis naskah yang cocok" in words(admin.get("/templat?cari=tidakada"))


def test_a_file_that_is_no_letter_is_refused_beside_its_field(admin: Person) -> None:
    """No file, a text, and a kind that exists already: 422 or 409, and the page says what to do."""
    admin.get("/templat/unggah-surat")
    assert admin.post("/templat/unggah-surat").status_code == 422
    refused = send_file(admin, "/templat/unggah-surat", b"bukan Word", "surat.docx")
    assert refused.status_code == 422
    assert 'id="salah-berkas"' in refused.get_data(as_text=True)
    taken = send_file(admin, "/templat/unggah-surat", untagged_letter(), "surat.docx", title="Nota Dinas")
    assert taken.status_code == 409
    assert 'id="salah-title"' in taken.get_data(as_text=True)
