"""Letters that an official can sign electronically, as the signed-in person reads and ticks them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from docgen.desk.inbox.inbox import list_to_decide
from storage.catalogue import documents
from storage.errors import RecordMissing
from storage.records import Official
from web.desk import get_desk
from web.pages.hands.letters_to_decide import Key, Letter, Picture, key_of, letter_of, parse_keys, pictures_of
from web.pages.reading.signature_panel import signature_panel
from web.pages.shell.access import me
from wording import say

APPROVAL = say("Persetujuan sebagai tanda tangan")
MOST = 60  # letters that are looked at for one page


@dataclass(frozen=True)
class LetterToSign:
    """A letter that waits for a signature of one of `signers`, with its pages once they are asked for.

    `asks` says what the signature means where it is not that of the letter's signer. `trouble`: why no page is shown.
    """

    letter: Letter
    signers: Sequence[Official]
    asks: str = ""
    pictures: Sequence[Picture] = ()
    pages: int = 0
    trouble: str = ""

    @property
    def choice(self) -> str:
        """Return how a form names the letter."""
        return self.letter.choice


def list_letters() -> list[LetterToSign]:
    """Return what waits for a signature of the person's officials, the longest first; approvals come last."""
    keys = [key_of(item) for item in list_to_decide(get_desk(), me().caller, MOST)]
    letters = [letter for key in keys[:MOST] if (letter := _find(key))]
    return sorted(letters, key=lambda letter: bool(letter.asks))


def find_letters(choices: Sequence[str], most: int) -> tuple[list[LetterToSign], int]:
    """Return the letters that a form names and that wait for the person, and how many changed or wait no more."""
    names = list(dict.fromkeys(choices))
    letters = [
        letter
        for name in names[:most]
        for key in parse_keys([":".join(name.split(":")[:2])], 1)
        if (letter := _find(key)) and letter.choice == name
    ]
    return letters, len(names) - len(letters)


def with_pictures(letter: LetterToSign) -> LetterToSign:
    """Return a letter with the pictures of its pages."""
    pictures, pages, trouble = pictures_of(letter.letter)
    return replace(letter, pictures=pictures, pages=pages, trouble=trouble)


def _find(key: Key) -> LetterToSign | None:
    """Return a letter that waits for the person's signature; None for one that went its way meanwhile."""
    with suppress(RecordMissing):
        letter = letter_of(key)
        if letter.signs:
            return LetterToSign(letter, letter.deciders)
        if letter.yes and key.sort == "naskah":
            return LetterToSign(letter, letter.deciders, APPROVAL)
        if key.sort == "naskah":
            return _unsigned(letter)
    return None


def _unsigned(letter: Letter) -> LetterToSign | None:
    """Return a letter in force that its own signer has not signed electronically, though nobody asked him to."""
    desk = get_desk()
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, letter.key.id)
        revisions, (_, snapshot) = documents.list_revisions(tx, document.id), documents.get_contents(tx, document.id)
        panel = signature_panel(desk, tx, document, revisions, snapshot)
    return LetterToSign(letter, [panel.official]) if panel and panel.is_mine and not panel.since else None
