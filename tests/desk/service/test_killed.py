"""A process killed with SIGKILL at any moment: the next start finishes its document, with the number it had."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from docgen.desk import open_desk
from docgen.desk.service.document_recovery import recover
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import documents, journal, registers
from storage.catalogue.numbering import numbers
from tests.support.office.demo_office import data_folder

pytestmark = pytest.mark.office

DOCGEN = Path(sys.executable).with_name("docgen")
KILLS = 12


def test_killed_at_any_moment_nothing_is_lost_or_doubled(tmp_path: Path, converter: Converter) -> None:
    """Twelve processes are killed ever later in their work; after recovery the register is gapless and archived."""
    data = data_folder(tmp_path)
    env = os.environ | {"DOCGEN_DATA": str(data), "DOCGEN_CONVERTERS": "1"}
    settings = read_settings(env)
    desk = open_desk(settings, converter)
    initialise(desk, demo=True)
    with desk.catalogue.read() as tx:
        nibars = [asset.nibar for asset in registers.search_assets(tx, limit=2)]
        unit = registers.get_office(tx).unit_code
    example = desk.kinds["nota_dinas"].example
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": nibars, "data": example}
    request = tmp_path / "request.json"
    request.write_text(json.dumps(body))

    first = subprocess.Popen([DOCGEN, "issue", request], env=env, stdout=subprocess.DEVNULL)
    begun = time.monotonic()
    assert first.wait(120) == 0
    whole = time.monotonic() - begun
    for kill in range(KILLS):
        process = subprocess.Popen(
            [DOCGEN, "issue", request], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(whole * (0.3 + 0.7 * kill / KILLS))
        process.send_signal(signal.SIGKILL)
        process.wait()

    recover(desk)
    with desk.catalogue.read() as tx:
        entries = numbers.list_entries(tx, unit, desk.today().year)
        assert journal.list_pending(tx) == []
        revisions = [documents.list_revisions(tx, entry.document) for entry in entries]
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    assert {entry.status for entry in entries} == {"issued"}
    assert all(len(of_document) == 1 for of_document in revisions)
    expected = {key for [one] in revisions for key in (one.pdf.key, one.docx.key)}
    stored = set(desk.store.keys())
    assert {key for key in stored if key.endswith((".pdf", ".docx"))} == expected
    assert sum(key.endswith("record.json") for key in stored) == len(entries)
    for [one] in revisions:
        assert desk.store.info(one.pdf.key).sha256 == one.pdf.sha256
        desk.store.get(one.pdf.key)
    desk.catalogue.close()
