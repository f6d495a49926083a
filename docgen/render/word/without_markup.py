"""Show a template as it stands: its tags as they are written, without comments, changes and other markup."""

from __future__ import annotations

from lxml import etree

from docgen.render.word.package import DECLARATION, packed
from docgen.render.word.strip_template import remove_markup, without_authoring_parts
from docgen.render.word.tags.tagged_parts import CORE, parse_part, tagged_parts, unpack


def without_markup(docx: bytes, name: str) -> bytes:
    """Return a Word file without comments and with all changes accepted, as its letters are printed.

    LibreOffice 7.4 crashes on the comments of a tagged PDF. `name` is used in messages. Raises TemplateError.
    """
    files = without_authoring_parts(unpack(docx, name))
    for part_name, label in tagged_parts(files, name).items():
        if part_name != CORE:
            tree = parse_part(files[part_name], name, part_name)
            remove_markup(tree, f"{name}: {label}")
            files[part_name] = DECLARATION + etree.tostring(tree)
    return packed(files)
