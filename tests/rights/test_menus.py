"""What each role is offered: its menu, home and tour hold nothing that it may not do."""

from __future__ import annotations

import re

import pytest

from docgen.permissions import load_permissions
from tests.rights.conftest import House
from tests.support.callers.pages import words
from tests.support.callers.routes import declared
from web.route_map import lets_in

pytestmark = pytest.mark.office

_FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
PAGES = ("/", "/arsip", "/berkas", "/bundel", "/agenda", "/aset", "/pejabat", "/kantor", "/peran", "/kalimat")


@pytest.mark.parametrize("role", load_permissions().roles)
def test_no_link_and_no_button_leads_to_a_refusal(house: House, role: str) -> None:
    """Every link of the pages in the menu, and of a letter's and a dossier's page, opens; every form is one he may
    send."""
    person = house.person(f"menu.{role}", role)
    pages = [*PAGES, f"/d/{house.mine.id}", f"/berkas/{house.mine.dossier}"]
    shown = [person.get(path) for path in pages]
    assert [answer.status_code for answer in shown] == [200] * len(pages)
    found = {link for answer in shown for link in re.findall(r'href="(/[^"#]*)', answer.text)}
    links = {link.replace("&amp;", "&") for link in found if not link.startswith(("/static", "/bootstrap", "/masuk"))}
    dead = {link: code for link in sorted(links) if (code := person.get(link).status_code) in (401, 403, 404)}
    assert dead == {}
    forms = {action for answer in shown for action, body in _FORM.findall(answer.text) if "<button" in body}
    rules, addresses = declared(), house.app.url_map.bind("localhost")
    for action in forms:
        route, _ = addresses.match(re.split("[?#]", action)[0], method="POST", return_rule=True)
        rule = rules["POST", route.rule]
        assert lets_in(rule, load_permissions().of_role(role)), action


def test_the_tour_of_an_inspector_tells_what_he_does(house: House) -> None:
    """He is not told to file scans, and finds the history from his home."""
    inspector = house.person("menu.pengawas", "pengawas")
    home = inspector.get("/?tur=1")
    assert "Baca dan cari" in words(home)
    assert "Pindaian" not in words(home)
    assert 'href="/riwayat"' in home.text
