"""The archivist keeps what the office made: scans, bundles, closed dossiers and retention; numbers are not his."""

from __future__ import annotations

import pytest

from tests.rights.conftest import House
from tests.support.callers.pages import words

pytestmark = pytest.mark.office


def test_an_archivist_closes_and_files_but_numbers_nothing(house: House) -> None:
    """He closes a dossier and opens it again, and reads retention; he neither issues, voids nor destroys."""
    archivist = house.person("arsiparis", "arsiparis")
    dossier = f"/berkas/{house.other.dossier}"
    assert 'action="/berkas/' in archivist.get(dossier).text
    assert archivist.post(f"{dossier}/tutup", {"reason": "Kegiatan selesai"}).status_code == 303
    assert archivist.post(f"{dossier}/buka").status_code == 303
    assert archivist.get("/retensi").status_code == 200
    page = archivist.get(f"/d/{house.other.id}").text
    assert "Unggah naskah yang sudah ditandatangani" in page
    assert "Batalkan naskah" not in page
    for path in (f"/d/{house.other.id}/batalkan", "/agenda/sisipan", "/retensi/musnahkan"):
        assert archivist.post(path, {"reason": "coba"}).status_code == 403


def test_the_menu_of_an_archivist_is_of_what_he_does(house: House) -> None:
    """Scans and retention stand in his menu, the making of letters does not; an operator's menu is as it was."""
    archivist, operator = house.person("arsiparis", "arsiparis"), house.person("tulis", "operator")
    assert "Arsiparis" not in words(operator.get("/"))
    assert 'href="/buat"' not in archivist.get("/").text
    assert 'href="/pindaian"' in archivist.get("/agenda").text
    assert 'href="/retensi"' in archivist.get("/kantor").text
    assert 'href="/retensi"' not in operator.get("/kantor").text
    assert operator.get("/retensi").status_code == 403
    assert "Lampirkan hasil pindai" in words(archivist.get("/?tur=1"))
