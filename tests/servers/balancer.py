"""A reverse proxy before several machines, as those of deploy/proxy do it: in turn, and only to who is ready.

`python -m tests.servers.balancer PORT MACHINE-PORT…` runs one. A machine whose /readyz is not 200 gets no more calls
while another is ready; where a connection is refused the next one is asked, and nothing is ever sent twice. What a
machine took and did not answer is answered 502, and 503 when no machine takes anything.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from tests.servers import answers, running

LOOK_SECONDS = 0.2  # between two looks at /readyz
_ALIVE = "/proxy-is-alive"
_HOP = (b"connection:", b"x-forwarded-", b"keep-alive:")


@contextmanager
def balancer(port: int, machines: list[int], log: Path) -> Iterator[None]:
    """Run a proxy at a port of the loopback, before machines at others. Raises ServerFailed."""
    command = [sys.executable, "-m", "tests.servers.balancer", str(port), *map(str, machines)]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with running(command, lambda: answers(f"http://127.0.0.1:{port}{_ALIVE}"), log, env=env, stop=signal.SIGKILL):
        yield


class Balancer:
    """Who is ready, and whose turn it is."""

    def __init__(self, port: int, machines: list[int]) -> None:
        self._port = port
        self._machines = machines
        self._ready = dict.fromkeys(machines, False)
        self._turns = count()

    async def run(self) -> None:
        """Pass on calls until the process is killed."""
        for machine in self._machines:
            self._ready[machine] = await asyncio.to_thread(_is_ready, machine)
        looking = [asyncio.create_task(self._look(machine)) for machine in self._machines]
        server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, backlog=512)
        async with server:
            await asyncio.gather(*looking)

    async def _look(self, machine: int) -> None:
        while True:
            self._ready[machine] = await asyncio.to_thread(_is_ready, machine)
            await asyncio.sleep(LOOK_SECONDS)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            if head.split(b" ", 2)[1] == _ALIVE.encode():
                writer.write(_answer("200 OK"))
            else:
                await self._pass_on(head, reader, writer)
        with suppress(OSError):
            writer.close()
            await writer.wait_closed()

    async def _pass_on(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        machine = await self._connect()
        if machine is None:
            writer.write(_answer("503 No machine is ready"))
            return
        from_machine, to_machine = machine
        try:
            request, *fields = head[:-4].split(b"\r\n")
            fields_to_pass = [field for field in fields if not field.lower().startswith(_HOP)]
            caller = writer.get_extra_info("peername")[0].encode()
            own = [b"Connection: close", b"X-Forwarded-For: " + caller, b"X-Forwarded-Proto: http"]
            to_machine.write(b"\r\n".join([request, *fields_to_pass, *own]) + b"\r\n\r\n")
            length = next((int(field[15:]) for field in fields if field.lower().startswith(b"content-length:")), 0)
            to_machine.write(await reader.readexactly(length))
            is_answered = False
            with suppress(OSError):
                await to_machine.drain()
                while piece := await from_machine.read(65536):
                    is_answered = True
                    writer.write(piece)
                    await writer.drain()
            if not is_answered:
                writer.write(_answer("502 The machine went away"))
        finally:
            to_machine.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """Return a connection to the next machine that takes one: of those that are ready, else of the others."""
        turn = next(self._turns) % len(self._machines)
        in_turn = [*self._machines[turn:], *self._machines[:turn]]
        for machine in sorted(in_turn, key=lambda machine: not self._ready[machine]):
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", machine)
            self._ready[machine] = False
        return None


def _is_ready(machine: int) -> bool:
    return answers(f"http://127.0.0.1:{machine}/readyz")


def _answer(status: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


if __name__ == "__main__":
    port, *machines = map(int, sys.argv[1:])
    asyncio.run(Balancer(port, machines).run())
