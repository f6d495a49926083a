"""Commands for the document kinds: check them, and say what the lint finds in their templates."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.common import command_settings
from docgen.errors import TemplateError
from wording import say

if TYPE_CHECKING:
    from docgen.forms.field_sheet import FieldSheet
    from docgen.template_lint.finding import Finding

_SEVERITIES = {"error": say("kesalahan"), "warning": say("peringatan"), "hint": say("saran")}


@dataclass
class _Checked:
    """A kind or a Word file: the line that says it is right, or the reason why it is wrong, and the findings."""

    name: str
    template: Path
    right: str = ""
    reason: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Return whether it may be used."""
        return not self.reason and all(finding.severity != "error" for finding in self.findings)


@click.group()
def templates() -> None:
    """The document kinds."""


@templates.command()
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def lint(path: Path | None, as_json: bool) -> None:
    """Check every kind (or those in PATH): field sheet, template tags, example, and what the lint finds.

    PATH is the folder of a kind, a folder of kinds, or a Word file. Exit 1 when one is wrong.
    """
    checked = [_check_file(path)] if path is not None and path.is_file() else list(_check_kinds(path))
    if as_json:
        click.echo(json.dumps([entry for each in checked for entry in _as_json(each)], ensure_ascii=False, indent=1))
    else:
        for each in checked:
            _show(each)
        if not checked:
            click.echo(f"{path}: tidak ada jenis naskah di sini.", err=True)
    sys.exit(0 if checked and all(each.is_right for each in checked) else 1)


def _check_file(file: Path) -> _Checked:
    checked = _Checked(file.name, file, findings=_examined(file, None))
    checked.right = f"{file.name}: ok" if checked.is_right else ""
    return checked


def _check_kinds(path: Path | None) -> Iterator[_Checked]:
    """Yield the kinds of a folder, of this installation if None, those that are right first."""
    from docgen.installed.kinds import load_kind, read_kinds, wrong_templates
    from docgen.kinds.kind import TEMPLATE
    from templates_docx import FOLDER

    if path and (path / TEMPLATE).is_file():
        folder: Path | None = path.parent
        try:
            kinds, reasons = {path.name: load_kind(path)}, {}
        except TemplateError as error:
            kinds, reasons = {}, {path.name: str(error)}
    else:
        folder = path or command_settings().templates
        loaded, wrong = read_kinds([FOLDER, folder] if folder else [FOLDER])
        names = {entry.name for entry in path.iterdir()} if path else {*loaded, *wrong}
        kinds = {slug: kind for slug, kind in loaded.items() if slug in names}
        reasons = {slug: reason for slug, reason in wrong.items() if slug in names}
        reasons |= wrong_templates(folder) if folder else {}
    folders = [folder, FOLDER] if folder else [FOLDER]
    for slug, kind in kinds.items():
        file = _template_of(slug, folders)
        line = f"{slug}: {kind.title}, {len(kind.fields)} fields, ok"
        yield _Checked(slug, file, right=line, findings=_examined(file, kind.sheet))
    for slug, reason in reasons.items():
        file = _template_of(slug, folders)
        is_kind = file.is_file() and not slug.startswith("_")
        yield _Checked(slug, file, reason=reason, findings=_examined(file, _sheet_beside(file)) if is_kind else [])


def _template_of(slug: str, folders: list[Path]) -> Path:
    """Return the template of a kind: a kind of the office's own stands for the delivered one of the same name."""
    from docgen.kinds.kind import TEMPLATE

    return next(
        (folder / slug / TEMPLATE for folder in folders if (folder / slug).is_dir()), folders[0] / slug / TEMPLATE
    )


def _sheet_beside(template: Path) -> FieldSheet | None:
    """Return the field sheet of a kind that is wrong; None where that is what is wrong."""
    from docgen.forms.read_sheet import read_sheet
    from docgen.kinds.kind import SHEET

    try:
        return read_sheet(template.with_name(SHEET))
    except (TemplateError, OSError):
        return None


def _examined(file: Path, sheet: FieldSheet | None) -> list[Finding]:
    """Return the findings in a template with the shared parts of the office, and those that lie beside its kind."""
    from docgen.installed.checks import examine_template
    from docgen.installed.parts import read_shared_parts
    from templates_docx import FOLDER

    own = command_settings().templates
    shared = read_shared_parts([FOLDER, *([own] if own else []), file.absolute().parent.parent])
    return examine_template(file.read_bytes(), sheet, shared=shared)


def _show(checked: _Checked) -> None:
    if checked.right and checked.is_right:
        click.echo(checked.right)
    if checked.reason:
        click.echo(f"{checked.name}: {checked.reason}", err=True)
    for finding in checked.findings:
        words = f" {finding.words!r}:" if finding.words else ""
        severity = _SEVERITIES[finding.severity]
        line = f"{checked.template}: {severity}:{words} {finding.message} {finding.suggestion} ({finding.rule})"
        click.echo(line, err=True)


def _as_json(checked: _Checked) -> Iterator[dict[str, Any]]:
    """Yield the findings; what is wrong with a kind beside its template has the rule "wrong_kind"."""
    for finding in checked.findings:
        yield {"file": str(checked.template), **asdict(finding)}
    if checked.reason and all(finding.severity != "error" for finding in checked.findings):
        yield {
            "file": str(checked.template.parent),
            "rule": "wrong_kind",
            "severity": "error",
            "place": None,
            "words": "",
            "message": checked.reason,
            "suggestion": "",
        }
