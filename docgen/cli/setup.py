"""`docgen setup`: docgen as a service of this machine; `docgen probe`: whether a service answers."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

import click

from docgen.errors import SetupFailed
from docgen.machine.service_setup import DATA, ServiceSetup, Step
from docgen.settings import read_settings
from wording import say


@click.command()
@click.option("--check", "--dry-run", "only_check", is_flag=True, help="Say what would be done; do nothing.")
@click.option("--public-url", default="", metavar="URL", help="The address people will use, https://NAME.")
@click.option("--uninstall", is_flag=True, help="Take the service away again; settings and data stay.")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("/"),
    show_default=True,
    help="Set up the system whose root is mounted there, an image for one.",
)
def setup(only_check: bool, public_url: str, uninstall: bool, root: Path) -> None:
    """Make docgen a service of this machine, as root: packages, account, settings, units, nightly backup.

    Can be repeated, and is after an upgrade. Overwrites no file that a person changed.
    """
    if public_url:
        public_url = read_settings({"DOCGEN_PUBLIC_URL": public_url}).public_url
    service = ServiceSetup(Path(sys.prefix), root.absolute(), public_url)
    if not uninstall:
        service.check_prefix()
    steps = service.removal_steps() if uninstall else service.steps()
    if only_check:
        for step in steps:
            click.echo(f"Akan dilakukan: {step.description}")
        click.echo(f"{len(steps)} langkah." if steps else "Tidak ada yang perlu dilakukan.")
        return
    if steps and os.geteuid() != 0:
        command = f"{sys.prefix}/bin/docgen setup"
        raise SetupFailed(
            say(
                "Hanya root yang dapat memasang layanan. Jalankan: sudo {command}. Apa yang akan dilakukan, dikatakan "
                "{command} --check",
                command=command,
            )
        )
    _do(steps)
    if uninstall:
        click.echo(
            f"Yang tetap: /etc/docgen, {DATA}, {DATA}-backups, dan akun docgen. Hapus sendiri bila tidak perlu lagi."
        )
        return
    for path in service.kept_files():
        click.echo(f"Tidak diubah, karena pernah disunting: {path}", err=True)
    click.echo(f"Pengaturan: /etc/docgen/docgen.env   Data: {DATA}   Log: journalctl -u docgen")
    click.echo(f"Kata sandi pertama akun admin: {DATA}/kata-sandi-awal.txt   Periksa: docgen doctor")


def _do(steps: list[Step]) -> None:
    for number, step in enumerate(steps, 1):
        click.echo(f"[{number}/{len(steps)}] {step.description}")
        step.do()
    if not steps:
        click.echo("Semua sudah terpasang; tidak ada yang diubah.")


@click.command()
@click.option("--timeout", type=click.FloatRange(0.1, 60), default=4, show_default=True, metavar="SECONDS")
def probe(timeout: float) -> None:
    """Ask the service of these settings whether it answers; exit 1 when it does not. For health checks."""
    url = f"{read_settings().own_url}/healthz"
    try:
        with urllib.request.urlopen(url, timeout=timeout):  # noqa: S310
            pass
    except (urllib.error.URLError, OSError) as error:
        raise SetupFailed(
            say("Layanan di {url} tidak menjawab: {reason}. Lihat log-nya.", url=url, reason=str(error))
        ) from error
