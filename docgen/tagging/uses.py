"""Gather how a template uses each name: whether it prints it, walks through it or asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from docgen.tagging.model import TemplateTag

ENDING_IN_WORDS = "_terbilang"
_LIST_FILTERS = frozenset(("join", "first", "last", "count", "batch", "map", "sort", "unique", "reverse"))


@dataclass
class Use:
    """How a template uses one name; `columns` are asked of each element of a list, `attributes` of the value itself."""

    name: str
    tags: list[TemplateTag] = field(default_factory=list)
    columns: dict[str, list[TemplateTag]] = field(default_factory=dict)
    attributes: set[str] = field(default_factory=set)
    choices: list[str] = field(default_factory=list)
    loop: TemplateTag | None = None
    element: TemplateTag | None = None  # prints one element of the list as it is
    value: TemplateTag | None = None  # prints the value as it is
    in_words: TemplateTag | None = None  # prints the number in words
    is_list: bool = False
    is_compulsory: bool = False  # printed wherever the letter is filled, not only within an `if`
    is_guarded: bool = True  # what is asked of it stands within an `if` that asks for it


def gather_uses(tags: Iterable[TemplateTag]) -> dict[str, Use]:
    """Return the uses of each name that a template does not set itself, in the order of appearance."""
    uses: dict[str, Use] = {}
    all_tags = [tag for tag in tags if tag.kind in ("value", "loop", "test", "set", "part")]
    lists = {tag.path for tag in all_tags if tag.kind == "loop" and "." not in tag.path}
    for tag in all_tags:
        for path in dict.fromkeys((tag.path, *tag.names)):
            name, _, attribute = path.partition(".")
            name = name.removesuffix("[]")
            if name:
                use = uses.setdefault(name, Use(name))
                _add(use, tag, path, attribute.partition(".")[0].removesuffix("[]"), is_list=name in lists)
    return {name: use for name, use in _with_words(uses).items() if name}


def _add(use: Use, tag: TemplateTag, path: str, attribute: str, *, is_list: bool) -> None:
    use.tags.append(tag)
    use.is_list |= is_list or bool(_LIST_FILTERS.intersection(tag.filters) and path == tag.path and not attribute)
    if attribute and is_list:
        use.columns.setdefault(attribute, []).append(tag)
    elif attribute:
        use.attributes.add(attribute)
        use.is_guarded &= any(condition.partition(".")[0] == use.name for condition in tag.conditions)
    elif path.endswith("[]"):
        use.element = use.element or tag
    elif tag.kind == "loop" and path == tag.path:
        use.loop = use.loop or tag
    elif tag.kind == "value" and path == tag.path:
        use.value = use.value or tag
    use.choices += [it for it in tag.choices if path == tag.path and it.strip() and it not in use.choices]
    prints = tag.kind in ("value", "loop", "set", "part") or bool(tag.choices)
    use.is_compulsory |= prints and not tag.conditions


def _with_words(uses: dict[str, Use]) -> dict[str, Use]:
    """Return the uses with those of "x_terbilang" under the number x that it spells."""
    gathered: dict[str, Use] = {}
    for name, use in uses.items():
        number = name.removesuffix(ENDING_IN_WORDS)
        if number == name or use.value is None:
            gathered[name] = _joined(gathered.get(name), use)
            continue
        owner = _joined(gathered.get(number), Use(number))
        owner.in_words = use.value
        owner.tags += use.tags
        owner.is_compulsory |= use.is_compulsory
        gathered[number] = owner
    return gathered


def _joined(first: Use | None, second: Use) -> Use:
    """Return one use of both; the first is of the number in words alone."""
    if first is None:
        return second
    second.in_words = second.in_words or first.in_words
    second.tags += first.tags
    second.is_compulsory |= first.is_compulsory
    return second if second.value or second.loop or second.attributes or not first.value else first
