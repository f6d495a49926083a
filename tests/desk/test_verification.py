"""Verification: what is told of a document by code, by number and by file, and what is never told."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.decisions.endorse import EndorsementRequest, endorse
from docgen.desk.decisions.void import void
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.preview import preview
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.public_facts import public_page
from docgen.desk.revisions.document_history import changes_after, level_of, signatures_of
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.revisions.stamps import copy_of
from docgen.desk.verification import verify, verify_file
from docgen.desk.verification_code import CODE_ALPHABET, CODE_LENGTH, normalise
from docgen.errors import FileTooLarge, NotFound, PdfError
from docgen.uploads import LARGEST_FILE
from storage.catalogue import documents, registers
from storage.errors import ObjectExists, StoreUnavailable
from storage.records import Attachment, Change, Document, Endorsement, Revision, StoredFile
from tests.support.files.pdfs import BROKEN, locked, pdf

pytestmark = pytest.mark.office

MOMENT = dt.datetime(2026, 11, 24, 1, 12, tzinfo=dt.UTC)
ZONE = "Asia/Makassar"
CODE = "7K2M9QXW4TRB0HVD"


def plan(desk: Desk, **more: Any) -> Document:
    """A relocation plan, issued."""
    body = {
        **{"kind": "rencana_pemindahtempatan", "procedure": "pemindahtempatan", "step": 1},
        **{"assets": ["6310190000101"], "data": desk.kinds["rencana_pemindahtempatan"].example},
    }
    return issue(desk, DocumentRequest.model_validate(body | more), "sari")


def decide(desk: Desk, document: Document, official: str, decision: str) -> Document:
    """An official decides, with a note."""
    asked = {"official": official, "decision": decision, "note": "Hanya untuk kantor."}
    return endorse(desk, document.id, EndorsementRequest.model_validate(asked), "sari", ["*"])


def archived(desk: Desk, document: Document, number: int) -> bytes:
    """The PDF of a revision."""
    with desk.catalogue.read() as tx:
        return desk.store.get(documents.get_revision(tx, document.id, number).pdf.key)


def set_office(desk: Desk, **values: str) -> None:
    """Change settings of the office."""
    with desk.catalogue.write() as tx:
        registers.put_office(tx, registers.get_office(tx).model_copy(update=values))


def flipped(data: bytes, at: int) -> bytes:
    """The file with one bit of one byte the other way."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_the_archived_file_is_genuine(desk: Desk) -> None:
    """By code, by code and number as typed, and by its bytes with and without the code: genuine, with its facts."""
    document = plan(desk)
    data = archived(desk, document, 1)
    typed = "-".join(document.code[start : start + 4].lower() for start in range(0, 16, 4))
    answers = [
        verify(desk, typed),
        verify(desk, document.code, number=f" {document.number.lower()} "),
        verify(desk, document.code, data=data),
        verify_file(desk, data),
    ]
    assert [one.verdict for one in answers] == ["genuine"] * 4
    assert [one.uploaded for one in answers] == [False, False, True, True]
    facts = answers[0].facts
    assert facts is not None
    assert (facts.number, facts.title, facts.pages) == (document.number, document.title, 0)
    assert answers[0].level == "registered"


def test_one_byte_makes_it_changed(desk: Desk) -> None:
    """Whichever byte it is, the file is no longer the archive's; while its code can be read, it is found by that."""
    document = plan(desk)
    data = archived(desk, document, 1)
    step = len(data) // 7
    for at in range(20, len(data), step):
        assert verify(desk, document.code, data=flipped(data, at)).verdict == "changed"
    changed = verify_file(desk, data + b"\n")
    assert (changed.verdict, changed.code) == ("changed", document.code)
    assert changed.facts is not None


def test_a_copy_to_give_away_is_not_the_original(desk: Desk) -> None:
    """A PDF with SALINAN across it is found by the code printed in it, and is not what is archived."""
    document = plan(desk)
    with desk.catalogue.read() as tx:
        revision = documents.get_revision(tx, document.id, 1)
    answer = verify_file(desk, copy_of(desk, revision))
    assert (answer.verdict, answer.code) == ("changed", document.code)


def test_an_earlier_revision_tells_what_was_done_since(desk: Desk) -> None:
    """Approved after the file was handed out: newer, with who approved and when; the current file is genuine."""
    document = plan(desk)
    first = archived(desk, document, 1)
    at = dataclasses.replace(desk, now=lambda: MOMENT)
    decide(at, document, "kepala-bidang", "setuju")
    answer = verify_file(desk, first)
    assert answer.verdict == "newer"
    [change] = answer.changes
    assert change.startswith("disetujui Kepala Bidang Infrastruktur")
    assert change.endswith(" pada 24 November 2026 pukul 09.12 WITA")
    current = verify(desk, document.code, data=archived(desk, document, 2))
    assert (current.verdict, current.changes, current.level) == ("genuine", (), "internal")
    [decision] = current.decisions
    assert (decision.word, decision.at) == ("Disetujui", "24 November 2026 pukul 09.12 WITA")
    assert decision.name.startswith("Ahmad Fauzi")
    assert "Hanya untuk kantor" not in repr(current)


def test_a_document_sent_back_is_not_approved(desk: Desk) -> None:
    """One yes and one no are both listed; together they are no approval."""
    document = plan(desk)
    decide(desk, document, "kepala-bidang", "setuju")
    decide(desk, document, "kepala-dinas", "tolak")
    answer = verify(desk, document.code)
    assert answer.level == "registered"
    assert [one.word for one in answer.decisions] == ["Disetujui", "Ditolak"]


def test_void_is_void_for_every_file(desk: Desk) -> None:
    """By code, with the current file and with the one of before; a strange file is still called changed."""
    document = plan(desk)
    first = archived(desk, document, 1)
    void(desk, document.id, "Salah alamat.", "sari")
    asked = (None, first, archived(desk, document, 2), first + b"\n")
    answers = [verify(desk, document.code, data=data) for data in asked]
    assert [one.verdict for one in answers] == ["void", "void", "void", "changed"]
    assert all(one.facts is not None and one.facts.status == "void" for one in answers)
    assert "dibatalkan pada" in answers[1].changes[0]
    assert "Salah alamat" not in repr(answers)


def test_void_counts_once_it_is_decided(desk: Desk) -> None:
    """While the archive is away and the BATAL copy waits, nobody is told that the document is in force."""
    document = plan(desk)

    class Away:
        """A store that takes nothing."""

        def __getattr__(self, name: str) -> Any:
            if name == "put":
                raise StoreUnavailable("Arsip tidak dapat dihubungi.")
            return getattr(desk.store, name)

    with pytest.raises(DocumentPending):
        void(dataclasses.replace(desk, store=Away()), document.id, "Salah.", "sari")
    assert verify(desk, document.code).verdict == "void"


def test_a_superseded_document_names_its_successor(desk: Desk) -> None:
    """Sent back and made anew: the old code leads to the new number, date and code."""
    document = plan(desk)
    decide(desk, document, "kepala-bidang", "perbaiki")
    again = plan(desk, replaces=document.id)
    answer = verify(desk, document.code, data=archived(desk, document, 2))
    assert answer.verdict == "superseded"
    assert answer.successor is not None
    assert (answer.successor.number, answer.successor.code) == (again.number, again.code)
    assert verify(desk, answer.successor.code).verdict == "genuine"


def test_number_and_code_must_belong_together(desk: Desk) -> None:
    """A wrong number gets the same answer whether the code exists or not."""
    document, other = plan(desk), plan(desk, dossier=None)
    wrong = verify(desk, document.code, number=other.number)
    absent = verify(desk, CODE, number=other.number)
    assert wrong == dataclasses.replace(absent, code=document.code)
    assert wrong.verdict == "mismatch"
    assert (wrong.facts, wrong.hint) == (None, "")


def test_another_documents_file_is_called_so(desk: Desk) -> None:
    """A genuine file shown for the wrong code: not this document's, and the reader hears why."""
    document, other = plan(desk), plan(desk)
    answer = verify(desk, document.code, data=archived(desk, other, 1))
    assert answer.verdict == "changed"
    assert "naskah lain yang terdaftar" in answer.hint


def test_files_without_a_registered_code(desk: Desk) -> None:
    """A strange PDF is unlisted, one with a made-up code too; a preview says that it is one."""
    assert verify_file(desk, pdf("Surat biasa")).verdict == "unlisted"
    assert verify_file(desk, pdf(f"Kode {CODE[:4]}-{CODE[4:8]}-{CODE[8:12]}-{CODE[12:]}")).verdict == "unlisted"
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ["6310190000101"]}
    request = DocumentRequest.model_validate(body | {"data": desk.kinds["nota_dinas"].example})
    assert verify_file(desk, preview(desk, request).pdf).verdict == "preview"


@pytest.mark.parametrize("broken", sorted(BROKEN))
def test_files_that_cannot_be_read_are_told_so(desk: Desk, broken: str) -> None:
    """Not a PDF, cut short, damaged, locked: without a code each is refused in words."""
    with pytest.raises(PdfError, match=r"Ambil lagi|kata sandi"):
        verify_file(desk, BROKEN[broken])


def test_what_is_no_pdf_or_locked_for_a_known_code(desk: Desk) -> None:
    """Something that is no PDF is not compared; a locked PDF is none of the document's, and locked."""
    document = plan(desk)
    with pytest.raises(PdfError, match="bukan PDF"):
        verify(desk, document.code, data=BROKEN["no pdf"])
    answer = verify(desk, document.code, data=locked())
    assert answer.verdict == "changed"
    assert "kata sandi" in answer.hint


def test_a_file_may_be_30_mb(desk: Desk) -> None:
    """One byte more is refused before anything is read in it."""
    head = pdf("Surat")
    assert verify_file(desk, head + b"\n" * (LARGEST_FILE - len(head) - 6) + b"%%EOF\n").verdict == "unlisted"
    larger = head + b"\n" * (LARGEST_FILE - len(head) + 1)
    with pytest.raises(FileTooLarge, match="30 MB"):
        verify_file(desk, larger)
    with pytest.raises(FileTooLarge, match="30 MB"):
        verify(desk, CODE, data=larger)


def test_nothing_is_kept(desk: Desk) -> None:
    """After files were compared, archive and catalogue are as before."""
    document = plan(desk)
    before = sorted(desk.store.keys())
    verify_file(desk, archived(desk, document, 1) + b"\n")
    verify(desk, document.code, data=pdf("x"))
    assert sorted(desk.store.keys()) == before
    with desk.catalogue.read() as tx:
        assert len(documents.list_revisions(tx, document.id)) == 1


def test_a_restricted_letter_has_no_title_and_no_pages(desk: Desk) -> None:
    """Of a letter of class R the answer tells the state alone: neither number, title, kind nor anybody's name is in it,
    and no page is shown, whatever the office shows."""
    set_office(desk, security_code="R", verify_shows="pages")
    document = decide(desk, plan(desk), "kepala-bidang", "setuju")
    answer = verify(desk, document.code)
    assert answer.facts is not None
    assert (answer.verdict, answer.facts.number) == ("genuine", "")
    with desk.catalogue.read() as tx:
        people = [one.name for one in registers.list_officials(tx)]
    for word in (document.number, document.title, document.kind, *people):
        assert word not in repr(answer)
    assert answer.facts.pages == 0
    with pytest.raises(NotFound):
        public_page(desk, document.code, 1)


def test_pages_are_shown_where_the_office_says_so(desk: Desk) -> None:
    """An open letter's pages are those of its current PDF, and no further ones; by default there are none. Pages of a
    letter that was issued while the office hid them stay hidden."""
    earlier = plan(desk)
    with pytest.raises(NotFound):
        public_page(desk, earlier.code, 1)
    set_office(desk, verify_shows="pages")
    with pytest.raises(NotFound):
        public_page(desk, earlier.code, 1)
    document = plan(desk)
    current = decide(desk, document, "kepala-bidang", "setuju")
    answer = verify(desk, document.code)
    assert answer.facts is not None
    with desk.catalogue.read() as tx:
        revision = documents.get_revision(tx, document.id, current.revision)
    assert answer.facts.pages == revision.pdf.pages
    assert public_page(desk, document.code, 1) == revision.pdf
    for page in (0, answer.facts.pages + 1):
        with pytest.raises(NotFound):
            public_page(desk, document.code, page)


def test_a_number_given_up_is_void_without_facts_of_its_making(desk: Desk) -> None:
    """Void before anything was archived: void for any file, and neither title nor signer is known any more."""

    class Full:
        """A store in which everything is in the way."""

        def __getattr__(self, name: str) -> Any:
            if name in ("put", "info"):
                raise (ObjectExists if name == "put" else StoreUnavailable)("penuh")
            return getattr(desk.store, name)

    with pytest.raises(DocumentPending) as caught:
        plan(dataclasses.replace(desk, store=Full()))
    document = caught.value.document
    waiting = verify(desk, document.code)
    assert waiting.verdict == "reserved"
    later = dataclasses.replace(desk, now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5))
    void(later, document.id, "Tidak jadi.", "sari")
    for answer in (verify(desk, document.code), verify(desk, document.code, data=pdf("x"))):
        assert answer.verdict == "void"
        assert answer.facts is not None
        assert (answer.facts.title, answer.facts.signer) == ("", "")


def test_codes_cannot_be_guessed() -> None:
    """80 random bits; however a code is typed from paper, it is the same code."""
    assert len(CODE_ALPHABET) ** CODE_LENGTH == 2**80
    assert normalise("7k2m 9qxw-4trb ohvd") == CODE


def revision(number: int, change: Change, *attachments: Attachment, yes: bool | None = None) -> Revision:
    """A revision of a PDF of its own, with a decision where `yes` tells one."""
    file = StoredFile(key="k", sha256=f"{number:064}", size=1, content_type="application/pdf", pages=1)
    endorsement = None
    if yes is not None:
        endorsement = Endorsement(
            step=2, decision="setuju" if yes else "perbaiki", official="k", name="N", nip="", post="Kepala Seksi",
            actor="kepala_seksi", role="Kepala Seksi", at=MOMENT, by="sari",
        )  # fmt: skip
    return Revision(
        document="d", number=number, created_at=MOMENT, created_by="sari", reason="r", pdf=file, docx=file,
        change=change, endorsement=endorsement, attachments=list(attachments),
    )  # fmt: skip


def attachment(sort: Any, *reports: dict[str, Any]) -> Attachment:
    """A file from outside with reports of its signatures."""
    file = StoredFile(key="a", sha256="a" * 64, size=1, content_type="application/pdf")
    return Attachment(sort=sort, name="a.pdf", file=file, report={"signatures": list(reports)})


GOOD = {"signer": "Noor Aina", "signed_at": "2026-11-24T01:12:00+00:00", "intact": True, "trusted": True}


@pytest.mark.parametrize(
    ("reports", "level"),
    [
        ([GOOD], "certified"),
        ([GOOD, GOOD | {"covers_whole": True, "signed_at": None}], "certified"),
        ([], "registered"),
        ([GOOD | {"intact": False}], "registered"),
        ([GOOD, GOOD | {"trusted": False}], "registered"),
        ([GOOD | {"trusted": "yes"}], "registered"),
        ([GOOD | {"covers_whole": False}], "registered"),
        ([{}], "registered"),
    ],
)
def test_certified_only_when_every_signature_holds(reports: list[dict[str, Any]], level: str) -> None:
    """One signature that is broken, not trusted or not of the whole file takes the level away; a scan never has it."""
    made = [revision(1, "issued"), revision(2, "attached", attachment("signed", *reports))]
    assert level_of(made) == level
    assert len(signatures_of(made, ZONE)) == (len(reports) if level == "certified" else 0)
    assert level_of([revision(1, "issued"), revision(2, "attached", attachment("scan", *reports))]) == "registered"


def test_the_level_is_that_of_the_document_as_it_is() -> None:
    """A later decision is not covered by a foreign signature, and signed behind a seal; a scan changes nothing."""
    signed, scan = attachment("signed", GOOD), attachment("scan")
    issued = revision(1, "issued")
    assert level_of([issued, revision(2, "attached", signed), revision(3, "attached", scan)]) == "certified"
    assert level_of([issued, revision(2, "attached", signed), revision(3, "endorsed", yes=True)]) == "internal"
    assert level_of([issued, revision(2, "endorsed", yes=True), revision(3, "sealed")]) == "sealed"
    assert level_of([issued, revision(2, "sealed"), revision(3, "endorsed", yes=True)]) == "sealed"
    assert level_of([issued, revision(2, "sealed"), revision(3, "voided")]) == "sealed"
    assert level_of([issued, revision(2, "endorsed", yes=False)]) == "registered"
    assert level_of([]) == "registered"
    [one] = signatures_of([issued, revision(2, "attached", signed)], ZONE)
    assert (one.signer, one.at) == ("Noor Aina", "24 November 2026 pukul 09.12 WITA")


def test_changes_are_told_in_order() -> None:
    """Every sort of later revision has its phrase, with its moment on the office's clock."""
    made = [
        revision(1, "issued"),
        revision(2, "endorsed", yes=False),
        revision(3, "attached", attachment("signed"), attachment("scan")),
        revision(4, "sealed"),
        revision(5, "superseded"),
    ]
    phrases = changes_after(made, made[0], ZONE)
    assert all(one.endswith(" pada 24 November 2026 pukul 09.12 WITA") for one in phrases)
    assert [one.partition(" pada ")[0] for one in phrases] == [
        "perlu diperbaiki menurut Kepala Seksi",
        "dilengkapi salinan bertanda tangan elektronik dan dilengkapi pindaian cetakannya",
        "disegel secara elektronik oleh kantor",
        "diganti dengan naskah lain",
    ]
