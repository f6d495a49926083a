"""`docgen archive verify` and `backup`: what is run each night, for the installation or for all its offices."""

from __future__ import annotations

import json
from pathlib import Path

import click

from docgen.cli.all_offices import ALL_OFFICES, in_each_office
from docgen.cli.common import command_settings, opened_desk, progress_bar
from docgen.errors import DocgenError
from docgen.settings import Settings

_BACKUP_ENDING = ".jsonl.gz"
_UNSOUND = "Arsip tidak utuh. Pulihkan berkas yang hilang atau berubah dari cadangan."
_AMISS = "Arsip dan katalog tidak sejalan. Ikuti petunjuk pada setiap temuan di atas."
UNREADABLE = (
    "Berkas yang terenkripsi tidak terbaca, karena kuncinya tidak ada dalam berkas kunci (DOCGEN_ARCHIVE_KEY_FILE). "
    "`docgen archive key` menyebut kunci mana dan di mana; letakkan kembali berkasnya dari salinannya, lalu ulangi."
)


@click.command()
@click.option("--resume", is_flag=True, help="Go on where the last check was interrupted.")
@click.option("--mib-per-second", type=click.FloatRange(min=0, min_open=True), help="Read no faster than this.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON, of each office a line.")
@ALL_OFFICES
def verify(resume: bool, mib_per_second: float | None, as_json: bool, all_offices: bool) -> None:
    """Hash every archived object again; check the audit chain, the register, and the catalogue's mirror.

    Exit 1 when something is missing or changed. Objects the catalogue does not know are listed as a warning.
    """
    if not all_offices:
        _verify(command_settings(), resume, mib_per_second, as_json=as_json)
        return

    def verify_one(settings: Settings) -> None:
        if not as_json:
            click.echo(f"== {settings.office or 'instalasi'}")
        _verify(settings, resume, mib_per_second, as_json=as_json, line=True)

    in_each_office(verify_one)


def _verify(
    settings: Settings, resume: bool, mib_per_second: float | None, *, as_json: bool, line: bool = False
) -> None:
    """Check one archive and print what was found; as JSON in one `line` that names its office, if asked for.

    Raises DocgenError when it is not sound.
    """
    from docgen.desk.archive.fixity import check_archive
    from docgen.desk.archive.maintenance import noted_run
    from docgen.desk.archive.paced_reading import Bookmark, Throttle

    with opened_desk(settings, mirrored=False) as desk, noted_run(desk, "verify") as outcome:
        report = check_archive(
            desk,
            progress_bar("Memeriksa arsip"),
            throttle=Throttle(mib_per_second * 2**20) if mib_per_second else None,
            bookmark=Bookmark(desk.data / "verify.json", resume=resume),
        )
        outcome.is_ok, outcome.summary = report.sound, report.counts()
    if as_json:
        content = report.to_json()
        whole = {"office": settings.office, **content} if line else content
        click.echo(json.dumps(whole, ensure_ascii=False, indent=None if line else 1))
    else:
        for finding in report.findings():
            click.echo(finding)
        click.echo(f"{report.objects} berkas dan {report.events} catatan audit diperiksa.")
    if report.unknown:
        click.echo(f"Peringatan: {len(report.unknown)} berkas tidak dikenal katalog; periksa asalnya.", err=True)
    if report.ending_proofs:
        count = len(report.ending_proofs)
        click.echo(
            f"Peringatan: bukti tanda tangan {count} naskah berakhir dalam setahun; jalankan `docgen archive renew`.",
            err=True,
        )
    if not report.sound:
        raise DocgenError(_UNSOUND if report.damaged else _AMISS if report.mirror_problems else UNREADABLE)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@ALL_OFFICES
def backup(file: Path, as_json: bool, all_offices: bool) -> None:
    """Write the catalogue to a new FILE (….jsonl.gz), while the service runs. It holds password hashes.

    With --all-offices the catalogue of each office is written beside it, as FILE with `-SLUG` before its ending.
    """
    if not all_offices:
        _back_up(command_settings(), file, as_json=as_json)
        return
    name, ending = file.name.removesuffix(_BACKUP_ENDING), _BACKUP_ENDING * file.name.endswith(_BACKUP_ENDING)

    def back_up_one(settings: Settings) -> None:
        own = file.with_name(f"{name}-{settings.office}{ending}") if settings.office else file
        _back_up(settings, own, as_json=as_json)

    in_each_office(back_up_one)


def _back_up(settings: Settings, file: Path, *, as_json: bool) -> None:
    """Back up one catalogue and print what was written."""
    from docgen.desk.archive.maintenance import noted_run
    from storage.backup import back_up

    with opened_desk(settings) as desk, noted_run(desk, "backup") as outcome:
        rows = back_up(desk.catalogue, file.absolute(), desk.now())
        size = file.stat().st_size
        outcome.summary = {"file": str(file.absolute()), "rows": rows, "size": size}
    summary = {"file": str(file), "rows": rows, "size": size}
    click.echo(json.dumps(summary) if as_json else f"{file}: {rows} baris, {size} bita")
