"""One Esign Client Service for the tests of its client; each test finds it good-tempered and without calls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from docgen.bsre import SigningIdentity
from tests.servers.bsre import BsreServer, Person, bsre_server

NAME, NIK, EMAIL, PASSPHRASE = (
    "Dra. Siti Aminah, M.Si.",
    "6408015001800001",
    "siti@kutim.example",
    'sandi "kunci\\" é 7',
)
ME = SigningIdentity("nik", NIK)


@pytest.fixture(scope="module")
def service() -> Iterator[BsreServer]:
    with bsre_server(Person(NAME, NIK, PASSPHRASE, EMAIL)) as server:
        yield server


@pytest.fixture
def bsre(service: BsreServer) -> BsreServer:
    service.mood, service.v1, service.v2, service.v2_status = "good", True, True, True
    service.is_released.clear()
    service.next_moods.clear()
    service.calls.clear()
    service.people[0].status = "ISSUE"
    return service
