"""The delivered texts are spelled by KBBI and EYD V: letters, forms, hints, examples, the SOP, pages, messages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from babel.messages.pofile import read_po
from lxml import etree

from docgen.render.word.package import W
from docgen.sop.load import THIS_OFFICE
from templates_docx import FOLDER
from tests.support.files.word import unpacked

ROOT = Path(__file__).parents[2]
# As printed in 2024, misprints and all; and notes, which quote them.
QUOTED = {"tercetak", "catatan"}
FORMS = dict(
    line.split(" ", 1)
    for line in (Path(__file__).parent / "kbbi.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
)


def texts(data: Any) -> Iterator[str]:
    """Every text in JSON or YAML that is not quoted."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from texts(value) if key not in QUOTED else ()
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)
    elif isinstance(data, str):
        yield data


def delivered_texts() -> Iterator[tuple[str, str]]:
    """The name of each file and a text in it."""
    for path in sorted(FOLDER.glob("*/template.docx")):
        body = etree.fromstring(unpacked(path.read_bytes())["word/document.xml"])
        yield from ((path.parent.name, "".join(paragraph.itertext(f"{W}t"))) for paragraph in body.iter(f"{W}p"))
    data_files = [*FOLDER.glob("*/*.yaml"), *FOLDER.glob("*/*.json"), THIS_OFFICE, *THIS_OFFICE.parent.glob("*.yaml")]
    for path in data_files:
        data = (
            json.loads(path.read_text("utf-8")) if path.suffix == ".json" else yaml.safe_load(path.read_text("utf-8"))
        )
        yield from ((path.parent.name + "/" + path.name, text) for text in texts(data))
    for path in (ROOT / "web/translations/en/LC_MESSAGES").glob("*.po"):
        with path.open("rb") as file:
            yield from ((path.name, str(message.id)) for message in read_po(file) if message.id)


def test_no_delivered_text_has_a_word_that_kbbi_spells_otherwise() -> None:
    """The words that are often misspelled stand in `kbbi.txt`, each with its right form."""
    wrong = [
        f"{name}: {word} -> {FORMS[word.casefold()]}"
        for name, text in delivered_texts()
        for word in re.findall(r"[\w'-]+", text)
        if word.casefold() in FORMS
    ]
    assert wrong == []


def test_codes_stand_in_one_order_and_parties_are_told_apart_alike() -> None:
    """NIBAR before Kode Barang in every table; in a list of parties each ends in a semicolon and the last in a stop."""
    found = [(name, text) for name, text in delivered_texts() if name in {path.name for path in FOLDER.iterdir()}]
    assert not [entry for entry in found if re.match(r"Kode Barang ?/ ?NIBAR", entry[1])]
    parties = {text[text.index("PIHAK") :] for _, text in found if "selanjutnya disebut PIHAK" in text}
    assert parties == {"PIHAK KESATU;", "PIHAK KEDUA.", "PIHAK KEDUA;"}, "who carries it out may come third"
