"""A bundle of many documents: seconds, peak memory, size. `python -m benchmarks.bundle [COUNT]` prints the figures.

Memory is that of a process which only makes the bundle, LibreOffice apart: a service's own peak may be older.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from docgen.desk import Desk, open_desk
from docgen.desk.bundle import BundleRequest, make_bundle
from docgen.desk.issue import issue
from docgen.desk.request import DocumentRequest
from docgen.desk.setup import initialise
from docgen.settings import read_settings
from storage.catalogue import registers

COUNT = 500
KINDS = (("nota_dinas", 2), ("telaahan", 1))


@dataclass(frozen=True)
class BundleFigures:
    """Of one bundle: its documents and pages, seconds, peak resident memory and size in MB."""

    documents: int
    pages: int
    seconds: float
    peak_mb: float
    size_mb: float


def measure(count: int = COUNT) -> BundleFigures:
    """Make an office with `count` documents, then their bundle in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        desk = _open(Path(folder))
        try:
            initialise(desk, demo=True)
            _fill(desk, count)
        finally:
            desk.close()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.bundle", "--make", folder], check=True, capture_output=True, text=True
        )
        return BundleFigures(**json.loads(done.stdout.splitlines()[-1]))


def _fill(desk: Desk, count: int) -> None:
    """Letters of two kinds, each with a text of its own."""
    with desk.catalogue.read() as tx:
        assets = [one.nibar for one in registers.search_assets(tx, limit=20)]
    for number in range(count):
        kind, step = KINDS[number % len(KINDS)]
        data = dict(desk.kinds[kind].example)
        data["hal"] = f"{data['hal']} bagian ke-{number + 1}"
        request = DocumentRequest(
            kind=kind, procedure="pemeliharaan", step=step, assets=[assets[number % len(assets)]], data=data
        )
        issue(desk, request, "bench")


def _make(folder: Path) -> BundleFigures:
    """The bundle of all there is, once to warm LibreOffice's templates and fonts with one document, then timed."""
    desk = _open(folder)
    try:
        year = desk.today().year
        _warm(desk, year)
        begun = time.perf_counter()
        made = make_bundle(desk, BundleRequest(year=year))
        seconds = time.perf_counter() - begun
    finally:
        desk.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # KB on Linux
    documents = len(made.manifest["documents"])
    return BundleFigures(documents, made.pages, round(seconds, 2), round(peak), round(len(made.pdf) / 1e6, 2))


def _warm(desk: Desk, year: int) -> None:
    with desk.catalogue.read() as tx:
        nibar = registers.search_assets(tx, limit=1)[0].nibar
    make_bundle(desk, BundleRequest(asset=nibar, year=year))


def _open(folder: Path) -> Desk:
    return open_desk(read_settings({"DOCGEN_DATA": str(folder), "DOCGEN_CONVERTERS": "1"}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        print(json.dumps(asdict(_make(Path(sys.argv[2])))))
    else:
        print(json.dumps(asdict(measure(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)), indent=1))
