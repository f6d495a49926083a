"""What the service's code says to people, read from its source: templates of messages, plain sentences, f-strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("docgen", "storage", "web")
# Whatever these say may come to a page: as a flash, on an error's page, beside a field, or in an answer to a script.
ROOMS = (
    *("web/pages", "docgen/desk", "docgen/foreign", "docgen/forms", "docgen/spreadsheets", "docgen/tagging"),
    "storage/catalogue",
)
FILES = (
    "docgen/cli/common.py",
    "docgen/errors.py",
    "docgen/libreoffice/pool.py",
    "docgen/messages.py",
    "docgen/numbering/number_pattern.py",
    "docgen/render/word/completeness.py",
    "docgen/render/emblem.py",
    "docgen/render/word/prepare_photo.py",
    "docgen/render/pdf/image_page.py",
    "docgen/render/scans/read.py",
    "docgen/signer/increments.py",
    "docgen/signer/inspecting.py",
    "docgen/signer/model.py",
    "docgen/sop/model.py",
)
# Printed on paper, which is Indonesian, or told by a command to who runs the service.
ELSEWHERE = {
    "docgen/desk/archive/fixity.py",
    "docgen/desk/archive/restore.py",
    "docgen/desk/archive/copy_store.py",
    "docgen/desk/bundles/front_matter.py",
    "docgen/desk/disposal/pack_dossier.py",
    "docgen/desk/registers/sample_sheet.py",
    "docgen/desk/revisions/seal_files.py",
    "docgen/desk/revisions/srikandi.py",
    "docgen/desk/revisions/stamps.py",
    "docgen/desk/setup.py",
    "docgen/tagging/words.py",  # examples of what a letter may say
    *(f"storage/catalogue/{name}.py" for name in ("audit", "portable")),
    "web/pages/shell/link_previews.py",  # what chat programs show of a link: they say no language
}
# Their sentences are English, for whoever runs the service; some are f-strings.
IN_ENGLISH = {
    "docgen/bsre/settings.py",
    "docgen/client.py",
    "docgen/openid/rules.py",
    "docgen/openid/settings.py",
    "docgen/settings.py",
    "storage/keys.py",
    *(f"storage/objects/{name}.py" for name in ("__init__", "folder", "s3", "s3_bucket", "s3_client", "s3_parts")),
    "web/rate_limits.py",
}
_SENTENCE = re.compile(r"[A-Z“{].* .*[.?!:]", re.DOTALL)
_WORD = re.compile(r"[a-z]{3}")
_SLOT = re.compile(r"\{(\w+)\}")
_SAY = re.compile(r'\bsay\("((?:[^"\\]|\\.)*)"')
_STRING = re.compile(r'["`]((?:[^"`\\\n]|\\.)*)["`]')
_SPEECH = re.compile(r"^(\$\{[^}]*\}[^\w]*)?[A-Z][a-z]+ [a-z]|[a-z]{3} [a-z]{3,} [a-z]")  # as people are spoken to
_NOT_SAID = {
    "debug",
    "info",
    "warning",
    "exception",
    "compile",
    "text",
    "execute",
    "Field",
    "Annotated",
    "getLogger",
    "public",
}


def slots(template: str) -> list[str]:
    """The names of the values of a template, each as often as it stands there."""
    return _SLOT.findall(template.replace("{{", "").replace("}}", ""))


def sentences() -> set[str]:
    """The templates of all messages, and the plain sentences that may come to a page."""
    return {text for _, call in _calls("say") if (text := _text(call.args[0]))} | plain_sentences()


def plain_sentences() -> set[str]:
    """What looks like a sentence, or is given to an error, FieldError or flash, in the rooms behind the pages."""
    found = set()
    for file, tree in _trees().items():
        if _behind_pages(file):
            said = {id(part) for node in ast.walk(tree) for part in _arguments(node)}
            skipped = set(_unsaid(tree)) - said
            for node in ast.walk(tree):
                text = "" if id(node) in skipped else _text(node)
                if (id(node) in said and text) or (_SENTENCE.fullmatch(text) and "<" not in text):
                    found.add(text)
    return {text for text in found if _WORD.search(_SLOT.sub("", text))}


def phrases() -> set[str]:
    """Every text of the code, whole: what stands in a message as a value is one of them."""
    return {_text(node) for tree in _trees().values() for node in ast.walk(tree)} - {""}


def wrong_values() -> list[str]:
    """Each `say` with a literal whose values are not those of its template."""
    return [
        f"{file}:{call.lineno}"
        for file, call in _calls("say")
        if (template := _text(call.args[0]))
        and all(keyword.arg for keyword in call.keywords)
        and sorted(str(keyword.arg) for keyword in call.keywords) != sorted(set(slots(template)))
    ]


def f_strings() -> list[str]:
    """Each f-string given to an error, a field's error or a flash, and each that looks like a sentence for a page."""
    found = []
    for file, tree in _trees().items():
        if file in IN_ENGLISH:
            continue
        said = {id(part) for node in ast.walk(tree) for part in _arguments(node)}
        skipped = set(_unsaid(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and id(node) not in skipped:
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{x}" for part in node.values)
                sentence = _behind_pages(file) and _SENTENCE.fullmatch(text) and "<" not in text and _WORD.search(text)
                if id(node) in said or sentence:
                    found.append(f"{file}:{node.lineno} {text}")
    return found


def of_scripts() -> tuple[set[str], set[str]]:
    """What the scripts of the pages say by `say`, and texts with a capital that they hold beside it."""
    said: set[str] = set()
    beside: set[str] = set()
    for file in sorted((ROOT / "web/static").glob("*.js")):
        code = re.sub(r"(?m)^\s*//.*$|\s// .*$", "", file.read_text())
        said |= set(_SAY.findall(code))
        beside |= {found[1] for found in _STRING.finditer(_SAY.sub("", code)) if _SPEECH.search(found[1])}
    return said, beside


@cache
def _trees() -> dict[str, ast.Module]:
    files = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text()) for file in files}


@cache
def _errors() -> set[str]:
    """The names of our errors: what descends from DocgenError or StorageError."""
    classes = [node for tree in _trees().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    names = {"DocgenError", "StorageError"}
    while more := {cls.name for cls in classes if names & {getattr(base, "id", "") for base in cls.bases}} - names:
        names |= more
    return names


def _behind_pages(file: str) -> bool:
    return file not in ELSEWHERE and (file in FILES or file.startswith(tuple(f"{room}/" for room in ROOMS)))


def _calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    for file, tree in _trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _name(node) == name:
                yield file, node


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _arguments(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a call of an error, FieldError or flash is given to say."""
    if isinstance(node, ast.Call):
        name = _name(node)
        if name in _errors() or name == "flash":
            for argument in node.args[:1]:
                yield from _parts(argument)
        if name == "FieldError":
            for argument in node.args[1:2]:
                yield from _parts(argument)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.IfExp):
        yield from _parts(node.body)
        yield from _parts(node.orelse)
    elif isinstance(node, ast.BoolOp | ast.BinOp):
        for part in node.values if isinstance(node, ast.BoolOp) else (node.left, node.right):
            yield from _parts(part)
    else:
        yield node


def _unsaid(tree: ast.AST) -> Iterator[int]:
    """Docstrings, what is logged, SQL and descriptions for the API; and parts of a text, which is taken whole."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield id(node.value)
        if isinstance(node, ast.JoinedStr):
            yield from map(id, (part for part in node.values if isinstance(part, ast.Constant)))
        if isinstance(node, ast.Call) and _name(node) in _NOT_SAID:
            yield from _ids([*node.args, *(keyword.value for keyword in node.keywords)])


def _ids(nodes: Iterable[ast.AST]) -> Iterator[int]:
    for node in nodes:
        yield from map(id, ast.walk(node))


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
