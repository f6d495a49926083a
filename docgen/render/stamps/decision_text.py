"""What a stamp says, set in lines: nothing of it is cut, and none of it is smaller than six points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from docgen.render.pdf.mark_font import printable
from docgen.render.pdf.overlay import MM

Tone = Literal["good", "warn", "bad", "seal"]

INK: dict[Tone, bytes] = {
    "good": b"0.05 0.38 0.20",  # dark enough to survive a photocopier
    "warn": b"0.60 0.33 0.00",
    "bad": b"0.65 0.10 0.10",
    "seal": b"0.07 0.24 0.50",
}
PAD = 2.2 * MM  # from the frame to the text, at the sides
PAD_ABOVE = 1.8 * MM
WORD = 9.5
CAPITAL = 0.73  # height of a capital letter, of its size
DESCENT = 0.22
AFTER_WORD = 4.2  # points more than from line to line
SIZES = (7.0, 6.5, 6.0)


@dataclass(frozen=True)
class Mark:
    """What one stamp says: the decision, the post, name and NIP of who decided, when, the code, and a note.

    `role` is that of the SOP (`kepala_bidang`); a template may reserve room for it. `elsewhere` is printed in the place
    of the note where that stands in full on another page.
    """

    word: str
    role: str
    post: str
    name: str
    nip: str
    when: str
    code: str
    note: str
    tone: Tone
    elsewhere: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """All that it says below its word, in paragraphs, as it is printed."""
        note = self.elsewhere or (f"Catatan: {self.note}" if self.note.strip() else "")
        nip = f"NIP {self.nip}" if self.nip else ""
        said = (self.post, self.name, nip, self.when, f"Kode {self.code}", *note.splitlines())
        return tuple(text for text in map(printable, said) if text)

    @property
    def signs(self) -> str:
        """All that it prints, for the font."""
        return printable(self.word) + "".join(self.texts)


class Widths(Protocol):
    """What lays text out: a `MarkFont`, or an `Overlay`."""

    def width(self, text: str, size: float) -> float:
        """Return the width in points."""


class Pen(Widths, Protocol):
    """What draws text, too: an `Overlay`."""

    def text(self, text: str, x: float, y: float, size: float) -> bytes:
        """Return operators that write a line."""


@dataclass(frozen=True)
class Setting:
    """A mark set in lines of one size within `width` points, and the height that takes with its frame."""

    mark: Mark
    lines: tuple[str, ...]
    size: float
    width: float

    @property
    def leading(self) -> float:
        """From line to line."""
        return self.size * 1.15

    @property
    def height(self) -> float:
        """Height of the stamp in points."""
        below = AFTER_WORD + len(self.lines) * self.leading + self.size * DESCENT if self.lines else 0
        return 2 * PAD_ABOVE + WORD * CAPITAL + below


def set_mark(font: Widths, mark: Mark, width: float, *, size: float = SIZES[0]) -> Setting:
    """Set all that a mark says in lines that fit `width` points, frame counted."""
    room = width - 2 * PAD
    return Setting(mark, tuple(line for text in mark.texts for line in wrapped(font, text, room, size)), size, width)


def fitted(font: Widths, mark: Mark, width: float, height: float) -> Setting | None:
    """Set a mark in the largest size in which it stays within `height`; None where none does."""
    settings = (set_mark(font, mark, width, size=size) for size in SIZES)
    return next((one for one in settings if one.height <= height + 0.01), None)


def shortened(mark: Mark, elsewhere: str) -> Mark:
    """Return the mark with a pointer instead of its note."""
    return replace(mark, elsewhere=elsewhere)


def wrapped(font: Widths, text: str, room: float, size: float) -> Iterator[str]:
    """Break a text into lines no wider than `room`; a word that is wider is broken within."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if font.width(longer, size) <= room:
            line = longer
            continue
        if line:
            yield line
        *full, line = _pieces(font, word, room, size)
        yield from full
    if line:
        yield line


def _pieces(font: Widths, word: str, room: float, size: float) -> Sequence[str]:
    pieces = [""]
    for sign in word:
        if pieces[-1] and font.width(pieces[-1] + sign, size) > room:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def draw(font: Pen, setting: Setting, x: float, top: float) -> bytes:
    """Return operators that draw a stamp whose upper left corner is (x, top)."""
    mark, ink = setting.mark, INK[setting.mark.tone]
    width, height = setting.width, setting.height
    frame = f"{x + 0.5:.2f} {top - height + 0.5:.2f} {width - 1:.2f} {height - 1:.2f} re S\n".encode("ascii")
    drawn = b"q " + ink + b" RG " + ink + b" rg 1 w\n" + frame
    word = printable(mark.word)
    size = min(WORD, WORD * (width - 2 * PAD) / max(font.width(word, WORD), 1))
    y = top - PAD_ABOVE - WORD * CAPITAL
    drawn += b"0.35 w 2 Tr\n" + font.text(word, x + PAD, y, round(size, 2)) + b"0 Tr 0 g\n"
    y -= AFTER_WORD
    for line in setting.lines:
        y -= setting.leading
        drawn += font.text(line, x + PAD, y, setting.size)
    return drawn + b"Q\n"
