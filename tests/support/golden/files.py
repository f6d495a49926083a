"""Keep golden pages: the lines of a kind's letters in one text file, the pages of a letter in one row of pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

from tests.support.golden.printed import CELL, PrintedPage

FOLDER = Path(__file__).parents[2] / "golden"
_VERSION = "libreoffice-version.txt"
_HEAD = re.compile(r"\[(\w+) page (\d+)\]")

Letters = Mapping[str, Sequence[PrintedPage]]  # the pages of a kind's letters by the name of their variant


def write_version(folder: Path, version: str) -> None:
    """Write the version of the LibreOffice that set the pages in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _VERSION).write_text(f"{version}\n", "utf-8")


def read_version(folder: Path) -> str:
    """Return the version of the LibreOffice that set the pages in a folder."""
    return (folder / _VERSION).read_text("utf-8").strip()


def write_kind(folder: Path, kind: str, letters: Letters) -> None:
    """Write the pages of a kind's letters; those of letters that are no more are removed."""
    for picture in folder.glob(f"{kind}.*.webp"):
        picture.unlink()
    sections = []
    for variant, pages in letters.items():
        row = Image.new("L", (CELL * max(1, len(pages)), CELL), 255)
        for index, page in enumerate(pages):
            sections.append("\n".join((f"[{variant} page {index + 1}]", *page.lines)))
            row.paste(page.picture, (CELL * index, 0))
        row.save(folder / f"{kind}.{variant}.webp", lossless=True, quality=100, method=6)
    (folder / f"{kind}.txt").write_text("\n".join(sections) + "\n", "utf-8")


def read_kind(folder: Path, kind: str) -> dict[str, list[PrintedPage]]:
    """Return the pages of a kind's letters; none where the kind has no file."""
    lines_by_page: dict[tuple[str, int], list[str]] = {}
    file = folder / f"{kind}.txt"
    for line in file.read_text("utf-8").split("\n")[:-1] if file.exists() else []:
        if head := _HEAD.fullmatch(line):
            lines = lines_by_page[head[1], int(head[2])] = []
        else:
            lines.append(line)
    variants = dict.fromkeys(variant for variant, _ in lines_by_page)
    pictures = {variant: _pictures(folder / f"{kind}.{variant}.webp") for variant in variants}
    letters: dict[str, list[PrintedPage]] = {}
    for (variant, number), lines in lines_by_page.items():
        letters.setdefault(variant, []).append(PrintedPage(tuple(lines), pictures[variant][number - 1]))
    return letters


def _pictures(file: Path) -> list[Image.Image]:
    """Return the pages of a row."""
    with Image.open(file) as row:
        grey = row.convert("L")
    return [grey.crop((left, 0, left + CELL, CELL)) for left in range(0, grey.width, CELL)]
