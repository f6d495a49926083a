"""Files made to harm: each is read or refused in its time, whatever it tries, and honest files are served meanwhile.

The files are made anew from a seed, which is the day: each day tries some of each sort, and some days all of them. What
fails names its day; `DOCGEN_TEST_DAY=YYYY-MM-DD` has that day again. `python -m tests.foreign.test_hostile SEED CALLS`
tries all of them on so many of the functions that open such files, with the limits of the service, and prints the
slowest.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from docgen.errors import DocgenError
from docgen.foreign import ChildPool, TooHeavy, process
from docgen.foreign.frames import ERRORS
from docgen.foreign.reader import SECONDS
from docgen.render.scans.read import ScanLimits, ScannedPage
from tests.support.hostile import pdfs as hostile_pdf
from tests.support.hostile import pictures as hostile_pictures
from tests.support.hostile import sheets as hostile_sheets
from tests.support.hostile import small_pdfs as hostile
from tests.support.hostile import structure as hostile_structure
from tests.support.machine.processes import children
from tests.support.machine.processor import of_processes

pytestmark = pytest.mark.slow

DAY = dt.date.fromisoformat(os.environ.get("DOCGEN_TEST_DAY") or dt.datetime.now(dt.UTC).date().isoformat())
TRIED = 5  # of each sort of hostile files in one run
QUICK = 0.3  # seconds of processor time that each gets in this test; the service gives ten times that
START = 5.0  # more of it that children take: to start, to be seen, for the honest file
OUTCOMES = {"read", TooHeavy.__name__, *ERRORS}
Call = tuple[str, Callable[[bytes], tuple[Any, ...]]]

PDF_CALLS: list[Call] = [
    ("page_png", lambda data: (data, 1)),
    ("page_text", lambda data: (data,)),
    ("page_count", lambda data: (data,)),
    ("find_occurrences", lambda data: (data, "kata")),
    ("flatten_pdf", lambda data: (data,)),
    ("has_xfa", lambda data: (data,)),
    ("convert_to_pdfa", lambda data: (data,)),
    ("require_bindable", lambda data: (data,)),
    ("watermark", lambda data: (data, "SALINAN")),
    ("read_scans", lambda data: ([("a.pdf", data)], ScanLimits(200, 60, 10))),
    ("assemble_scans", lambda data: ([("a.pdf", data)], [ScannedPage("a.pdf", 1)])),
    ("inspect_signatures", lambda data: (data,)),
    ("changes_beyond_signatures", lambda data: (data, 100)),
]
PICTURE_CALLS: list[Call] = [
    ("prepare_photo", lambda data: (data, "Foto")),
    ("prepare_emblem", lambda data: (data,)),
    ("scan_page_png", lambda data: (data, 1)),
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
OPTIONS: Mapping[str, dict[str, Any]] = {"scan_page_png": {"turned": 0, "width": 300}}


@pytest.fixture(scope="module")
def reader() -> Iterator[ChildPool]:
    """A reader for all of them."""
    opened = ChildPool()
    yield opened
    opened.close()


def attempt(reader: ChildPool, name: str, arguments: tuple[Any, ...], seconds: float) -> tuple[str, int]:
    """Return what came of a call, `read` or the error that says why not, and how many answers it gave."""
    answers = 0
    try:
        for _ in reader.stream(name, *arguments, seconds=seconds, **OPTIONS.get(name, {})):
            answers += 1
    except DocgenError as error:
        return type(error).__name__, answers
    return "read", answers


@pytest.mark.parametrize("sort", SORTS)
def test_a_file_made_to_harm_is_read_or_refused(reader: ChildPool, sort: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it is and whoever opens it, there is an answer, for no more processor time than it was given; an honest
    file that is sent at the same moment gets its own."""
    monkeypatch.setattr(process, "SLOWER", 200)  # a busy machine is no answer
    maker, calls = SORTS[sort]
    rng = random.Random(f"{DAY} {sort}")
    variants = list(maker(rng))
    first = DAY.toordinal() * TRIED
    for at in range(first, first + min(TRIED, len(variants))):
        title, data = variants[at % len(variants)]
        name, arguments = rng.choice(calls)
        about = f"{title}, {name}, DOCGEN_TEST_DAY={DAY}"
        used = of_processes(children())
        with ThreadPoolExecutor(1) as others:
            honest = others.submit(reader.call, "page_count", hostile.plain(), seconds=30)
            outcome, answers = attempt(reader, name, arguments(data), QUICK)
            assert honest.result() == 1, about
        assert outcome in OUTCOMES, about
        assert of_processes(children()) - used < QUICK * (answers + 2) + START, about


def main(seed: str, tried: int) -> None:
    """Try all of them with the limits of the service."""
    reader, outcomes = ChildPool(), []
    for sort, (maker, calls) in SORTS.items():
        rng = random.Random(f"{seed} {sort}")
        for title, data in list(maker(rng)):
            for name, arguments in rng.sample(calls, min(tried, len(calls))):
                begun = time.monotonic()
                outcome, _ = attempt(reader, name, arguments(data), SECONDS)
                outcomes.append((time.monotonic() - begun, sort, title, name, len(data), outcome))
        print(f"{sort}: {len(outcomes)} tried so far", flush=True)
    reader.close()
    for seconds, *about in sorted(outcomes, reverse=True)[:40]:
        print(f"{seconds:6.2f} s", *about)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
