"""Office, officials and assets: the registers that documents take their facts from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.catalogue.aliases import resolve, resolve_all
from storage.catalogue.rows import IDS, in_parts, like, to_record, to_row
from storage.catalogue.signatures.identities import remove_identity
from storage.catalogue.tables import asset_aliases, assets, document_assets, documents, office, officials
from storage.errors import RecordConflict, RecordMissing
from storage.records import Asset, Office, Official
from storage.text import clean_key, clean_line
from wording import say

# Statements that every letter executes are built once: to build one takes longer than to run it.
_OFFICE = select(office.c.record)
_ASSETS = select(assets).where(assets.c.nibar.in_(IDS))
_LETTERHEAD = select(office.c.record, office.c.emblem)
_OFFICIALS = select(officials).order_by(officials.c.role, officials.c.name, officials.c.id)

_NO_OFFICE = "Data kantor belum ada. Jalankan `docgen init`, atau `docgen init --demo` untuk mencoba."


@dataclass(frozen=True)
class SignatureImages:
    """The office's own pictures, as PNG: `picture` in an electronic signature, `logo` at the foot of what is signed."""

    picture: bytes | None = field(default=None, repr=False)
    logo: bytes | None = field(default=None, repr=False)


def get_office(tx: Connection) -> Office:
    """Return the office. Raises RecordMissing before `docgen init`."""
    row = tx.execute(_OFFICE).first()
    if row is None:
        raise RecordMissing(_NO_OFFICE)
    return Office.model_validate(row.record)


def get_letterhead(tx: Connection) -> tuple[Office, bytes | None]:
    """Return the office and the emblem of its letterhead as PNG. Raises RecordMissing before `docgen init`."""
    row = tx.execute(_LETTERHEAD).first()
    if row is None:
        raise RecordMissing(_NO_OFFICE)
    return Office.model_validate(row.record), row.emblem


def put_office(tx: Connection, record: Office) -> None:
    """Set the office's data; the emblem stays as it is."""
    values = {"record": record.model_dump(mode="json")}
    if tx.execute(update(office).where(office.c.id == 1).values(values)).rowcount == 0:
        tx.execute(insert(office).values(id=1, **values))


def get_emblem(tx: Connection) -> bytes | None:
    """Return the emblem of the letterhead as PNG, or None."""
    return tx.execute(select(office.c.emblem)).scalar()


def put_emblem(tx: Connection, png: bytes | None) -> None:
    """Set or remove the emblem."""
    tx.execute(update(office).where(office.c.id == 1).values(emblem=png))


def get_signature_images(tx: Connection) -> SignatureImages:
    """Return the pictures that belong to the look of electronic signatures."""
    row = tx.execute(select(office.c.signature_picture, office.c.signature_logo)).first()
    return SignatureImages(*row) if row else SignatureImages()


def put_signature_images(tx: Connection, images: SignatureImages) -> None:
    """Set or remove the pictures of electronic signatures."""
    values = {"signature_picture": images.picture, "signature_logo": images.logo}
    tx.execute(update(office).where(office.c.id == 1).values(values))


def list_officials(tx: Connection) -> list[Official]:
    """Return all officials, by role and name."""
    return [to_record(Official, row) for row in tx.execute(_OFFICIALS).mappings()]


def get_official(tx: Connection, id: str) -> Official:
    """Return one official. Raises RecordMissing."""
    row = tx.execute(select(officials).where(officials.c.id == id)).mappings().first()
    if row is None and clean_key(id) != id:
        return get_official(tx, clean_key(id))
    if row is None:
        raise RecordMissing(say("Pejabat {id} tidak ada dalam daftar pejabat.", id=repr(id)))
    return to_record(Official, row)


def add_official(tx: Connection, record: Official) -> None:
    """Add an official. Raises RecordConflict if the id is taken."""
    if tx.execute(select(officials.c.id).where(officials.c.id == record.id)).first():
        raise RecordConflict(
            say("Pejabat dengan kode {id} sudah ada. Ubah yang ada, atau pakai kode lain.", id=repr(record.id))
        )
    tx.execute(insert(officials), to_row(record, officials))


def put_official(tx: Connection, record: Official) -> None:
    """Change an official. Raises RecordMissing."""
    changed = tx.execute(update(officials).where(officials.c.id == record.id).values(to_row(record, officials)))
    if changed.rowcount == 0:
        raise RecordMissing(say("Pejabat {id} tidak ada dalam daftar pejabat.", id=repr(record.id)))


def remove_official(tx: Connection, id: str) -> None:
    """Remove an official who signed nothing. Raises RecordMissing, RecordConflict."""
    id = get_official(tx, id).id
    if tx.execute(select(documents.c.id).where(documents.c.signer == id).limit(1)).first():
        raise RecordConflict("Pejabat ini sudah menandatangani naskah. Isi tanggal akhir jabatannya; jangan dihapus.")
    remove_identity(tx, id)
    tx.execute(delete(officials).where(officials.c.id == id))


def search_assets(
    tx: Connection, q: str = "", *, after: str = "", limit: int = 50, among: Sequence[str] | None = None
) -> list[Asset]:
    """Return assets whose NIBAR, codes, name, brand, serial or location hold every word of `q`, by NIBAR, past `after`.

    `among` narrows to these NIBARs.
    """
    query = select(assets).where(assets.c.nibar > after).order_by(assets.c.nibar).limit(limit)
    if among is not None:
        query = query.where(assets.c.nibar.in_(among))
    for word in clean_line(q).split():
        query = query.where(assets.c.search.like(like(word), escape="\\"))
    return [to_record(Asset, row) for row in tx.execute(query).mappings()]


def count_assets(tx: Connection) -> int:
    """Return how many assets the register holds."""
    return int(tx.execute(select(func.count()).select_from(assets)).scalar_one())


def get_asset(tx: Connection, nibar: str) -> Asset:
    """Return one asset. Raises RecordMissing."""
    return get_assets(tx, [nibar])[0]


def get_assets(tx: Connection, nibars: Sequence[str]) -> list[Asset]:
    """Return assets in the order asked for. Raises RecordMissing naming the first that is missing."""
    assets_by_nibar = find_assets(tx, nibars)
    for nibar in nibars:
        if nibar not in assets_by_nibar:
            raise RecordMissing(say("Aset {nibar} tidak ada dalam daftar aset.", nibar=repr(nibar)))
    return [assets_by_nibar[nibar] for nibar in nibars]


def find_assets(tx: Connection, nibars: Sequence[str]) -> dict[str, Asset]:
    """Return these assets by the NIBAR asked for; those that are not in the register are left out.

    An old code finds the asset it became, another spelling of a code the asset it looks like.
    """
    assets_by_nibar = _registered(tx, nibars)
    renamed = resolve_all(tx, [nibar for nibar in nibars if nibar not in assets_by_nibar])
    present = _registered(tx, list(renamed.values())) if renamed else {}
    assets_by_nibar |= {old: present[now] for old, now in renamed.items() if now in present}
    cleaned = {
        nibar: clean_key(nibar) for nibar in nibars if nibar not in assets_by_nibar and clean_key(nibar) != nibar
    }
    if cleaned:  # another spelling of a code, as it was pasted from somewhere
        assets_by_cleaned = find_assets(tx, list(cleaned.values()))
        assets_by_nibar |= {nibar: assets_by_cleaned[key] for nibar, key in cleaned.items() if key in assets_by_cleaned}
    return assets_by_nibar


def _registered(tx: Connection, nibars: Sequence[str]) -> dict[str, Asset]:
    return {row.nibar: to_record(Asset, row._asdict()) for row in in_parts(tx, _ASSETS, nibars)}


def add_asset(tx: Connection, record: Asset) -> None:
    """Add an asset. Raises RecordConflict if the NIBAR is taken."""
    if tx.execute(select(assets.c.nibar).where(assets.c.nibar == record.nibar)).first():
        raise RecordConflict(
            say("Aset dengan NIBAR {nibar} sudah ada. Ubah yang ada, atau periksa NIBAR-nya.", nibar=repr(record.nibar))
        )
    now = resolve(tx, record.nibar)
    if now != record.nibar:
        raise RecordConflict(
            say(
                "NIBAR {nibar} dahulu milik aset yang kini {current}. Ubah aset itu.",
                nibar=repr(record.nibar),
                current=repr(now),
            )
        )
    tx.execute(insert(assets), _asset_row(record))


def put_asset(tx: Connection, record: Asset) -> None:
    """Change an asset. Raises RecordMissing."""
    changed = tx.execute(update(assets).where(assets.c.nibar == record.nibar).values(_asset_row(record)))
    if changed.rowcount == 0:
        raise RecordMissing(say("Aset {nibar} tidak ada dalam daftar aset.", nibar=repr(record.nibar)))


def put_assets(tx: Connection, records: Iterable[Asset]) -> tuple[int, int]:
    """Add or change many assets; return how many were added and how many changed."""
    added = changed = 0
    for record in records:
        if tx.execute(update(assets).where(assets.c.nibar == record.nibar).values(_asset_row(record))).rowcount:
            changed += 1
        else:
            tx.execute(insert(assets), _asset_row(record))
            added += 1
    return added, changed


def remove_asset(tx: Connection, nibar: str) -> None:
    """Remove an asset no document is about. Raises RecordMissing, RecordConflict."""
    nibar = get_asset(tx, nibar).nibar
    if tx.execute(select(document_assets.c.document).where(document_assets.c.nibar == nibar).limit(1)).first():
        raise RecordConflict(
            say("Aset {nibar} punya naskah dalam arsip, sehingga tidak dapat dihapus dari daftar.", nibar=repr(nibar))
        )
    tx.execute(delete(asset_aliases).where(asset_aliases.c.now == nibar))
    tx.execute(delete(assets).where(assets.c.nibar == nibar))


def _asset_row(record: Asset) -> dict[str, Any]:
    words = (record.nibar, record.kode_barang, record.kode_register, record.name, record.brand, record.serial)
    return to_row(record, assets, search=" ".join((*words, record.location)).lower())
