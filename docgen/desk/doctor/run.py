"""Carry out the checks: side by side, each for a bounded time, over the installation and its offices."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from docgen.desk.doctor.checks import CHECKS, SETTINGS_CHECK
from docgen.desk.doctor.installation import Installation
from docgen.desk.doctor.model import Check, CheckResult, Fault
from docgen.errors import DataFileError
from docgen.libreoffice import Converter
from docgen.offices import settings_of
from docgen.settings import read_settings, secrets_of
from storage.errors import StorageError
from storage.records import HostedOffice
from wording import mapped, say

_HIDDEN = "…"
_NEEDED_BY_OFFICES = ("database", "secret_key")  # their list, and what their keys follow from


def check_installation(
    environment: Mapping[str, str], converter: Converter | None = None, office: str = ""
) -> list[CheckResult]:
    """Return what all checks tell of the installation that an environment names, and then of each of its offices; with
    `office`, a slug, of that one alone.

    Where the settings cannot be read nothing else can be checked. With a `converter` that runs already no LibreOffice
    is started. Raises RecordMissing when there is no such office, StorageError.
    """
    try:
        settings = read_settings(environment)
    except DataFileError as error:
        unreadable = CheckResult(SETTINGS_CHECK.name, ok=False, message=str(error), next_step=SETTINGS_CHECK.next_step)
        return [unreadable, *(_unchecked(check, SETTINGS_CHECK.name, "") for check in CHECKS[1:])]
    with closing(Installation(settings, environment, converter)) as installation:
        if office:
            return _check_office(installation, installation.office(office), converter, alone=True)
        results = run_checks(installation, CHECKS)
        if all(result.ok and result.was_checked for result in results if result.check in _NEEDED_BY_OFFICES):
            for hosted in installation.offices():
                results += _check_office(installation, hosted, converter)
    return results


def run_checks(installation: Installation, checks: Sequence[Check]) -> list[CheckResult]:
    """Return what checks tell of one installation, in their order."""
    secrets = secrets_of(installation.settings)
    results = _explained(checks, _look_at_all(checks, installation))
    return [replace(_without_secrets(result, secrets), office=installation.settings.office) for result in results]


def _check_office(
    installation: Installation, office: HostedOffice, converter: Converter | None, *, alone: bool = False
) -> list[CheckResult]:
    """Return what the checks tell of an office; unless it is `alone`, without those that tell the same of the whole
    installation."""
    settings = installation.settings
    try:
        own = settings_of(settings, office)
    except DataFileError as error:
        message, next_step = str(error), SETTINGS_CHECK.next_step
        return [CheckResult(SETTINGS_CHECK.name, ok=False, message=message, next_step=next_step, office=office.slug)]
    checks = [
        check
        for check in CHECKS
        if alone
        or (
            not check.of_machine
            and not (check.of_setting and getattr(own, check.of_setting) == getattr(settings, check.of_setting))
        )
    ]
    with closing(Installation(own, {}, converter)) as of_office:
        return run_checks(of_office, checks)


def _look_at_all(checks: Sequence[Check], installation: Installation) -> dict[str, CheckResult]:
    """Return the result of each check; what hangs beyond its time is left behind, in a thread of its own."""
    results: dict[str, CheckResult] = {}
    threads = []
    for check in checks:

        def look(check: Check = check) -> None:
            results[check.name] = _look(check, installation)

        thread = threading.Thread(target=look, name=f"doctor {check.name}", daemon=True)
        thread.start()
        threads.append((check, thread))
    for check, thread in threads:
        thread.join(check.seconds)
    return {check.name: results.get(check.name) or _hung(check) for check, _ in threads}


def _look(check: Check, installation: Installation) -> CheckResult:
    try:
        return CheckResult(check.name, ok=True, message=check.look(installation))
    except Fault as fault:
        return CheckResult(check.name, ok=False, message=fault.message, next_step=fault.next_step or check.next_step)
    except StorageError as error:
        return CheckResult(check.name, ok=False, message=_with_cause(error), next_step=check.next_step)
    except Exception as error:  # noqa: BLE001  whatever stands in the way of one check stops no other
        message = str(error) or type(error).__name__
        return CheckResult(check.name, ok=False, message=message, next_step=check.next_step)


def _with_cause(error: StorageError) -> str:
    """Return what a storage error says, and what the database's driver said to it: nobody reads a log here."""
    cause = getattr(error.__cause__, "orig", None)
    first_line = str(cause).strip().partition("\n")[0] if cause is not None else ""
    return say("{message} ({cause})", message=str(error), cause=first_line) if first_line else str(error)


def _hung(check: Check) -> CheckResult:
    message = say("Tidak ada jawaban dalam {seconds} detik.", seconds=round(check.seconds))
    return CheckResult(check.name, ok=False, message=message, next_step=check.next_step)


def _explained(checks: Iterable[Check], results: Mapping[str, CheckResult]) -> list[CheckResult]:
    """Return the results in order, without those that fail only because of another one."""
    results_in_order: list[CheckResult] = []
    for check in checks:
        result = results[check.name]
        cause = next((name for name in check.because_of if name in results and not results[name].ok), "")
        results_in_order.append(result if result.ok or not cause else _unchecked(check, cause, result.message))
    return results_in_order


def _unchecked(check: Check, cause: str, message: str) -> CheckResult:
    sentence = say("Belum dapat diperiksa sebelum {cause} beres. {message}", cause=cause, message=message).strip()
    return CheckResult(check.name, ok=True, message=sentence, was_checked=False)


def _without_secrets(result: CheckResult, secrets: Iterable[str]) -> CheckResult:
    def hidden(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, _HIDDEN)
        return text

    return replace(result, message=mapped(result.message, hidden), next_step=mapped(result.next_step, hidden))
