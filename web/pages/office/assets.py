"""The register of assets: search, change, import."""

from __future__ import annotations

import csv
import io
from typing import Any, get_args

from flask import Blueprint, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.registers.checks import ASSET_LABELS
from docgen.desk.registers.edit import add_asset, change_asset, remove_asset, rename_asset
from docgen.desk.registers.imports import import_assets
from docgen.desk.registers.sample_sheet import asset_sheet
from docgen.errors import FieldError
from docgen.forms.context import CONDITIONS
from docgen.indonesian import plain_rupiah
from docgen.messages import field_errors
from storage import media_types
from storage.catalogue import registers
from storage.catalogue.aliases import list_aliases
from storage.catalogue.asset_lists import AssetFilter, AssetOrder, count_listed, list_assets, list_places
from storage.errors import RecordConflict
from storage.records import Asset
from storage.text import DOOR
from web.desk import get_desk
from web.pages.office.register_import import take_file
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("assets", __name__, url_prefix="/aset")

PAGE = 40
MOST_PAGES = 5000
EMPTY = dict.fromkeys(ASSET_LABELS, "") | {"condition": "B", "sort": "hardware"}
SAMPLE = [
    ("12.01.0024/2026", "1.3.2.10.01.02.002", "0001", "Laptop", "Lenovo ThinkPad E14", "PF3ABC12", "2024", "18500000",
     "B", "Ruang Seksi Infrastruktur", "hardware"),
    ("12.01.0025/2026", "1.5.3.01.01.01.005", "0002", "Sistem Informasi Aset", "", "", "2023", "75000000",
     "Baik", "Pusat Data", "Perangkat lunak"),
]  # fmt: skip


@blueprint.get("")
@may("read")
def index() -> ResponseReturnValue:
    """Search the register, narrow and sort it."""
    args = request.args
    chosen = args.get("urut", "")
    order: AssetOrder = next((order for order in get_args(AssetOrder) if order == chosen), "nibar")
    condition = args.get("kondisi", "")
    wanted = AssetFilter(
        args.get("q", "").strip()[:200], condition if condition in CONDITIONS else "", args.get("lokasi", "").strip()
    )
    page = min(max(args.get("halaman", 1, type=int), 1), MOST_PAGES)
    with get_desk().catalogue.read() as tx:
        matches = list_assets(tx, wanted, order, start=(page - 1) * PAGE, limit=PAGE)
        matching, count, places = count_listed(tx, wanted), registers.count_assets(tx), list_places(tx)
    kept = {"q": wanted.q, "kondisi": wanted.condition, "lokasi": wanted.location, "urut": chosen}
    return render_template(
        "registers/assets.html",
        wanted=wanted,
        order=order,
        found=matches,
        matching=matching,
        count=count,
        places=places,
        page=page,
        last=-(-matching // PAGE),
        kept={key: value for key, value in kept.items() if value},
    )


@blueprint.route("/baru", methods=["GET", "POST"])
@may("register")
def create() -> ResponseReturnValue:
    """Add an asset."""
    if request.method == "GET":
        return _form(EMPTY, [], new=True)
    return _save(_typed(), new=True)


@blueprint.route("/ubah", methods=["GET", "POST"])
@may("register")
def edit() -> ResponseReturnValue:
    """Change an asset. Its NIBAR stays: it is the key under which documents are kept."""
    nibar = request.args.get("nibar", "")
    with get_desk().catalogue.read() as tx:
        record = registers.get_asset(tx, nibar)
    if request.method == "GET":
        return _form({key: "" if value is None else value for key, value in record.model_dump().items()}, [], new=False)
    return _save(_typed() | {"nibar": record.nibar}, new=False)


@blueprint.post("/ganti-nibar")
@may("register")
def rename() -> ResponseReturnValue:
    """Give an asset another NIBAR."""
    nibar, new = request.form.get("nibar", ""), request.form.get("new", "").strip()
    try:
        asset = rename_asset(get_desk(), nibar, new, by=me().name)
    except ValidationError as error:
        message = field_errors(error, ASSET_LABELS)[0].message
    except RecordConflict as error:
        message = str(error)
    else:
        flash(
            say("NIBAR {old} diganti menjadi {new}. Tautan lama tetap berlaku.", old=nibar, new=asset.nibar), "success"
        )
        return redirect(url_for(".edit", nibar=asset.nibar), 303)
    with get_desk().catalogue.read() as tx:
        record = registers.get_asset(tx, nibar)
    typed = {key: "" if value is None else value for key, value in record.model_dump().items()}
    return _form(typed, [], new=False, rename_error=message, renamed=new), 422


@blueprint.post("/hapus")
@may("register")
def remove() -> ResponseReturnValue:
    """Remove an asset that no document is about."""
    try:
        remove_asset(get_desk(), request.form.get("nibar", ""), by=me().name)
        flash("Aset dihapus dari daftar.", "success")
    except RecordConflict as error:
        flash(str(error), "warning")
    return redirect(url_for(".index"), 303)


@blueprint.post("/impor")
@may("register")
def upload() -> ResponseReturnValue:
    """Add or change assets from CSV or XLSX; lines with an error are listed, the others are in."""
    return take_file(import_assets, ASSET_LABELS, "aset")


@blueprint.get("/contoh.xlsx")
@may("read")
def sample_sheet() -> ResponseReturnValue:
    """Send an empty sheet for an import, with lists to choose from and hints in its cells."""
    data = io.BytesIO(asset_sheet())
    return send_file(data, media_types.XLSX, as_attachment=True, download_name="daftar-aset.xlsx")


@blueprint.get("/contoh.csv")
@may("read")
def sample() -> ResponseReturnValue:
    """Send a sample file for an import: headings and two lines. Indonesian Excel separates by semicolon."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(ASSET_LABELS.values())
    writer.writerows(SAMPLE)
    response = make_response(text.getvalue().encode("utf-8-sig"))
    response.content_type = f"{media_types.CSV}; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="contoh-daftar-aset.csv"'
    return response


def _typed() -> dict[str, Any]:
    return {key: request.form.get(key, "").strip() for key in ASSET_LABELS}


def _save(typed: dict[str, Any], *, new: bool) -> ResponseReturnValue:
    filled = {key: value for key, value in typed.items() if value != ""}
    if "value" in filled:
        filled["value"] = plain_rupiah(filled["value"])
    try:
        record = Asset.model_validate(filled, context=DOOR)
        if not new:
            record = record.model_copy(update={"nibar": typed["nibar"]})  # one that is there keeps its key
        (add_asset if new else change_asset)(get_desk(), record, by=me().name)
    except ValidationError as error:
        return _form(typed, field_errors(error, ASSET_LABELS), new=new), 422
    except RecordConflict as error:
        return _form(typed, [FieldError("nibar", str(error))], new=new), 422
    flash(say("{name} ({nibar}) disimpan.", name=record.name, nibar=record.nibar), "success")
    return redirect(url_for(".index", q=record.nibar), 303)


def _form(
    typed: dict[str, Any], errors: list[FieldError], *, new: bool, rename_error: str = "", renamed: str = ""
) -> str:
    with get_desk().catalogue.read() as tx:
        former = [] if new else [alias.nibar for alias in list_aliases(tx, typed["nibar"])]
    return render_template(
        "registers/asset.html",
        typed=typed,
        errors=errors,
        wrong={error.field: error.message for error in errors},
        labels=ASSET_LABELS,
        new=new,
        rename_error=rename_error,
        renamed=renamed,
        former=former,
    )
