"""Load the kinds an office has: the delivered ones and its own, each checked before it is used.

Everything about a kind is checked when it is loaded, by filling the template, so that a misspelled tag is found before
the first letter and not in it. The SHA-256 of each kind that passed is remembered, so that the next start need not
check it again.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from docgen.errors import ConverterUnavailable, TemplateError
from docgen.installed.checks import check_kind, check_template
from docgen.kinds.check import check_sources
from docgen.kinds.kind import TEMPLATE, Kind, read_kind
from templates_docx import FOLDER
from wording import say

CHECKS = 2  # increased whenever a check is added, so that kinds that passed are checked again

log = logging.getLogger("docgen.kinds")


def read_kinds(folders: Sequence[Path], checked: Path | None = None) -> tuple[Mapping[str, Kind], Mapping[str, str]]:
    """Load the kinds in `folders`, by slug (the folder's name) in alphabetical order; and of each wrong one the reason.

    A kind in a later folder takes the place of one with the same name, even when it is wrong: another template than
    the office's own is never used in its stead. Folders that begin with `_` or `.` are no kinds. `checked` is a file
    that remembers which passed. A reason names the file, the key or tag, and the nearest name. Raises
    TemplateError when a folder is missing, ConverterUnavailable when nothing can be checked now.
    """
    folders_by_slug: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise TemplateError(say("{folder}: folder templat tidak ada. Periksa DOCGEN_TEMPLATES.", folder=folder))
        for entry in folder.iterdir():
            if entry.is_dir() and entry.name[0] not in "._":
                folders_by_slug[entry.name] = entry
    wrong: dict[str, str] = {}
    kinds = {
        slug: kind
        for slug in sorted(folders_by_slug)
        if (kind := _try(slug, wrong, partial(_read, folders_by_slug[slug])))
    }
    passed = _read_passed(checked)
    digests = {slug: check_digest(kind) for slug, kind in kinds.items()}
    for slug, kind in list(kinds.items()):
        if not _try(slug, wrong, partial(_checked_kind, kind, kinds, [*wrong], new=digests[slug] not in passed)):
            del kinds[slug], digests[slug]
    _write_passed(checked, passed, set(digests.values()))
    return kinds, wrong


def _read_passed(checked: Path | None) -> set[str]:
    """Return the digests of what passed a check before."""
    return set(checked.read_text().split()) if checked and checked.exists() else set()


def _write_passed(checked: Path | None, passed: set[str], digests: set[str]) -> None:
    if checked and passed != digests:
        checked.write_text("\n".join(sorted(digests)))


def _try(slug: str, wrong: dict[str, str], work: Callable[[], Kind]) -> Kind | None:
    """Return the result of `work`; None, and the reason in `wrong`, when the kind is wrong.

    Raises ConverterUnavailable, because an unchecked kind must not be opened in the service.
    """
    try:
        return work()
    except ConverterUnavailable:
        raise
    except TemplateError as error:
        wrong[slug] = str(error)
    except Exception as error:  # an unforeseen file costs its kind, not the service
        log.exception("The kind %s cannot be checked", slug)
        wrong[slug] = say(
            "{slug}: tidak dapat diperiksa ({type}: {error}). Simpan lagi berkas-berkasnya.",
            slug=slug,
            type=type(error).__name__,
            error=error,
        )
    return None


def _checked_kind(kind: Kind, kinds: Mapping[str, Kind], wrong: Sequence[str], *, new: bool) -> Kind:
    check_sources(kind, kinds, wrong)
    if new:
        check_kind(kind)
    return kind


def wrong_templates(folder: Path, checked: Path | None = None) -> dict[str, str]:
    """Return the wrong ones among the Word templates of a folder that are no kinds (`_bundel`), with the reason.

    `checked` is a file that remembers which passed. Raises ConverterUnavailable when none can be checked now.
    """
    wrong: dict[str, str] = {}
    passed, digests = _read_passed(checked), set()
    for entry in sorted(folder.iterdir()):
        file = entry / TEMPLATE
        if entry.name.startswith("_") and file.is_file():
            try:
                source = file.read_bytes()
                digest = hashlib.sha256(f"{version('docgen')} {CHECKS} ".encode() + source).hexdigest()
                if digest not in passed:
                    check_template(source, str(file))
                digests.add(digest)
            except (TemplateError, OSError) as error:
                wrong[entry.name] = str(error)
    _write_passed(checked, passed, digests)
    return wrong


def load_kind(folder: Path) -> Kind:
    """Load and check one kind. Raises TemplateError."""
    kind = _read(folder)
    check_kind(kind)
    return kind


def _read(folder: Path) -> Kind:
    return read_kind(folder, is_delivered=folder.parent == FOLDER)


def check_digest(kind: Kind) -> str:
    """Return the SHA-256 of what a check depends on: the kind, and the version of docgen."""
    return hashlib.sha256(f"{version('docgen')} {CHECKS} {kind.slug} {kind.sha256}".encode()).hexdigest()
