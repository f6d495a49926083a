"""Remove from a Word template what is only for its author: comments, tracked changes, macros, mail merge ...

Comments, tracked changes, passwords against editing, macros, mail merge and the like are no part of a letter.
LibreOffice stops at some of them (comments, of which its version without windows knows nothing) and prints others.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import Any

from lxml import etree

from docgen.errors import TemplateError
from docgen.render.word.accept_changes import accept_changes
from docgen.render.word.fields import FieldNotAllowed, replace_fields_by_text
from docgen.render.word.package import TYPES, W, parse_xml
from wording import say

# Parts that go, by the end of the type of the relation that leads to them.
_REMOVED_PART_TYPES = (
    *("/comments", "/commentsExtended", "/commentsIds", "/commentsExtensible", "/people", "/glossaryDocument"),
    *("/vbaProject", "/wordVbaData", "/attachedToolbars", "/keyMapCustomizations", "/printerSettings"),
    *("/mailMergeSource", "/mailMergeHeaderSource", "/mailMergeRecipientData", "/recipientData", "/attachedTemplate"),
    *("/customXml", "/thumbnail", "/control"),
)
_REMOVED_SETTINGS = (
    *("documentProtection", "writeProtection", "trackRevisions", "revisionView", "mailMerge", "attachedTemplate"),
    *("updateFields", "documentType", "formsDesign", "rsids", "attachedSchema", "saveThroughXslt"),
)
# Elements that go with all they hold. `webHidden` is text that only browsers hide; LibreOffice hides it on paper.
_REMOVED_ELEMENTS = (
    *("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "permStart", "permEnd"),
    *("proofErr", "lastRenderedPageBreak", "webHidden", "dataBinding", "formProt", "control"),
)
EMBEDDED_DOCUMENTS = {"altChunk": "isi dari berkas lain", "subDoc": "anak dokumen"}
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_UNIQUE_IDS = (f"{_W14}paraId", f"{_W14}textId")  # a loop would repeat them
_NEAR = 60  # letters of the text that tells where something stands


def without_authoring_parts(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of a package without parts that only its author needs, and without relations to them."""
    removed: set[str] = set()
    remaining = dict(files)
    for name in [name for name in files if name.endswith(".rels")]:
        root = parse_xml(files[name])
        relations_to_remove = [
            relation for relation in root if str(relation.get("Type", "")).endswith(_REMOVED_PART_TYPES)
        ]
        for relation in relations_to_remove:
            if relation.get("TargetMode") != "External":
                removed.add(_target(name, relation))
            root.remove(relation)
        if relations_to_remove:
            remaining[name] = _serialized(root)
    for name in [_relations(name) for name in removed]:
        if name in remaining:  # e.g. the properties of a part of data
            removed |= {_target(name, relation) for relation in parse_xml(remaining[name])} | {name}
    remaining = {name: data for name, data in remaining.items() if name not in removed}
    if TYPES in remaining and removed:
        types = parse_xml(remaining[TYPES])
        for override in list(types.iterfind("{*}Override")):
            if str(override.get("PartName", "")).lstrip("/") in removed:
                types.remove(override)
        remaining[TYPES] = _serialized(types)
    for name in [name for name in remaining if posixpath.basename(name) == "settings.xml"]:
        remaining[name] = _without_settings(remaining[name])
    return remaining


def remove_markup(tree: Any, where: str) -> None:
    """Accept all changes of a part and remove comments, fields and other markup, as "No Markup" shows it. Changes the
    tree.

    Raises TemplateError, beginning with `where`, for what would not be printed as the author sees it.
    """
    for name, what in EMBEDDED_DOCUMENTS.items():
        for element in tree.iter(f"{W}{name}"):
            raise TemplateError(
                say(
                    "{where}: {what} ({name}){near}. Salin isinya ke dalam templat.",
                    where=where,
                    what=what,
                    name=name,
                    near=near(element),
                )
            )
    _remove(tree, [*(f"{W}{name}" for name in _REMOVED_ELEMENTS), f"{_W15}dataBinding"])
    accept_changes(tree)
    try:
        replace_fields_by_text(tree)
    except FieldNotAllowed as error:
        raise TemplateError(say("{where}: {error}{near}", where=where, error=error, near=near(error.near))) from error
    for element in tree.iter(f"{W}p", f"{W}tr"):
        for attribute in _UNIQUE_IDS:
            element.attrib.pop(attribute, None)


def near(element: Any) -> str:
    """Return a phrase that says near which text an element stands; "" if there is no text before it."""
    holder = next((parent for parent in (element, *element.iterancestors()) if parent.tag == f"{W}p"), element)
    for paragraph in (holder, *holder.itersiblings(f"{W}p", preceding=True)):
        text = " ".join("".join(paragraph.itertext(f"{W}t")).split())
        if text:
            return f" dekat {text[-_NEAR:]!r}"
    return ""


def _remove(tree: Any, tags: Iterable[str]) -> None:
    for element in list(tree.iter(*tags)):
        run = element.getparent()
        run.remove(element)
        if run.tag == f"{W}r" and all(child.tag == f"{W}rPr" for child in run) and run.getparent() is not None:
            run.getparent().remove(run)


def _without_settings(settings: bytes) -> bytes:
    if not re.search(rb"<w:(%s)\b" % "|".join(_REMOVED_SETTINGS).encode(), settings):
        return settings
    root = parse_xml(settings)
    for element in list(root.iter(*(f"{W}{name}" for name in _REMOVED_SETTINGS))):
        if element.getparent() is not None:
            element.getparent().remove(element)
    return _serialized(root)


def _target(relations: str, relation: Any) -> str:
    """Return the part to which a relation of the part `relations` leads."""
    folder = posixpath.dirname(posixpath.dirname(relations))
    return posixpath.normpath(posixpath.join("/", folder, str(relation.get("Target", "")))).lstrip("/")


def _relations(part: str) -> str:
    folder, base = posixpath.split(part)
    return f"{folder}/_rels/{base}.rels"


def _serialized(root: Any) -> bytes:
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data
