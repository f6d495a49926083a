"""What an office asks of the service on a working day, and how often: 70 % reading, 15 % previews, 10 % letters, 5 %
bundles.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from benchmarks.caller import Caller, CallFailed
from benchmarks.letter import KIND, PROCEDURE, STEP
from benchmarks.open_loop import Sort

OF_A_BUNDLE = 10  # documents
BUNDLE_SECONDS = 120.0
REMEMBERED = 500  # letters that are read again: people look at what was made lately
SUBJECTS = ("pemeliharaan berkala", "perbaikan jaringan", "penggantian suku cadang", "pemeriksaan perangkat")
WORDS = ("pemeliharaan", "jaringan", "suku cadang", "perangkat pemeriksaan")


@dataclass
class Letters:
    """What the clients know of: the letter everybody makes, the assets, and what was issued last."""

    body: dict[str, Any]
    assets: Sequence[str]
    documents: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    dossiers: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def request(self, chance: random.Random) -> dict[str, Any]:
        """Return the body of a letter with a subject of its own, for any asset."""
        subject = f"{chance.choice(SUBJECTS)} {chance.randrange(10**6)}"
        data = {**self.body["data"], "hal": subject.capitalize()}
        return {**self.body, "assets": [chance.choice(self.assets)], "data": data}

    def note(self, document: dict[str, Any]) -> None:
        """Remember a document that was issued or listed."""
        self.documents.append(document["id"])
        if document["dossier"]:
            self.dossiers.append(document["dossier"])


@dataclass
class OfficeClient:
    """One of many who ask at the same time: a person at the pages, if people may sign in, and a system."""

    letters: Letters
    system: Caller
    person: Caller | None
    chance: random.Random

    def look(self, path: str) -> None:
        """Open a page. Raises CallFailed."""
        if self.person is None:
            raise CallFailed("nobody is signed in")
        self.person.get(path)

    def ask(self, path: str) -> Any:
        """Return what the API answers. Raises CallFailed."""
        return self.system.get(f"/api/v1{path}").json()

    def home(self) -> None:
        """Open the home page."""
        self.look("/")

    def find_page(self) -> None:
        """Search the archive by words, as people do."""
        self.look(f"/arsip?{urlencode({'q': self.chance.choice(WORDS)})}")

    def find(self) -> None:
        """Search by words, as systems do."""
        self.ask(f"/documents?{urlencode({'q': self.chance.choice(WORDS)})}")

    def find_by_key(self) -> None:
        """Search by asset and step."""
        asset = self.chance.choice(self.letters.assets)
        self.ask(f"/documents?{urlencode({'asset': asset, 'procedure': PROCEDURE, 'step': STEP})}")

    def link(self) -> None:
        """Follow the permanent link of an asset and a step."""
        self.look(f"/arsip/{quote(self.chance.choice(self.letters.assets), safe='')}/{PROCEDURE}/{STEP}")

    def letter_page(self) -> None:
        """Open a letter's page."""
        self.look(f"/d/{self.chance.choice(self.letters.documents)}")

    def pdf(self) -> None:
        """Fetch a letter's PDF."""
        path = f"/api/v1/documents/{self.chance.choice(self.letters.documents)}/pdf"
        if not self.system.get(path).body.startswith(b"%PDF"):
            raise CallFailed("no PDF")

    def dossiers(self) -> None:
        """List the open dossiers."""
        self.look("/berkas")

    def dossier(self) -> None:
        """Open a dossier."""
        self.look(f"/berkas/{self.chance.choice(self.letters.dossiers)}")

    def register(self) -> None:
        """Open the register of numbers."""
        self.look("/agenda")

    def preview(self) -> None:
        """See the first page of a letter that is being written."""
        answer = self.system.post("/api/v1/previews?format=png&page=1", self.letters.request(self.chance))
        if not answer.body.startswith(b"\x89PNG"):
            raise CallFailed("no picture")

    def letter(self) -> None:
        """Issue a letter."""
        key = {"Idempotency-Key": f"{self.chance.getrandbits(96):x}"}
        answer = self.system.post("/api/v1/documents", self.letters.request(self.chance), key)
        self.letters.note(answer.json())

    def bundle(self) -> None:
        """Have some of the last letters bound, and wait for it."""
        last = list(dict.fromkeys(self.letters.documents))[-OF_A_BUNDLE:]
        self.wait(self.system.post("/api/v1/bundles", {"documents": last}).json(), BUNDLE_SECONDS)

    def batch(self, letters: int, seconds: float) -> None:
        """Have many letters made at once, and wait for it. Raises CallFailed."""
        requests = [self.letters.request(self.chance) for _ in range(letters)]
        rows = [{"assets": request["assets"], "data": request["data"]} for request in requests]
        body = {"kind": KIND, "procedure": PROCEDURE, "step": STEP, "rows": rows}
        self.wait(self.system.post("/api/v1/batches", body).json(), seconds)

    def wait(self, job: dict[str, Any], seconds: float) -> None:
        """Wait for a job. Raises CallFailed when it fails or is not done in time."""
        end = time.monotonic() + seconds
        while job["status"] in ("queued", "running"):
            if time.monotonic() > end:
                raise CallFailed(f"a job was not done in {seconds:.0f} s")
            time.sleep(0.1)
            job = self.ask(f"/jobs/{job['id']}")
        if job["status"] != "done":
            raise CallFailed(f"a job {job['status']}: {job['error']}")


PAGES = (
    Sort("home", 15, OfficeClient.home),
    Sort("search page, words", 10, OfficeClient.find_page),
    Sort("permanent link", 5, OfficeClient.link),
    Sort("letter page", 10, OfficeClient.letter_page),
    Sort("dossiers", 3, OfficeClient.dossiers),
    Sort("dossier page", 4, OfficeClient.dossier),
    Sort("register page", 3, OfficeClient.register),
)
CALLS = (
    Sort("search, words", 5, OfficeClient.find),
    Sort("search, asset and step", 10, OfficeClient.find_by_key),
    Sort("PDF", 5, OfficeClient.pdf),
)
WRITES = (
    Sort("preview", 15, OfficeClient.preview),
    Sort("letter", 10, OfficeClient.letter),
    Sort("bundle", 5, OfficeClient.bundle),
)
DAY, NIGHT = (*PAGES, *CALLS, *WRITES), (*PAGES, *CALLS)
