"""Gather how a template uses each name: whether it prints it, walks through it or asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from docgen.tagging.model import TemplateTag
from docgen.tagging.words import type_of_name

_IN_WORDS, _WEEKDAY = "_terbilang", "_hari"  # endings of what a template sees of a number, and of a date
_LIST_FILTERS = frozenset(("join", "first", "last", "count", "batch", "map", "sort", "unique", "reverse"))


@dataclass
class Use:
    """How a template uses one name; `columns` are asked of each element of a list, `attributes` of the value itself."""

    name: str
    columns: dict[str, list[TemplateTag]] = field(default_factory=dict)
    attributes: set[str] = field(default_factory=set)
    choices: list[str] = field(default_factory=list)
    loop: TemplateTag | None = None
    element: TemplateTag | None = None  # prints one element of the list as it is
    value: TemplateTag | None = None  # prints the value as it is
    in_words: TemplateTag | None = None  # prints the number in words
    weekday: TemplateTag | None = None  # prints the day of the week of the date
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
    return {name: use for name, use in _with_companions(uses).items() if name}


def _add(use: Use, tag: TemplateTag, path: str, attribute: str, *, is_list: bool) -> None:
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


def _with_companions(uses: dict[str, Use]) -> dict[str, Use]:
    """Return the uses with those of "x_terbilang" under the number x that it spells, of "x_hari" under the date x."""
    gathered: dict[str, Use] = {}
    for name, use in uses.items():
        number, date = name.removesuffix(_IN_WORDS), name.removesuffix(_WEEKDAY)
        if number != name and use.value:
            gathered[number] = _joined(gathered.get(number), replace(use, name=number, value=None, in_words=use.value))
        elif date != name and use.value and type_of_name(date) == "date":
            gathered[date] = _joined(gathered.get(date), replace(use, name=date, value=None, weekday=use.value))
        else:
            gathered[name] = _joined(gathered.get(name), use)
    return gathered


def _joined(first: Use | None, second: Use) -> Use:
    """Return one use of both."""
    if first is None:
        return second
    return replace(
        first,
        columns={**first.columns, **second.columns},
        attributes=first.attributes | second.attributes,
        choices=[*first.choices, *second.choices],
        loop=first.loop or second.loop,
        element=first.element or second.element,
        value=first.value or second.value,
        in_words=first.in_words or second.in_words,
        weekday=first.weekday or second.weekday,
        is_list=first.is_list or second.is_list,
        is_compulsory=first.is_compulsory or second.is_compulsory,
        is_guarded=first.is_guarded and second.is_guarded,
    )
