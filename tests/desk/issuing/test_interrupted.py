"""A document is finished after any interruption with the number it had, or voided without it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from typing import Any

import pytest
from pypdf import PdfReader

from docgen.desk import Desk
from docgen.desk.decisions.void import void
from docgen.desk.issuing.issue import issue
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.service.document_recovery import recover
from docgen.errors import Conflict, ConverterUnavailable
from docgen.render.pdf.paper import PAPERS, Paper
from storage.catalogue import documents, journal, registers
from storage.errors import ObjectMissing, StoreUnavailable
from storage.objects import ObjectInfo
from tests.support.office.requests import archived_text, register, request

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

    def put(self, key: str, data: bytes, content_type: str, **options: bool) -> ObjectInfo:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        info: ObjectInfo = self.store.put(key, data, content_type, **options)
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


def test_a_number_is_not_voided_while_its_document_is_being_made(desk: Desk) -> None:
    """A document somebody is at work on is finished first; one whose work failed can be given up."""
    outcome: list[str] = []

    class Slow:
        """A converter during whose work somebody voids the number."""

        def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
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


def test_a_letter_finished_later_stands_on_the_paper_it_was_meant_for(desk: Desk) -> None:
    """The paper of a kind belongs to the letter: what the office chooses while it waits is for the next one."""

    def choose(paper: Paper) -> None:
        with desk.catalogue.write() as tx:
            office = registers.get_office(tx)
            registers.put_office(tx, office.model_copy(update={"paper_by_kind": {"nota_dinas": paper}}))

    choose("F4-210")
    broken = dataclasses.replace(desk, converter=Away(ConverterUnavailable("LibreOffice tidak ada.")))
    with pytest.raises(DocumentPending) as caught:
        issue(broken, request(desk), "sari")
    choose("F4")
    assert recover(at_later(desk)) == 1
    with desk.catalogue.read() as tx:
        key = documents.get_revision(tx, caught.value.document.id, 1).pdf.key
    page = PdfReader(io.BytesIO(desk.store.get(key))).pages[0]
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(PAPERS["F4-210"], abs=1)
