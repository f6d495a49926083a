"""What waits for the signed-in person's decision, as the pages of *Putuskan* show it: documents and drafts alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from flask import url_for

from docgen.desk.decisions import held
from docgen.desk.decisions.endorse import allowed_among, turn_of
from docgen.desk.dossiers.document_state import archived_revision
from docgen.desk.drafts import decide as drafts
from docgen.desk.drafts.access import open_draft
from docgen.desk.drafts.decide import UNDO, deciders, entry_of
from docgen.desk.drafts.lists import title_of
from docgen.desk.inbox.inbox import InboxItem
from docgen.errors import Conflict, DocgenError, InvalidSubmission
from docgen.links import DECIDE_DOCUMENT, DECIDE_DRAFT, DOCUMENT, DRAFT
from storage.catalogue import documents, registers
from storage.catalogue.signatures import awaited
from storage.errors import RecordMissing, StorageError
from storage.records import Official
from web.desk import get_desk
from web.page_images import picture_url, version_of_bytes
from web.pages.hands.draft_pictures import produced
from web.pages.shell.access import me, see_document
from web.pages.shell.filters import kind_title
from wording import say

Sort = Literal["naskah", "konsep"]
NO_TITLE = say("(belum ada judul)")
MOST_SHOWN = 20  # pages
WIDTHS = (480, 900, 1400)  # pixels of a page's picture: a phone takes what its screen and line can carry


@dataclass(frozen=True)
class Key:
    """Which letter: a document (`naskah`) or a draft (`konsep`), and its id."""

    sort: Sort
    id: str

    def __str__(self) -> str:
        return f"{self.sort}:{self.id}"

    @property
    def address(self) -> str:
        """Return where it is read and decided on."""
        return f"{DECIDE_DOCUMENT if self.sort == 'naskah' else DECIDE_DRAFT}{self.id}"


@dataclass(frozen=True)
class Picture:
    """A page's picture: its address by width."""

    number: int
    addresses: dict[int, str]

    @property
    def srcset(self) -> str:
        """Return the addresses as an image takes them."""
        return ", ".join(f"{address} {width}w" for width, address in self.addresses.items())


@dataclass(frozen=True)
class Letter:
    """A letter to decide on. `yes` is what agrees to it; "" when only its page can say so, or nothing is asked of me.

    `signs` says that my signature is asked for, `version` is the text of a draft that I see.
    """

    key: Key
    title: str
    kind: str
    number: str
    by: str
    page: str
    deciders: Sequence[Official] = ()
    yes: str = ""
    signs: bool = False
    activity: str = ""
    version: int = 0
    state: str = ""

    @property
    def choice(self) -> str:
        """Return how the forms of signing name the letter, and which text of a draft was read."""
        return f"{self.key}:{self.version}" if self.version else str(self.key)


@dataclass(frozen=True)
class Place:
    """Where a letter stands among those that wait: its number of all, and the ones before and after it."""

    number: int
    total: int
    before: Key | None
    after: Key | None


@dataclass(frozen=True)
class Taken:
    """Decisions just made that can be taken back for so many seconds."""

    keys: Sequence[Key] = field(default_factory=tuple)
    decision: str = ""
    title: str = ""
    seconds: int = 0


def key_of(item: InboxItem) -> Key:
    """Return which letter an item of the inbox is about."""
    if item.document is not None:
        return Key("naskah", item.document.id)
    assert item.draft is not None, "a decision is asked for on a document or on a draft"
    return Key("konsep", item.draft.id)


def parse_keys(texts: Sequence[str], most: int) -> list[Key]:
    """Return the letters that a form or address names, each once; what is none is left out."""
    keys: list[Key] = []
    for text in texts[:most]:
        sort, _, id = text.partition(":")
        key = Key("naskah" if sort == "naskah" else "konsep", id)
        if str(key) == text and id and key not in keys:
            keys.append(key)
    return keys


def place_of(key: Key, items: Sequence[InboxItem]) -> Place:
    """Return where a letter stands; one that does not wait has number 0, and the first that does comes after it."""
    keys = [key_of(item) for item in items]
    if key not in keys:
        return Place(0, len(keys), None, keys[0] if keys else None)
    index = keys.index(key)
    before = keys[index - 1] if index else None
    return Place(index + 1, len(keys), before, keys[index + 1] if index + 1 < len(keys) else None)


def next_of(key: Key, items: Sequence[InboxItem]) -> Key | None:
    """Return the letter that comes after one that is decided: the following, at the end the first."""
    place = place_of(key, items)
    first = key_of(items[0]) if items else None
    return place.after or (first if first != key else None)


def letter_of(key: Key, item: InboxItem | None = None) -> Letter:
    """Return a letter that the signed-in person may see; `item` is what the inbox knows of it. Raises RecordMissing."""
    return _document(key, item) if key.sort == "naskah" else _draft(key, item)


def pictures_of(letter: Letter) -> tuple[list[Picture], int, str]:
    """Return the pictures of a letter's first pages, how many pages it has, and why there are none."""
    try:
        if letter.key.sort == "naskah":
            return *_document_pictures(letter.key.id), ""
        return *_draft_pictures(letter.key.id), ""
    except InvalidSubmission as error:
        return [], 0, error.errors[0].message
    except (DocgenError, StorageError) as error:
        return [], 0, str(error)


def undo(key: Key) -> None:
    """Take back what the signed-in person decided on a letter just now. Raises Conflict, Forbidden, RecordMissing."""
    desk, caller = get_desk(), me().caller
    if key.sort == "naskah":
        held.undo(desk, key.id, me().name)
        return
    with desk.catalogue.read() as tx:
        entry = drafts.find_undoable(desk, tx, open_draft(desk, tx, caller, key.id), caller)
    if entry is None:
        raise Conflict(held.TOO_LATE)
    drafts.undo(desk, caller, key.id, entry.acting or entry.official)


def just_decided(keys: Sequence[Key]) -> Taken | None:
    """Return which of these decisions of the signed-in person can still be taken back; None for none."""
    desk, now = get_desk(), get_desk().now()
    lines = held.held_by(desk, [key.id for key in keys if key.sort == "naskah"], me().name)
    found: list[tuple[Key, str, str, dt.datetime]] = []
    for key in keys:
        line = lines.get(key.id)
        if key.sort == "konsep":
            found += _fresh(key)
        elif line is not None and line.task.endorsement is not None:
            with desk.catalogue.read() as tx:
                title = documents.get_document(tx, key.id).title
            found.append((key, line.task.endorsement.decision, title, line.lease))
    if not found:
        return None
    seconds = max(1, int(min((until - now).total_seconds() for _, _, _, until in found)))
    first = found[0]
    return Taken([one[0] for one in found], first[1], first[2], seconds)


def _fresh(key: Key) -> list[tuple[Key, str, str, dt.datetime]]:
    desk = get_desk()
    with desk.catalogue.read() as tx:
        try:
            seen = open_draft(desk, tx, me().caller, key.id)
        except RecordMissing:
            return []
        entry = drafts.find_undoable(desk, tx, seen, me().caller)
    if entry is None or entry.at is None:
        return []
    return [(key, entry.state, title_of(desk, seen.draft), entry.at + UNDO)]


def _document(key: Key, item: InboxItem | None) -> Letter:
    see_document(key.id)
    desk = get_desk()
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, key.id)
        turn = turn_of(desk, tx, document)
        row = awaited.find(tx, [key.id]).get(key.id)
        signers = [official for official in registers.list_officials(tx) if official.id == row.official] if row else []
    allowed = allowed_among(me().user.officials, turn.officials) if turn else []
    signers = allowed_among(me().user.officials, signers) if document.status == "issued" else []
    if row is not None:
        turn, allowed = None, signers  # his signature comes first
    return Letter(
        key,
        title=document.title,
        kind=kind_title(document.kind),
        number=document.number,
        by=item.by if item else document.created_by,
        page=f"{DOCUMENT}{document.id}",
        deciders=allowed,
        yes=(turn.step.endorsement or "") if turn and allowed else "",
        signs=bool(signers),
        activity=turn.step.activity if turn else "",
        state=document.status,
    )


def _draft(key: Key, item: InboxItem | None) -> Letter:
    desk, caller = get_desk(), me().caller
    with desk.catalogue.read() as tx:
        seen = open_draft(desk, tx, caller, key.id)
    draft, allowed = seen.draft, deciders(seen, caller)
    signs = bool(allowed) and entry_of(seen, allowed[0]).part == "sign"
    return Letter(
        key,
        title=title_of(desk, draft) or NO_TITLE,
        kind=kind_title(str(draft.body.get("kind"))),
        number="",
        by=item.by if item else draft.user,
        page=f"{DRAFT}{draft.id}",
        deciders=allowed,
        yes="paraf" if allowed and not signs else "",
        signs=signs,
        version=draft.version,
        state=draft.state,
    )


def _document_pictures(id: str) -> tuple[list[Picture], int]:
    with get_desk().catalogue.read() as tx:
        pdf = archived_revision(tx, id)[1].pdf
    pages = pdf.pages or 1
    pictures = [
        Picture(page, {width: picture_url("document.page", pdf, id=id, page=page, lebar=width) for width in WIDTHS})
        for page in range(1, min(pages, MOST_SHOWN) + 1)
    ]
    return pictures, pages


def _draft_pictures(id: str) -> tuple[list[Picture], int]:
    desk, caller = get_desk(), me().caller
    with desk.catalogue.read() as tx:
        draft = open_draft(desk, tx, caller, id).draft
    letter = produced(desk, caller, draft)
    version = version_of_bytes(letter.pdf)
    pictures = []
    for page in range(1, min(letter.pages, MOST_SHOWN) + 1):
        addresses = {width: url_for("drafting.page", id=id, page=page, lebar=width, v=version) for width in WIDTHS}
        pictures.append(Picture(page, addresses))
    return pictures, letter.pages
