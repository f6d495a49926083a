"""Shortcuts of the form: fill it like another letter of its kind, insert standard sentences."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from docgen.desk import Desk
from docgen.forms.copy_letter import copied_values
from docgen.indonesian import long_date
from docgen.kinds.kind import Kind
from storage.catalogue import documents, phrases
from storage.catalogue.searching.search import Filter, letters_of_kind, search_documents
from storage.errors import RecordMissing
from storage.records import Document
from web.desk import get_desk
from web.pages.shell.access import limits, may, me, read_document
from web.pages.shell.message_translation import flash
from web.pages.writing.compose_form import Body, known_values
from wording import say

blueprint = Blueprint("shortcuts", __name__, url_prefix="/buat")

MOST_FOUND = 12  # letters to choose from
LONGEST_SEARCH = 200  # characters


@blueprint.get("/seperti.json")
@may("issue")
def find_letters() -> ResponseReturnValue:
    """Return letters of a kind that the form can be filled like: those with the words `q`, or the newest, own first."""
    asked = request.args
    kind, procedure, step = asked.get("kind", ""), asked.get("procedure", ""), asked.get("step", 0, type=int)
    words = asked.get("q", "")[:LONGEST_SEARCH].strip()
    with get_desk().catalogue.read() as tx:
        if words:
            criteria = Filter(kind=kind, status="issued", q=words, within=limits())
            letters = search_documents(tx, criteria, MOST_FOUND)
        else:
            letters = letters_to_copy(tx, kind, procedure, step)
    return jsonify([{"id": letter.id, "number": letter.number, "text": letter_line(letter)} for letter in letters])


def letters_to_copy(tx: Connection, kind: str, procedure: str, step: int) -> list[Document]:
    """Return the letters of a kind that the form offers to be filled like, the signed-in person's own last first."""
    return letters_of_kind(tx, kind, procedure, step, by=me().name, within=limits(), limit=MOST_FOUND)


def letter_line(letter: Document) -> str:
    """Return how a letter is named where one is chosen."""
    return f"{letter.title[:80]}, {long_date(letter.date)}"


def fill_like(desk: Desk, kind: Kind, body: Body, id: str) -> None:
    """Fill what nobody wrote yet with what another letter of this kind says; numbers, dates and assets stay.

    Raises RecordMissing where the person may not know of the letter.
    """
    read_document(id)
    with desk.catalogue.read() as tx:
        letter = documents.get_document(tx, id)
        if letter.kind != kind.slug:
            raise RecordMissing(say("Naskah {id} berjenis lain.", id=letter.number))
        before = documents.get_contents(tx, id)[0].data
    values = known_values(desk, kind, body)
    filled = []
    for name, value in copied_values(kind.sheet, before, values).items():
        typed = body["data"].get(name)
        if not _is_written(typed) or typed == values.get(name):
            body["data"][name] = value
            filled.append(name)
    if filled:
        flash(
            say(
                "Diisi seperti {title} {number}. Nomor, tanggal, dan aset tidak ikut; periksa isinya.",
                title=kind.title,
                number=letter.number,
            ),
            "success",
        )
    else:
        flash("Semua isian sudah Anda tulis; tidak ada yang diganti.", "info")


def insert_phrase(desk: Desk, body: Body, field: str) -> None:
    """Put the chosen standard sentence at the end of a field. Raises RecordMissing."""
    chosen = request.form.get(f"kalimat.{field}", "")
    before = body["data"].get(field)
    if not chosen or not isinstance(before, (str, list)):
        return
    with desk.catalogue.read() as tx:
        phrase = phrases.get_phrase(tx, chosen)
    if isinstance(before, list):  # rich text
        added = [{"type": "paragraph", "runs": text} for text in phrase.text.split("\n\n")]
        body["data"][field] = [*before, *added]
        return
    before = before.rstrip()
    body["data"][field] = f"{before}\n\n{phrase.text}" if before else phrase.text


def _is_written(value: Any) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)
