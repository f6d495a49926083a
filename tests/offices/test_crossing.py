"""From one office into another: every route with every key of one, at the door of the other and of the installation.

Both offices were one until the keys were made, so ids and accounts of the one are there in the other, too.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from docgen.desk import open_desk
from docgen.desk.access.accounts import create_user
from docgen.desk.access.share_links import create_share, share_token
from docgen.desk.access.tokens import create_token
from docgen.desk.background.jobs import Jobs
from docgen.desk.drafts.drafts import begin_draft
from docgen.desk.issuing.issue import issue
from docgen.desk.service.job_functions import WORKERS
from docgen.libreoffice import Converter
from docgen.offices import settings_of
from storage.catalogue.access import sessions
from storage.link_records import Share
from tests.support.callers.front_door import served
from tests.support.callers.pages import PASSWORD
from tests.support.callers.routes import ABSENT, address, declared
from tests.support.office.demo_office import prepared_office
from tests.support.office.region import HOST_A, HOST_B, Region, Visitor, hosted, region, region_settings
from tests.support.office.requests import register, request
from web.probes import PROBES

pytestmark = pytest.mark.office

ROWS = (hosted("dinas-a", HOST_A), hosted("dinas-b", HOST_B))
# Answers that differ from call to call, or end what other tests go on with.
LEFT_OUT = {*(("GET", path) for path in PROBES), ("POST", "/keluar"), ("GET", "/masuk/wilayah")}
ROUTES = sorted(route for route in declared() if route not in LEFT_OUT)


@dataclass
class Crossing:
    """An open region, and the keys of one office: the cookie of its administrator, a token, a share link, ids."""

    region: Region
    cookie: str
    token: str
    share: str
    csrf: str
    ids: list[tuple[str, str]]  # addresses of what this office alone has: of a page, of the API


@pytest.fixture(scope="module")
def crossing(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[Crossing]:
    """Two offices that have a letter, accounts and a share link in common, and the keys that one of them made since."""
    parent = tmp_path_factory.mktemp("crossing")
    common, share = _common_office(parent / "common", converter)
    with region(parent, converter, *ROWS, prepared=common) as place:
        first, second = place.desk("dinas-a"), place.desk("dinas-b")
        visitor = signed_in(place, f"http://{HOST_A}")
        cookie = visitor.client.get_cookie("docgen_dinas-a", domain=HOST_A)
        assert cookie is not None
        with first.catalogue.read() as tx, second.catalogue.write() as other:  # as if the row were there, too
            for session in sessions.list_sessions(tx, None):
                sessions.add_session(other, session)
        token = create_token(first, "sistem", "admin", ["*"])
        document = issue(first, request(first), by="kepala")
        draft = begin_draft(first, "kepala", {"kind": "nota_dinas"})
        job = Jobs(first, WORKERS).submit("batch", {}, "kepala")
        ids = [
            (f"/d/{document.id}", f"/documents/{document.id}"),
            (f"/konsep/{draft.id}", f"/drafts/{draft.id}"),
            (f"/buat-massal/{job.id}", f"/jobs/{job.id}"),
            (f"/verifikasi/{document.code}", f"/documents/{document.id}/pdf"),
        ]
        yield Crossing(place, cookie.value, token, share_token(first.secret_key(), share), visitor.token, ids)


def _common_office(parent: Path, converter: Converter) -> tuple[Path, Share]:
    """Return the data folder of an office with an administrator and a letter, and the link to that."""
    settings = settings_of(region_settings(parent), ROWS[0])
    shutil.copytree(prepared_office(), settings.data)
    desk = open_desk(settings, converter)
    with closing(desk.catalogue):
        create_user(desk, "kepala", "admin", "Kepala", PASSWORD)
        share = create_share(desk, issue(desk, request(desk), by="kepala").id, "kepala")
    return settings.data, share


def signed_in(place: Region, base: str) -> Visitor:
    """Return the administrator of an office in a browser of his own."""
    visitor = place.visitor(base)
    visitor.sign_in("kepala")
    return visitor


@pytest.mark.parametrize(("method", "pattern"), ROUTES)
def test_no_key_of_one_office_opens_a_route_of_another(crossing: Crossing, method: str, pattern: str) -> None:
    """Office B and the installation answer whoever comes with cookie and token of A as they answer who has none, also
    where B has the same session in its own catalogue.
    """
    path = address(pattern, ABSENT)
    cookies = "; ".join(f"{name}={crossing.cookie}" for name in ("docgen", "docgen_dinas-a", "docgen_dinas-b"))
    for host in (HOST_B, "naskah.example"):
        nobody, stranger = (
            crossing.region.ask(path, host, method, headers=headers)
            for headers in (
                {"Authorization": "Bearer dg_tidak-dikenal"},
                {"Authorization": f"Bearer {crossing.token}", "Cookie": cookies},
            )
        )
        assert (stranger.status, stranger.headers.get("Location")) == (nobody.status, nobody.headers.get("Location"))
        if (rule := declared()[method, pattern]).asks in ("permission", "signed-in"):
            assert stranger.status_code in (301, 302, 303, 308, 400, 401, 403, 404, 415), rule


def test_the_same_keys_open_their_own_office(crossing: Crossing) -> None:
    """What is refused elsewhere is let in at home: the test above tries keys that are good."""
    own = {"Cookie": f"docgen_dinas-a={crossing.cookie}"}
    assert crossing.region.ask("/kantor", HOST_A, headers=own).status_code == 200
    bearer = {"Authorization": f"Bearer {crossing.token}"}
    assert crossing.region.ask("/api/v1/documents", HOST_A, headers=bearer).status_code == 200
    assert crossing.region.ask(f"/s/{crossing.share}", HOST_A).status_code == 200


def test_what_one_office_has_is_absent_in_the_other(crossing: Crossing) -> None:
    """Ids of letters, drafts and jobs of A, and the code that is printed on its letter, are nothing in B, for its own
    administrator and systems.
    """
    second = signed_in(crossing.region, f"http://{HOST_B}")
    bearer = {"Authorization": f"Bearer {create_token(crossing.region.desk('dinas-b'), 'sistem', 'admin', ['*'])}"}
    for page, resource in crossing.ids:
        answer = second.get(page)
        assert answer.status_code == 404, page
        assert crossing.region.ask(f"/api/v1{resource}", HOST_B, headers=bearer).status_code == 404


def test_a_share_link_is_of_the_office_that_signed_it(crossing: Crossing) -> None:
    """B has the same letter and the same row of the link; the signature of A opens nothing there."""
    assert crossing.region.ask(f"/s/{crossing.share}", HOST_B).status_code == 404


def test_a_form_of_one_office_is_none_of_another(crossing: Crossing) -> None:
    """The token of a page of A, sent by who is signed in at B, changes nothing there."""
    second = signed_in(crossing.region, f"http://{HOST_B}")
    second.token = crossing.csrf
    assert second.post("/token", {"name": "curian", "scope": "read"}).status_code == 400


def test_an_idempotency_key_is_of_one_office(crossing: Crossing) -> None:
    """The same call with the same key makes a letter in each office, each with the next number of its own register."""
    numbers = {}
    for slug, host in (("dinas-a", HOST_A), ("dinas-b", HOST_B)):
        desk = crossing.region.desk(slug)
        token = create_token(desk, "pemanggil", "write", [])
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "kunci-yang-sama"}
        before = len(register(desk))
        body = request(desk).model_dump(mode="json", exclude_defaults=True)
        first, again = (
            crossing.region.ask("/api/v1/documents", host, "POST", headers=headers, json=body) for _ in range(2)
        )
        assert (first.status_code, first.get_json()["id"]) == (201, again.get_json()["id"])
        assert len(register(desk)) == before + 1
        numbers[slug] = first.get_json()["id"]
    assert numbers["dinas-a"] != numbers["dinas-b"]


def test_every_key_of_an_office_is_its_own(crossing: Crossing) -> None:
    """Database, archive, archive key and secret key of no two offices are the same."""
    offices = crossing.region.offices
    own = [offices.settings, *(offices.settings_of(row.slug) for row in ROWS)]
    for name in ("data", "database_url", "store_url", "archive_key_file", "public_url"):
        assert len({getattr(settings, name) for settings in own}) == len(own), name
    assert len({crossing.region.desk(slug).secret_key() for slug in ("", "dinas-a", "dinas-b")}) == len(own)


def test_a_whole_address_in_the_request_line_counts(crossing: Crossing) -> None:
    """RFC 9112, 3.2.2: with `GET http://host/path` the host of the line chooses the office, not the header beside it;
    two `Host` headers choose none.
    """
    lines = {
        "dinas-a": f"GET http://{HOST_A}/masuk HTTP/1.1\r\nHost: naskah.example\r\n",
        "dinas-b": f"GET /masuk HTTP/1.1\r\nHost: {HOST_B}\r\n",
        "": f"GET /masuk HTTP/1.1\r\nHost: {HOST_A}\r\nHost: {HOST_B}\r\n",
    }
    with served(crossing.region.switch) as port:
        for slug, line in lines.items():
            with socket.create_connection(("127.0.0.1", port), timeout=30) as caller:
                caller.sendall(f"{line}Connection: close\r\n\r\n".encode())
                answer = b"".join(iter(lambda: caller.recv(65536), b"")).decode(errors="replace")
            assert (f"docgen_{slug}=" in answer) if slug else answer.startswith("HTTP/1.1 4"), line
