"""nginx and Caddy with the delivered configurations, on the loopback: installed, or Debian's unpacked into .tools/.

They are not installed, since the packages would start servers on this machine.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from docgen.machine.delivered import DEPLOY
from tests.servers import ServerFailed, free_port, running, say
from tests.servers.front_proxy import FrontProxy

_TOOLS = Path(__file__).resolve().parents[2] / ".tools"
_MAIN = """pid {folder}/nginx.pid;
error_log stderr;
worker_processes 1;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class TlsProxy:
    """A reverse proxy at https://localhost:`port`, whose certificate is `ca`."""

    port: int
    ca: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"


def program(name: str) -> Path:
    """Return nginx or caddy; fetch and unpack Debian's package where it is not there. Raises ServerFailed."""
    system_path = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    folder = _TOOLS / name
    places = [folder / "usr/sbin" / name, folder / "usr/bin" / name]
    if system_path:
        return Path(system_path)
    _TOOLS.mkdir(exist_ok=True)
    with (_TOOLS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            say(f"fetching the package {name} into .tools/")
            _unpack(name, folder)
    return next(path for path in places if path.exists())


def _unpack(name: str, folder: Path) -> None:
    partial = folder.with_name(f"{name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    download = subprocess.run(["apt-get", "download", name], cwd=partial, capture_output=True, text=True)
    packages = list(partial.glob("*.deb"))
    if download.returncode or not packages:
        raise ServerFailed(f"the package {name} cannot be fetched:\n{download.stderr[-1000:]}")
    subprocess.run(["dpkg-deb", "-x", packages[0], partial], check=True)
    packages[0].unlink()
    partial.rename(folder)


@contextmanager
def nginx_proxy(folder: Path, port: int, nodes: Sequence[int]) -> Iterator[TlsProxy]:
    """Run nginx with deploy/proxy/nginx.conf in front of these ports, until the block ends. Raises ServerFailed."""
    proxy = TlsProxy(port, FrontProxy(folder, port).ca)
    site = (DEPLOY / "proxy/nginx.conf").read_text("utf-8")
    texts = {
        r"listen 80;": f"listen 127.0.0.1:{free_port()};",
        r"listen \[::\]:80;": "",
        r"listen 443 ": f"listen 127.0.0.1:{port} ",
        r"listen \[::\]:443 [^;]*;": "",
        r"server_name naskah\.example;": "server_name localhost;",
        r"ssl_certificate [^;]*;": f"ssl_certificate {proxy.ca};",
        r"ssl_certificate_key [^;]*;": f"ssl_certificate_key {proxy.ca.with_suffix('.key')};",
        r"server 127\.0\.0\.1:8000 ([^;]*);": " ".join(rf"server 127.0.0.1:{node} \1;" for node in nodes),
    }
    for pattern, text in texts.items():
        site, count = re.subn(pattern, text, site)
        assert count, f"deploy/proxy/nginx.conf lacks {pattern}"
    (folder / "site.conf").write_text(site)
    main = folder / "nginx.conf"
    main.write_text(_MAIN.format(folder=folder, user="user root;" if os.geteuid() == 0 else ""))
    command = [str(program("nginx")), "-p", str(folder), "-e", "stderr", "-c", str(main), "-g", "daemon off;"]
    with running(command, lambda: _listens(port), folder / "log"):
        yield proxy


@contextmanager
def caddy_proxy(folder: Path, port: int, nodes: Sequence[int]) -> Iterator[TlsProxy]:
    """Run Caddy with deploy/proxy/Caddyfile in front of these ports, until the block ends. Raises ServerFailed."""
    proxy = TlsProxy(port, FrontProxy(folder, port).ca)
    file = folder / "Caddyfile"
    text = (DEPLOY / "proxy/Caddyfile").read_text("utf-8")
    file.write_text(text.replace("\tadmin off\n", f"\tadmin off\n\thttp_port {free_port()}\n", 1))
    environment = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "SITE": proxy.url,
        "TLS": f"{proxy.ca} {proxy.ca.with_suffix('.key')}",
        "NODES": " ".join(f"127.0.0.1:{node}" for node in nodes),
    }
    command = [str(program("caddy")), "run", "--config", str(file), "--adapter", "caddyfile"]
    with running(command, lambda: _listens(port), folder / "log", env=environment):
        yield proxy


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True
