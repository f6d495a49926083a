"""Bundles: what goes in, in which order, and contents that tell the truth."""

from __future__ import annotations

import io
import json
import re

import pypdf
import pytest
from pydantic import ValidationError

from docgen.desk import Desk
from docgen.desk.bundles.build import BundleRequest, make_bundle, run_bundle_job
from docgen.desk.decisions.void import void
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.errors import InvalidSubmission
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import jobs, registers
from storage.errors import RecordMissing
from storage.records import Document, Job

pytestmark = pytest.mark.office


def make(desk: Desk, kind: str, procedure: str, step: int, asset: str) -> Document:
    """Issue the kind's example for an asset."""
    data = desk.kinds[kind].example
    request = DocumentRequest(kind=kind, procedure=procedure, step=step, assets=[asset], data=data)
    return issue(desk, request, "sari")


@pytest.fixture
def asset(desk: Desk) -> str:
    """The NIBAR of the first demo asset."""
    with desk.catalogue.read() as tx:
        return registers.search_assets(tx, limit=1)[0].nibar


@pytest.fixture
def three(desk: Desk, asset: str) -> list[Document]:
    """Two letters and a handover of one asset, in the order they were issued."""
    return [
        make(desk, "nota_dinas", "pemeliharaan", 4, asset),
        make(desk, "nota_dinas", "pemeliharaan", 2, asset),
        make(desk, "berita_acara_serah_terima", "penggunaan", 1, asset),
    ]


def test_the_bundle_of_an_asset_is_ordered_and_its_contents_are_true(
    desk: Desk, asset: str, three: list[Document]
) -> None:
    """Dossiers stay whole, by classification and as they were opened, and are named in contents and bookmarks; the page
    the contents name holds the document; bookmarks point there.
    """
    bundle = make_bundle(desk, BundleRequest(asset=asset))
    listed = [entry.id for entry in bundle.manifest.documents]
    assert listed == [one.id for one in three]
    by_step = make_bundle(desk, BundleRequest(asset=asset, order="step")).manifest.documents
    assert [one.id for one in by_step] == [three[2].id, three[1].id, three[0].id]
    texts = page_text(bundle.pdf)
    reader = pypdf.PdfReader(io.BytesIO(bundle.pdf), strict=True)
    assert len(texts) == bundle.pages == len(reader.pages)
    contents = " ".join(texts[1].split())
    marks = {
        item.title: reader.get_destination_page_number(item) + 1 for group in reader.outline for item in flat(group)
    }
    for document, entry in zip(three, bundle.manifest.documents, strict=True):
        assert document.number in " ".join(texts[entry.starts_at - 1].split())
        assert f"hal. {entry.starts_at}/{bundle.pages}" in texts[entry.starts_at - 1]
        assert re.search(rf"\b{entry.starts_at}\b", contents)
        assert marks[f"{desk.kinds[document.kind].title} {document.number}"] == entry.starts_at
    for number in ("000.1.9.1/001", "000.1.9.1/002", "000.2.3.2/001"):
        assert f"{number}/{three[0].year} " in contents
        assert any(title.startswith(f"{number}/{three[0].year} ") for title in marks)
    assert "SAMPUL BERKAS" in texts[0]


def test_a_cover_is_one_page_however_long_its_names_are(desk: Desk) -> None:
    """It names eight assets at most, and fewer where names are long; the contents begin on the second page."""
    with desk.catalogue.write() as tx:
        assets = registers.search_assets(tx, limit=20)
        for one in assets:
            registers.put_asset(tx, one.model_copy(update={"name": f"{one.name} " + "dan kelengkapannya " * 12}))
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "data": desk.kinds["nota_dinas"].example}
    document = issue(desk, DocumentRequest.model_validate(body | {"assets": [one.nibar for one in assets]}), "sari")
    title = "Pemeliharaan perangkat jaringan dan pusat data " * 6
    texts = page_text(make_bundle(desk, BundleRequest(documents=[document.id], title=title)).pdf)
    assert re.search(r"dan 1\d aset lain", " ".join(texts[0].split()))
    assert "Kode bundel" in texts[0]
    assert "DAFTAR ISI BERKAS" in texts[1]


def flat(item: object) -> list[pypdf.generic.Destination]:
    """An outline entry, or those of a list of them."""
    if isinstance(item, list):
        return [one for part in item for one in flat(part)]
    assert isinstance(item, pypdf.generic.Destination)
    return [item]


def test_chosen_documents_keep_the_order_chosen(desk: Desk, three: list[Document]) -> None:
    """Chosen ids come in the order given, each once; a void one may be filed too."""
    void(desk, three[0].id, "Salah aset", "sari")
    ids = [three[0].id, three[2].id, three[0].id]
    bundle = make_bundle(desk, BundleRequest(documents=ids))
    assert [entry.id for entry in bundle.manifest.documents] == [three[0].id, three[2].id]


def test_a_void_document_is_not_in_an_assets_bundle(desk: Desk, asset: str, three: list[Document]) -> None:
    """The bundle of an asset or dossier holds what is in force."""
    void(desk, three[0].id, "Salah aset", "sari")
    bundle = make_bundle(desk, BundleRequest(asset=asset, year=three[0].year))
    assert three[0].id not in [entry.id for entry in bundle.manifest.documents]
    dossier = make_bundle(desk, BundleRequest(dossier=three[1].dossier))
    assert [entry.id for entry in dossier.manifest.documents] == [three[1].id]


def test_contents_of_many_documents_run_over_pages(desk: Desk, asset: str, three: list[Document]) -> None:
    """When the contents need more pages than guessed, the page numbers still agree with the pages."""
    many = [make(desk, "nota_dinas", "pemeliharaan", 2, asset).id for _ in range(27)]
    bundle = make_bundle(desk, BundleRequest(documents=[three[2].id, *many]))
    texts = page_text(bundle.pdf)
    first = bundle.manifest.documents[0].starts_at
    assert first > 3
    for entry in bundle.manifest.documents:
        assert entry.number in " ".join(texts[entry.starts_at - 1].split())


def test_for_both_sides_every_document_starts_on_a_front(desk: Desk, three: list[Document]) -> None:
    """With duplex each document starts on an odd page, contents and counts agree, and nothing else is changed."""
    ids = [three[0].id, three[1].id, three[2].id]
    single = make_bundle(desk, BundleRequest(documents=ids))
    double = make_bundle(desk, BundleRequest(documents=ids, duplex=True))
    starts = [entry.starts_at for entry in double.manifest.documents]
    assert [start % 2 for start in starts] == [1, 1, 1]
    texts = page_text(double.pdf)
    assert len(texts) == double.pages > single.pages
    for entry in double.manifest.documents:
        assert entry.number in " ".join(texts[entry.starts_at - 1].split())
        assert re.search(rf"\b{entry.starts_at}\b", " ".join(texts[1].split()))


@pytest.mark.parametrize(
    "body", [{}, {"asset": "a", "dossier": "b"}, {"year": 2026, "dossier": "b"}, {"documents": []}, {"search": ""}]
)
def test_a_bundle_names_one_thing(body: dict[str, object]) -> None:
    """Nothing, or two things at once, is refused."""
    with pytest.raises(ValidationError):
        BundleRequest.model_validate(body)


def test_what_cannot_be_bundled_is_named(desk: Desk, asset: str) -> None:
    """An asset without documents, an unknown asset, dossier or document: each is named."""
    with pytest.raises(InvalidSubmission, match="isian") as caught:
        make_bundle(desk, BundleRequest(asset=asset))
    assert "Belum ada naskah" in caught.value.errors[0].message
    with pytest.raises(RecordMissing, match="TIDAK-ADA"):
        make_bundle(desk, BundleRequest(asset="TIDAK-ADA"))
    with pytest.raises(RecordMissing, match="tidak-ada"):
        make_bundle(desk, BundleRequest(dossier="tidak-ada"))
    with pytest.raises(InvalidSubmission) as caught:
        make_bundle(desk, BundleRequest(documents=["tidak-ada"]))
    assert caught.value.errors[0].field == "documents[0]"


def test_a_bundle_job_keeps_its_files_and_a_repeated_one_gives_the_same(
    desk: Desk, asset: str, three: list[Document]
) -> None:
    """The job's PDF and manifest lie in the store; done again after a kill, the first result stands."""
    job = Job(
        id="01job", kind="bundle", status="running", request={"asset": asset}, created_at=desk.now(), created_by="s"
    )
    with desk.catalogue.write() as tx:
        jobs.add_job(tx, job)
    told: list[tuple[int, int]] = []
    first = run_bundle_job(desk, job, lambda done, total: told.append((done, total)))
    again = run_bundle_job(desk, job, lambda done, total: None)
    assert told[-1] == (3, 3)
    assert again["pdf"]["sha256"] == first["pdf"]["sha256"]
    manifest = json.loads(desk.store.get(first["manifest"]["key"]))
    assert len(manifest["documents"]) == 3
    assert len(desk.store.get(first["pdf"]["key"])) == first["pdf"]["size"]
