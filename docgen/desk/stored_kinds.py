"""Load kinds that the office made itself: sheet and example from the catalogue, the Word file from the archive.

Each is checked in a child before the service opens its template, once by each version of docgen on each machine.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from docgen.errors import TemplateError
from docgen.forms.field_sheet import FieldSheet
from docgen.installed.checks import check_kind
from docgen.installed.kinds import check_digest
from docgen.kinds.kind import Kind, version_digest
from docgen.messages import field_errors
from docgen.render.shared.definitions import NO_PARTS, SharedParts
from storage.catalogue import Catalogue, kind_versions
from storage.errors import ObjectDamaged, ObjectMissing
from storage.keys import template_key
from storage.objects import ObjectStore
from storage.records import KindVersion
from wording import joined, say

MEMORY = "versions.checked"  # in the folder of data: the digests of versions that passed their check
MOST_LOADED = 100  # versions in the memory of a process, of some 100 KB each


class StoredKinds:
    """The versions of kinds in catalogue and store. Thread-safe; those that were asked for lately stay in memory."""

    def __init__(self, catalogue: Catalogue, store: ObjectStore, data: Path, shared: SharedParts = NO_PARTS) -> None:
        self.catalogue = catalogue
        self._store = store
        self._shared = shared
        self._memory = data / MEMORY
        self._loaded: OrderedDict[tuple[str, str, int], Kind] = OrderedDict()  # by slug, SHA-256 and number
        self._lock = threading.Lock()

    def find(self, slug: str, sha256: str) -> Kind | None:
        """Return the version of a kind with this SHA-256; None when the office made none such.

        Raises TemplateError (it is damaged), StorageError, ConverterUnavailable (it cannot be checked now).
        """
        with self._lock:
            known = next((kind for key, kind in self._loaded.items() if key[:2] == (slug, sha256)), None)
        if known is not None:
            return known
        with self.catalogue.read() as tx:
            version = kind_versions.find_by_digest(tx, slug, sha256)
        return self.load(version) if version else None

    def load(self, version: KindVersion) -> Kind:
        """Return a version as a kind that was checked. Raises what `find` does."""
        key = (version.slug, version.sha256, version.version)
        with self._lock:
            if key in self._loaded:
                self._loaded.move_to_end(key)
                return self._loaded[key]
        kind = unchecked_kind(version, self._template(version), self._shared)
        self._check(kind)
        with self._lock:
            self._loaded[key] = kind
            while len(self._loaded) > MOST_LOADED:
                self._loaded.popitem(last=False)
        return kind

    def _check(self, kind: Kind) -> None:
        """Check a kind in a child, unless a process on this machine did so before."""
        digest = check_digest(kind)
        if self._memory.exists() and digest in self._memory.read_text(encoding="ascii").split():
            return
        check_kind(kind)
        with self._memory.open("a", encoding="ascii") as memory:
            memory.write(f"{digest}\n")

    def _template(self, version: KindVersion) -> bytes:
        where = origin(version.slug, version.version)
        try:
            source = self._store.get(template_key(version.template_sha256))
        except (ObjectMissing, ObjectDamaged) as error:
            raise TemplateError(say("{where}: berkas Word-nya tidak ada lagi di arsip.", where=where)) from error
        if hashlib.sha256(source).hexdigest() != version.template_sha256:
            raise TemplateError(say("{where}: berkas Word-nya rusak di arsip.", where=where))
        return source


def unchecked_kind(version: KindVersion, source: bytes, shared: SharedParts) -> Kind:
    """Return a version as a kind with this Word file, which may name `shared` parts, and which nobody checked yet.

    Raises TemplateError.
    """
    where = origin(version.slug, version.version)
    if version_digest(version.template_sha256, version.sheet, version.example) != version.sha256:
        raise TemplateError(say("{where}: isinya tidak lagi seperti saat disimpan.", where=where))
    sheet = sheet_of(version.sheet, where)
    return Kind(version.slug, where, sheet, version.example, source, version=version.version, shared=shared)


def sheet_of(data: Mapping[str, Any], where: str) -> FieldSheet:
    """Return a field sheet from plain data. Raises TemplateError, naming `where` it stands."""
    try:
        return FieldSheet.model_validate(data)
    except ValidationError as error:
        problems = joined((say("{field}: {message}", field=wrong.field, message=wrong.message)
                           for wrong in field_errors(error)), "; ")  # fmt: skip
        raise TemplateError(say("{where}: {problems}", where=where, problems=problems)) from error


def origin(slug: str, version: int) -> str:
    """Return what a version is called in messages."""
    return f"{slug} versi {version}"
