"""The one letter everybody makes: the Nota Dinas of the demo office, with its emblem, about one asset."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment

import docgen.demo
from docgen.demo import load_demo
from docgen.desk.revisions.pipeline import DocumentIdentity, Produced, Snapshot, fill, produce
from docgen.forms import build_context, validate
from docgen.installed.kinds import load_kind
from docgen.kinds.kind import Kind
from docgen.libreoffice import Converter
from docgen.render.word.tags.tag_vocabulary import OWN_FILTERS
from templates_docx import FOLDER

KIND, PROCEDURE, STEP = "nota_dinas", "pemeliharaan", 2
DATE = dt.date(2026, 11, 24)
EMBLEM = Path(docgen.demo.__file__).with_name("emblem.png")


@dataclass(frozen=True)
class Letter:
    """What the letter says, and the two ways to make it."""

    kind: Kind
    values: dict[str, Any]
    snapshot: Snapshot
    emblem: bytes

    def context(self, number: int) -> dict[str, Any]:
        """The context of the template, for the letter with this number."""
        return build_context(
            self.kind.sheet,
            self.values,
            office=self.snapshot.office,
            signer=self.snapshot.signer,
            assets=self.snapshot.assets,
            number=_number(number),
            date=DATE,
            officials=self.snapshot.officials,
            emblem=self.emblem,
            procedure=PROCEDURE,
        )

    def produce(self, converter: Converter, number: int) -> Produced:
        """The letter as docgen makes it: Word file, PDF/A-2b with QR code, number and address stamped on it."""
        url = f"http://127.0.0.1:8000/v/BENCH{number}"
        identity = DocumentIdentity(_number(number), DATE, str(self.values["hal"]), PROCEDURE, f"BENCH{number}", url)
        docx = fill(self.kind, self.values, self.snapshot, identity, self.emblem)
        return produce(converter, docx, identity, self.snapshot.office)

    def fill(self, context: dict[str, Any]) -> bytes:
        """The Word file as a short script makes it, with docxtpl as its documentation shows."""
        template = DocxTemplate(io.BytesIO(self.kind.whole))
        template.replace_zipname("word/media/lambang.png", EMBLEM)
        environment = Environment(autoescape=True)
        environment.filters |= OWN_FILTERS
        template.render(context, jinja_env=environment)
        made = io.BytesIO()
        template.save(made)
        return made.getvalue()

    def filled(self, number: int) -> bytes:
        """The Word file of the letter with this number, by the short script."""
        return self.fill(self.context(number))


def load_letter() -> Letter:
    """The kind's own example, in the demo office."""
    kind = load_kind(FOLDER / KIND)
    demo = load_demo()
    officials = {official.id: official for official in demo.officials}
    values = validate(kind.sheet, kind.example, officials=officials)
    return Letter(kind, values, Snapshot(demo.office, demo.officials[0], demo.assets[:1], officials), demo.emblem)


def _number(number: int) -> str:
    return f"B/000.1.9.1/{number}/X/XI/2026"
