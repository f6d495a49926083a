"""LibreOffice reaches nothing: not the network, not the disk, not the service's environment."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from docgen.libreoffice import Converter
from docgen.libreoffice import pool as pool_module
from docgen.libreoffice.pool import Pool
from docgen.libreoffice.sandbox import network_prefix
from tests.libreoffice.files import letter, with_field, with_linked_picture
from tests.libreoffice.processes import offices, offices_themselves, wait_until

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
