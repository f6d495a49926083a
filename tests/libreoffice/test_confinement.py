"""LibreOffice reaches nothing: not the network, not the disk, not the service's environment."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from docgen.libreoffice import Converter, sandbox
from docgen.libreoffice import pool as pool_module
from docgen.libreoffice.confine import landlock_version
from docgen.libreoffice.pool import Pool
from docgen.libreoffice.sandbox import CONFINE, network_prefix
from tests.support.files.word import letter, with_field, with_linked_picture
from tests.support.machine.libreoffices import offices, offices_themselves, wait_until

pytestmark = pytest.mark.office


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A web address on this machine, and what was asked of it."""
    asked: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                visitor, _ = server.accept()
            except OSError:
                return
            with visitor:
                asked.append(visitor.recv(4096))
                visitor.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/logo.png", asked
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def unstripped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a hostile file through to LibreOffice as it is."""
    monkeypatch.setattr(pool_module, "strip_external", lambda docx: docx)


def test_a_linked_picture_is_never_fetched(converter: Converter, listener: tuple[str, list[bytes]]) -> None:
    """A letter that links to a picture is converted without asking for it."""
    address, asked = listener
    assert converter.convert(with_linked_picture(address)).startswith(b"%PDF")
    assert asked == []


@pytest.mark.parametrize("hostile", [with_linked_picture, lambda address: with_field(f' INCLUDEPICTURE "{address}" ')])
def test_the_network_is_closed_without_stripping(
    converter: Converter,
    listener: tuple[str, list[bytes]],
    monkeypatch: pytest.MonkeyPatch,
    hostile: Callable[[str], bytes],
) -> None:
    """Even a link that nobody stripped reaches nobody."""
    address, asked = listener
    unstripped(monkeypatch)
    assert converter.convert(hostile(address)).startswith(b"%PDF")
    assert asked == []


def test_the_listener_would_notice(listener: tuple[str, list[bytes]]) -> None:
    """The proof above is worth something: a visit to the listener is seen."""
    address, asked = listener
    port = int(address.split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port)) as visitor:
        visitor.sendall(b"GET /")
        visitor.recv(100)
    assert asked == [b"GET /"]


def test_workers_have_a_network_of_their_own(tmp_path: Path, pool: Callable[..., Pool]) -> None:
    """Where the system allows namespaces, LibreOffice runs in one without any network."""
    if not network_prefix():
        pytest.skip("this system allows no network namespace")
    pool(1).convert(letter("Siap"))
    office = offices_themselves(tmp_path)[0]
    assert Path(f"/proc/{office}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()


def test_a_linked_picture_on_the_disk_is_not_read(
    converter: Converter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture elsewhere on the disk does not get into the PDF, even if its link was not stripped."""
    secret = tmp_path / "rahasia.png"
    Image.effect_noise((64, 64), 90).save(secret)
    docx = with_linked_picture(secret.as_uri())
    assert not list(PdfReader(io.BytesIO(converter.convert(docx))).pages[0].images)
    unstripped(monkeypatch)
    assert not list(PdfReader(io.BytesIO(converter.convert(docx))).pages[0].images)


def test_the_environment_is_empty(tmp_path: Path, pool: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys in the service's environment are seen neither by the helper nor by LibreOffice."""
    monkeypatch.setenv("DOCGEN_SECRET_KEY", "jangan-bocor")
    pool(1)
    wait_until(lambda: bool(offices_themselves(tmp_path)))
    environments = [Path(f"/proc/{pid}/environ").read_bytes() for pid in offices(tmp_path)]
    assert len(environments) >= 2
    for environment in environments:
        names = {item.split(b"=")[0] for item in environment.split(b"\0") if item}
        assert names <= {
            b"PATH",
            b"HOME",
            b"TMPDIR",
            b"LANG",
            b"SAL_USE_VCLPLUGIN",
            b"FONTCONFIG_FILE",
            b"URE_BOOTSTRAP",
        }


INSIDE = """
import os, sys
sys.path.insert(0, os.path.dirname({confine!r}))
import confine
confine.landlock_version = lambda offered=confine.landlock_version(): min(offered, {version})
confine.main(["--read", "/usr", "/bin", "/lib", "/lib64", "/proc/self", "--", *{command!r}])
"""


def inside(command: list[str], version: int = 99) -> subprocess.CompletedProcess[str]:
    """Run a command in the closed room, as on a kernel whose Landlock has this version at most."""
    script = INSIDE.format(confine=str(CONFINE), version=version, command=command)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30)


needs_landlock = pytest.mark.skipif(not landlock_version(), reason="this kernel offers no Landlock")


@needs_landlock
@pytest.mark.parametrize("version", [1, 2, 3, 99])
def test_older_kernels_close_the_disk_as_far_as_they_can(tmp_path: Path, version: int) -> None:
    """On every version of Landlock what lies elsewhere cannot be read or written; what is allowed can."""
    secret = tmp_path / "rahasia"
    secret.write_text("jangan dibaca")
    assert inside(["/bin/cat", str(secret)], version).returncode != 0
    assert inside(["/usr/bin/touch", str(tmp_path / "baru")], version).returncode != 0
    assert inside(["/bin/ls", "/usr/bin"], version).returncode == 0


@needs_landlock
def test_no_other_process_is_seen_even_by_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the service cannot be read in the room, and nothing is left of what root may do."""
    assert inside(["/bin/cat", f"/proc/{os.getpid()}/environ"]).returncode != 0
    status = inside(["/bin/cat", "/proc/self/status"]).stdout
    capabilities = dict(line.split(":\t") for line in status.splitlines() if line.startswith("Cap"))
    assert {capabilities[name] for name in ("CapPrm", "CapEff", "CapBnd")} == {"0" * 16}
    assert "NoNewPrivs:\t1" in status


def test_what_cannot_be_closed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without namespaces and one with an old kernel say so, each in a sentence; a full one says nothing."""
    monkeypatch.setattr(sandbox, "network_prefix", lambda: ())
    monkeypatch.setattr(sandbox, "CONFINE", Path(sys.executable))  # knows no --probe
    sandbox.missing_protections.cache_clear()
    try:
        network, disk = sandbox.missing_protections()
    finally:
        sandbox.missing_protections.cache_clear()
    assert "jaringan" in network
    assert "Landlock versi 0" in disk
