"""Try a draft: the lint looks at it, and letters are made with its example and with what templates break by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.kinds.readable import examined
from docgen.desk.kinds.sample_letters import TITLES, letter_with, sample_letter
from docgen.desk.kinds.versions import find_version, kind_as_written, read_version, require_editable, require_same
from docgen.desk.revisions.pipeline import Produced
from docgen.desk.rights import Caller, require
from docgen.errors import FieldError, InvalidSubmission, TemplateError
from docgen.kinds.check import check_sources
from docgen.kinds.kind import Kind
from docgen.kinds.stress import Stress
from docgen.template_lint.finding import WHOLE_FILE, Finding
from storage.catalogue import kind_versions
from storage.records import KindVersion
from wording import say

INPUTS: tuple[Stress, ...] = get_args(Stress)


@dataclass(frozen=True)
class TrialLetter:
    """A letter that was tried: what it was filled with, its pages as PDF, or why there are none."""

    stress: Stress
    pdf: bytes = b""
    pages: int = 0
    problem: str = ""

    @property
    def title(self) -> str:
        """Return what it was filled with, for people."""
        return TITLES[self.stress]


@dataclass(frozen=True)
class Trial:
    """What became of a version: its state, what the lint found, and the letters; none when a finding is an error."""

    version: KindVersion
    findings: Sequence[Finding]
    letters: Sequence[TrialLetter] = ()

    @property
    def errors(self) -> Sequence[Finding]:
        """Return what keeps it from being published."""
        return [finding for finding in self.findings if finding.severity == "error"]


def try_version(desk: Desk, caller: Caller, slug: str, number: int) -> Trial:
    """Try a version; a draft without errors is then one that was tried.

    Raises NotFound, Forbidden, Conflict (it was withdrawn), RecordConflict (it was changed meanwhile), Busy,
    ConverterUnavailable, StorageError.
    """
    require(caller, "edit_templates")
    version = read_version(desk, slug, number)
    trial = _trial(desk, version)
    if version.state != "draft" or trial.errors:
        return trial
    with desk.catalogue.write() as tx:
        current = find_version(tx, slug, number)
        require_editable(tx, current)
        require_same(current, version.sha256)
        tried = current.model_copy(update={"state": "tried"})
        if current.state != "tried":
            kind_versions.replace_version(tx, tried, was=version.sha256)
            after = {"version": number, "sha256": version.sha256}
            audit.record(desk, tx, caller.name, Action.KIND_TRIED, slug, after=after)
    return Trial(tried, trial.findings, trial.letters)


def trial_letter(desk: Desk, caller: Caller, slug: str, number: int, stress: Stress) -> TrialLetter:
    """Return one letter of a trial; the same version gives the same. Raises as `try_version`, and TemplateError."""
    require(caller, "edit_templates")
    return _letter(desk, _checked(desk, read_version(desk, slug, number)), stress)


def preview(desk: Desk, caller: Caller, slug: str, number: int, data: Mapping[str, Any] | None = None) -> Produced:
    """Return a letter of a version with this `data`, its example by default, with DRAF across every page.

    Raises InvalidSubmission (the data, or the template with its reason), NotFound, Forbidden, Busy,
    ConverterUnavailable, StorageError.
    """
    require(caller, "edit_templates")
    try:
        kind = _checked(desk, read_version(desk, slug, number))
    except TemplateError as error:
        raise InvalidSubmission([FieldError("template", str(error))]) from error
    return sample_letter(desk, kind) if data is None else letter_with(desk, kind, data)


def _trial(desk: Desk, version: KindVersion) -> Trial:
    findings: list[Finding] = []
    try:
        kind = kind_as_written(desk, version)
        findings += examined(desk, kind.source, kind.sheet)
        if not any(finding.severity == "error" for finding in findings):
            kind = _checked(desk, version)
            check_sources(kind, {**desk.kinds, kind.slug: kind}, list(desk.switched_off))
    except TemplateError as error:
        findings.append(_fault("unusable", error))
    if any(finding.severity == "error" for finding in findings):
        return Trial(version, findings)
    letters = [_letter(desk, kind, stress) for stress in INPUTS]
    findings += [
        Finding(
            "not_printable",
            "error",
            WHOLE_FILE,
            "",
            say("{title}: surat tidak jadi. {problem}", title=letter.title, problem=letter.problem),
            say("Beri tempat itu ruang yang dapat memanjang, lalu coba lagi."),
        )
        for letter in letters
        if letter.problem
    ]
    return Trial(version, findings, letters)


def _letter(desk: Desk, kind: Kind, stress: Stress) -> TrialLetter:
    try:
        produced = sample_letter(desk, kind, stress)
    except InvalidSubmission as invalid:
        return TrialLetter(stress, problem=invalid.summary())
    return TrialLetter(stress, produced.pdf, produced.pages)


def _checked(desk: Desk, version: KindVersion) -> Kind:
    """Return a version as a kind that was checked in a child. Raises TemplateError, StorageError, ReaderBusy."""
    return desk.stored_kinds.load(version)


def _fault(rule: str, error: Exception) -> Finding:
    """Return what filling the template showed."""
    return Finding(rule, "error", WHOLE_FILE, "", str(error), say("Perbaiki templat atau isiannya, lalu coba lagi."))
