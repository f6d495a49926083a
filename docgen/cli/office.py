"""`docgen office …`: the offices that this installation holds beside its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from docgen.cli.common import command_settings, opened_desk, progress_bar, require_installation
from docgen.settings import read_settings
from wording import say

_BY = click.option("--by", default="docgen", show_default=True, help="Who does it, as recorded.")


@click.group()
def office() -> None:
    """Offices that this installation holds: each with database, archive, keys and accounts of its own."""
    require_installation("office")


@office.command()
@click.argument("slug")
@click.option("--host", default="", metavar="NAME", help="Host name by which people reach the office.")
@click.option("--path", is_flag=True, help="Reach it at this installation's own address, under /o/SLUG.")
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Begin with what `docgen office export` wrote into this folder.",
)
@_BY
def create(slug: str, host: str, path: bool, source: Path | None, by: str) -> None:
    """Add an office with this short name (a–z, digits, hyphens); make its first account and tell its password, once.

    May be repeated: what is there already stays. A running service serves the office within seconds.
    """
    from docgen.desk.offices.create import account_line, create_office
    from docgen.desk.setup import initialise

    if bool(host) == path:
        raise click.UsageError("Give either --host NAME or --path.")
    settings, on_terminal = read_settings(), sys.stdout.isatty()
    with opened_desk(settings) as desk:
        begun = initialise(desk, demo=False, on_terminal=on_terminal)  # the installation itself, where it is new
        for line in ["Instalasi ini:", *begun] if begun else []:
            click.echo(line)
        created = create_office(
            desk,
            settings,
            slug,
            host=host,
            by=by,
            source=source.absolute() if source else None,
            on_terminal=on_terminal,
            progress=progress_bar("Menyalin arsip"),
        )
    click.echo(say("Kantor {slug}: {url}", slug=slug, url=created.url))
    for line in created.lines or [account_line(created)]:
        click.echo(line)


@office.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the offices as JSON.")
def list_(as_json: bool) -> None:
    """Every office, by short name; the retired ones, too."""
    from docgen.desk.offices.listing import describe_offices

    settings = read_settings()
    with opened_desk(settings, mirrored=False) as desk:
        offices = describe_offices(desk, settings)
    if as_json:
        click.echo(json.dumps(offices, ensure_ascii=False, indent=1))
        return
    for item in offices:
        state = "tidak dilayani" if item["retired_at"] else "dilayani"
        click.echo("  ".join((item["slug"], item["url"], state)))
    if not offices:
        click.echo("Belum ada kantor. Tambahkan: docgen office create SINGKATAN --host NAMA")


@office.command()
@click.argument("slug", required=False)
@click.option(
    "--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the copy."
)
@_BY
@click.option("--json", "as_json", is_flag=True, help="Print what was copied as JSON.")
def export(slug: str | None, folder: Path, by: str, as_json: bool) -> None:
    """Copy archive, catalogue, keys and files of an office into a folder, while the service runs; again: what is new.

    It can begin from there as an installation of its own, or in another one (`office create --from`). Without SLUG it
    is the office of this installation itself. The folder holds keys and password hashes.
    """
    from docgen.desk.offices.export import export_office

    settings = command_settings(slug or "")
    with opened_desk(settings) as desk:
        done = export_office(desk, settings, folder.absolute(), by, progress_bar("Menyalin arsip"))
    if as_json:
        copied = {"copied": done.archive.copied, "skipped": done.archive.skipped, "size": done.archive.size}
        click.echo(json.dumps(copied | {"backup": str(done.backup), "rows": done.rows}))
        return
    click.echo(
        f"{folder}: {done.archive.copied} berkas arsip disalin ({done.archive.skipped} sudah ada), katalog "
        f"{done.rows} baris.\nFolder ini memuat kunci dan hash kata sandi: simpan seperti itu.\n"
        f"Mulai sebagai instalasi sendiri: DOCGEN_DATA={folder} docgen archive restore {done.backup}\n"
        f"atau dalam instalasi lain:       docgen office create SINGKATAN --host NAMA --from {folder}"
    )


@office.command()
@click.argument("slug")
@_BY
def retire(slug: str, by: str) -> None:
    """Take an office out of service: no new letter, job, mail or webhook. All it has stays, and can be read."""
    from docgen.desk.offices.retire import retire_office

    with opened_desk(read_settings()) as desk:
        changed = retire_office(desk, slug, by)
    click.echo(
        f"Kantor {slug} {'tidak dilayani lagi' if changed else 'sudah tidak dilayani'}. Halaman, tautan, verifikasi, "
        f"arsip dan akunnya tetap ada; naskah, pekerjaan, surel dan webhook baru tidak. "
        f"Layani kembali: docgen office restore {slug}"
    )


@office.command()
@click.argument("slug")
@_BY
def restore(slug: str, by: str) -> None:
    """Take a retired office back into service."""
    from docgen.desk.offices.retire import restore_office

    with opened_desk(read_settings()) as desk:
        changed = restore_office(desk, slug, by)
    click.echo(f"Kantor {slug} {'dilayani kembali' if changed else 'sedang dilayani'}.")
