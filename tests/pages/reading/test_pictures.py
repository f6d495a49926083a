"""Pictures are never older than what they show: their addresses change with it, and other addresses are asked again."""

from __future__ import annotations

import io
import re

import pytest

from docgen.desk import Desk
from docgen.desk.access.share_links import create_share, share_url
from docgen.desk.access.tokens import create_token
from docgen.desk.decisions.endorse import EndorsementRequest, endorse
from docgen.desk.decisions.void import void
from docgen.desk.rights import EVERYONE
from storage.catalogue import registers
from storage.records import Document
from tests.support.callers.pages import Person
from tests.support.office.decisions import issue_example
from tests.support.office.small_office import picture
from web.page_images import Pictures

pytestmark = pytest.mark.office


def decide(desk: Desk, document: Document) -> None:
    """The Kepala Bidang approves."""
    request = EndorsementRequest(official="kepala-bidang", decision="setuju")
    endorse(desk, document.id, request, "sari", [EVERYONE])


def addresses(page: str, part: str) -> list[str]:
    """Addresses of pictures on a page that hold `part`."""
    return [one.replace("&amp;", "&") for one in re.findall(r'(?:src|content)="([^"]+)"', page) if part in one]


def test_a_decision_is_seen_in_the_pictures_at_once(operator: Person, visitor: Person, desk: Desk) -> None:
    """On the document's page, read closely, under a share link, in its card and on the verification page: after a
    decision, and again after the void, every picture has another address, the old one answers with the new picture,
    and no browser keeps any."""
    with desk.catalogue.write() as tx:
        registers.put_office(tx, registers.get_office(tx).model_copy(update={"verify_shows": "pages"}))
    document = issue_example(desk, "nota_dinas", "pemeliharaan", 2)  # one page, so that every picture changes
    token = share_url(desk, "a test's secret", create_share(desk, document.id, "operator", 7, "")).rpartition("/")[2]
    places = {
        f"/d/{document.id}": operator,
        f"/d/{document.id}/baca": operator,
        f"/s/{token}": visitor,
        f"/verifikasi/{document.code}": visitor,
    }

    def shown() -> dict[str, str]:
        return {
            address: place
            for place, who in places.items()
            for address in addresses(who.get(place).text, "/kartu.png") + addresses(who.get(place).text, "/halaman/")
        }

    before = shown()
    assert set(before.values()) == set(places)
    seen = {address: places[place].get(path(address)).data for address, place in before.items()}
    for act in (decide, lambda desk, one: void(desk, one.id, "Salah.", "sari")):
        act(desk, document)
        after = shown()
        assert not set(before) & set(after)
        for address, place in after.items():
            who = places[place]
            answer = who.get(path(address))
            assert answer.mimetype == "image/png"
            assert answer.data not in seen.values()
            assert answer.headers["Cache-Control"] == "no-store"
        for address in before:
            who = places[before[address]]
            if "revisi=" not in address:
                old = who.get(path(address))
                assert (old.headers["Cache-Control"], old.data in seen.values()) == ("no-store", False)
        seen |= {address: places[place].get(path(address)).data for address, place in after.items()}
        before = after


def path(address: str) -> str:
    """The path of an address, with its query."""
    return re.sub(r"^https?://[^/]+", "", address)


def test_a_new_emblem_is_seen_at_once(admin: Person) -> None:
    """Uploaded or removed, the masthead's picture has another address; the bare one is asked again each time."""
    seen = []
    for colour in (40, 60):
        admin.get("/kantor")
        admin.post("/kantor/lambang", {"emblem": (io.BytesIO(picture(colour, 50)), "lambang.png")})
        [address, *_] = addresses(admin.get("/").text, "/kantor/lambang.png")
        answer = admin.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        bare = admin.get("/kantor/lambang.png")
        assert bare.headers["Cache-Control"] == "public, no-cache"
        assert bare.data == answer.data
        assert admin.get("/kantor/lambang.png?v=lain").headers["Cache-Control"] == "public, no-cache"
        seen.append((address, answer.data))
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] != seen[1][1]
    assert admin.get(seen[0][0]).headers["Cache-Control"] == "public, no-cache"
    admin.get("/kantor")
    admin.post("/kantor/lambang", {"hapus": "1"})
    assert addresses(admin.get("/").text, "/kantor/lambang.png") == ["/kantor/lambang.png"]


def test_pictures_made_last_are_remembered_and_no_more() -> None:
    """A picture is made once while there is room; then the one that was looked at longest ago goes."""
    pictures, made = Pictures(size=25), []

    def show(key: str) -> bytes:
        return pictures.get(key, lambda: made.append(key) or b"0123456789")  # type: ignore[func-returns-value]

    for key in ("a", "b", "a", "c", "a", "b"):
        assert show(key) == b"0123456789"
    assert made == ["a", "b", "c", "b"]


def test_no_browser_keeps_a_letter(operator: Person, admin: Person, desk: Desk) -> None:
    """Files and pictures of letters are not stored, pages are asked for again each time, whoever asks.

    Files of the service itself and the emblem are about no letter, and are kept.
    """
    document = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    token = share_url(desk, "a test's secret", create_share(desk, document.id, "operator", 7, "")).rpartition("/")[2]
    one = f"/d/{document.id}"
    files = [f"{one}/pdf", f"{one}/pdf?unduh=1", f"{one}/pdf?salinan=1", f"{one}/docx", f"{one}/halaman/1.png",
             f"{one}/qr.svg", f"/s/{token}/pdf", f"/s/{token}/halaman/1.png", "/arsip/hasil.xlsx"]  # fmt: skip
    for path in files:
        answer = operator.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), path
    for path in ("/", one, f"{one}/baca", "/arsip", f"/s/{token}", f"/verifikasi/{document.code}"):
        assert operator.get(path).headers["Cache-Control"] == "private, no-cache", path
    for path in ("/riwayat/ekspor.csv", "/agenda/agenda.xlsx"):
        answer = admin.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), path
    caller = operator.app.test_client()
    token = create_token(desk, "dasbor", "read", [])
    answer = caller.get(f"/api/v1/documents/{document.id}/pdf", headers={"Authorization": f"Bearer {token}"})
    assert answer.headers["Cache-Control"] == "private, no-cache"
    for path in (one, f"/arsip/{document.assets[0]}"):
        asked = {"Authorization": f"Bearer {token}", "Accept": "application/pdf"}
        answer = caller.get(path, headers=asked)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-cache"), path
        assert {"Accept", "Authorization", "Cookie"} <= set(answer.vary), path
        again = caller.get(path, headers=asked | {"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304, path
    assert "public" in operator.get("/kantor/lambang.png").headers["Cache-Control"]
