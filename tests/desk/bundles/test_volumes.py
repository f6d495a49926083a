"""Volumes (Jilid): each a PDF that is printed and bound alone, and says where the others are."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from docgen.desk import Desk
from docgen.desk.bundles.build import BundleRequest, make_bundle, run_bundle_job
from docgen.desk.bundles.filing import archive_bundle
from docgen.desk.bundles.volumes import volume_of
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.errors import NotFound
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import jobs, registers
from storage.records import Job
from tests.support.files.bundling import check_with_qpdf

pytestmark = pytest.mark.office


@pytest.fixture
def dossier(desk: Desk) -> str:
    """A dossier of maintenance with seven letters."""
    with desk.catalogue.read() as tx:
        nibar = registers.search_assets(tx, limit=1)[0].nibar
    data = desk.kinds["nota_dinas"].example
    request = DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, assets=[nibar], data=data)
    first = issue(desk, request, "sari")
    for _ in range(6):
        issue(desk, request.model_copy(update={"dossier": first.dossier}), "sari")
    return first.dossier


@pytest.mark.parametrize("more", [{}, {"duplex": True, "separators": True, "binding_mm": 6}, {"two_up": True}])
def test_each_volume_is_printed_alone(desk: Desk, dossier: str, tmp_path: Path, more: dict[str, object]) -> None:
    """A sound archival file with its cover; its contents name its own documents, by the pages that are printed."""
    asked = BundleRequest.model_validate({"dossier": dossier, "volume_pages": 10, **more})
    made = make_bundle(desk, asked)
    told = made.manifest.volumes
    assert len(made.volumes) == len(told) > 1
    for volume, one in zip(made.volumes, told, strict=True):
        check_with_qpdf(volume.pdf, tmp_path)
        reader = PdfReader(io.BytesIO(volume.pdf), strict=True)
        texts = [" ".join(text.split()) for text in page_text(volume.pdf)]
        assert len(reader.pages) == len(texts) == volume.sides
        assert (volume.number, volume.of, volume.pages) == (one.number, len(told), one.pages)
        assert f"Jilid {volume.number} dari {volume.of}" in texts[0]
        assert f"halaman {one.starts_at}–{one.starts_at + one.pages - 1} dari" in texts[0]
        assert b"pdfaid:part" in reader.root_object["/Metadata"].get_object().get_data()  # type: ignore[attr-defined]
        assert reader.metadata is not None
        assert str(reader.metadata.title).endswith(f"Jilid {volume.number} dari {volume.of}")
        per = 2 if asked.two_up else 1
        for document in (*made.manifest.documents, *made.manifest.missing):
            if one.starts_at <= document.starts_at < one.starts_at + one.pages:
                page = (document.starts_at - one.starts_at) // per
                assert f"hal. {document.starts_at}/{made.pages}" in texts[page]
                assert re.search(rf"\b{document.starts_at}\b", " ".join(texts[:2]))


def test_a_job_keeps_each_volume_and_an_archived_bundle_gives_them_again(desk: Desk, dossier: str) -> None:
    """The files of the job are what the archived whole is cut into later; one that is not divided is its own volume."""
    job = Job(
        id="01m89000000000000000000001", kind="bundle", status="running", created_at=desk.now(), created_by="s",
        request={"dossier": dossier, "volume_pages": 10},
    )  # fmt: skip
    with desk.catalogue.write() as tx:
        jobs.add_job(tx, job)
    result = run_bundle_job(desk, job, lambda done, total: None)
    with desk.catalogue.write() as tx:
        jobs.update_job(tx, job.id, status="done", result=result)
        job = jobs.get_job(tx, job.id)
    filed = archive_bundle(desk, job, "arsiparis")
    whole = desk.store.get(filed.pdf.key)
    manifest = make_bundle(desk, BundleRequest.model_validate(job.request)).manifest
    for one in result["volumes"]:
        kept = desk.store.get(one["pdf"]["key"])
        assert volume_of(whole, manifest, one["number"]).pdf == kept
        assert len(PdfReader(io.BytesIO(kept)).pages) == one["pdf"]["pages"] == one["pages"]
    with pytest.raises(NotFound, match="jilid 9"):
        volume_of(whole, manifest, 9)
    undivided = job.model_copy(update={"id": "01m89000000000000000000002", "request": {"dossier": dossier}})
    with desk.catalogue.write() as tx:
        jobs.add_job(tx, undivided)
    single = run_bundle_job(desk, undivided, lambda done, total: None)
    assert single["volumes"] == [{"number": 1, "of": 1, "pages": single["pdf"]["pages"], "pdf": single["pdf"]}]
