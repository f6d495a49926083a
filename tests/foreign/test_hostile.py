"""Files made to harm: each is read or refused in its time, whatever it tries, and honest files are served meanwhile.

The files are made anew from a seed; `python -m tests.foreign.test_hostile SEED CALLS` tries all of them on so many of
the functions that open such files, with the limits of the service, and prints the slowest.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from docgen.errors import DocgenError
from docgen.foreign import Reader
from docgen.foreign.reader import SECONDS
from docgen.render.scan import Limits, ScannedPage
from tests.support import hostile, hostile_pdf, hostile_pictures, hostile_sheets, hostile_structure

SEED = 15
TRIED = 5  # of each sort of hostile files in one run
QUICK = 0.3  # seconds of processor time that each gets in this test; the service gives ten times that
Call = tuple[str, Callable[[bytes], tuple[Any, ...]]]

PDF_CALLS: list[Call] = [
    ("page_png", lambda data: (data, 1)),
    ("page_text", lambda data: (data,)),
    ("page_count", lambda data: (data,)),
    ("find_all", lambda data: (data, "kata")),
    ("flattened", lambda data: (data,)),
    ("has_xfa", lambda data: (data,)),
    ("conforming", lambda data: (data,)),
    ("rehearse_binding", lambda data: (data,)),
    ("watermark", lambda data: (data, "SALINAN")),
    ("read_scans", lambda data: ([("a.pdf", data)], Limits(200, 60, 10))),
    ("assemble", lambda data: ([("a.pdf", data)], [ScannedPage("a.pdf", 1)])),
    ("inspect_signatures", lambda data: (data,)),
    ("more_than_signatures", lambda data: (data, 100)),
]
PICTURE_CALLS: list[Call] = [
    ("prepare_photo", lambda data: (data, "Foto")),
    ("prepare_emblem", lambda data: (data,)),
    ("upright_png", lambda data: (data, 1)),
    ("read_scans", lambda data: ([("a.png", data)],)),
]
SHEET_CALLS: list[Call] = [
    ("packed_grid", lambda data: ("a.xlsx", data, "", {}, "")),
    ("filled_sheet", lambda data: (data, {1: ["1", "2", "3"]})),
]
SORTS: Mapping[str, tuple[hostile_pdf.Maker, list[Call]]] = {
    **{
        maker.__name__: (maker, PDF_CALLS)
        for maker in (hostile_pdf.tilings, hostile_pdf.circles, hostile_pdf.drawings, hostile_pdf.pictures)
    },
    **{
        maker.__name__: (maker, PDF_CALLS)
        for maker in (hostile_structure.packings, hostile_structure.nestings, hostile_structure.fonts)
    },
    "fields": (hostile_structure.fields, PDF_CALLS),
    "photos": (hostile_pictures.pictures, PICTURE_CALLS),
    "books": (hostile_sheets.books, SHEET_CALLS),
    "tables": (hostile_sheets.tables, SHEET_CALLS[:1]),
    "templates": (hostile_pictures.templates, [("check_template", lambda data: (data, "template.docx"))]),
    "certificates": (hostile_pictures.certificates, [("check_seal_file", lambda data: (data, "sandi"))]),
}
OPTIONS: Mapping[str, dict[str, Any]] = {"upright_png": {"turned": 0, "width": 300}}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """A reader for all of them."""
    opened = Reader()
    yield opened
    opened.close()


def attempt(reader: Reader, name: str, arguments: tuple[Any, ...], seconds: float) -> str:
    """Return what came of a call: `read`, or the error that says why not."""
    try:
        for _ in reader.stream(name, *arguments, seconds=seconds, **OPTIONS.get(name, {})):
            pass
    except DocgenError as error:
        return type(error).__name__
    return "read"


@pytest.mark.parametrize("sort", SORTS)
def test_a_file_made_to_harm_is_read_or_refused(reader: Reader, sort: str) -> None:
    """Whatever it is and whoever opens it, there is an answer, and the next honest file gets its own."""
    maker, calls = SORTS[sort]
    rng = random.Random(f"{SEED} {sort}")
    variants = list(maker(rng))
    for title, data in rng.sample(variants, min(TRIED, len(variants))):
        name, arguments = rng.choice(calls)
        assert attempt(reader, name, arguments(data), QUICK), title
        assert reader.call("page_count", hostile.plain()) == 1


def main(seed: str, tried: int) -> None:
    """Try all of them with the limits of the service."""
    reader, outcomes = Reader(), []
    for sort, (maker, calls) in SORTS.items():
        rng = random.Random(f"{seed} {sort}")
        for title, data in list(maker(rng)):
            for name, arguments in rng.sample(calls, min(tried, len(calls))):
                begun = time.monotonic()
                outcome = attempt(reader, name, arguments(data), SECONDS)
                outcomes.append((time.monotonic() - begun, sort, title, name, len(data), outcome))
        print(f"{sort}: {len(outcomes)} tried so far", flush=True)
    reader.close()
    for seconds, *about in sorted(outcomes, reverse=True)[:40]:
        print(f"{seconds:6.2f} s", *about)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
