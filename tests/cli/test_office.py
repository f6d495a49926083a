"""`docgen office`, `--office` and `--all-offices`: what they print, and whom they work for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from docgen.cli.main import cli
from docgen.errors import DocgenError, OfficeRetired
from docgen.work_context import set_office
from storage.errors import RecordMissing
from tests.support.office.demo_office import data_folder

Command = Callable[..., str]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installation that is not begun yet."""
    folder = data_folder(tmp_path)
    monkeypatch.setenv("DOCGEN_DATA", str(folder))
    monkeypatch.setenv("DOCGEN_PUBLIC_URL", "https://naskah.example")
    return folder


@pytest.fixture
def docgen(data: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Run a command in this process and return what it prints; its errors are raised."""

    def run(*arguments: str) -> str:
        capsys.readouterr()
        cli.main(list(arguments), standalone_mode=False)
        return capsys.readouterr().out

    yield run
    set_office("")


def test_create_tells_address_and_account(docgen: Command, data: Path) -> None:
    """The address, and the file of the first password, which no log shows; the list has both offices."""
    printed = docgen("office", "create", "pu", "--host", "pu.example")
    file = data / "offices" / "pu" / "kata-sandi-awal.txt"
    assert "https://pu.example" in printed
    assert str(file) in printed
    assert file.read_text().strip() not in printed
    assert "https://naskah.example/o/kominfo" in docgen("office", "create", "kominfo", "--path")
    offices = json.loads(docgen("office", "list", "--json"))
    assert [(office["slug"], office["url"]) for office in offices] == [
        ("kominfo", "https://naskah.example/o/kominfo"),
        ("pu", "https://pu.example"),
    ]
    assert "pu  https://pu.example  dilayani" in docgen("office", "list")
    with pytest.raises(click.UsageError, match="--path"):
        docgen("office", "create", "x1", "--host", "x.example", "--path")


def test_every_command_works_for_the_office_that_is_named(
    docgen: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By --office or DOCGEN_OFFICE, in its catalogue alone; an unknown one is told with what to do."""
    docgen("office", "create", "pu", "--path")
    docgen("--office", "pu", "user", "create", "sari", "--role", "operator")
    assert "sari" in docgen("--office", "pu", "user", "list")
    assert "sari" not in docgen("user", "list")
    monkeypatch.setenv("DOCGEN_OFFICE", "pu")
    assert "sari" in docgen("user", "list")
    for command in (["init"], ["serve"], ["office", "list"]):
        with pytest.raises(click.UsageError, match="DOCGEN_OFFICE"):
            docgen(*command)
    monkeypatch.setenv("DOCGEN_OFFICE", "pux")
    with pytest.raises(RecordMissing, match=r"pux.*docgen office list"):
        docgen("user", "list")


def test_a_retired_office_is_read_and_not_changed(docgen: Command) -> None:
    """Its accounts are listed and its archive is checked; what changes its archive is refused with what to do."""
    docgen("office", "create", "pu", "--path")
    assert "docgen office restore pu" in docgen("office", "retire", "pu")
    assert "admin" in docgen("--office", "pu", "user", "list")
    assert "0 berkas" in docgen("--office", "pu", "archive", "verify")
    with pytest.raises(OfficeRetired, match="docgen office restore"):
        docgen("--office", "pu", "archive", "key", "--rotate")
    docgen("office", "restore", "pu")
    assert "pu  https://naskah.example/o/pu  dilayani" in docgen("office", "list")


def test_one_office_in_trouble_keeps_no_other_from_backup_and_check(
    docgen: Command, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Installation and offices are backed up side by side and checked one a line; the failure is named, and fails."""
    for slug in ("aa", "bb", "cc"):
        docgen("office", "create", slug, "--path")
    (data / "offices" / "bb" / "settings.env").write_text("DOCGEN_DATA=/elsewhere\n")
    with pytest.raises(DocgenError, match="bb"):
        docgen("archive", "backup", str(tmp_path / "k.jsonl.gz"), "--all-offices")
    assert sorted(path.name for path in tmp_path.glob("*.gz")) == ["k-aa.jsonl.gz", "k-cc.jsonl.gz", "k.jsonl.gz"]
    assert "bb: " in capsys.readouterr().err
    with pytest.raises(DocgenError, match="bb"):
        docgen("archive", "verify", "--all-offices", "--json")
    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(report["office"], report["missing"]) for report in reports] == [("", []), ("aa", []), ("cc", [])]


def test_without_offices_all_is_the_installation(docgen: Command, tmp_path: Path) -> None:
    """What backs up all offices may be run where there are none."""
    docgen("init")
    docgen("archive", "backup", str(tmp_path / "k.jsonl.gz"), "--all-offices")
    assert [path.name for path in tmp_path.glob("*.gz")] == ["k.jsonl.gz"]
    assert docgen("office", "list").startswith("Belum ada kantor")


def test_wrong_use_ends_with_2_and_a_refusal_with_1(data: Path) -> None:
    """As a script sees it."""
    command = Path(sys.executable).with_name("docgen")
    environment = {"DOCGEN_DATA": str(data)}
    for arguments, code in ((["create", "pu"], 2), (["create", "PU", "--path"], 1)):
        done = subprocess.run([command, "office", *arguments], env=environment, capture_output=True, check=False)
        assert (done.returncode, b"Traceback" in done.stderr) == (code, False)
