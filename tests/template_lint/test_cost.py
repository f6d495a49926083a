"""A hostile template is refused or examined for little: time, memory, and nothing of the machine in what is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.foreign.reader import ChildPool
from docgen.render.shared.definitions import NO_PARTS
from docgen.template_lint.finding import Finding
from tests.support.files.templates import SHEET, table, template
from tests.support.files.word_by_hand import para, run
from tests.support.hostile.templates import FAULTS, REFUSED

SOURCE = str(Path(__file__).parents[2])
SECONDS = 2.0  # of processor time; a call that takes longer is ended
MEMORY = 200 * 1024  # KB that the child may ever have had
# Files that are as large as one may be, or nearly, and some that are larger.
LARGE = {
    "breaks": lambda: template(f"<w:p><w:r>{'<w:br/>' * 75_000}</w:r></w:p>"),
    "paragraphs": lambda: template(para("x") * 12_000),
    "empty paragraphs": lambda: template("<w:p/>" * 75_000),
    "attributes": lambda: template("<w:p" + "".join(f' a{at}=""' for at in range(55_000)) + "/>"),
    "text": lambda: template(*["x" * 190_000] * 8),
    "unclosed tags": lambda: template(para("{{ x") * 12_000),
    "tags": lambda: template(para("{{ hal }}") * 4_900),
    "names": lambda: template(*(f"{{{{ a{at} }}}}" for at in range(4_900))),
    "loops": lambda: template(*["{%p for a in tugas %}"] * 60, "x", *["{%p endfor %}"] * 60),
    "conditions": lambda: template(*["{%p if hal %}"] * 300, "x", *["{%p endif %}"] * 300),
    "counting": lambda: template(*["{%p for a in range(9999) %}"] * 4, "x", *["{%p endfor %}"] * 4),
    "brackets": lambda: template(f"{{{{ {'(' * 2000}1{')' * 2000} }}}}"),
    "sums": lambda: template(f"{{{{ {'1+' * 2000}1 }}}}"),
    "filters": lambda: template(f"{{{{ hal{'|upper' * 800} }}}}"),
    "changes": lambda: template(*[f"<w:p><w:ins>{run('a')}</w:ins></w:p>"] * 7_000),
    "fonts": lambda: template(*(para(run("x", f"<w:rFonts w:ascii='F{at}'/>")) for at in range(5_000))),
    "cells": lambda: template(table(*[("x",) * 60] * 150)),
}


@pytest.fixture(scope="module")
def pool() -> Iterator[ChildPool]:
    """A child that has loaded all it needs."""
    opened = ChildPool()
    examined(opened, template("Isi surat."), seconds=60)
    yield opened
    opened.close()


def examined(pool: ChildPool, docx: bytes, seconds: float = SECONDS) -> list[Finding]:
    """What the child finds."""
    sheet = SHEET.model_dump(mode="json")
    return list(pool.call("examine_template", docx, sheet, None, ["arial"], NO_PARTS, lane="file", seconds=seconds))


@pytest.mark.parametrize("name", [*LARGE, *REFUSED])
def test_it_is_answered_for_little(pool: ChildPool, name: str) -> None:
    """One child answers all, in two seconds of processor time each, and never has more than 200 MB."""
    (child,) = pool.processes("file")
    findings = examined(pool, LARGE[name]() if name in LARGE else REFUSED[name].make())
    assert len(findings) <= 300
    assert pool.processes("file") == [child]
    status = Path(f"/proc/{child}/status").read_text()
    assert int(status.partition("VmHWM:")[2].split()[0]) < MEMORY


@pytest.mark.parametrize("name", [*FAULTS, *REFUSED])
def test_what_is_said_names_nothing_of_the_machine(pool: ChildPool, name: str) -> None:
    """No path of the server, no library, no trace: only what is in the file, and what to do."""
    fault = FAULTS[name] if name in FAULTS else REFUSED[name]
    for finding in examined(pool, fault.make()):
        sentences = f"{finding.message} {finding.suggestion}"
        assert not any(word in sentences for word in (SOURCE, "/usr", "/tmp", ".py", "Traceback", "lxml", "root:"))
