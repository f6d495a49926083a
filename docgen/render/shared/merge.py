"""Merge what a shared part needs into the package of a template: styles, lists, pictures, relations, namespaces.

What the template has already stays as it is.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from copy import deepcopy
from itertools import count
from typing import Any

from lxml import etree

from docgen.render.shared.part_file import PartFile, references
from docgen.render.shared.styles import MergedStyles
from docgen.render.word.package import (
    BODY,
    DECLARATION,
    NS,
    NUMBERING,
    STYLES,
    TYPES,
    Relation,
    W,
    content_type,
    parse_xml,
    read_relations,
    relations_part,
    with_types,
    written_relations,
)

_VALUE = f"{W}val"
_LEFT_OUT = (f"{W}nsid", f"{W}tmpl", f"{W}styleLink", f"{W}numStyleLink")  # lists with one nsid are one list
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_IGNORABLE = f"{{{_COMPATIBILITY}}}Ignorable"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


class MergedPackage:
    """The files of a template, to which shared parts are added."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Begin with these files. Raises TemplateError."""
        self._files = dict(files)
        self._trees: dict[str, Any] = {}  # of the styles and lists, once something is added to them
        self._relations: dict[str, dict[str, Relation]] = {}  # by the part whose they are
        self._merged_styles: MergedStyles | None = None
        self._lists: dict[tuple[str, str], str] = {}  # by shared part and its own number
        self._media: dict[bytes, str] = {
            data: name for name, data in reversed(self._files.items()) if "/media/" in f"/{name}"
        }

    def blocks(self, part: PartFile, place: str) -> list[Any]:
        """Return what stands in a shared part, for the part `place` of the template. Raises TemplateError.

        A part used twice has the same lists in both places: they count on.
        """
        blocks = [deepcopy(block) for block in part.blocks]
        self._styles().take_over(part, blocks)
        for element in _elements(blocks, f"{W}numId"):
            element.set(_VALUE, self._list(part, element.get(_VALUE)))
        names: dict[str, str] = {}
        for block in blocks:
            for reference in references(block):
                relation = part.relations.get(reference)
                if relation is not None:
                    if reference not in names:
                        names[reference] = self._relation(relation, part, place)
                    reference.getparent().set(reference.attrname, names[reference])
        return blocks

    def files(self, changed: Mapping[str, Any]) -> dict[str, bytes]:
        """Return the files, with the trees of `changed` parts."""
        files = dict(self._files)
        for name, tree in {**self._trees, **changed}.items():
            files[name] = DECLARATION + bytes(etree.tostring(tree, encoding="UTF-8", xml_declaration=False))
        for name, relations in self._relations.items():
            files[relations_part(name)] = written_relations(relations)
        return files

    def _styles(self) -> MergedStyles:
        if self._merged_styles is None:
            self._merged_styles = MergedStyles(self._tree(STYLES, "styles", "styles"), self._list)
        return self._merged_styles

    def _list(self, part: PartFile, number: str) -> str:
        """Return the number in the template of a shared part's list, which is added when it is first used."""
        if part.numbering is None:
            return number
        if (part.name, number) not in self._lists:
            use = next((use for use in part.numbering.iterfind(f"{W}num") if use.get(f"{W}numId") == number), None)
            if use is None:  # 0: no number here
                return number
            self._lists[part.name, number] = self._add_list(part, use)
        return self._lists[part.name, number]

    def _add_list(self, part: PartFile, use: Any) -> str:
        tree = self._tree(NUMBERING, "numbering", "numbering")
        numbers = [
            int(element.get(f"{W}{name}", "0"))
            for tag, name in (("abstractNum", "abstractNumId"), ("num", "numId"))
            for element in tree.iterfind(f"{W}{tag}")
        ]
        new = str(max(numbers, default=0) + 1)
        use = deepcopy(use)
        use.set(f"{W}numId", new)
        reference = use.find(f"{W}abstractNumId")
        for definition in part.numbering.iterfind(f"{W}abstractNum"):
            if definition.get(f"{W}abstractNumId") == reference.get(_VALUE):
                definition = deepcopy(definition)
                definition.set(f"{W}abstractNumId", new)
                for element in [child for child in definition if child.tag in _LEFT_OUT]:
                    definition.remove(element)
                for element in list(_elements([definition], f"{W}lvlPicBulletId", f"{W}pStyle")):
                    element.getparent().remove(element)
                first_use = tree.find(f"{W}num")
                if first_use is None:
                    tree.append(definition)
                else:
                    first_use.addprevious(definition)  # all definitions come before all uses
                break
        reference.set(_VALUE, new)
        tree.append(use)
        return new

    def _relation(self, relation: Relation, part: PartFile, place: str) -> str:
        """Return the id of a relation of `place` that leads where a shared part's own leads."""
        if not relation.outside and relation.target in part.files:
            relation = Relation(relation.kind, self._picture(relation.target, part), outside=False)
        return self._related(relation, place)

    def _related(self, relation: Relation, place: str) -> str:
        relations = self._relations.setdefault(place, read_relations(self._files, place))
        for id, own in relations.items():
            if own == relation:
                return id
        id = next(f"rId{number}" for number in count(1) if f"rId{number}" not in relations)
        relations[id] = relation
        return id

    def _picture(self, name: str, part: PartFile) -> str:
        """Return the name that a picture of a shared part has in the template, which may have it already."""
        data = part.files[name]
        if data not in self._media:
            stem, ending = posixpath.splitext(posixpath.basename(name))
            new = _free_name(f"word/media/{stem}", (posixpath.splitext(own)[0] for own in self._files)) + ending
            self._media[data] = new
            self._files[new] = data
            picture_type = content_type(part.files[TYPES], name)
            if content_type(self._files[TYPES], new) != picture_type:
                self._files[TYPES] = with_types(self._files[TYPES], {new: picture_type})
        return self._media[data]

    def _tree(self, name: str, root: str, kind: str) -> Any:
        """Return the tree of the styles or lists, which are begun where the template has none."""
        if name not in self._trees:
            if name in self._files:
                self._trees[name] = parse_xml(self._files[name])
            else:
                self._trees[name] = etree.Element(f"{W}{root}", nsmap={"w": NS["w"]})
                self._files[TYPES] = with_types(self._files[TYPES], {name: f"{_WORD}.{kind}+xml"})
                self._related(Relation(f"{NS['r']}/{kind}", name, outside=False), BODY)
        return self._trees[name]


def with_namespaces(root: Any, part: PartFile) -> Any:
    """Return the root of a template's part that knows the namespaces of a shared part, and which readers may ignore.

    The same root where it knows them already; another one with the same content where not.
    """
    ignored = [prefix for prefix in part.root.get(_IGNORABLE, "").split() if prefix in part.root.nsmap]
    own = root.get(_IGNORABLE, "").split()
    missing = [prefix for prefix in ignored if prefix not in own]
    if not missing:
        return root
    names = {
        **{prefix: part.root.nsmap[prefix] for prefix in missing},
        "mc": _IGNORABLE[1:].split("}")[0],
        **root.nsmap,
    }
    new = etree.Element(root.tag, dict(root.attrib), nsmap=names)
    new.set(_IGNORABLE, " ".join([*own, *missing]))
    new.text = root.text
    new.extend(list(root))
    return new


def _elements(blocks: Iterable[Any], *tags: str) -> Iterable[Any]:
    return (element for block in blocks for element in block.iter(*tags))


def _free_name(name: str, names: Iterable[str]) -> str:
    """Return the name, with a number behind it where it is one of the `names` already."""
    taken = set(names)
    if name not in taken:
        return name
    return next(f"{name}{number}" for number in count(2) if f"{name}{number}" not in taken)
