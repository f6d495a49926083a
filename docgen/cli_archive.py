"""`docgen archive …`: check, rebuild, back up, restore, copy."""

from __future__ import annotations

import json
from pathlib import Path

import click

from docgen.cli_common import counting, opened_desk
from docgen.errors import DocgenError
from docgen.settings import read_settings

_REPLACE = click.option(
    "--replace", is_flag=True, help="Replace a catalogue that holds something; it is saved as a backup first."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")


@click.group()
def archive() -> None:
    """The archive as a whole."""


@archive.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def verify(as_json: bool) -> None:
    """Hash every archived object again; check the audit chain and that the register has no gap.

    Exit 1 when something is missing or changed. Objects the catalogue does not know are listed as a warning.
    """
    from docgen.desk.fixity import check_archive

    with opened_desk(read_settings(), mirrored=False) as desk:
        report = check_archive(desk, counting("Memeriksa arsip"))
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


@archive.command()
@_REPLACE
@_JSON
def rebuild(replace: bool, as_json: bool) -> None:
    """Build the catalogue from the object store alone, into an empty database. Stop the service first."""
    from docgen.desk.restoring import rebuild as rebuild_catalogue

    with opened_desk(read_settings()) as desk:
        done = rebuild_catalogue(desk, replace=replace, progress=counting("Membaca arsip"))
    if as_json:
        click.echo(json.dumps(done.to_json(), ensure_ascii=False, indent=1))
        return
    if done.saved:
        click.echo(f"Katalog yang diganti disimpan di {done.saved}")
    click.echo(f"Katalog dibangun kembali: {done.told.revisions} revisi naskah dari arsip.")
    if done.told.lost:
        click.echo(f"{done.told.lost} nomor hilang bersama katalog; di buku agenda nomor itu tercatat batal.")


@archive.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_JSON
def backup(file: Path, as_json: bool) -> None:
    """Write the catalogue to a new FILE (….jsonl.gz), while the service runs. It holds password hashes."""
    from storage.backup import back_up

    with opened_desk(read_settings()) as desk:
        rows = back_up(desk.catalogue, file.absolute(), desk.now())
    size = file.stat().st_size
    told = {"file": str(file), "rows": rows, "size": size}
    click.echo(json.dumps(told) if as_json else f"{file}: {rows} baris, {size} bita")


@archive.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_REPLACE
@_JSON
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Restore the catalogue from a backup FILE, and enter what the archive got since. Stop the service first."""
    from docgen.desk.restoring import restore_backup

    with opened_desk(read_settings()) as desk:
        done = restore_backup(desk, file.absolute(), replace=replace, progress=counting("Membaca arsip"))
    if as_json:
        click.echo(json.dumps(done.to_json(), ensure_ascii=False, indent=1))
        return
    if done.saved:
        click.echo(f"Katalog yang diganti disimpan di {done.saved}")
    click.echo(f"Katalog dipulihkan: {done.rows} baris, dan {done.told.revisions} revisi yang datang sesudahnya.")
    if done.told.lost:
        click.echo(f"{done.told.lost} nomor hilang bersama katalog; di buku agenda nomor itu tercatat batal.")
