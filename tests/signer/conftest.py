"""An authority, its office's seal, and a letter sealed with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from docgen.signer import Seal, load_seal
from tests.servers.timestamp import timestamp_server
from tests.support.files.certificates import PASSWORD, Authority
from tests.support.files.sealed import pdf_a, sealed_once


@pytest.fixture(scope="package")
def authority() -> Authority:
    return Authority("CA Kabupaten Contoh")


@pytest.fixture(scope="package")
def seal(authority: Authority) -> Seal:
    return load_seal(authority.pkcs12(authority.office), PASSWORD)


@pytest.fixture(scope="package")
def letter() -> bytes:
    """A PDF/A-2b letter of one page."""
    return pdf_a("Isi surat")


@pytest.fixture(scope="package")
def sealed(letter: bytes, seal: Seal) -> bytes:
    return sealed_once(letter, seal)


@pytest.fixture(scope="package")
def clock(authority: Authority) -> Iterator[str]:
    with timestamp_server(authority.clock) as url:
        yield url
