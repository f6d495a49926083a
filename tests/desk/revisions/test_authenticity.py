"""What may stand in the place of a document's PDF, and what the verification page calls genuine: forgeries tried."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import HTTPTimeStamper
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText

from docgen.desk import Desk
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.seal import seal
from docgen.desk.revisions.journal import carry_out, promise
from docgen.desk.verification import verify, verify_file
from docgen.errors import Conflict, InvalidSubmission
from docgen.render.stamps.verification_band import stamp_band
from docgen.signer import Appearance, Seal, changes_beyond_signatures, load_seal
from storage.catalogue import documents
from storage.keys import upload_key
from storage.records import Attachment, Document, StoredFile, Task
from tests.servers.timestamp import timestamp_server
from tests.support.files.certificates import PASSWORD, Authority
from tests.support.files.pdfs import pdf
from tests.support.files.sealed import LINES, pdf_a, sealed_once, with_text_change
from tests.support.office.decisions import decide, issue_example, relocation_plan
from tests.support.office.sealing import current, scanned, with_seal

pytestmark = pytest.mark.office

AMOUNT = (180.0, 410.0, 420.0, 440.0)  # where the words of `pdf_a` stand


@pytest.fixture(scope="module")
def authority() -> Authority:
    """The authority that the office trusts."""
    return Authority("Balai Besar Sertifikasi Elektronik")


@pytest.fixture(scope="module")
def trusted(authority: Authority) -> Seal:
    """A signer of that authority."""
    return load_seal(authority.pkcs12(authority.office), PASSWORD)


@pytest.fixture(scope="module")
def own() -> Seal:
    """A signer whose certificate he made himself."""
    mine = Authority("Buatan Sendiri")
    return load_seal(mine.pkcs12(mine.office), PASSWORD)


@pytest.fixture
def office(desk: Desk, authority: Authority, tmp_path: Path) -> Desk:
    """An office that trusts the authority."""
    return with_seal(desk, authority, tmp_path)


def forged(document: Document) -> bytes:
    """A page of somebody else with the document's number, code and QR on it."""
    return stamp_band(
        pdf("NASKAH PALSU: anggaran Rp 9.999.999.999"),
        number=document.number,
        code=document.code,
        url=f"http://127.0.0.1:8000/verifikasi/{document.code}",
    ).data


def with_note(data: bytes) -> bytes:
    """The file with a note over its words, written behind it."""
    writer = PdfWriter(io.BytesIO(data), incremental=True)
    writer.add_annotation(0, FreeText(text="Rp 9.999.999.999", rect=AMOUNT))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_empty_field(data: bytes) -> bytes:
    """The file with a further signature field over its words that nobody has signed."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    append_signature_field(writer, SigFieldSpec("Kosong", box=AMOUNT))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def without_history(data: bytes, behind: bytes) -> bytes:
    """`behind`, moved so that it stands as a whole PDF of its own after the bytes of `data`."""
    reader = PdfReader(io.BytesIO(behind))
    writer = PdfWriter(clone_from=reader)
    out = io.BytesIO()
    writer.write(out)
    whole = out.getvalue()
    start = whole.rindex(b"startxref\n") + 10
    table = int(whole[start : whole.index(b"\n", start)])
    head, rows = whole[:table], whole[table:]
    moved = []
    for line in rows.split(b"\n"):
        entry = line.rstrip(b" ")
        if len(entry) == 18 and entry.endswith(b" n"):
            line = b"%010d" % (int(entry[:10]) + len(data)) + entry[10:] + b" "
        moved.append(line)
    end = b"\n".join(moved).replace(b"startxref\n%d" % table, b"startxref\n%d" % (table + len(data)))
    return data + head + end


def filed(desk: Desk, document: Document, data: bytes, name: str = "berkas.pdf") -> Attachment:
    """Attach a file; what became of it."""
    attach(desk, document.id, data, name, "sari")
    return current(desk, document)[0].attachments[-1]


def filed_before(desk: Desk, document: Document, data: bytes, matched: str) -> None:
    """A signed copy as earlier versions let it take the place of the PDF: known by `matched`, its signature intact."""
    sha256 = hashlib.sha256(data).hexdigest()
    desk.store.put(upload_key(f"{sha256}.pdf"), data, "application/pdf")
    file = StoredFile(key=upload_key(f"{sha256}.pdf"), sha256=sha256, size=len(data), content_type="application/pdf")
    signature = {"signer": "Saya", "intact": True, "trusted": False, "covers_whole": True}
    report = {"matched": matched, "signatures": [signature]}
    attachment = Attachment(sort="signed", name="palsu.pdf", file=file, report=report)
    task = Task(change="attached", at=desk.now(), by="sari", reason="Salinan", attachments=[attachment])
    with desk.catalogue.write() as tx:
        held = promise(desk, tx, document.id, task, *documents.get_contents(tx, document.id))
    carry_out(desk, held)


def approved(desk: Desk) -> Document:
    """A plan that both heads approved."""
    document = relocation_plan(desk)
    decide(desk, document, "kepala-bidang", "setuju")
    return decide(desk, document, "kepala-dinas", "setuju")


def test_forgeries_lie_beside_and_are_never_genuine(office: Desk, own: Seal) -> None:
    """A page with the document's code and a self-made signature, an older revision signed, a note under a signature,
    and pictures: each is kept byte for byte beside the PDF, which stays; none is called genuine, each is told as a
    copy with the decisions of its time."""
    document = approved(office)
    with office.catalogue.read() as tx:
        first = office.store.get(documents.get_revision(tx, document.id, 1).pdf.key)
    before, archived = current(office, document)
    hidden = sealed_once(archived, own, appearance=Appearance(0, (200.0, 500.0, 420.0, 560.0), LINES))
    attempts = {
        "kode": (sealed_once(forged(document), own), "belum dipercaya"),
        "revisi lama": (sealed_once(first, own), "dibuat dari revisi 1, sedangkan"),
        "catatan": (sealed_once(with_note(archived), own), "perubahan lain"),
        "isi": (sealed_once(with_text_change(archived), own), "perubahan lain"),
        "gambar": (hidden, "menutupi tulisan"),
        "ekor": (sealed_once(archived, own) + b"\nPK\x03\x04", "Sesudah tanda tangan"),
    }
    for name, (data, reason) in attempts.items():
        attachment = filed(office, document, data, name)
        assert (attachment.sort, attachment.report["takes_place"]) == ("copy", False), name
        assert reason in attachment.report["reason"], name
        assert office.store.get(attachment.file.key) == data
        for answer in (verify(office, document.code, data=data), verify_file(office, data)):
            assert (answer.verdict, answer.code, answer.uploaded) == ("copy", document.code, True), name
    picture = scanned(forged(document), "PNG")
    made_of_it = office.store.get(filed(office, document, picture, "palsu.png").file.key)
    assert verify_file(office, made_of_it).verdict == "copy"
    unsigned = with_note(archived)
    filed(office, document, unsigned, "catatan tanpa tanda tangan.pdf")
    assert verify_file(office, unsigned).verdict == "copy"
    revision, kept = current(office, document)
    assert (kept, revision.pdf) == (archived, before.pdf)
    answer = verify(office, document.code, data=archived)
    assert (answer.verdict, answer.level) == ("genuine", "internal")


def test_an_untrusted_signature_behind_the_archived_bytes(office: Desk, own: Seal) -> None:
    """It takes the place of the PDF; approvals are told as taken on the revisions before, the signature as unproven."""
    document = approved(office)
    _, archived = current(office, document)
    signed = sealed_once(archived, own, appearance=None)
    assert filed(office, document, signed).report["takes_place"] is True
    assert current(office, document)[1] == signed
    answer = verify_file(office, signed)
    assert (answer.verdict, answer.level, answer.unproven_signers) == ("genuine", "internal", ("Sekretariat Daerah",))
    assert [one.revision for one in answer.decisions] == [1, 2]
    assert answer.signed_after == 2
    with pytest.raises(Conflict, match="sudah dilampirkan"):
        attach(office, document.id, signed, "lagi.pdf", "sari")


def test_a_trusted_signature_over_another_page(office: Desk, trusted: Seal, own: Seal) -> None:
    """With this document's code it takes the place; with another's code, or both, it is refused by that one's number;
    with a further untrusted signature, or anything seen after it, it lies beside."""
    document, other = relocation_plan(office), issue_example(office, "nota_dinas", "pemeliharaan", 2)
    page = forged(document)
    beside = {
        "dua": sealed_once(sealed_once(page, trusted), own, "Segel2", appearance=None),
        "kolom": with_empty_field(sealed_once(page, trusted)),
        "ekor": sealed_once(page, trusted) + b"<html>",
    }
    for name, data in beside.items():
        assert filed(office, document, data, name).sort == "copy", name
    for data in (sealed_once(forged(other), trusted), sealed_once(current(office, other)[1], trusted)):
        with pytest.raises(InvalidSubmission) as caught:
            attach(office, document.id, data, "salah.pdf", "sari")
        assert f"adalah naskah nomor {other.number}" in caught.value.errors[0].message
    signed = sealed_once(page, trusted)
    assert filed(office, document, signed).sort == "signed"
    answer = verify_file(office, signed)
    assert (answer.verdict, answer.level) == ("genuine", "certified")


def test_a_timestamp_alone_signs_nothing(desk: Desk, authority: Authority, tmp_path: Path) -> None:
    """A forged page with a document timestamp of a trusted server is signed by nobody: it lies beside the PDF."""
    office = with_seal(desk, authority, tmp_path)
    document = relocation_plan(office)
    with timestamp_server(authority.clock) as url:
        stamper = PdfTimeStamper(HTTPTimeStamper(url))
        data = stamper.timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(forged(document))), "sha256").getvalue()
    attachment = filed(office, document, data)
    [report] = attachment.report["signatures"]
    assert (report["trusted"], report["timestamp"], attachment.sort) == (True, True, "copy")
    assert verify(office, document.code).level == "registered"


def test_the_archived_file_itself_is_no_attachment(office: Desk) -> None:
    """A sealed revision that comes back as it was issued is in the archive already."""
    document = seal(office, relocation_plan(office).id, "sari")
    with pytest.raises(Conflict, match="PDF revisi 2"):
        attach(office, document.id, current(office, document)[1], "sama.pdf", "sari")


@pytest.mark.parametrize("matched", ["kode", "qr", "isi"])
def test_forgeries_of_earlier_versions_lose_their_place(office: Desk, own: Seal, matched: str) -> None:
    """A forged file that became the PDF before is told as a copy, by code and by file, and so is what was decided or
    sealed on it since; the revision before it stays genuine, and a proper signature on that one takes the place."""
    document = relocation_plan(office)
    _, archived = current(office, document)
    base = with_note(archived) if matched == "isi" else forged(document)
    filed_before(office, document, sealed_once(base, own), matched)
    decide(office, document, "kepala-bidang", "setuju")
    _, served = current(office, document)
    answers = [verify(office, document.code), verify_file(office, served), verify_file(office, sealed_once(base, own))]
    assert [one.verdict for one in answers[:2]] == ["copy", "copy"]
    assert answers[0].level == "registered"
    assert [one.revision for one in answers[0].decisions] == [2]
    assert verify_file(office, archived).verdict == "newer"
    assert filed(office, document, sealed_once(archived, own, appearance=None), "asli.pdf").sort == "signed"
    assert verify(office, document.code).verdict == "genuine"


def test_a_proper_copy_of_earlier_versions_keeps_its_place(office: Desk, own: Seal) -> None:
    """Signed behind the archived bytes, without trust and without a judgement in its report: still genuine."""
    document = relocation_plan(office)
    signed = sealed_once(current(office, document)[1], own, appearance=None)
    filed_before(office, document, signed, "isi")
    assert verify_file(office, signed).verdict == "genuine"


def test_decisions_are_those_of_the_file(office: Desk) -> None:
    """The first revision shows no decision and what came after; the second one decision, on revision 1."""
    document = approved(office)
    with office.catalogue.read() as tx:
        files = [office.store.get(one.pdf.key) for one in documents.list_revisions(tx, document.id)]
    answers = [verify_file(office, data) for data in files]
    assert [len(one.decisions) for one in answers] == [0, 1, 2]
    assert [len(one.changes) for one in answers] == [2, 1, 0]
    assert [one.verdict for one in answers] == ["newer", "newer", "genuine"]
    assert [one.level for one in answers] == ["registered", "internal", "internal"]
    assert answers[1].decisions[0].revision == 1


@pytest.mark.parametrize(("decision", "verdict"), [("tolak", "rejected"), ("perbaiki", "returned")])
def test_a_refused_document_is_never_genuine(office: Desk, decision: str, verdict: str) -> None:
    """By code, by the file of before and by the file with the stamp; awaited decisions are told while there are any."""
    document = relocation_plan(office)
    first = current(office, document)[1]
    assert verify(office, document.code).waits_for.startswith("Kepala Bidang")
    decide(office, document, "kepala-bidang", decision)
    for data in (None, first, current(office, document)[1]):
        answer = verify(office, document.code, data=data)
        assert (answer.verdict, answer.waits_for) == (verdict, "")
        assert answer.facts is not None
        assert answer.facts.refusing_decision == decision


def test_a_copy_attached_elsewhere_does_not_hide_the_original(office: Desk, own: Seal) -> None:
    """A file of one document that lies beside another one, too, is found as what it is."""
    one, other = relocation_plan(office), relocation_plan(office)
    _, archived = current(office, one)
    file = StoredFile(key="x", sha256=hashlib.sha256(archived).hexdigest(), size=1, content_type="application/pdf")
    task = Task(
        change="attached",
        at=office.now(),
        by="sari",
        reason="Salinan",
        attachments=[
            Attachment(sort="scan", name="x.pdf", file=file.model_copy(update={"key": current(office, one)[0].pdf.key}))
        ],
    )
    with office.catalogue.write() as tx:
        held = promise(office, tx, other.id, task, *documents.get_contents(tx, other.id))
    carry_out(office, held)
    answer = verify_file(office, archived)
    assert (answer.verdict, answer.code) == ("genuine", one.code)


BASE = pdf_a("Rp 1.000.000")
CHANGES: dict[str, tuple[Callable[[Seal], bytes], bool]] = {
    "tak tampak": (lambda seal: sealed_once(BASE, seal, appearance=None), True),
    "di tempat kosong": (lambda seal: sealed_once(BASE, seal), True),
    "dua": (lambda seal: sealed_once(sealed_once(BASE, seal), seal, "Segel2", appearance=None), True),
    "menutupi": (lambda seal: sealed_once(BASE, seal, appearance=Appearance(0, AMOUNT, LINES)), False),
    "setengah halaman": (
        lambda seal: sealed_once(BASE, seal, appearance=Appearance(0, (50, 450, 550, 800), LINES)),
        False,
    ),
    "isi lain": (lambda seal: sealed_once(with_text_change(BASE), seal), False),
    "catatan": (lambda seal: sealed_once(with_note(BASE), seal), False),
    "catatan sesudahnya": (lambda seal: with_note(sealed_once(BASE, seal)), False),
    "kolom kosong": (lambda seal: with_empty_field(sealed_once(BASE, seal)), False),
    "PDF lain di belakang": (lambda seal: without_history(BASE, pdf_a("Rp 9.000.000")), False),
}


@pytest.mark.parametrize("name", CHANGES)
def test_increments_are_judged(own: Seal, name: str) -> None:
    """Signatures behind the bytes, seen on empty paper or not at all, change nothing; all else is more than that."""
    make, harmless = CHANGES[name]
    data = make(own)
    assert data.startswith(BASE)
    assert (changes_beyond_signatures(data, len(BASE)) == "") is harmless


def test_a_signature_may_cover_the_printed_name(own: Seal) -> None:
    """The picture of a signature over the name of who signs is usual; over anything else it hides something."""
    base = pdf_a("Drs. Ahmad Fauzi, M.Si.")
    signed = sealed_once(base, own, appearance=Appearance(0, (190.0, 410.0, 400.0, 440.0), LINES))
    assert changes_beyond_signatures(signed, len(base), ["Drs. Ahmad Fauzi, M.Si."]) == ""
    assert changes_beyond_signatures(signed, len(base), ["Rahmad Hidayat"]) != ""
