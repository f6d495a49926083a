"""The sentences that the service's code says to people: what a page may show besides the text of its template."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Whatever these say may come to a page: as a flash, on an error's page, beside a field, or in an answer to a script.
ROOMS = ("web/pages", "docgen/desk", "docgen/foreign", "docgen/forms", "docgen/spreadsheets", "storage/catalogue")
FILES = (
    "docgen/cli/common.py",
    "docgen/errors.py",
    "docgen/libreoffice/pool.py",
    "docgen/messages.py",
    "docgen/number_pattern.py",
    "docgen/render/word/completeness.py",
    "docgen/render/emblem.py",
    "docgen/render/word/prepare_photo.py",
    "docgen/render/pdf/image_page.py",
    "docgen/render/scans/read.py",
    "docgen/signer/increments.py",
    "docgen/sop/model.py",
)
# Printed on paper, which is Indonesian, or told by a command to who runs the service.
ELSEWHERE = {
    "docgen/desk/archive/fixity.py",
    "docgen/desk/archive/restore.py",
    "docgen/desk/archive/copy_store.py",
    "docgen/desk/bundles/front_matter.py",
    "docgen/desk/disposal/pack_dossier.py",
    "docgen/desk/revisions/seal_files.py",
    "docgen/desk/revisions/srikandi.py",
    "docgen/desk/revisions/stamps.py",
    "docgen/desk/setup.py",
    *(f"storage/catalogue/{name}.py" for name in ("audit", "portable")),
    "web/pages/shell/link_previews.py",  # what chat programs show of a link: they say no language
}
_SENTENCE = re.compile(r"[A-Z“{].* .*[.?!:]|[A-Z“].*[.:;] .*\{\d\}", re.DOTALL)
_WORD = re.compile(r"[a-z]{3}")
_BESIDE = re.compile(r"^(\{\d\}\s+)+(?=[A-Z]|docgen )|(?<=[.?!])\s*\{\d\}$")  # a sentence of its own, before or after
_SAY = re.compile(r'\bsay\("((?:[^"\\]|\\.)*)"')
_STRING = re.compile(r'["`]((?:[^"`\\\n]|\\.)*)["`]')
_SPEECH = re.compile(r"^(\$\{[^}]*\}[^\w]*)?[A-Z][a-z]+ [a-z]|[a-z]{3} [a-z]{3,} [a-z]")  # as people are spoken to
_NOT_SAID = {"debug", "info", "warning", "exception", "compile", "text", "execute", "Field", "Annotated", "getLogger"}


def sentences() -> set[str]:
    """Each sentence with its values numbered: `Naskah {1} dibatalkan.`"""
    return {one for tree in _trees() for one in _of(tree)}


def phrases() -> set[str]:
    """Every text of the code, whole: what stands in a sentence as a value is one of them."""
    return {_text(node) for tree in _trees() for node in ast.walk(tree)} - {""}


def flashes() -> set[str]:
    """What is given to `flash`, with its values numbered, whatever it looks like."""
    calls = (node for tree in _trees() for node in ast.walk(tree) if isinstance(node, ast.Call))
    said = (node.args[0] for node in calls if getattr(node.func, "id", "") == "flash" and node.args)
    parts = (part for one in said for part in ([one.body, one.orelse] if isinstance(one, ast.IfExp) else [one]))
    return {found for part in parts if (found := _shortened(_text(part)))}


def of_scripts() -> tuple[set[str], set[str]]:
    """What the scripts of the pages say by `say`, and texts with a capital that they hold beside it."""
    said: set[str] = set()
    beside: set[str] = set()
    for file in sorted((ROOT / "web/static").glob("*.js")):
        code = re.sub(r"(?m)^\s*//.*$|\s// .*$", "", file.read_text())
        said |= set(_SAY.findall(code))
        beside |= {found[1] for found in _STRING.finditer(_SAY.sub("", code)) if _SPEECH.search(found[1])}
    return said, beside


def _trees() -> Iterator[ast.Module]:
    files = {file for room in ROOMS for file in (ROOT / room).rglob("*.py")} | {ROOT / name for name in FILES}
    for file in sorted(files - {ROOT / name for name in ELSEWHERE}):
        yield ast.parse(file.read_text())


def _of(tree: ast.AST) -> Iterator[str]:
    skipped = set(_unsaid(tree))
    for node in ast.walk(tree):
        found = "" if id(node) in skipped else " ".join(_text(node).split())
        if _SENTENCE.fullmatch(found) and "<" not in found and _WORD.search(re.sub(r"\{\d\}", "", found)):
            yield _shortened(found)


def _shortened(text: str) -> str:
    """Without whole sentences that are put in before or after it."""
    text = " ".join(text.split())
    while _BESIDE.search(text):
        text = _BESIDE.sub("", text)
    return text if "{{" in text else _numbered(re.sub(r"\{\d\}", "{}", text))


def _unsaid(tree: ast.AST) -> Iterator[int]:
    """Docstrings, what is logged, SQL and descriptions for the API; and parts of a text, which is taken whole."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield id(node.value)
        if isinstance(node, ast.JoinedStr):
            yield from map(id, (one for one in node.values if isinstance(one, ast.Constant)))
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _NOT_SAID:
                yield from _ids([*node.args, *(one.value for one in node.keywords)])


def _ids(nodes: Iterable[ast.AST]) -> Iterator[int]:
    for node in nodes:
        yield from map(id, ast.walk(node))


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _numbered(re.sub(r"\{\w+\}", "{}", node.value))  # for `format`, as in docgen.messages
    if isinstance(node, ast.JoinedStr):
        parts = (str(one.value) if isinstance(one, ast.Constant) else "\0" for one in node.values)
        return _numbered("".join(parts), "\0")
    return ""


def _numbered(text: str, hole: str = "{}") -> str:
    first, *others = text.split(hole)
    return first + "".join(f"{{{number}}}{part}" for number, part in enumerate(others, 1))
