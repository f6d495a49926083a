"""The written format of the archive is what lies in it, and what the published schemas say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from docgen.desk import Desk
from docgen.desk.decisions.void import void
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.registers.edit import rename_asset
from storage.format import FILES, schema_of

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", FILES)
def test_the_published_schema_is_that_of_the_models(name: str) -> None:
    """`python -m storage.format docs` would change nothing, and it is a sound schema."""
    text = (DOCS / f"{name}.schema.json").read_text(encoding="utf-8")
    assert text == schema_of(name)
    Draft202012Validator.check_schema(json.loads(text))
    assert f"{name}.schema.json" in (DOCS / "format.md").read_text(encoding="utf-8")


@pytest.mark.office
def test_what_lies_in_the_archive_fits_its_schema(desk: Desk) -> None:
    """Each record.json, link.json and alias of a document that was issued, voided and renamed validates."""
    example = desk.kinds["berita_acara_serah_terima"].example
    assets = ["6310240000235", "6310240000236"]
    asked = {"kind": "berita_acara_serah_terima", "procedure": "penggunaan", "step": 1, "assets": assets}
    made = issue(desk, DocumentRequest.model_validate({**asked, "data": example}), "uji")
    void(desk, made.id, "Keliru.", "uji")
    rename_asset(desk, assets[0], "12 / 7", by="uji")
    seen = dict.fromkeys(FILES, 0)
    for key in desk.store.keys():  # noqa: SIM118 (a store is no dict)
        name = "alias" if key.startswith("_alias/") else key.rpartition("/")[2].removesuffix(".json")
        if name not in FILES:
            continue
        found = json.loads(desk.store.get(key))
        checker = Draft202012Validator(json.loads(schema_of(name)), format_checker=FormatChecker())
        assert [error.message for error in checker.iter_errors(found)] == [], key
        assert FILES[name].model_validate(found).model_dump(mode="json", exclude_unset=True) == found
        seen[name] += 1
    assert seen == {"record": 2, "link": 1, "alias": 1}
