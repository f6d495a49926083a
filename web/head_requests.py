"""HEAD is GET without the body (RFC 9110 §9.3.2): no view takes it for a form that was sent."""

from __future__ import annotations

from typing import Any

from flask import Request


class ReadingRequest(Request):
    """A request whose `method` is GET also where the head of the answer alone is asked for.

    Views that ask `method == "GET"`, else act, would act on HEAD: with the permission to read, and without the form's
    own token. `environ["REQUEST_METHOD"]` still says HEAD.
    """

    def __init__(self, environ: Any, *args: Any, **named: Any) -> None:
        """Read the method of `environ`."""
        super().__init__(environ, *args, **named)
        if self.method == "HEAD":
            self.method = "GET"
