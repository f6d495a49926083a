"""Lay out the text of a stamp in lines and draw it: no text is cut, and none is smaller than seven points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from docgen.render.pdf.mark_font import printable
from docgen.render.pdf.overlays.overlay import TextMeasure, TextPen
from docgen.render.pdf.paper import MM
from docgen.typesetting import plain_text, unbroken

Tone = Literal["good", "warn", "bad", "seal"]

INK: dict[Tone, bytes] = {
    "good": b"0.05 0.38 0.20",  # dark enough to survive a photocopier
    "warn": b"0.60 0.33 0.00",
    "bad": b"0.65 0.10 0.10",
    "seal": b"0.07 0.24 0.50",
}
PAD = 2.2 * MM  # from the frame to the text, at the sides
PAD_ABOVE = 1.6 * MM  # six lines of the largest size fill a usual stamp
WORD = 9.5
CAPITAL = 0.73  # height of a capital letter, of its size
DESCENT = 0.22
AFTER_WORD = 4.2  # points more than from line to line
SIZES = (7.5, 7.0)


@dataclass(frozen=True)
class StampText:
    """The text of one stamp: the decision, the post, name and NIP of who decided, when, the code, and a note.

    `role` is that of the SOP (`kepala_bidang`); a template may reserve room for it. `elsewhere` is printed
    instead of a note that stands in full on another page.
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
        """Return the paragraphs below the word, as they are printed."""
        note = self.elsewhere or (f"Catatan: {self.note}" if self.note.strip() else "")
        nip = f"NIP {self.nip}" if self.nip else ""
        texts = (self.post, self.name, nip, self.when, f"Kode {self.code}", *note.splitlines())
        return tuple(text for text in map(printable, texts) if text)

    @property
    def spoken(self) -> str:
        """Return what a screen reader says for the stamp: the decision with its note, as a sentence."""
        nip = f", NIP {self.nip}" if self.nip else ""
        note = self.elsewhere or (f"Catatan: {self.note}" if self.note.strip() else "")
        return printable(
            f"{self.word.capitalize()} oleh {self.name}{nip}, {self.post}, {self.when}, kode {self.code}. {note}"
        )

    @property
    def signs(self) -> str:
        """Return all characters that are printed, for the font."""
        return printable(self.word) + "".join(self.texts)


@dataclass(frozen=True)
class StampLayout:
    """A stamp's text in lines of one font size within `width` points, frame counted."""

    stamp: StampText
    lines: tuple[str, ...]
    size: float
    width: float

    @property
    def leading(self) -> float:
        """Return the distance from line to line in points."""
        return self.size * 1.15

    @property
    def height(self) -> float:
        """Return the height of the stamp in points, frame counted."""
        below = AFTER_WORD + len(self.lines) * self.leading + self.size * DESCENT if self.lines else 0
        return 2 * PAD_ABOVE + WORD * CAPITAL + below


def lay_out_stamp(font: TextMeasure, stamp: StampText, width: float, *, size: float = SIZES[0]) -> StampLayout:
    """Return the stamp's text in lines that fit `width` points, frame counted."""
    room = width - 2 * PAD
    return StampLayout(
        stamp, tuple(line for text in stamp.texts for line in wrap_text(font, text, room, size)), size, width
    )


def fit_stamp(font: TextMeasure, stamp: StampText, width: float, height: float) -> StampLayout | None:
    """Return the layout of the largest font size that stays within `height`; None if no size does."""
    layouts = (lay_out_stamp(font, stamp, width, size=size) for size in SIZES)
    return next((layout for layout in layouts if layout.height <= height + 0.01), None)


def with_note_elsewhere(stamp: StampText, elsewhere: str) -> StampText:
    """Return the stamp with the pointer `elsewhere` instead of its note."""
    return replace(stamp, elsewhere=elsewhere)


def wrap_text(font: TextMeasure, text: str, room: float, size: float) -> Iterator[str]:
    """Break a text into lines no wider than `room`; a word that is wider is broken within.

    What belongs together, such as a date, stays on one line if it fits one.
    """
    line = ""
    for word in _words(font, text, room, size):
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


def _words(font: TextMeasure, text: str, room: float, size: float) -> Iterator[str]:
    """Yield what a line may hold: words, and words that belong together."""
    for together in map(plain_text, unbroken(" ".join(text.split())).split(" ")):
        if font.width(together, size) <= room:
            yield together
        else:
            yield from together.split()


def _pieces(font: TextMeasure, word: str, room: float, size: float) -> Sequence[str]:
    pieces = [""]
    for sign in word:
        if pieces[-1] and font.width(pieces[-1] + sign, size) > room:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def draw_layout(font: TextPen, layout: StampLayout, x: float, top: float) -> bytes:
    """Return operators that draw a stamp whose upper left corner is (x, top)."""
    stamp, ink = layout.stamp, INK[layout.stamp.tone]
    width, height = layout.width, layout.height
    frame = f"{x + 0.5:.2f} {top - height + 0.5:.2f} {width - 1:.2f} {height - 1:.2f} re S\n".encode("ascii")
    operators = b"q " + ink + b" RG " + ink + b" rg 1 w\n" + frame
    word = printable(stamp.word)
    size = min(WORD, WORD * (width - 2 * PAD) / max(font.width(word, WORD), 1))
    y = top - PAD_ABOVE - WORD * CAPITAL
    operators += b"0.35 w 2 Tr\n" + font.text(word, x + PAD, y, round(size, 2)) + b"0 Tr 0 g\n"
    y -= AFTER_WORD
    for line in layout.lines:
        y -= layout.leading
        operators += font.text(line, x + PAD, y, layout.size)
    return operators + b"Q\n"
