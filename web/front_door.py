"""The server: waitress with limits, so that slow, half-open and endless callers cost the others nothing.

waitress reads headers and bodies in one thread without waiting, and hands a request to a thread when it is whole; so a
slow caller costs a connection and no thread. What is added here bounds what a connection may cost: how long a request
may take to arrive, how large its body may be (known per route, refused at its header), how many connections are held
(the one idle longest gives way), that callers take turns (`web.fair_turns`), and that probes never wait behind letters.

Measured on 2 cores, the same small application with 16 threads, a probe beside 40 slow bodies and beside 300 half-open
connections: gunicorn (gthread) and cheroot answered neither within 8 s, granian not the first, waitress by its defaults
not the second; this door both within 10 ms.
"""

from __future__ import annotations

import copy
import resource
import select
import socket
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask, ThreadedTaskDispatcher
from waitress.utilities import RequestEntityTooLarge
from waitress.wasyncore import dispatcher
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from docgen.uploads import MB
from web import wiped_memory
from web.body_limits import BODY, body_limits
from web.callees import Callees, OneOffice
from web.fair_turns import FairDispatcher, RequestSource
from web.plain_answers import plain_answer
from web.probes import PROBES
from web.proxy import caller_network, calling_address
from web.security_headers import strict_headers

CONNECTIONS = 2000  # a browser holds 4 to 6, so some 400 people
SPARE_FILES = 1000  # descriptors for everything that is no connection
BACKLOG = 1024  # connections that nobody has taken yet
LARGEST_HEADER = 64 * 1024  # bytes
THREADS = 16  # most requests wait for LibreOffice or the store
PROBE_THREADS = 2


@dataclass(frozen=True)
class Patience:
    """How long a connection is waited for, in seconds.

    `idle`: while it is silent or leaves an answer unread. `header`: for the whole header of a request. `body`: for its
    body, and a second more for every `rate` bytes that came. `sweep`: between two looks for what is overdue.
    """

    idle: float = 30
    header: float = 20
    body: float = 60
    rate: int = 8 * 1024
    sweep: float = 2


Limit = Callable[[str, str, Mapping[str, str]], int]


def listen_on(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen at an address; a name with several addresses has one for each. Raises OSError."""
    sockets = []
    try:
        for family, kind, protocol, address in Adjustments(host=host, port=port).listen:
            listener = socket.socket(family, kind, protocol)
            sockets.append(listener)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
    except OSError:
        for listener in sockets:
            listener.close()
        raise
    return sockets


def open_door(
    app: Flask | Callees,
    sockets: Sequence[socket.socket],
    *,
    threads: int = THREADS,
    connections: int = CONNECTIONS,
    patience: Patience | None = None,
) -> Any:
    """Return the server, to be run, that answers at sockets that listen; other processes may answer there, too."""
    connections, patience = _room_for(connections), patience or Patience()
    callees = OneOffice(app) if isinstance(app, Flask) else app
    app = callees.installation
    server = create_server(
        callees,
        _dispatcher=_Lanes(threads, callees),
        sockets=list(sockets),
        ident=None,
        connection_limit=connections,
        asyncore_use_poll=True,
        backlog=BACKLOG,
        channel_timeout=patience.idle,
        cleanup_interval=patience.sweep,
        max_request_header_size=LARGEST_HEADER,
        max_request_body_size=max([BODY, *body_limits(app).values()]) + 1,
        clear_untrusted_proxy_headers=False,  # `web.proxy` decides whom to believe
    )
    limit, https = _limit_of(callees), bool(app.config["SESSION_COOKIE_SECURE"])
    for listener in _listeners(server):
        listener.channel_class = _channel_class(limit, callees.within, connections, patience, https=https)
        listener.maintenance = _maintenance(listener)
    return server


def see_out(server: Any) -> None:
    """Close each connection with its next answer, which says so: its caller comes back on another, or elsewhere."""
    for listener in _listeners(server):
        listener.channel_class.is_last_answer = True


def stop_listening(server: Any) -> None:
    """Take no connection from now on but those that wait already: callers are refused at once, so that a proxy asks
    another machine.

    The connections that there are go on. Other processes that listen at the same sockets go on, too.
    """
    for listener in _listeners(server):
        # In the thread of the server, which looks at its sockets while this one runs.
        listener.trigger.pull_trigger(partial(_stop_listening, listener))


def _stop_listening(listener: BaseWSGIServer) -> None:
    waiting = select.poll()
    waiting.register(listener.socket, select.POLLIN)
    while waiting.poll(0):
        listener.handle_accept()
    dispatcher.close(listener)


def is_quiet(server: Any) -> bool:
    """Return whether no request waits or is in work, and every answer has been sent."""
    channels = (channel for listener in _listeners(server) for channel in list(listener.active_channels.values()))
    return not any(channel.requests or channel.total_outbufs_len for channel in channels)


def _listeners(server: Any) -> list[BaseWSGIServer]:
    """Return the servers behind an address: a name with several addresses has one for each."""
    sockets = getattr(server, "map", None) or {0: server}
    return [listener for listener in sockets.values() if isinstance(listener, BaseWSGIServer)]


def _room_for(connections: int) -> int:
    """Return how many connections may be held, after raising this process' limit on open files as far as needed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = connections + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < files:
        soft = files if hard == resource.RLIM_INFINITY else min(files, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return connections if soft == resource.RLIM_INFINITY else max(50, min(connections, soft - SPARE_FILES))


def _caller_of(callees: Callees) -> Callable[[HTTPChannel], RequestSource]:
    """Return a function: a request to its office and its caller's name, known before any sign-in.

    Only a session is known for sure, by its signature. A token may be invented, so it has turns of its own and its
    address' share.
    """
    proxies = callees.installation.extensions.get("proxies", ())

    def caller_of(channel: HTTPChannel) -> RequestSource:
        request, peer = channel.requests[0], channel.addr[0]
        headers = request.headers
        forwarded_host = headers.get("X_FORWARDED_HOST", "")
        office = callees.office_of(peer, headers.get("HOST", ""), forwarded_host, request.path) or ""
        session, token = callees.session_of(office, headers), headers.get("AUTHORIZATION")
        if session:
            return RequestSource(f"session:{session}", f"session:{session}", office)
        address = caller_network(calling_address(peer, headers.get("X_FORWARDED_FOR", ""), proxies))
        return RequestSource(f"token:{token}" if token else f"address:{address}", f"address:{address}", office)

    return caller_of


def _limit_of(callees: Callees) -> Limit:
    """Return a function: method, path and headers to the largest body, in bytes, that such a request may have.

    The routes of all offices are the same.
    """
    app = callees.installation
    adapter = app.url_map.bind("localhost")

    def limit(method: str, path: str, headers: Mapping[str, str]) -> int:
        try:
            endpoint = adapter.match(callees.within(path), method)[0]
        except (HTTPException, RequestRedirect):
            return BODY
        largest = body_limits(app).get(endpoint, BODY)
        return largest if largest <= BODY or callees.has_session(headers) else BODY

    return limit


class _Lanes:
    """Threads that serve requests, and a few that answer probes, which must not wait behind letters."""

    def __init__(self, threads: int, callees: Callees) -> None:
        self._requests = FairDispatcher(threads, _caller_of(callees), lambda: callees.has_offices)
        self._probes = ThreadedTaskDispatcher()
        self._probes.set_thread_count(PROBE_THREADS)

    def add_task(self, channel: HTTPChannel) -> None:
        """Queue a channel whose first request is whole."""
        lane = self._probes if channel.requests[0].path in PROBES else self._requests
        lane.add_task(channel)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        """Let what is under way end, at most `timeout` seconds."""
        self._probes.shutdown(cancel_pending, 1)
        return bool(self._requests.shutdown(cancel_pending, timeout))


def _size(limit: int) -> str:
    return f"{limit // MB} MB" if limit >= MB else f"{limit // 1024} KB"


class _TooLarge(RequestEntityTooLarge):  # type: ignore[misc]
    """413 in the words of the service: a problem for systems, a plain page for people."""

    def __init__(self, path: str, limit: int) -> None:
        super().__init__("")
        self.path = path
        self.text = (
            f"Kiriman ini lebih besar dari {_size(limit)}, batas untuk alamat ini. "
            "Perkecil atau bagi berkasnya, lalu kirim lagi."
        )

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Return status, headers and body."""
        phrase, title = "Request entity too large", "Berkas terlalu besar"
        kind, body = plain_answer(self.path, 413, phrase, title, self.text)
        return "413 Request Entity Too Large", [("Content-Type", kind)], body


def _parser_class(limit: Limit, within: Callable[[str], str]) -> type[HTTPRequestParser]:
    class Parser(HTTPRequestParser):  # type: ignore[misc]
        """Refuses a body that is too large for its address at the header, or where a chunked one grows too large."""

        adj: Adjustments
        error: Any
        body_rcv: Any
        content_length: int
        header_plus: bytes
        command, path = "GET", ""  # of a request whose header cannot be read
        proxy_netloc = ""  # of a request line with a whole address

        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            if self.proxy_netloc:  # RFC 9112, 3.2.2: a whole address counts, not the header beside it
                self.headers["HOST"] = self.proxy_netloc
            if self.content_length or self.chunked:
                self.adj = copy.copy(self.adj)
                self.adj.max_request_body_size = limit(self.command, self.path, self.headers) + 1
            if 0 < self.content_length <= wiped_memory.SMALL:
                self.body_rcv = wiped_memory.SmallBody(self.content_length)

        def received(self, data: memoryview) -> int:
            if self.body_rcv is None:  # a header never takes the body's bytes with it
                data = data[: wiped_memory.header_length(self.header_plus, data)]
            is_small = isinstance(self.body_rcv, wiped_memory.SmallBody)
            consumed = int(super().received(data if is_small else bytes(data)))
            if isinstance(self.error, RequestEntityTooLarge) and not isinstance(self.error, _TooLarge):
                self.error = _TooLarge(within(self.path), self.adj.max_request_body_size)
            return consumed

    return Parser


def _error_task_class(*, https: bool) -> type[ErrorTask]:
    class Refusal(ErrorTask):  # type: ignore[misc]
        """An answer of the door itself, which forbids browsers what every other answer does."""

        def execute(self) -> None:
            self.response_headers.extend([*strict_headers(https=https).items(), ("Cache-Control", "no-store")])
            super().execute()

    return Refusal


def _channel_class(
    limit: Limit, within: Callable[[str], str], connections: int, patience: Patience, *, https: bool
) -> type[HTTPChannel]:
    class Channel(HTTPChannel):  # type: ignore[misc]
        """A connection that knows how long the request that is arriving has taken."""

        parser_class = _parser_class(limit, within)
        error_task_class = _error_task_class(https=https)
        arriving_since = 0.0
        is_last_answer = False

        def add_channel(self, map: Any = None) -> None:
            channels = self.server.active_channels
            if len(channels) >= connections * 9 // 10:
                _make_room(channels.values())
            super().add_channel(map)

        def recv(self, buffer_size: int) -> memoryview | bytes:
            try:
                data = wiped_memory.receive(self.socket, buffer_size)
            except ConnectionError:
                data = memoryview(b"")
            if not data:
                self.handle_close()
            return data

        def received(self, data: memoryview) -> bool:
            if self.request is None:
                self.arriving_since = time.time()
            try:
                return bool(super().received(data))
            finally:
                wiped_memory.overwrite(data)

        def service(self) -> None:
            """Serve a request; a fault in that closes the connection, which would otherwise be held for good."""
            if self.is_last_answer:
                self.requests[0].headers["CONNECTION"] = "close"
            try:
                super().service()
            except BaseException:
                self.will_close = True
                self.server.pull_trigger()
                raise

        def is_overdue(self, now: float) -> bool:
            """Return whether the request that is arriving takes too long, or an answer is not read."""
            if self.total_outbufs_len and now - self.last_activity > patience.idle:
                return True
            request = self.request
            if request is None or self.requests:
                return False
            waited = now - self.arriving_since
            if not request.headers_finished:
                return waited > patience.header
            return bool(waited > patience.body + request.body_bytes_received / patience.rate)

    return Channel


def _make_room(channels: Iterable[HTTPChannel]) -> None:
    """Close the connection that has been idle or half-open longest."""
    idle = [channel for channel in channels if not channel.requests and not channel.will_close]
    if idle:
        min(idle, key=lambda channel: channel.last_activity).will_close = True


def _maintenance(server: BaseWSGIServer) -> Callable[[float], None]:
    def maintenance(now: float) -> None:
        BaseWSGIServer.maintenance(server, now)
        for channel in list(server.active_channels.values()):
            if channel.is_overdue(now):
                channel.handle_close()  # at once: one whose answer is not read would never be asked to close

    return maintenance
