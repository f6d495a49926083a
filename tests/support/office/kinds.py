"""The delivered kinds, proved once in a test process; and small kinds of an office's own, of a title and a text."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from docgen.desk import Desk
from docgen.errors import TemplateError
from docgen.installed.kinds import read_kinds
from docgen.installed.parts import read_shared_parts
from docgen.kinds.kind import Kind
from docgen.render.shared.insert import open_whole
from docgen.render.word.template import WordTemplate
from templates_docx import FOLDER
from tests.support.files.word_by_hand import word

_SHEET = """title: {0}
title_field: hal
fields:
  - {{name: hal, label: Hal, required: true}}
  - {{name: isi, label: Isi}}
"""


def write_kind(folder: Path, slug: str, body: str, parts: Mapping[str, str] | None = None) -> Path:
    """Write a kind with the fields hal and isi into `folder`; returns its own."""
    own = folder / slug
    own.mkdir(parents=True)
    (own / "template.docx").write_bytes(word(body, parts))
    (own / "fields.yaml").write_text(_SHEET.format(slug.title()), encoding="utf-8")
    (own / "example.json").write_text(json.dumps({"hal": "Uji", "isi": "Isi"}), encoding="utf-8")
    return own


def load_kinds(folders: Sequence[Path], checked: Path | None = None) -> Mapping[str, Kind]:
    """Load the kinds in `folders`, as `read_kinds`. Raises TemplateError for the first kind that is wrong."""
    kinds, wrong = read_kinds(folders, checked)
    for reason in wrong.values():
        raise TemplateError(reason)
    return kinds


def delivered_kinds() -> Mapping[str, Kind]:
    """Return the kinds that come with docgen, by slug."""
    return _proved()[0]


def delivered_template(name: str) -> WordTemplate:
    """Return a Word template that comes with docgen and is no kind, e.g. `_bundel`."""
    return open_whole((FOLDER / name / "template.docx").read_bytes(), read_shared_parts([FOLDER]), name)


def proof_of_kinds() -> str:
    """Return the content of `kinds.checked` of an office in which the delivered kinds were found right."""
    return _proved()[1]


@cache
def _proved() -> tuple[Mapping[str, Kind], str]:
    """Load the delivered kinds, which takes half a second, and remember them and the note that they are right."""
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder) / "kinds.checked"
        return load_kinds([FOLDER], checked=note), note.read_text()


def with_table(desk: Desk) -> tuple[Kind, str, int]:
    """A kind whose form has a table, and a step where it is made."""
    for procedure in desk.sop.procedures:
        for step in procedure.steps:
            for slug in step.outputs:
                kind = desk.kinds.get(slug)
                if kind and any(field.type == "table" for field in kind.fields):
                    return kind, procedure.slug, step.number
    raise AssertionError("no kind with a table is made at any step")
