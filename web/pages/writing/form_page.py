"""The page of a letter's form: what it shows, new or sent back with what is wrong in it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request

from docgen.desk.drafts.drafts import get_draft
from docgen.desk.drafts.planning import number_at
from docgen.desk.issuing.outside_sop import usual_code
from docgen.desk.issuing.preflight import Preflight
from docgen.desk.security_class import READERS, choose_class
from docgen.errors import FieldError, NotFound, bounded_errors
from docgen.kinds.kind import Kind
from docgen.numbering.number_systems import usual_system
from docgen.sop import OUTSIDE, Procedure, Step
from docgen.sop.classification import classifications
from storage.catalogue import phrases, registers
from storage.catalogue.drafting import draft_hands
from storage.errors import RecordMissing
from web.desk import get_desk
from web.pages.shell.access import me
from web.pages.writing import compose_dossier, compose_form, shortcuts
from web.pages.writing.compose_form import Body
from web.pages.writing.editor import editor_address
from web.pages.writing.rich_text import as_typed
from web.pages.writing.submitting import Way
from wording import say

SHOWN_ASSETS = 12
LONGEST_UNANSWERED = 1000  # characters

KindAtStep = tuple[Procedure, Step, Kind]


def find_kind_at_step(procedure: str, step: int, kind: str) -> KindAtStep:
    """Return procedure, step and kind of an address. Raises NotFound."""
    desk = get_desk()
    chosen = desk.sop.procedure(procedure)
    if kind not in desk.kinds:
        raise NotFound(desk.missing_kind(kind))
    return chosen, chosen.step(step), desk.kinds[kind]


def show_form(
    kind_at_step: KindAtStep,
    body: Body,
    *,
    key: str,
    draft: str,
    errors: Sequence[FieldError] = (),
    checked: Preflight | None = None,
    way: Way | None = None,
    conflict: str = "",
    corrects: bool = False,
) -> str:
    """Return the page of a form; `corrects`: an official writes in another's draft that he has in hand.

    With `checked` it asks whether to issue the letter, with `way`, too, whether to submit it on that way.
    """
    procedure, step, kind = kind_at_step
    desk = get_desk()
    search = request.form.get("cari_aset", "")
    officials = compose_form.officials_of(desk)
    with desk.catalogue.read() as tx:
        matches = registers.search_assets(tx, search, limit=SHOWN_ASSETS)
        place_in = compose_dossier.dossier_field(desk, tx, kind, body)
        letters = shortcuts.letters_to_copy(tx, kind.slug, procedure.slug, step.number)
        sentences = phrases.list_phrases(tx, kind.slug)
        at_signature = number_at(desk, tx, kind.slug) == "signature"
        replaced = place_in.replaced.document if place_in.replaced else None
        office = registers.get_office(tx)
        usual_class = choose_class(None, replaced, kind, office)
    action = request.form.get("aksi", "")
    return render_template(
        "compose/form.html",
        procedure=procedure,
        step=step,
        kind=kind,
        body=body,
        key=key,
        draft=draft,
        unanswered=request.form.get("semula", "")[:LONGEST_UNANSWERED],
        editor_address=editor_address,
        rich_value=as_typed,
        errors=list(errors),
        wrong={error.field: error.message for error in bounded_errors(list(errors))},
        checked=checked,
        way=way,
        back=[] if corrects else _sent_back(draft),
        at_signature=at_signature,
        corrects=corrects,
        sections=compose_form.sections(kind),
        signers=compose_form.signers(desk, kind, step),
        officials=officials,
        register=compose_form.register_of(kind, officials, desk.today()),
        chosen=compose_form.chosen_assets(desk, body),
        found=matches,
        wanted=search,
        place=place_in,
        usual_class=usual_class,
        codes=classifications() if procedure is OUTSIDE else {},
        usual_code=place_in.chosen.dossier.classification if place_in.chosen else usual_code(kind, procedure),
        signs_electronically=desk.bsre is not None,
        number_systems=office.number_systems,
        usual_system=usual_system(office, kind.slug),
        class_readers={security: say(words) for security, words in READERS.items()},
        known=compose_form.known_values(desk, kind, body),
        version=body.pop("version", None) or request.form.get("versi", ""),
        conflict=conflict,
        unsaved=request.method == "POST",
        letters=[(letter, shortcuts.letter_line(letter)) for letter in letters],
        liked=request.values.get("seperti", ""),
        phrases=sentences,
        spare=compose_form.SPARE_ROWS,
        more_rows=action.removeprefix("baris:") if action.startswith("baris:") else "",
    )


def _sent_back(draft: str) -> list[tuple[str, str]]:
    """Return who sent the reader's own draft back to him, and why."""
    desk = get_desk()
    try:
        there = get_draft(desk, me().name, draft)
    except RecordMissing:
        return []
    with desk.catalogue.read() as tx:
        names = {one.id: one.name for one in registers.list_officials(tx)}
        entries = draft_hands.get_route(tx, draft) if there.state == "returned" else []
    return [(names.get(one.official, one.official), one.note) for one in entries if one.state == "perbaiki"]
