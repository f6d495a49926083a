"""The catalogue's tables. Column names are the field names of `storage.records`."""

from storage.catalogue.tables.account_tables import sessions, tokens, users
from storage.catalogue.tables.archive_tables import (
    archived_files,
    bundle_documents,
    bundles,
    document_assets,
    document_words,
    documents,
    dossiers,
    journal,
    recipes,
    revisions,
    tombstones,
)
from storage.catalogue.tables.draft_tables import (
    draft_comments,
    draft_readers,
    draft_readings,
    draft_route,
    draft_versions,
    drafting,
    drafts,
)
from storage.catalogue.tables.log_tables import audit, audit_head, changes, identity, mirror
from storage.catalogue.tables.notice_tables import notices, push_subscriptions
from storage.catalogue.tables.register_tables import (
    asset_aliases,
    assets,
    inserted_numbers,
    office,
    officials,
    phrases,
    register_entries,
    registers,
)
from storage.catalogue.tables.schema import metadata
from storage.catalogue.tables.standing_tables import stale_dossiers, standings, turns
from storage.catalogue.tables.work_tables import deliveries, idempotency_keys, jobs, shares, webhooks

__all__ = [
    "archived_files",
    "asset_aliases",
    "assets",
    "audit",
    "audit_head",
    "bundle_documents",
    "bundles",
    "changes",
    "deliveries",
    "document_assets",
    "document_words",
    "documents",
    "dossiers",
    "draft_comments",
    "draft_readers",
    "draft_readings",
    "draft_route",
    "draft_versions",
    "drafting",
    "drafts",
    "idempotency_keys",
    "identity",
    "inserted_numbers",
    "jobs",
    "journal",
    "metadata",
    "mirror",
    "notices",
    "office",
    "officials",
    "phrases",
    "push_subscriptions",
    "recipes",
    "register_entries",
    "registers",
    "revisions",
    "sessions",
    "shares",
    "stale_dossiers",
    "standings",
    "tokens",
    "tombstones",
    "turns",
    "users",
    "webhooks",
]
