"""Rich text is plain data: once clean it stays as it is; what a letter does not know is refused with its place."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import FieldError
from docgen.forms.clean_rich import clean_rich_text
from docgen.forms.field_sheet import FieldSheet, SheetField
from docgen.forms.rich_text import MAX_CELL, MAX_COLUMNS, shown_text
from docgen.forms.schema import json_schema
from tests.support.office.every_field import accept, refuse
from tests.support.office.rich_blocks import FILE, TEXTS, blocks_of, item, paragraph

FIELD = SheetField(name="isi", label="Isi", type="rich_text")


def clean(raw: object, field: SheetField = FIELD) -> tuple[Any, dict[str, str]]:
    """The value, and what is wrong by its place."""
    errors: list[FieldError] = []
    value = clean_rich_text(field, raw, "data.isi", errors)
    return value, {error.field: error.message for error in errors}


@given(blocks_of(TEXTS))
def test_what_is_clean_stays_as_it_is(blocks: list[dict[str, Any]]) -> None:
    """Cleaning twice is cleaning once, whatever was written; and the words of what is clean are still the same."""
    value, errors = clean(blocks)
    if not errors:
        assert clean(value) == (value, {})
        assert isinstance(shown_text(value), str)


@given(st.recursive(st.none() | st.booleans() | st.integers() | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["type", "runs", "rows", "photo", "level", "x"]), inner)))  # fmt: skip
def test_anything_else_is_refused_and_never_raises(raw: Any) -> None:
    """Whatever JSON another system sends, the answer is a value or a sentence with its place."""
    value, errors = clean(raw)
    assert isinstance(value, (str, list))
    assert all(place.startswith("data.isi") and message for place, message in errors.items())
    assert isinstance(shown_text(raw), str)


def test_plain_text_is_the_same_letter_as_before() -> None:
    """A text, a list of texts, and paragraphs without any look are all paragraphs with a blank line between two."""
    for raw in (" a\r\n\r\n\r\nb ", ["a", "b"], [paragraph("a"), paragraph([{"text": "b "}])]):
        assert clean(raw) == ("a\n\nb", {})
    assert clean("") == clean(None) == clean([]) == ("", {})


def test_looks_are_joined_and_what_is_empty_goes() -> None:
    """Runs of one look are one; no space stands at either end; a block with nothing in it is left out."""
    runs = [{"text": " a", "bold": True}, {"text": "b ", "bold": True, "italic": False}, {"text": " "}]
    value, errors = clean([{"type": "item", "runs": runs}, paragraph("  "), {"type": "table", "rows": [["", " "]]}])
    assert errors == {}
    assert value == [{"type": "item", "runs": [{"text": "ab", "bold": True}]}]


def test_lists_count_as_they_are_printed() -> None:
    """Levels begin anew within each item, a text between two ends the list unless it belongs to an item, and the
    next may go on."""
    value, _ = clean(
        [
            item("satu"),
            item("anak", 2, "a."),
            item("anak", 2, "a."),
            item("dua"),
            item("anak", 2, "a."),
            paragraph("lanjutan", level=2),
            item("anak", 2, "a."),
            paragraph("antara"),
            item("tiga", continues=True),
            paragraph("baru"),
            item("satu", 1, "1)"),
            item("butir", 2, "bullet"),
        ]
    )
    lines = [line.strip().split(" ")[0] for line in shown_text(value).split("\n") if line.strip()]
    assert lines == ["1.", "a.", "b.", "2.", "a.", "lanjutan", "b.", "antara", "3.", "baru", "1)", "•"]


@pytest.mark.parametrize(
    ("raw", "place", "words"),
    [
        ([{"type": "heading", "runs": []}], "data.isi[0]", "paragraph, item, table, image"),
        ([item("a", colour="red")], "data.isi[0].colour", "tidak dikenal"),
        ([{"type": "item", "runs": [{"text": "a", "bald": True}]}], "data.isi[0].runs[0].bald", "Maksudnya 'bold'?"),
        ([item("a", 5)], "data.isi[0].level", "1 sampai 4"),
        ([item("a", numbering="I.")], "data.isi[0].numbering", "1., a., 1), a), bullet"),
        ([{"type": "table", "rows": [["a"] * (MAX_COLUMNS + 1)]}], "data.isi[0].rows[0]", "12 sel"),
        ([{"type": "table", "rows": [["a"]] * 2001}], "data.isi[0].rows", "2.000 baris"),
        ([{"type": "table", "rows": [["a", "b"], ["c"]]}], "data.isi[0].rows", "sama banyak"),
        ([{"type": "table", "rows": [["a" * (MAX_CELL + 1)]]}], "data.isi[0].rows[0][0]", "paling banyak 2.000"),
        ([{"type": "image", "photo": {"file": FILE, "caption": " "}}], "data.isi[0].photo.caption", "keterangan"),
        ([{"type": "image", "photo": {"file": "../x", "caption": "x"}}], "data.isi[0].photo.file", "64 huruf"),
        ([paragraph("a\x00")], "data.isi[0].runs[0].text", "U+0000"),
        ([paragraph("a" * 20_000), item("b")], "data.isi", "paling banyak 20.000"),
        ("a" * 20_001, "data.isi", "terlalu panjang"),
        (5, "data.isi", "teks, atau daftar"),
    ],
)
def test_what_a_letter_does_not_know_is_refused_with_its_place(raw: Any, place: str, words: str) -> None:
    """The path leads to the very key, cell or run, and the sentence says what may stand there."""
    _, errors = clean(raw)
    assert list(errors) == [place]
    assert words in errors[place]


def test_a_form_says_it_beside_its_field() -> None:
    """A kind with such a field validates it like any other, and asks for it where it is required."""
    assert accept(uraian=[item("satu")])["uraian"] == [{"type": "item", "runs": [{"text": "satu"}]}]
    assert accept(uraian="a\n\n\nb")["uraian"] == "a\n\nb"
    assert list(refuse(uraian=[{"type": "item"}])) == ["data.uraian[0].runs"]


@given(blocks_of(TEXTS))
def test_the_schema_takes_what_the_form_takes(blocks: list[dict[str, Any]]) -> None:
    """What validates is valid by the JSON Schema that other systems are given, before and after it is cleaned."""
    value, errors = clean(blocks)
    if not errors:
        schema = json_schema(FieldSheet(title="x", title_field="hal", fields=[
            SheetField(name="hal", label="Hal", required=True), FIELD]))["properties"]["isi"]  # fmt: skip
        assert jsonschema.Draft202012Validator(schema).is_valid(value)
