"""Shortcuts of the form: copy from the last letter of its kind, insert standard sentences."""

from __future__ import annotations

from typing import Any

from flask import request

from docgen.desk import Desk
from docgen.forms.copy_last import copy_last_values
from docgen.kinds.kind import Kind
from storage.catalogue import documents, phrases
from storage.catalogue.search import last_of_kind
from web.pages.shell.message_translation import flash
from web.pages.writing.compose_form import Body, known_values
from wording import say


def like_last(desk: Desk, kind: Kind, body: Body) -> None:
    """Fill what nobody wrote yet with what the last letter of this kind says; numbers, dates and assets stay."""
    with desk.catalogue.read() as tx:
        last = last_of_kind(tx, kind.slug, body["procedure"], body["step"])
        before = documents.get_contents(tx, last.id)[0].data if last else {}
    values = known_values(desk, kind, body)
    filled = []
    for name, value in copy_last_values(kind.sheet, before).items():
        typed = body["data"].get(name)
        if not _is_written(typed) or typed == values.get(name):
            body["data"][name] = value
            filled.append(name)
    if last is None:
        flash(say("Belum ada {title} yang terbit, jadi belum ada yang dapat ditiru.", title=kind.title), "info")
    elif filled:
        flash(
            say(
                "Diisi seperti {title} {number}. Nomor, tanggal, dan aset tidak ikut; periksa isinya.",
                title=kind.title,
                number=last.number,
            ),
            "success",
        )
    else:
        flash("Semua isian sudah Anda tulis; tidak ada yang diganti.", "info")


def insert_phrase(desk: Desk, body: Body, field: str) -> None:
    """Put the chosen standard sentence at the end of a field. Raises RecordMissing."""
    chosen = request.form.get(f"kalimat.{field}", "")
    if not chosen or not isinstance(body["data"].get(field), str):
        return
    with desk.catalogue.read() as tx:
        phrase = phrases.get_phrase(tx, chosen)
    before = body["data"][field].rstrip()
    body["data"][field] = f"{before}\n\n{phrase.text}" if before else phrase.text


def _is_written(value: Any) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)
