"""`docgen doctor`: check this installation, and say what is wrong and what to do."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from docgen.work_context import current_office
from wording import say

if TYPE_CHECKING:
    from docgen.desk.doctor.model import CheckResult


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON: check, ok, message, next.")
def doctor(as_json: bool) -> None:
    """Check this installation and its offices, or with --office one of them, and say what is wrong and what to do: what
    is wrong first, with the next step below.

    It may run beside the service, and where the service does not start; it changes nothing, sends nothing, and takes
    some seconds. Run it by the service's own account and with its settings. Exit 1 when something is wrong.
    """
    from docgen.desk.doctor.run import check_installation

    logging.disable(logging.CRITICAL)  # what stands in the way of a check is told by its result
    results = check_installation(os.environ, office=current_office())
    if as_json:
        click.echo(json.dumps([result.to_json() for result in results], ensure_ascii=False, indent=1))
    else:
        _tell(results)
    sys.stdout.flush()
    os._exit(0 if all(result.ok for result in results) else 1)  # whatever hangs is left behind


def _tell(results: Sequence[CheckResult]) -> None:
    wrong = [result for result in results if not result.ok]
    unchecked = [result for result in results if not result.was_checked]
    for result in wrong:
        click.echo(f"✗ {_name(result)}: {result.message}\n    → {result.next_step}")
    for result in unchecked:
        click.echo(f"– {_name(result)}: {result.message}")
    for result in results:
        if result.ok and result.was_checked:
            click.echo(f"✓ {_name(result)}: {result.message}")
    click.echo(
        say("{wrong} dari {count} pemeriksaan menemukan kesalahan.", wrong=len(wrong), count=len(results))
        if wrong
        else say("{count} pemeriksaan, tidak ada kesalahan.", count=len(results))
    )


def _name(result: CheckResult) -> str:
    return f"{result.office}/{result.check}" if result.office else result.check
