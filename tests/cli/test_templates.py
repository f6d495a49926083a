"""`templates lint` says in a terminal, and as JSON, what the lint finds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from templates_docx import FOLDER
from tests.support.files.templates import template

DOCGEN = Path(sys.executable).with_name("docgen")


def lint(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the command, with its data in a folder of the test's own."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("DOCGEN_")}
    return subprocess.run(
        [DOCGEN, "templates", "lint", *args],
        env=env | {"DOCGEN_DATA": str(folder / "data")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def findings(folder: Path, *args: str) -> list[dict[str, Any]]:
    """What `--json` prints."""
    return list(json.loads(lint(folder, "--json", *args).stdout))


@pytest.fixture
def kinds(tmp_path: Path) -> Path:
    """A folder with a good kind, one with a misspelled tag, and one without a field sheet."""
    folder = tmp_path / "kinds"
    for name in ("baik", "salah", "tanpa_isian"):
        shutil.copytree(FOLDER / "nota_dinas", folder / name)
    source = template("{{ kepadda }}")
    (folder / "salah" / "template.docx").write_bytes(source)
    (folder / "tanpa_isian" / "fields.yaml").unlink()
    return folder


def test_a_word_file_is_examined_by_itself(tmp_path: Path) -> None:
    """It is right as long as no finding is an error; warnings and hints are told all the same."""
    file = tmp_path / "surat.docx"
    file.write_bytes(template("Isi {perihal}"))
    ended = lint(tmp_path, str(file))
    assert (ended.returncode, ended.stdout) == (0, "surat.docx: ok\n")
    assert ended.stderr.startswith(f"{file}: peringatan: '{{perihal}}': ")
    file.write_bytes(template("Isi {{ perihal"))
    ended = lint(tmp_path, str(file))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "kesalahan: '{{ perihal'" in ended.stderr


def test_findings_are_json(tmp_path: Path) -> None:
    """Each with the file, its place, and what to do; a good one prints an empty list and exits 0."""
    file = tmp_path / "surat.docx"
    file.write_bytes(template("Isi {{ perihal"))
    (finding,) = findings(tmp_path, str(file))
    assert finding["place"] == {"part": "word/document.xml", "paragraph": 3, "start": 4, "end": 14, "page": None}
    assert {key: finding[key] for key in ("file", "words", "severity", "rule")} == {
        "file": str(file),
        "words": "{{ perihal",
        "severity": "error",
        "rule": "unclosed_tag",
    }
    assert finding["message"]
    assert finding["suggestion"]
    good = lint(tmp_path, "--json", str(FOLDER / "nota_dinas"))
    assert (good.returncode, json.loads(good.stdout)) == (0, [])


def test_a_folder_of_kinds_is_checked_with_their_sheets(tmp_path: Path, kinds: Path) -> None:
    """The good one is named as before, the misspelled tag with its nearest name, and what is no template's fault."""
    ended = lint(tmp_path, str(kinds))
    assert (ended.returncode, ended.stdout) == (1, "baik: Nota Dinas, 8 fields, ok\n")
    assert "'kepadda' tidak dikenal. Mungkin maksudnya 'kepada'." in ended.stderr
    assert "fields.yaml" in ended.stderr
    rules = {(Path(each["file"]).name, each["rule"]) for each in findings(tmp_path, str(kinds))}
    assert ("template.docx", "unknown_name") in rules
    assert ("tanpa_isian", "wrong_kind") in rules
    assert lint(tmp_path, str(kinds / "baik")).returncode == 0
    assert lint(tmp_path, str(kinds / "salah")).returncode == 1
