"""The register of assets as people look through it: narrowed by words, condition and place, in an order they choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Select, case, func, select

from storage.catalogue.rows import like, to_record
from storage.catalogue.tables import assets
from storage.records import Asset
from storage.text import clean_line

AssetOrder = Literal["nibar", "name", "location", "condition", "newest", "dearest"]
MOST_PLACES = 300  # offered to choose from; of more the words of a search find the others
_ORDERS: dict[AssetOrder, tuple[Any, ...]] = {
    "nibar": (),
    "name": (func.lower(assets.c.name),),
    "location": (func.lower(assets.c.location),),
    "condition": (case({"RB": 0, "KB": 1}, value=assets.c.condition, else_=2),),  # the worst first
    "newest": (assets.c.year.desc().nulls_last(),),
    "dearest": (assets.c.value.desc().nulls_last(),),
}


@dataclass(frozen=True)
class AssetFilter:
    """Which assets: every word of `q` in their codes, names or place, this condition, this place; "" for any."""

    q: str = ""
    condition: str = ""
    location: str = ""


def list_assets(
    tx: Connection, wanted: AssetFilter, order: AssetOrder = "nibar", *, start: int = 0, limit: int = 50
) -> list[Asset]:
    """Return a page of the assets wanted, from the `start`th on; those alike are in the order of their NIBAR."""
    query = _narrowed(select(assets), wanted).order_by(*_ORDERS[order], assets.c.nibar).offset(start).limit(limit)
    return [to_record(Asset, row) for row in tx.execute(query).mappings()]


def count_listed(tx: Connection, wanted: AssetFilter) -> int:
    """Return how many assets are wanted."""
    return int(tx.execute(_narrowed(select(func.count()).select_from(assets), wanted)).scalar_one())


def list_places(tx: Connection) -> list[str]:
    """Return the places of the assets, each once, in order; at most `MOST_PLACES`."""
    places = select(assets.c.location).where(assets.c.location != "").distinct()
    return list(tx.execute(places.order_by(assets.c.location).limit(MOST_PLACES)).scalars())


def _narrowed(query: Select[Any], wanted: AssetFilter) -> Select[Any]:
    for word in clean_line(wanted.q).split():
        query = query.where(assets.c.search.like(like(word), escape="\\"))
    if wanted.condition:
        query = query.where(assets.c.condition == wanted.condition)
    return query.where(assets.c.location == wanted.location) if wanted.location else query
