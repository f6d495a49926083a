"""What an office works by and an administrator may give it in files: templates, SOP, retention table, roles."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from docgen.installed.kinds import read_kinds, wrong_templates
from docgen.installed.parts import read_shared_parts
from docgen.kinds.kind import Kind
from docgen.permissions import PermissionTable, load_permissions
from docgen.render.shared.definitions import SharedParts
from docgen.retention import RetentionTable, load_retention
from docgen.settings import Settings
from docgen.sop import Sop, load_sop
from templates_docx import FOLDER
from wording import mapped

T = TypeVar("T")
log = logging.getLogger("docgen")


@dataclass(frozen=True)
class Templates:
    """The Word templates of a folder over the delivered ones: kinds, shared parts, and of wrong ones the reasons."""

    kinds: Mapping[str, Kind] = field(repr=False)
    shared: SharedParts = field(repr=False)
    switched_off: Mapping[str, str]


class DataFiles:
    """Reads each file once: the offices of an installation share what they have from the same files.

    A file of None is the delivered one. What changes on the disk is seen by the next start.
    """

    def __init__(self) -> None:
        self._contents: dict[tuple[str, Path | None], Any] = {}

    def templates(self, settings: Settings) -> Templates:
        """Return the templates; one that is wrong is switched off with its reason.

        Raises TemplateError (there is no such folder), ConverterUnavailable (new ones cannot be checked now).
        """
        return self._once(
            "templates", settings.templates, lambda folder: _read_templates(folder, settings.checks or settings.data)
        )

    def sop(self, settings: Settings) -> Sop:
        """Return the SOP. Raises DataFileError."""
        return self._once("sop", settings.sop, load_sop)

    def retention(self, settings: Settings) -> RetentionTable:
        """Return the retention table. Raises DataFileError."""
        return self._once("retention", settings.retention, load_retention)

    def roles(self, settings: Settings) -> PermissionTable:
        """Return who may do what. Raises DataFileError."""
        return self._once("permissions", settings.permissions, load_permissions)

    def _once(self, name: str, path: Path | None, read: Callable[[Path | None], T]) -> T:
        content: T | None = self._contents.get((name, path))
        if content is None:
            content = self._contents[name, path] = read(path)
        return content


def _read_templates(own: Path | None, checks: Path) -> Templates:
    folders = [FOLDER, *([own] if own else [])]
    kinds, wrong = read_kinds(folders, checked=checks / "kinds.checked")
    reasons = dict(wrong)
    if own:
        reasons |= wrong_templates(own, checked=checks / "templates.checked")
    for name, reason in reasons.items():
        log.error("Switched off: %s: %s", name, reason)
    switched_off = {name: _without_folders(reason, folders) for name, reason in reasons.items()}
    return Templates(kinds, read_shared_parts(folders), switched_off)


def _without_folders(reason: str, folders: Sequence[Path]) -> str:
    """Return a reason with paths relative to the folder of templates, because pages and API show it."""

    def relative(text: str) -> str:
        for folder in folders:
            text = text.replace(f"{folder}/", "")
        return text

    return mapped(reason, relative)
