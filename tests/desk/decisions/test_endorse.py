"""Endorsing: who may decide, in which order, what it makes of document and dossier, whatever is away or killed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.decisions.endorse import turn_of
from docgen.desk.decisions.void import void
from docgen.desk.dossiers.dossiers import close, reopen
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.service.document_recovery import recover
from docgen.errors import Conflict, DocgenError, Forbidden, InvalidSubmission
from docgen.render.pdf.pdfium import page_text
from docgen.render.stamps.free_space import reserved_area
from storage.catalogue import audit, documents, registers
from storage.errors import RecordConflict, StoreUnavailable
from storage.objects import ObjectStore
from storage.records import Document
from tests.support.office.decisions import (
    ALL,
    add_acting_official,
    decide,
    issue_example,
    relocation_plan,
    states,
    text,
)

pytestmark = pytest.mark.office


def test_two_approvals_give_one_pdf_with_both(desk: Desk) -> None:
    """B2 then B3: revisions 2 and 3; the last PDF bears both stamps with post, name, NIP, time and code."""
    document = relocation_plan(desk)
    first = decide(desk, document, "kepala-bidang", "setuju", "Di luar jam layanan.")
    assert (first.status, first.revision) == ("issued", 2)
    second = decide(desk, document, "kepala-dinas", "setuju")
    assert second.revision == 3
    words = text(desk, second)
    assert words.count("DISETUJUI") == 2
    for said in ("Ahmad Fauzi Rahman", "Al Husain Mardani", "19830511 200701 1 005", "WITA", "Di luar jam layanan"):
        assert said in words
    assert states(desk, document.dossier)[:4] == ["done", "done", "done", "current"]
    with desk.catalogue.read() as tx:
        [one, two] = documents.endorsements_of(tx, [document.id])[document.id]
        assert audit.check_chain(tx) == []
        actions = [event.action for event in audit.list_events(tx, subject=document.id)]
    assert (one.step, two.step, one.by) == (2, 3, "sari")
    assert actions == ["document.endorsed", "document.endorsed", "document.issued"]


def test_a_stamp_stands_in_the_room_that_its_template_reserves(desk: Desk) -> None:
    """The plan keeps room above the name of each who decides; a stamp takes it, and the other room stays free."""
    document = relocation_plan(desk)
    with desk.catalogue.read() as tx:
        issued = desk.store.get(documents.get_revision(tx, document.id, 1).pdf.key)
    rooms = {role: reserved_area(issued, role) for role in ("kepala_bidang", "kepala_dinas", "kepala_seksi")}
    assert rooms["kepala_bidang"] is not None
    assert rooms["kepala_dinas"] is not None
    assert rooms["kepala_seksi"] is None  # he signs; he does not decide
    decide(desk, document, "kepala-bidang", "setuju")
    with desk.catalogue.read() as tx:
        stamped = desk.store.get(documents.get_revision(tx, document.id, 2).pdf.key)
    assert reserved_area(stamped, "kepala_bidang") is None
    assert reserved_area(stamped, "kepala_dinas") == rooms["kepala_dinas"]


@pytest.mark.parametrize(
    "person",
    [
        {},
        {"name": "Al Husain Mardani"},  # the same name, another NIP
        {"name": "Al Husain", "nip": ""},  # part of the printed name
    ],
)
def test_no_stamp_of_another_person_stands_over_a_printed_name(desk: Desk, person: dict[str, str]) -> None:
    """One who acts for the head decides: his room stays empty, and the stamp stands elsewhere with all it says."""
    document = relocation_plan(desk)
    stand_in = add_acting_official(desk, "kepala_dinas", **person)
    decide(desk, document, "kepala-bidang", "setuju")
    decide(desk, document, stand_in.id, "tolak", "Anggaran tidak tersedia.")
    with desk.catalogue.read() as tx:
        issued, _, last = (desk.store.get(one.pdf.key) for one in documents.list_revisions(tx, document.id))
    room = reserved_area(issued, "kepala_dinas")
    assert room is not None
    assert "Al Husain Mardani" in room.signer
    still = reserved_area(last, "kepala_dinas")
    assert still is not None
    assert still.area == room.area
    assert reserved_area(last, "kepala_bidang") is None  # who is printed there did decide
    words = text(desk, document.model_copy(update={"revision": 3}))
    assert "DITOLAK" in words
    assert "Catatan: Anggaran tidak tersedia." in words


def test_a_note_of_the_greatest_length_is_on_paper(desk: Desk) -> None:
    """A thousand signs of a reason stand on the sheet of the letter, whose pages are all counted anew."""
    document = relocation_plan(desk)
    note = " ".join(f"Alasan {number} yang harus dibaca pembuatnya." for number in range(1, 30))[:1000].strip()
    decided = decide(desk, document, "kepala-bidang", "perbaiki", note)
    with desk.catalogue.read() as tx:
        revision = documents.get_revision(tx, document.id, decided.revision)
    pages = [" ".join(page.split()) for page in page_text(desk.store.get(revision.pdf.key))]
    assert len(pages) == revision.pdf.pages
    assert note in pages[-1]
    assert f"Lembar Pengesahan, hal. {len(pages)}" in " ".join(pages[:-1])
    for number, page in enumerate(pages, start=1):
        assert f"Halaman {number} dari {len(pages)}" in page
        assert document.number in page


def test_earlier_revisions_stay_as_they_were(desk: Desk) -> None:
    """Each revision keeps its own PDF, the Word file is not written again, and each has its record."""
    document = relocation_plan(desk)
    decide(desk, document, "kepala-bidang", "setuju")
    with desk.catalogue.read() as tx:
        first, second = documents.list_revisions(tx, document.id)
    assert first.pdf.key != second.pdf.key
    assert first.docx == second.docx
    assert "DISETUJUI" not in " ".join(page_text(desk.store.get(first.pdf.key)))
    kept = list(desk.store.keys())
    assert sum(key.endswith("record.json") for key in kept) == 2


@pytest.mark.parametrize(
    ("official", "officials_allowed", "error", "message"),
    [
        ("kepala-seksi", ALL, Forbidden, "Kepala Bidang"),
        ("kepala-dinas", ALL, Forbidden, "Ahmad Fauzi"),  # his turn comes after the Kabid's
        ("kepala-bidang", (), Forbidden, "halaman Pengguna"),
        ("kepala-bidang", ("kepala-dinas",), Forbidden, "atas nama Ahmad Fauzi"),
        ("nobody", ALL, InvalidSubmission, "belum benar"),
    ],
)
def test_only_the_official_whose_turn_it_is_decides(
    desk: Desk, official: str, officials_allowed: Iterable[str], error: type[DocgenError], message: str
) -> None:
    """A wrong role, a wrong order, an account without the official: refused with the reason, and nothing is kept."""
    document = relocation_plan(desk)
    with pytest.raises(error, match=message):
        decide(desk, document, official, "setuju", officials_allowed=officials_allowed)
    with desk.catalogue.read() as tx:
        assert documents.endorsements_of(tx, [document.id]) == {}
        assert documents.get_document(tx, document.id).revision == 1


def test_an_acting_official_decides_while_he_acts(desk: Desk) -> None:
    """The Plh. Kepala Dinas of 7 to 18 December decides on the 8th, and not in November."""
    document = relocation_plan(desk)
    decide(desk, document, "kepala-bidang", "setuju")
    with pytest.raises(Forbidden, match="baru menjabat mulai 7 Desember 2026"):
        decide(november(desk), document, "plh-kepala-dinas", "setuju")
    december = dataclasses.replace(desk, now=lambda: dt.datetime(2026, 12, 8, 2, tzinfo=dt.UTC))
    done = decide(december, document, "plh-kepala-dinas", "setuju")
    words = text(desk, done)
    assert "Plh. Kepala Dinas" in words
    assert "8 Desember 2026 pukul 10.00 WITA" in words


@pytest.mark.parametrize(("official", "free"), [("plh-kepala-dinas", True), ("kepala-dinas", False)])
def test_no_stamp_stands_above_the_name_of_another(desk: Desk, official: str, free: bool) -> None:
    """The place above the printed Kepala Dinas takes his own stamp and stays empty when his Plh. decides."""
    document = relocation_plan(desk)
    decide(desk, document, "kepala-bidang", "setuju")
    december = dataclasses.replace(desk, now=lambda: dt.datetime(2026, 12, 8, 2, tzinfo=dt.UTC))
    done = decide(december, document, official, "setuju")
    with desk.catalogue.read() as tx:
        pdf = desk.store.get(documents.get_revision(tx, done.id, done.revision).pdf.key)
    assert (reserved_area(pdf, "kepala_dinas") is not None) == free


def november(desk: Desk) -> Desk:
    """The desk on 25 November 2026."""
    return dataclasses.replace(desk, now=lambda: dt.datetime(2026, 11, 25, 2, tzinfo=dt.UTC))


@pytest.mark.parametrize(("decision", "stamp"), [("perbaiki", "PERLU DIPERBAIKI"), ("tolak", "DITOLAK")])
def test_a_no_leads_back_and_the_next_plan_replaces_it(desk: Desk, decision: str, stamp: str) -> None:
    """Sent back: B1's turn again; the plan that is asked to replace it joins its dossier, the old one says so."""
    document = relocation_plan(desk)
    refused = decide(desk, document, "kepala-bidang", decision, "Lokasi tujuan belum siap.")
    assert stamp in text(desk, refused)
    assert states(desk, document.dossier)[:2] == ["returned", "pending"]
    with pytest.raises(Conflict, match="pengganti"):
        decide(desk, document, "kepala-bidang", "setuju")
    again = relocation_plan(desk, replaces=document.id)
    assert again.dossier == document.dossier
    assert states(desk, document.dossier)[:2] == ["done", "current"]
    with desk.catalogue.read() as tx:
        old = documents.get_document(tx, document.id)
    assert (old.status, old.replaced_by) == ("superseded", again.id)
    with desk.catalogue.read() as tx:
        assert audit.list_events(tx, subject=old.id, limit=1)[0].action == "document.superseded"
    assert again.number in old.status_reason
    assert "DIGANTI" in text(desk, old)
    assert f"Diganti naskah nomor {again.number}" in text(desk, old)
    with pytest.raises(Conflict, match="diganti"):
        decide(desk, document, "kepala-bidang", "setuju")


def test_a_report_is_received(desk: Desk) -> None:
    """C3: the Kasi receives the report of C2 and the stamp says DITERIMA; setuju is no decision of that step."""
    handover = issue_example(desk, "berita_acara_serah_terima", "penggunaan", 1)
    report = issue_example(desk, "laporan_instalasi", "penggunaan", 2)
    assert report.dossier == handover.dossier
    with pytest.raises(InvalidSubmission) as caught:
        decide(desk, report, "kepala-seksi", "setuju")
    assert "terima" in caught.value.errors[0].message
    done = decide(desk, report, "kepala-seksi", "terima")
    assert "DITERIMA" in text(desk, done)
    assert states(desk, report.dossier) == ["done", "done", "done"]
    assert close(desk, report.dossier, "sari").dossier.close_reason == ""


def test_a_check_that_makes_a_document_only_says_no(desk: Desk) -> None:
    """E2: the Kasi sends the identification of E1 back; a yes is the telaahan he makes."""
    document = issue_example(desk, "identifikasi_penghapusan", "penghapusan", 1)
    with pytest.raises(InvalidSubmission):
        decide(desk, document, "kepala-seksi", "setuju")
    decide(desk, document, "kepala-seksi", "perbaiki")
    assert states(desk, document.dossier)[0] == "returned"
    again = issue_example(desk, "identifikasi_penghapusan", "penghapusan", 1, replaces=document.id)
    issue_example(desk, "telaahan", "penghapusan", 2)
    with pytest.raises(Conflict):
        decide(desk, again, "kepala-seksi", "perbaiki")


def test_what_is_decided_void_or_not_asked_for_is_a_conflict(desk: Desk) -> None:
    """All decisions made, a void document, a kind of step nobody decides on, a closed dossier: 409 with the reason."""
    document = relocation_plan(desk)
    for official in ("kepala-bidang", "kepala-dinas"):
        decide(desk, document, official, "setuju")
    with pytest.raises(Conflict, match="sudah diputus"):
        decide(desk, document, "kepala-dinas", "setuju")
    void(desk, document.id, "Salah lokasi.", "sari")
    with pytest.raises(Conflict, match="dibatalkan"):
        decide(desk, document, "kepala-dinas", "setuju")
    telaahan = issue_example(desk, "telaahan", "pemeliharaan", 1)
    with pytest.raises(Conflict, match="menurut SOP"):
        decide(desk, telaahan, "kepala-bidang", "setuju")
    other = relocation_plan(desk)
    close(desk, other.dossier, "sari", "Dihentikan.")
    with pytest.raises(Conflict, match="ditutup"):
        decide(desk, other, "kepala-bidang", "setuju")
    reopen(desk, other.dossier, "sari")
    decide(desk, other, "kepala-bidang", "setuju")


def test_a_voided_document_bears_the_word_on_its_pages(desk: Desk) -> None:
    """BATAL on the new revision, the stamps still there; the earlier revisions without it."""
    document = relocation_plan(desk)
    decide(desk, document, "kepala-bidang", "setuju")
    gone = void(desk, document.id, "Salah lokasi.", "sari")
    assert gone.revision == 3
    words = text(desk, gone)
    assert "BATAL" in words
    assert "Dibatalkan" in words
    assert "WITA: Salah lokasi." in words
    assert "DISETUJUI" in words
    with desk.catalogue.read() as tx:
        changes = [one.change for one in documents.list_revisions(tx, document.id)]
    assert changes == ["issued", "endorsed", "voided"]


class Failing:
    """A store that refuses its n-th write and all after it, and keeps what came before."""

    def __init__(self, store: ObjectStore, allowed: int) -> None:
        self._store = store
        self._left = allowed

    def put(self, *args: Any, **options: Any) -> Any:
        if self._left == 0:
            raise StoreUnavailable("Arsip tidak terjangkau.")
        self._left -= 1
        return self._store.put(*args, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.parametrize("allowed", [0, 1])
@pytest.mark.parametrize("what", ["endorse", "void"])
def test_what_was_decided_is_finished_when_the_store_returns(desk: Desk, allowed: int, what: str) -> None:
    """Cut off before the PDF or before the record: the decision stands with its moment, and recovery archives it."""
    document = relocation_plan(desk)
    cut = dataclasses.replace(desk, store=Failing(desk.store, allowed))
    with pytest.raises(DocumentPending, match="sudah tercatat"):
        _change(cut, document, what)
    with pytest.raises(
        (Conflict, RecordConflict), match="sedang dikerjakan" if what == "endorse" else "sudah dibatalkan"
    ):
        decide(desk, document, "kepala-bidang", "setuju")
    later = dataclasses.replace(desk, now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5))
    assert recover(later) == 1
    with desk.catalogue.read() as tx:
        done = documents.get_document(tx, document.id)
        decisions = documents.endorsements_of(tx, [document.id]).get(document.id, [])
    assert done.revision == 2
    assert done.status == ("issued" if what == "endorse" else "void")
    assert len(decisions) == (what == "endorse")
    assert all(one.at < later.now() - dt.timedelta(minutes=4) for one in decisions)


def test_two_at_once_decide_once(desk: Desk) -> None:
    """Eight calls at the same time: one decision is kept, seven are told so."""
    document = relocation_plan(desk)

    def attempt(_: int) -> str:
        try:
            decide(desk, document, "kepala-bidang", "setuju")
        except (Conflict, RecordConflict, Forbidden):
            return "refused"
        return "done"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert sorted(answers) == ["done", *["refused"] * 7]
    with desk.catalogue.read() as tx:
        assert len(documents.endorsements_of(tx, [document.id])[document.id]) == 1


def test_closing_needs_everything_or_a_reason(desk: Desk) -> None:
    """With steps undone a reason is asked for, naming them; it is kept, and opening again undoes it."""
    document = relocation_plan(desk)
    with pytest.raises(InvalidSubmission) as caught:
        close(desk, document.dossier, "sari")
    assert "Langkah 2, 3, 4, 5, 6 belum selesai" in caught.value.errors[0].message
    closed = close(desk, document.dossier, "sari", " Dibatalkan pimpinan. ")
    assert closed.dossier.closed_by == "sari"
    assert closed.dossier.close_reason == "Dibatalkan pimpinan."
    assert states(desk, document.dossier)[1:] == ["missing"] * 5
    with pytest.raises(Conflict):
        close(desk, document.dossier, "sari", "x")
    assert reopen(desk, document.dossier, "sari").dossier.closed_at is None
    with pytest.raises(Conflict):
        reopen(desk, document.dossier, "sari")


def test_the_turn_names_who_may_decide(desk: Desk) -> None:
    """The step, its decisions, and the officials of the role who hold it today."""
    document = relocation_plan(desk)
    with desk.catalogue.read() as tx:
        turn = turn_of(november(desk), tx, document)
        assert turn is not None
        assert (turn.step.number, turn.decisions) == (2, ("setuju", "perbaiki", "tolak"))
        assert [one.id for one in turn.officials] == ["kepala-bidang"]
        assert registers.get_official(tx, "kepala-bidang") in turn.officials


def _change(desk: Desk, document: Document, what: str) -> None:
    if what == "endorse":
        decide(desk, document, "kepala-bidang", "setuju")
    else:
        void(desk, document.id, "Salah.", "sari")
