"""The field *Berkas* of the form: the dossier a letter goes into, and the letter it replaces."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from docgen.desk import Desk
from docgen.desk.dossiers.dossiers import courses_of
from docgen.desk.issuing.dossier_choice import NEW, find_continued
from docgen.kinds.kind import Kind
from storage.catalogue import documents, dossiers
from storage.catalogue.registers import find_assets
from storage.catalogue.visibility.limits import visible_documents
from storage.errors import RecordMissing
from storage.records import OUTSIDE_SOP, Document, Dossier
from web.pages.shell.access import limits
from web.pages.shell.filters import dossier_name

Body = Mapping[str, Any]  # the form, as compose_form reads it
SHOWN = 20  # open dossiers offered, the newest
_THERE = ("issued", "reserved")


@dataclass(frozen=True)
class DossierChoice:
    """A dossier to choose: its name without the procedure, and the newest letter in it, None when there is none."""

    dossier: Dossier
    name: str
    last: Document | None


@dataclass(frozen=True)
class Replaceable:
    """A letter that this one may take the place of; `returned`: it was sent back or refused."""

    document: Document
    returned: bool


@dataclass(frozen=True)
class DossierField:
    """What the form shows: dossiers to choose, which one is chosen (None: a new one), and letters to replace.

    `proposal` is the value that is chosen unless somebody chooses, "" when somebody did; `alike` a letter of this kind
    at this step in the chosen dossier, which stays in force beside the new one.
    """

    choices: Sequence[DossierChoice]
    chosen: DossierChoice | None
    proposal: str
    replaceable: Sequence[Replaceable]
    replaced: Replaceable | None
    alike: Document | None
    assets_key: str

    @property
    def value(self) -> str:
        """The chosen value, as the form sends it."""
        return self.chosen.dossier.id if self.chosen else NEW


def read_dossier(form: MultiDict[str, str]) -> str:
    """Return the dossier that a form was sent with, "" when it was only proposed for other assets than are chosen."""
    return form.get("dossier", "") if is_chosen(form) or not has_other_assets(form) else ""


def is_chosen(form: MultiDict[str, str]) -> bool:
    """Return whether somebody chose the dossier of the sent form, rather than leave the proposal."""
    return bool(form.get("dossier")) and form.get("dossier") != form.get("berkas_usul")


def has_other_assets(form: MultiDict[str, str]) -> bool:
    """Return whether the dossiers that the sent form offered are those of other assets than it was sent with."""
    return "berkas_untuk" in form and form["berkas_untuk"] != assets_key(form.getlist("assets"))


def is_proposal_outdated(desk: Desk, tx: Connection, form: MultiDict[str, str], body: Body) -> bool:
    """Return whether the sent form still holds the proposal, and another dossier would be proposed by now."""
    proposed = bool(form.get("berkas_usul")) and form["berkas_usul"] == form.get("dossier")
    return proposed and not body.get("replaces") and propose(desk, tx, body) != form["dossier"]


def assets_key(assets: Sequence[str]) -> str:
    """Return how a form notes the assets that its dossiers were offered for."""
    return "|".join(dict.fromkeys(assets))


def propose(desk: Desk, tx: Connection, body: Body) -> str:
    """Return the id of the dossier that the letter continues by itself, or NEW; outside the SOP nothing is proposed."""
    if body["procedure"] == OUTSIDE_SOP:
        return NEW
    continued = find_continued(
        desk,
        tx,
        procedure=body["procedure"],
        step=body["step"],
        kind=body["kind"],
        assets=_present(tx, body),
        within=limits(),
    )
    return continued.dossier_id or NEW


def chosen_dossier(desk: Desk, tx: Connection, body: Body) -> str:
    """Return the id of the dossier that the letter goes into as the form stands, "" for a new one."""
    value = body["dossier"] or _dossier_of_replaced(tx, body) or propose(desk, tx, body)
    return "" if value == NEW else value


def dossier_field(desk: Desk, tx: Connection, kind: Kind, body: Body) -> DossierField:
    """Return the field as the form stands. A chosen dossier that is closed or of other assets is shown, too."""
    proposal = propose(desk, tx, body)
    within, is_outside = limits(), body["procedure"] == OUTSIDE_SOP
    open_dossiers: list[Dossier] = []
    if not is_outside:
        there = dossiers.open_dossiers(tx, body["procedure"], _present(tx, body), SHOWN)
        open_dossiers = dossiers.visible_dossiers(tx, there, within)
    id = chosen_dossier(desk, tx, body)
    if id and id not in {item.id for item in open_dossiers}:
        with suppress(RecordMissing):
            chosen_one = dossiers.get_dossier(tx, id)
            open_dossiers += [chosen_one] if not within or dossiers.is_dossier_visible(tx, id, within) else []
    every_letter = dossiers.documents_in(tx, [item.id for item in open_dossiers]).values()
    seen = _seen(tx, list(chain.from_iterable(every_letter)))
    documents_by_dossier = {item.id: [letter for letter in seen if letter.dossier == item.id] for item in open_dossiers}
    choices = [DossierChoice(item, dossier_name(item), _last(documents_by_dossier[item.id])) for item in open_dossiers]
    chosen = next((item for item in choices if item.dossier.id == id), None)
    alike = [
        item
        for letters in documents_by_dossier.values()
        for item in letters
        if (item.kind, item.step) == (kind.slug, body["step"]) and not is_outside
    ]
    refused = {id for course in courses_of(desk, tx, list(documents_by_dossier)).values() for id in course.refused}
    replaceable = [Replaceable(item, returned=True) for item in alike if item.id in refused]
    replaced = next((item for item in replaceable if item.document.id == body.get("replaces")), None)
    if body.get("replaces") and replaced is None:
        for found in _seen(tx, documents.get_documents(tx, [body["replaces"]]).values()):
            replaced = Replaceable(found, returned=False)
            replaceable.insert(0, replaced)
    same_letters = [item for item in alike if item.dossier == id and item.status in _THERE and replaced is None]
    return DossierField(
        choices=choices,
        chosen=chosen,
        proposal="" if body.get("dossier_chosen") else proposal,
        replaceable=replaceable,
        replaced=replaced,
        alike=same_letters[-1] if same_letters else None,
        assets_key=assets_key(body["assets"]),
    )


def _dossier_of_replaced(tx: Connection, body: Body) -> str:
    replaced = _seen(tx, documents.get_documents(tx, [body.get("replaces", "")]).values())
    return replaced[0].dossier if replaced else ""


def _seen(tx: Connection, found: Collection[Document]) -> list[Document]:
    """Return those of these documents that the signed-in person may know of."""
    visible = visible_documents(tx, [document.id for document in found], limits())
    return [document for document in found if document.id in visible]


def _present(tx: Connection, body: Body) -> list[str]:
    """Return the present codes of the chosen assets; unknown codes stay as they are."""
    assets_by_nibar = find_assets(tx, body["assets"])
    return list(
        dict.fromkeys(assets_by_nibar[nibar].nibar if nibar in assets_by_nibar else nibar for nibar in body["assets"])
    )


def _last(documents: Sequence[Document]) -> Document | None:
    return next((document for document in reversed(documents) if document.status in _THERE), None)
