"""`docgen user import`: what a file does, row by row, and the links of the new accounts."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import click

from docgen.desk import Desk
from docgen.desk.access.account_import import AccountImport, PlannedAccount, import_accounts
from docgen.desk.notices.password_mails import mail_links
from docgen.private_files import write_private
from docgen.spreadsheets.text_cell import harmless


def import_file(
    desk: Desk, file: Path, *, only_check: bool, take_hidden: bool, output: Path | None, as_json: bool
) -> None:
    """Import a file, or check it, and print what became of each account. Exit 1 when a row is wrong.

    Raises DataFileError, OSError.
    """
    if output is not None and output.exists() and not only_check:
        raise click.BadParameter(f"{output} sudah ada. Pilih nama lain; berkas tidak ditimpa.", param_hint="--output")
    result = import_accounts(desk, file.name, file.read_bytes(), dry_run=only_check, take_hidden=take_hidden)
    problems = mail_links(desk, result.links) if desk.mail is not None else {}
    if output is not None and result.links:
        write_private(output, _table(result))
    if as_json:
        click.echo(json.dumps(_data(result, only_check, problems), ensure_ascii=False, indent=1))
    else:
        _print(result, only_check, problems, output)
    sys.exit(1 if result.report.errors else 0)


def _print(result: AccountImport, only_check: bool, problems: dict[str, str], output: Path | None) -> None:
    for note in result.report.notes:
        click.echo(note, err=True)
    for error in result.report.errors:
        place = f"baris {error.line}: " if error.line else ""
        click.echo(f"{place}{error.message}", err=True)
    for account in (*result.added, *result.changed):
        click.echo(
            f"{account.after.name}  {_role(account)}  {'; '.join(account.after.officials) or '-'}  {_state(account)}"
        )
    for name, link in result.links.items():
        if output is None:
            click.echo(f"{name}  {link.url}")
        if problems.get(name):
            click.echo(f"{name}: surel tidak terkirim: {problems[name]}", err=True)
    counts = f"{len(result.added)} baru, {len(result.changed)} diubah, {result.report.unchanged} sudah sama"
    if result.report.errors:
        click.echo(f"{len(result.report.errors)} kesalahan; tidak ada yang diubah.")
    else:
        click.echo(f"{counts}{'; belum ada yang diubah.' if only_check else '.'}")


def _data(result: AccountImport, only_check: bool, problems: dict[str, str]) -> dict[str, object]:
    return {
        "checked_only": only_check,
        "accounts": [
            {
                "line": account.line,
                "name": account.after.name,
                "role": account.after.role,
                "officials": account.after.officials,
                "divisions": account.after.divisions,
                "new": account.before is None,
                "changed": list(account.changes),
            }
            for account in result.planned
        ],
        "errors": [
            {"line": error.line, "field": error.field, "message": str(error.message), "cell": error.cell}
            for error in result.report.errors
        ],
        "links": {
            name: {"link": link.url, "expires_at": link.expires_at.isoformat(), "not_mailed": problems.get(name, "")}
            for name, link in result.links.items()
        },
    }


def _table(result: AccountImport) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["Nama pengguna", "Nama lengkap", "Tautan", "Berlaku sampai"])
    names = {account.after.name: account.after.full_name for account in result.added}
    for name, link in result.links.items():
        writer.writerow([name, harmless(names[name]), link.url, link.expires_at.isoformat(timespec="minutes")])
    return text.getvalue()


def _role(account: PlannedAccount) -> str:
    if account.before is not None and account.before.role != account.after.role:
        return f"{account.before.role} → {account.after.role}"
    return account.after.role


def _state(account: PlannedAccount) -> str:
    return "baru" if account.before is None else f"diubah: {', '.join(account.changes)}"
