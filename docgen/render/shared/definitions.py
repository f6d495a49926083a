"""The shared parts of an office, by the names that templates call them by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from docgen.errors import TemplateError
from docgen.messages import nearest
from wording import say

PARTS = "_bagian"  # the folder of shared parts: one folder for each, and one file of sentences
SENTENCES = "kalimat.yaml"


@dataclass(frozen=True, eq=False)
class SharedParts:
    """Word files and sentences by name. Equal if both are.

    `files` are Word files whose body takes the place of `{%p bagian NAME %}`, `sentences` texts with tags that take the
    place of `{{ kalimat.NAME }}`. `wrong` are those that cannot be read, with the reason; `SENTENCES` stands for all
    sentences.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of all parts and sentences."""
        digest = hashlib.sha256()
        for texts in (self.files, self.sentences, self.wrong):
            for name in sorted(texts):
                text = texts[name]
                data = text if isinstance(text, bytes) else text.encode()
                digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(data).digest())
            digest.update(b"\0")
        return digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SharedParts) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def file(self, name: str, where: str) -> bytes:
        """Return the Word file of a part. Raises TemplateError, beginning with `where`, for one that is not there."""
        if name in self.wrong:
            raise TemplateError(self.wrong[name])
        if name not in self.files:
            raise TemplateError(
                say(
                    "{where}: bagian bersama {name} tidak ada.{hint}",
                    where=where,
                    name=repr(name),
                    hint=nearest(name, sorted(self.files)),
                )
            )
        return self.files[name]

    def sentence(self, name: str, where: str) -> str:
        """Return a sentence. Raises TemplateError, beginning with `where`, for one that is not there."""
        if SENTENCES in self.wrong:
            raise TemplateError(self.wrong[SENTENCES])
        if name not in self.sentences:
            raise TemplateError(
                say(
                    "{where}: kalimat {name} tidak ada dalam {file}.{hint}",
                    where=where,
                    name=repr(name),
                    file=f"{PARTS}/{SENTENCES}",
                    hint=nearest(name, sorted(self.sentences)),
                )
            )
        return self.sentences[name]


NO_PARTS = SharedParts()


def place_of(name: str) -> str:
    """Return how messages name the Word file of a shared part."""
    return f"{PARTS}/{name}/template.docx"
