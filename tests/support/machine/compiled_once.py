"""What each service of a test process compiles anew though it is always the same: pages, routes and delivered kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import MethodType
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from docgen.installed import kinds
from docgen.kinds.kind import Kind
from docgen.render.shared.definitions import SharedParts


class CompiledPages(BytecodeCache):
    """Keeps the compiled templates of pages in memory, by the checksum of their source."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket whose source was compiled before."""
        compiled = self._compiled.get((bucket.key, bucket.checksum))
        if compiled is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._compiled[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


class CompiledRule(Rule):
    """A route that takes its expressions from an equal one of an earlier application."""

    _compiled: dict[object, dict[str, Any]] = {}  # noqa: RUF012 (of the whole test process)

    def compile(self) -> None:
        """Compile, or bind to this route what an equal one compiled."""
        assert self.map is not None
        key = (
            *(self.rule, self.host, self.subdomain, self.merge_slashes, self.websocket, repr(self.defaults)),
            *(self.map.host_matching, frozenset(self.map.converters.items())),
        )
        if key not in self._compiled:
            before = dict(vars(self))
            super().compile()
            self._compiled[key] = {name: value for name, value in vars(self).items() if value is not before.get(name)}
            return
        for name, value in self._compiled[key].items():
            setattr(self, name, MethodType(value.__func__, self) if isinstance(value, MethodType) else value)


def delivered_kinds_read_once(read_kind: Callable[..., Kind]) -> Callable[..., Kind]:
    """Return `read_kind` that reads each kind that comes with docgen once, and compiles its template once."""
    read_once = cache(read_kind)

    def read(folder: Path, shared: SharedParts, *, is_delivered: bool = False) -> Kind:
        return (read_once if is_delivered else read_kind)(folder, shared, is_delivered=is_delivered)

    return read


@contextmanager
def compiled_once() -> Iterator[None]:
    """Let all services of this process share what they compile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": CompiledPages()})
        patch.setattr(Flask, "url_rule_class", CompiledRule)
        patch.setattr(kinds, "read_kind", delivered_kinds_read_once(kinds.read_kind))
        yield
