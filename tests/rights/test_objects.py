"""Every route that names a letter or a draft × every caller × letters of each class: his own, and those of others.

What is expected follows from the permissions alone. Not signed in: led to sign in, or 401. Without the permission: 403,
which names it. What the caller may not know of: answered as what is not there. Else none of these. The routes are those
of the route map, so that a new one is tried, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from werkzeug.test import TestResponse

from docgen.desk.access.tokens import create_token
from docgen.desk.drafts.drafts import begin_draft
from docgen.desk.issuing.issue import issue
from docgen.permissions import READS_CLASS, Permission, load_permissions
from storage.records import Document
from tests.rights.conftest import House, letter_request
from tests.support.callers.api import Caller
from tests.support.callers.pages import ORIGIN, Person, words
from tests.support.callers.routes import declared
from web.route_rules import Rule

pytestmark = pytest.mark.office

TABLE = load_permissions()
ABSENT = "0" * 26
AUTHOR = "objek.operator"  # who wrote the letters called own
SINGLE: tuple[Permission, ...] = (
    "read",
    "read_restricted",
    "read_secret",
    "read_top_secret",
    "issue",
    "file",
    "endorse",
)
CALLERS = ("nobody", *TABLE.roles, *(f"token {scope}" for scope in TABLE.scopes), *(f"only {name}" for name in SINGLE))


@dataclass(frozen=True)
class Asking:
    """A caller, what he may do, and how he asks."""

    name: str
    permissions: frozenset[Permission]
    browser: Person | Caller

    @property
    def is_system(self) -> bool:
        """Whether it is another system with a token."""
        return isinstance(self.browser, Caller)

    def ask(self, method: str, path: str) -> TestResponse:
        """Send an empty form, or an empty object."""
        if isinstance(self.browser, Caller):
            body = {} if method == "GET" else {"json": {}}
            return self.browser(method, f"http://localhost{path}", headers={"Accept": "application/json"}, **body)
        form = None if method == "GET" else {"csrf_token": self.browser.token}
        return self.browser.client.open(path, method=method, data=form, headers=ORIGIN)


@pytest.fixture(scope="module")
def letters(house: House) -> Mapping[str, Document]:
    """A letter of every class by others, and an open and a top secret one by the author."""

    def issued(by: str, security: str) -> Document:
        request = letter_request(house.desk).model_copy(update={"security": security})
        return issue(house.desk, request, by)

    house.person(AUTHOR, "operator")
    own = {f"own {security}": issued(AUTHOR, security) for security in ("B", "SR")}
    others = {f"other {security}": issued("admin", security) for security in ("T", "SR")}
    return {**own, **others, "other B": house.mine, "other R": house.secret}


@pytest.fixture(scope="module")
def callers(house: House, letters: Mapping[str, Document]) -> Mapping[str, Asking]:
    """Nobody, a person of each role, and a token of each scope and of single permissions."""
    nobody = Person(house.app)
    nobody.get("/masuk")
    found = {"nobody": Asking("", frozenset(), nobody)}
    for role in TABLE.roles:
        found[role] = Asking(f"objek.{role}", TABLE.of_role(role), house.person(f"objek.{role}", role))
    for scope in TABLE.scopes:
        found[f"token {scope}"] = Asking(f"objek {scope}", TABLE.of_scope(scope), house.system(scope))
    for name in SINGLE:
        permissions: tuple[Permission, ...] = ("read",) if name == "read" else ("read", name)
        raw = create_token(house.desk, f"hanya {name}", "read", [], permissions=permissions)
        found[f"only {name}"] = Asking(f"hanya {name}", frozenset(permissions), Caller(house.app, raw))
    return found


def routes_of(*rooms: str) -> list[tuple[str, str, Rule]]:
    """The routes that name an object by its id, in these rooms."""
    return [
        (method, pattern, rule)
        for (method, pattern), rule in declared().items()
        if "<id>" in pattern and pattern.startswith(rooms) and rule.asks in ("permission", "permalink")
    ]


def address(pattern: str, id: str) -> str:
    """The address of an object."""
    whole = pattern.replace("<id>", id)
    return re.sub(r"<[^>]+>", "0" * 64, re.sub(r"<int:[^>]+>", "1", whole))


def is_for(rule: Rule, asking: Asking) -> bool:
    """Whether the route is of the caller's sort: pages are people's, the API is tokens', permalinks are both's."""
    return rule.asks == "permalink" or rule.system == asking.is_system


def sees(asking: Asking, kind: str, document: Document) -> bool:
    """Whether the caller may know of a letter: by its class, or because he wrote it."""
    wrote = not asking.is_system and document.created_by == asking.name
    return wrote or READS_CLASS[kind.split()[1]] in asking.permissions


def lacks_permission(answer: TestResponse) -> bool:
    """Whether the answer is that a permission is missing."""
    if answer.status_code != 403:
        return False
    return bool(answer.json.get("missing")) if answer.is_json and answer.json else "perlu izin" in words(answer)


@pytest.mark.parametrize("name", CALLERS)
def test_each_letter_is_met_by_whom_it_is_for(
    house: House, letters: Mapping[str, Document], callers: Mapping[str, Asking], name: str
) -> None:
    """By every page and call that names one, to read it and to change it."""
    asking, wrong = callers[name], []
    for method, pattern, rule in routes_of("/d/", "/putuskan/naskah/", "/api/v1/documents/"):
        if not is_for(rule, asking):
            continue
        absent = asking.ask(method, address(pattern, ABSENT)).status_code
        for kind, document in letters.items():
            answer = asking.ask(method, address(pattern, document.id))
            code = answer.status_code
            if name == "nobody":
                right = code == 401 or (code == 302 and answer.headers["Location"].startswith("/masuk"))
            elif not rule.is_held_by(asking.permissions):
                right = lacks_permission(answer)
            elif not sees(asking, kind, document):
                right = code == absent and code in ((404,) if method == "GET" else (400, 404, 409, 415, 422))
            else:
                right = not lacks_permission(answer) and code not in (302, 401)
                right = right and (code != 404 or method != "GET" or "<sha256>" in pattern)
            if not right:
                wrong.append((method, pattern, kind, code, absent))
    assert wrong == []


@pytest.mark.parametrize("name", [name for name in CALLERS if name != "nobody"])
def test_a_draft_is_met_by_its_author_alone(house: House, callers: Mapping[str, Asking], name: str) -> None:
    """Until he puts it before officials: to everybody else, the administrator too, it is not there."""
    body = letter_request(house.desk).model_dump(mode="json", exclude_none=True)
    draft = begin_draft(house.desk, "pemilik.draf", body)
    asking, wrong = callers[name], []
    for method, pattern, rule in routes_of("/konsep/", "/api/v1/drafts/", "/buat/draf/"):
        if is_for(rule, asking):
            answers = [asking.ask(method, address(pattern, id)) for id in (draft.id, ABSENT)]
            codes = [answer.status_code for answer in answers]
            lacking = [lacks_permission(answer) for answer in answers]
            if codes[0] != codes[1] or lacking != [not rule.is_held_by(asking.permissions)] * 2 or codes[0] == 200:
                wrong.append((method, pattern, codes, lacking))
    assert wrong == []


def test_an_inspector_changes_nothing(house: House, callers: Mapping[str, Asking]) -> None:
    """Of all that is sent by forms, a pengawas may only what is his own (password, sessions, notices) and exports."""
    asking = callers["pengawas"]
    sent = [
        (method, pattern, rule)
        for (method, pattern), rule in declared().items()
        if method != "GET" and rule.asks == "permission" and not rule.system
    ]
    let_in = {rule.permission for method, pattern, rule in sent if not lacks_permission(
        asking.ask(method, address(re.sub(r"<any\((\w+)[^>]*>", r"\1", pattern), ABSENT)))}  # fmt: skip
    assert let_in == {"export"}
