"""Print a letter's verification code at the foot of every page of a Word file, as text and as a QR.

It stands in the footers, so that it survives what others do to the text, and tells whose letter a file is that comes
back.
"""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape

import segno
from lxml import etree

from docgen.render.word.package import (
    BODY,
    DECLARATION,
    NS,
    TYPES,
    Relation,
    W,
    WordParts,
    packed,
    parse_xml,
    read_relations,
    relations_part,
    with_types,
    written_relations,
)

SIDE = 360_000  # EMU: 10 mm, which footers have room for
FOOTER = "word/kaki_kode.xml"
PICTURE = "word/media/kode_verifikasi.png"
_R = f"{{{NS['r']}}}"
_RELATED = f"{NS['r']}/"
_FOOTER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_RELATION = "rIdKodeVerifikasi"
_SHOWN = ("default", "first", "even")


def with_foot_code(docx: bytes, lines: list[str], url: str) -> bytes:
    """Return the file with the QR of `url` and the lines beside it in every footer. Raises TemplateError.

    A section without a footer gets one; a footer that is there goes on with a paragraph.
    """
    parts = dict(WordParts(docx))
    tree = parse_xml(parts[BODY])
    relations = read_relations(parts, BODY)
    present = {id: relation.target for id, relation in relations.items() if relation.kind == f"{_RELATED}footer"}
    new = {PICTURE: "image/png"}
    for index, section in enumerate(tree.iter(f"{W}sectPr")):
        shown = {element.get(f"{W}type") for element in section.findall(f"{W}footerReference")}
        if index == 0:  # the sections after it have the footers of the one before
            for kind in _SHOWN:
                if kind not in shown:
                    section.insert(0, _reference(kind))
    parts[BODY] = _written(tree)
    relations[_RELATION] = Relation(f"{_RELATED}footer", FOOTER, outside=False)
    parts[relations_part(BODY)] = written_relations(relations)
    parts[FOOTER] = DECLARATION + f'<w:ftr xmlns:w="{NS["w"]}"/>'.encode()
    new[FOOTER] = _FOOTER_TYPE
    for name in dict.fromkeys([FOOTER, *present.values()]):
        parts[name] = _with_code_paragraph(parts[name], lines)
        footer_relations = read_relations(parts, name)
        footer_relations[_RELATION] = Relation(f"{_RELATED}image", PICTURE, outside=False)
        parts[relations_part(name)] = written_relations(footer_relations)
    parts[PICTURE] = _png(url)
    parts[TYPES] = with_types(parts[TYPES], new)
    return packed(parts)


def _reference(kind: str) -> Any:
    return etree.Element(f"{W}footerReference", {f"{W}type": kind, f"{_R}id": _RELATION})


def _with_code_paragraph(footer: bytes, lines: list[str]) -> bytes:
    tree = parse_xml(footer)
    tree.append(parse_xml(_paragraph(lines)))
    return _written(tree)


def _written(tree: Any) -> bytes:
    written: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def _paragraph(lines: list[str]) -> bytes:
    """Return the paragraph: the picture, and the lines as one small text beside it."""
    namespaces = " ".join(f'xmlns:{prefix}="{NS[prefix]}"' for prefix in ("w", "r", "wp", "a", "pic"))
    look = '<w:rPr><w:sz w:val="14"/><w:szCs w:val="14"/></w:rPr>'
    text = escape(" · ".join(lines))
    size = f'cx="{SIDE}" cy="{SIDE}"'
    return (
        f'<w:p {namespaces}><w:pPr><w:spacing w:before="0" w:after="0"/><w:jc w:val="left"/></w:pPr>'
        f'<w:r>{look}<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="9001" name="Kode verifikasi" descr="Kode QR verifikasi"/>'
        f'<a:graphic><a:graphicData uri="{NS["pic"]}"><pic:pic><pic:nvPicPr>'
        '<pic:cNvPr id="9001" name="Kode verifikasi"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{_RELATION}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        f'<w:r>{look}<w:t xml:space="preserve"> {text}</w:t></w:r></w:p>'
    ).encode()


def _png(url: str) -> bytes:
    """Return the QR as a picture, sharp when printed at `SIDE`."""
    out = io.BytesIO()
    segno.make_qr(url, error="m").save(out, kind="png", scale=8, border=4)
    return out.getvalue()
