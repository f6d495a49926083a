"""A Word template as its letters need it: without what belongs to writing the template, or to Word on a desk.

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
from docgen.render.word.fields import FieldRefused, settle_fields
from docgen.render.word.package import TYPES, W, parse_xml

# Parts that go, by the end of the type of the relation that leads to them.
_GONE_PARTS = (
    *("/comments", "/commentsExtended", "/commentsIds", "/commentsExtensible", "/people", "/glossaryDocument"),
    *("/vbaProject", "/wordVbaData", "/attachedToolbars", "/keyMapCustomizations", "/printerSettings"),
    *("/mailMergeSource", "/mailMergeHeaderSource", "/mailMergeRecipientData", "/recipientData", "/attachedTemplate"),
    *("/customXml", "/thumbnail", "/control"),
)
_GONE_SETTINGS = (
    *("documentProtection", "writeProtection", "trackRevisions", "revisionView", "mailMerge", "attachedTemplate"),
    *("updateFields", "documentType", "formsDesign", "rsids", "attachedSchema", "saveThroughXslt"),
)
# Elements that go with all they hold. `webHidden` is text that only browsers hide; LibreOffice hides it on paper.
_GONE_ELEMENTS = (
    *("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "permStart", "permEnd"),
    *("proofErr", "lastRenderedPageBreak", "webHidden", "dataBinding", "formProt", "control"),
)
_FOREIGN = {"altChunk": "isi dari berkas lain", "subDoc": "anak dokumen"}
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_UNIQUE = (f"{_W14}paraId", f"{_W14}textId")  # a loop would repeat them
_NEAR = 60  # letters of the text that tells where something stands


def without_desk_parts(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of a package without the parts that are no part of a letter, nor what leads to them."""
    gone: set[str] = set()
    kept = dict(files)
    for name in [name for name in files if name.endswith(".rels")]:
        root = parse_xml(files[name])
        targets = [one for one in root if str(one.get("Type", "")).endswith(_GONE_PARTS)]
        for relation in targets:
            if relation.get("TargetMode") != "External":
                gone.add(_target(name, relation))
            root.remove(relation)
        if targets:
            kept[name] = _written(root)
    for name in [_relations(name) for name in gone]:
        if name in kept:  # e.g. the properties of a part of data
            gone |= {_target(name, one) for one in parse_xml(kept[name])} | {name}
    kept = {name: data for name, data in kept.items() if name not in gone}
    if TYPES in kept and gone:
        types = parse_xml(kept[TYPES])
        for one in list(types.iterfind("{*}Override")):
            if str(one.get("PartName", "")).lstrip("/") in gone:
                types.remove(one)
        kept[TYPES] = _written(types)
    for name in [name for name in kept if posixpath.basename(name) == "settings.xml"]:
        kept[name] = _without_settings(kept[name])
    return kept


def settle(tree: Any, where: str) -> None:
    """Make a part what its author sees with all changes accepted and no marks shown. Changes the tree.

    Raises TemplateError, beginning with `where`, for what would not be printed as the author sees it.
    """
    for name, what in _FOREIGN.items():
        for element in tree.iter(f"{W}{name}"):
            raise TemplateError(f"{where}: {what} ({name}){near(element)}. Salin isinya ke dalam templat.")
    _remove(tree, [*(f"{W}{name}" for name in _GONE_ELEMENTS), f"{_W15}dataBinding"])
    accept_changes(tree)
    try:
        settle_fields(tree)
    except FieldRefused as refused:
        raise TemplateError(f"{where}: {refused}{near(refused.near)}") from refused
    for element in tree.iter(f"{W}p", f"{W}tr"):
        for attribute in _UNIQUE:
            element.attrib.pop(attribute, None)


def near(element: Any) -> str:
    """Return where an element stands: the text of its paragraph, or of the one before; "" where there is none."""
    holder = next((one for one in (element, *element.iterancestors()) if one.tag == f"{W}p"), element)
    for one in (holder, *holder.itersiblings(f"{W}p", preceding=True)):
        text = " ".join("".join(one.itertext(f"{W}t")).split())
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
    if not re.search(rb"<w:(%s)\b" % "|".join(_GONE_SETTINGS).encode(), settings):
        return settings
    root = parse_xml(settings)
    for element in list(root.iter(*(f"{W}{name}" for name in _GONE_SETTINGS))):
        if element.getparent() is not None:
            element.getparent().remove(element)
    return _written(root)


def _target(relations: str, relation: Any) -> str:
    """Return the part to which a relation of the part `relations` leads."""
    folder = posixpath.dirname(posixpath.dirname(relations))
    return posixpath.normpath(posixpath.join("/", folder, str(relation.get("Target", "")))).lstrip("/")


def _relations(part: str) -> str:
    folder, base = posixpath.split(part)
    return f"{folder}/_rels/{base}.rels"


def _written(root: Any) -> bytes:
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data
