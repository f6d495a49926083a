"""What the service would write into its log."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from docgen.logs import Flood, Form, formatter


class WrittenLog:
    """Everything that is logged, as the service writes it."""

    def __init__(self, form: Form, secrets: Iterable[str]) -> None:
        self._stream = io.StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(formatter(form, secrets))
        self.handler.addFilter(Flood())

    @property
    def text(self) -> str:
        """All of it so far."""
        return self._stream.getvalue()

    @property
    def lines(self) -> list[str]:
        """The lines so far."""
        return self.text.splitlines()


@contextmanager
def written_log(form: Form = "text", secrets: Iterable[str] = ()) -> Iterator[WrittenLog]:
    """Write what is logged within."""
    log = WrittenLog(form, secrets)
    logging.getLogger().addHandler(log.handler)
    try:
        yield log
    finally:
        logging.getLogger().removeHandler(log.handler)
