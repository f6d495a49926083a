"""Keep a version: the Word file in the archive first, then its row, so that no row names a file that is not there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.kinds.versions import find_version, require_editable, require_same
from docgen.desk.rights import Caller
from docgen.forms.field_sheet import FieldSheet
from docgen.kinds.kind import sheet_data, version_digest
from storage import media_types
from storage.catalogue import kind_versions
from storage.keys import template_key
from storage.objects import put_if_absent
from storage.records import KindVersion


def add_draft(
    desk: Desk,
    caller: Caller,
    slug: str,
    source: bytes,
    sheet: FieldSheet,
    example: Mapping[str, Any],
    *,
    action: Action = Action.KIND_UPLOADED,
    note: str = "",
) -> KindVersion:
    """Keep a new version of a kind as a draft; one that is the same as the newest draft is that draft.

    Raises ArchiveReadOnly, RecordConflict (somebody else added one at once), StoreUnavailable.
    """
    desk.require_archive()
    template_sha256 = keep_template(desk, source)
    data = sheet_data(sheet)
    sha256 = version_digest(template_sha256, data, example)
    with desk.catalogue.write() as tx:
        versions = kind_versions.list_versions(tx, slug)
        newest = versions[-1] if versions else None
        if newest is not None and newest.sha256 == sha256 and newest.state == "draft":
            return newest
        version = KindVersion(
            slug=slug,
            version=newest.version + 1 if newest else 1,
            sha256=sha256,
            template_sha256=template_sha256,
            sheet=data,
            example=dict(example),
            created_at=desk.now(),
            created_by=caller.name,
            note=note,
        )
        kind_versions.add_version(tx, version)
        audit.record(desk, tx, caller.name, action, slug, after=_facts(version))
        return version


def change_draft(
    desk: Desk,
    caller: Caller,
    version: KindVersion,
    *,
    source: bytes | None = None,
    sheet: FieldSheet | None = None,
    example: Mapping[str, Any] | None = None,
) -> KindVersion:
    """Change what a draft says, as it was when `version` was read; it has to be tried again.

    Raises Conflict (it was published or withdrawn), RecordConflict (somebody else changed it meanwhile),
    ArchiveReadOnly, StoreUnavailable.
    """
    desk.require_archive()
    template_sha256 = keep_template(desk, source) if source is not None else version.template_sha256
    data = sheet_data(sheet) if sheet is not None else version.sheet
    filled = dict(example) if example is not None else version.example
    sha256 = version_digest(template_sha256, data, filled)
    with desk.catalogue.write() as tx:
        current = find_version(tx, version.slug, version.version)
        require_editable(tx, current)
        require_same(current, version.sha256)
        if sha256 == current.sha256:
            return current
        changed = current.model_copy(
            update={
                "state": "draft",
                "sha256": sha256,
                "template_sha256": template_sha256,
                "sheet": data,
                "example": filled,
            }
        )
        kind_versions.replace_version(tx, changed, was=current.sha256)
        facts = (_facts(current), _facts(changed))
        audit.record(desk, tx, caller.name, Action.KIND_CHANGED, version.slug, before=facts[0], after=facts[1])
        return changed


def keep_template(desk: Desk, source: bytes) -> str:
    """Keep a Word file in the archive under its SHA-256, which is returned. Raises StoreUnavailable."""
    sha256 = hashlib.sha256(source).hexdigest()
    put_if_absent(desk.store, template_key(sha256), source, media_types.DOCX)
    return sha256


def _facts(version: KindVersion) -> dict[str, Any]:
    return {"version": version.version, "sha256": version.sha256}
