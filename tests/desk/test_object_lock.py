"""Objects are locked as long as the retention table says, and large files are loaded from the store itself."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest

import web.signed_downloads
from docgen.desk import open_desk
from docgen.desk.access.accounts import create_token
from docgen.desk.archive.legal_hold import hold
from docgen.desk.object_lock import YEAR, object_lock
from docgen.desk.setup import initialise, missing_safeguards
from docgen.errors import DataFileError
from docgen.libreoffice import Converter
from docgen.retention import load_retention
from docgen.settings import read_settings
from docgen.sop import load_sop
from storage.catalogue import documents
from storage.errors import StorageError, StoreUnavailable
from tests.servers.minio import S3Server
from tests.support.callers.api import Caller, make_app
from tests.support.office.restoring import ASSETS, issue_letter

ID = "01k0000000000000000000000a"


def test_days_follow_the_retention_table() -> None:
    """A document's objects: the years of its procedure; uploads the shortest, the mirror the longest; jobs none."""
    sop, table = load_sop(None), load_retention()
    assert object_lock(read_settings({}), sop, table) is None
    lock = object_lock(read_settings({"DOCGEN_S3_LOCK": "governance"}), sop, table)
    assert lock is not None
    years = {}
    for procedure in sop.procedures:
        rule = table.rule_for(procedure.classification)
        years[procedure.slug] = rule.active + rule.inactive
        assert lock.days(f"K-1/{procedure.slug}/01/{ID}/001/record.json") == years[procedure.slug] * YEAR
    assert lock.days(f"_uploads/{'a' * 64}.jpg") == min(years.values()) * YEAR
    assert lock.days("_catalogue/00000001.jsonl") == max(years.values()) * YEAR
    assert lock.days("_jobs/x/bundel.pdf") == 0
    kept = f"_jobs/pemeliharaan/02/{ID}/001/record.json"  # of an asset that is called so, by an older docgen
    assert lock.days(kept) == years["pemeliharaan"] * YEAR
    assert min(years.values()) > 0


def test_days_can_be_set() -> None:
    """`DOCGEN_S3_LOCK_DAYS` counts instead of the table, for all but what passes."""
    settings = read_settings({"DOCGEN_S3_LOCK": "compliance", "DOCGEN_S3_LOCK_DAYS": "30"})
    lock = object_lock(settings, load_sop(None), load_retention())
    assert lock is not None
    assert (lock.mode, lock.days("_catalogue/00000001.jsonl"), lock.days("_jobs/x")) == ("COMPLIANCE", 30, 0)


@pytest.mark.parametrize(
    "setting",
    [
        {"DOCGEN_S3_LOCK": "yes"},
        {"DOCGEN_S3_REDIRECT": "yes"},
        {"DOCGEN_S3_PUBLIC_URL": "arsip.example"},
        {"DOCGEN_S3_PUBLIC_URL": "https://arsip.example/bucket"},
    ],
)
def test_a_wrong_setting_is_named(setting: dict[str, str]) -> None:
    """What cannot be read is refused with the setting's name."""
    with pytest.raises(DataFileError, match=next(iter(setting))):
        read_settings(setting)


@pytest.mark.office
def test_a_folder_that_should_lock_is_refused(tmp_path: Path, converter: Converter) -> None:
    """A lock that cannot be had is told at the start, not found out in ten years."""
    settings = read_settings({"DOCGEN_DATA": str(tmp_path), "DOCGEN_S3_LOCK": "governance"})
    with pytest.raises(StorageError, match="DOCGEN_S3_LOCK"):
        open_desk(settings, converter)


@pytest.mark.office
@pytest.mark.s3
def test_an_office_on_s3_with_locks_and_redirects(
    tmp_path: Path, converter: Converter, s3_url: str, minio: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing lacks after `init`; a letter is locked and held; its PDF is loaded from the store by a signed address."""
    settings = read_settings(
        {
            "DOCGEN_DATA": str(tmp_path / "data"),
            "DOCGEN_STORE_URL": s3_url,
            "DOCGEN_S3_ACCESS_KEY": minio.access_key,
            "DOCGEN_S3_SECRET_KEY": minio.secret_key,
            "DOCGEN_S3_LOCK": "governance",
            "DOCGEN_S3_REDIRECT": "1",
        }
    )
    desk = open_desk(settings, converter)
    initialise(desk, demo=True)
    assert missing_safeguards(desk) == []
    document = issue_letter(desk, ASSETS[:1])
    with desk.catalogue.read() as tx:
        pdf = documents.get_revision(tx, document.id, 1).pdf
    assert hold(desk, document.id, True, "admin") == 3
    with pytest.raises(StoreUnavailable):
        desk.store.remove(pdf.key)
    app = make_app(desk)
    caller = Caller(app, create_token(desk, "uji", "read", []))
    through_us = caller.get(f"/documents/{document.id}/pdf")
    assert (through_us.status_code, through_us.data) == (200, desk.store.get(pdf.key))
    monkeypatch.setattr(web.signed_downloads, "LARGE", 1)
    sent_on = caller.get(f"/documents/{document.id}/pdf")
    assert sent_on.status_code == 302
    with urllib.request.urlopen(sent_on.headers["Location"], timeout=10) as answer:
        assert answer.read() == through_us.data
        assert answer.headers["Content-Type"] == "application/pdf"
    assert hold(desk, document.id, False, "admin") == 3
    desk.catalogue.close()
