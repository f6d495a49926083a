"""`python -m tests.support.golden [KIND ...]` compares letters with the golden pages and names what moved.

python -m tests.support.golden                      with the LibreOffice that is installed here
python -m tests.support.golden --chroot FOLDER      with that of another system in a folder, such as a Debian 13
python -m tests.support.golden --update             write the golden pages anew

Pictures of the pages that changed go to `build/golden`: golden, now, and one upon the other. What matters most is told
at the end: the rules of a page that a letter breaks. Exit code 1: something moved.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from docgen.libreoffice import Converter, start_converter
from tests.support.gallery.exempt import must_keep
from tests.support.gallery.letters import Letter, cases, make
from tests.support.golden.chroot import chroot_converter
from tests.support.golden.compare import changed_pictures, moves
from tests.support.golden.files import FOLDER, Letters, read_kind, read_version, write_kind, write_version
from tests.support.golden.letters import libreoffice_of, printed_letters
from tests.support.office.kinds import delivered_kinds

PICTURES = Path("build/golden")
WORKERS = 2


def main(arguments: list[str]) -> int:
    """Compare or write, and print what moved; return the exit code."""
    parser = argparse.ArgumentParser(prog="make golden", description="Compare letters with the golden pages.")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="only these kinds of letters")
    parser.add_argument("--chroot", type=Path, help="folder with the system whose LibreOffice is used")
    parser.add_argument("--update", action="store_true", help="write the golden pages anew")
    options = parser.parse_args(arguments)
    if unknown := set(options.kinds) - delivered_kinds().keys():
        parser.error(f"there is no kind {', '.join(sorted(unknown))}")
    with _converter(options.chroot) as converter:
        letters = list(make(converter, cases(options.kinds), at_once=WORKERS))
    version = _version(letters)
    kinds = printed_letters(letters)
    if options.update:
        write_version(FOLDER, version)
        for kind, pages in kinds.items():
            write_kind(FOLDER, kind, pages)
        print(f"{FOLDER}: {len(letters)} letters as {version} sets them")
        return 0
    print(f"{version}, beside golden pages of {read_version(FOLDER)}")
    shutil.rmtree(PICTURES, ignore_errors=True)
    differing = [name for kind, pages in kinds.items() for name in _compare(kind, pages)]
    for letter in letters:
        _print_broken_rules(letter)
    print(f"{len(letters)} letters, {len(differing)} of them differ")
    return 1 if differing else 0


def _compare(kind: str, letters: Letters) -> Iterator[str]:
    """Print what moved in the letters of a kind, and write the pictures; yield the names of those that differ."""
    golden = read_kind(FOLDER, kind)
    for variant, pages in letters.items():
        sentences = list(moves(golden.get(variant, []), pages))
        pictures = dict(changed_pictures(golden.get(variant, []), pages))
        for number, picture in pictures.items():
            PICTURES.mkdir(parents=True, exist_ok=True)
            picture.save(PICTURES / f"{kind} {variant} {number}.png")
        if pictures:
            sentences.append(f"these pages look different: {', '.join(map(str, pictures))}")
        for sentence in sentences:
            print(f"{kind} {variant}: {sentence}")
        if sentences:
            yield f"{kind} {variant}"


def _print_broken_rules(letter: Letter) -> None:
    for rule, sentences in letter.findings.items():
        if must_keep(rule, letter.case.kind.slug, letter.case.variant.name):
            print(f"{letter.case.name} breaks the rule of {rule}: {'; '.join(sentences)}")


@contextmanager
def _converter(root: Path | None) -> Iterator[Converter]:
    if root is not None:
        with chroot_converter(root.resolve()) as other:
            yield other
        return
    with tempfile.TemporaryDirectory() as folder, closing(start_converter(WORKERS, Path(folder))) as own:
        yield own


def _version(letters: list[Letter]) -> str:
    """Return the LibreOffice that set the letters."""
    return next(libreoffice_of(letter.pdf) for letter in letters if letter.pdf)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
