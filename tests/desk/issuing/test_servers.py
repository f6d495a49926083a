"""The main job on the servers of a larger office: PostgreSQL for the catalogue, S3 for the archive."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from docgen.desk import open_desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.bundles.build import BundleRequest, make_bundle
from docgen.desk.decisions.void import void
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.settings import read_settings
from storage.catalogue import documents, registers
from storage.catalogue.numbering import numbers
from storage.catalogue.searching.search import Filter, search_documents
from tests.servers.minio import S3Server

pytestmark = [pytest.mark.office, pytest.mark.s3, pytest.mark.postgres]


def test_issued_found_bundled_and_voided_on_postgresql_and_s3(
    tmp_path: Path, converter: Converter, postgres_url: str, s3_url: str, minio: S3Server
) -> None:
    """Four clerks at once get gapless numbers; every object is in the bucket, found, bundled, and voided there."""
    settings = read_settings(
        {
            "DOCGEN_DATA": str(tmp_path),
            "DOCGEN_DATABASE_URL": postgres_url,
            "DOCGEN_STORE_URL": s3_url,
            "DOCGEN_S3_ACCESS_KEY": minio.access_key,
            "DOCGEN_S3_SECRET_KEY": minio.secret_key,
        }
    )
    desk = open_desk(settings, converter)
    initialise(desk, demo=True)
    desk.store.check()
    with desk.catalogue.read() as tx:
        first, second = (asset.nibar for asset in registers.search_assets(tx, limit=2))
        unit = registers.get_office(tx).unit_code
    request = DocumentRequest(
        kind="nota_dinas",
        procedure="pemeliharaan",
        step=2,
        assets=[first, second],
        data=desk.kinds["nota_dinas"].example,
    )
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: issue(desk, request, "sari"), range(8)))
    with desk.catalogue.read() as tx:
        assert [one.sequence for one in numbers.list_entries(tx, unit, desk.today().year)] == list(range(1, 9))
        found = search_documents(tx, Filter(asset=second, procedure="pemeliharaan", step=2))
        key = documents.get_revision(tx, made[0].id, 1).pdf.key
    assert {one.id for one in found} == {one.id for one in made}
    record = json.loads(desk.store.get(key.rpartition("/")[0] + "/record.json"))
    assert record["document"]["number"] == made[0].number
    assert made[0].number in " ".join(page_text(desk.store.get(key)))
    bundle = make_bundle(desk, BundleRequest(asset=second))
    assert len(bundle.manifest.documents) == 8
    assert void(desk, made[0].id, "Salah aset", "sari").status == "void"
    assert len(make_bundle(desk, BundleRequest(asset=second)).manifest.documents) == 7
    report = check_archive(desk)
    assert (report.findings(), report.objects) == ([], 8 * 4 + 2)
    desk.catalogue.close()
