"""MinIO for the tests: built once from its Go module into .tools/, because there are no downloads of it any
more.

`python -m tests.servers.minio` builds it, and VersityGW, and shows the progress; `make test` runs that first.
"""

from __future__ import annotations

import base64
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from minio import Minio

from tests.servers import Switch, answers, fetched_before, free_port, running
from tests.servers.gomod import build

# The last state of the open-source server. Its release tags are no module versions, so the proxy serves none.
MODULE = "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c"


_KMS = {"MINIO_KMS_SECRET_KEY": f"docgen-test:{base64.b64encode(bytes(32)).decode()}"}  # so that it can encrypt


@dataclass(frozen=True)
class S3Server:
    """An S3 server: `endpoint` is host:port, `query` the part of a store URL after the question mark."""

    endpoint: str
    access_key: str
    secret_key: str
    query: str = ""

    def url(self, bucket: str) -> str:
        """Return what DOCGEN_STORE_URL would be for a bucket."""
        return f"s3://{self.endpoint}/{bucket}" + (f"?{self.query}" if self.query else "")


def external_server() -> S3Server | None:
    """Return the server named by DOCGEN_TEST_S3_URL (`s3://host:port?tls=0`) and its keys, if one is named."""
    url = os.environ.get("DOCGEN_TEST_S3_URL")
    if not url:
        return None
    place, _, query = url.removeprefix("s3://").partition("?")
    access_key = os.environ.get("DOCGEN_TEST_S3_ACCESS_KEY", "")
    return S3Server(place.strip("/"), access_key, os.environ.get("DOCGEN_TEST_S3_SECRET_KEY", ""), query)


def remove_bucket(server: S3Server, bucket: str) -> None:
    """Remove a test's bucket with every version of its objects, if the test made it."""
    secure = "tls=1" in server.query
    client = Minio(endpoint=server.endpoint, access_key=server.access_key, secret_key=server.secret_key, secure=secure)
    if not client.bucket_exists(bucket_name=bucket):
        return
    listed = client.list_objects(bucket_name=bucket, recursive=True, include_version=True)
    for found in list(listed):  # the whole list first: a page must not shift while objects go
        client.remove_object(bucket_name=bucket, object_name=found.object_name, version_id=found.version_id)
    client.remove_bucket(bucket_name=bucket)


@contextmanager
def minio_server(folder: Path) -> Iterator[S3Server]:
    """Run MinIO on loopback with its data under `folder`; build it first where that was not done.

    Raises ServerFailed.
    """
    with minio_with_switch(folder) as (server, _):
        yield server


@contextmanager
def minio_with_switch(folder: Path) -> Iterator[tuple[S3Server, Switch]]:
    """Run MinIO until the block ends, with a switch that kills it. Raises ServerFailed."""
    binary = build(MODULE, "minio")
    server = S3Server(f"127.0.0.1:{free_port()}", "docgen-test", "docgen-test-secret")
    data = folder / "data"
    data.mkdir()
    command = [str(binary), "server", "--quiet", "--address", server.endpoint, "--certs-dir", str(folder)]
    log, environment = folder / "log", _environment(server)

    def run() -> AbstractContextManager[None]:
        return running(
            [*command, str(data)],
            lambda: answers(f"http://{server.endpoint}/minio/health/ready"),
            log,
            env=environment,
            stop=signal.SIGKILL,
        )

    switch = Switch(run)
    switch.start()
    try:
        yield server, switch
    finally:
        switch.stop()


def _environment(server: S3Server) -> dict[str, str]:
    keys = {"MINIO_ROOT_USER": server.access_key, "MINIO_ROOT_PASSWORD": server.secret_key}
    return {"PATH": os.defpath, **keys, "MINIO_BROWSER": "off", "MINIO_UPDATE": "off", "GOMAXPROCS": "2", **_KMS}


def main() -> int:
    """Build the S3 servers before the tests; 1 where it cannot be had and CI=true needs it, else 0 (the tests say
    they skip).
    """
    from tests.servers import versity

    if external_server() is not None:
        return 0
    return fetched_before(lambda: build(MODULE, "minio"), lambda: build(versity.MODULE, "versitygw"))


if __name__ == "__main__":
    sys.exit(main())
