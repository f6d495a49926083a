"""What the pages of a version show of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docgen.desk import Desk
from docgen.desk.kinds.versions import history, read_version
from docgen.foreign import TextBox
from docgen.template_lint.finding import Finding, Severity
from storage.records import KindVersion
from web.pages.shell.access import me

_ORDER: Mapping[Severity, int] = {"error": 0, "warning": 1, "hint": 2}
MOST_PAGES = 12  # pictures of pages on one page


@dataclass(frozen=True)
class VersionView:
    """A version as its pages show it; it is `editable` until it was published."""

    slug: str
    title: str
    version: int
    state: str
    sha256: str
    template_sha256: str
    created_at: dt.datetime
    created_by: str
    editable: bool


def view_version(desk: Desk, slug: str, number: int) -> tuple[KindVersion, VersionView]:
    """Return a version, and what its pages show of it. Raises NotFound."""
    past = history(desk, me().caller, slug)
    version = read_version(desk, slug, number)
    view = VersionView(
        slug=slug,
        title=str(version.sheet.get("title") or past.title),
        version=number,
        state=version.state,
        sha256=version.sha256,
        template_sha256=version.template_sha256,
        created_at=version.created_at,
        created_by=version.created_by,
        editable=version.state != "withdrawn" and not past.is_fixed(number),
    )
    return version, view


def by_severity(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings, what keeps a version from being published first."""
    return sorted(findings, key=lambda finding: _ORDER[finding.severity])


def numbered_boxes(boxes: Sequence[Sequence[TextBox]]) -> Mapping[int, Sequence[TextBox]]:
    """Return the boxes of things that are numbered from 1; without those that are nowhere to be seen."""
    return {number: of_thing for number, of_thing in enumerate(boxes, start=1) if of_thing}
