"""A child that was taken over: started as `docgen.foreign` starts its children, it tries what it should not reach.

    attacker.py SOURCE TARGETS

`TARGETS` is JSON: files to read, a folder to write in, a socket file, the number of the service's process, and whether
it gives up what a child does (`as_child`) or keeps the rights of its account. Prints JSON: what each attempt gave, ""
where it was refused, and `wrong: …` where the attempt itself was at fault.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(sys.argv[1]) / "docgen" / "foreign"))
from start import find_packages


class NoSecret(Exception):
    """Its environment has none."""


REFUSED = (OSError, MemoryError, RuntimeError, NoSecret)  # by the kernel; a thread that may not start is a RuntimeError


def attempts(targets: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """What is tried, by name."""
    folder, secret, service = Path(targets["folder"]), Path(targets["secret"]), targets["service"]
    libc = ctypes.CDLL(None, use_errno=True)

    def called(*arguments: Any) -> None:
        if libc.syscall(*arguments) < 0:
            raise OSError(ctypes.get_errno(), "refused")

    def reached(family: int, address: Any) -> None:
        with socket.socket(family, socket.SOCK_STREAM) as one:
            one.connect(address)

    def bomb() -> None:
        for _ in range(200):
            if os.fork() == 0:
                os._exit(0)

    def alone() -> None:
        if os.fork() == 0:
            os._exit(0)

    def secrets_of_its_own() -> list[str]:
        found = [name for name in os.environ if name.startswith("DOCGEN")]
        if not found:
            raise NoSecret
        return found

    return {
        **{f"read {path}": Path(path).read_bytes for path in targets["files"]},
        "list the data": lambda: list(folder.iterdir()),
        "list the checkout": lambda: list(Path(sys.argv[1]).iterdir()),
        "environment of the service": Path(f"/proc/{service}/environ").read_bytes,
        "memory of the service": Path(f"/proc/{service}/maps").read_bytes,
        "secrets of its own": secrets_of_its_own,
        "write": lambda: (folder / "new").write_text("x"),
        "write elsewhere": lambda: Path(targets["elsewhere"]).write_text("x"),
        "write its code": lambda: (Path(targets["code"]) / "attack.py").write_text("x"),
        "cut short": lambda: os.truncate(secret, 0),
        "mode": lambda: secret.chmod(0o777),
        "owner": lambda: os.chown(secret, 1, 1),
        "times": lambda: os.utime(secret, (0, 0)),
        "link": lambda: os.link(secret, folder / "linked"),
        "rename": lambda: secret.rename(folder / "other").rename(secret),
        "remove": secret.unlink,
        "internet": lambda: reached(socket.AF_INET, ("127.0.0.1", targets["port"])),
        "socket file": lambda: reached(socket.AF_UNIX, targets["socket"]),
        "fork": alone,
        "fork bomb": bomb,
        "thread": lambda: threading.Thread(target=int).start(),
        "program": lambda: subprocess.run(["/bin/true"], check=True),
        "end the service": lambda: os.kill(service, 0),
        "limit the service": lambda: called(302, service, 7, None, None),
        "slow the service": lambda: os.setpriority(os.PRIO_PROCESS, service, 19),
        "trace the service": lambda: called(101, 16, service, 0, 0),
        "new user": lambda: called(272, 0x10000000),
        "shared memory": lambda: called(29, 1, 4096, 0o1777),
        "memory": lambda: mmap.mmap(-1, 3_000_000_000),
    }


def main() -> None:
    """Try all of it."""
    find_packages(Path(sys.argv[1]))
    from docgen.foreign.child import give_up

    targets = json.loads(sys.argv[2])
    if targets["as_child"]:
        give_up()
    outcome = {}
    for name, attempt in attempts(targets).items():
        try:
            outcome[name] = f"reached: {attempt()!r}"[:200]
        except FileNotFoundError as error:
            outcome[name] = f"wrong: {error!r}"
        except REFUSED:
            outcome[name] = ""
        except Exception as error:  # noqa: BLE001 (an attempt that is at fault proves nothing)
            outcome[name] = f"wrong: {error!r}"
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
