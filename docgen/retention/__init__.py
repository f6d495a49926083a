"""Look up how long archives are kept (jadwal retensi arsip): a table from classification code to years and fate.

The delivered table follows what other regencies published; each office sets its own (`DOCGEN_RETENTION`), since they
differ. The clock starts when the dossier is closed, not at a document's date.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from docgen.errors import DataFileError
from wording import say

Fate = Literal["musnah", "permanen", "dinilai"]
State = Literal["terbuka", "aktif", "inaktif", "usul_musnah", "serah", "dinilai"]

DELIVERED = Path(__file__).with_name("retention.csv")
_COLUMNS = ("kode", "uraian", "aktif", "inaktif", "nasib", "catatan")
_MOST_YEARS = 100
_WHEN_DUE: dict[Fate, State] = {"musnah": "usul_musnah", "permanen": "serah", "dinilai": "dinilai"}
FATES: dict[Fate, str] = {"musnah": "musnah", "permanen": "permanen", "dinilai": "dinilai kembali"}
_CARE: Sequence[Fate] = ("musnah", "dinilai", "permanen")  # the later, the more careful


@dataclass(frozen=True)
class Rule:
    """A line of the table; years are whole. `code` is the classification it is about, with all codes below it."""

    code: str
    title: str
    active: int
    inactive: int
    fate: Fate
    note: str = ""


UNKNOWN = Rule("", "Tidak ada dalam jadwal retensi", 0, 0, "dinilai")


@dataclass(frozen=True)
class RetentionStatus:
    """How long a dossier is active and inactive (None while it is open), and what is due now."""

    state: State
    rule: Rule
    active_until: dt.date | None = None
    inactive_until: dt.date | None = None


class RetentionTable:
    """The table by code: the longest code that a code lies under counts."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = {rule.code: rule for rule in rules}

    def rule_for(self, code: str) -> Rule:
        """Return the rule of a classification code; `UNKNOWN` (a person decides) where the table has none."""
        parts = code.split(".")
        rules = (self.rules.get(".".join(parts[:length])) for length in range(len(parts), 0, -1))
        return next((rule for rule in rules if rule), UNKNOWN)

    def rule_for_all(self, codes: Iterable[str]) -> Rule:
        """Return the rule of a dossier that holds documents of these codes: the most careful fate, and the longest
        time.

        Nothing in it is then given up before its own time.
        """
        rules = [self.rule_for(code) for code in dict.fromkeys(codes)] or [UNKNOWN]
        return max(rules, key=lambda rule: (_CARE.index(rule.fate), rule.active + rule.inactive))

    def standing(self, codes: Iterable[str], closed: dt.date | None, today: dt.date) -> RetentionStatus:
        """Return the status today of a dossier with documents of these codes, closed on a date."""
        codes = list(codes)
        rule = self.rule_for_all(codes)
        if closed is None:
            return RetentionStatus("terbuka", rule)
        active_years, all_years = self.years_for_all(codes)
        active, inactive = years_after(closed, active_years), years_after(closed, all_years)
        if today <= active:
            return RetentionStatus("aktif", rule, active, inactive)
        if today <= inactive:
            return RetentionStatus("inaktif", rule, active, inactive)
        return RetentionStatus(_WHEN_DUE[rule.fate], rule, active, inactive)

    def years_for_all(self, codes: Iterable[str]) -> tuple[int, int]:
        """Return for how many years after it was closed a dossier that holds documents of these codes is active, and
        active or inactive.
        """
        rules = [self.rule_for(code) for code in codes] or [UNKNOWN]
        return max(rule.active for rule in rules), max(rule.active + rule.inactive for rule in rules)


def state_when_due(rule: Rule) -> State:
    """Return the state of a dossier of this rule when its time is over."""
    return _WHEN_DUE[rule.fate]


def last_due(today: dt.date, years: int) -> dt.date:
    """Return the last date on which a dossier was closed that is over today, so many years later."""
    date = years_after(today, -years)
    while years_after(date, years) >= today:
        date -= dt.timedelta(days=1)
    return date


def load_retention(path: Path | None = None) -> RetentionTable:
    """Read a table (CSV: kode, uraian, aktif, inaktif, nasib, catatan). Raises DataFileError naming file and line."""
    path = path or DELIVERED
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeError, csv.Error) as error:
        raise DataFileError(
            say("{path}: tidak terbaca ({error}). Simpan sebagai CSV UTF-8.", path=path, error=error)
        ) from error
    if not lines or tuple(lines[0]) != _COLUMNS:
        raise DataFileError(
            say("{path}: baris pertama harus berbunyi {columns}.", path=path, columns=",".join(_COLUMNS))
        )
    rules: dict[str, Rule] = {}
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cells):
            continue
        rule = _rule(path, number, cells)
        if rule.code in rules:
            raise DataFileError(
                say(
                    "{path}, baris {number}: kode {code} sudah ada di atas. Hapus salah satunya.",
                    path=path,
                    number=number,
                    code=rule.code,
                )
            )
        rules[rule.code] = rule
    return RetentionTable(rules.values())


def years_after(date: dt.date, years: int) -> dt.date:
    """Return the same day so many years later; 29 February becomes 1 March where that year has none."""
    try:
        return date.replace(year=date.year + years)
    except ValueError:
        return dt.date(date.year + years, 3, 1)


def _rule(path: Path, number: int, cells: list[str]) -> Rule:
    where = f"{path}, baris {number}"
    if len(cells) != len(_COLUMNS):
        raise DataFileError(
            say(
                "{where}: ada {count} kolom, seharusnya {expected}.",
                where=where,
                count=len(cells),
                expected=len(_COLUMNS),
            )
        )
    code, title, active, inactive, fate, note = (cell.strip() for cell in cells)
    if not code or not all(part.isdecimal() for part in code.split(".")):
        raise DataFileError(
            say('{where}: {code} bukan kode klasifikasi; tulis seperti "000.2.4".', where=where, code=repr(code))
        )
    for label, text in (("aktif", active), ("inaktif", inactive)):
        if not text.isdecimal() or int(text) > _MOST_YEARS:
            raise DataFileError(
                say(
                    "{where}: {label} {text} harus tahun dalam bilangan bulat, 0 sampai {most}.",
                    where=where,
                    label=label,
                    text=repr(text),
                    most=_MOST_YEARS,
                )
            )
    for known in get_args(Fate):
        if fate == known:
            return Rule(code, title, int(active), int(inactive), known, note)
    raise DataFileError(
        say(
            "{where}: nasib {fate} tidak dikenal; tulis {choices}.",
            where=where,
            fate=repr(fate),
            choices=", ".join(get_args(Fate)),
        )
    )
