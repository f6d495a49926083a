"""How long an S3 server locks what is archived: from the retention table, or as many days as the setting says."""

from __future__ import annotations

from docgen.errors import NotFound
from docgen.retention import RetentionTable
from docgen.settings import Settings
from docgen.sop import Sop
from storage.errors import StorageError
from storage.keys import ACTS, CATALOGUE, parse_key
from storage.objects import Lock

YEAR = 366  # days
_PASSING = ("_jobs/", "_batches/", ".")  # made again from the archive when asked for


def object_lock(settings: Settings, sop: Sop, table: RetentionTable) -> Lock | None:
    """The lock that `DOCGEN_S3_LOCK` asks for; None when it asks for none.

    An object of a document is locked for the active and inactive years of its procedure, which is the shortest that
    its dossier can be kept: the clock of the table starts later, when the dossier is closed. So a lock never outlives
    what may be destroyed, unless something was written after the dossier was closed.
    """
    if settings.s3_lock == "off":
        return None
    years = [_years(table, procedure.classification) for procedure in sop.procedures]

    def days(key: str) -> int:
        if key.startswith(_PASSING) and not _is_document(key):
            return 0
        if settings.s3_lock_days:
            return settings.s3_lock_days
        if key.startswith((CATALOGUE, ACTS)):  # tells of every document, and is never destroyed
            return max(years) * YEAR
        try:
            return _years(table, sop.procedure(parse_key(key).procedure).classification) * YEAR
        except (NotFound, StorageError):  # an upload, which any procedure may use; or a procedure of an older SOP
            return min(years) * YEAR

    return Lock("COMPLIANCE" if settings.s3_lock == "compliance" else "GOVERNANCE", days)


def _is_document(key: str) -> bool:
    """Whether an object is of a document, kept under an asset that is called as our own folders are."""
    try:
        parse_key(key)
    except StorageError:
        return False
    return True


def _years(table: RetentionTable, classification: str) -> int:
    rule = table.rule_for(classification)
    return rule.active + rule.inactive
