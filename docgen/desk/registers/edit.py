"""Keep the registers: each change is recorded in the audit log by the transaction that makes it.

`by` is who did it: the name of the person or of the token.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from ulid import ULID

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.registers.series_checks import check_lost_series, check_series
from docgen.desk.rights import require_not_own
from docgen.errors import InvalidSubmission
from storage import media_types
from storage.catalogue import aliases, registers
from storage.keys import alias_key
from storage.link_records import Alias
from storage.records import Asset, Office, Official
from storage.text import clean_key, json_text


def add_asset(desk: Desk, asset: Asset, *, by: str) -> None:
    """Add an asset. Raises RecordConflict when its NIBAR is taken."""
    with desk.catalogue.write() as tx:
        registers.add_asset(tx, asset)
        audit.record(desk, tx, by, Action.ASSET_CREATED, asset.nibar, after=audit.filled(asset))


def change_asset(desk: Desk, asset: Asset, *, by: str) -> None:
    """Change an asset; without a difference nothing is recorded. Raises RecordMissing."""
    with desk.catalogue.write() as tx:
        before, after = audit.changed(registers.get_asset(tx, asset.nibar), asset)
        if after:
            registers.put_asset(tx, asset)
            audit.record(desk, tx, by, Action.ASSET_CHANGED, asset.nibar, before=before, after=after)


def rename_asset(desk: Desk, nibar: str, new: str, *, by: str) -> Asset:
    """Give an asset another NIBAR. Documents keep what they were issued with and where they lie; every link that was
    made with an old code goes on working, and an object in the archive tells of the change.

    Raises InvalidSubmission, RecordMissing, RecordConflict (the code is or was another asset's), StoreUnavailable.
    """
    with desk.catalogue.write() as tx:
        asset = registers.get_asset(tx, nibar)
        changed = Asset.model_validate(asset.model_dump() | {"nibar": clean_key(new)})
        if changed.nibar == asset.nibar:
            return asset
        alias = Alias(nibar=asset.nibar, now=changed.nibar, at=desk.now(), by=by)
        aliases.rename(tx, alias.nibar, alias.now, alias.at, by)
        before, after = {"nibar": alias.nibar}, {"nibar": alias.now}
        audit.record(desk, tx, by, Action.ASSET_RENAMED, alias.now, before=before, after=after)
        body = {"format": "docgen-alias/1", **alias.model_dump(mode="json")}
        key = alias_key(str(ULID()).lower())
        desk.store.put(key, json_text(body, indent=1).encode(), media_types.JSON)
    return changed


def remove_asset(desk: Desk, nibar: str, *, by: str) -> None:
    """Remove an asset no document is about. Raises RecordMissing, RecordConflict."""
    with desk.catalogue.write() as tx:
        asset = registers.get_asset(tx, nibar)
        registers.remove_asset(tx, asset.nibar)
        audit.record(desk, tx, by, Action.ASSET_REMOVED, asset.nibar, before=audit.filled(asset))


def add_official(desk: Desk, official: Official, *, by: str, officials_allowed: Collection[str] = ()) -> None:
    """Add an official.

    Raises RecordConflict when the id is taken; Forbidden for one of `officials_allowed`, the officials that `by`
    decides as: a right may be left over from one who was removed.
    """
    require_not_own(official.id, officials_allowed)
    with desk.catalogue.write() as tx:
        registers.add_official(tx, official)
        audit.record(desk, tx, by, Action.OFFICIAL_CREATED, official.id, after=audit.filled(official))


def change_official(desk: Desk, official: Official, *, by: str, officials_allowed: Collection[str] = ()) -> None:
    """Change an official; without a difference nothing is recorded.

    Raises RecordMissing; Forbidden for one of `officials_allowed`, the officials that `by` decides as.
    """
    require_not_own(official.id, officials_allowed)
    with desk.catalogue.write() as tx:
        before, after = audit.changed(registers.get_official(tx, official.id), official)
        if after:
            registers.put_official(tx, official)
            audit.record(desk, tx, by, Action.OFFICIAL_CHANGED, official.id, before=before, after=after)


def remove_official(desk: Desk, id: str, *, by: str, officials_allowed: Collection[str] = ()) -> None:
    """Remove an official who signed nothing.

    Raises RecordMissing, RecordConflict; Forbidden for one of `officials_allowed`, the officials that `by` decides as.
    """
    with desk.catalogue.write() as tx:
        official = registers.get_official(tx, id)  # by any spelling of the code
        require_not_own(official.id, officials_allowed)
        registers.remove_official(tx, official.id)
        audit.record(desk, tx, by, Action.OFFICIAL_REMOVED, official.id, before=audit.filled(official))


def change_office(desk: Desk, office: Office, *, by: str) -> None:
    """Change the office's data; without a difference nothing is recorded.

    Raises RecordMissing (no office yet), and InvalidSubmission for a role that the table of permissions lacks, and for
    series that cannot be so.
    """
    roles = [desk.roles.require_role(role, "second_factor_roles") for role in office.second_factor_roles]
    office = office.model_copy(update={"second_factor_roles": list(dict.fromkeys(roles))})
    with desk.catalogue.write() as tx:
        current = registers.get_office(tx)
        if errors := check_series(office, current, desk.kinds) + check_lost_series(tx, office, current):
            raise InvalidSubmission(errors)
        before, after = audit.changed(current, office)
        if after:
            registers.put_office(tx, office)
            audit.record(desk, tx, by, Action.OFFICE_CHANGED, office.unit_code, before=before, after=after)


def change_emblem(desk: Desk, png: bytes | None, *, by: str) -> None:
    """Set the emblem, or remove it; the log keeps the SHA-256 of the old one and of the new one."""
    with desk.catalogue.write() as tx:
        before, after = digest(registers.get_emblem(tx)), digest(png)
        if before != after:
            registers.put_emblem(tx, png)
            audit.record(desk, tx, by, Action.OFFICE_EMBLEM_CHANGED, "", before=before, after=after)


def digest(png: bytes | None) -> dict[str, object]:
    """Return what the log keeps of a picture; nothing for none."""
    return {"sha256": hashlib.sha256(png).hexdigest(), "size": len(png)} if png else {}
