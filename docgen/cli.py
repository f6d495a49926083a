"""The `docgen` command: set up, serve, issue, bundle, templates, archive, tokens, users.

Exit 0 done, 1 failed with a clear line on stderr, 2 wrong use.
"""

from __future__ import annotations

import json
import logging
import sys
from importlib.metadata import entry_points
from pathlib import Path

import click
from pydantic import ValidationError

from docgen.cli_desk import named, opened_desk
from docgen.cli_documents import find, get, issue
from docgen.cli_tokens import token
from docgen.errors import DocgenError, InvalidSubmission
from docgen.messages import field_errors
from docgen.settings import read_settings
from storage.errors import StorageError

# The heavy rooms are imported by the commands that need them: `docgen --help` answers at once.


def main() -> None:
    """Run the command line; known errors become one line on stderr and exit code 1."""
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
        lines = [f"  {one.field}: {one.message}" for one in error.errors]
        click.echo("\n".join([f"docgen: {error}", *lines]), err=True)
        sys.exit(1)
    except (DocgenError, StorageError, OSError) as error:
        click.echo(f"docgen: {error}", err=True)
        sys.exit(1)


@click.group()
def cli() -> None:
    """Naskah dinas: dari isian menjadi PDF bernomor yang terarsip."""


@cli.command()
@click.option("--demo", is_flag=True, help="Fill an empty installation with the demo office.")
def init(demo: bool) -> None:
    """Prepare database and object store; make the first account and print its password, once."""
    from docgen.desk.setup import initialise

    settings = read_settings()
    with opened_desk(settings) as desk:
        for line in initialise(desk, demo=demo):
            click.echo(line)


@cli.command()
@click.option("--demo", is_flag=True, help="Fill an empty installation with the demo office first.")
def serve(demo: bool) -> None:
    """Serve pages and API until stopped."""
    from docgen.desk.setup import initialise, secret_key

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("alembic", "huey"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    settings = read_settings()
    with opened_desk(settings) as desk:
        for line in initialise(desk, demo=demo):  # before anything can fail: the password is shown once
            click.echo(f"\n{line}", err=True)
        # The web room is above this one and enters itself in pyproject.toml, so that docgen does not import it.
        (server,) = entry_points(group="docgen.server")
        server.load()(desk, settings, secret_key(settings))


@cli.command()
@click.option("--dossier", help="Id of a dossier.")
@click.option("--asset", help="NIBAR of an asset.")
@click.option("--year", type=int, help="Only this year (with --asset).")
@click.option("--document", "documents", multiple=True, help="Id of a document; may be repeated.")
@click.option("--duplex", is_flag=True, help="For both sides of the paper: each document starts on a front.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="PDF to write.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON.")
def bundle(
    dossier: str | None,
    asset: str | None,
    year: int | None,
    documents: tuple[str, ...],
    duplex: bool,
    output: Path,
    as_json: bool,
) -> None:
    """Merge archived documents into one PDF with cover, contents, page numbers and bookmarks."""
    from docgen.desk.bundle import BundleRequest, make_bundle

    try:
        request = BundleRequest(
            dossier=dossier, asset=asset, year=year, documents=list(documents) or None, duplex=duplex
        )
    except ValidationError as error:
        raise click.UsageError("Give one of --dossier, --asset (with --year if wanted) or --document.") from error
    with opened_desk(read_settings()) as desk:
        made = make_bundle(desk, request)
    output.write_bytes(made.pdf)
    click.echo(json.dumps(made.manifest, ensure_ascii=False, indent=1) if as_json else f"{output}: {made.pages} pages")


@cli.group()
def templates() -> None:
    """The document kinds."""


@templates.command()
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def lint(path: Path | None) -> None:
    """Check every kind (or those in PATH): field sheet, template tags, example."""
    from docgen.kinds import load_kinds
    from templates_docx import FOLDER

    kinds = load_kinds([path or FOLDER])
    for kind in kinds.values():
        click.echo(f"{kind.slug}: {kind.title}, {len(kind.fields)} fields, ok")


@cli.group()
def archive() -> None:
    """The archive as a whole."""


@archive.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def verify(as_json: bool) -> None:
    """Hash every archived object again; check the audit chain and that the register has no gap.

    Exit 1 when something is missing or changed. Objects the catalogue does not know are listed as a warning.
    """
    from docgen.desk.fixity import check_archive

    with opened_desk(read_settings()) as desk:
        report = check_archive(desk, _count)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=1))
    else:
        for line in report.findings():
            click.echo(line)
        click.echo(f"{report.objects} berkas dan {report.events} catatan audit diperiksa.")
    if report.unknown:
        click.echo(f"Peringatan: {len(report.unknown)} berkas tidak dikenal katalog; periksa asalnya.", err=True)
    if not report.sound:
        raise DocgenError("Arsip tidak utuh. Pulihkan berkas yang hilang atau berubah dari cadangan.")


def _count(done: int, total: int) -> None:
    """A line on stderr that counts up: over itself on a terminal, now and then in a log."""
    if sys.stderr.isatty():
        click.echo(f"\rMemeriksa arsip: {done} dari {total} berkas", err=True, nl=done == total)
    elif done == total or (done and done % 1000 == 0):
        click.echo(f"Memeriksa arsip: {done} dari {total} berkas", err=True)


@cli.group()
def user() -> None:
    """People who sign in."""


@user.command("create")
@click.argument("name")
@click.option("--role", type=click.Choice(["admin", "operator", "reader"]), default="operator", show_default=True)
@click.option("--full-name", default="")
@click.option("--official", "officials", multiple=True, help='Official the person endorses as; "all" for every one.')
@click.option("--json", "as_json", is_flag=True)
def user_create(name: str, role: str, full_name: str, officials: tuple[str, ...], as_json: bool) -> None:
    """Add a person and print the password made for them; it is shown this once."""
    from docgen.desk.accounts import create_user

    with opened_desk(read_settings()) as desk:
        password = create_user(desk, name, role, full_name, officials=named(officials))
    click.echo(json.dumps({"name": name, "role": role, "password": password}) if as_json else f"{name}  {password}")


for command in (token, issue, find, get):
    cli.add_command(command)
