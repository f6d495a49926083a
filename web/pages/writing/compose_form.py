"""The form of a document: field sheet to page, and typed form to request."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from docgen.desk import Desk
from docgen.desk.issuing.dossier_choice import NEW
from docgen.desk.issuing.prefill import facts_of
from docgen.errors import FieldError, NotFound
from docgen.forms import defaults, derive
from docgen.forms.defaults import post, rank
from docgen.forms.derive import HIERARCHY
from docgen.forms.field_sheet import SheetField
from docgen.forms.spreadsheet.cells import MOST_ASSETS
from docgen.indonesian import format_nip
from docgen.kinds.kind import Kind
from docgen.sop import OUTSIDE, Procedure, Step
from docgen.sop.actors import find_signer, valid_on
from storage.catalogue import registers
from storage.records import Asset, Official
from web.pages.shell.access import limits
from web.pages.writing.compose_dossier import chosen_dossier, is_chosen, read_dossier
from web.pages.writing.photos import fill_caption
from web.pages.writing.rich_text import as_typed, fill_picture_caption, read_rich_text
from wording import say

OWN_NAME = "-"  # of a form: signed in nobody else's name
SPARE_ROWS = 3  # empty rows of a table, for a page without JavaScript
_CELL = re.compile(r"data\.([a-z][a-z0-9_]*)\[([0-9]{1,4})\]\.([a-z][a-z0-9_]*)")

Body = dict[str, Any]


@dataclass(frozen=True)
class Signers:
    """Who may sign: `usual` is who signs when nobody is chosen, `role` the role that the step asks for.

    `authorities` are the ways to sign in the name of others, as the form sends them, with their words.
    """

    role: str
    usual: Official | None
    others: list[Official]
    authorities: list[tuple[str, str]]


def blank(
    kind: Kind, procedure: Procedure, step: Step, desk: Desk, assets: Sequence[str] = (), dossier: str = ""
) -> Body:
    """Return a new form: today's date, these assets, and every field value known beforehand.

    Without `dossier` that one is chosen which the letter continues by itself, or a new one.
    """
    today = desk.today()
    body: Body = {
        "kind": kind.slug,
        "procedure": procedure.slug,
        "step": step.number,
        "assets": list(assets),
        "signer": "",
        "date": today.isoformat(),
        "dossier": dossier,
        "security": "",
        "data": {},
    }
    with desk.catalogue.read() as tx:
        if procedure is not OUTSIDE:  # else its classification says where it goes
            body["dossier"] = chosen_dossier(desk, tx, body) or NEW
        assets_by_nibar = registers.find_assets(tx, list(assets))
        data = _known_data(desk, tx, kind, procedure, step, today, body, assets_by_nibar)
    if len(assets_by_nibar) == 1:
        data |= _rows_of_asset(kind, data, *assets_by_nibar.values())
    return {**body, **({"dossier_chosen": True} if dossier else {}), "data": data}


def _rows_of_asset(kind: Kind, data: Body, asset: Asset) -> Body:
    """Return the first row of each obligatory table about assets, where a letter speaks of one asset only."""
    rows: Body = {}
    for field in kind.fields:
        column = next((column for column in field.columns if column.register_fact == "asset_name"), None)
        if column and field.required and not data.get(field.name):
            rows[field.name] = [{column.name: asset.name}]
    return rows


def set_subject(kind: Kind, body: Body, subject: str) -> None:
    """Write a new letter's subject into its form, where the kind has one to be written."""
    field = next(field for field in kind.fields if field.name == kind.sheet.title_field)
    if field.type == "text":
        body["data"] = body["data"] | {field.name: subject.strip()[: field.max_length]}


def known_values(desk: Desk, kind: Kind, body: Body) -> dict[str, str]:
    """Return the values to fill into the form's fields, as inputs hold them; tables only when the form opens."""
    try:
        procedure = desk.sop.procedure(body["procedure"])
        step = procedure.step(body["step"])
        date = dt.date.fromisoformat(body["date"])
    except (NotFound, ValueError):  # a date in the middle of being typed
        return {}
    with desk.catalogue.read() as tx:
        assets_by_nibar = registers.find_assets(tx, body["assets"])
        data = _known_data(desk, tx, kind, procedure, step, date, body, assets_by_nibar)
    open_fields = {field.name for field in kind.fields if field.type not in ("table", "boolean", "official")}
    return {name: _as_typed(value) for name, value in data.items() if name in open_fields}


def _known_data(
    desk: Desk,
    tx: Connection,
    kind: Kind,
    procedure: Procedure,
    step: Step,
    date: dt.date,
    body: Body,
    assets: Mapping[str, Asset],
) -> Body:
    """Return every field value that is known beforehand of a letter of this date, as its form stands."""
    officials = {official.id: official for official in registers.list_officials(tx)}
    facts = facts_of(
        desk,
        tx,
        kind,
        procedure,
        step,
        date=date,
        office=registers.get_office(tx),
        assets=assets,
        nibars=body["assets"],
        dossier=chosen_dossier(desk, tx, body),
        within=limits(),
    )
    known = derive(kind.sheet, facts, officials, body["data"])
    return defaults(kind.sheet, officials=officials, date=date, known=known)


def _as_typed(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(value) if all(isinstance(item, str) for item in value) else as_typed(value)
    return str(value)


def read_letter_form(form: MultiDict[str, str], kind: Kind, procedure: str, step: int) -> Body:
    """Return the form as typed, valid or not; rows of tables in their order."""
    data: dict[str, Any] = {}
    for field in kind.fields:
        if field.type in ("table", "photos"):
            data[field.name] = _rows(form, field.name)
        elif field.type == "rich_text" and f"data.{field.name}" in form:
            data[field.name] = read_rich_text(form, f"data.{field.name}")
        elif f"data.{field.name}" in form:
            data[field.name] = form.getlist(f"data.{field.name}")[-1]
    return {
        "kind": kind.slug,
        "procedure": procedure,
        "step": step,
        "assets": list(dict.fromkeys(form.getlist("assets")))[
            : 2 * MOST_ASSETS
        ],  # enough for the error that there are too many
        "signer": form.get("signer", ""),
        **_read_authority(form.get("on_behalf_of", "")),
        "date": form.get("date", ""),
        "security": form.get("security", ""),
        **({"classification": form["classification"].strip()} if form.get("classification", "").strip() else {}),
        **({"numbering": {"by": form["numbering"]}} if form.get("numbering") else {}),
        **({"signing": form["signing"]} if form.get("signing") else {}),
        "dossier": read_dossier(form),
        **({"dossier_chosen": True} if is_chosen(form) else {}),
        **({"replaces": form["replaces"]} if form.get("replaces") else {}),
        "data": data,
    }


def body_hash(body: Body) -> str:
    """Return the SHA-256 that recognises a form sent twice."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def with_examples(body: Body, kind: Kind, errors: Sequence[FieldError], desk: Desk) -> tuple[Body, list[str]] | None:
    """Return the form with examples in empty fields, and the labels of these; None when something is wrong.

    For the preview, which shows the letter from the first word on.
    """
    filled = copy.deepcopy(body)
    labels: list[str] = []
    for error in errors:
        field = next((candidate for candidate in kind.fields if error.field == f"data.{candidate.name}"), None)
        if error.field == "assets" and not body["assets"]:
            with desk.catalogue.read() as tx:
                filled["assets"] = [asset.nibar for asset in registers.search_assets(tx, limit=1)]
            labels.append("Aset")
        elif field is not None and _is_empty(body["data"].get(field.name)):
            filled["data"][field.name] = _example(kind, field, desk)
            labels.append(field.label)
        elif label := (
            _fill_cell(filled, kind, error.field)
            or fill_caption(filled, kind.fields, error.field)
            or fill_picture_caption(filled, error.field)
        ):
            labels.append(label)
        else:
            return None
    return filled, list(dict.fromkeys(labels))


def sections(kind: Kind) -> list[tuple[str, list[SheetField]]]:
    """Return the fields by their group, in the order of the sheet."""
    groups: dict[str, list[SheetField]] = {}
    for field in kind.fields:
        groups.setdefault(field.group or "Isian", []).append(field)
    return list(groups.items())


def signers(desk: Desk, kind: Kind, step: Step) -> Signers:
    """Return who may sign today."""
    role = step.signer_role if kind.signer == "step" else kind.signer
    today = desk.today()
    with desk.catalogue.read() as tx:
        officials = registers.list_officials(tx)
    usual = find_signer(officials, role, today)
    serving = [official for official in officials if valid_on(official, today)]
    return Signers(role, usual, serving, _authorities(serving, today))


def _authorities(serving: Sequence[Official], today: dt.date) -> list[tuple[str, str]]:
    """Return the ways to sign in the name of superiors: a.n. each of them, and a.n. the first u.b. another."""
    head = find_signer(serving, HIERARCHY[0], today)
    between = [official for official in serving if official.role == HIERARCHY[1]]
    single = [(one.id, f"a.n. {post(one)}") for one in ([head] if head else []) + between]
    double = [(f"{head.id} {one.id}", f"a.n. {post(head)}, {post(one)} u.b.") for one in between if head]
    return [(OWN_NAME, say("Atas nama jabatannya sendiri")), *single, *double]


def _read_authority(value: str) -> dict[str, list[str]]:
    """Return what the form says of the officials in whose name the letter is signed; {} where the SOP is to say it."""
    return {"on_behalf_of": [] if value == OWN_NAME else value.split()} if value.strip() else {}


def officials_of(desk: Desk) -> list[Official]:
    """Return everyone an official field may name."""
    with desk.catalogue.read() as tx:
        return registers.list_officials(tx)


def register_of(kind: Kind, officials: Sequence[Official], date: dt.date) -> list[dict[str, str]]:
    """Return what tables of this kind print of those in office, by `register_fact`; [] where none prints any."""
    columns = [column for field in kind.fields for column in field.columns]
    if not any(column.register_fact.startswith("official_") for column in columns):
        return []
    return [
        {
            "official_name": official.name,
            "official_nip": format_nip(official.nip),
            "official_rank": rank(official),
            "official_post": post(official),
        }
        for official in officials
        if valid_on(official, date)
    ]


def chosen_assets(desk: Desk, body: Body) -> list[Asset]:
    """Return the assets that were ticked and exist."""
    with desk.catalogue.read() as tx:
        assets_by_nibar = registers.find_assets(tx, body["assets"])
    return [assets_by_nibar[nibar] for nibar in body["assets"] if nibar in assets_by_nibar]


def unchosen_asset(desk: Desk, form: MultiDict[str, str], body: Body) -> list[FieldError]:
    """Return the error of words left in the box that looks for assets, unless a chosen asset is what they look for."""
    words = form.get("cari_aset", "").strip()
    if not words:
        return []
    with desk.catalogue.read() as tx:
        if body["assets"] and registers.search_assets(tx, words, limit=1, among=body["assets"]):
            return []
    message = say("“{words}” belum memilih aset. Pilih asetnya dari daftar, atau kosongkan kotaknya.", words=words[:80])
    return [FieldError("cari_aset", message)]


def _rows(form: MultiDict[str, str], name: str) -> list[dict[str, str]]:
    rows: dict[int, dict[str, str]] = {}
    for key, value in form.items():
        match = _CELL.fullmatch(key)
        if match and match[1] == name:
            rows.setdefault(int(match[2]), {})[match[3]] = value
    filled = [rows[index] for index in sorted(rows)]
    while filled and not any(value.strip() for value in filled[-1].values()):
        filled.pop()  # the spare rows at the end
    return filled


def _fill_cell(body: Body, kind: Kind, path: str) -> str:
    """Put the example in an empty cell of a table; returns where it was, or "" when the cell holds something wrong."""
    match = _CELL.fullmatch(path)
    field = next((candidate for candidate in kind.fields if match and candidate.name == match[1]), None)
    if match is None or field is None:
        return ""
    row = body["data"][field.name][int(match[2])]
    examples = kind.example.get(field.name) or [{}]
    if not _is_empty(row.get(match[3])) or examples[0].get(match[3]) is None:
        return ""
    row[match[3]] = examples[0][match[3]]
    return f"{field.label} baris {int(match[2]) + 1}"


def _is_empty(value: Any) -> bool:
    return not value or (isinstance(value, str) and not value.strip())


def _example(kind: Kind, field: SheetField, desk: Desk) -> Any:
    if field.type == "official":
        return next((official.id for official in officials_of(desk)), "")
    return kind.example.get(field.name, "")
