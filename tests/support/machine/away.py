"""A store or a converter that is away."""

from __future__ import annotations

from typing import Any

from docgen.errors import ConverterUnavailable
from storage.errors import StoreUnavailable


class Away:
    """A store or converter that is away."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, name: str) -> Any:
        def refuse(*args: object, **more: object) -> None:
            raise self.error

        return refuse


BROKEN = {
    "store": StoreUnavailable("Arsip tidak dapat dihubungi."),
    "converter": ConverterUnavailable("LibreOffice tidak ada."),
}
