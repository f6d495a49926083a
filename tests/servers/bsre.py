"""An Esign Client Service of BSrE on a loopback port, which signs with pyHanko and a CA of its own.

    with bsre_server(Person("Dra. Siti Aminah", "6408015001800001", "sandi tanda tangan")) as bsre:
        settings = bsre.settings(tmp_path)   # DOCGEN_BSRE_URL, _USER, _PASSWORD (with tls=True _CA) and DOCGEN_TRUST
        client = bsre.client()               # a BsreClient whose time-outs are short
        bsre.mood = "wrong-passphrase"       # of every signing call from now on: a name of `bsre_moods.MOODS`
        bsre.next_moods += ["ill"]           # of the next call only
        bsre.count("sandi tanda tangan")     # in how many requests a text came
        bsre.calls                           # every request: path, values of JSON or form, files

A person's `status` is what BSrE says before signing. `v1`, `v2` and `v2_status` say which parts of the API are there.
Moods that keep the caller waiting end with `bsre.release()`, which the end of the block calls as well.

For browsers, `python -m tests.servers.bsre FOLDER NAME NIK PASSPHRASE` serves until its standard input ends; settings
are in `bsre.json` of the folder, and `PUT /mood` with a name sets the mood.
"""

from __future__ import annotations

import base64
import json
import ssl
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from docgen.bsre import BsreClient, BsreSettings
from tests.servers.bsre_moods import MOODS
from tests.support.files.bsre_signing import sign_as_bsre
from tests.support.files.certificates import Authority, Holder

USER, PASSWORD = "docgen", "sandi-aplikasi-esign"
SUBSCRIBER, FIRST_TOTP = "setda-kutim-0001", "482913"  # the office's seal


@dataclass
class Person:
    """An official whom BSrE knows; `status` other than ISSUE may not sign."""

    name: str
    nik: str
    passphrase: str = "sandi tanda tangan"
    email: str = ""
    status: str = "ISSUE"
    totp: str = ""


@dataclass
class Call:
    """A request: its path, the values of its JSON or form, the PDFs in it, and its whole body."""

    server: BsreServer
    handler: BaseHTTPRequestHandler = field(repr=False)
    path: str
    body: bytes = field(repr=False)
    values: dict[str, Any] = field(default_factory=dict, repr=False)
    files: list[bytes] = field(default_factory=list, repr=False)
    properties: list[dict[str, Any]] = field(default_factory=list, repr=False)
    pictures: list[bytes | None] = field(default_factory=list, repr=False)

    @property
    def is_v1(self) -> bool:
        return not self.path.startswith("/api/v2/")

    @cached_property
    def person(self) -> Person | None:
        """Whom the request names."""
        names = {self.values.get("nik"), self.values.get("email")} - {None, ""}
        return next((person for person in self.server.people if {person.nik, person.email} & names), None)

    def sign(
        self, content: bytes, number: int, holder: Holder | None = None, authority: Authority | None = None
    ) -> bytes:
        """A PDF signed as the request's file of that number is to be."""
        authority = authority or self.server.authority
        holder = holder or self.server.certificate(self.person, authority)
        return sign_as_bsre(content, holder, authority, self.properties[number], self.pictures[number])

    def signed(self, holder: Holder | None = None, authority: Authority | None = None) -> list[bytes]:
        """The request's files, signed."""
        return [self.sign(content, number, holder, authority) for number, content in enumerate(self.files)]

    def answer_files(self, files: Sequence[bytes]) -> None:
        if not self.is_v1:
            self.answer_json(200, {"time": 812, "file": [base64.b64encode(file).decode() for file in files]})
        elif files:
            self.answer(200, files[0], "application/pdf", id_dokumen="4711")
        else:
            self.answer(200, b"", "application/pdf")

    def answer_json(self, status: int, content: Mapping[str, Any], **headers: str) -> None:
        self.answer(status, json.dumps(content).encode(), "application/json", **headers)

    def answer(self, status: int, content: bytes, kind: str, **headers: str) -> None:
        self.begin(status, kind, len(content), **headers)
        self.handler.wfile.write(content)

    def begin(self, status: int, kind: str, length: int | None, **headers: str) -> None:
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        if length is not None:
            self.handler.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-") if name[0].isupper() else name, value)
        self.handler.end_headers()

    def hang_up(self) -> None:
        self.handler.wfile.flush()
        self.handler.close_connection = True
        with suppress(OSError):
            self.handler.connection.shutdown(2)


@dataclass(eq=False)
class BsreServer:
    """The service: whom it knows, how it answers, and what came."""

    people: list[Person]
    mood: str = "good"
    v1: bool = True
    v2: bool = True
    v2_status: bool = True
    url: str = ""
    next_moods: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    seal_totp: str = FIRST_TOTP
    seal_name: str = "Sekretariat Daerah"  # whose seal it is
    authority: Authority = field(default_factory=lambda: Authority("BSrE Uji"))
    is_released: threading.Event = field(default_factory=threading.Event)

    @cached_property
    def other_authority(self) -> Authority:
        return Authority("CA yang tidak dikenal")

    @cached_property
    def stranger(self) -> Holder:
        """The certificate of somebody else."""
        return self.authority.signer("Orang Lain", "9999999999999999")

    @cached_property
    def _certificates(self) -> dict[tuple[str, int], Holder]:
        return {}

    def certificate(self, person: Person | None, authority: Authority | None = None) -> Holder:
        """The certificate of a person, or of the office's seal."""
        authority = authority or self.authority
        name, nik = (person.name, person.nik) if person else (self.seal_name, SUBSCRIBER)
        key = (name + nik, id(authority))
        return self._certificates.setdefault(key, self._certificates.get(key) or authority.signer(name, nik))

    def count(self, text: str) -> int:
        """In how many requests a text came."""
        return sum(text.encode() in call.body for call in self.calls)

    def paths(self) -> list[str]:
        return [call.path for call in self.calls]

    def wait(self, seconds: float = 60.0) -> bool:
        """Wait until `release`; return whether it came."""
        return self.is_released.wait(seconds)

    def release(self) -> None:
        self.is_released.set()

    def settings(self, folder: Path) -> dict[str, str]:
        """The settings of a docgen that signs here and trusts its CA, whose PEM is written into the folder."""
        trust = folder / "trust.pem"
        trust.write_bytes(self.authority.root.pem)
        settings = {"URL": self.url, "USER": USER, "PASSWORD": PASSWORD} | ({"CA": str(trust)} if self.is_tls else {})
        return {f"DOCGEN_BSRE_{name}": value for name, value in settings.items()} | {"DOCGEN_TRUST": str(trust)}

    @property
    def is_tls(self) -> bool:
        return self.url.startswith("https:")

    def client(self, ca: Path | None = None, **timeouts: float) -> BsreClient:
        """A client of this service."""
        short = {"connect_timeout": 5.0, "status_timeout": 5.0, "sign_timeout": 20.0}
        return BsreClient(BsreSettings(self.url, USER, PASSWORD, ca), **short | timeouts)

    def handle(self, call: Call) -> None:
        """Answer a request."""
        self.calls.append(call)
        offered = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if call.handler.headers.get("Authorization") != offered:
            return call.answer(401, b"", "text/html")
        path = call.path.removeprefix("/api/v2" if not call.is_v1 else "/api")
        is_status = path == "/user/check/status" or path.startswith("/user/status/")
        if not (self.v1 if call.is_v1 else self.v2 and (self.v2_status or not is_status)):
            return call.answer(404, b"<html>Not Found</html>", "text/html")
        if is_status:
            return self._status(call)
        if path in ("/seal/get/totp", "/seal/get/activation", "/seal/revoke/activation"):
            return self._totp(call, path)
        if path not in ("/sign/pdf", "/seal/pdf"):
            return call.answer(404, b"<html>Not Found</html>", "text/html")
        if not call.files:
            return call.answer_json(400, {"status_code": 2001, "error": "Parameter tidak lengkap"})
        mood = self.next_moods.pop(0) if self.next_moods else self.mood
        if mood == "good" and not self._may_sign(call, path):
            return None
        return MOODS[mood](call)

    def _status(self, call: Call) -> None:
        if call.is_v1:
            call.values["nik"] = call.path.rpartition("/")[2]
        status = call.person.status if call.person else "NOT_REGISTERED"
        call.answer_json(200, {"status": status, "message": f"Status: {status}"})

    def _may_sign(self, call: Call, path: str) -> bool:
        """Whether the secret is right; answers where it is not."""
        if path == "/seal/pdf":
            is_right = call.values.get("idSubscriber") == SUBSCRIBER and call.values.get("totp") == self.seal_totp
            failure = (2033, "TOTP tidak sesuai")
        elif call.person is None:
            is_right, failure = False, (2011, "User tidak terdaftar")
        else:
            totp = call.values.get("totp")
            is_right = totp == call.person.totp if totp else call.values.get("passphrase") == call.person.passphrase
            failure = (2033, "TOTP tidak sesuai") if totp else (2031, "Passphrase anda salah")
        if not is_right:
            call.answer_json(400, {"status_code": failure[0], "error": failure[1]})
        return is_right

    def _totp(self, call: Call, path: str) -> None:
        """One-time codes: that of the seal is renewed by the one before."""
        is_known = call.values.get("idSubscriber") == SUBSCRIBER
        if path == "/seal/get/activation" and is_known:
            return call.answer_json(200, {"message": "OTP dikirim ke kontak"})
        if not is_known or call.values.get("totp") != self.seal_totp:
            return call.answer_json(400, {"status_code": 2033, "error": "TOTP tidak sesuai"})
        if path == "/seal/revoke/activation":
            return call.answer_json(200, {"message": "Aktivasi dicabut"})
        self.seal_totp = f"{int(self.seal_totp) + 1:06}"
        content = {"result": True, "message": "TOTP baru", "totp": self.seal_totp, "expires": "2026-11-28 17:00:00"}
        return call.answer_json(200, content)


@contextmanager
def bsre_server(*people: Person, tls: bool = False, folder: Path | None = None, **state: Any) -> Iterator[BsreServer]:
    """The service on a free port; `state` are fields of BsreServer. TLS needs a folder for its key."""
    service = BsreServer(list(people), **state)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # http.server's name for it
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with suppress(ConnectionError):
                service.handle(_read(service, self, body))

        do_GET = do_POST  # noqa: N815

        def do_PUT(self) -> None:
            service.mood = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing: the tests read what matters from the answers."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing of callers that hang up."""
            if not isinstance(sys.exception(), OSError):
                super().handle_error(*_)  # type: ignore[arg-type]

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        assert folder is not None
        server.socket = _tls(service.authority, folder).wrap_socket(server.socket, server_side=True)
    service.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        service.release()
        server.shutdown()
        thread.join()
        server.server_close()


def _tls(authority: Authority, folder: Path) -> ssl.SSLContext:
    holder, file = authority.server("127.0.0.1"), folder / "server.pem"
    file.write_bytes(holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + holder.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def _read(service: BsreServer, handler: BaseHTTPRequestHandler, body: bytes) -> Call:
    call, kind = Call(service, handler, handler.path, body), handler.headers.get("Content-Type", "")
    if kind.startswith("multipart/"):
        parts: Any = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body).get_payload()
        values = {part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in parts}
        picture = values.pop("imageTTD", None)
        call.files = [values.pop("file")] if "file" in values else []
        call.values = {name: value.decode() for name, value in values.items()}
        names = {"originX": "xAxis", "originY": "yAxis", "tag": "tag_koordinat"}
        call.properties = [call.values | {new: call.values.get(old) for new, old in names.items()}]
        call.pictures = [picture]
    elif body:
        call.values = json.loads(body)
        call.files = [base64.b64decode(text) for text in call.values.get("file", [])]
        given = call.values.get("signatureProperties", [{}])
        call.properties = given if len(given) == len(call.files) else given * len(call.files)
        pictures = (item.get("imageBase64") for item in call.properties)
        call.pictures = [base64.b64decode(text) if text else None for text in pictures]
    return call


if __name__ == "__main__":
    place, name, nik, passphrase = Path(sys.argv[1]), *sys.argv[2:5]
    with bsre_server(Person(name, nik, passphrase)) as running:
        (place / "bsre.json").write_text(json.dumps(running.settings(place)))
        sys.stdin.read()
