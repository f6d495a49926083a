"""The `docgen` command: set up, serve, issue, bundle, templates, archive, tokens, users.

Exit 0 done, 1 failed with a clear line on stderr, 2 wrong use.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path

import click
from pydantic import ValidationError

from docgen.cli.archive import archive
from docgen.cli.bundle import bundle, file_list
from docgen.cli.common import command_settings, opened_desk, progress_bar, require_installation, retry_while_away
from docgen.cli.doctor import doctor
from docgen.cli.documents import find, get, issue
from docgen.cli.office import office
from docgen.cli.permissions import permissions
from docgen.cli.setup import probe, setup
from docgen.cli.templates import templates
from docgen.cli.tokens import token
from docgen.cli.users import user
from docgen.errors import DocgenError, InvalidSubmission
from docgen.logs import set_up_logging
from docgen.messages import field_errors
from docgen.private_files import be_private, make_private
from docgen.settings import ROLES, read_office, read_settings, secrets_of
from docgen.telemetry.tracing import traced
from docgen.work_context import set_office
from storage.errors import StorageError
from wording import say

# The heavy rooms are imported by the commands that need them: `docgen --help` answers at once.


def main() -> None:
    """Run the command line; known errors become one line on stderr and exit code 1."""
    be_private()
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2 if isinstance(error, click.UsageError) else 1)
    except click.Abort:
        sys.exit(130)
    except (InvalidSubmission, ValidationError) as error:
        if isinstance(error, ValidationError):
            error = InvalidSubmission(field_errors(error))
        lines = [f"  {field_error.field}: {field_error.message}" for field_error in error.errors]
        if error.more:
            lines.append(say("  … dan {more} lagi.", more=error.more))
        click.echo("\n".join([f"docgen: {error}", *lines]), err=True)
        sys.exit(1)
    except (DocgenError, StorageError, OSError) as error:
        click.echo(f"docgen: {error}", err=True)
        sys.exit(1)


@click.group()
@click.version_option(package_name="docgen")
@click.option("--office", metavar="SLUG", help="Work for this office of the installation (`docgen office list`).")
def cli(office: str | None) -> None:
    """Naskah dinas: dari isian menjadi PDF bernomor yang terarsip."""
    set_office(office or read_office())


@cli.command()
@click.option("--demo", is_flag=True, help="Fill an empty installation with the demo office.")
def init(demo: bool) -> None:
    """Prepare database and object store; make the first account and tell its password, once."""
    from docgen.desk.setup import initialise, missing_safeguards

    require_installation("init")
    settings = read_settings()
    with opened_desk(settings) as desk:
        for line in initialise(desk, demo=demo, on_terminal=sys.stdout.isatty()):
            click.echo(line)
        for line in missing_safeguards(desk):
            click.echo(f"Peringatan: {line}", err=True)


@cli.command()
@click.option("--demo", is_flag=True, help="Fill an empty installation with the demo office first.")
@click.option("--wait", type=click.FloatRange(0, 3600), default=60, show_default=True, metavar="SECONDS",
              help="How long to wait for a database or an object store that is not up yet.")  # fmt: skip
@click.option("--role", type=click.Choice(ROLES),
              help="What this machine does: answer callers (web), background work (worker), or both (all).  "
                   "[default: DOCGEN_ROLE, or all]")  # fmt: skip
def serve(demo: bool, wait: float, role: str | None) -> None:
    """Serve pages and API until stopped. Several may be started at once on one database and store."""
    from docgen.desk.setup import initialise, missing_safeguards
    from docgen.processes.service_folder import end_leftovers
    from docgen.secret_box import secret_key

    require_installation("serve")
    if role is not None:
        os.environ["DOCGEN_ROLE"] = role  # the processes that are started from here read it there, too
    settings = read_settings()
    is_alone = settings.is_one_process
    set_up_logging(settings.log, secrets_of(settings), "" if is_alone else "supervisor", settings.log_level)
    make_private(settings.data)
    end_leftovers(settings.data, settings.drain)
    until = time.monotonic() + wait
    with (
        traced(settings.otel_url, "service" if is_alone else "supervisor"),
        opened_desk(settings, converts=is_alone, spares=1, wait=wait) as desk,
    ):
        begun = retry_while_away(
            lambda: initialise(desk, demo=demo, on_terminal=sys.stderr.isatty()), until - time.monotonic()
        )
        for line in begun:  # before anything can fail, because the password is shown only once
            click.echo(f"\n{line}", err=True)
        for line in missing_safeguards(desk):
            logging.getLogger("docgen").warning(line)
        # The web room is above this one and enters itself in pyproject.toml, so that docgen does not import it.
        (server,) = entry_points(group="docgen.server")
        server.load()(desk, settings, secret_key(settings))


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", required=True, help="Kind, e.g. nota_dinas.")
@click.option("--procedure", required=True, help="Slug of the procedure.")
@click.option("--step", type=int, default=0, help="Number of the step, from 1; none for --procedure umum.")
@click.option("--check", "only_check", is_flag=True, help="Tell what would happen; issue nothing.")
@click.option("--by", default="docgen", show_default=True, help="Who issues, as recorded.")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="Folder for what is made.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def batch(
    file: Path, kind: str, procedure: str, step: int, only_check: bool, by: str, output: Path | None, as_json: bool
) -> None:
    """Issue one letter for each row of a CSV or XLSX file."""
    from docgen.cli.batch import check_file, issue_file

    with opened_desk(command_settings(), converts=not only_check) as desk:
        if only_check:
            result = check_file(desk, file, kind, procedure, step)
        else:
            result = issue_file(
                desk, file, kind, procedure, step, by, output, progress=progress_bar("Menerbitkan", "naskah")
            )
    click.echo(json.dumps(result, ensure_ascii=False, indent=1) if as_json else result["summary"])
    sys.exit(0 if result["right"] else 1)


cli.add_command(archive)
cli.add_command(office)

for command in (doctor, permissions, templates, token, user, issue, find, get, bundle, file_list, setup, probe):
    cli.add_command(command)
