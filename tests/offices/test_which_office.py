"""Which office answers: by host name or path, whatever is tried with either."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.libreoffice import Converter
from docgen.offices import settings_of
from storage.catalogue.offices import add_office, set_retired
from tests.support.machine.libreoffices import wait_until
from tests.support.office.demo_office import prepared_office
from tests.support.office.region import HOST_A, HOST_B, Region, hosted, region
from web.proxy import called_host

ROWS = (hosted("dinas-a", HOST_A), hosted("dinas-b"))
PATH_B = ROWS[1].path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[Region]:
    """An installation with an office of a host name and one of a path."""
    with region(tmp_path_factory.mktemp("region"), converter, *ROWS) as opened:
        yield opened


def office_of(place: Region, host: str, path: str = "/masuk") -> str:
    """Return the slug of the office whose sign-in page answers, by the cookie it sets; "none" of nobody's."""
    answer = place.ask(path, host)
    if answer.status_code == 421:
        return "none"
    assert answer.status_code == 200, answer.status
    cookie = answer.headers["Set-Cookie"].partition("=")[0]
    return cookie.removeprefix("docgen").removeprefix("_")


@pytest.mark.parametrize(
    ("host", "slug"),
    [
        ("naskah.example", ""),
        ("NASKAH.example:8000", ""),
        ("localhost", ""),
        ("127.0.0.1:8000", ""),
        ("[::1]:8000", ""),
        (HOST_A, "dinas-a"),
        (HOST_A.upper(), "dinas-a"),
        (f"{HOST_A}.", "dinas-a"),
        (f"{HOST_A}:443", "dinas-a"),
        (f"{HOST_A}.evil.example", "none"),
        (f"evil.{HOST_A}", "none"),
        (f"{HOST_A}, naskah.example", "none"),
        (f"{HOST_A}@naskah.example", "none"),
        (f"{HOST_A}/naskah.example", "none"),
        ("10.0.0.7", "none"),
        ("*.naskah.example", "none"),
        ("", "none"),
    ],
)
def test_a_host_name_chooses_the_office(place: Region, host: str, slug: str) -> None:
    """A host name is known whatever its case, port or last dot; what merely looks like one is nobody's."""
    assert office_of(place, host) == slug


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        (f"{PATH_B}/masuk", "dinas-b"),
        (f"{PATH_B}//masuk", "dinas-b"),
        (f"/{PATH_B}/masuk", ""),
        (f"{PATH_B}x/masuk", ""),
        (f"{PATH_B.upper()}/masuk", ""),
        (f"{PATH_B}/../../masuk", "dinas-b"),
        ("/o/%64inas-b/masuk", "dinas-b"),
        ("/o/dinas-b%2fmasuk", "dinas-b"),
        ("/o/x/%2e%2e/dinas-b/masuk", ""),
        ("/o/dinas-a/masuk", ""),
        ("/o/masuk", ""),
    ],
)
def test_a_path_chooses_the_office(place: Region, path: str, slug: str) -> None:
    """The first parts of a path are an office's or they are not: nothing is tidied first, so no two programs on the way
    can read them differently; an office with a host name has no path.
    """
    cookie = place.ask(path).headers["Set-Cookie"]
    assert cookie.partition("=")[0] == (f"docgen_{slug}" if slug else "docgen")
    assert f"Path={PATH_B if slug else '/'};" in f"{cookie};"


def test_every_address_on_a_page_of_a_path_lies_below_it(place: Region) -> None:
    """Links, forms, scripts and the app's manifest of an office below a path stay there."""
    visitor = place.visitor()
    page = visitor.get(f"{PATH_B}/masuk").get_data(as_text=True)
    addresses = re.findall(r'(?:href|src|action|data-root)="(/[^"]*)"', page)
    assert addresses
    assert [address for address in addresses if not address.startswith(PATH_B)] == []
    assert visitor.get(f"{PATH_B}/manifest.webmanifest").get_json()["scope"] == f"{PATH_B}/"
    assert f'"{PATH_B}/static/"' in visitor.get(f"{PATH_B}/sw.js").get_data(as_text=True)
    assert visitor.get(f"{PATH_B}/").headers["Location"] == f"{PATH_B}/masuk"


@pytest.mark.parametrize("trusted", [True, False], ids=["proxy", "stranger"])
def test_who_is_no_proxy_names_no_host(trusted: bool) -> None:
    """`X-Forwarded-Host` counts from a trusted proxy alone, and of several the one that it added itself."""
    networks = (ipaddress.ip_network("10.0.0.0/24"),)
    peer = "10.0.0.5" if trusted else "10.0.1.5"
    expected = HOST_B if trusted else HOST_A
    assert called_host(peer, HOST_A, f"evil.example, {HOST_B}", networks) == expected
    assert called_host(peer, HOST_A, "", networks) == HOST_A


@pytest.mark.parametrize("path", ["/", "/masuk", "/api/v1/documents", "/static/docgen.css"])
def test_an_unknown_host_is_told_nothing(place: Region, path: str) -> None:
    """Nobody's host is answered 421, in the words for people or systems, without the name of any office."""
    answer = place.ask(path, "lain.example")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 421
    assert ("problem" in answer.headers["Content-Type"]) == path.startswith("/api/")
    assert not [word for word in ("dinas", "naskah.example", "Komunikasi") if word in text.replace("naskah dinas", "")]
    assert answer.headers["Cache-Control"] == "no-store"


def test_probes_are_answered_by_every_name(place: Region) -> None:
    """Whoever watches the machine asks by its address."""
    assert place.ask("/healthz", "10.0.0.7:8000").status_code == 200


def test_offices_come_and_go_without_a_restart(tmp_path: Path, converter: Converter) -> None:
    """Without offices every host is the installation's; one that is added is served, one that is retired is opened
    anew, and hosts that nobody has are refused from the first office on.
    """
    with region(tmp_path, converter) as alone:
        assert office_of(alone, "apa-saja.example") == ""
        shutil.copytree(prepared_office(), settings_of(alone.offices.settings, ROWS[0]).data)
        with alone.offices.desk.catalogue.write() as tx:
            add_office(tx, ROWS[0])
        wait_until(lambda: office_of(alone, HOST_A) == "dinas-a")
        assert office_of(alone, "apa-saja.example") == "none"
        before = alone.desk("dinas-a")
        with alone.offices.desk.catalogue.write() as tx:
            set_retired(tx, "dinas-a", dt.datetime.now(dt.UTC), "uji")
        wait_until(lambda: alone.desk("dinas-a") is not before)
        assert office_of(alone, HOST_A) == "dinas-a"


def test_an_office_that_is_away_stops_no_other(tmp_path: Path, converter: Converter) -> None:
    """An office whose database cannot be opened is answered 503; the others go on, and so does this one when it is
    back.
    """
    with region(tmp_path, converter, *ROWS) as place:
        data = place.offices.settings_of("dinas-a").data
        data.rename(tmp_path / "away")
        data.write_text("no folder")
        answer = place.ask("/masuk", HOST_A)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert place.ask("/api/v1/documents", HOST_A).get_json()["status"] == 503
        assert office_of(place, "naskah.example", f"{PATH_B}/masuk") == "dinas-b"
        assert office_of(place, "naskah.example") == ""
        data.unlink()
        (tmp_path / "away").rename(data)
        wait_until(lambda: place.ask("/masuk", HOST_A).status_code == 200)
