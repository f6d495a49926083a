"""A store that stops, is slow, refuses and cuts under load: everything issued is archived at the end, by itself."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.issuing.issue import issue
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.service.document_recovery import Recoverer
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import journal, registers
from storage.catalogue.numbering import numbers
from storage.errors import StorageError, StoreUnavailable
from storage.objects import open_store
from tests.servers.minio import S3Server
from tests.servers.proxy import Proxy, proxy_to
from tests.support.machine.long_run import LONG
from tests.support.office.batches import letter_request
from tests.support.office.demo_office import data_folder

pytestmark = [pytest.mark.office, pytest.mark.s3]

SECONDS = 60 if LONG else 10  # that a store is away
CLIENTS = 4
RETRY = dt.timedelta(seconds=1)  # until what failed is tried again; half a minute in the service
PATIENCE = 120  # seconds until recovery must have done its work


@dataclass
class Troubled:
    """An office whose store is reached through a proxy."""

    desk: Desk
    proxy: Proxy


@pytest.fixture
def troubled(tmp_path: Path, converter: Converter, minio: S3Server, s3_url: str) -> Iterator[Troubled]:
    """A demo office on MinIO behind a proxy, on SQLite."""
    with proxy_to(minio.endpoint) as proxy:
        settings = read_settings(
            {
                "DOCGEN_DATA": str(data_folder(tmp_path)),
                "DOCGEN_STORE_URL": s3_url.replace(minio.endpoint, f"127.0.0.1:{proxy.port}"),
                "DOCGEN_S3_ACCESS_KEY": minio.access_key,
                "DOCGEN_S3_SECRET_KEY": minio.secret_key,
            }
        )
        desk = open_desk(settings, converter)
        initialise(desk, demo=True)
        yield Troubled(replace(desk, retry=RETRY), proxy)
        desk.catalogue.close()


def under_load(desk: Desk, trouble: Callable[[], None]) -> int:
    """Four clients issue one letter after the other until `trouble` is over; returns how many were promised."""
    request, over = letter_request(desk), threading.Event()

    def client(_: int) -> int:
        promised = 0
        while not over.is_set() or not promised:
            try:
                issue(desk, request, "sari")
            except DocumentPending:
                time.sleep(1)  # nobody writes a letter faster
            promised += 1
        return promised

    with ThreadPoolExecutor(CLIENTS) as clients:
        running = clients.map(client, range(CLIENTS))
        try:
            trouble()
        finally:
            over.set()
        return sum(running)


def archived_by_itself(desk: Desk, promised: int) -> None:
    """Wait until nothing is promised any more; then everything is there, once, in a gapless register."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with desk.catalogue.read() as tx:
            if not journal.list_pending(tx):
                break
        assert time.monotonic() < deadline
        time.sleep(0.2)
    with desk.catalogue.read() as tx:
        entries = numbers.list_entries(tx, registers.get_office(tx).unit_code, desk.today().year)
    assert [entry.sequence for entry in entries] == list(range(1, promised + 1))
    assert {entry.status for entry in entries} == {"issued"}
    assert check_archive(desk).findings() == []


TROUBLES = ("stopped", "slow", "500", "cut", "answers lost")


@pytest.mark.parametrize("kind", TROUBLES)
def test_everything_issued_is_archived_at_the_end(troubled: Troubled, kind: str) -> None:
    """Whatever the store does under load, the background thread finishes all of it when the store is well again."""
    desk, proxy = troubled.desk, troubled.proxy

    def trouble() -> None:
        time.sleep(0.5)
        if kind == "stopped":
            proxy.stop()
            time.sleep(SECONDS)
            proxy.start()
            return
        proxy.delay = 5.0 if kind == "slow" else 0.0
        proxy.refuse = kind == "500"
        proxy.cut = 6000 if kind == "cut" else 0
        proxy.swallow = kind == "answers lost"
        time.sleep(SECONDS / 3)
        proxy.heal()

    recoverer = Recoverer(desk, interval=0.5)
    recoverer.start()
    try:
        promised = under_load(desk, trouble)
        archived_by_itself(desk, promised)
    finally:
        recoverer.stop()
    assert kind == "stopped" or proxy.troubles > 0


def test_a_write_whose_answer_is_lost_is_ours(minio: S3Server, s3_url: str) -> None:
    """Written and not answered: it is asked again and known as our own; another's bytes stay ObjectExists."""
    open_store(s3_url, minio.access_key, minio.secret_key).prepare()
    with proxy_to(minio.endpoint) as proxy:
        url = s3_url.replace(minio.endpoint, f"127.0.0.1:{proxy.port}")
        store = open_store(url, minio.access_key, minio.secret_key)
        store.check()
        proxy.swallow = True
        healer = threading.Timer(0.15, proxy.heal)
        healer.start()
        told = store.put("k", b"isi", "text/plain")
        healer.join()
        assert proxy.troubles > 0
        assert store.info("k") == told
        with pytest.raises(StorageError, match="an object is there"):
            store.put("k", b"isi", "text/plain")


def test_a_large_upload_cut_half_way_leaves_nothing(minio: S3Server, s3_url: str) -> None:
    """No object, no part that anybody pays for, and the same write succeeds later."""
    data = os.urandom(20 * 2**20)
    plain = open_store(s3_url, minio.access_key, minio.secret_key)
    plain.prepare()
    with proxy_to(minio.endpoint) as proxy:
        url = s3_url.replace(minio.endpoint, f"127.0.0.1:{proxy.port}")
        store = open_store(url, minio.access_key, minio.secret_key)
        store.check()
        proxy.cut = 3 * 2**20
        with pytest.raises(StoreUnavailable):
            store.put("big", data, "application/pdf")
        assert list(plain.keys()) == []
        proxy.heal()
        store.put("big", data, "application/pdf")
        assert plain.get("big") == data
