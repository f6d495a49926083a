"""The Word file for SRIKANDI: of every kind, with placeholders where the kind prints them; the archive unchanged."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from typing import Any

import pytest
from docx import Document as WordFile

from docgen.desk import Desk
from docgen.desk.decisions.void import void
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.kind_register import KindRegister
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.revisions.photos import keep_photo
from docgen.desk.revisions.srikandi import srikandi_docx
from docgen.errors import Conflict, ConverterUnavailable, TemplateError
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.render.srikandi.placeholders import DATE, NUMBER, SIGNATURE
from docgen.typesetting import plain_text
from storage.catalogue import documents, registers
from storage.catalogue.numbering import numbers
from storage.errors import RecordMissing
from storage.records import Document
from tests.support.office.demo_office import demo_office
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import picture

pytestmark = pytest.mark.office

ASSET = "6310190000101"
KINDS = list(delivered_kinds())
# How often a kind prints number and date of the document itself: once each, but for these.
PRINTS = {
    "surat_tugas": (2, 2),  # the SPD has them, too
    "surat_undangan": (3, 3),  # its annex has them at its head and its foot
    "berita_acara_pemindahtempatan": (1, 0),  # the date is spelled out in the opening sentence
    "berita_acara_penghapusan": (1, 0),
    "berita_acara_serah_terima": (1, 0),
    "laporan_pengelolaan_aset": (2, 2),  # again at the head of the annex that lists the documents
    "sop": (1, 0),  # has dates of its own, from the SOP file
}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[Desk]:
    """A demo office that the tests of this file share."""
    with demo_office(tmp_path_factory.mktemp("srikandi"), converter) as opened:
        yield opened


def request(desk: Desk, slug: str, **data: Any) -> DocumentRequest:
    """The kind's example at the first step it is made at."""
    kind = desk.kinds[slug]
    procedure, steps = next(iter((kind.sheet.steps or kind.sheet.suggested or {"evaluasi": [5]}).items()))
    collective = kind.needs_assets == "none" or procedure == "perencanaan"
    return DocumentRequest(
        kind=slug,
        procedure=procedure,
        step=steps[0],
        assets=[] if collective else [ASSET],
        data={**kind.example, **data},
    )


def archive(desk: Desk, id: str) -> Any:
    """Everything an export could have changed: objects, revisions, the document, this year's numbers."""
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        entries = numbers.list_entries(tx, document.unit, document.year)
        return document, sorted(desk.store.keys()), documents.list_revisions(tx, id), entries


def signer_of(desk: Desk, document: Document) -> str:
    """The name of who signs."""
    with desk.catalogue.read() as tx:
        return registers.get_official(tx, document.signer).name


def lines(docx: bytes) -> list[str]:
    """The text of every paragraph as python-docx opens it, those in tables too."""
    body = WordFile(io.BytesIO(docx)).element.body
    return [plain_text("".join(text.text or "" for text in one.iter(f"{W}t"))) for one in body.iter(f"{W}p")]


def in_runs(docx: bytes, placeholder: str) -> int:
    """How often the placeholder stands whole in one run's text."""
    body = WordFile(io.BytesIO(docx)).element.body
    return sum((text.text or "").count(placeholder) for text in body.iter(f"{W}t"))


@pytest.mark.parametrize("slug", KINDS)
def test_every_kind_is_exported_with_its_placeholders(office: Desk, slug: str) -> None:
    """In Word and as LibreOffice prints it: number and date where the kind has them, the signature once over the name;
    no placeholder parted between runs, the real number nowhere, and the archive as it was."""
    document = issue(office, request(office, slug), "sari")
    before = archive(office, document.id)
    docx = srikandi_docx(office, document.id)
    assert archive(office, document.id) == before
    counts = (*PRINTS.get(slug, (1, 1)), 1)
    text = lines(docx)
    printed = "".join("".join(page_text(office.converter.convert(docx))).split())
    for placeholder, count in zip((NUMBER, DATE, SIGNATURE), counts, strict=True):
        assert "\n".join(text).count(placeholder) == count
        assert in_runs(docx, placeholder) == count
        assert printed.count(placeholder) == count
    assert printed.count("${") == sum(counts)
    assert text[text.index(SIGNATURE) + 1] == signer_of(office, document)
    properties = WordFile(io.BytesIO(docx)).core_properties
    assert "".join(document.number.split()) not in printed
    assert properties.title == office.kinds[slug].title


def test_the_export_is_the_same_whenever_it_is_made(office: Desk) -> None:
    """Registers that changed after the issue do not change it."""
    document = issue(office, request(office, "nota_dinas"), "sari")
    first = srikandi_docx(office, document.id)
    with office.catalogue.read() as tx:
        before = registers.get_official(tx, document.signer)
    with office.catalogue.write() as tx:
        registers.put_official(tx, before.model_copy(update={"name": "Nama Baru"}))
    assert srikandi_docx(office, document.id) == first
    with office.catalogue.write() as tx:
        registers.put_official(tx, before)


def test_an_annex_of_photos_is_exported_with_them(office: Desk) -> None:
    """Its head has number and date too, the date not in capitals; it is the letter that gets the signature."""
    kept = keep_photo(office, picture(40, 30), "a.png")
    photos = [{"file": kept.file, "caption": "Rak"}]
    document = issue(office, request(office, "laporan_pemeliharaan", foto=photos), "sari")
    docx = srikandi_docx(office, document.id)
    text = lines(docx)
    annex = text.index("Lampiran Laporan")
    head = [line for line in text[annex : annex + 12] if line]
    assert head[:7] == ["Lampiran Laporan", "Nomor", ":", NUMBER, "Tanggal", ":", DATE]
    assert (text.count(SIGNATURE), text.index(SIGNATURE) < annex) == (1, True)
    assert text[annex:].count(signer_of(office, document)) == 1
    assert any(part.partname.endswith("foto1.jpg") for part in WordFile(io.BytesIO(docx)).part.package.iter_parts())


def test_only_what_is_in_force_is_exported(desk: Desk) -> None:
    """Void, replaced and unfinished documents are refused, each with what to do; an unknown one is not found."""
    document = issue(desk, request(desk, "nota_dinas"), "sari")
    with desk.catalogue.write() as tx:
        documents.set_document_status(tx, document.id, "superseded", "Diganti")
    with pytest.raises(Conflict, match="naskah penggantinya"):
        srikandi_docx(desk, document.id)
    with desk.catalogue.write() as tx:
        documents.set_document_status(tx, document.id, "issued")
    void(desk, document.id, "Salah", "sari")
    with pytest.raises(Conflict, match="sudah dibatalkan"):
        srikandi_docx(desk, document.id)
    with pytest.raises(DocumentPending) as caught:
        issue(dataclasses.replace(desk, converter=Away()), request(desk, "nota_dinas"), "sari")
    with pytest.raises(Conflict, match="masih dibuat"):
        srikandi_docx(desk, caught.value.document.id)
    with pytest.raises(RecordMissing):
        srikandi_docx(desk, "tidak-ada")


def test_a_kind_that_changed_since_is_told(office: Desk) -> None:
    """A kind that asks for more than was filled in, or that is gone, is named; nothing half filled is given."""
    document = issue(office, request(office, "nota_dinas"), "sari")
    stricter = dataclasses.replace(office.kinds["nota_dinas"], sheet=office.kinds["berita_acara_serah_terima"].sheet)
    changed = dataclasses.replace(office, kinds={**office.kinds, "nota_dinas": stricter})
    with pytest.raises(TemplateError, match="berubah sejak"):
        srikandi_docx(changed, document.id)
    empty = KindRegister({}, {}, office.stored_kinds, office.now)
    with pytest.raises(TemplateError, match="tidak ada lagi"):
        srikandi_docx(dataclasses.replace(office, kinds=empty, kind_register=empty), document.id)


class Away:
    """A LibreOffice that is not there."""

    def check(self) -> None:
        raise ConverterUnavailable("LibreOffice tidak ada.")

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        raise ConverterUnavailable("LibreOffice tidak ada.")

    def close(self) -> None:
        pass
