"""What a check is, and what it tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wording import say

if TYPE_CHECKING:
    from docgen.desk.doctor.installation import Installation

SECONDS = 20.0  # that a check may take


@dataclass(frozen=True)
class CheckResult:
    """What one check tells; `next_step` says what to do where it is not `ok`.

    With `was_checked` False it could not be looked at, because of something else that is wrong and has its own result.
    `office` is the slug of an office of the installation, "" for the installation itself.
    """

    check: str
    ok: bool
    message: str
    next_step: str = ""
    was_checked: bool = True
    office: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain data, for programs."""
        return {
            "check": self.check,
            "ok": self.ok,
            "message": str(self.message),
            "next": str(self.next_step),
            "checked": self.was_checked,
            **({"office": self.office} if self.office else {}),
        }


class Fault(Exception):
    """Something is wrong: a sentence about it, and one about what to do."""

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step


def see(heading: str) -> str:
    """Return a next step that is told on a page: the heading in the runbook, as it stands in addresses."""
    return say("Ikuti docs/runbook.md#{heading}.", heading=heading)


@dataclass(frozen=True)
class Check:
    """A check by its name; `look` returns a sentence when all is well, and raises Fault, or whatever stands in its way.

    When it fails and one of `because_of` failed, too, that is the fault, and this one was not checked. One `of_machine`
    is the same for all offices of an installation, and so is one `of_setting` where an office has that setting of the
    installation's. `next_step` is for errors that bring none along.
    """

    name: str
    look: Callable[[Installation], str]
    next_step: str
    because_of: tuple[str, ...] = ()
    of_machine: bool = False
    of_setting: str = ""
    seconds: float = SECONDS
