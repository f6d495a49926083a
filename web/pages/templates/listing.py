"""The list of kinds: delivered ones, the office's own, drafts, what is planned, and what is switched off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from docgen.desk import Desk
from docgen.desk.kinds.versions import KindHistory, own_kinds
from storage.records import KindVersion
from web.desk import get_desk
from web.pages.shell.access import may, me

blueprint = Blueprint("template_list", __name__, url_prefix="/templat")


@dataclass(frozen=True)
class KindRow:
    """A kind in the list; `past` is what the office made of it, None of one that is as it was delivered or installed.

    `drafts` are its versions that are worked on; `problem` says why it cannot be used.
    """

    slug: str
    title: str
    description: str
    past: KindHistory | None
    drafts: Sequence[KindVersion]
    problem: str


@blueprint.get("")
@may("edit_templates")
def index() -> ResponseReturnValue:
    """List the kinds; `?cari=` keeps those whose name has each of these words."""
    words = request.args.get("cari", "").strip()[:200]
    rows = list_kinds(get_desk(), words)
    return render_template(
        "kinds/index.html",
        words=words,
        own=[row for row in rows if row.past],
        delivered=[row for row in rows if not row.past],
    )


def list_kinds(desk: Desk, words: str = "") -> list[KindRow]:
    """Return the kinds by their titles: all, or those whose title or description has each of `words`."""
    own = {past.slug: past for past in own_kinds(desk, me().caller)}
    slugs = {*desk.kinds, *own, *(slug for slug in desk.switched_off if "/" not in slug and slug[0] != "_")}
    rows = [_row(desk, slug, own.get(slug)) for slug in slugs]
    sought = words.casefold().split()
    matches = [row for row in rows if all(word in f"{row.title} {row.description}".casefold() for word in sought)]
    return sorted(matches, key=lambda row: row.title.casefold())


def _row(desk: Desk, slug: str, past: KindHistory | None) -> KindRow:
    kind = desk.kinds.get(slug)
    return KindRow(
        slug=slug,
        title=past.title if past else desk.kind_title(slug),
        description=kind.description if kind else "",
        past=past,
        drafts=[version for version in past.versions if is_in_work(past, version)] if past else [],
        problem=desk.switched_off.get(slug, ""),
    )


def is_in_work(past: KindHistory, version: KindVersion) -> bool:
    """Return whether a version may still be edited or published for the first time."""
    return version.state != "withdrawn" and not past.is_fixed(version.version)
