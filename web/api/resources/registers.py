"""Assets and officials: search, add, change, remove, import."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated
from urllib.parse import quote

from flask import request
from pydantic import BaseModel, ConfigDict, Field

from docgen.desk.registers.checks import complete_official, official_warnings
from docgen.desk.registers.edit import (
    add_asset,
    add_official,
    change_asset,
    change_official,
    remove_asset,
    remove_official,
    rename_asset,
)
from docgen.desk.registers.import_result import ImportResult
from docgen.desk.registers.imports import import_assets, import_officials
from docgen.errors import DataFileError, FieldError, InvalidSubmission
from storage import media_types
from storage.catalogue import registers
from storage.records import Asset, Nibar, Official
from storage.text import clean_key
from web.api.http.auth import caller, is_limited, limits, see_asset
from web.api.http.calls import Answer, Media, call
from web.api.schemas import answers
from web.api.schemas.queries import SearchQuery
from web.api.schemas.readings import ImportQuery, ImportReport, shown_import
from web.desk import get_desk

UPLOADS = Media((media_types.CSV, media_types.XLSX, "application/octet-stream"))


@call("GET", "/assets", "Search assets", tag="Registers", office_wide=False, action="read", query=SearchQuery,
      returns={200: answers.AssetPage})  # fmt: skip
def list_assets(query: SearchQuery) -> answers.AssetPage:
    """Assets by NIBAR whose codes, name, brand, serial or location hold every word of `q`."""
    with get_desk().catalogue.read() as tx:
        mine = limits().assets or None
        matches = registers.search_assets(tx, query.q, after=query.cursor, limit=query.limit + 1, among=mine)
    items = matches[: query.limit]
    return answers.AssetPage(items=items, next=items[-1].nibar if len(matches) > query.limit else None)


@call("POST", "/assets", "Add an asset", tag="Registers", action="register", body=Asset,
      returns={201: Asset},
      problems=(409,), answer_headers={"Location": "The asset"})  # fmt: skip
def post_asset(body: Asset) -> Answer:
    """Add an asset; 409 when its NIBAR is or was another asset's."""
    add_asset(get_desk(), body, by=caller().name)
    return Answer(body, 201, {"Location": _address("assets", body.nibar)})


@call(
    "GET", "/assets/<key:nibar>", "One asset", tag="Registers", office_wide=False, action="read", returns={200: Asset}
)
def get_asset(nibar: str) -> Asset:
    """One asset of the register; an old code finds the asset under the one it has now."""
    see_asset(nibar)
    with get_desk().catalogue.read() as tx:
        return registers.get_asset(tx, nibar)


@call("PUT", "/assets/<key:nibar>", "Change an asset", tag="Registers", action="register",
      body=answers.AssetChange, returns={200: Asset})  # fmt: skip
def put_asset(nibar: str, body: answers.AssetChange) -> Asset:
    """Change an asset that exists; documents in the archive keep what they were issued with. The NIBAR stays: see
    POST /assets/{nibar}/rename."""
    with get_desk().catalogue.read() as tx:
        path_nibar, nibar = nibar, registers.get_asset(tx, nibar).nibar  # one that is there has a sound key
    _same("nibar", "NIBAR", "" if body.nibar == path_nibar else body.nibar, nibar)
    asset = Asset.model_validate({**body.model_dump(), "nibar": nibar})
    change_asset(get_desk(), asset, by=caller().name)
    return asset


class RenameRequest(BaseModel):
    """The code an asset has from now on."""

    model_config = ConfigDict(extra="forbid")

    nibar: Annotated[Nibar, Field(examples=["045.2/INV-KOM/0100/2026"])]


@call("POST", "/assets/<key:nibar>/rename", "Change an asset's code", tag="Registers", action="register",
      body=RenameRequest, returns={200: Asset}, problems=(409,))  # fmt: skip
def post_asset_rename(nibar: str, body: RenameRequest) -> Asset:
    """Give an asset another NIBAR. Its documents stay where they lie in the archive, and the old code, in every link
    and in every call, goes on finding them. 409 when the new code is or was another asset's."""
    return rename_asset(get_desk(), nibar, body.nibar, by=caller().name)


@call("DELETE", "/assets/<key:nibar>", "Remove an asset", tag="Registers", action="register", returns={204: None},
      problems=(409,))  # fmt: skip
def delete_asset(nibar: str) -> Answer:
    """Remove an asset no document is about; 409 when there is one."""
    remove_asset(get_desk(), nibar, by=caller().name)
    return Answer(None, 204)


@call("POST", "/assets/import", "Import assets", tag="Registers", action="register", query=ImportQuery,
      body=UPLOADS, returns={200: ImportReport})  # fmt: skip
def post_assets_import(query: ImportQuery) -> ImportReport:
    """Add or change assets from a CSV or XLSX, as multipart `file` or raw. Lines with errors are left out; an empty
    cell leaves what is in the register. The answer tells what was done with every column and row of the file; with
    `dry_run` nothing is done."""
    return _import(import_assets, query)


@call("GET", "/officials", "Search officials", tag="Registers", office_wide=False, action="read", query=SearchQuery,
      returns={200: answers.OfficialPage})  # fmt: skip
def list_officials(query: SearchQuery) -> answers.OfficialPage:
    """Officials by id whose name, NIP, post or role hold every word of `q`. A limited token is not told their NIP."""
    with get_desk().catalogue.read() as tx:
        officials = sorted(map(_without_nip, registers.list_officials(tx)), key=lambda official: official.id)
    matches = [official for official in officials if official.id > query.cursor and _holds(official, query.q)]
    items = [_with_warnings(official) for official in matches[: query.limit]]
    return answers.OfficialPage(items=items, next=items[-1].id if len(matches) > query.limit else None)


@call("POST", "/officials", "Add an official", tag="Registers", action="administer", body=answers.CheckedOfficial,
      returns={201: answers.CheckedOfficial}, problems=(409,),
      answer_headers={"Location": "The official"})  # fmt: skip
def post_official(body: answers.CheckedOfficial) -> Answer:
    """Add an official; an empty `rank` is filled in from `grade`. `warnings` tells what looks wrong."""
    official = _complete(body, body.id)
    add_official(get_desk(), official, by=caller().name, officials_allowed=caller().officials)
    return Answer(_with_warnings(official), 201, {"Location": _address("officials", official.id)})


@call("GET", "/officials/<key:id>", "One official", tag="Registers", office_wide=False, action="read",
      returns={200: answers.CheckedOfficial})  # fmt: skip
def get_official(id: str) -> answers.CheckedOfficial:
    """One official of the register; a limited token is not told the NIP."""
    with get_desk().catalogue.read() as tx:
        return _with_warnings(_without_nip(registers.get_official(tx, id)))


@call("PUT", "/officials/<key:id>", "Change an official", tag="Registers", action="administer",
      body=answers.OfficialChange, returns={200: answers.CheckedOfficial})  # fmt: skip
def put_official(id: str, body: answers.OfficialChange) -> answers.CheckedOfficial:
    """Change an official who exists; documents in the archive keep what they were issued with. 403 for one that the
    token decides as."""
    _same("id", "Kode", body.id, id)
    with get_desk().catalogue.read() as tx:
        registers.get_official(tx, id)  # one who is there has a sound key
    official = _complete(body, id)
    change_official(get_desk(), official, by=caller().name, officials_allowed=caller().officials)
    return _with_warnings(official)


@call("DELETE", "/officials/<key:id>", "Remove an official", tag="Registers", action="administer", returns={204: None},
      problems=(409,))  # fmt: skip
def delete_official(id: str) -> Answer:
    """Remove an official who signed nothing; 409 otherwise: give `valid_to` instead."""
    remove_official(get_desk(), id, by=caller().name, officials_allowed=caller().officials)
    return Answer(None, 204)


@call("POST", "/officials/import", "Import officials", tag="Registers", action="administer", query=ImportQuery,
      body=UPLOADS, returns={200: ImportReport})  # fmt: skip
def post_officials_import(query: ImportQuery) -> ImportReport:
    """Add or change officials from a CSV or XLSX, as multipart `file` or raw. Lines with errors are left out; an empty
    cell leaves what is in the register. The answer tells what was done with every column and row of the file; with
    `dry_run` nothing is done."""
    return _import(partial(import_officials, officials_allowed=caller().officials), query)


def _upload() -> tuple[str, bytes]:
    """Name and bytes of the uploaded file. Raises DataFileError."""
    if request.mimetype == "multipart/form-data":
        file = request.files.get("file")
        if file is None:
            raise DataFileError("Berkas tidak ada. Kirim CSV atau XLSX sebagai bagian multipart bernama file.")
        return file.filename or "Berkas", file.read()
    return "Berkas", request.get_data()


def _import(import_file: Callable[..., ImportResult], query: ImportQuery) -> ImportReport:
    take_hidden = query.hidden_rows == "take"
    name, data = _upload()
    by = caller().name
    return shown_import(import_file(get_desk(), name, data, by=by, dry_run=query.dry_run, take_hidden=take_hidden))


def _complete(body: Official, id: str) -> Official:
    return complete_official(Official.model_validate({**body.model_dump(exclude={"warnings"}), "id": id}))


def _without_nip(official: Official) -> Official:
    """Return an official without NIP for a limited token, because a NIP holds the birthday."""
    return official.model_copy(update={"nip": ""}) if is_limited() else official


def _with_warnings(official: Official) -> answers.CheckedOfficial:
    """Return an official with warnings about him, which only callers who may edit registers get."""
    if is_limited():
        return answers.CheckedOfficial(**official.model_dump())
    return answers.CheckedOfficial(**official.model_dump(), warnings=official_warnings(official))


def _holds(official: Official, q: str) -> bool:
    text = " ".join((official.id, official.name, official.nip, official.post, official.role)).lower()
    return all(word in text for word in q.lower().split())


def _same(field: str, label: str, value: str, key: str) -> None:
    """A record keeps its key. Raises InvalidSubmission."""
    if value and clean_key(value) != clean_key(key):
        message = f"{label} tidak dapat diganti. Kosongkan, atau tulis {key!r} seperti pada alamat."
        raise InvalidSubmission([FieldError(field, message)])


def _address(register: str, key: str) -> str:
    return get_desk().links.api(f"{register}/{quote(key, safe='')}")
