"""What a route asks of its caller. Each view declares its rule; `web.route_map` finds one that does not.

A page declares it by `may`, `signed_in`, `public`, `permalink` or `picker` of `web.pages.shell.access`, a call of the
API by `action` of `web.api.http.calls.call`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

View = TypeVar("View", bound=Callable[..., Any])

# permission: who has it; signed-in: every person; public: everybody; permalink: a person or a token that may read;
# picker: answers everybody, and lists letters to who is signed in and may read.
Asks = Literal["permission", "signed-in", "public", "permalink", "picker"]


@dataclass(frozen=True)
class Rule:
    """What a route asks: a permission of a person or, with `system`, of a token; else one of `Asks`, with a reason.

    Whoever has `instead` needs no `permission`. An `office_wide` call concerns the whole office, and is refused to
    tokens with limits. With `own_session` it also lets in a person who is signed in on a page. Whoever sends a
    `confirmed` form has proved lately who they are, or is asked to (`web.pages.account.confirm`). A `local` one lets in
    whatever runs on this machine, too.
    """

    asks: Asks
    permission: str = ""
    instead: str = ""
    reason: str = ""
    system: bool = False
    office_wide: bool = False
    own_session: bool = False
    confirmed: bool = False
    local: bool = False

    def __str__(self) -> str:
        if self.asks != "permission":
            return self.asks
        condition = " or ".join(filter(None, (self.permission, self.instead, "local" * self.local)))
        return " ".join(filter(None, ("api" if self.system else "", condition, "office" * self.office_wide)))

    def is_held_by(self, permissions: Collection[str]) -> bool:
        """Return whether somebody with these has the permission that is asked; of a permalink that is `read`."""
        return (self.permission or "read") in permissions or bool(self.instead and self.instead in permissions)


def declare(view: View, rule: Rule, **by_method: Rule) -> View:
    """Give a view its rule; `by_method` where one of its methods (`POST=…`) asks something else. Return the view."""
    cast(Any, view).route_rules = {"": rule, **by_method}
    return view
