"""A process that forks one process for each use-case and kills it at a chosen step: `python -m tests.faults.zygote`.

It has imported everything and opened nothing, so that a kill costs a tenth of a second instead of three. On standard
input it reads a JSON object a line (`Order`), on standard output it answers how that process ended.

The steps are every write to the object store and every commit of the catalogue, before and after each: between two of
them nothing changes that outlives the process. Nothing in docgen knows of this.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from docgen.desk import Desk, open_desk
from docgen.foreign import reader
from docgen.libreoffice.remote_converter import RemoteConverter
from docgen.settings import Settings, read_settings
from storage.catalogue import Catalogue
from storage.objects import ObjectInfo, open_store
from tests.support.machine.lent_children import BorrowedChildren


@dataclass(frozen=True)
class Order:
    """Do a use-case of `tests.faults.cases` with these arguments, and be killed at a step (0: not at all)."""

    case: str
    kill_at: int
    told: str  # the file in which each step is written down
    arguments: dict[str, Any] = field(default_factory=dict)


class Steps:
    """Counts the steps of a process, and kills it at the one that it is to be killed at."""

    def __init__(self, kill_at: int, told: Path) -> None:
        self._kill_at = kill_at
        self._file = told.open("a", buffering=1)
        self._count = 0
        self._lock = threading.Lock()

    def step(self, name: str) -> None:
        with self._lock:
            self._count += 1
            self._file.write(f"{name}\n")
            if self._count == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


class KilledCatalogue(Catalogue):
    """A catalogue whose process may be killed just before and just after a commit."""

    steps: Steps

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with super().write() as tx:
            yield tx
            self.steps.step("before commit")
        self.steps.step("committed")


class KilledStore:
    """A store whose process may be killed just before and just after an object is written or removed."""

    def __init__(self, store: Any, steps: Steps) -> None:
        self._store = store
        self._steps = steps

    def put(self, key: str, data: bytes, content_type: str, **options: bool) -> ObjectInfo:
        self._steps.step(f"before put {key}")
        info: ObjectInfo = self._store.put(key, data, content_type, **options)
        self._steps.step(f"put {key}")
        return info

    def remove(self, key: str) -> None:
        self._steps.step(f"before remove {key}")
        self._store.remove(key)
        self._steps.step(f"removed {key}")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def main() -> None:
    """Obey orders until standard input ends."""
    settings = read_settings()
    reader.ChildPool = partial(BorrowedChildren, Path(os.environ["FAULTS_CHILDREN"]))  # type: ignore[assignment, misc]
    desk = open_desk(settings, RemoteConverter(Path(os.environ["FAULTS_CONVERTER"])))
    desk.catalogue.close()
    import tests.faults.cases  # noqa: F401 (before the first fork: it imports every use-case)

    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            _obey(desk, settings, Order(**json.loads(line)))
        _, status = os.waitpid(process, 0)
        print(json.dumps({"killed": os.WIFSIGNALED(status), "code": os.waitstatus_to_exitcode(status)}), flush=True)


def _obey(desk: Desk, settings: Settings, order: Order) -> None:
    from tests.faults.cases import CASES

    try:
        steps = Steps(order.kill_at, Path(order.told))
        catalogue = KilledCatalogue(settings.database_url)
        catalogue.steps = steps
        store = open_store(
            settings.store_url,
            settings.s3_access_key,
            settings.s3_secret_key,
            key_file=settings.archive_key_file,
            sse=settings.s3_sse,
        )
        CASES[order.case](
            replace(desk, catalogue=catalogue, store=KilledStore(store, steps)),  # type: ignore[arg-type]
            **order.arguments,
        )
        catalogue.close()
    except BaseException:  # noqa: BLE001 (told, and no exit handler of the parent runs)
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def as_line(order: Order) -> bytes:
    """An order as the zygote reads it."""
    return json.dumps(asdict(order)).encode() + b"\n"


if __name__ == "__main__":
    main()
