"""Issuing a document: numbered once, archived whole, finished after any interruption with the number it had."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.decisions.void import void
from docgen.desk.issuing.issue import IdempotencyKey, issue
from docgen.desk.issuing.preview import preview
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.service.document_recovery import recover
from docgen.errors import Conflict, ConverterUnavailable, InvalidSubmission
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import documents, journal, numbers, registers
from storage.catalogue.search import Filter, search_documents
from storage.errors import ObjectExists, ObjectMissing, RecordConflict, RecordMissing, StoreUnavailable
from storage.objects import ObjectInfo
from storage.records import Asset, Document, RegisterEntry

pytestmark = pytest.mark.office

KINDS = {"nota_dinas": ("pemeliharaan", 2), "berita_acara_serah_terima": ("penggunaan", 1)}


class Away:
    """A store or converter that is away, counting how often it was asked."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        def refuse(*args: object, **more: object) -> None:
            self.asked += 1
            raise self.error

        return refuse


def request(desk: Desk, kind: str = "nota_dinas", **changes: Any) -> DocumentRequest:
    """The kind's own example for the first demo asset."""
    procedure, step = KINDS[kind]
    with desk.catalogue.read() as tx:
        [asset] = registers.search_assets(tx, limit=1)
    values = {
        "kind": kind,
        "procedure": procedure,
        "step": step,
        "assets": [asset.nibar],
        "data": desk.kinds[kind].example,
    }
    return DocumentRequest.model_validate(values | changes)


def register(desk: Desk) -> list[RegisterEntry]:
    """This year's register."""
    with desk.catalogue.read() as tx:
        unit = registers.get_office(tx).unit_code
        return numbers.list_entries(tx, unit, desk.today().year)


def archived_text(desk: Desk, document: Document) -> str:
    """All text of the archived PDF."""
    with desk.catalogue.read() as tx:
        key = documents.get_revision(tx, document.id, document.revision).pdf.key
    return "\n".join(page_text(desk.store.get(key)))


@pytest.mark.parametrize("kind", KINDS)
def test_an_issued_document_is_archived_whole(desk: Desk, kind: str) -> None:
    """PDF, Word file and record.json lie under the design's key; the PDF holds number, signer and asset."""
    document = issue(desk, request(desk, kind), "sari")
    procedure, step = KINDS[kind]
    assert document.status == "issued"
    keys = list(desk.store.keys())
    folder = keys[0].rpartition("/")[0]
    assert folder.endswith(f"/{procedure}/{step:02}/{document.id}/001")
    assert sorted(key.rpartition("/")[2] for key in keys) == sorted([f"{kind}.docx", f"{kind}.pdf", "record.json"])
    text = archived_text(desk, document)
    with desk.catalogue.read() as tx:
        signer = registers.get_official(tx, document.signer)
        asset = registers.get_asset(tx, document.assets[0])
    for expected in (document.number, signer.name, asset.name.split()[0]):
        assert expected in text
    record = json.loads(desk.store.get(f"{folder}/record.json"))
    assert record["document"]["number"] == document.number
    assert record["document"]["status"] == "issued"
    assert record["submission"]["kind"] == kind
    assert [entry.status for entry in register(desk)] == ["issued"]


def test_a_refused_submission_uses_no_number(desk: Desk) -> None:
    """Every error is told at its field, nothing is kept, and the next document gets number 1."""
    wrong = request(desk, kind="nota_dinas", step=99, assets=["TIDAK-ADA"], signer="siapa", data={"hl": "x"})
    with pytest.raises(InvalidSubmission) as caught:
        issue(desk, wrong, "sari")
    assert {"step", "assets[0]", "signer", "data.hl", "data.hal"} <= {error.field for error in caught.value.errors}
    assert register(desk) == []
    assert list(desk.store.keys()) == []
    assert issue(desk, request(desk), "sari").sequence == 1


@pytest.mark.parametrize(
    ("field", "value", "names"),
    [("kind", "nota_dina", "nota_dinas"), ("procedure", "pemeliharan", "pemeliharaan"), ("step", 7, "7")],
)
def test_an_unknown_kind_procedure_or_step_is_named(desk: Desk, field: str, value: object, names: str) -> None:
    """What does not exist is named, with the nearest that does."""
    with pytest.raises(InvalidSubmission) as caught:
        issue(desk, request(desk).model_copy(update={field: value}), "sari")
    [message] = [error.message for error in caught.value.errors if error.field == field]
    assert names in message


@pytest.mark.parametrize("part", ["converter", "store"])
def test_what_is_away_keeps_number_and_data_until_it_returns(desk: Desk, part: str) -> None:
    """With LibreOffice or the store away the number is reserved and the data kept; recovery finishes the same."""
    error = ConverterUnavailable("LibreOffice tidak ada.") if part == "converter" else StoreUnavailable("Arsip mati.")
    broken = dataclasses.replace(desk, **{part: Away(error)})
    with pytest.raises(DocumentPending, match="sudah dipesan") as caught:
        issue(broken, request(desk), "sari")
    reserved = caught.value.document
    assert [entry.status for entry in register(desk)] == ["reserved"]
    with desk.catalogue.read() as tx:
        pending = journal.get_pending(tx, reserved.id)
        assert pending is not None
        assert str(error) in pending.error
        assert documents.get_contents(tx, reserved.id)[0].data["hal"] == request(desk).data["hal"]
    assert recover(at_later(desk)) == 1
    with desk.catalogue.read() as tx:
        finished = documents.get_document(tx, reserved.id)
    assert (finished.status, finished.number) == ("issued", reserved.number)
    assert [entry.status for entry in register(desk)] == ["issued"]
    assert reserved.number in archived_text(desk, finished)


def at_later(desk: Desk) -> Desk:
    """The same desk some minutes later, when leases have run out."""
    return dataclasses.replace(desk, now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5))


class Interrupting:
    """A store that dies after so many writes, as a killed process would; what was written stays."""

    def __init__(self, store: Any, writes: int) -> None:
        self.store = store
        self.left = writes

    def put(self, key: str, data: bytes, content_type: str) -> ObjectInfo:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        info: ObjectInfo = self.store.put(key, data, content_type)
        return info

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@pytest.mark.parametrize("writes", [0, 1, 2, 3, 4])
def test_killed_between_any_two_writes_the_same_document_is_finished(desk: Desk, writes: int) -> None:
    """Whatever was written before the kill is kept; the next start adds the rest, with one number and one revision."""
    with desk.catalogue.read() as tx:
        two = [asset.nibar for asset in registers.search_assets(tx, limit=2)]
    killed = dataclasses.replace(desk, store=Interrupting(desk.store, writes))
    if writes < 4:  # docx, pdf, link.json of the second asset, record.json
        with pytest.raises(KeyboardInterrupt):
            issue(killed, request(desk, assets=two), "sari")
    else:
        issue(killed, request(desk, assets=two), "sari")
    before = {key: desk.store.info(key).sha256 for key in list(desk.store.keys())}
    recover(at_later(desk))
    [entry] = register(desk)
    assert (entry.sequence, entry.status) == (1, "issued")
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, entry.document)
        [revision] = documents.list_revisions(tx, entry.document)
    after = {key: desk.store.info(key).sha256 for key in list(desk.store.keys())}
    assert len(after) == 4
    assert before.items() <= after.items()
    assert after[revision.pdf.key] == revision.pdf.sha256
    assert after[revision.docx.key] == revision.docx.sha256
    assert recover(at_later(desk)) == 0
    assert document.revision == 1


def test_the_same_idempotency_key_makes_one_document(desk: Desk) -> None:
    """Eight callers with one key get one document and one number; the key for something else is a conflict."""
    key = IdempotencyKey("register-aset", "k-1", "a" * 64)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: issue(desk, request(desk), "sari", key), range(8)))
    assert len({document.id for document in made}) == 1
    assert [entry.sequence for entry in register(desk)] == [1]
    with pytest.raises(RecordConflict):
        issue(desk, request(desk), "sari", IdempotencyKey("register-aset", "k-1", "b" * 64))


def test_clerks_at_once_get_different_numbers_without_a_gap(desk: Desk) -> None:
    """Twelve documents issued by four clerks at once are numbered 1 to 12, all archived."""
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: issue(desk, request(desk), "sari"), range(12)))
    assert sorted(document.sequence for document in made) == list(range(1, 13))
    assert {document.status for document in made} == {"issued"}


def test_a_preview_keeps_nothing(desk: Desk) -> None:
    """A preview shows the expected number, and leaves register and archive as they were."""
    shown = preview(desk, request(desk))
    assert "/1/" in page_text(shown.pdf)[0]
    assert register(desk) == []
    assert list(desk.store.keys()) == []


def test_a_void_document_stays_and_says_so(desk: Desk) -> None:
    """Voiding takes a reason, keeps every file, adds one with BATAL, and shows in register; twice is a conflict."""
    document = issue(desk, request(desk), "sari")
    before = set(desk.store.keys())
    with pytest.raises(InvalidSubmission):
        void(desk, document.id, "  ", "sari")
    voided = void(desk, document.id, "Salah aset", "sari")
    assert (voided.status, voided.status_reason, voided.revision) == ("void", "Salah aset", 2)
    pdf, record = sorted(set(desk.store.keys()) - before)
    assert "BATAL" in page_text(desk.store.get(pdf))[0]
    assert record.endswith("/002/record.json")
    assert json.loads(desk.store.get(record))["document"]["status"] == "void"
    assert [(entry.status, entry.reason) for entry in register(desk)] == [("void", "Salah aset")]
    with pytest.raises(Conflict, match="Salah aset"):
        void(desk, document.id, "lagi", "sari")


def test_a_document_that_cannot_be_finished_stops_no_other(desk: Desk) -> None:
    """A document whose kind asks for other fields now keeps its reason in the journal; the next is finished.

    It is tried again when the service starts with the right kind.
    """
    broken = dataclasses.replace(desk, store=Away(StoreUnavailable("Arsip mati.")))
    reserved = []
    for kind in KINDS:
        with pytest.raises(DocumentPending) as caught:
            issue(broken, request(desk, kind), "sari")
        reserved.append(caught.value.document)
    stricter = dataclasses.replace(desk.kinds["nota_dinas"], sheet=desk.kinds["berita_acara_serah_terima"].sheet)
    assert recover(dataclasses.replace(at_later(desk), kinds={**desk.kinds, "nota_dinas": stricter})) == 1
    with desk.catalogue.read() as tx:
        pending = journal.get_pending(tx, reserved[0].id)
        assert pending is not None
        assert "berubah sejak isian dikirim" in pending.error
        assert documents.get_document(tx, reserved[1].id).status == "issued"
    much_later = dataclasses.replace(desk, now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10))
    assert recover(much_later) == 0
    assert recover(much_later, given_up=True) == 1


def test_a_void_needs_nothing_from_the_archive_and_agrees_with_it(desk: Desk) -> None:
    """With its first revision lost the void document keeps its contents; killed between, it is finished as promised."""
    document = issue(desk, request(desk), "sari")
    killed = dataclasses.replace(desk, catalogue=DyingAtCommit(desk.catalogue, writes=1))
    with pytest.raises(KeyboardInterrupt):
        void(killed, document.id, "Salah aset", "sari")
    with pytest.raises(Conflict, match="Salah aset"):
        void(desk, document.id, "Alasan lain", "budi")
    assert recover(dataclasses.replace(at_later(desk), store=Forgetful(desk.store, "/001/"))) == 1
    with desk.catalogue.read() as tx:
        voided = documents.get_document(tx, document.id)
    assert (voided.status, voided.status_reason) == ("void", "Salah aset")
    assert [entry.reason for entry in register(desk)] == ["Salah aset"]
    with desk.catalogue.read() as tx:
        submission, snapshot = documents.get_contents(tx, document.id)
        assert documents.get_revision(tx, document.id, 2).created_by == "sari"
    assert submission.data["hal"] == request(desk).data["hal"]
    assert snapshot["office"]["name"]


class Forgetful:
    """A store that has lost every object whose key holds `part`, as one does whose disk is not mounted."""

    def __init__(self, store: Any, part: str) -> None:
        self.store = store
        self.part = part

    def get(self, key: str) -> bytes:
        if self.part in key:
            raise ObjectMissing(key)
        data: bytes = self.store.get(key)
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


class DyingAtCommit:
    """A catalogue whose process is killed as it begins to write, after so many writes."""

    def __init__(self, catalogue: Any, writes: int) -> None:
        self.read = catalogue.read
        self._catalogue = catalogue
        self._left = writes

    def write(self) -> Any:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return self._catalogue.write()


def test_documents_of_one_run_share_a_dossier(desk: Desk) -> None:
    """The first document opens a dossier; the same kind and step again opens another; other assets have their own."""
    with desk.catalogue.read() as tx:
        one, two = (asset.nibar for asset in registers.search_assets(tx, limit=2))
    first = issue(desk, request(desk, assets=[one]), "sari")
    other_step = issue(desk, request(desk, assets=[one], step=4), "sari")
    again = issue(desk, request(desk, assets=[one]), "sari")
    elsewhere = issue(desk, request(desk, assets=[two]), "sari")
    assert other_step.dossier == first.dossier
    assert len({first.dossier, again.dossier, elsewhere.dossier}) == 3
    named = issue(desk, request(desk, assets=[one], step=5, dossier=first.dossier), "sari")
    assert named.dossier == first.dossier


HOSTILE = "A & B <w:p> \"kutip\" 'x' {{ 7*7 }} {% raw %} 🖨️ é </w:t>"


@pytest.fixture
def many_assets(desk: Desk) -> list[str]:
    """Five hundred assets with awkward names."""
    assets = [Asset(nibar=f"N/{number:04}", name=f"Switch & <{number}>", brand='O\'Neil "X"') for number in range(500)]
    with desk.catalogue.write() as tx:
        registers.put_assets(tx, assets)
    return [asset.nibar for asset in assets]


def test_awkward_text_is_printed_as_typed(desk: Desk) -> None:
    """Ampersands, angle brackets, quotes, template marks, emoji and 20,000 characters come out literally."""
    long = ("kata " * 4000)[:19_000] + " AKHIR"
    data = request(desk).data | {"hal": HOSTILE, "isi": f"{HOSTILE}\n\n{long}"}
    text = archived_text(desk, issue(desk, request(desk, data=data), "sari"))
    for part in ("A & B <w:p>", "{{ 7*7 }}", "{% raw %}", "</w:t>", "AKHIR"):
        assert part in text


def test_no_asset_leaves_the_table_out_and_keeps_the_document_collective(desk: Desk) -> None:
    """A Nota Dinas without assets is a correct letter, kept under kolektif-{year}."""
    document = issue(desk, request(desk, assets=[]), "sari")
    [key, *_] = desk.store.keys()
    assert key.startswith(f"kolektif-{document.year}/")
    assert "NIBAR" not in archived_text(desk, document)


def test_five_hundred_assets_are_all_listed(desk: Desk, many_assets: list[str]) -> None:
    """Every one of 500 rows is on the pages, and each asset finds the document."""
    document = issue(desk, request(desk, assets=many_assets), "sari")
    text = archived_text(desk, document)
    assert all(f"<{number}>" in text for number in range(500))
    with desk.catalogue.read() as tx:
        for nibar in (many_assets[0], many_assets[499]):
            [found] = search_documents(tx, Filter(asset=nibar))
            assert found.id == document.id


def test_a_missing_document_is_named(desk: Desk) -> None:
    """Voiding what is not there names it."""
    with pytest.raises(RecordMissing, match="tidak-ada"):
        void(desk, "tidak-ada", "x", "sari")


def test_issued_files_cannot_be_written_again(desk: Desk) -> None:
    """The archive refuses to overwrite what was issued."""
    issue(desk, request(desk), "sari")
    for key in list(desk.store.keys()):
        with pytest.raises(ObjectExists):
            desk.store.put(key, b"lain", "text/plain")


def test_a_number_is_not_voided_while_its_document_is_being_made(desk: Desk) -> None:
    """A document somebody is at work on is finished first; one whose work failed can be given up."""
    outcome: list[str] = []

    class Slow:
        """A converter during whose work somebody voids the number."""

        def convert(self, docx: bytes, *, deadline: float = 30.0) -> bytes:
            [entry] = register(desk)
            with pytest.raises(Conflict, match="masih dibuat"):
                void(desk, entry.document, "Tidak jadi", "sari")
            outcome.append("refused")
            return desk.converter.convert(docx)

    document = issue(dataclasses.replace(desk, converter=Slow()), request(desk), "sari")
    assert (outcome, document.status) == (["refused"], "issued")
    broken = dataclasses.replace(desk, converter=Away(ConverterUnavailable("LibreOffice tidak ada.")))
    with pytest.raises(DocumentPending) as caught:
        issue(broken, request(desk), "sari")
    assert void(desk, caught.value.document.id, "Tidak jadi", "sari").status == "void"
    assert recover(at_later(desk)) == 0
    assert [entry.status for entry in register(desk)] == ["issued", "void"]
