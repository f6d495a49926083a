"""Roles as data: the delivered table, and what is wrong with an office's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from docgen.cli.permissions import permissions
from docgen.errors import DataFileError, InvalidSubmission
from docgen.permissions import ADDED, DELIVERED, PERMISSIONS, Permission, file_problems, load_permissions

READING: set[Permission] = {"read", "export"}
CLASSES: set[Permission] = {"read_restricted", "read_secret", "read_top_secret"}
WRITING: set[Permission] = {"issue", "file", "endorse", "register"}


def test_each_delivered_role_may_what_its_work_needs() -> None:
    """A role has exactly these permissions; an unknown one has none."""
    table = load_permissions()
    assert table.of_role("operator") == READING | WRITING
    assert table.of_role("pejabat") == READING | {"endorse"}
    assert table.of_role("arsiparis") == READING | CLASSES | {"file", "endorse", "retain"}
    assert table.of_role("pengawas") == READING | CLASSES | {"retain", "audit"}
    assert table.of_role("admin") == set(PERMISSIONS)
    assert table.of_role("tamu") == set()
    assert table.of_scope("read") == READING
    assert table.of_scope("write") == READING | WRITING
    assert table.of_scope("admin") == set(PERMISSIONS)
    assert table.of_scope("") == set()


def test_former_names_of_roles_are_understood() -> None:
    """What earlier versions called a role still names it."""
    table = load_permissions()
    assert (table.require_role("reader"), table.require_role("archivist")) == ("pejabat", "arsiparis")
    assert table.of_role("reader") == table.of_role("pejabat")
    with pytest.raises(InvalidSubmission) as refused:
        table.require_role("raja")
    assert "Yang ada: operator, pejabat" in refused.value.errors[0].message


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("may: [read, export, endorse]", "may: [read, ekspor]", "roles.pejabat.may"),
        ("  admin:\n", "  kepala:\n", "tidak memuat admin"),
        ("  connect: {", "  conect: {", "permissions.conect"),
        ("reader: pejabat", "reader: raja", "menyebut raja"),
        ("scopes:", "scope:", "scope"),
        ("administer, accounts, audit, edit_templates", "administer, audit, edit_templates", "izin accounts"),
        ("permissions:", "permissions: [", "izin tidak terbaca"),
    ],
)
def test_a_wrong_table_is_refused_with_its_fault(tmp_path: Path, old: str, new: str, names: str) -> None:
    """Nothing is guessed: the file and the place are named."""
    text = DELIVERED.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "izin.yaml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataFileError, match=names) as refused:
        load_permissions(file)
    assert str(file) in str(refused.value)


def test_a_table_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    """A table from before a permission was added opens the service: the permission has words, and nobody has it."""
    lines = DELIVERED.read_text(encoding="utf-8").splitlines(keepends=True)
    file = tmp_path / "izin.yaml"
    earlier = "".join(line for line in lines if not line.startswith(tuple(f"  {name}: " for name in ADDED)))
    for name in ADDED:
        earlier = earlier.replace(f", {name}", "")
    file.write_text(earlier, encoding="utf-8")
    table = load_permissions(file)
    assert {name: table.what(name) for name in ADDED} == {name: load_permissions().what(name) for name in ADDED}
    assert table.of_role("admin") == set(PERMISSIONS) - set(ADDED)


def test_the_command_says_every_fault_at_once(tmp_path: Path) -> None:
    """A copy that was changed wrongly in three places gets three sentences; the delivered table is right."""
    text = DELIVERED.read_text(encoding="utf-8")
    file = tmp_path / "izin.yaml"
    file.write_text(
        text.replace("  pengawas:\n", "  operator:\n")  # given twice: YAML alone would keep the last in silence
        .replace("may: [read, export, endorse]", "may: [export, endorse]")
        .replace("  reader: pejabat", "  admin: pejabat"),
        encoding="utf-8",
    )
    faults = "\n".join(file_problems(file))
    for word in ("roles.operator tertulis dua kali", "roles.pejabat: tanpa", "formerly.admin"):
        assert word in faults
    for path, code in ((file, 1), (DELIVERED, 0)):
        result = CliRunner().invoke(permissions, ["check", str(path)])
        assert (result.exit_code, str(path) in result.output) == (code, True)
