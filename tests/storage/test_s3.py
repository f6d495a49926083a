"""What only the S3 store promises: it finds out what a server does, and fails closed where it does not."""

from __future__ import annotations

import base64
import hashlib
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from minio import Minio

from storage.errors import ObjectDamaged, ObjectExists, StoreUnavailable
from storage.objects.s3 import S3Store
from tests.servers.minio import S3Server

NOT_FOUND = (404, "application/xml", b"<Error><Code>NoSuchKey</Code></Error>")


@dataclass
class OddServer:
    """An HTTP server on loopback that keeps what is PUT, as some S3 servers do: without looking at
    conditions.
    """

    objects: dict[str, bytes] = field(default_factory=dict)
    seen: list[dict[str, str]] = field(default_factory=list)
    refuse_conditions: bool = False
    spoil: Callable[[bytes], bytes] = bytes

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        if method != "PUT":
            return (200, "text/plain", self.objects[path]) if path in self.objects else NOT_FOUND
        self.seen.append(headers)
        if self.refuse_conditions and "if-none-match" in headers:
            return 501, "application/xml", b"<Error><Code>NotImplemented</Code></Error>"
        self.objects[path] = self.spoil(body)
        return 200, "text/plain", b""


@contextmanager
def serving(server: OddServer) -> Iterator[S3Store]:
    """Serve on a free port; the value is a store that speaks to it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, content_type, data = server.answer(self.command, self.path.partition("?")[0], headers, body)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_HEAD = do_PUT  # noqa: N815 (names of http.server)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
        thread.start()
        place = f"s3://127.0.0.1:{listener.server_port}/bucket?region=us-east-1"
        try:
            yield S3Store.from_url(place, "key", "secret-key")
        finally:
            listener.shutdown()
            thread.join()


@pytest.mark.parametrize("refuse", [False, True], ids=["ignores", "refuses"])
def test_server_without_conditions_is_found_out(refuse: bool) -> None:
    """A server that ignores or refuses `If-None-Match` is not relied upon: the store looks before it
    writes.
    """
    with serving(OddServer(refuse_conditions=refuse)) as store:
        store.check()
        assert store.conditional_writes is False
        store.put("k", b"first", "text/plain")
        with pytest.raises(ObjectExists):
            store.put("k", b"second", "text/plain")
        assert store.get("k") == b"first"


def test_checksum_is_sent() -> None:
    """Every object travels with its SHA-256 as checksum, for the server to check, and as metadata, to keep."""
    server = OddServer()
    with serving(server) as store:
        store.put("k", b"isi", "text/plain")
    digest = hashlib.sha256(b"isi")
    assert server.seen[-1]["x-amz-checksum-sha256"] == base64.b64encode(digest.digest()).decode()
    assert server.seen[-1]["x-amz-meta-sha256"] == digest.hexdigest()


def test_server_that_checks_nothing_is_read_back() -> None:
    """Where the server confirms no checksum, what it kept is read back: other bytes are ObjectDamaged, at
    once.
    """
    with (
        serving(OddServer(spoil=lambda data: data[:-1])) as store,
        pytest.raises(ObjectDamaged, match="k"),
    ):
        store.put("k", b"isi", "text/plain")


def test_server_that_is_no_s3() -> None:
    """A web server that answers everything with a page is StoreUnavailable, for listing too."""
    server = OddServer(objects={"/bucket": b"<html>hello"})
    with serving(server) as store, pytest.raises(StoreUnavailable, match="S3"):
        list(store.keys())


@pytest.mark.s3
def test_minio_honours_conditions(s3_url: str, minio: S3Server) -> None:
    """On a good server the probe finds conditional writes, at its first and at later uses."""
    for _ in range(2):
        store = S3Store.from_url(s3_url, minio.access_key, minio.secret_key)
        store.prepare()
        assert store.conditional_writes is None
        store.check()
        assert store.conditional_writes is True


@pytest.mark.s3
def test_bucket_keeps_versions(s3_url: str, minio: S3Server) -> None:
    """A bucket that docgen makes keeps versions: what somebody overwrites by other means can be had back."""
    store = S3Store.from_url(s3_url, minio.access_key, minio.secret_key)
    store.prepare()
    assert _raw(minio).get_bucket_versioning(bucket_name=store.bucket).status == "Enabled"


@pytest.mark.s3
def test_object_of_another_tool(s3_url: str, minio: S3Server) -> None:
    """An object that another tool put there, without our metadata, is told by its true size and SHA-256."""
    store = S3Store.from_url(s3_url, minio.access_key, minio.secret_key)
    store.prepare()
    _raw(minio).put_object(bucket_name=store.bucket, object_name="k", data=io.BytesIO(b"isi"), length=3)
    assert store.info("k").sha256 == hashlib.sha256(b"isi").hexdigest()
    assert store.get("k") == b"isi"


@pytest.mark.s3
@pytest.mark.parametrize(
    ("access_key", "secret_key", "advice"),
    [(None, "wrong-secret", "DOCGEN_S3_SECRET_KEY"), ("stranger", "wrong-secret", "DOCGEN_S3_ACCESS_KEY")],
)
def test_wrong_keys(s3_url: str, minio: S3Server, access_key: str | None, secret_key: str, advice: str) -> None:
    """Wrong keys are StoreUnavailable and name the setting to mend."""
    store = S3Store.from_url(s3_url, access_key or minio.access_key, secret_key)
    for call in (store.check, lambda: store.get("k"), lambda: list(store.keys())):
        with pytest.raises(StoreUnavailable, match=advice):
            call()


@pytest.mark.s3
def test_missing_bucket(s3_url: str, minio: S3Server) -> None:
    """A bucket that is not there is StoreUnavailable and says how to make it; nothing makes it in passing."""
    store = S3Store.from_url(s3_url, minio.access_key, minio.secret_key)
    for call in (store.check, lambda: store.put("k", b"", "text/plain"), lambda: store.get("k")):
        with pytest.raises(StoreUnavailable, match="docgen init"):
            call()
    assert not _raw(minio).bucket_exists(bucket_name=store.bucket)


def _raw(server: S3Server) -> Minio:
    return Minio(
        endpoint=server.endpoint,
        access_key=server.access_key,
        secret_key=server.secret_key,
        secure="tls=1" in server.query,
    )
