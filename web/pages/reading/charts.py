"""Charts as SVG, drawn here so that a page needs no script and no outside address for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape

COLOURS = ("#133b5c", "#c98a00", "#1a7f4b", "#8a4f9e", "#b3261e", "#4f7ea8", "#7a6a45", "#3f8f8f")
INK, MUTED, LINE = "#1d2b36", "#4b5863", "#d5dbe1"
WIDTH, HEIGHT = 720, 260
LEFT, BOTTOM, TOP = 44, 28, 12


@dataclass(frozen=True)
class Series:
    """One colour of a stacked chart: its name and a whole number for each label."""

    name: str
    values: Sequence[int]


@dataclass(frozen=True)
class Measured:
    """A bar against its norm: label, what it was and what it should be, in one unit, and both as read."""

    label: str
    value: float
    norm: float
    said: str


def stacked(title: str, labels: Sequence[str], series: Sequence[Series]) -> str:
    """Draw columns, one a label, each the sum of its series."""
    totals = [sum(part.values[index] for part in series) for index in range(len(labels))]
    top = _round_up(max(totals, default=0))
    room = (WIDTH - LEFT - 8) / max(len(labels), 1)
    tall = HEIGHT - TOP - BOTTOM
    parts = [_scale(top, tall)]
    for index, label in enumerate(labels):
        x, y = LEFT + index * room, float(HEIGHT - BOTTOM)
        parts.append(_text(x + room / 2, HEIGHT - 10, label, "middle"))
        for number, part in enumerate(series):
            high = part.values[index] * tall / top
            if not high:
                continue
            y -= high
            label_text = escape(f"{label}, {part.name}: {part.values[index]}")
            colour = COLOURS[number % len(COLOURS)]
            rectangle = f'x="{x + room * 0.18:.1f}" y="{y:.1f}" width="{room * 0.64:.1f}" height="{high:.1f}"'
            parts.append(f'<rect {rectangle} fill="{colour}"><title>{label_text}</title></rect>')
    return _svg(title, parts, HEIGHT)


def against_norm(title: str, bars: Sequence[Measured]) -> str:
    """Draw horizontal bars of durations, red where longer than the norm, with a line at the norm."""
    line, words = 30, 250
    longest = max((max(bar.value, bar.norm) for bar in bars), default=1) or 1
    room = WIDTH - words - 110
    parts = []
    for index, measured in enumerate(bars):
        y = TOP + index * line
        long, norm = measured.value * room / longest, words + measured.norm * room / longest
        colour = "#b3261e" if measured.value > measured.norm else "#1a7f4b"
        label = measured.label if len(measured.label) <= LONGEST_LABEL else measured.label[: LONGEST_LABEL - 1] + "…"
        parts.append(_text(words - 8, y + 15, label, "end"))
        title_text = escape(f"{measured.label}: {measured.said}")
        bar = f'x="{words}" y="{y + 3}" width="{max(long, 1.5):.1f}" height="16"'
        parts.append(f'<rect {bar} rx="2" fill="{colour}"><title>{title_text}</title></rect>')
        parts.append(f'<path d="M{norm:.1f} {y - 1}v24" stroke="{INK}" stroke-width="2"/>')
        parts.append(_text(words + max(long, norm - words) + 8, y + 15, measured.said.partition(" (")[0], "start"))
    return _svg(title, parts, TOP + len(bars) * line + 8)


LONGEST_LABEL = 33  # letters of a bar's label: what the room beside the bars holds


def _svg(title: str, parts: Sequence[str], height: int) -> str:
    start = f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
    return start + "".join(parts) + "</svg>"


def _scale(top: int, tall: float) -> str:
    lines = []
    for part in range(5):
        value = top * part / 4
        y = HEIGHT - BOTTOM - tall * part / 4
        lines.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - 8}" stroke="{LINE}"/>')
        if value == int(value):
            lines.append(_text(LEFT - 6, y + 4, f"{int(value):,}".replace(",", "."), "end"))
    return "".join(lines)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="12" fill="{MUTED}">{escape(words)}</text>'


def _round_up(number: int) -> int:
    """Return the next number that four lines divide well."""
    power = 1
    while True:
        for step in (4, 8, 20):
            if number <= step * power:
                return step * power
        power *= 10
