"""Dossiers whose retention is over: proposed for destruction, transfer or review; destroy the approved ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.disposal.destroy import DestructionRequest, destroy
from docgen.desk.disposal.retention import DUE, LATER, STATES, RetentionPage, count_retention, retention_page
from docgen.errors import Conflict, FieldError, InvalidSubmission
from docgen.retention import State
from docgen.sop.actors import valid_on
from storage.catalogue import registers
from storage.catalogue.closed_dossiers import MOST_COUNTED
from web.desk import get_desk
from web.pages.shell.access import limits, may, me
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("retention", __name__, url_prefix="/retensi")

PAGE = 50  # dossiers of a list at once


@dataclass(frozen=True)
class RetentionList:
    """A list on the page: its `name` in addresses, a page of its dossiers, and how many it has, MOST_COUNTED + 1 for
    more.
    """

    name: str
    page: RetentionPage
    count: int

    @property
    def next_address(self) -> str:
        """Return the address of its next page."""
        after: dict[str, Any] = {_argument(self.name): self.page.next}
        return url_for(".index", _anchor=self.name, **after)

    @property
    def is_continued(self) -> bool:
        """Return whether the list is shown from its middle on."""
        return _argument(self.name) in request.args


@blueprint.get("")
@may("retain")
def index() -> ResponseReturnValue:
    """Show the lists of dossiers by retention."""
    return _page([])


@blueprint.post("/musnahkan")
@may("destroy")
def destroy_chosen() -> ResponseReturnValue:
    """Destroy the chosen dossiers, by the named approval."""
    form = request.form
    chosen = form.getlist("dossier")
    try:
        if not chosen:
            raise InvalidSubmission([FieldError("dossier", "Pilih berkas yang dimusnahkan.")])
        if not form.get("sure"):
            raise InvalidSubmission([FieldError("sure", "Centang bahwa isi naskah boleh dihapus untuk selamanya.")])
        destruction = DestructionRequest(
            dossiers=chosen,
            official=form.get("official", ""),
            approval=form.get("approval", ""),
            reason=form.get("reason", ""),
        )
        destroy(get_desk(), destruction, me().name)
    except InvalidSubmission as invalid:
        return _page(invalid.errors), 422
    except Conflict as conflict:
        return _page([FieldError("dossier", str(conflict))]), 409
    flash(
        say("{count} berkas dimusnahkan. Berita Acaranya tersimpan; nomornya tetap tercatat.", count=len(chosen)),
        "success",
    )
    return redirect(url_for(".index"), 303)


def _page(errors: list[FieldError]) -> str:
    desk = get_desk()
    with desk.catalogue.read() as tx:
        officials = registers.list_officials(tx)
        today = desk.today_in(tx)
    return render_template(
        "retention.html",
        lists=[(_list(state, [state]), STATES[state]) for state in DUE],
        later=_list("kelak", LATER),
        officials=[item for item in officials if valid_on(item, today)],
        rules=desk.retention.rules.values(),
        states=STATES,
        most_counted=MOST_COUNTED,
        errors={item.field: item.message for item in errors},
        typed=request.form,
        chosen=request.form.getlist("dossier"),
    )


def _list(name: str, states: Sequence[State]) -> RetentionList:
    after = request.args.get(_argument(name), "")
    page = retention_page(get_desk(), states, limits(), after=after, limit=PAGE)
    return RetentionList(name, page, count_retention(get_desk(), states, limits()))


def _argument(name: str) -> str:
    """Return the argument of addresses that says after which dossier a list is shown."""
    return f"sesudah_{name}"
