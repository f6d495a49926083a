"""Files that are no templates are refused by name, before they cost anything."""

from __future__ import annotations

import pytest

from docgen.installed.checks import examine_template
from docgen.template_lint.examine import examine
from docgen.template_lint.finding import REFUSALS
from templates_docx import FOLDER

GOOD = (FOLDER / "nota_dinas" / "template.docx").read_bytes()


@pytest.mark.parametrize(
    ("docx", "rule"),
    [
        (b"", "empty_file"),
        (b"%PDF-1.7\n", "pdf_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"Yth. Kepala Dinas", "not_word"),
        (GOOD[: len(GOOD) // 2], "truncated"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_word_file_is_refused_by_name(docx: bytes, rule: str) -> None:
    """There is one finding, the same in the child and here, which keeps the file from being taken."""
    findings = examine(docx)
    assert [finding.rule for finding in findings] == [rule]
    assert rule in REFUSALS
    assert examine_template(docx) == findings
