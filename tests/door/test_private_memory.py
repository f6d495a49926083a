"""No core, no other program of the account, and no freed memory of the server shows what the service was sent."""

from __future__ import annotations

import subprocess
import sys

import pytest

from web.wiped_memory import SmallBody, header_length

DUMPABLE = "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"  # PR_GET_DUMPABLE
PRIVATE = f"""
import subprocess, sys
from docgen.private_files import be_private
be_private()
exec({DUMPABLE!r}, {{}})
sys.stdout.flush()
subprocess.run([sys.executable, "-c", {DUMPABLE!r}], check=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_the_service_s_memory_is_its_own_and_its_children_are_ordinary_programs() -> None:
    """The process may not be dumped or traced; a program that it starts reads its own /proc again, as sandboxes do."""
    done = subprocess.run([sys.executable, "-c", PRIVATE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "1"]


HEADER = b"POST / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize("cut", range(len(HEADER) + 1))
def test_the_header_ends_where_it_ends(cut: int) -> None:
    """However a request is cut into packets, the header takes none of the body's bytes with it."""
    before, data = HEADER[:cut], HEADER[cut:] + b"passphrase=\r\n\r\n"
    if cut < len(HEADER):
        assert header_length(before, memoryview(data)) == len(HEADER) - cut
    assert header_length(before[: cut - 4], memoryview(b"X: 1\r\n")) == 6


def test_a_body_is_read_as_it_came_and_zeros_afterwards() -> None:
    """It takes no byte of the next request, is whole when all has come, and nothing of it is left when it is closed."""
    body = SmallBody(10)
    assert [body.received(memoryview(part)) for part in (b"kunc", b"i", b"12345GET /")] == [4, 1, 5]
    assert (body.completed, len(body)) == (True, 10)
    file = body.getfile()
    assert (file.read(4), file.tell(), file.read()) == (b"kunc", 4, b"i12345")
    with file.getbuffer() as memory:
        body.close()
        assert bytes(memory) == bytes(10)
