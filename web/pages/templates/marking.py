"""Words of a Word file become fields: chosen on the picture of its page, or from the list of its paragraphs.

What looks like data is proposed, and accepted or refused one by one. The last mark can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk import Desk
from docgen.desk.kinds.edit import sheet_of
from docgen.desk.kinds.marking import mark_place, put_back
from docgen.desk.kinds.versions import template_of
from docgen.errors import Conflict, FieldError, InvalidSubmission, NotFound, TemplateError
from docgen.foreign import TextBox
from docgen.foreign.tagging import boxes_of, find_template_tags, list_paragraphs, suggest_places
from docgen.tagging.model import Paragraph, Suggestion, TemplateTag
from storage.errors import RecordConflict
from storage.records import KindVersion
from web.desk import get_desk
from web.pages.shell.access import may, me, wants_json
from web.pages.shell.message_translation import flash
from web.pages.templates import marks_memory
from web.pages.templates.pictures import TemplatePages, template_pages
from web.pages.templates.views import MOST_PAGES, VersionView, numbered_boxes, view_version
from web.pages.templates.word_choice import WordChoice, choice_at, choice_of, read_mark, suggested_mark
from web.short_memory import short_memory
from wording import say

blueprint = Blueprint("template_marking", __name__, url_prefix="/templat/<slug>/<int:version>/tandai")

FRESH = 600.0  # seconds: what stands in a file with this SHA-256 stays


@dataclass(frozen=True)
class WordOnPage:
    """A word that may be chosen on the picture: its paragraph's key, its characters there, and where it stands."""

    paragraph: str
    start: int
    end: int
    box: TextBox


@dataclass(frozen=True)
class Letter:
    """What stands in a draft's Word file. `suggestions` are by their number, from 1; boxes are on its page pictures."""

    pages: TemplatePages
    paragraphs: Sequence[Paragraph]
    tags: Sequence[TemplateTag]
    suggestions: Mapping[int, Suggestion]
    words: Sequence[WordOnPage]
    tag_boxes: Sequence[TextBox]
    suggestion_boxes: Mapping[int, Sequence[TextBox]]


@blueprint.get("")
@may("edit_templates")
def show(slug: str, version: int) -> ResponseReturnValue:
    """Show the letter, its proposals and its paragraphs.

    `?alinea=` (with `dari` and `sampai`) and `?usulan=` open the dialog about these words; a script gets it alone.
    """
    record, view = view_version(get_desk(), slug, version)
    letter = _letter(get_desk(), record)
    choice = _asked(letter)
    if choice is not None and wants_json():
        return render_template("kinds/words.html", view=view, choice=choice, wrong={})
    return _page(record, view, letter, choice)


@blueprint.post("")
@may("edit_templates")
def mark(slug: str, version: int) -> ResponseReturnValue:
    """Write the tag: of a proposal as it stands, or of the words and the name that the dialog asked for."""
    desk = get_desk()
    record, view = view_version(desk, slug, version)
    letter = _letter(desk, record)
    suggestion = (
        None if request.form.get("ditanya") else letter.suggestions.get(request.form.get("usulan", 0, type=int))
    )
    try:
        new_mark = suggested_mark(suggestion) if suggestion else read_mark(request.form, letter.paragraphs)
        mark_place(desk, me().caller, slug, version, new_mark, was=request.form.get("semula", ""))
    except InvalidSubmission as invalid:
        return _again(record, view, letter, invalid.errors), 422
    except (TemplateError, Conflict, RecordConflict) as error:
        if suggestion is None and isinstance(error, TemplateError):
            return _again(record, view, letter, [FieldError("dari", str(error))]), 422
        flash(str(error), "danger")
        return _back(slug, version)
    marks_memory.note_mark(slug, version, record.template_sha256)
    flash(say("“{name}” ditandai.", name=new_mark.field.label if new_mark.field else new_mark.name), "success")
    return _back(slug, version)


@blueprint.post("/bukan")
@may("edit_templates")
def refuse(slug: str, version: int) -> ResponseReturnValue:
    """Propose these words no more while this person is signed in."""
    suggestion = _letter(get_desk(), view_version(get_desk(), slug, version)[0]).suggestions.get(
        request.form.get("usulan", 0, type=int)
    )
    if suggestion is not None:
        marks_memory.refuse(suggestion)
    return _back(slug, version)


@blueprint.post("/urung")
@may("edit_templates")
def undo(slug: str, version: int) -> ResponseReturnValue:
    """Take back the last mark: the Word file is the one before it again."""
    before = marks_memory.last_file(slug, version)
    try:
        if before:
            put_back(get_desk(), me().caller, slug, version, before, was=request.form.get("semula", ""))
            marks_memory.forget_mark(slug, version)
            flash("Tanda terakhir dibatalkan.", "success")
    except (NotFound, Conflict, RecordConflict) as error:
        flash(str(error), "danger")
    return _back(slug, version)


def _asked(letter: Letter) -> WordChoice | None:
    """Return the words about which the address asks, None for none."""
    if "usulan" in request.args:
        suggestion = letter.suggestions.get(request.args.get("usulan", 0, type=int))
        return choice_of(suggestion, letter.paragraphs) if suggestion else None
    if "alinea" not in request.args:
        return None
    start, end = request.args.get("dari", type=int), request.args.get("sampai", type=int)
    choice = choice_at(letter.paragraphs, request.args["alinea"], start, end)
    if choice is None:
        abort(404)
    return choice


def _again(record: KindVersion, view: VersionView, letter: Letter, errors: Sequence[FieldError]) -> str:
    """Return the page with the dialog as it was sent, and what is wrong in it."""
    form = request.form
    choice = choice_at(
        letter.paragraphs, form.get("alinea", ""), form.get("dari", type=int), form.get("sampai", type=int)
    )
    if choice is None:
        abort(404)
    return _page(record, view, letter, choice.as_typed(form), {error.field: error.message for error in errors})


def _page(
    record: KindVersion,
    view: VersionView,
    letter: Letter,
    choice: WordChoice | None,
    wrong: Mapping[str, str] | None = None,
) -> str:
    open_suggestions = {
        number: suggestion
        for number, suggestion in letter.suggestions.items()
        if not marks_memory.is_refused(suggestion)
    }
    printed = {tag.name for tag in letter.tags}
    return render_template(
        "kinds/marking.html",
        view=view,
        pages=letter.pages.pages,
        problem=letter.pages.problem,
        most=MOST_PAGES,
        paragraphs=letter.paragraphs,
        words=letter.words,
        tag_boxes=letter.tag_boxes,
        suggestions=open_suggestions,
        suggestion_boxes={
            number: boxes for number, boxes in letter.suggestion_boxes.items() if number in open_suggestions
        },
        fields=[field for field in sheet_of(record).fields if field.name in printed],
        known={tag.path for tag in letter.tags if tag.kind == "value"},
        undo=bool(marks_memory.last_file(view.slug, view.version)),
        choice=choice,
        wrong=wrong or {},
    )


def _letter(desk: Desk, version: KindVersion) -> Letter:
    """Return what stands in the Word file, from memory or read now. Raises TemplateError, StorageError, ReaderBusy."""
    letter: Letter = short_memory("template_letters", FRESH).get(version.template_sha256, lambda: _read(desk, version))
    return letter


def _read(desk: Desk, version: KindVersion) -> Letter:
    source, pages = template_of(desk, version), template_pages(desk, version)
    paragraphs, tags = list_paragraphs(source), find_template_tags(source)
    suggestions = suggest_places(source)
    words = [(paragraph, word) for paragraph in paragraphs for word in paragraph.words]
    places = [paragraph.place(word.start, word.end) for paragraph, word in words]
    places += [tag.place for tag in tags] + [suggestion.place for suggestion in suggestions]
    boxes = boxes_of(pages.pdf, source, places) if pages.pdf else [[] for _ in places]
    of_words, of_tags = boxes[: len(words)], boxes[len(words) : len(words) + len(tags)]
    return Letter(
        pages,
        paragraphs,
        tags,
        dict(enumerate(suggestions, start=1)),
        [
            WordOnPage(paragraph.key, word.start, word.end, box)
            for (paragraph, word), of_word in zip(words, of_words, strict=True)
            for box in of_word
        ],
        [box for of_tag in of_tags for box in of_tag],
        numbered_boxes(boxes[len(words) + len(tags) :]),
    )


def _back(slug: str, version: int) -> ResponseReturnValue:
    return redirect(url_for(".show", slug=slug, version=version), 303)
