"""What an administrator sets up in a new office: which steps are done, which were put aside, and what is next.

Most steps are seen to be done; what a person says of the others (“done”, “not needed here”) is kept in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.access.accounts import list_users
from docgen.desk.access.first_password import FIRST_USER, is_first_password
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.setup import EMPTY_OFFICE
from docgen.errors import NotFound
from storage.catalogue import audit as log
from storage.catalogue import maintenance, registers
from storage.catalogue.searching.search import Filter, search_documents
from wording import say

_FACTS_ONLY = ("password",)  # nobody can say of these that they are done
WHOLE_LIST = "daftar"  # the subject in the log when somebody puts the whole list aside
NAMES = (
    "password", "office", "emblem", "address", "numbering", "officials", "assets", "accounts", "holidays", "mail",
    "backup", "letter",
)  # fmt: skip
_NEAR = ("127.0.0.1", "localhost", "::1", "")  # names of a machine that other machines do not reach it by


@dataclass(frozen=True)
class FirstStep:
    """A step by its name; `is_stated` when a person said that it is done, and nothing shows it."""

    name: str
    is_done: bool
    is_stated: bool


@dataclass(frozen=True)
class FirstSteps:
    """The steps in their order, and whether somebody put the list aside."""

    steps: list[FirstStep]
    is_aside: bool

    @property
    def done_count(self) -> int:
        """How many steps are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def next(self) -> FirstStep | None:
        """The first step that is not done; None when all are."""
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def is_due(self) -> bool:
        """Whether an administrator is to be reminded of the list."""
        return not self.is_aside and self.next is not None


def first_steps(desk: Desk, came_by: str) -> FirstSteps:
    """Return how the steps stand; `came_by` is the address, `https://host`, by which the asking person came."""
    users = list_users(desk)
    with desk.catalogue.read() as tx:
        statements = _statements(tx)
        facts = _facts(desk, tx, came_by) | {
            "password": not is_first_password(desk, FIRST_USER),
            "accounts": len(users) > 1,
        }
    steps = []
    for name in NAMES:
        is_stated = not facts[name] and statements.get(name, False)
        steps.append(FirstStep(name, facts[name] or is_stated, is_stated))
    return FirstSteps(steps, statements.get(WHOLE_LIST, False))


def state_step(desk: Desk, name: str, by: str, *, is_done: bool) -> None:
    """Keep what a person says of a step, or of `WHOLE_LIST`. Raises NotFound for a step that there is not."""
    if name not in (*NAMES, WHOLE_LIST) or name in _FACTS_ONLY:
        raise NotFound(say("Langkah awal {name} tidak ada.", name=repr(name[:40])))
    with desk.catalogue.write() as tx:
        if _statements(tx).get(name, False) != is_done:
            audit.record(desk, tx, by, Action.FIRST_STEP_DONE if is_done else Action.FIRST_STEP_OPEN, name)


def _statements(tx: Connection) -> Mapping[str, bool]:
    """Return what was said last of each step of which anything was."""
    events = log.events_of(tx, [Action.FIRST_STEP_DONE, Action.FIRST_STEP_OPEN], [*NAMES, WHOLE_LIST])
    return {event.subject: event.action == Action.FIRST_STEP_DONE for event in events}


def _facts(desk: Desk, tx: Connection, came_by: str) -> dict[str, bool]:
    """Return the steps that the catalogue and the settings show to be done or not."""
    office, year = registers.get_office(tx), desk.today_in(tx).year
    return {
        "office": bool(office.address) and office.name != EMPTY_OFFICE.name,
        "emblem": registers.get_emblem(tx) is not None,
        "address": came_by == desk.public_url and urlsplit(came_by).hostname not in _NEAR,
        "numbering": office.unit_code != EMPTY_OFFICE.unit_code,
        "officials": bool(registers.list_officials(tx)),
        "assets": bool(registers.count_assets(tx)),
        "holidays": any(day.year == year for day in office.holidays),
        "mail": desk.mail is not None,
        "backup": maintenance.last_run(tx, "backup", is_ok=True) is not None,
        "letter": bool(search_documents(tx, Filter(), limit=1)),
    }
