"""Signing electronically in the browser: what is asked, what is said before, and what is shown afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.signing.waiting import await_signature
from storage.catalogue import documents
from storage.catalogue.signatures import awaited
from storage.records import Document, Official
from tests.servers.bsre import BsreServer
from tests.support.callers.pages import PASSWORD, Person, application, words
from tests.support.office.decisions import relocation_plan
from tests.support.office.electronic import NIKS, PASSPHRASE, bsre, electronic, register, signer_of

__all__ = ["bsre"]  # a fixture

pytestmark = pytest.mark.office

ASKS = "/tanda-tangan/kata-sandi"
FIELD = 'name="passphrase" type="password" autocomplete="off"'


@pytest.fixture
def office(desk: Desk, bsre: BsreServer, tmp_path: Path) -> Desk:
    """An office that signs through it."""
    return electronic(desk, bsre, tmp_path)


@pytest.fixture
def app(office: Desk) -> Flask:
    """Its application."""
    return application(office)


def waiting_letter(desk: Desk) -> tuple[Document, Official]:
    """A letter that waits for the electronic signature of its signer."""
    document = relocation_plan(desk)
    signer = signer_of(desk, document)
    with desk.catalogue.write() as tx:
        await_signature(desk, tx, document.id, signer.id, "sari")
    return document, signer


def signer_signed_in(desk: Desk, app: Flask, signer: Official) -> Person:
    """The signer, in his browser."""
    create_user(desk, "pejabat", "pejabat", signer.name, PASSWORD, officials=[signer.id])
    return Person(app).sign_in("pejabat")


def page_after(head: Person, document: Document, signer: Official) -> str:
    """What the signer reads once he has signed a letter with his passphrase."""
    head.get(f"{ASKS}?pilih=naskah:{document.id}")
    form = {"pilih": f"naskah:{document.id}", "official": signer.id, "passphrase": PASSPHRASE}
    return words(head.get(head.post(ASKS, form).location))


def change_of(desk: Desk, document: Document) -> str:
    """How the newest revision of a letter came about."""
    with desk.catalogue.read() as tx:
        return documents.list_revisions(tx, document.id)[-1].change


def test_a_letter_is_signed_from_its_page(office: Desk, app: Flask, bsre: BsreServer) -> None:
    """Its page leads to the question, BSrE is asked first, and the passphrase goes to BSrE once and to no page."""
    document, signer = waiting_letter(office)
    register(office, bsre, signer, NIKS[0])
    head = signer_signed_in(office, app, signer)
    page = head.get(f"/d/{document.id}")
    assert "Menunggu tanda tangan elektronik" in words(page)
    assert f"{ASKS}?pilih=naskah:{document.id}&amp;official={signer.id}" in page.text
    question = head.get(f"{ASKS}?pilih=naskah:{document.id}")
    assert bsre.paths() == ["/api/v2/user/check/status"]
    assert FIELD in question.text
    assert signer.name in words(question)
    assert question.headers["Cache-Control"] == "no-store"
    form = {"pilih": f"naskah:{document.id}", "official": signer.id}
    without = head.post(ASKS, form | {"passphrase": ""})
    assert (without.status_code, "Isi passphrase BSrE" in words(without)) == (422, True)
    wrong = head.post(ASKS, form | {"passphrase": "Bukan Ini 99"})
    assert (wrong.status_code, 'aria-invalid="true"' in wrong.text) == (422, True)
    assert "Passphrase anda salah" in words(wrong)
    assert "Bukan Ini" not in wrong.text
    assert change_of(office, document) == "issued"
    answer = head.post(ASKS, form | {"passphrase": PASSPHRASE})
    assert (answer.status_code, answer.location) == (303, f"/d/{document.id}")
    assert change_of(office, document) == "signed"
    after = words(head.get(answer.location))
    assert f"Naskah {document.number} ditandatangani secara elektronik." in after
    assert "Menunggu tanda tangan elektronik" not in after
    assert bsre.count(PASSPHRASE) == 1


@pytest.mark.parametrize(
    ("status", "advice"),
    [("EXPIRED", "sudah habis masa berlakunya"), ("SUSPEND", "dibekukan"), ("NOT_REGISTERED", "BSrE tidak mengenal")],
)
def test_who_may_not_sign_is_told_before_anything_is_asked(
    office: Desk, app: Flask, bsre: BsreServer, status: str, advice: str
) -> None:
    """The page says what to do, and has no field."""
    document, signer = waiting_letter(office)
    register(office, bsre, signer, NIKS[0], status=status)
    page = signer_signed_in(office, app, signer).get(f"{ASKS}?pilih=naskah:{document.id}")
    assert (page.status_code, 'name="passphrase"' in page.text) == (200, False)
    assert advice in words(page)


def test_who_has_no_identity_is_told_so(office: Desk, app: Flask) -> None:
    """An official without NIK or address is led to the administrator, and nothing is asked."""
    document, signer = waiting_letter(office)
    page = signer_signed_in(office, app, signer).get(f"{ASKS}?pilih=naskah:{document.id}")
    assert 'name="passphrase"' not in page.text
    assert "Minta administrator mengisinya" in words(page)


def test_a_letter_whose_answer_did_not_come_waits_on_its_page(office: Desk, app: Flask, bsre: BsreServer) -> None:
    """The page of the letter says since when and why it waits, and offers to try again."""
    document, signer = waiting_letter(office)
    register(office, bsre, signer, NIKS[0])
    bsre.next_moods.append("ill")
    page = page_after(signer_signed_in(office, app, signer), document, signer)
    assert "Menunggu tanda tangan elektronik" in page
    assert "Coba lagi" in page
    assert change_of(office, document) == "issued"


def test_a_refused_file_is_told_and_the_letter_waits(office: Desk, app: Flask, bsre: BsreServer) -> None:
    """What came back instead of the letter is no signature; the person reads so, and the administrator has the file."""
    document, signer = waiting_letter(office)
    register(office, bsre, signer, NIKS[0])
    bsre.next_moods.append("other-person")
    page = page_after(signer_signed_in(office, app, signer), document, signer)
    assert "administrator" in page
    assert "Menunggu tanda tangan elektronik" in page


def test_signed_on_paper_it_waits_no_longer(office: Desk, app: Flask) -> None:
    """The signer notes it on the page of the letter."""
    document, signer = waiting_letter(office)
    head = signer_signed_in(office, app, signer)
    head.get(f"/d/{document.id}")
    answer = head.post(f"/tanda-tangan/naskah/{document.id}/kertas", {"official": signer.id})
    assert answer.location == f"/d/{document.id}#salinan"
    with office.catalogue.read() as tx:
        assert awaited.find(tx, [document.id]) == {}


def test_who_signs_is_told_to_all_others(office: Desk, app: Flask, operator: Person) -> None:
    """A reader of the letter sees for whom it waits, and no button."""
    document, signer = waiting_letter(office)
    page = operator.get(f"/d/{document.id}")
    assert signer.name in words(page)
    assert "Menunggu tanda tangan elektronik" in words(page)
    assert ASKS not in page.text


def test_letters_are_read_before_they_are_ticked(office: Desk, app: Flask, bsre: BsreServer) -> None:
    """Each stands on the page with its pictures and a tick; those ticked that wait no more are counted and left out."""
    first, signer = waiting_letter(office)
    second, _ = waiting_letter(office)
    register(office, bsre, signer, NIKS[0])
    head = signer_signed_in(office, app, signer)
    page = head.get("/tanda-tangan")
    for document in (first, second):
        assert f"/d/{document.id}/halaman/1.png" in page.text
        assert f'value="naskah:{document.id}"' in page.text
    gone = head.get(f"{ASKS}?pilih=naskah:{first.id}&pilih=naskah:01HZZZZZZZZZZZZZZZZZZZZZZZ")
    assert "1 dari yang dicentang berubah atau tidak menunggu tanda tangan Anda lagi." in words(gone)
    nothing = head.get(ASKS)
    assert (nothing.status_code, nothing.location) == (303, "/tanda-tangan")
    assert "Centang dahulu naskah yang sudah Anda baca." in words(head.get(nothing.location))


def test_nobody_signs_for_another(office: Desk, app: Flask) -> None:
    """Somebody who decides as another official finds nothing to sign, whatever he sends."""
    document, signer = waiting_letter(office)
    create_user(office, "lain", "pejabat", "Orang Lain", PASSWORD, officials=["kepala-dinas"])
    stranger = Person(app).sign_in("lain")
    assert signer.id != "kepala-dinas"
    assert stranger.get(f"{ASKS}?pilih=naskah:{document.id}&official={signer.id}").location == "/tanda-tangan"
    form = {"pilih": f"naskah:{document.id}", "official": signer.id, "passphrase": PASSPHRASE}
    assert stranger.post(ASKS, form).location == "/tanda-tangan"
    assert "Tidak ada naskah yang menunggu tanda tangan elektronik Anda." in words(stranger.get("/tanda-tangan"))


def test_an_office_without_bsre_offers_nothing(desk: Desk) -> None:
    """No button of the letter or draft speaks of electronic signatures where they are not set up."""
    app = application(desk)
    document = relocation_plan(desk)
    head = signer_signed_in(desk, app, signer_of(desk, document))
    assert "elektronik" not in words(head.get(f"/d/{document.id}")).replace("segel elektronik", "").replace(
        "PDF bertanda tangan elektronik", ""
    )


def test_a_clerk_asks_for_the_signature_and_it_waits_in_putuskan(office: Desk, app: Flask, operator: Person) -> None:
    """Who may issue asks the signer; the letter then stands among what waits for him, and can only be signed there."""
    document = relocation_plan(office)
    signer = signer_of(office, document)
    assert f"Minta tanda tangan elektronik {signer.name}" in words(operator.get(f"/d/{document.id}"))
    operator.post(f"/tanda-tangan/naskah/{document.id}/minta")
    assert "Menunggu tanda tangan elektronik" in words(operator.get(f"/d/{document.id}"))
    head = signer_signed_in(office, app, signer)
    listed = head.get("/putuskan")
    assert "Menunggu tanda tangan" in words(listed)
    assert f'href="/putuskan/naskah/{document.id}"' in listed.text
    page = head.get(f"/putuskan/naskah/{document.id}")
    assert f'href="{ASKS}?pilih=naskah:{document.id}"' in page.text
    assert "Kembalikan" not in words(page)
    assert f'href="/putuskan/naskah/{document.id}"' in head.get("/").text


def test_who_administers_is_told_how_to_set_it_up(desk: Desk) -> None:
    """Where BSrE is not set up, the page of a letter says how, to administrators alone."""
    app, document = application(desk), relocation_plan(desk)
    create_user(desk, "adm", "admin", "Admin", PASSWORD)
    create_user(desk, "op", "operator", "Operator", PASSWORD)
    shown = {name: words(Person(app).sign_in(name).get(f"/d/{document.id}")) for name in ("adm", "op")}
    assert ["DOCGEN_BSRE_URL" in shown[name] for name in ("adm", "op")] == [True, False]
