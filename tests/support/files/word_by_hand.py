"""Small Word files written by hand, for what python-docx does not write: changes, fields, notes, comments, lists."""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.files.word import packed

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NAMES = (
    f'xmlns:w="{W}" xmlns:r="{_OFFICE}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_PAGE = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134"/>'
# Parts by name, with what their type and their relation from the body are called.
_KINDS = {
    "word/footnotes.xml": ("footnotes+xml", "footnotes"),
    "word/endnotes.xml": ("endnotes+xml", "endnotes"),
    "word/numbering.xml": ("numbering+xml", "numbering"),
    "word/styles.xml": ("styles+xml", "styles"),
    "word/settings.xml": ("settings+xml", "settings"),
    "word/comments.xml": ("comments+xml", "comments"),
    "word/header1.xml": ("header+xml", "header"),
}


def word(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """A Word file with this body and these parts; `word/header1.xml` is shown on every page."""
    parts = dict(parts or {})
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{_WORD}.{_KINDS[name][0]}"/>' for name in parts if name in _KINDS
    )
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{_KINDS[name][1]}" Target="{name.removeprefix("word/")}"/>'
        for at, name in enumerate(_KINDS, 1)
        if name in parts
    )
    header = f'<w:headerReference w:type="default" r:id="rId{len(_KINDS)}"/>' if "word/header1.xml" in parts else ""
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="text/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}<w:sectPr>{header}{_PAGE}</w:sectPr></w:body>"
        "</w:document>",
        **parts,
    }
    return packed({name: text.encode() for name, text in files.items()})


def part(name: str, content: str) -> str:
    """A part whose root is called `name`, e.g. `hdr` or `footnotes`."""
    return f"<w:{name} {NAMES}>{content}</w:{name}>"


def run(text: str, look: str = "") -> str:
    """A run of text."""
    return f'<w:r>{f"<w:rPr>{look}</w:rPr>" * bool(look)}<w:t xml:space="preserve">{text}</w:t></w:r>'


def para(*runs: str, look: str = "") -> str:
    """A paragraph of runs; what is no XML is a run's text."""
    inside = "".join(one if one.startswith("<") else run(one) for one in runs)
    return f"<w:p>{f'<w:pPr>{look}</w:pPr>' * bool(look)}{inside}</w:p>"


def field(instruction: str, shown: str) -> str:
    """A field as Word writes it, with what it showed last."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{mark}"/></w:r>' for mark in ("begin", "separate", "end")]
    asked = f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
    return marks[0] + asked + marks[1] + (run(shown) if shown else "") + marks[2]


def table(*rows: str, width: int = 3000) -> str:
    """A table of rows; see `row`."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for _ in range(rows[0].count("<w:tc>")))
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def row(*cells: str, look: str = "", width: int = 3000) -> str:
    """A row of cells, each of paragraphs."""
    inside = "".join(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{cell}</w:tc>' for cell in cells)
    return f"<w:tr>{f'<w:trPr>{look}</w:trPr>' * bool(look)}{inside}</w:tr>"


def text_box(*paragraphs: str, height: int = 400_000) -> str:
    """A run with a text box, 1,500,000 EMU wide and as high as told."""
    size = f'cx="1500000" cy="{height}"'
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" '
        'distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>3000000</wp:posOffset>'
        '</wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
        f'<wp:extent {size}/><wp:wrapSquare wrapText="bothSides"/><wp:docPr id="1" name="Kotak"/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        f'<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"/></wps:spPr><wps:txbx><w:txbxContent>'
        f"{''.join(paragraphs)}</w:txbxContent></wps:txbx><wps:bodyPr><a:noAutofit/></wps:bodyPr></wps:wsp>"
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:r><w:t>PENGGANTI</w:t></w:r>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )
