"""The catalogue lost, and made again from the archive alone or from a backup: row by row what it was."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from docgen.desk import Desk, open_desk
from docgen.desk.attach import attach
from docgen.desk.dossiers import close
from docgen.desk.fixity import check_archive
from docgen.desk.issue import issue
from docgen.desk.journal import DocumentPending
from docgen.desk.keeping import add_asset, change_asset, change_emblem, change_office, remove_asset, remove_official
from docgen.desk.mirroring import keep_mirror
from docgen.desk.recovery import recover
from docgen.desk.request import DocumentRequest
from docgen.desk.restoring import rebuild, restore_backup
from docgen.desk.seal import seal
from docgen.desk.setup import initialise
from docgen.desk.signing import Signing
from docgen.desk.void import void
from docgen.errors import ConversionFailed, Conflict
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.backup import back_up
from storage.catalogue import Catalogue, audit, changes, documents, numbers, portable, registers
from storage.catalogue.tables import metadata
from storage.errors import ObjectDamaged, StorageError
from storage.keys import segment_key
from storage.mirror import write_changes
from storage.rebuild import LOST, catch_up
from storage.records import Asset, Document
from tests.desk.test_endorse import decide, made, plan
from tests.pki import PASSWORD, Authority
from tests.render.pdfs import pdf
from tests.servers.minio import S3Server

pytestmark = pytest.mark.office

ASSETS = ["6310190000101", "6310180000066", "6310210000212"]
BACKENDS = ["folder", pytest.param("servers", marks=[pytest.mark.s3, pytest.mark.postgres])]
# What no archive holds (accounts, drafts, jobs), and the bookkeeping of the mirror itself.
ELSEWHERE = changes.PRIVATE

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=BACKENDS)
def office(request: pytest.FixtureRequest, tmp_path: Path, converter: Converter) -> Iterator[Desk]:
    """The demo office, with a seal: on a folder and SQLite, and on MinIO and PostgreSQL."""
    env = {"DOCGEN_DATA": str(tmp_path / "data")}
    if request.param == "servers":
        server: S3Server = request.getfixturevalue("minio")
        env |= {
            "DOCGEN_DATABASE_URL": request.getfixturevalue("postgres_url"),
            "DOCGEN_STORE_URL": request.getfixturevalue("s3_url"),
            "DOCGEN_S3_ACCESS_KEY": server.access_key,
            "DOCGEN_S3_SECRET_KEY": server.secret_key,
        }
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    authority = Authority("Balai Besar Sertifikasi Elektronik")
    file = tmp_path / "segel.p12"
    file.write_bytes(authority.pkcs12(authority.office))
    yield dataclasses.replace(desk, signing=Signing(file, PASSWORD))
    desk.catalogue.close()


@pytest.fixture
def second_url(office: Desk, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of the same sort as the office's."""
    if office.catalogue.is_sqlite:
        yield f"sqlite:///{tmp_path / 'second.sqlite'}"
        return
    from tests.servers.postgres import fresh_database

    with fresh_database(request.getfixturevalue("postgres_port")) as url:
        yield url


def with_catalogue(office: Desk, url: str) -> Desk:
    """The same archive with another database, of the newest schema and empty."""
    catalogue = Catalogue(url)
    catalogue.upgrade()
    return dataclasses.replace(office, catalogue=catalogue)


def rows_of(catalogue: Catalogue) -> Rows:
    """Every row of every table that an archive tells."""
    with catalogue.snapshot() as tx:
        return {
            table.name: [portable.plain(table, row) for row in tx.execute(_sorted(table)).mappings()]
            for table in portable.ordered(metadata, without=ELSEWHERE)
        }


def _sorted(table: Any) -> Any:
    return select(table).order_by(*table.primary_key)


def letter(desk: Desk, assets: list[str]) -> Document:
    """A letter of the maintenance procedure."""
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": assets}
    return issue(desk, DocumentRequest.model_validate({**body, "data": desk.kinds["nota_dinas"].example}), "sari")


def work(office: Desk) -> None:
    """A bit of everything that an office does."""
    approved = plan(office)
    keep_mirror(office)
    decide(office, approved, "kepala-bidang", "setuju", "Lanjutkan.")
    decide(office, approved, "kepala-dinas", "setuju")
    returned = plan(office, dossier=None, assets=[ASSETS[1]])
    decide(office, returned, "kepala-bidang", "perbaiki", "Lengkapi lokasi tujuan.")
    made(office, "rencana_pemindahtempatan", "pemindahtempatan", 1, dossier=returned.dossier, assets=[ASSETS[1]])
    void(office, letter(office, ASSETS).id, "Salah tujuan", "sari")
    keep_mirror(office)
    attach(office, letter(office, ASSETS[:2]).id, pdf("tanda tangan"), "salinan.pdf", "sari")
    seal(office, made(office, "rencana_kebutuhan", "perencanaan", 1).id, "sari")
    close(office, approved.dossier, "sari", "Dilanjutkan tahun depan")
    add_asset(office, Asset(nibar="baru/1", name="Pemindai"), by="sari")
    change_asset(office, Asset(nibar="baru/1", name="Pemindai A4", value=10**12), by="sari")
    add_asset(office, Asset(nibar="salah", name="Salah ketik"), by="sari")
    remove_asset(office, "salah", by="sari")
    change_emblem(office, b"\x89PNG\r\n\x1a\n lambang", by="sari")
    with office.catalogue.read() as tx:
        current = registers.get_office(tx)
    change_office(office, current.model_copy(update={"phone": "(0519) 1"}), by="sari")
    failed_and_void(office)


def failing(office: Desk) -> Desk:
    """The office while LibreOffice refuses every document."""

    class Refusing:
        def convert(self, docx: bytes) -> bytes:
            raise ConversionFailed("LibreOffice menolak naskah ini.")

        def close(self) -> None:
            return

    return dataclasses.replace(office, converter=Refusing())  # type: ignore[arg-type]


def pending(office: Desk) -> str:
    """The id of a document that has its number and could not be made."""
    with pytest.raises(DocumentPending) as caught:
        letter(failing(office), ASSETS[:1])
    return caught.value.document.id


def failed_and_void(office: Desk) -> None:
    """A number given up before anything was archived."""
    void(office, pending(office), "Tidak jadi", "sari")


def test_the_catalogue_is_rebuilt_row_by_row(office: Desk, second_url: str) -> None:
    """Endorsed, sent back and replaced, voided, attached, sealed, closed, registers changed: all rows are the same."""
    work(office)
    keep_mirror(office)
    before = rows_of(office.catalogue)
    assert all(before[name] for name in ("documents", "revisions", "dossiers", "register_entries", "audit"))
    assert {one["status"] for one in before["documents"]} == {"issued", "void", "superseded"}
    new = with_catalogue(office, second_url)
    done = rebuild(new, replace=False)
    after = rows_of(new.catalogue)
    last = after["audit"].pop()
    assert (last["action"], done.told.lost, done.saved) == ("archive.rebuilt", 0, None)
    assert after["audit_head"] == [{"id": 1, "sequence": last["sequence"], "hash": last["hash"]}]
    after["audit_head"] = before["audit_head"]  # one line further
    for name, rows in before.items():
        assert after[name] == rows, name
    assert check_archive(new).findings() == []
    assert letter(new, ASSETS[:1]).sequence == max(one["sequence"] for one in before["register_entries"]) + 1
    assert keep_mirror(new) == 1  # and the mirror goes on where it stood
    new.catalogue.close()


def test_records_tell_what_the_mirror_did_not_yet(office: Desk, second_url: str) -> None:
    """Without any segment of the mirror: documents, revisions, numbers, files and what they are about are the same."""
    approved = plan(office)
    decide(office, approved, "kepala-bidang", "setuju")
    returned = plan(office, dossier=None, assets=[ASSETS[1]])
    decide(office, returned, "kepala-bidang", "perbaiki", "Lengkapi lokasi tujuan.")
    made(office, "rencana_pemindahtempatan", "pemindahtempatan", 1, dossier=returned.dossier, assets=[ASSETS[1]])
    void(office, letter(office, ASSETS).id, "Salah tujuan", "sari")
    before = rows_of(office.catalogue)
    new = with_catalogue(office, second_url)
    with new.catalogue.write() as tx:
        done = catch_up(tx, new.store)
    assert (done.segments, done.revisions, done.lost) == (0, len(before["revisions"]), 0)
    after = rows_of(new.catalogue)
    for name in ("documents", "revisions", "dossiers", "register_entries", "registers", "document_assets"):
        assert after[name] == before[name], name
    assert after["archived_files"] == before["archived_files"]
    new.catalogue.close()


def test_a_document_in_work_is_finished_after_the_rebuild(office: Desk, second_url: str) -> None:
    """Its submission was mirrored: recovery makes it, under its number."""
    id = pending(office)
    keep_mirror(office)
    new = with_catalogue(office, second_url)
    assert rebuild(new, replace=False).told.lost == 0
    later = dataclasses.replace(new, now=lambda: office.now().replace(year=office.now().year + 1))
    assert recover(later) == 1
    with new.catalogue.read() as tx:
        assert documents.get_document(tx, id).status == "issued"
    new.catalogue.close()


def test_a_number_lost_with_the_catalogue_is_void_and_never_given_again(office: Desk, second_url: str) -> None:
    """Taken after the last segment, never archived: a gap below the greatest number, listed as void with its reason."""
    first = letter(office, ASSETS[:1])
    keep_mirror(office)
    pending(office)
    third = letter(office, ASSETS[:1])
    new = with_catalogue(office, second_url)
    assert rebuild(new, replace=False).told.lost == 1
    with new.catalogue.read() as tx:
        entries = numbers.list_entries(tx, first.unit, first.year)
    assert [(one.sequence, one.status, one.reason) for one in entries] == [
        (1, "issued", ""),
        (2, "void", LOST),
        (3, "issued", ""),
    ]
    assert third.sequence == 3
    assert letter(new, ASSETS[:1]).sequence == 4
    assert check_archive(new).findings() == []
    new.catalogue.close()


def test_a_catalogue_in_use_is_not_overwritten_unasked(office: Desk) -> None:
    """Refused with a sentence; with --replace it is saved first, and accounts stay."""
    letter(office, ASSETS[:1])
    with pytest.raises(Conflict, match="--replace"):
        rebuild(office, replace=False)
    keep_mirror(office)
    before = rows_of(office.catalogue)
    with office.catalogue.write() as tx:
        tx.execute(delete(metadata.tables["register_entries"]))
    done = rebuild(office, replace=True)
    assert done.saved is not None
    assert done.saved.exists()
    assert rows_of(office.catalogue)["register_entries"] == before["register_entries"]
    with office.catalogue.read() as tx:
        assert [row.name for row in tx.execute(select(metadata.tables["users"]))] == ["admin"]
