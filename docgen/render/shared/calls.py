"""Read the tags that name shared parts and sentences, and find the part that each stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from docgen.errors import TemplateError
from docgen.render.shared.definitions import SENTENCES, SharedParts, place_of
from docgen.render.shared.part_file import PartFile, read_part
from docgen.render.word.package import W
from docgen.render.word.tags.tag_text import Tag, find_tags, texts_of
from wording import say

STATEMENT, SENTENCE = "bagian", "kalimat"
_CALL = re.compile(rf"\{{%p\s+{STATEMENT}\s+(\w+)\s*,?\s*(.*?)\s*%\}}", re.DOTALL)
_QUOTED = "\"[^\"]*\"|'[^']*'|“[^”]*”|‘[^’]*’"
_PAIR = re.compile(rf"(\w+)\s*=\s*((?:{_QUOTED}|\([^()]*\)|\[[^\[\]]*\]|[^,\"'“‘])+)")
_NAME = re.compile(r"[^\W\d][\w.]*")
_SENTENCE_CALL = re.compile(rf"\{{\{{\s*{SENTENCE}\.(\w+)\s*\}}\}}")
_NAMES_SENTENCE = re.compile(rf"\b{SENTENCE}\.")


@dataclass(frozen=True)
class PartCall:
    """A shared part as a tag names it, and what its own names stand for there.

    `names` are the template's names for them (`pejabat=mengetahui`), `values` the others, as a `with` takes them.
    """

    part: PartFile
    names: Mapping[str, str]
    values: str


def names_part(tag: Tag) -> bool:
    """Return whether a tag names a shared part, rightly or not."""
    return tag.text.startswith("{%") and tag.words[:1] == [STATEMENT]


def names_sentence(tag: Tag) -> bool:
    """Return whether a tag names a sentence, rightly or not."""
    return not tag.text.startswith("{#") and bool(_NAMES_SENTENCE.search(tag.text))


def part_of(tag: Tag, shared: SharedParts, where: str, within: tuple[str, ...] = ()) -> PartCall:
    """Return the part that a tag names; it may not be `within` itself. Raises TemplateError, beginning with `where`."""
    call = _CALL.fullmatch(tag.text)
    if call is None:
        raise TemplateError(
            say(
                "{where}: tanda {tag} tidak dapat dibaca. Tulis {{%p bagian nama %}} sendirian dalam paragrafnya, "
                "dengan nama bagian bersama yang ada.",
                where=where,
                tag=repr(tag.text),
            )
        )
    name = call[1]
    if name in within:
        raise TemplateError(
            say(
                "{where}: bagian bersama {name} memuat dirinya sendiri ({path}). Hapus salah satu tandanya.",
                where=where,
                name=repr(name),
                path=" > ".join([*within, name]),
            )
        )
    pairs = _PAIR.findall(call[2])
    names = {own: value.strip() for own, value in pairs if _NAME.fullmatch(value.strip())}
    values = ", ".join(f"{own}={value.strip()}" for own, value in pairs if own not in names)
    return PartCall(read_part(shared.file(name, where), name, place_of(name)), names, values)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return a text in whose tags these names are replaced; what stands in quotes or behind a point stays."""
    if not names:
        return text
    own_names = "|".join(map(re.escape, names))
    pattern = re.compile(rf"({_QUOTED})|(?<![\w.])({own_names})(?!\w)(?!\s*=[^=])")
    pieces, at = [], 0
    for tag in find_tags(text):
        pieces += [text[at : tag.start], pattern.sub(lambda match: match[1] or names[match[2]], tag.text)]
        at = tag.end
    return "".join([*pieces, text[at:]])


def sentence_of(tag: Tag, shared: SharedParts, where: str) -> str:
    """Return the sentence that a tag names. Raises TemplateError, beginning with `where`."""
    call = _SENTENCE_CALL.fullmatch(tag.text)
    sentence = shared.sentence(call[1], where) if call else ""
    if call is None or any(map(names_sentence, find_tags(sentence))):
        raise TemplateError(
            say(
                "{where}: tanda {tag} tidak dapat dibaca. Tulis {{{{ kalimat.nama }}}} saja; kalimat dalam {file} "
                "tidak dapat memuat kalimat lain.",
                where=where,
                tag=repr(tag.text),
                file=SENTENCES,
            )
        )
    return sentence


def tags_behind(tag: Tag, shared: SharedParts, where: str, within: tuple[str, ...] = ()) -> list[Tag]:
    """Return the tags that stand where this one does once shared parts are in place; most stand for themselves.

    Raises TemplateError, beginning with `where`.
    """
    if names_sentence(tag):
        return list(find_tags(sentence_of(tag, shared, where)))
    if not names_part(tag):
        return [tag]
    call = part_of(tag, shared, where, within)
    name = call.part.name
    inner = [
        behind
        for block in call.part.blocks
        for paragraph in block.iter(f"{W}p")
        for own in find_tags(renamed("".join(text.text or "" for text in texts_of(paragraph)), call.names))
        for behind in tags_behind(own, shared, place_of(name), (*within, name))
    ]
    frame = (f"{{%p with {call.values} %}}", "{%p endwith %}") if call.values else ("", "")
    begin, end = ([own for text in [part] for own in find_tags(text)] for part in frame)
    return [*begin, *inner, *end]
