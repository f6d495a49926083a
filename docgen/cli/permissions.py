"""`docgen permissions`: show who may what, and check an office's own file before it is used."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from docgen.cli.common import command_settings


@click.group()
def permissions() -> None:
    """Roles and their permissions."""


@permissions.command("show")
@click.option("--json", "as_json", is_flag=True)
def permissions_show(as_json: bool) -> None:
    """Print the permissions in words, and the roles and scopes with theirs (DOCGEN_PERMISSIONS, else the delivered)."""
    from docgen.permissions import load_permissions

    table = load_permissions(command_settings().permissions)
    if as_json:
        click.echo(json.dumps(table.as_data(), ensure_ascii=False, indent=1))
        return
    for name, words in table.words.items():
        click.echo(f"{name:16} {words.id}")
    for title, lists in (("peran", {name: role.may for name, role in table.roles.items()}), ("lingkup", table.scopes)):
        for list_name, may in lists.items():
            click.echo(f"{title} {list_name}: {', '.join(word for word in table.words if word in may)}")


@permissions.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def permissions_check(file: Path) -> None:
    """Say everything that is wrong with FILE, an office's own table; exit 1 when something is."""
    from docgen.permissions import file_problems

    problems = file_problems(file)
    for problem in problems:
        click.echo(f"{file}: {problem}", err=True)
    if not problems:
        click.echo(f"{file}: benar")
    sys.exit(1 if problems else 0)
