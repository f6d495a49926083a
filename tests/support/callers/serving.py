"""End a server that runs in a thread of the tests."""

from __future__ import annotations

import threading

from waitress.server import BaseWSGIServer


def stop(server: BaseWSGIServer, thread: threading.Thread) -> None:
    """Close a server in its own loop, which otherwise may wait on a file that is gone; wait for its thread."""
    server.trigger.pull_trigger(server.close)
    thread.join(timeout=10)
