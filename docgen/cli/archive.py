"""`docgen archive …`: check, rebuild, back up, restore, export, import."""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.backup_and_verify import UNREADABLE, backup, verify
from docgen.cli.common import command_settings, opened_desk, progress_bar
from docgen.errors import DocgenError
from wording import say

if TYPE_CHECKING:
    from docgen.desk.archive.restore import Restored, Standing
    from storage.copying import CopyResult

_REPLACE = click.option(
    "--replace", is_flag=True, help="Replace a catalogue that holds something; it is saved as a backup first."
)
_READ_ONLY = click.option(
    "--read-only-archive",
    is_flag=True,
    help="For a drill: write nothing into the archive, neither now nor when the catalogue is served.",
)
_ADOPT = click.option(
    "--adopt", is_flag=True, help="This catalogue takes the place of the one that writes the archive; that one stops."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")


_KEY_MISSING = (
    "Letakkan kembali berkas kunci dari salinannya, atau tambahkan barisnya ke berkas itu. Naskah lain tetap terbaca."
)
_ONLY_READ = (
    "Arsip hanya dibaca oleh katalog ini (latihan): katalog yang menulisinya ada di tempat lain. Bila katalog itu "
    "sudah tidak ada dan inilah penggantinya, jalankan `docgen archive adopt`."
)


@click.group()
def archive() -> None:
    """The archive as a whole."""


@archive.command()
@click.option("--document", default="", metavar="ID", help="Renew this letter alone, whether it needs it or not.")
@click.option(
    "--within",
    type=click.IntRange(1, 36500),
    default=365,
    show_default=True,
    metavar="DAYS",
    help="Also what was renewed before, if its proof ends within so many days.",
)
@click.option("--dry-run", is_flag=True, help="List what would be renewed; change nothing.")
@click.option("--by", default="docgen", show_default=True, help="Who renews, as recorded.")
@_JSON  # fmt: skip
def renew(document: str, within: int, dry_run: bool, by: str, as_json: bool) -> None:
    """Renew electronic signatures, so that they can be proven when their certificates have ended (PAdES B-LTA).

    Exit 1 when a letter could not be renewed (it stays as it was), 2 without a timestamp server or trusted CAs.
    """
    from docgen.desk.archive.renewal import renew_document, renew_letters
    from storage.catalogue import registers

    with opened_desk(command_settings()) as desk:
        if not desk.signing.can_renew:
            raise click.UsageError("Set DOCGEN_TIMESTAMP_URL and DOCGEN_TRUST.")
        if document:
            report = renew_document(desk, document, by, dry_run=dry_run)
        else:
            days = dt.timedelta(days=within)
            bar = progress_bar("Memperpanjang", "naskah")
            report = renew_letters(desk, by, within=days, dry_run=dry_run, progress=bar)
        with desk.catalogue.read() as tx:
            zone = registers.get_office(tx).time_zone
    if as_json:
        results = [result.to_json() for result in report.results]
        click.echo(json.dumps({"letters": results, "cut": report.is_cut}, ensure_ascii=False, indent=1))
    else:
        for result in report.results:
            click.echo(result.line(zone))
        click.echo(report.summary())
    if report.count("failed"):
        sys.exit(1)


@archive.command()
@_REPLACE
@_READ_ONLY
@_ADOPT
@_JSON
def rebuild(replace: bool, read_only_archive: bool, adopt: bool, as_json: bool) -> None:
    """Build the catalogue from the object store alone, into an empty database. Stop the service first."""
    from docgen.desk.archive.restore import rebuild as rebuild_catalogue

    standing = _standing(read_only_archive, adopt)
    with opened_desk(command_settings()) as desk:
        done = rebuild_catalogue(desk, replace=replace, standing=standing, progress=progress_bar("Membaca arsip"))
    _tell(done, f"Katalog dibangun kembali: {done.archive.revisions} revisi naskah dari arsip.", as_json)


@archive.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_REPLACE
@_READ_ONLY
@_ADOPT
@_JSON
def restore(file: Path, replace: bool, read_only_archive: bool, adopt: bool, as_json: bool) -> None:
    """Restore the catalogue from a backup FILE, and enter what the archive got since. Stop the service first."""
    from docgen.desk.archive.restore import restore_backup

    standing, progress = _standing(read_only_archive, adopt), progress_bar("Membaca arsip")
    with opened_desk(command_settings()) as desk:
        done = restore_backup(desk, file.absolute(), replace=replace, standing=standing, progress=progress)
    line = f"Katalog dipulihkan: {done.rows} baris, dan {done.archive.revisions} revisi yang datang sesudahnya."
    _tell(done, line, as_json)


@archive.command("adopt")
@_JSON
def adopt_(as_json: bool) -> None:
    """Let this catalogue write the archive from now on, and no other one. What others wrote since counts no more."""
    from docgen.desk.mirror import adopt

    with opened_desk(command_settings(), mirrored=False) as desk:
        disregarded = adopt(desk)
    if as_json:
        click.echo(json.dumps({"disregarded": disregarded}))
        return
    click.echo("Katalog ini sekarang yang menulisi arsip; katalog lain ditolak.")
    if disregarded:
        click.echo(f"{disregarded} bagian cermin yang ditulis katalog lain tidak diakui lagi.")


def _standing(read_only_archive: bool, adopt: bool) -> Standing:
    if read_only_archive and adopt:
        raise click.UsageError("Give either --read-only-archive or --adopt.")
    return "read-only" if read_only_archive else "adopt" if adopt else ""


def _tell(done: Restored, line: str, as_json: bool) -> None:
    """Print how a catalogue was brought back, as JSON or in words."""
    if not done.writes:
        click.echo(_ONLY_READ, err=True)
    if as_json:
        click.echo(json.dumps(done.to_json(), ensure_ascii=False, indent=1))
        return
    if done.saved:
        click.echo(f"Katalog yang diganti disimpan di {done.saved}")
    click.echo(line)
    for sentence in done.revoked.sentences():
        click.echo(sentence)
    if done.archive.unreadable:
        for key in done.archive.unreadable:
            click.echo(f"terenkripsi {key}")
        click.echo(UNREADABLE, err=True)
    if done.archive.lost:
        click.echo(f"{done.archive.lost} nomor hilang bersama katalog; di buku agenda nomor itu tercatat batal.")


@archive.command()
@click.option("--to", "target", help="Folder, or s3://host:port/bucket: copy the whole archive there.")
@click.option("--dossier", help="Id of a dossier to pack alone (with --bag).")
@click.option("--bag", type=click.Path(path_type=Path), help="New folder for the dossier as a BagIt bag (RFC 8493).")
@_JSON
def export(target: str | None, dossier: str | None, bag: Path | None, as_json: bool) -> None:
    """Copy the archive to another store (again: only what is new), or pack one dossier for the regional archive."""
    if not (target and not dossier and not bag) and not (dossier and bag and not target):
        raise click.UsageError("Give either --to, or --dossier with --bag.")
    settings = command_settings()
    if dossier and bag:
        from docgen.desk.disposal.pack_dossier import pack_dossier

        with opened_desk(settings) as desk:
            packed = pack_dossier(desk, dossier, bag.absolute(), "docgen")
        summary = {"folder": str(bag), "documents": packed.documents, "files": packed.files, "size": packed.size}
        click.echo(
            json.dumps(summary)
            if as_json
            else f"{bag}: {packed.documents} naskah, {packed.files} berkas, {packed.size} bita"
        )
        return
    from docgen.desk.archive.copy_store import export_archive, other_store

    with opened_desk(settings) as desk:
        done = export_archive(desk, other_store(settings, target or ""), "docgen", progress_bar("Menyalin arsip"))
    _tell_copied(done, as_json)


@archive.command("import")
@click.option("--from", "source", required=True, help="Folder, or s3://host:port/bucket that holds an archive.")
@_JSON
def import_(source: str, as_json: bool) -> None:
    """Copy an archive from another store into this one (again: only what is new); then run `archive rebuild`."""
    from docgen.desk.archive.copy_store import import_archive, other_store

    settings = command_settings()
    with opened_desk(settings, mirrored=False) as desk:
        done = import_archive(desk, other_store(settings, source), progress_bar("Menyalin arsip"))
    _tell_copied(done, as_json)


def _tell_copied(done: CopyResult, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False, indent=1))
    else:
        for key in done.different:
            click.echo(f"berbeda {key}")
        for key in done.unreadable:
            click.echo(f"terenkripsi {key}")
        click.echo(f"{done.copied} berkas disalin ({done.size} bita), {done.skipped} sudah ada.")
    if done.unreadable:
        raise DocgenError(UNREADABLE)
    if done.different:
        raise DocgenError(
            say(
                "{count} berkas di tujuan berbeda isinya dan dibiarkan. Periksa kedua sisi dengan `docgen "
                "archive verify`, lalu salin ke tempat yang kosong.",
                count=len(done.different),
            )
        )


@archive.command()
@click.option("--rotate", is_flag=True, help="Add a new key, which writes from now on; old ones still read.")
@_JSON
def key(rotate: bool, as_json: bool) -> None:
    """Tell the fingerprints of the keys that encrypt letters of class R and SR, where they lie, and which are missing.

    Exit 1 when a key is missing that objects of the archive need.
    """
    from docgen.desk.archive.archive_key import key_state, rotate_key

    with opened_desk(command_settings(), mirrored=rotate) as desk:
        if rotate:
            rotate_key(desk, "docgen")
        state = key_state(desk)
    if as_json:
        click.echo(json.dumps(state.to_json(), ensure_ascii=False, indent=1))
    else:
        for line in state.sentences():
            click.echo(line)
    if state.missing:
        raise DocgenError(_KEY_MISSING)


@archive.command()
@click.option("--all", "everything", is_flag=True, help="Also dossiers that are not due yet.")
@_JSON
def retention(everything: bool, as_json: bool) -> None:
    """List closed dossiers whose time is over: to be destroyed, handed over, or judged again. Deletes nothing."""
    from docgen.desk.disposal.retention import DUE, STATES
    from docgen.desk.disposal.retention import retention as kept_dossiers

    with opened_desk(command_settings()) as desk:
        closed_dossiers = kept_dossiers(desk, tuple(STATES) if everything else DUE)
    if as_json:
        click.echo(json.dumps([item.to_json() for item in closed_dossiers], ensure_ascii=False, indent=1))
        return
    for item in closed_dossiers:
        state = item.standing
        click.echo(
            f"{STATES[state.state]}  {item.dossier.id}  {state.rule.code}  sampai {state.inactive_until}  "
            f"{item.documents} naskah  {item.dossier.title}"
        )
    if not closed_dossiers:
        click.echo("Tidak ada berkas yang jatuh tempo.")


@archive.command()
@click.option(
    "--days", type=click.IntRange(min=0), default=7, show_default=True, help="Merge what is older than so many days."
)
@_JSON
def compact(days: int, as_json: bool) -> None:
    """Merge old segments of the catalogue's mirror into few objects; a service does so every day.

    The segments themselves are removed a day later, by the service or when this is run again.
    """
    from docgen.desk.mirror import merge_mirror

    with opened_desk(command_settings()) as desk:
        merged, locked = merge_mirror(desk, dt.timedelta(days=days))
    if as_json:
        click.echo(json.dumps({"merged": merged, "locked": locked}))
        return
    click.echo(f"{merged} berkas gabungan ditulis; {locked} bagian lama tetap ada karena dikunci penyimpanan.")


@archive.command()
@click.argument("document", metavar="DOCUMENT_ID")
@click.option("--release", is_flag=True, help="Take the hold off.")
@click.option("--by", default="docgen", show_default=True, help="Who decides, as recorded.")
def hold(document: str, release: bool, by: str) -> None:
    """Put a document under legal hold (S3 with Object Lock): it cannot be removed until it is released."""
    from docgen.desk.archive.legal_hold import hold as hold_document

    with opened_desk(command_settings()) as desk:
        count = hold_document(desk, document, not release, by)
    click.echo(f"{count} berkas {'dilepas' if release else 'ditahan'}.")


archive.add_command(verify)
archive.add_command(backup)
