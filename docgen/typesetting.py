"""Set text as a careful typist would: what belongs together stays on one line, items of a list end as they should.

Pure and idempotent. Only spaces and hyphens change, so `plain_text` gives back what was typed; `ended_items` is the
exception, because it is about the signs at the end of each item.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Literal

NO_BREAK_SPACE = "\u00a0"
NO_BREAK_HYPHEN = "\u2011"
BREAK = "\u200b"  # a place without width where a line may end

_MONTHS = "Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember"
_MONTHS += f"|{_MONTHS.upper()}"
# What is counted or measured. Capitals count: "MB" is a size, "mb" is nothing.
_UNITS = (
    "%|°C|°|volt|[kKmM]?V|[kKmM]?VA|[kKM]?[Ww]att|[kM]?Wh?|[mk]?A|[kMGT]i?[Bb]|[kMG]?Hz|[kMGT]bps|[kcm]?m[²³]?|[km]?g|"
    "inci|inch|liter|meter|unit|buah|set|paket|lembar|berkas|eksemplar|rangkap|orang|pegawai|port|titik|kali|keping|"
    "butir|naskah|halaman|aset|detik|menit|jam|hari|minggu|bulan|tahun|WITA|WIB|WIT"
)
_NUMBER_WORDS = (
    "nol|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|belas|puluh|seratus|ratus|seribu|ribu|"
    "juta|miliar|triliun|rupiah"
)
# "S.Kom.", "A.Md.Kom.", "M.M.", "Ph.D.", "SpA.": letters and full stops, a full stop after the first few letters.
_DEGREE = r"(?:[A-Z][A-Za-z]{0,4}\.){1,4}"
_TITLES = r"\b(?:Prof|Drs?|Dra|Ir|Hj?|K\.?H|Ns|[Aa]pt|dr|drg|Plt|Plh|[A-Z])\. (?=[A-Z])"
_COUNTED = (
    rf"\b\d{{1,2}} (?=(?:{_MONTHS})\b)",
    rf"\d (?=(?:{_UNITS})(?!\w))",
    r"\d \((?=[a-z])",
)
# Each alternative ends before what its last space is joined with, so that the next match may begin there.
_TOGETHER = re.compile(
    "|".join(
        (
            *_COUNTED,
            rf"\b(?:{_MONTHS}) (?=\d{{4}}\b)",
            r"\b(?i:tanggal|pukul|pasal|ayat|angka|lampiran|lantai|lt\.|no\.|ps\.|nip|semester|triwulan|golongan) "
            r"(?=\(?\d|[IVX]+\b)",
            r"\b(?i:nomor) \d{1,4} (?i:tahun) (?=\d{4}\b)",
            r"\b(?i:tahun(?: anggaran)?|ta) (?=\d{4}\b)",
            r"\b(?i:nomor) (?=\S*\d)",
            r"\b(?i:huruf) (?=[a-z]\b)",
            r"\bPIHAK (?=KE)",
            r"\bs\.d\. (?=\d)",
            rf"\b(?:{_NUMBER_WORDS})\) (?=(?:{_UNITS})(?!\w))",
            _TITLES,
            rf"(?<=[a-z]), (?={_DEGREE})",
        )
    )
)
_IN_CELL = r"\b(?i:lantai|lt\.|rak|no\.|semester|triwulan) (?=\d{1,3}\b|[IVX]+\b)"
_TOGETHER_IN_CELL = re.compile("|".join((*_COUNTED, _IN_CELL)))
_LETTER_NUMBER = re.compile(r"(?<![\w/:.@-])[\w.-]+(?:/[\w.-]+){2,}(?![\w/@-])|\b\d{1,2}-\d{1,2}-\d{4}\b")
_WHOLE_DATE = re.compile(rf"\b((?i:tanggal))\u00a0(?=\d{{1,2}}\u00a0(?:{_MONTHS})\b)")
_LONG_NUMBER = re.compile(r"(?<![\w/:.@-])[\w.\u2011]+(?:/[\w.\u2011]+){2,}(?![\w/@-])")
_LONG = 24  # letters of a number that may part
_LEAST_PART = 8  # letters of each of its parts
_RUPIAH = re.compile(r"\bRp\.? ?(?=\d)")
# Tags of a template; the texts within them are no text of the letter.
_TAG = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})")
_BEFORE_TAG = re.compile(r"\b(?i:nomor|nip|pukul|tahun(?: anggaran)?) $")

_SIGNS_AT_END = " \t\r\n\u00a0.,;"
_WORDS_AT_END = tuple(f"{sign}{word}" for word in ("dan", "serta", "dan/atau", "atau") for sign in _SIGNS_AT_END)
_ABBREVIATED = re.compile(r"(?:(?:\b[A-Z][A-Za-z]{0,4}\.){2,}|\b(?:dll|dsb|dst|dkk)\.)$")
_TWO_SENTENCES = re.compile(r"[a-z)]{3}\. +[A-Z]")

TITLE_SIZE = 12  # pt
_POINTS_PER_CM = 28.35
# Widths of Arial bold in thousandths of the size.
_WIDTHS = {
    **dict.fromkeys("ABCDHKNRU&", 722) | dict.fromkeys("EPSVXY", 667) | dict.fromkeys("GOQ", 778),
    **dict.fromkeys("FLTZbdghnopqu", 611) | dict.fromkeys("Jacekvxys0123456789", 556) | dict.fromkeys("z", 500),
    **dict.fromkeys(" I/.,:;ijl\u00a0", 278) | dict.fromkeys("()-ft\u2011", 333) | {"r": 389, "w": 778, "M": 833},
}
_WIDE = 900  # what is not named
_SPACE = 278
# Words that lead to the next one, so that no line ends in them.
_LEADING = frozenset(
    (
        *("di", "ke", "dari", "pada", "dan", "atau", "dengan", "untuk", "oleh", "dalam", "atas", "yang", "tentang"),
        *("bagi", "mengenai", "serta", "antara", "terhadap", "sampai", "per", "nomor", "tahun"),
    )
)
ItemEnds = Literal["", "series", "clauses", "sentences"]


def unbroken(text: str) -> str:
    """Return a text of sentences whose dates, numbers with what they count, and names with degrees stay on one line.

    The spaces within become no-break spaces, the hyphens of dates and of letter numbers no-break hyphens; "Rp 1.000"
    becomes "Rp1.000" (EYD V III.H: no space after Rp).
    """
    if "Rp" in text:
        text = _RUPIAH.sub("Rp", text)
    if " " in text:
        text = _TOGETHER.sub(_with_no_break_spaces, text)
    return _LETTER_NUMBER.sub(_with_no_break_hyphens, text) if "-" in text else text


def unbroken_in_paragraph(text: str) -> str:
    """Do as `unbroken` for a justified paragraph, in which the line before a long piece would be torn apart.

    So a whole date stands without the word "tanggal" before it, and a long letter number, which LibreOffice never parts
    of itself, may part after a slash.
    """
    text = _WHOLE_DATE.sub(r"\1 ", unbroken(text))
    return _LONG_NUMBER.sub(_with_break, text) if text.count("/") > 1 else text


def unbroken_in_cell(text: str) -> str:
    """Do as `unbroken` for a table's cell, where only short pieces stay together: "16 November", "10 GB", "Rak 3"."""
    if "Rp" in text:
        text = _RUPIAH.sub("Rp", text)
    return _TOGETHER_IN_CELL.sub(_with_no_break_spaces, text) if " " in text else text


def unbroken_around_tags(text: str) -> str:
    """Do as `unbroken` for a paragraph of a template: also "tanggal {{ x }}" and "{{ x }} ({{ y }})"."""
    if " " not in text:
        return text
    pieces = _TAG.split(text)
    for index in range(0, len(pieces), 2):
        piece = unbroken(pieces[index])
        if index + 1 < len(pieces) and pieces[index + 1].startswith("{{"):
            piece = _BEFORE_TAG.sub(_with_no_break_spaces, piece)
            if index and piece == " (" and pieces[index - 1].startswith("{{"):
                piece = f"{NO_BREAK_SPACE}("
        pieces[index] = piece
    return "".join(pieces)


def plain_text(text: str) -> str:
    """Return a text with ordinary spaces and hyphens, as people type it and as it is searched for."""
    return text.replace(NO_BREAK_SPACE, " ").replace(NO_BREAK_HYPHEN, "-").replace(BREAK, "")


def ended_items(items: Sequence[str], ends: ItemEnds) -> list[str]:
    """Return the items of a list with the signs they should end with, whatever was typed there.

    - "series": each ends in a semicolon and the last in a full stop (EYD V, tanda titik koma); where an item holds
      more than one sentence, all end in a full stop
    - "clauses": each ends in a semicolon, the last too: considerations (UU 12/2011 Lampiran II), or more follow
    - "sentences": each ends in a full stop
    - "": as they are
    """
    if not ends:
        return list(items)
    bare = [_without_ending(item) for item in items]
    if ends == "series":
        ends = "sentences" if any(map(_TWO_SENTENCES.search, bare)) else ends
    closed = [_closed(text, ";" if ends != "sentences" else ".") for text in bare]
    if ends == "series" and closed:
        closed[-1] = _closed(bare[-1], ".")
    return closed


def title_lines(text: str, width: float) -> str:
    """Return a title in capitals with a line break where a line should end, for Arial bold 12 pt on `width` cm.

    The lines are as few as possible, the longest first, none of a single word where that can be; no line ends in a
    word that belongs to the next, such as "di" or "dan".
    """
    words = _words(text)
    room = width * _POINTS_PER_CM / TITLE_SIZE * 1000
    widths = [_width(word) for word in words]
    if sum(widths) + _SPACE * (len(words) - 1) <= room:
        return text
    least = len(_filled(widths, room))
    best: tuple[tuple[bool, int, float], list[int]] | None = None
    for share in range(100, 40, -3):
        counts = _filled(widths, room * share / 100)
        if len(counts) > least:
            break
        rank = _rank(words, widths, counts)
        if best is None or rank < best[0]:
            best = rank, counts
    counts = best[1] if best else _filled(widths, room)
    lines, start = [], 0
    for count in counts:
        lines.append(" ".join(words[start : start + count]))
        start += count
    return "\n".join(lines)


def _words(text: str) -> list[str]:
    """Return the pieces of a title that stay on one line: a word, with the words before that lead to it."""
    words: list[str] = []
    for word in text.split(" "):
        if words and words[-1].split(" ")[-1].casefold() in _LEADING:
            words[-1] += f" {word}"
        elif word:
            words.append(word)
    return words


def _width(text: str) -> int:
    return sum(_WIDTHS.get(char, _WIDE) for char in text)


def _filled(widths: Sequence[int], room: float) -> list[int]:
    """Return how many pieces stand on each line when each takes what fits."""
    counts: list[int] = []
    taken = 0.0
    for width in widths:
        if counts and taken + _SPACE + width <= room:
            counts[-1] += 1
            taken += _SPACE + width
        else:
            counts.append(1)
            taken = width
    return counts


def _rank(words: Sequence[str], widths: Sequence[int], counts: Sequence[int]) -> tuple[bool, int, float]:
    """Return what to keep low: a single word last, lines longer than the one above, unequal lengths."""
    lengths, start = [], 0
    for count in counts:
        lengths.append(sum(widths[start : start + count]) + _SPACE * (count - 1))
        start += count
    alone = counts[-1] == 1 and " " not in words[-1] and NO_BREAK_SPACE not in words[-1]
    longer = sum(below > above for above, below in itertools.pairwise(lengths))
    return alone, longer, max(lengths) - min(lengths)


def _without_ending(item: str) -> str:
    """Return an item without the signs and the "dan" at its end; the full stop of an abbreviation stays."""
    bare = item.rstrip(_SIGNS_AT_END)
    while bare.endswith(_WORDS_AT_END):
        bare = bare[: max(map(bare.rfind, _SIGNS_AT_END))].rstrip(_SIGNS_AT_END)
    return f"{bare}." if _ABBREVIATED.search(item[: len(bare) + 1]) else bare


def _closed(text: str, sign: str) -> str:
    """Return the text with a sign at its end, unless it has that sign or one that is not taken away."""
    return text if not text or text[-1] in ":?!…" or text.endswith(sign) else text + sign


def _with_break(match: re.Match[str]) -> str:
    """Return a letter number that may part after the slash nearest its middle, unless it is short."""
    number = match[0]
    middle = len(number) / 2
    places = [at + 1 for at, sign in enumerate(number) if sign == "/"]
    place = min(places, key=lambda at: abs(at - middle))
    if len(number) < _LONG or not _LEAST_PART <= place <= len(number) - _LEAST_PART:
        return number
    return f"{number[:place]}{BREAK}{number[place:]}"


def _with_no_break_spaces(match: re.Match[str]) -> str:
    return match[0].replace(" ", NO_BREAK_SPACE)


def _with_no_break_hyphens(match: re.Match[str]) -> str:
    return match[0].replace("-", NO_BREAK_HYPHEN)
