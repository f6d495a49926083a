"""Records: what the catalogue keeps in rows, and `record.json` beside each PDF, as pydantic models.

Every field is plain data. Rules about these values (is this NIP well formed, who may sign on a date) belong to
`docgen`; only shape is checked here.
"""

from storage.records.accounts import Event, MailChoice, Scope, Session, Token, User
from storage.records.base import Code, Key, Line, Nibar, Record, RequiredCode, RequiredLine, Sentence, VersionedRecord
from storage.records.documents import (
    Attachment,
    Change,
    Decision,
    Document,
    DocumentStatus,
    Dossier,
    Endorsement,
    Original,
    Revision,
    StoredFile,
    Submission,
    Task,
    Tombstone,
)
from storage.records.filing import FiledBundle, FiledDocument, Recipe
from storage.records.jobs import Job, JobStatus, KeptFile
from storage.records.registers import (
    Asset,
    Capacity,
    ClockTime,
    Condition,
    InsertedNumber,
    NumberStatus,
    Office,
    Official,
    RegisterEntry,
    Role,
    Sort,
    WorkHours,
)
from storage.records.writing import Draft, Phrase

__all__ = [
    "Asset",
    "Attachment",
    "Capacity",
    "Change",
    "ClockTime",
    "Code",
    "Condition",
    "Decision",
    "Document",
    "DocumentStatus",
    "Dossier",
    "Draft",
    "Endorsement",
    "Event",
    "FiledBundle",
    "FiledDocument",
    "InsertedNumber",
    "Job",
    "JobStatus",
    "KeptFile",
    "Key",
    "Line",
    "MailChoice",
    "Nibar",
    "NumberStatus",
    "Office",
    "Official",
    "Original",
    "Phrase",
    "Recipe",
    "Record",
    "RegisterEntry",
    "RequiredCode",
    "RequiredLine",
    "Revision",
    "Role",
    "Scope",
    "Sentence",
    "Session",
    "Sort",
    "StoredFile",
    "Submission",
    "Task",
    "Token",
    "Tombstone",
    "User",
    "VersionedRecord",
    "WorkHours",
]
