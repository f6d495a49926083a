"""Find LibreOffice on this machine, and build the confined commands that start it."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.libreoffice.confine import FULL
from docgen.libreoffice.helper import pipe_name, profile_digest
from docgen.libreoffice.syscalls import supports_seccomp

CONFINE = Path(__file__).with_name("confine.py")
FONTS = Path(__file__).with_name("fonts.conf")
USUAL_PLACES = ("/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/opt/libreoffice*/program")

# What LibreOffice reads to start and to find fonts. Nothing of the office's data lies here.
READABLE = (
    *("/usr", "/bin", "/lib", "/lib32", "/lib64", "/sys/devices/system/cpu"),
    *(
        "/proc/self",
        "/proc/meminfo",
        "/proc/cpuinfo",
        "/proc/filesystems",
    ),  # no other process, least of all the service
    *("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"),
    *(
        "/etc/fonts",
        "/etc/libreoffice",
        "/etc/ld.so.cache",
        "/etc/ld.so.conf",
        "/etc/ld.so.conf.d",
        "/etc/localtime",
    ),
    *(
        "/etc/alternatives",
        "/etc/locale.alias",
        "/etc/passwd",
        "/etc/nsswitch.conf",
        "/etc/papersize",
        "/etc/paperspecs",
    ),
    *("/var/cache/fontconfig", "/var/lib/libreoffice", "/var/spool/libreoffice"),
)


# LibreOffice makes its sockets here whatever TMPDIR says; they are all it may make here.
SOCKET_FOLDERS = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108


@dataclass(frozen=True)
class Installation:
    """A LibreOffice and the Python that runs its helper; `has_uno` says whether that Python can keep it warm."""

    soffice: Path
    python: Path
    has_uno: bool


def find_installation() -> Installation | None:
    """Return the LibreOffice and a Python with `uno`; None if there is no LibreOffice."""
    soffice = _find_soffice()
    if soffice is None:
        return None
    own = soffice.parent / "python"  # LibreOffice's own download brings its Python along
    for python in (own, Path("/usr/bin/python3"), Path(sys.executable)):
        if python.exists() and _has_uno(str(python), str(soffice)):
            return Installation(soffice, python, has_uno=True)
    return Installation(soffice, Path(sys.executable), has_uno=False)


def _find_soffice() -> Path | None:
    """Return the program itself, not its shell script, so that the process started is the one to kill."""
    places = [Path(found).resolve().parent for name in ("soffice", "libreoffice") if (found := shutil.which(name))]
    for pattern in USUAL_PLACES:
        places += sorted(Path("/").glob(pattern[1:]), reverse=True)
    for place in places:
        program = place / "soffice.bin"
        if os.access(program, os.X_OK):
            return program
    return None


@functools.lru_cache(maxsize=16)
def _imports_uno(python: str, stamps: tuple[int, ...]) -> bool:
    try:
        probe = subprocess.run(
            [python, "-B", "-s", "-c", "import uno"],
            env={"PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0


def _has_uno(python: str, soffice: str) -> bool:
    """Return whether this Python imports `uno`; probes again only when Python, its packages or LibreOffice changed."""
    watched = (Path(python), Path(soffice), Path("/usr/lib/python3/dist-packages"))
    return _imports_uno(python, tuple(path.stat().st_mtime_ns for path in watched if path.exists()))


@functools.cache
def network_prefix() -> tuple[str, ...]:
    """Return the command that runs a program without network; empty if the system does not allow it."""
    unshare = shutil.which("unshare") or "/usr/bin/unshare"
    for options in (("--net",), ("--user", "--map-root-user", "--net")):
        try:
            probe = subprocess.run([unshare, *options, "--", "/bin/true"], capture_output=True, timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            return ()
        if probe.returncode == 0:
            return (unshare, *options, "--")
    return ()


@functools.cache
def missing_protections() -> tuple[str, ...]:
    """Return a sentence for each protection that this machine cannot give LibreOffice and the openers of foreign
    files.
    """
    sentences = []
    if not network_prefix():
        sentences.append(
            "LibreOffice tidak dapat diputus dari jaringan: sistem ini melarang network namespace. Izinkan user "
            "namespace untuk akun layanan, atau jalankan layanan pada mesin yang mengizinkannya."
        )
    try:
        probe = subprocess.run([sys.executable, "-B", "-s", CONFINE, "--probe"], capture_output=True, timeout=10)
        version = int(probe.stdout or 0)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        version = 0
    if version < FULL:
        without = "tidak dapat dibatasi" if not version else "hanya sebagian dibatasi"
        sentences.append(
            f"Berkas yang dapat dibaca LibreOffice {without}: kernel ini mempunyai Landlock versi {version}, yang "
            f"lengkap mulai versi {FULL} (Linux 6.2). Pakai kernel yang lebih baru."
        )
    if not supports_seccomp():
        sentences.append(
            "Panggilan sistem dari proses yang membuka berkas kiriman tidak dapat dibatasi: kernel atau jenis mesin "
            "ini tidak dikenal oleh penyaring seccomp. Pakai mesin x86_64 atau aarch64 dengan kernel yang mendukungnya."
        )
    return tuple(sentences)


def confined(installation: Installation, command: list[str], folder: Path) -> list[str]:
    """Return `command` confined: without network, with limits, and with write access to `folder` alone."""
    readable = [installation.soffice.parent.parent, CONFINE.parent, installation.python.resolve().parents[1]]
    readable += [Path(sys.prefix), Path(sys.base_prefix)]
    return confined_command(
        command, readable, python=installation.python, writable=[folder], socket_folders=SOCKET_FOLDERS
    )


def confined_python(arguments: list[str], readable: list[Path]) -> list[str]:
    """Return a confined command that runs our own Python; it reads `readable` and writes nowhere."""
    own = [*readable, Path(sys.prefix), Path(sys.base_prefix)]
    return confined_command([sys.executable, "-B", "-s", "-P", *arguments], own)


def confined_command(
    command: list[str],
    readable: Sequence[Path],
    *,
    python: str | Path = sys.executable,
    writable: Sequence[Path] = (),
    socket_folders: Sequence[Path] = (),
) -> list[str]:
    """Return `command` as it is run in the closed room: it reads `readable` and what every program needs, no more, and
    writes nowhere but in what is named. `python` runs the launcher.
    """
    paths = ["--write", *writable, "/dev/null", "--read", *READABLE, *readable, "--socket", *socket_folders]
    return [*network_prefix(), str(python), "-B", "-s", str(CONFINE), *map(str, paths), "--", *command]


def environment(folder: Path) -> dict[str, str]:
    """Return the whole environment of a helper: the service's keys and passwords never reach LibreOffice."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
        "FONTCONFIG_FILE": str(FONTS),
    }


def remove_sockets(folder: Path) -> None:
    """Remove the sockets of a killed LibreOffice whose profile is in `folder`."""
    for name in (pipe_name(folder), f"SingleOfficeIPC_{profile_digest(folder)}"):
        for place in SOCKET_FOLDERS:
            for left in place.glob(f"OSL_PIPE_*_{name}"):
                with contextlib.suppress(OSError):
                    left.unlink()
