"""`python -m tests.support.gallery [FOLDER]` writes the gallery: index.html, with Word file and PDF of each letter."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from docgen.libreoffice import Converter, start_converter
from tests.support.gallery.decided import papers
from tests.support.gallery.letters import cases, make
from tests.support.gallery.page import Exhibit, gallery_page
from tests.support.gallery.rules import OF_ANY_PAGE, findings
from tests.support.office.demo_office import demo_office

FOLDER = Path("build/gallery")


def exhibits(converter: Converter, folder: Path) -> Iterator[Exhibit]:
    """Make everything the gallery shows, and write its files into `folder`."""
    yield from _letters(converter, folder)
    with tempfile.TemporaryDirectory() as own, demo_office(Path(own), converter) as desk:
        for paper in papers(desk):
            (folder / f"{paper.name}.pdf").write_bytes(paper.pdf)
            found = findings(paper.pdf)
            kept = {rule: said for rule, said in found.items() if paper.letter or rule in OF_ANY_PAGE}
            yield Exhibit(paper.group, paper.name, paper.shows, paper.pdf, kept)


def _letters(converter: Converter, folder: Path) -> Iterator[Exhibit]:
    for letter in list(make(converter, cases())):  # all first: pdfium, which reads them below, knows no threads
        name = letter.case.name
        (folder / f"{name}.docx").write_bytes(letter.docx)
        (folder / f"{name}.pdf").write_bytes(letter.pdf)
        yield Exhibit(letter.case.kind.slug, name, letter.case.variant.shows, letter.pdf, letter.findings)


def main(arguments: list[str]) -> int:
    """Write the gallery and say where it is, and how many of its papers break a rule."""
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    broken = []
    with tempfile.TemporaryDirectory() as own:
        converter = start_converter(2, Path(own))
        try:
            shown = []
            for exhibit in exhibits(converter, folder):
                shown.append(exhibit)
                broken += [exhibit.name] * bool(exhibit.findings)
            (folder / "index.html").write_text(gallery_page(shown), encoding="utf-8")
        finally:
            converter.close()
    print(f"{folder / 'index.html'}: {len(shown)} papers, {len(broken)} of them break a rule")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
