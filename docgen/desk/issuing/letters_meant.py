"""Find which letter somebody means who types "nota dinas perbaiki router puskesmas": kind, step, asset, subject.

Nothing is begun here: what was understood is shown, and opens a form that is filled with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from docgen.kinds.kind import Kind
from docgen.sop import Procedure, Step
from storage.catalogue.fulltext import fold
from storage.records import Asset

MOST_WORDS = 20  # that are looked at
MOST_SHOWN = 4  # letters
MOST_ASSETS = 3  # that are shown to choose from; words that fit more are too common
SHORTEST_ALIKE = 4  # letters that two words of one root begin with
# Words that say nothing of which kind or procedure is meant.
_COMMON = frozenset(
    ("aset", "sistem", "elektronik", "kegiatan", "barang", "lembar", "dokumen", "dan", "di", "ke", "dari", "yang")
)
_LINKING = frozenset(("tentang", "perihal", "hal", "untuk", "mengenai", "soal"))  # between the kind and the subject
_PREFIXES = (
    *("memper", "diper", "penge", "peng", "peny", "meng", "meny", "pem", "pen", "per", "mem", "men", "ber", "ter"),
    *("pe", "me", "di"),
)
_SUFFIX = re.compile(r"(an|i|nya)$")

FindAssets = Callable[[str, int], Sequence[Asset]]  # words, the most to return


@dataclass(frozen=True)
class Meant:
    """A letter that may be meant. `subject` is "" where nothing is said beyond kind and asset."""

    procedure: Procedure
    step: Step
    kind: Kind
    asset: Asset | None
    subject: str


def letters_meant(
    words: str, procedures: Sequence[Procedure], kinds: Mapping[str, Kind], find_assets: FindAssets
) -> list[Meant]:
    """Return the letters that `words` may mean, likeliest first; none where they name no kind."""
    typed = words.split()[:MOST_WORDS]
    folded = [fold(word) for word in typed]
    places = _places(folded, procedures, kinds)
    if not places:
        return []
    named = _words_of_kind(folded, places[0].kind.title)
    of_procedure = {index for place in places for index in _matching(folded, _words_of(place.procedure))}
    rest = [index for index in range(len(typed)) if index not in named or index in of_procedure]
    leading = _LINKING | (_COMMON & set(fold(places[0].kind.title).split()))
    rest = rest[len(list(takewhile(lambda index: folded[index] in leading, rest))) :]
    assets, of_asset = _assets_in([(index, typed[index]) for index in rest], find_assets)
    subject = " ".join(typed[index] for index in rest) if set(rest) - named else ""
    subject = subject[:1].upper() + subject[1:]
    return [
        Meant(
            place.procedure,
            place.step,
            place.kind,
            asset,
            asset.name if asset and subject and set(rest) <= of_asset else subject,
        )
        for place in places
        for asset in (assets if assets and place.kind.needs_assets != "none" else [None])
    ][:MOST_SHOWN]


@dataclass(frozen=True)
class _Place:
    procedure: Procedure
    step: Step
    kind: Kind
    score: tuple[float, int]


def _places(folded: Sequence[str], procedures: Sequence[Procedure], kinds: Mapping[str, Kind]) -> list[_Place]:
    """Return where the SOP makes the kinds that are named best, those of the procedure that is named best; first the
    kinds whose title is said as it is written.
    """
    places = [
        _Place(procedure, step, kinds[slug], (named, len(_matching(folded, _words_of(procedure)))))
        for procedure in procedures
        for step in procedure.steps or [procedure.step(0)]
        for slug in dict.fromkeys([*step.outputs, *_suggested(kinds, procedure, step)])
        if slug in kinds and (named := _named(folded, kinds[slug].title))
    ]
    best = max((place.score for place in places), default=None)
    likeliest = [place for place in places if place.score == best]
    return sorted(likeliest, key=lambda place: -sum(word in folded for word in _telling(place.kind.title)))


def _words_of(procedure: Procedure) -> list[str]:
    """Return the words that name a procedure; none names the place of letters outside of all."""
    return _telling(procedure.title) if procedure.steps else []


def _suggested(kinds: Mapping[str, Kind], procedure: Procedure, step: Step) -> list[str]:
    return [slug for slug, kind in kinds.items() if kind.suggested_at(procedure.slug, step.number)]


def _named(folded: Sequence[str], title: str) -> float:
    """Return how much of a kind's title is said, at most 1; 0 where that names nothing."""
    telling = _telling(title)
    matched = [word for word in telling if any(_alike(word, other) for other in folded)]
    if _initials_in(folded, telling):
        return 1.0
    is_named = len(matched) >= 2 or matched[:1] == telling[:1]
    return len(matched) / len(telling) if telling and is_named and 2 * len(matched) >= len(telling) else 0.0


def _words_of_kind(folded: Sequence[str], title: str) -> set[int]:
    """Return the places of the words that name the kind."""
    telling = _telling(title)
    initials = _initials_in(folded, telling)
    return _matching(folded, telling) | {index for index, word in enumerate(folded) if initials and word == initials}


def _initials_in(folded: Sequence[str], telling: Sequence[str]) -> str:
    """Return the word that shortens a title of several words, such as `bast`; "" where there is none."""
    initials = "".join(word[0] for word in telling)
    return initials if len(initials) > 1 and initials in folded else ""


def _matching(folded: Sequence[str], telling: Sequence[str]) -> set[int]:
    return {index for index, word in enumerate(folded) if any(_alike(word, other) for other in telling)}


def _telling(title: str) -> list[str]:
    return [word for word in fold(title).split() if word not in _COMMON]


def _alike(word: str, other: str) -> bool:
    """Return whether two words are the same, or of one root: `perbaiki` and `perbaikan`, `tugas` and `penugasan`."""
    if word == other:
        return True
    return any(_begin_alike(one, two) for one in _roots(word) for two in _roots(other))


def _begin_alike(one: str, two: str) -> bool:
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))
    return common >= max(SHORTEST_ALIKE, min(len(one), len(two)) - 1)


def _roots(word: str) -> tuple[str, ...]:
    """Return what a word may be formed from: without its endings, and without the letter a prefix swallows."""
    root = _SUFFIX.sub("", word) if len(word) > 5 else word
    for prefix in _PREFIXES:
        if root.startswith(prefix) and len(root) - len(prefix) >= SHORTEST_ALIKE:
            root = root[len(prefix) :]
            break
    return root, root[1:]


def _assets_in(words: Sequence[tuple[int, str]], find_assets: FindAssets) -> tuple[Sequence[Asset], set[int]]:
    """Return the assets that the longest run of neighbouring words fits, and the places of these words.

    None where every run fits more than can be chosen from.
    """
    for run in _runs(words, find_assets):
        assets = find_assets(" ".join(word for _, word in run), MOST_ASSETS + 1)
        if 0 < len(assets) <= MOST_ASSETS:
            return assets, {index for index, _ in run}
    return [], set()


def _runs(words: Sequence[tuple[int, str]], find_assets: FindAssets) -> Iterator[list[tuple[int, str]]]:
    """Yield the runs of words of which each is in the register, longest first."""
    present = [(place, word) for place, word in enumerate(words) if len(word[1]) > 2 and find_assets(word[1], 1)]
    runs = [
        [word for _, word in present[start:end]]
        for start in range(len(present))
        for end in range(start + 1, len(present) + 1)
        if _are_neighbours([place for place, _ in present[start:end]])
    ]
    yield from sorted(runs, key=len, reverse=True)


def _are_neighbours(places: Iterable[int]) -> bool:
    places = list(places)
    return places[-1] - places[0] == len(places) - 1
