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
from docgen.installed.checks import check_kind, check_shared_part, check_template
from docgen.installed.parts import read_shared_parts
from docgen.kinds.check import check_sources
from docgen.kinds.kind import TEMPLATE, Kind, read_kind
from docgen.render.shared.definitions import PARTS, SharedParts
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
    shared = read_shared_parts(folders)
    kinds = {
        slug: kind
        for slug in sorted(folders_by_slug)
        if (kind := _try(slug, wrong, partial(_read, folders_by_slug[slug], shared)))
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
    """Return the wrong ones among the Word templates of an office that are no kinds, with the reason.

    These are those of the `folder` (`_bundel`), its shared parts (`_bagian/kop`), and the delivered ones that get them.
    `checked` is a file that remembers which passed. Raises ConverterUnavailable when none can be checked now.
    """
    shared = read_shared_parts([FOLDER, folder])
    wrong = {f"{PARTS}/{name}": reason for name, reason in shared.wrong.items()}
    passed, digests = _read_passed(checked), set()
    for name, file in _own_templates(folder).items():
        try:
            source = file.read_bytes()
            digest = _digest(name, hashlib.sha256(source).hexdigest(), shared)
            if digest not in passed:
                if name.startswith(f"{PARTS}/"):
                    check_shared_part(file.parent.name, shared)
                else:
                    check_template(source, str(file), shared)
            digests.add(digest)
        except (TemplateError, OSError) as error:
            wrong[name] = str(error)
    _write_passed(checked, passed, digests)
    return wrong


def _own_templates(folder: Path) -> dict[str, Path]:
    """Return the Word templates that are no kinds and that the office or its shared parts changed, by name."""
    parts = folder / PARTS
    has_parts = parts.is_dir()
    files = {
        entry.name: entry / TEMPLATE
        for place in ([FOLDER, folder] if has_parts else [folder])
        for entry in sorted(place.iterdir())
        if entry.name.startswith("_")
    }
    if has_parts:
        files |= {f"{PARTS}/{entry.name}": entry / TEMPLATE for entry in sorted(parts.iterdir())}
    return {name: file for name, file in files.items() if file.is_file()}


def load_kind(folder: Path) -> Kind:
    """Load and check one kind, with the delivered shared parts and those that lie beside it. Raises TemplateError."""
    kind = _read(folder, read_shared_parts([FOLDER, folder.parent]))
    check_kind(kind)
    return kind


def _read(folder: Path, shared: SharedParts) -> Kind:
    return read_kind(folder, shared, is_delivered=folder.parent == FOLDER)


def check_digest(kind: Kind) -> str:
    """Return the SHA-256 of what a check depends on: the kind, the shared parts, and the version of docgen."""
    return _digest(kind.slug, kind.sha256, kind.shared)


def _digest(name: str, content: str, shared: SharedParts) -> str:
    return hashlib.sha256(f"{version('docgen')} {CHECKS} {name} {content} {shared.digest}".encode()).hexdigest()
