"""Any JSON is accepted clean or refused, and what the JSON Schema accepts is accepted."""

from __future__ import annotations

import datetime as dt
import json

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.errors import InvalidSubmission
from docgen.forms import build_context, to_json, validate
from tests.support.office.every_field import KIND, LEAST
from tests.support.office.small_office import DATE, KASI, OFFICE, OFFICIALS

SCHEMA = KIND.json_schema(OFFICIALS)


VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


NAMES = [field.name for field in KIND.fields]


def holds(data: object) -> None:
    """Either refused, or clean values that the schema accepts and that read back the same."""
    try:
        values = validate(KIND.sheet, data, officials=OFFICIALS)
    except InvalidSubmission:
        return
    kept = json.loads(json.dumps(to_json(values)))
    VALIDATOR.validate(kept)
    assert validate(KIND.sheet, kept, officials=OFFICIALS) == values


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_any_json_is_accepted_clean_or_refused(data: object) -> None:
    """No JSON crashes the check."""
    holds(data)


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES), JSON | st.lists(st.dictionaries(st.sampled_from(["nama", "jumlah"]), JSON)))
)
def test_any_json_under_the_right_names_is_accepted_clean_or_refused(data: dict[str, object]) -> None:
    """Wrong types under right names neither crash nor slip through."""
    holds({**LEAST, **data})


LINES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=10)


FILLED = LINES.filter(lambda text: text.strip() != "")


DATES = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)).map(dt.date.isoformat)


AMOUNTS = st.integers(0, 10**15)


ROWS = st.fixed_dictionaries({"nama": FILLED}, optional={"jumlah": AMOUNTS, "harga": AMOUNTS, "tanggal": DATES})


SUBMISSIONS = st.fixed_dictionaries(
    {"hal": FILLED, "mulai": DATES, "dasar": st.lists(FILLED, min_size=1, max_size=3)},
    optional={
        "kepada": FILLED,
        "lampiran": LINES,
        "isi": st.lists(LINES, max_size=4).map("\n".join),
        "selesai": DATES,
        "rangkap": AMOUNTS,
        "biaya": AMOUNTS,
        "sifat": st.sampled_from(["Biasa", "Segera"]),
        "selesaikah": st.booleans(),
        "saksi": st.sampled_from(sorted(OFFICIALS)),
        "barang": st.lists(ROWS, max_size=3),
    },
)


@settings(max_examples=300, deadline=None)
@given(SUBMISSIONS)
def test_what_the_schema_accepts_is_accepted(data: dict[str, object]) -> None:
    """Another system that follows the JSON Schema is never refused, and its letter can be filled."""
    if VALIDATOR.is_valid(data):
        values = validate(KIND.sheet, data, officials=OFFICIALS)
        assert build_context(
            KIND.sheet,
            values,
            office=OFFICE,
            signer=KASI,
            assets=[],
            number="1",
            date=DATE,
            officials=OFFICIALS,
            emblem=None,
        )
