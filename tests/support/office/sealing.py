"""An office with a seal, the authority that it trusts, and the newest file of a letter."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from docgen.desk import Desk
from docgen.desk.office_seal import OfficeSeal
from storage.catalogue import documents
from storage.records import Document, Revision
from tests.servers.authority import AuthorityServer, authority_server
from tests.support.files.certificates import PASSWORD, Authority


@pytest.fixture(scope="module")
def authority() -> Authority:
    """A certificate authority."""
    return Authority("Balai Besar Sertifikasi Elektronik")


def with_seal(desk: Desk, authority: Authority, tmp_path: Path, **more: str) -> Desk:
    """Return the desk of an office that has a seal, and trusts the authority."""
    file, roots = tmp_path / "segel.p12", tmp_path / "ca.pem"
    file.write_bytes(authority.pkcs12(authority.office))
    roots.write_bytes(authority.root.pem)
    signing = dataclasses.replace(OfficeSeal(file, PASSWORD, trust_file=roots), **more)  # type: ignore[arg-type]
    return dataclasses.replace(desk, signing=signing)


@pytest.fixture
def office(desk: Desk, authority: Authority, tmp_path: Path) -> Desk:
    """An office with a seal."""
    return with_seal(desk, authority, tmp_path)


@pytest.fixture
def server() -> Iterator[AuthorityServer]:
    """An authority that also gives timestamps and says who is revoked."""
    with authority_server() as running:
        yield running


def with_timestamps(desk: Desk, server: AuthorityServer, tmp_path: Path) -> Desk:
    """Return the desk of an office that has a seal, and a timestamp server to renew what it sealed."""
    return with_seal(desk, server.authority, tmp_path, timestamp_url=server.timestamp_url)


def current(desk: Desk, document: Document) -> tuple[Revision, bytes]:
    """Return the newest revision and its PDF."""
    with desk.catalogue.read() as tx:
        revision = documents.get_revision(tx, document.id, documents.get_document(tx, document.id).revision)
    return revision, desk.store.get(revision.pdf.key)


def scanned(data: bytes, form: str = "JPEG") -> bytes:
    """Return the first page as a scanner would give it."""
    with pypdfium2.PdfDocument(data) as document:
        picture = document[0].render(scale=150 / 72).to_pil()
    out = io.BytesIO()
    picture.convert("L").save(out, form, dpi=(150, 150))
    return out.getvalue()
