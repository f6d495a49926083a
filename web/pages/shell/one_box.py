"""The box in the head of each page: it begins the letter that the words name, and searches the archive for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from docgen.desk.issuing.letters_meant import Meant, letters_meant
from docgen.sop import OUTSIDE
from storage.catalogue import registers
from storage.catalogue.searching.search import Filter, documents_of_number, search_documents
from web.desk import get_desk
from web.pages.shell.access import limits, may, me
from web.pages.shell.filters import kind_title
from web.pages.shell.message_translation import translate
from wording import say

blueprint = Blueprint("one_box", __name__)

MOST_FOUND = 5  # letters of the archive below those that could be begun
LONGEST = 200  # characters


@dataclass(frozen=True)
class Beginning:
    """A form that the words could open, filled: its address, and what is in it in lines of text."""

    address: str
    lines: Sequence[str]


@blueprint.get("/cari.json")
@may("read")
def find() -> ResponseReturnValue:
    """Return what the words could begin, and the letters they find, each with its address and lines of text."""
    words = request.args.get("q", "").strip()[:LONGEST]
    if not words:
        return jsonify([])
    criteria = Filter(q=words, within=limits())
    with get_desk().catalogue.read() as tx:
        begun = beginnings(tx, words)
        numbered = documents_of_number(tx, criteria)
        others = search_documents(tx, criteria, limit=MOST_FOUND)
    found = {document.id: document for document in [*numbered, *others]}
    rows = [{"value": item.address, "lines": item.lines, "begins": True} for item in begun]
    rows += [
        {
            "value": url_for("document.show", id=document.id),
            "lines": [document.title, kind_title(document.kind), document.number],
        }
        for document in list(found.values())[:MOST_FOUND]
    ]
    return jsonify(rows)


def beginnings(tx: Connection, words: str) -> list[Beginning]:
    """Return the forms that the words could open for the signed-in person; none for who only reads."""
    if not me().may("issue"):
        return []
    desk = get_desk()
    places = OUTSIDE, *desk.sop.procedures  # of what is made here and there, the letter of no procedure comes first
    meant = letters_meant(
        words, places, desk.kinds, lambda sought, most: registers.search_assets(tx, sought, limit=most)
    )
    return [_beginning(letter) for letter in meant]


def _beginning(letter: Meant) -> Beginning:
    address = url_for(
        "compose.form",
        procedure=letter.procedure.slug,
        step=letter.step.number,
        kind=letter.kind.slug,
        aset=letter.asset.nibar if letter.asset else None,
        hal=letter.subject or None,
    )
    step = letter.procedure.title
    if letter.step.number:
        step = say("{procedure}, langkah {step}", procedure=letter.procedure.title, step=letter.step.number)
    asset = say("Aset: {name} ({nibar})", name=letter.asset.name, nibar=letter.asset.nibar) if letter.asset else ""
    subject = say("Isi: {subject}", subject=letter.subject) if letter.subject else ""
    heading = say("Buat {kind}", kind=letter.kind.title)
    return Beginning(address, [translate(line) for line in (heading, subject, asset, step) if line])
