"""Two versions of a kind side by side, page by page: the letters of their examples, with the words that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.kinds.compare import ComparedPage, Comparison
from docgen.desk.kinds.compare import compare as compare_versions
from docgen.desk.kinds.versions import history
from docgen.errors import InvalidSubmission
from docgen.foreign import TextBox, span_boxes
from docgen.word_diff import DiffPiece, shortened
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from web.pages.templates.kind import with_file
from web.pages.templates.pictures import send_page
from web.short_memory import short_memory

blueprint = Blueprint("template_compare", __name__, url_prefix="/templat/<slug>/banding")

FRESH = 120.0  # seconds: long enough to turn the pages, short enough for a changed register


@dataclass(frozen=True)
class Side:
    """One of the two letters on the page that is shown: whether it has that page, and the boxes of what changed."""

    version: int
    has_page: bool
    boxes: Sequence[TextBox]


@blueprint.get("")
@may("edit_templates")
def show(slug: str) -> ResponseReturnValue:
    """Show a page (`?halaman=`) of the versions `?dari=` and `?ke=`, and which words changed on it."""
    desk = get_desk()
    past = history(desk, me().caller, slug)
    versions = with_file(past)
    before = request.args.get("dari", versions[-2] if len(versions) > 1 else versions[-1], type=int)
    after = request.args.get("ke", versions[-1], type=int)
    try:
        comparison = _compared(slug, before, after)
    except InvalidSubmission as invalid:
        flash(invalid.summary(), "danger")
        return redirect(url_for("template_kind.show", slug=slug), 303)
    number = min(max(request.args.get("halaman", 1, type=int), 1), len(comparison.pages))
    page = comparison.pages[number - 1]
    return render_template(
        "kinds/compare.html",
        slug=slug,
        title=past.title,
        usable=versions,
        sides=(
            Side(before, page.has_before, _changed_boxes(comparison.before, page, "new")),
            Side(after, page.has_after, _changed_boxes(comparison.after, page, "gone")),
        ),
        page=number,
        last=len(comparison.pages),
        pieces=shortened(list(page.pieces)),
        changed=[other.page for other in comparison.pages if not other.is_same],
    )


@blueprint.get("/<int:before>/<int:after>/<side>/<int:page>.png")
@may("edit_templates")
def picture(slug: str, before: int, after: int, side: str, page: int) -> ResponseReturnValue:
    """Send a page of the letter of one side: `lama` or `baru`."""
    comparison = _compared(slug, before, after)
    shown = comparison.pages[page - 1] if 1 <= page <= len(comparison.pages) else None
    if shown is None or not (shown.has_before if side == "lama" else shown.has_after):
        abort(404)
    return send_page(comparison.before if side == "lama" else comparison.after, page)


def _compared(slug: str, before: int, after: int) -> Comparison:
    """Return the comparison of two versions, from memory or made now. Raises InvalidSubmission."""
    desk, caller = get_desk(), me().caller
    digests = {version.version: version.sha256 for version in history(desk, caller, slug).versions}
    key = (slug, before, after, digests.get(before), digests.get(after))
    comparison: Comparison = short_memory("template_comparisons", FRESH).get(
        key, lambda: compare_versions(desk, caller, slug, before, after)
    )
    return comparison


def _changed_boxes(pdf: bytes, page: ComparedPage, other_side: str) -> list[TextBox]:
    """Return the boxes of the words that only this side has: all that is not the same, and not the other side's."""
    pieces = [piece for piece in page.pieces if piece.sort != other_side]
    return span_boxes(pdf, [*([] for _ in range(page.page - 1)), _spans(pieces)])


def _spans(pieces: Sequence[DiffPiece]) -> list[tuple[int, int]]:
    """Return the spans of letters, white space not counted, of the pieces that changed."""
    spans, at = [], 0
    for piece in pieces:
        length = len("".join(piece.text.casefold().split()))
        if piece.sort != "same":
            spans.append((at, at + length))
        at += length
    return spans
