"""Decide how long an S3 server locks an archived object: by the retention table, or for the days of the setting."""

from __future__ import annotations

from docgen.errors import NotFound
from docgen.retention import RetentionTable
from docgen.settings import Settings
from docgen.sop import Sop
from storage.errors import StorageError
from storage.keys import ACTS, CATALOGUE, parse_key
from storage.objects import Lock

YEAR = 366  # days
_NOT_ARCHIVED = ("_jobs/", "_batches/", ".")  # can be made again from the archive


def object_lock(settings: Settings, sop: Sop, table: RetentionTable) -> Lock | None:
    """Return the lock that `DOCGEN_S3_LOCK` asks for; None when it asks for none.

    An object of a document is locked for the active and inactive years of its procedure, which is the shortest that
    its dossier can be kept (of a letter outside the SOP, whose key does not tell its classification: the shortest of
    the table): the clock of the table starts later, when the dossier is closed. So a lock never outlives
    what may be destroyed, unless something was written after the dossier was closed.
    """
    if settings.s3_lock == "off":
        return None
    years = [_years(table, procedure.classification) for procedure in sop.procedures]
    shortest = min((rule.active + rule.inactive for rule in table.rules.values()), default=0)

    def days(key: str) -> int:
        if key.startswith(_NOT_ARCHIVED) and not _is_document(key):
            return 0
        if settings.s3_lock_days:
            return settings.s3_lock_days
        if key.startswith((CATALOGUE, ACTS)):  # tells of every document, and is never destroyed
            return max(years) * YEAR
        try:
            parsed = parse_key(key)
            if parsed.step == 0:
                return shortest * YEAR
            return _years(table, sop.procedure(parsed.procedure).classification) * YEAR
        except (NotFound, StorageError):  # an upload, which any procedure may use; or a procedure of an older SOP
            return min(years) * YEAR

    return Lock("COMPLIANCE" if settings.s3_lock == "compliance" else "GOVERNANCE", days)


def _is_document(key: str) -> bool:
    """Return whether an object is of a document, whose asset is named like one of our folders."""
    try:
        parse_key(key)
    except StorageError:
        return False
    return True


def _years(table: RetentionTable, classification: str) -> int:
    rule = table.rule_for(classification)
    return rule.active + rule.inactive
