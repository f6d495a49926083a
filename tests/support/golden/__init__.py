"""Golden pages: every letter of the gallery as LibreOffice 7.4 sets it, line by line and as small grey pictures.

`python -m tests.support.golden` (`make golden`) makes the letters with the LibreOffice that is here, or with that of a
folder with another system, and names each line and page that moved. `printed` reads a letter's pages, `files` keeps
them in `tests/golden`, `compare` finds what moved, `chroot` drives the LibreOffice of another system.
"""
