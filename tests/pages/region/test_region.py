"""Wilayah: who keeps the offices of an installation sees figures of all, and enters one by a ticket."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from docgen.desk.access.accounts import change_user, create_user
from docgen.desk.offices.entering import browser_mark, make_ticket, use_ticket
from docgen.desk.offices.overview import RegionOverview
from docgen.desk.registers.edit import change_office
from docgen.errors import Forbidden, Gone
from docgen.libreoffice import Converter
from storage.catalogue.registers import get_office
from storage.errors import StoreUnavailable
from tests.support.callers.pages import PASSWORD, words
from tests.support.office.region import ADDRESS, HOST_A, Region, Visitor, hosted, region

OFFICE_A, OFFICE_B = f"http://{HOST_A}", ADDRESS


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[Region]:
    """An installation with an office of a host name and one of a path; `pusat` keeps it, `admin` is everywhere."""
    rows = hosted("dinas-a", HOST_A), hosted("dinas-b")
    with region(tmp_path_factory.mktemp("region"), converter, *rows) as opened:
        create_user(opened.desk(""), "pusat", "admin", "Pusat", PASSWORD)
        create_user(opened.desk(""), "juru", "operator", "Juru", PASSWORD)
        yield opened


def keeper(place: Region, name: str = "pusat") -> Visitor:
    """Return somebody who is signed in at the installation."""
    visitor = place.visitor()
    visitor.sign_in(name)
    return visitor


def follow(place: Region, visitor: Visitor, address: str) -> TestResponse:
    """Open an address of whichever office, with the cookies of the same browser."""
    parts = urlsplit(address)
    visitor.base = f"{parts.scheme}://{parts.netloc}"
    return visitor.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def ticket_address(place: Region, visitor: Visitor, slug: str) -> str:
    """Go the whole way to an office up to the address with the ticket."""
    visitor.base = ADDRESS
    visitor.get("/wilayah")
    page = visitor.post("/wilayah/masuk", {"slug": slug}).get_data(as_text=True)
    office = "http://" + (HOST_A if slug == "dinas-a" else "naskah.example/o/dinas-b")
    assert f'href="{office}/masuk/wilayah"' in page
    arrived = follow(place, visitor, f"{office}/masuk/wilayah")
    given = follow(place, visitor, arrived.headers["Location"])
    assert given.status_code == 303, words(given)
    return given.headers["Location"]


def test_the_page_shows_figures_and_no_letter(place: Region) -> None:
    """Every office is listed with its figures; one that is away is named as such, and the page answers."""
    page = words(keeper(place).get("/wilayah"))
    assert page.count("0 bulan ini") == 2
    assert page.count("cadangan belum ada") == 2
    data = place.offices.settings_of("dinas-b").data
    away = RegionOverview(place.offices.settings, lambda slug: place.desk(slug) if slug == "dinas-a" else _fail())
    states = {state.hosted.slug: state for state in away.states(place.offices.hosted.values())}
    assert (states["dinas-a"].figures is None, states["dinas-b"].figures) == (False, None)
    assert data.is_dir()


def _fail() -> None:
    raise StoreUnavailable("away")


def test_only_who_keeps_offices_sees_them(place: Region) -> None:
    """A clerk of the installation is refused; an office's own administrator finds no such page at his office."""
    assert keeper(place, "juru").get("/wilayah").status_code == 403
    create_user(place.desk("dinas-a"), "kepala", "admin", "Kepala", PASSWORD)
    visitor = place.visitor(OFFICE_A)
    visitor.sign_in("kepala")
    for path in ("/wilayah", "/wilayah/tiket?kantor=dinas-b&ikatan=x"):
        assert visitor.get(path).status_code == 404
    assert "Wilayah" not in words(visitor.get("/"))


def test_an_office_is_added_and_retired_on_the_page(place: Region) -> None:
    """A new office is served at once, and its first administrator gets a link; a retired one says so."""
    visitor = keeper(place)
    visitor.get("/wilayah")
    page = visitor.post("/wilayah", {"slug": "dinas-c", "host": "dinas-c.naskah.example"}).get_data(as_text=True)
    link = page.partition("<code>http://dinas-c.naskah.example")[2].partition("</code>")[0]
    assert place.ask(link, "dinas-c.naskah.example").status_code == 200
    wrong = visitor.post("/wilayah", {"slug": "dinas-c", "host": "lain.naskah.example"})
    assert wrong.status_code == 409
    assert visitor.post("/wilayah", {"slug": "..", "host": ""}).status_code == 422
    assert visitor.post("/wilayah/hentikan", {"slug": "dinas-c"}).status_code == 303
    assert "Tidak dilayani" in words(visitor.get("/wilayah"))
    assert place.desk("dinas-c").is_retired
    assert visitor.post("/wilayah/layani", {"slug": "dinas-c"}).status_code == 303
    assert not place.desk("dinas-c").is_retired


@pytest.mark.parametrize("slug", ["dinas-a", "dinas-b"])
def test_a_ticket_opens_an_office_once(place: Region, slug: str) -> None:
    """The administrator comes in as an account that the office sees; the same ticket opens nothing again, nor in
    another browser, nor another office.
    """
    visitor = keeper(place)
    address = ticket_address(place, visitor, slug)
    stranger = place.visitor()
    assert follow(place, stranger, address).status_code == 410
    entered = follow(place, visitor, address)
    assert entered.status_code == 303
    home = follow(place, visitor, f"{visitor.base}{entered.headers['Location']}")
    assert "wilayah.pusat" in home.get_data(as_text=True) or "Administrator wilayah" in words(home)
    assert follow(place, visitor, address).status_code == 410
    assert "Administrator wilayah (pusat)" in words(
        follow(place, visitor, f"{address.partition('/masuk')[0]}/pengguna")
    )


def test_a_ticket_is_of_one_office_one_browser_and_one_minute(place: Region) -> None:
    """A ticket opens nothing elsewhere, for nobody else, twice, or later."""
    mark = browser_mark("peramban")
    first, second = place.desk("dinas-a"), place.desk("dinas-b")
    ticket = make_ticket(first, "pusat", mark)
    for desk, browser in ((second, mark), (first, browser_mark("lain")), (place.desk(""), mark)):
        with pytest.raises(Gone):
            use_ticket(desk, ticket, browser)
    assert use_ticket(first, ticket, mark).name == "wilayah.pusat"
    with pytest.raises(Gone):
        use_ticket(first, ticket, mark)
    late = make_ticket(first, "pusat", mark)
    in_a_minute = replace(first, now=lambda: first.now() + dt.timedelta(seconds=61))
    with pytest.raises(Gone):
        use_ticket(in_a_minute, late, mark)


def test_an_office_closes_the_account_or_lets_nobody_in(place: Region) -> None:
    """An account that the office closed, one that it has under this name, and its own setting keep the region out."""
    desk, mark = place.desk("dinas-a"), browser_mark("peramban")
    ticket = make_ticket(desk, "pusat", mark)
    change_user(desk, "wilayah.pusat", "admin", active=False)
    with pytest.raises(Gone):
        use_ticket(desk, ticket, mark)
    with pytest.raises(Forbidden, match="menutup"):
        make_ticket(desk, "pusat", mark)
    create_user(desk, "wilayah.juru", "operator", "Juru", PASSWORD)
    with pytest.raises(Forbidden, match="sudah dipakai"):
        make_ticket(desk, "juru", mark)
    ticket = make_ticket(desk, "ketiga", mark)
    with desk.catalogue.read() as tx:
        office = get_office(tx)
    change_office(desk, office.model_copy(update={"region_may_enter": False}), by="admin")
    with pytest.raises(Gone, match="tidak mengizinkan"):
        use_ticket(desk, ticket, mark)
    with pytest.raises(Forbidden, match="tidak mengizinkan"):
        make_ticket(desk, "ketiga", mark)
