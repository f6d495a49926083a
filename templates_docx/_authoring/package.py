"""A lean .docx: only the styles that are used, no latent styles, no theme, no thumbnail; the same bytes every time.

LibreOffice spends most of a conversion on importing styles, so a template without unused ones converts in half the
time of python-docx's own.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from templates_docx._authoring.markup import twips
from templates_docx._authoring.numbering import with_numbers

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
# Only where shapes are drawn. Word asks that "wps" be named where an alternative requires it.
_SHAPES = (
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"

_TYPES = f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Default Extension="png" ContentType="image/png"/>
<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>
<Override PartName="/word/settings.xml" ContentType="{_WORD}.settings+xml"/>
MORE<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>
</Types>"""

_CORE = f"""{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:language>id-ID</dc:language></cp:coreProperties>"""

_SETTINGS = f"""{_HEAD}<w:settings {_NAMESPACES}><w:defaultTabStop w:val="709"/>
<w:characterSpacingControl w:val="doNotCompress"/><w:compat>
<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>
</w:compat><w:themeFontLang w:val="id-ID"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>"""

_FONT = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="Arial"/>'


def _relations(*targets: tuple[str, str, str]) -> str:
    lines = "".join(f'<Relationship Id="{id}" Type="{type_}" Target="{target}"/>' for id, type_, target in targets)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _style(id: str, name: str, paragraph: str = "", text: str = "", based: str = "Normal") -> str:
    base = f'<w:basedOn w:val="{based}"/>' if id != "Normal" else ""
    sort = 'w:default="1"' if id == "Normal" else 'w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph" {sort} w:styleId="{id}"><w:name w:val="{name}"/>{base}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{text}</w:rPr></w:style>"
    )


_STYLES = {
    "Normal": ("Normal", "", ""),
    "KopPemerintah": ("Kop Pemerintah", '<w:jc w:val="center"/>', '<w:sz w:val="24"/>'),
    "KopDinas": ("Kop Dinas", '<w:jc w:val="center"/>', '<w:b/><w:sz w:val="32"/>'),
    "KopAlamat": ("Kop Alamat", '<w:jc w:val="center"/>', '<w:sz w:val="20"/>'),
    "Garis": ("Garis", '<w:spacing w:line="120" w:lineRule="exact"/>', '<w:sz w:val="8"/>'),
    "NomorHalaman": ("Nomor Halaman", '<w:spacing w:after="200"/><w:jc w:val="center"/>', ""),
    "Judul": ("Judul", '<w:keepNext/><w:jc w:val="center"/><w:outlineLvl w:val="0"/>', "<w:b/>"),
    "JudulLanjutan": ("Judul Lanjutan", '<w:outlineLvl w:val="9"/>', ""),
    "Bab": (
        "Bab",
        '<w:keepNext/><w:spacing w:before="160" w:after="80"/><w:outlineLvl w:val="1"/>',
        "<w:b/>",
    ),
    "SubBab": (
        "Sub Bab",
        '<w:keepNext/><w:spacing w:after="80" w:line="264" w:lineRule="auto"/><w:outlineLvl w:val="2"/>',
        "",
    ),
    "Isi": (
        "Isi",
        f'<w:spacing w:after="120" w:line="276" w:lineRule="auto"/><w:ind w:firstLine="{twips(1.25)}"/>'
        '<w:jc w:val="both"/>',
        "",
    ),
    "Alinea": (
        "Alinea",
        '<w:spacing w:after="120" w:line="264" w:lineRule="auto"/><w:jc w:val="both"/>',
        "",
    ),
    # Ragged: numbers of letters, which never break, would tear justified lines apart.
    "Butir": ("Butir", '<w:spacing w:after="120" w:line="264" w:lineRule="auto"/>', ""),
    "Rincian": ("Rincian", '<w:spacing w:before="20" w:after="20"/>', ""),
    "Sel": ("Sel", '<w:spacing w:before="20" w:after="20"/>', '<w:sz w:val="cell"/>'),
    "SelButir": ("Sel Butir", '<w:spacing w:before="0" w:after="10"/>', ""),
    "SelKepala": ("Sel Kepala", '<w:jc w:val="center"/>', "<w:b/>"),
    "SelTengah": ("Sel Tengah", '<w:jc w:val="center"/>', ""),
    "SelKanan": ("Sel Kanan", '<w:jc w:val="right"/>', ""),
    "Gambar": ("Gambar", '<w:spacing w:before="60"/><w:jc w:val="center"/>', ""),
    "Keterangan": (
        "Keterangan",
        '<w:spacing w:before="60" w:after="160"/><w:jc w:val="center"/>',
        '<w:sz w:val="20"/>',
    ),
    "TandaTangan": ("Tanda Tangan", "<w:keepNext/><w:keepLines/>", ""),
}
# Table styles; docgen.render.word.fit_tables knows them.
_TABLE_STYLES = {"Kisi": "Kisi", "KisiIsi": "Kisi Isi", "TataLetak": "Tata Letak"}
_CELL_SIZE = '<w:sz w:val="cell"/>'
_BASED = {"SelButir": "Sel", "SelKepala": "Sel", "SelTengah": "Sel", "SelKanan": "Sel", "JudulLanjutan": "Judul"}


# What rich text may need (docgen.render.word.rich.printing), as the XML of a body would name it.
_RICH_TEXT = "".join(
    f'w:val="{id}"' for id in ("Butir", "Garis", "Sel", "SelKepala", "SelTengah", "SelKanan", "Gambar", "Keterangan")
)
_RICH_TEXT += '<w:tblStyle w:val="KisiIsi"/>'


def _styles(used: str, cell_size: float) -> str:
    used += _RICH_TEXT * ("{{p " in used)
    kept = {id for id in _STYLES if id == "Normal" or f'w:val="{id}"' in used}
    kept |= {_BASED[id] for id in kept if id in _BASED}
    styles = "".join(_style(id, *_STYLES[id], based=_BASED.get(id, "Normal")) for id in _STYLES if id in kept)
    tables = "".join(
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{id}"><w:name w:val="{name}"/>'
        '<w:basedOn w:val="TableNormal"/></w:style>'
        for id, name in _TABLE_STYLES.items()
        if f'<w:tblStyle w:val="{id}"/>' in used
    )
    styles = styles.replace(_CELL_SIZE, f'<w:sz w:val="{round(cell_size * 2)}"/>')
    return (
        f'{_HEAD}<w:styles {_NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{_FONT}<w:sz w:val="24"/>'
        '<w:lang w:val="id-ID" w:eastAsia="id-ID" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
        f"{styles}"
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
        f'<w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>{tables}</w:styles>'
    )


def section_break(*, annex: bool = False) -> str:
    """The end of an upright section whose first page has the first page's header, all others being in the next.

    An `annex` counts its pages from 1, and its first page has neither letterhead nor number.
    """
    return f'<w:p><w:pPr><w:spacing w:line="1" w:lineRule="exact"/>{_section(annex=annex)}</w:pPr></w:p>'


_NO_HEADER = "rId7"  # of the first page of an annex
_PICTURE = "rId5"  # the one picture of a body: an emblem or photo goes there
Margins = tuple[float, float, float, float]  # above, right, below, left, in cm
LETTER_MARGINS: Margins = (2, 2, 2.5, 3)


def _section(
    *, landscape: bool = False, titled: bool = True, margins: Margins = LETTER_MARGINS, annex: bool = False
) -> str:
    above, right, below, left = map(twips, margins)
    edge = twips(margins[0] * 0.625)
    counted = '<w:pgNumType w:start="1"/>' * annex
    size = 'w:w="16838" w:h="11906" w:orient="landscape"' if landscape else 'w:w="11906" w:h="16838"'
    return (
        f'<w:sectPr><w:headerReference w:type="first" r:id="{_NO_HEADER if annex else "rId3"}"/>'
        '<w:headerReference w:type="default" r:id="rId4"/>'
        f"<w:pgSz {size}/>"
        f'<w:pgMar w:top="{above}" w:right="{right}" w:bottom="{below}" w:left="{left}" '
        f'w:header="{edge}" w:footer="{edge}" w:gutter="0"/>'
        f"{counted}{'<w:titlePg/>' * titled}</w:sectPr>"
    )


def write_docx(
    body: str,
    first_header: str,
    header: str,
    *,
    cell_size: float = 9,
    landscape: bool = False,
    titled: bool = True,
    margins: Margins = LETTER_MARGINS,
) -> bytes:
    """The package: `body` without its last section, the header of the first page, the header of the others.

    `cell_size` is the font size of table cells in pt. The margins are the same upright and lying down. `titled` says
    that the last section's first page has the first page's header.
    """
    section = _section(landscape=landscape, titled=titled, margins=margins)
    headers = {"rId3": first_header or "<w:p/>", "rId4": header}
    if f'"{_NO_HEADER}"' in body:
        headers[_NO_HEADER] = "<w:p/>"
    return _package(body + section, headers, cell_size)


def write_part(body: str) -> bytes:
    """The package of a shared part: its `body`, without headers."""
    return _package(body, {}, 9)


def _package(body: str, headers: Mapping[str, str], cell_size: float) -> bytes:
    """The package of a body with its sections, and the headers that these name by their relations' ids."""
    body, lists = with_numbers(body)
    namespaces = _NAMESPACES + _SHAPES * ("<wps:" in body)
    has_picture = f'r:embed="{_PICTURE}"' in body
    header_files = {id: f"header{number}.xml" for number, id in enumerate(headers, 1)}
    own = {**dict.fromkeys(header_files.values(), "header"), **({"numbering.xml": "numbering"} if lists else {})}
    types = (
        f'<Override PartName="/word/{file}" ContentType="{_WORD}.{kind}+xml"/>\n' for file, kind in sorted(own.items())
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES.replace("MORE", "".join(types)),
        "_rels/.rels": _relations(
            ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml"),
            ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _CORE,
        "word/document.xml": f"{_HEAD}<w:document {namespaces}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations(
            ("rId1", f"{_OFFICE}/styles", "styles.xml"),
            ("rId2", f"{_OFFICE}/settings", "settings.xml"),
            *[(id, f"{_OFFICE}/header", file) for id, file in header_files.items()],
            *[(_PICTURE, f"{_OFFICE}/image", "media/lambang.png")] * has_picture,
            *[("rId9", f"{_OFFICE}/numbering", "numbering.xml")] * bool(lists),
        ),
        "word/styles.xml": _styles(body + "".join(headers.values()), cell_size),
        "word/settings.xml": _SETTINGS,
        **({"word/numbering.xml": f"{_HEAD}<w:numbering {_NAMESPACES}>{lists}</w:numbering>"} if lists else {}),
        **{f"word/{header_files[id]}": f"{_HEAD}<w:hdr {_NAMESPACES}>{text}</w:hdr>" for id, text in headers.items()},
        **({"word/media/lambang.png": _placeholder()} if has_picture else {}),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            # Stored, not deflated: deflate differs between zlib versions, and git compresses anyway.
            package.writestr(info, text)
    return target.getvalue()


def _placeholder() -> bytes:
    """A grey PNG in the emblem's place, so that it can be seen and moved in Word."""
    width, height = 10, 12
    rows = b"".join(b"\0" + b"\xcc" * width for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    # level 0: stored blocks, the same bytes under every zlib
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows, 0))
        + chunk(b"IEND", b"")
    )
