"""Read which layers (optional content) of a PDF are not seen when the file is opened (ISO 32000-1, 8.11)."""

from __future__ import annotations

from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from docgen.render.pdf.flattening.strokes import array_of, dictionary_of
from docgen.render.pdf.objects.content_stream import reference_of


def hidden_layers(root: DictionaryObject) -> set[int]:
    """Return the object numbers of optional content that is off when the file is opened."""
    properties = dictionary_of(root.get("/OCProperties"))
    settings = dictionary_of(properties.get("/D"))
    off = {group.idnum for group in array_of(settings.get("/OFF")) if isinstance(group, IndirectObject)}
    if settings.get("/BaseState") == "/OFF":
        on = {group.idnum for group in array_of(settings.get("/ON")) if isinstance(group, IndirectObject)}
        off |= {group.idnum for group in array_of(properties.get("/OCGs")) if isinstance(group, IndirectObject)} - on
    return off


def is_off(content: Any, layers: set[int]) -> bool:
    """Return whether an /OC entry says that its thing is not seen; a membership is seen with any of its groups by
    default.
    """
    optional_content = content.get_object() if content is not None else None
    if not isinstance(optional_content, DictionaryObject) or not layers:
        return False
    if optional_content.get("/Type") != "/OCMD":
        own = reference_of(optional_content)
        return own is not None and own.idnum in layers
    groups: Any = optional_content.raw_get("/OCGs") if "/OCGs" in optional_content else ArrayObject()
    several = groups.get_object() if isinstance(groups.get_object(), ArrayObject) else [groups]
    states = [group.idnum not in layers for group in several if isinstance(group, IndirectObject)]
    policy = str(optional_content.get("/P", "/AnyOn"))
    seen = {"/AllOn": all(states), "/AnyOff": not all(states), "/AllOff": not any(states)}.get(policy, any(states))
    return bool(states) and not seen
