"""Former codes of assets. Columns to search by asset hold the present code; archived records keep the old code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, or_, select, update

from storage.catalogue.fulltext import fold
from storage.catalogue.rows import IDS, in_parts, to_record
from storage.catalogue.tables import asset_aliases, assets, document_assets, document_words, documents, dossiers
from storage.errors import RecordConflict, RecordMissing
from storage.link_records import Alias
from storage.text import clean_key
from wording import say

_PRESENT_CODES = select(asset_aliases.c.nibar, asset_aliases.c.now).where(asset_aliases.c.nibar.in_(IDS))


def resolve(tx: Connection, nibar: str) -> str:
    """Return the present code of the asset that has or had this code, in any spelling; an unknown code unchanged."""
    present_codes, cleaned = resolve_all(tx, [nibar]), clean_key(nibar)
    if nibar in present_codes or cleaned == nibar or not cleaned:
        return present_codes.get(nibar, nibar)
    if tx.execute(select(assets.c.nibar).where(assets.c.nibar == nibar)).first():
        return nibar  # it was registered before codes were cleaned
    return resolve_all(tx, [cleaned]).get(cleaned, cleaned)


def resolve_all(tx: Connection, nibars: Sequence[str]) -> dict[str, str]:
    """Return the present code of each of these codes that is an old one, by old code."""
    return {row.nibar: row.now for row in in_parts(tx, _PRESENT_CODES, nibars)}


def list_aliases(tx: Connection, now: str) -> list[Alias]:
    """Return the codes the asset of this code had, newest first."""
    query = select(asset_aliases).where(asset_aliases.c.now == now).order_by(asset_aliases.c.at.desc())
    return [to_record(Alias, row) for row in tx.execute(query).mappings()]


def rename(tx: Connection, old: str, new: str, at: dt.datetime, by: str) -> None:
    """Give the registered asset `old` the code `new`; `old`, and every code it had before, is found as `new` from now.

    An asset may take back a code it had. Raises RecordMissing, and RecordConflict when `new` is or was another
    asset's.
    """
    if tx.execute(select(assets.c.nibar).where(assets.c.nibar == new)).first():
        raise RecordConflict(say("NIBAR {nibar} sudah dipakai aset lain. Periksa NIBAR yang baru.", nibar=repr(new)))
    if resolve(tx, new) not in (new, old):
        raise RecordConflict(
            say(
                "NIBAR {nibar} dahulu milik aset lain; tautan lama menunjuk ke sana. Pakai NIBAR lain.", nibar=repr(new)
            )
        )
    row = tx.execute(select(assets.c.search).where(assets.c.nibar == old)).first()
    if row is None:
        raise RecordMissing(say("Aset {nibar} tidak ada dalam daftar aset.", nibar=repr(old)))
    tx.execute(update(assets).where(assets.c.nibar == old).values(nibar=new, search=f"{row.search} {new.lower()}"))
    apply_change(tx, old, new, at, by)


def apply_change(tx: Connection, old: str, new: str, at: dt.datetime, by: str) -> None:
    """Make everything that is found by asset follow a change of code; documents keep what they were issued with."""
    tx.execute(delete(asset_aliases).where(asset_aliases.c.nibar.in_((old, new))))
    tx.execute(update(asset_aliases).where(asset_aliases.c.now == old).values(now=new))
    tx.execute(insert(asset_aliases).values(nibar=old, now=new, at=at, by=by))
    document_ids = select(document_assets.c.document).where(document_assets.c.nibar == old)
    _rename_in_dossiers(tx, old, new)
    tx.execute(
        update(documents).where(documents.c.id.in_(document_ids)).values(search=documents.c.search + f" {new.lower()}")
    )
    words = document_words.c.words + f" {fold(new)}"
    tx.execute(update(document_words).where(document_words.c.document.in_(document_ids)).values(words=words))
    tx.execute(update(document_assets).where(document_assets.c.nibar == old).values(nibar=new))


def enter_change(tx: Connection, old: str, new: str, at: dt.datetime, by: str) -> None:
    """Enter a change of code that the archive records, whether the asset is registered or not."""
    registered = set(tx.execute(select(assets.c.nibar).where(assets.c.nibar.in_((old, new)))).scalars())
    if registered == {old}:
        rename(tx, old, new, at, by)
        return
    tx.execute(delete(assets).where(assets.c.nibar == old))  # documents from before and after it registered both
    apply_change(tx, old, new, at, by)


def newest_change(tx: Connection) -> dt.datetime | None:
    """Return when an asset last changed its code; None when none did."""
    query = select(asset_aliases).order_by(asset_aliases.c.at.desc()).limit(1)
    row = tx.execute(query).mappings().first()
    return None if row is None else to_record(Alias, row).at


def apply_all(tx: Connection) -> None:
    """Make everything that is found by asset hold present codes, after rows were entered as they were archived."""
    for row in tx.execute(select(asset_aliases)).all():
        _rename_in_dossiers(tx, row.nibar, row.now)
        tx.execute(update(document_assets).where(document_assets.c.nibar == row.nibar).values(nibar=row.now))


def _rename_in_dossiers(tx: Connection, old: str, new: str) -> None:
    """Give dossiers the new code, because further documents, which come with it, must find them."""
    of_documents = select(document_assets.c.document).where(document_assets.c.nibar == old)
    holding = select(documents.c.dossier).where(documents.c.id.in_(of_documents))
    query = select(dossiers.c.id, dossiers.c.assets, dossiers.c.first_asset)
    query = query.where(or_(dossiers.c.first_asset == old, dossiers.c.id.in_(holding)))
    for row in tx.execute(query).all():
        names = [new if name == old else name for name in row.assets]
        first = new if row.first_asset == old else row.first_asset
        tx.execute(update(dossiers).where(dossiers.c.id == row.id).values(assets=names, first_asset=first))
