"""The button that renews a letter's signatures, and what its pages tell of level and end."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.decisions.seal import seal
from tests.servers.authority import AuthorityServer
from tests.support.callers.pages import Person, words
from tests.support.office.decisions import relocation_plan
from tests.support.office.sealing import server, with_timestamps

__all__ = ["server"]  # a fixture

pytestmark = pytest.mark.office


@pytest.fixture
def desk(desk: Desk, server: AuthorityServer, tmp_path: Path) -> Desk:
    """An office that can seal and renew."""
    return with_timestamps(desk, server, tmp_path)


def test_renew(operator: Person, desk: Desk, server: AuthorityServer) -> None:
    """The page tells what a signature proves and until when; the button renews it, and both pages tell that."""
    document = seal(desk, relocation_plan(desk).id, "sari")
    assert "Tingkat B-B" in words(operator.get(f"/d/{document.id}"))
    answer = operator.post(f"/d/{document.id}/perpanjangan", {})
    assert answer.status_code == 303, words(answer)
    page = words(operator.get(f"/d/{document.id}"))
    assert "Tingkat B-LTA" in page
    assert "Keabsahan tanda tangan diperpanjang" in page
    assert str(server.clock.certificate.not_valid_after_utc.year) in page
    assert "B-LTA; keabsahannya dapat dibuktikan sampai" in words(operator.get(f"/verifikasi/{document.code}"))


def test_failure(operator: Person, desk: Desk, server: AuthorityServer) -> None:
    """A renewal that fails says why, and that the letter is as it was."""
    document = seal(desk, relocation_plan(desk).id, "sari")
    server.gone = {"tsa"}
    operator.post(f"/d/{document.id}/perpanjangan", {})
    page = words(operator.get(f"/d/{document.id}"))
    assert "Belum diperpanjang; naskahnya tetap seperti semula. Server stempel waktu" in page
    assert "Tingkat B-B" in page


def test_unsigned(operator: Person, desk: Desk) -> None:
    """A letter without signatures shows neither level nor button."""
    page = operator.get(f"/d/{relocation_plan(desk).id}")
    assert "perpanjangan" not in page.text
